"""An account's settings, read from the plain mapping that `SaveAccount` carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

TLS: Final = "tls"
STARTTLS: Final = "starttls"
PLAIN: Final = "none"

_IMAP_PORTS: Final = {TLS: 993, STARTTLS: 143, PLAIN: 143}
_SMTP_PORTS: Final = {TLS: 465, STARTTLS: 587, PLAIN: 25}


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    security: str = TLS  # tls, starttls, none


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """What `deskapp.core.commands.accounts.SaveAccount.settings` says, with its defaults."""

    imap: Server
    smtp: Server
    username: str
    oauth_provider: str = ""  # empty: a password
    folders: tuple[str, ...] = ("INBOX",)
    mark_seen: bool = False
    copy_to_sent: bool = True
    sent_folder: str = ""  # empty: the one that the server calls its Sent folder
    history_days: int = 30
    poll_seconds: int = 120
    trusted_certificate: str = ""  # SHA-256, lower-case hexadecimal

    @classmethod
    def of(cls, settings: Mapping[str, object], address: str = "") -> "MailSettings":
        """Read `settings`; what is missing or of the wrong type has its default."""
        folders = settings.get("folders")
        names = tuple(str(name) for name in folders) if isinstance(folders, list | tuple) else ()
        uses_oauth = settings.get("auth") == "oauth"
        return cls(
            imap=_server(settings, "imap", _IMAP_PORTS),
            smtp=_server(settings, "smtp", _SMTP_PORTS),
            username=_text(settings, "username") or address,
            oauth_provider=_text(settings, "oauth_provider") if uses_oauth else "",
            folders=names or ("INBOX",),
            mark_seen=settings.get("mark_seen") is True,
            copy_to_sent=settings.get("copy_to_sent") is not False,
            sent_folder=_text(settings, "sent_folder"),
            history_days=_number(settings, "history_days", 30),
            poll_seconds=max(10, _number(settings, "poll_seconds", 120)),
            trusted_certificate=_text(settings, "trusted_certificate").replace(":", "").lower(),
        )


def _server(settings: Mapping[str, object], kind: str, ports: Mapping[str, int]) -> Server:
    security = _text(settings, f"{kind}_security")
    if security not in ports:
        security = TLS
    return Server(
        _text(settings, f"{kind}_host").strip(),
        _number(settings, f"{kind}_port", ports[security]),
        security,
    )


def _text(settings: Mapping[str, object], name: str) -> str:
    value = settings.get(name)
    return value if isinstance(value, str) else ""


def _number(settings: Mapping[str, object], name: str, default: int) -> int:
    value = settings.get(name)
    return value if type(value) is int and value >= 0 else default
