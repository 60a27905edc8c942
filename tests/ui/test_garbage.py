"""Garbage is collected by the window's thread, and only by it."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.app import garbage
from deskapp.app.collector import Collector


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
    gc.unfreeze()
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


def test_what_takes_long_to_look_at_is_set_aside_until_nothing_is_done(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of pages that came at once would hold up a frame at each look."""
    monkeypatch.setattr(garbage, "LONG_S", -1.0)
    old, rush = [Knot(), Knot()], [Knot() for _ in range(2 * garbage.CALM)]
    first, second = (weakref.ref(knot) for knot in old)
    collector.collect()
    assert gc.get_freeze_count() > len(rush)
    monkeypatch.setattr(garbage, "ALL_S", 0.0)
    monkeypatch.setattr(garbage, "CALM_S", 0.0)
    del old[0]
    rush += [Knot() for _ in range(2 * garbage.CALM)]
    collector.collect()  # something was done just now
    assert first() is not None
    collector.collect()
    assert first() is None
    monkeypatch.setattr(garbage, "CALM_S", 60.0)
    old.clear()
    collector.collect()
    assert second() is not None
    monkeypatch.setattr(garbage, "ALL_AT_LAST_S", 0.0)
    collector.collect()
    assert second() is None


def test_what_was_looked_at_quickly_is_looked_at_again(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "DUE_S", (0.0, 0.0, 0.0))
    monkeypatch.setattr(garbage, "LONG_S", 60.0)
    old, rush = [Knot()], [Knot() for _ in range(2 * garbage.CALM)]
    watched = weakref.ref(old[0])
    collector.collect()
    old.clear()
    rush += [Knot() for _ in range(2 * garbage.CALM)]
    collector.collect()
    assert watched() is None
