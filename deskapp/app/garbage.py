"""Collecting garbage when nothing else is to be done."""

import gc
import time

from PySide6.QtCore import QObject, QTimer

TICK_MS = 100
"""A rush makes thousands of objects in that time: to look at them takes a fraction of a frame. After a whole
second of a rush it took 36 ms."""
OLDER_S = 1.0
ALL_S = 120.0
"""How often, at most, those are looked at that were there before, and all: that takes the longest (200 ms
with 2,000 visitors), so it also waits for a moment in which little is done,"""
ALL_AT_LAST_S = 900.0
"""but not for ever."""
QUIET = 2_000
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
        self._older = self._all = time.monotonic()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """The oldest generation that is due, and with it those below."""
        young, now = gc.get_count()[0], time.monotonic()
        waited = now - self._all
        if waited > ALL_AT_LAST_S or (waited > ALL_S and young < QUIET):
            self._older = self._all = now
            gc.collect(2)
        elif young > gc.get_threshold()[0]:
            older = now - self._older > OLDER_S
            self._older = now if older else self._older
            gc.collect(1 if older else 0)

    def close(self) -> None:
        self._timer.stop()
        if self._was_on:
            gc.enable()
