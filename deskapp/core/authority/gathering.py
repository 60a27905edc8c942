"""What waits for the writer, handed to it in groups: a commit costs about as much as what is done in it."""

import queue
from collections.abc import Callable
from time import monotonic
from typing import Final

from deskapp.core.authority.job import Job

GROUP: Final = 200
"""Jobs of one commit, at most."""
APART_S: Final = 0.02
"""In a crowd commits begin so long apart, and take along who comes meanwhile,"""
LULL_S: Final = 0.004
"""unless nobody comes for so long: whoever waits for each answer before the next word is not kept waiting."""
CROWD_S: Final = 0.5
"""It is one from when somebody came during a commit, until that did not happen for so long."""


class Gathering:
    """For any number of threads that put and one that takes. `now` tells seconds, monotonic."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._taken = self._crowd_until = now()

    def put(self, job: Job) -> None:
        self._queue.put(job)

    def end(self) -> None:
        """Nothing is put after this."""
        self._queue.put(None)

    def take(self) -> tuple[list[Job], bool]:
        """Those of the next commit, in the order in which they were put, and whether there may be others.

        Waits for the first. None are taken only at the end.
        """
        now = self._now()
        if not self._queue.empty():
            self._crowd_until = now + CROWD_S
        until = self._taken + APART_S if now < self._crowd_until else now
        jobs: list[Job] = []
        job = self._queue.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) == GROUP:
                break
            try:
                job = self._next(min(until - self._now(), LULL_S))
            except queue.Empty:
                break
        self._taken = self._now()
        return jobs, job is not None

    def _next(self, wait: float) -> Job | None:
        return self._queue.get(timeout=wait) if wait > 0 else self._queue.get_nowait()
