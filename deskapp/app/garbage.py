"""Collecting garbage when nothing else is to be done."""

import gc
import time
from typing import Final

DUE_S: Final = (0.0, 1.0, 20.0)
"""How often, at most, each generation is looked at."""
LONG_S: Final = 0.006
"""What takes longer to look at is set aside: mostly it stays, as do the pages of visitors who came all at once.
To look at 2,000 of them takes 350 ms, in which nobody else gets a turn."""
ALL_S: Final = 1_800.0
"""How often, at most, all are looked at, with those that were set aside,"""
CALM_S: Final = 30.0
"""after so long a time in which nothing was done that would be held up by it;"""
ALL_AT_LAST_S: Final = 14_400.0
"""but not never."""
CALM: Final = 500
"""Objects of one tick."""


class Garbage:
    """Collects when it is told to, instead of wherever memory is asked for. After `close` it is as before."""

    def __init__(self) -> None:
        self._was_on = gc.isenabled()
        gc.disable()
        self._all = self._busy = time.monotonic()
        self._looked = [self._all] * len(DUE_S)

    def collect(self) -> None:
        """The oldest generation that is due, and with it those below. To be called several times a second."""
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
        if self._was_on:
            gc.enable()
