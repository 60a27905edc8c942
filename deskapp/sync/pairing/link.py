"""The invitation as one string: pasted, clicked, or scanned from a QR code."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

SCHEME: Final = "deskapp"
PORT: Final = 8791
"""Where a host listens unless it is told otherwise."""

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_SECRET = re.compile(r"[0-9A-Za-z_-]{16,128}")
_HOST = re.compile(r"[0-9A-Za-z._-]{1,253}|[0-9A-Fa-f:.]{2,45}")
_MOST = 4_000
_ADDRESSES = 16


@dataclass(frozen=True, slots=True)
class Link:
    """Where the host is (`host:port`, the best first), its certificate's SHA-256, and the one-time secret.

    An empty fingerprint: the certificate is a real one, and the system's authorities vouch for it.
    """

    addresses: tuple[str, ...]
    fingerprint: str
    secret: str

    def __str__(self) -> str:
        words = [("h", address) for address in self.addresses]
        if self.fingerprint:
            words.append(("f", self.fingerprint))
        return f"{SCHEME}://pair?{urlencode([*words, ('s', self.secret)], safe=':[]')}"

    @classmethod
    def parse(cls, text: str) -> "Link":
        """Raises `ValueError` for anything that is not such a link."""
        parts = urlsplit(text.strip()[:_MOST])
        if parts.scheme != SCHEME or parts.netloc != "pair":
            raise ValueError("not an invitation")
        words = parse_qs(parts.query, strict_parsing=True)
        found = words.get("h", [])[:_ADDRESSES]
        fingerprint, secret = words.get("f", [""])[0].lower(), words.get("s", [""])[0]
        if not found or not _SECRET.fullmatch(secret):
            raise ValueError("the invitation is incomplete")
        if fingerprint and not _FINGERPRINT.fullmatch(fingerprint):
            raise ValueError("the invitation's fingerprint is damaged")
        return cls(tuple(map(address, found)), fingerprint, secret)


def address(text: str) -> str:
    """`host:port` of what a person typed: with or without a port, or as an https address.

    Raises `ValueError`.
    """
    parts = urlsplit(text.strip() if "://" in text else f"https://{text.strip()}")
    try:
        host, port = parts.hostname or "", parts.port or PORT
    except ValueError as error:
        raise ValueError("not an address") from error
    plain = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    if parts.scheme != "https" or not _HOST.fullmatch(host) or not plain:
        raise ValueError("not an address")
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
