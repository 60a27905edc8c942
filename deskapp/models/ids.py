"""UUIDv7 identifiers (RFC 9562, section 5.7) as 32 lower-case hexadecimal characters."""

import re
from typing import NewType

TicketKey = NewType("TicketKey", int)
"""A ticket's integer primary key in this machine's database: a handle for reading, never in a command."""

_UUID7 = re.compile(r"[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}")


def make_uuid7(now_ms: int, random_bits: int) -> str:
    """Return a UUIDv7 of `now_ms` (milliseconds since the epoch, 48 bits) and 74 random bits."""
    value = (now_ms & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= ((random_bits >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random_bits & ((1 << 62) - 1)
    return f"{value:032x}"


def is_uuid7(text: str) -> bool:
    """Tell whether `text` is an id as `make_uuid7` writes them."""
    return _UUID7.fullmatch(text) is not None
