"""How much of something there may be."""

from typing import Final

from deskapp.core.policies.buckets import Bucket, Limiter

__all__ = ["Bucket", "Limiter"]

HELLO_S: Final = 5.0
"""A page says hello at once; who does not is no page."""
FRAME_BYTES: Final = 32 * 1024
"""4,000 characters of three bytes each, with answers, fit; nothing longer is of any use."""
FRAMES: Final = (60.0, 20.0)
"""Frames of any kind of one socket, burst and per second: a page types 4 times a second at most."""
SOCKETS_AN_ADDRESS: Final = 40
"""Several tabs of several people behind one router."""
SOCKETS: Final = 5_000
"""What one process serves well."""
MESSAGES: Final = (10.0, 1.0)
"""Of one visitor, burst and per second: people type slower."""
NEW_CHATS: Final = (20.0, 20 / 3600)
"""Of one address, burst and per second: 20 an hour."""
UPLOADS: Final = (20.0, 20 / 3600)
UPLOADS_AN_ADDRESS: Final = (60.0, 60 / 3600)
HELLOS: Final = (120.0, 2.0)
"""Of one address: 40 sockets that come back three times, and then two a second."""
LOOKUPS: Final = (60.0, 1.0)
"""Files that are asked for without an open page, of one address: the pictures of a conversation."""
TRANSCRIPTS: Final = (3.0, 3 / 3600)
UPLOADED_BYTES: Final = 500 * 1024 * 1024
"""Of files that no message has named yet, of all visitors."""
