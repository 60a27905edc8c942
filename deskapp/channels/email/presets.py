"""Known mail providers, and a guess for every other address."""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from deskapp.channels.email.mx import mail_exchangers
from deskapp.channels.email.settings import STARTTLS, TLS
from deskapp.core.ports import ServerGuess

PASSWORD: Final = "password"  # noqa: S105 - what is asked for
APP_PASSWORD: Final = "app_password"  # noqa: S105
OAUTH: Final = "oauth"


@dataclass(frozen=True, slots=True)
class Preset:
    """A provider's servers. `exchangers` are ends of MX names of domains that it hosts for others."""

    provider: str
    imap: str
    smtp: str
    smtp_port: int = 465
    needs: str = PASSWORD
    domains: tuple[str, ...] = ()
    exchangers: tuple[str, ...] = ()
    help_url: str = ""
    oauth: str = ""  # name of the OAuth provider in deskapp.channels.email.oauth
    keeps_sent: bool = False  # puts what it submits into the Sent folder by itself
    imap_port: int = 993

    def settings(self) -> dict[str, object]:
        """As `SaveAccount.settings`, all but the username."""
        starttls = self.smtp_port in (587, 1025)
        return {
            "imap_host": self.imap,
            "imap_port": self.imap_port,
            "imap_security": TLS if self.imap_port == 993 else STARTTLS,
            "smtp_host": self.smtp,
            "smtp_port": self.smtp_port,
            "smtp_security": STARTTLS if starttls else TLS,
            "auth": OAUTH if self.needs == OAUTH else PASSWORD,
            "oauth_provider": self.oauth,
            "copy_to_sent": not self.keeps_sent,
        }


PRESETS: Final = (
    Preset(
        "Gmail",
        "imap.gmail.com",
        "smtp.gmail.com",
        needs=APP_PASSWORD,
        oauth="google",
        keeps_sent=True,
        domains=("gmail.com", "googlemail.com"),
        exchangers=("google.com", "googlemail.com"),
        help_url="https://support.google.com/accounts/answer/185833",
    ),
    Preset(
        "Outlook.com",
        "outlook.office365.com",
        "smtp-mail.outlook.com",
        587,
        OAUTH,
        oauth="microsoft",
        keeps_sent=True,
        domains=(
            "outlook.com",
            "outlook.es",
            "outlook.fr",
            "outlook.de",
            "outlook.it",
            "outlook.pt",
            "hotmail.com",
            "hotmail.es",
            "hotmail.fr",
            "hotmail.de",
            "hotmail.it",
            "hotmail.co.uk",
            "live.com",
            "live.co.uk",
            "msn.com",
        ),
        help_url="https://support.microsoft.com/office/d088b986-291d-42b8-9564-9c414e2aa040",
    ),
    Preset(
        "Microsoft 365",
        "outlook.office365.com",
        "smtp.office365.com",
        587,
        OAUTH,
        oauth="microsoft",
        keeps_sent=True,
        exchangers=("protection.outlook.com", "mx.microsoft"),
        help_url="https://support.microsoft.com/office/d088b986-291d-42b8-9564-9c414e2aa040",
    ),
    Preset(
        "Yahoo",
        "imap.mail.yahoo.com",
        "smtp.mail.yahoo.com",
        needs=APP_PASSWORD,
        domains=(
            "yahoo.com",
            "yahoo.es",
            "yahoo.fr",
            "yahoo.de",
            "yahoo.it",
            "yahoo.co.uk",
            "yahoo.com.ar",
            "yahoo.com.mx",
            "ymail.com",
            "rocketmail.com",
            "myyahoo.com",
        ),
        exchangers=("yahoodns.net",),
        help_url="https://help.yahoo.com/kb/SLN15241.html",
    ),
    Preset(
        "AOL",
        "imap.aol.com",
        "smtp.aol.com",
        needs=APP_PASSWORD,
        domains=("aol.com", "aol.de", "aol.fr"),
        help_url="https://help.aol.com/articles/Create-and-manage-app-password",
    ),
    Preset(
        "iCloud",
        "imap.mail.me.com",
        "smtp.mail.me.com",
        587,
        APP_PASSWORD,
        domains=("icloud.com", "me.com", "mac.com"),
        exchangers=("icloud.com",),
        help_url="https://support.apple.com/102654",
    ),
    Preset(
        "Zoho",
        "imap.zoho.com",
        "smtp.zoho.com",
        needs=APP_PASSWORD,
        domains=("zoho.com", "zohomail.com"),
        exchangers=("zoho.com",),
        help_url="https://help.zoho.com/portal/en/kb/accounts",
    ),
    Preset(
        "Zoho (EU)",
        "imap.zoho.eu",
        "smtp.zoho.eu",
        needs=APP_PASSWORD,
        domains=("zoho.eu", "zohomail.eu"),
        exchangers=("zoho.eu",),
        help_url="https://help.zoho.com/portal/en/kb/accounts",
    ),
    Preset(
        "Fastmail",
        "imap.fastmail.com",
        "smtp.fastmail.com",
        needs=APP_PASSWORD,
        domains=("fastmail.com", "fastmail.fm", "fastmail.es", "sent.com"),
        exchangers=("messagingengine.com",),
        help_url="https://www.fastmail.help/hc/en-us/articles/360058752854",
    ),
    Preset(
        "GMX",
        "imap.gmx.net",
        "mail.gmx.net",
        domains=("gmx.de", "gmx.net", "gmx.at", "gmx.ch"),
        help_url="https://hilfe.gmx.net/pop-imap/imap/index.html",
    ),
    Preset(
        "GMX",
        "imap.gmx.com",
        "mail.gmx.com",
        domains=("gmx.com", "gmx.es", "gmx.fr", "gmx.co.uk", "gmx.us"),
        help_url="https://support.gmx.com/pop-imap/index.html",
    ),
    Preset(
        "WEB.DE",
        "imap.web.de",
        "smtp.web.de",
        587,
        domains=("web.de",),
        help_url="https://hilfe.web.de/pop-imap/imap/index.html",
    ),
    Preset(
        "T-Online", "secureimap.t-online.de", "securesmtp.t-online.de", domains=("t-online.de",)
    ),
    Preset(
        "mailbox.org",
        "imap.mailbox.org",
        "smtp.mailbox.org",
        domains=("mailbox.org",),
        exchangers=("mailbox.org",),
    ),
    Preset(
        "Posteo",
        "posteo.de",
        "posteo.de",
        domains=("posteo.de", "posteo.net", "posteo.es"),
        exchangers=("posteo.de",),
    ),
    Preset(
        "Proton Mail",
        "127.0.0.1",
        "127.0.0.1",
        1025,
        APP_PASSWORD,
        imap_port=1143,
        keeps_sent=True,
        domains=("proton.me", "protonmail.com", "pm.me"),
        exchangers=("protonmail.ch",),
        help_url="https://proton.me/mail/bridge",
    ),
    Preset("IONOS", "imap.ionos.es", "smtp.ionos.es", exchangers=("ionos.es",)),
    Preset("IONOS", "imap.ionos.de", "smtp.ionos.de", exchangers=("ionos.de", "kundenserver.de")),
    Preset("IONOS", "imap.ionos.com", "smtp.ionos.com", exchangers=("ionos.com", "perfora.net")),
    Preset("IONOS", "imap.ionos.co.uk", "smtp.ionos.co.uk", exchangers=("ionos.co.uk",)),
    Preset("IONOS", "imap.ionos.fr", "smtp.ionos.fr", exchangers=("ionos.fr",)),
    Preset("OVHcloud", "ssl0.ovh.net", "ssl0.ovh.net", exchangers=("mail.ovh.net", "ovh.net")),
    Preset(
        "Arsys",
        "imap.serviciodecorreo.es",
        "smtp.serviciodecorreo.es",
        exchangers=("serviciodecorreo.es",),
    ),
    Preset("STRATO", "imap.strato.de", "smtp.strato.de", exchangers=("rzone.de", "strato.de")),
    Preset("Hostinger", "imap.hostinger.com", "smtp.hostinger.com", exchangers=("hostinger.com",)),
    Preset(
        "GoDaddy",
        "imap.secureserver.net",
        "smtpout.secureserver.net",
        exchangers=("secureserver.net",),
    ),
    Preset("Gandi", "mail.gandi.net", "mail.gandi.net", exchangers=("mail.gandi.net",)),
    Preset(
        "Infomaniak",
        "mail.infomaniak.com",
        "mail.infomaniak.com",
        exchangers=("infomaniak.ch", "infomaniak.com"),
    ),
    Preset(
        "Namecheap",
        "mail.privateemail.com",
        "mail.privateemail.com",
        exchangers=("privateemail.com",),
    ),
    Preset("Libero", "imapmail.libero.it", "smtp.libero.it", domains=("libero.it",)),
    Preset("Orange", "imap.orange.fr", "smtp.orange.fr", domains=("orange.fr", "wanadoo.fr")),
    Preset("Free", "imap.free.fr", "smtp.free.fr", domains=("free.fr",)),
)

