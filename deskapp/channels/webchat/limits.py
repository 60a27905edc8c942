"""How much of something there may be: token buckets, with the time handed in."""

from collections.abc import Callable, Hashable
from typing import Final

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


class Bucket:
    """Tokens that come back with time: `rate` is (burst, per second), times in s."""

    __slots__ = ("_at", "_burst", "_rate", "_tokens")

    def __init__(self, rate: tuple[float, float], now: float) -> None:
        self._burst, self._rate = rate
        self._tokens, self._at = self._burst, now

    def wait(self, now: float) -> float:
        """Take one: 0.0 when it was there, else the seconds until it is (and nothing is taken)."""
        self._refill(now)
        if self._tokens < 1:
            return (1 - self._tokens) / self._rate
        self._tokens -= 1
        return 0.0

    def is_full(self, now: float) -> bool:
        self._refill(now)
        return self._tokens >= self._burst

    def _refill(self, now: float) -> None:
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now


class Limiter:
    """A bucket for each key. `now` tells seconds, monotonic."""

    def __init__(self, rate: tuple[float, float], now: Callable[[], float]) -> None:
        self._rate, self._now = rate, now
        self._buckets: dict[Hashable, Bucket] = {}

    def wait(self, key: Hashable) -> float:
        """As `Bucket.wait`, of the bucket of `key`."""
        now = self._now()
        bucket = self._buckets.get(key)
        if bucket is None:
            self._buckets[key] = bucket = Bucket(self._rate, now)
        return bucket.wait(now)

    def forget_idle(self) -> None:
        """Drop the buckets that are full again."""
        now = self._now()
        self._buckets = {
            k: bucket for k, bucket in self._buckets.items() if not bucket.is_full(now)
        }

    def __len__(self) -> int:
        return len(self._buckets)
