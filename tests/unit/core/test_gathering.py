"""Who shares a commit: all who wait, and in a crowd those who come soon after."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp.core.authority import gathering
from deskapp.core.authority.gathering import CROWD_MS, GROUP, Gathering
from deskapp.core.authority.job import Job
from deskapp.core.commands.tickets import SetSubject
from deskapp.system.clock import SystemClock
from tests.support.waiting import wait_for

LONG_MS = 600_000
"""A test that waits so long fails by its time limit."""


def job(n: int) -> Job:
    return Job(SetSubject(ticket_id="t", subject=f"{n}"), f"{n}", "", "", n)


def numbers(jobs: list[Job]) -> list[int]:
    return [one.n for one in jobs]


class Clock:
    def __init__(self) -> None:
        self.ms = 1_000

    def __call__(self) -> int:
        return self.ms


class Taker:
    """Takes once on a thread of its own."""

    def __init__(self, waiting: Gathering) -> None:
        self._found: tuple[list[Job], bool] = ([], True)
        self._waiting = waiting
        self._thread = threading.Thread(target=self._take)
        self._thread.start()

    def _take(self) -> None:
        self._found = self._waiting.take()

    def found(self) -> tuple[list[int], bool]:
        self._thread.join(90)
        assert not self._thread.is_alive()
        jobs, more = self._found
        return numbers(jobs), more


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(0, 3))
def test_all_are_taken_once_and_in_their_order(steps: list[int], ticks: int) -> None:
    clock = Clock()
    waiting = Gathering(clock)
    put, taken = 0, list[int]()
    for count in steps:
        for _ in range(count):
            waiting.put(job(put))
            put += 1
        clock.ms += ticks * CROWD_MS
        if put > len(taken):
            jobs, more = waiting.take()
            assert jobs
            assert more
            taken += numbers(jobs)
    waiting.end()
    jobs, more = waiting.take()
    assert not more
    assert taken + numbers(jobs) == list(range(put))


def test_no_more_share_a_commit_than_it_holds() -> None:
    waiting = Gathering(SystemClock().now)
    for n in range(GROUP + 1):
        waiting.put(job(n))
    waiting.end()
    first, more = waiting.take()
    assert (numbers(first), more) == (list(range(GROUP)), True)
    last, more = waiting.take()
    assert (numbers(last), more) == ([GROUP], False)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that nobody would sit through."""
    monkeypatch.setattr(gathering, "APART_MS", LONG_MS)
    monkeypatch.setattr(gathering, "LULL_MS", LONG_MS)


@pytest.mark.usefixtures("patient")
def test_who_comes_alone_is_taken_at_once() -> None:
    waiting = Gathering(SystemClock().now)
    for n in range(3):
        taker = Taker(waiting)
        waiting.put(job(n))
        assert taker.found() == ([n], True)


@pytest.mark.usefixtures("patient")
def test_in_a_crowd_who_comes_soon_is_taken_along() -> None:
    waiting = Gathering(SystemClock().now)
    waiting.put(job(0))  # during a commit, say
    taker = Taker(waiting)
    wait_for(waiting._queue.empty, "the first to be taken")
    waiting.put(job(1))
    wait_for(waiting._queue.empty, "the second to be taken")
    waiting.end()
    assert taker.found() == ([0, 1], False)


@pytest.mark.usefixtures("patient")
def test_a_crowd_is_over_when_nobody_came_during_a_commit_for_a_while() -> None:
    clock = Clock()
    waiting = Gathering(clock)
    for n in range(GROUP):
        waiting.put(job(n))
    waiting.take()
    clock.ms += CROWD_MS
    taker = Taker(waiting)
    waiting.put(job(GROUP))
    assert taker.found() == ([GROUP], True)


def test_a_lull_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "APART_MS", LONG_MS)
    waiting = Gathering(SystemClock().now)
    waiting.put(job(0))
    assert Taker(waiting).found() == ([0], True)


def test_commits_are_not_kept_apart_for_longer_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "LULL_MS", LONG_MS)
    waiting = Gathering(SystemClock().now)
    waiting.put(job(0))
    assert Taker(waiting).found() == ([0], True)