_BY_DOMAIN: Final[Mapping[str, Preset]] = {domain: p for p in PRESETS for domain in p.domains}
_KEEP_SENT: Final = frozenset(p.smtp for p in PRESETS if p.keeps_sent and p.smtp != "127.0.0.1")


def keeps_sent(smtp_host: str) -> bool:
    """Whether this server puts what it submits into the Sent folder by itself."""
    return smtp_host.lower() in _KEEP_SENT


def _exists(host: str) -> bool:
    try:
        return bool(socket.getaddrinfo(host, 993, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError):
        return False


def guess(
    address: str,
    *,
    exchangers: Callable[[str], tuple[str, ...]] = mail_exchangers,
    exists: Callable[[str], bool] = _exists,
) -> ServerGuess:
    """Servers for a mail address: by its domain, by who takes the domain's mail, or by the usual names.

    Asks the DNS and nobody else. An unknown `provider` is empty, and its hosts are a guess.
    """
    domain = address.rpartition("@")[2].strip().lower().rstrip(".")
    preset = _BY_DOMAIN.get(domain) or _by_exchanger(exchangers(domain) if domain else ())
    if preset is not None:
        return ServerGuess(
            preset.provider,
            {**preset.settings(), "username": address},
            preset.needs,
            preset.help_url,
        )
    imap = _first_that_exists((f"imap.{domain}", f"mail.{domain}"), exists)
    smtp = _first_that_exists((f"smtp.{domain}", f"mail.{domain}"), exists)
    settings = Preset("", imap, smtp, 587).settings()
    return ServerGuess("", {**settings, "username": address}, PASSWORD)


def _by_exchanger(exchangers: tuple[str, ...]) -> Preset | None:
    for host in exchangers:
        for preset in PRESETS:
            if any(host == end or host.endswith(f".{end}") for end in preset.exchangers):
                return preset
    return None


def _first_that_exists(hosts: tuple[str, ...], exists: Callable[[str], bool]) -> str:
    return next((host for host in hosts if exists(host)), hosts[0])
