"""When visitors are told to wait, and when they are called."""

import heapq
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import count

import pytest

from deskapp.channels.webchat import pressure as p
from deskapp.channels.webchat.pressure import AGAIN_S, AHEAD_MOST, CALLED_S, UNDER_WAY, Pressure
from tests.bench.results import p95


@dataclass
class Time:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Doors:
    """Who was called, in order; those in `gone` do not hear it."""

    pressure: Pressure
    called: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def wait(self, uid: str) -> float:
        return self.pressure.wait(uid, partial(self._call, uid))

    def _call(self, uid: str) -> bool:
        self.called.append(uid)
        return uid not in self.gone

    def fill(self) -> ExitStack:
        under_way = ExitStack()
        for n in range(UNDER_WAY):
            assert self.wait(f"first {n}") == 0
            under_way.enter_context(self.pressure.one())
        return under_way


def test_only_so_many_messages_are_under_way_at_once() -> None:
    doors = Doors(Pressure(Time()))
    with doors.fill():
        assert doors.wait("late") > AGAIN_S
        assert doors.wait("later") > AGAIN_S
        assert doors.wait("late") > AGAIN_S, "it asks again, and keeps its place"
        assert doors.called == []
    assert doors.called == ["late", "later"]
    assert doors.wait("later") == 0
    assert doors.wait("late") == 0
    assert doors.wait("new") == 0


def test_who_comes_later_stands_behind_those_who_wait() -> None:
    doors = Doors(Pressure(Time()))
    line = [f"{n:03}" for n in range(3 * UNDER_WAY)]
    with doors.fill():
        assert all(doors.wait(uid) for uid in line)
    assert doors.called == line[:UNDER_WAY], "no more than are let in soon"
    assert doors.wait("new") > 0, "there is room, but others came before"
    for n, uid in enumerate(line):
        assert doors.wait(uid) == 0
        with doors.pressure.one():
            assert len(doors.called) <= n + 1 + UNDER_WAY
    assert doors.called == [*line, "new"]


def test_who_is_gone_or_does_not_come_keeps_nobody_waiting() -> None:
    time = Time()
    doors = Doors(Pressure(time))
    line = [f"{n:03}" for n in range(2 * UNDER_WAY)]
    doors.gone = set(line[:UNDER_WAY])
    with doors.fill():
        assert all(doors.wait(uid) for uid in line)
        assert doors.wait("last")
    assert doors.called == line
    time.now += CALLED_S
    doors.pressure.call()
    assert doors.called == [*line, "last"]


def test_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(p, "LINE", 3)
    doors = Doors(Pressure(Time()))
    with doors.fill():
        assert all(doors.wait(uid) for uid in "abcd")
    assert doors.called == ["a", "b", "c"]


@dataclass
class Rush:
    """Visitors who write three times as much as the desk can take, each `way` (s) away from it."""

    capacity: float
    way: float
    words: int
    time: Time = field(default_factory=Time)
    asked: int = 0
    taken: list[int] = field(default_factory=list)
    inside: list[int] = field(default_factory=list)

    def run(self) -> float:
        """Until all are kept; how much of the time the desk was busy."""
        doors, order, begin = Doors(Pressure(self.time)), count(), self.time.now
        coming = [(begin + n / (3 * self.capacity), next(order), n) for n in range(self.words)]
        writing: deque[tuple[float, ExitStack]] = deque()  # until when, one after another
        while coming or writing:
            if writing and (not coming or writing[0][0] <= coming[0][0]):
                self.time.now, under_way = writing.popleft()
                under_way.close()
            else:
                self.time.now, _, n = heapq.heappop(coming)
                self.asked += 1
                if not doors.wait(f"{n}"):
                    free = writing[-1][0] if writing else self.time.now
                    writing.append((free + 1 / self.capacity, ExitStack()))
                    writing[-1][1].enter_context(doors.pressure.one())
                    self.taken.append(n)
                    self.inside.append(len(writing))
            for uid in doors.called:
                heapq.heappush(coming, (self.time.now + self.way, next(order), int(uid)))
            doors.called.clear()
        return self.words / self.capacity / (self.time.now - begin)


@pytest.mark.parametrize("way", [0.001, 0.05, 0.4])
@pytest.mark.parametrize("capacity", [20.0, 200.0, 900.0])
def test_in_a_rush_the_desk_is_busy_but_not_too_busy(capacity: float, way: float) -> None:
    """Nobody asks more often than twice, and nobody is overtaken but on the way in."""
    rush = Rush(capacity, way, int(40 * capacity))
    assert rush.run() > 0.9
    assert len(rush.taken) == rush.words
    assert rush.asked <= 2 * rush.words
    assert p95(rush.inside) <= 2 * UNDER_WAY + 1.5 * capacity * way
    assert max(abs(n - uid) for n, uid in enumerate(rush.taken)) <= AHEAD_MOST + 3 * UNDER_WAY
