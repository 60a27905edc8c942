"""What waits for the writer, handed to it in groups: a commit costs about as much as what is done in it."""

import queue
from collections.abc import Callable
from typing import Final

from deskapp.core.authority.job import Job

GROUP: Final = 200
"""Jobs of one commit, at most."""
APART_MS: Final = 20
"""In a crowd commits begin so long apart, and take along who comes meanwhile,"""
LULL_MS: Final = 4
"""unless nobody comes for so long: whoever waits for each answer before the next word is not kept waiting."""
CROWD_MS: Final = 500
"""It is one from when somebody came during a commit, until that did not happen for so long."""


class Gathering:
    """For any number of threads that put and one that takes. `now` tells ms; it may jump."""

    def __init__(self, now: Callable[[], int]) -> None:
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
            self._crowd_until = now + CROWD_MS
        until = min(self._taken, now) + APART_MS if now < self._crowd_until else now
        jobs: list[Job] = []
        job = self._queue.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) == GROUP:
                break
            try:
                job = self._next(min(until - self._now(), LULL_MS))
            except queue.Empty:
                break
        self._taken = self._now()
        return jobs, job is not None

    def _next(self, wait_ms: int) -> Job | None:
        return self._queue.get(timeout=wait_ms / 1000) if wait_ms > 0 else self._queue.get_nowait()
