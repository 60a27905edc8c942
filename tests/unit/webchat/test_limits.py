"""Token buckets."""

import pytest

from deskapp.channels.webchat.limits import Bucket, Limiter


class Seconds:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_and_then_one_at_a_time() -> None:
    time = Seconds()
    limiter = Limiter((3, 0.5), time)
    assert [limiter.wait("carmen") for _ in range(4)] == [0, 0, 0, 2.0]
    time.now += 1.5
    assert limiter.wait("carmen") == pytest.approx(0.5)
    time.now += 0.5
    assert limiter.wait("carmen") == 0
    assert limiter.wait("carmen") > 0


def test_waiting_takes_nothing() -> None:
    time = Seconds()
    limiter = Limiter((1, 1), time)
    limiter.wait("carmen")
    for _ in range(100):
        assert limiter.wait("carmen") == 1.0
    time.now += 1
    assert limiter.wait("carmen") == 0


def test_more_than_the_burst_is_never_saved_up() -> None:
    time = Seconds()
    bucket = Bucket((2, 1), time.now)
    time.now += 10_000
    assert [bucket.wait(time.now) > 0 for _ in range(3)] == [False, False, True]


def test_everybody_has_a_bucket_and_idle_ones_are_forgotten() -> None:
    time = Seconds()
    limiter = Limiter((2, 1), time)
    for n in range(1_000):
        assert limiter.wait(n) == 0
    time.now += 0.5
    limiter.wait("late")
    limiter.wait("late")
    time.now += 0.6
    limiter.forget_idle()
    assert len(limiter) == 1
    assert limiter.wait("late") == pytest.approx(0.4)
