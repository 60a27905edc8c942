"""The one thread that a replica belongs to: commands in groups, and pieces of work from the loop."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from deskapp.core.api import Outcome
from deskapp.models.disk import StorageProblem
from deskapp.sync.replica.replica import Replica
from deskapp.sync.replica.status import trouble_of
from deskapp.sync.replica.submission import Job

GROUP = 200


class ReplicaClosed(RuntimeError):
    """The desk was closed before this was taken."""


@dataclass(slots=True)
class _Submission:
    job: Job
    offline: bool
    future: "Future[Outcome]" = field(default_factory=Future)


@dataclass(slots=True)
class _Work:
    work: Callable[[Replica], object]
    future: "Future[object]" = field(default_factory=Future)


class ReplicaWriter:
    """Takes over `replica`, and closes it."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._queue: queue.SimpleQueue[_Submission | _Work | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="replica", daemon=True)
        self._thread.start()

    def submit(self, job: Job, *, offline: bool) -> "Future[Outcome]":
        """Resolves when the command is kept durably and shows here, or was rejected here."""
        one = _Submission(job, offline)
        one.future.set_running_or_notify_cancel()
        self._put(one)
        return one.future

    def do_later(self, work: Callable[[Replica], object]) -> "Future[object]":
        one = _Work(work)
        one.future.set_running_or_notify_cancel()
        self._put(one)
        return one.future

    def close(self) -> None:
        """Finish what is queued, then close the files. May be called twice."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        self._replica.close()

    def _put(self, one: _Submission | _Work) -> None:
        with self._lock:
            if not self._closed:
                self._queue.put(one)
                return
        one.future.set_exception(ReplicaClosed("this desk is closed"))

    # The replica's thread --------------------------------------------------------------------------------------

    def _run(self) -> None:
        while (one := self._queue.get()) is not None:
            group: list[_Submission] = []
            while isinstance(one, _Submission):
                group.append(one)
                if len(group) == GROUP or self._queue.empty():
                    break
                one = self._queue.get()
            if group:
                self._submit(group)
            if isinstance(one, _Work):
                self._carry_out(one)
            elif one is None:
                return

    def _submit(self, group: list[_Submission]) -> None:
        try:
            offline = any(one.offline for one in group)
            outcomes = self._replica.submit([one.job for one in group], offline=offline)
        except Exception as error:  # noqa: BLE001 - disk full: nothing was kept, and each is told so
            trouble = trouble_of(error)
            for one in group:
                one.future.set_exception(StorageProblem(trouble) if trouble else error)
            return
        for one, outcome in zip(group, outcomes, strict=True):
            one.future.set_result(outcome)

    def _carry_out(self, one: _Work) -> None:
        try:
            one.future.set_result(one.work(self._replica))
        except Exception as error:  # noqa: BLE001 - it is whoever waits for it who knows what to do
            one.future.set_exception(error)
