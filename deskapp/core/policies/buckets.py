"""Token buckets, with the time handed in: how much of something there may be."""

from collections.abc import Callable, Hashable


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
