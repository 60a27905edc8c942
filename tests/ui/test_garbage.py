"""Garbage is collected by the window's thread, and only by it."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.app import garbage
from deskapp.app.garbage import Collector


class Knot:
    """Garbage that only a collector can see."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[Collector]:
    gc.enable()
    made = Collector()
    yield made
    made.close()
    assert gc.isenabled()


def _litter(knots: int) -> "weakref.ref[Knot]":
    watched = weakref.ref(Knot())
    for _ in range(knots):
        Knot()
    return watched


def test_other_threads_never_collect(collector: Collector) -> None:
    gone: list[int] = []
    watched = weakref.finalize(Knot(), lambda: gone.append(threading.get_ident()))
    worker = threading.Thread(target=_litter, args=(20_000,))
    worker.start()
    worker.join()
    assert watched.alive
    collector.collect()
    assert gone == [threading.get_ident()]


def test_it_collects_by_itself(collector: Collector, qtbot: QtBot) -> None:
    watched = _litter(20_000)
    assert watched() is not None
    qtbot.waitUntil(lambda: watched() is None)


def test_what_is_young_is_left_alone_until_there_is_enough_of_it(collector: Collector) -> None:
    gc.collect()
    watched = _litter(10)
    collector.collect()
    assert watched() is not None


def test_all_is_looked_at_when_little_is_done_and_at_last_in_any_case(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "ALL_S", 0.0)
    old = [Knot(), Knot()]
    gc.collect()
    first, second = (weakref.ref(knot) for knot in old)
    rush = [Knot() for _ in range(2 * garbage.QUIET)]
    del old[0]
    collector.collect()
    assert first() is not None
    collector.collect()  # nothing happened since
    assert first() is None
    monkeypatch.setattr(garbage, "ALL_AT_LAST_S", 0.0)
    old.clear()
    rush += [Knot() for _ in range(2 * garbage.QUIET)]
    collector.collect()
    assert second() is None
