"""Collecting garbage when nothing else is to be done."""

import gc
import time

from PySide6.QtCore import QObject, QTimer

TICK_MS = 100
"""A rush makes thousands of objects in that time: to look at them takes a fraction of a frame. After a whole
second of a rush it took 36 ms."""
DUE_S = (0.0, 1.0, 20.0)
"""How often, at most, each generation is looked at."""
LONG_S = 0.006
"""What takes longer to look at is set aside: mostly it stays, as do the pages of visitors who came all at once.
To look at 2,000 of them takes 350 ms."""
ALL_S = 1_800.0
"""How often, at most, all are looked at, with those that were set aside,"""
CALM_S = 30.0
"""after so long a time in which nothing was done that would be held up by it;"""
ALL_AT_LAST_S = 14_400.0
"""but not never."""
CALM = 500
"""Objects of one tick."""


class Collector(QObject):
    """Collects on the window's thread, between two events, instead of wherever memory is asked for.

    A pause then never falls into the middle of a paint, and what belongs to Qt is never destroyed by
    a reader or a worker. After `close` it is as before.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = gc.isenabled()
        gc.disable()
        self._all = self._busy = time.monotonic()
        self._looked = [self._all] * len(DUE_S)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """The oldest generation that is due, and with it those below."""
        young, now = gc.get_count()[0], time.monotonic()
        if young > CALM:
            self._busy = now
        waited = now - self._all
        if waited > ALL_AT_LAST_S or (waited > ALL_S and now - self._busy > CALM_S):
            gc.unfreeze()
            self._look(2, now)
            gc.freeze()
            self._all = now
        elif young > gc.get_threshold()[0]:
            due = [n for n, often in enumerate(DUE_S) if now - self._looked[n] > often]
            self._look(max(due, default=0), now)
            if time.monotonic() - now > LONG_S:
                gc.freeze()

    def _look(self, generation: int, now: float) -> None:
        self._looked[: generation + 1] = [now] * (generation + 1)
        gc.collect(generation)

    def close(self) -> None:
        self._timer.stop()
        if self._was_on:
            gc.enable()
