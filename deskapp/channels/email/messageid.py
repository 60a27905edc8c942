"""Our own Message-IDs: they carry ticket and message sealed under the desk's key.

`<ticket.message.mac@host>`, each part 16 bytes in base 32. The mac is computed over both ids and
is also what hides them (the SIV construction): the same message always gets the same id, ids give
nothing away, and nobody without the key can make one. A customer's mail client sends them back in
In-Reply-To and References; that, and not an address, says which ticket an answer belongs to.
"""

import hmac
import re
from base64 import b32decode, b32encode
from dataclasses import dataclass
from typing import Final

_SHAPE: Final = re.compile(r"<?([a-z2-7]{26})\.([a-z2-7]{26})\.([a-z2-7]{26})@[^<>\s]{1,255}>?")
_ID: Final = re.compile(r"[0-9a-f]{32}")
_LEAST_KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class SignedRef:
    """What one of our Message-IDs names: 32-character hexadecimal ids."""

    ticket_id: str
    message_id: str


def sign(ticket_id: str, message_id: str, domain: str, key: bytes) -> str:
    """The Message-ID header of a message of ours, in angle brackets.

    Raises ValueError for ids that are not 32 hexadecimal characters, a short key or a bad domain.
    """
    if not (_ID.fullmatch(ticket_id) and _ID.fullmatch(message_id)):
        raise ValueError("ids are 32 lower-case hexadecimal characters")
    if not re.fullmatch(r"[A-Za-z0-9.\-\[\]:]{1,255}", domain):
        raise ValueError("not a domain")
    plain = bytes.fromhex(ticket_id + message_id)
    mac = _mac(plain, key)
    sealed = _mask(plain, mac, key)
    return f"<{_text(sealed[:16])}.{_text(sealed[16:])}.{_text(mac)}@{domain.lower()}>"


def verify(message_id_header: str, key: bytes) -> SignedRef | None:
    """What a Message-ID of ours names; None for anything that this key did not sign."""
    match = _SHAPE.fullmatch(message_id_header.strip().lower())
    if not match:
        return None
    try:
        ticket, message, mac = (_bytes(part) for part in match.groups())
    except ValueError:
        return None
    plain = _mask(ticket + message, mac, key)
    if not hmac.compare_digest(mac, _mac(plain, key)):
        return None
    return SignedRef(plain[:16].hex(), plain[16:].hex())


def _mac(plain: bytes, key: bytes) -> bytes:
    return _derive(b"deskapp message-id mac\0" + plain, key)[:16]


def _mask(data: bytes, mac: bytes, key: bytes) -> bytes:
    stream = _derive(b"deskapp message-id mask\0" + mac, key)
    return bytes(a ^ b for a, b in zip(data, stream, strict=True))


def _derive(data: bytes, key: bytes) -> bytes:
    if len(key) < _LEAST_KEY_BYTES:
        raise ValueError("the key is too short")
    return hmac.digest(key, data, "sha256")


def _text(data: bytes) -> str:
    return b32encode(data).decode("ascii").rstrip("=").lower()


def _bytes(text: str) -> bytes:
    data = b32decode(text.upper() + "======")
    if _text(data) != text:  # unused bits set: one id must have one spelling
        raise ValueError("not canonical")
    return data
