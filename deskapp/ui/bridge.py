"""The one place where results cross from the desk's threads to the window's.

Workers only append to a queue and emit one bound signal that is connected *queued* to a method of
a GUI-resident object; a lambda connected to a worker's signal would run on the worker.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeVar
from weakref import ref

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from deskapp.core.api import ChangeSet, Command, Outcome, Query, Workspace

R = TypeVar("R")
FRAME_MS = 16
SLICE_S = 0.004
"""Of handing over answers at a stretch: in between are keys, paint and timers."""


@dataclass(frozen=True, slots=True)
class _Delivery:
    owner: ref[QObject] | None
    on_result: Callable[[Any], None] | None
    on_error: Callable[[Exception], None] | None
    future: Future[Any]


class Bridge(QObject):
    """Asks and tells the workspace for the window. All methods are for the GUI thread.

    `changed` carries a `ChangeSet`: the first of a burst at once, the others merged, at most one a
    frame. `failed` carries the exception of a read or write that nobody else took care of.
    """

    changed = Signal(object)
    failed = Signal(object)
    _woken = Signal()
    _committed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self._done: deque[_Delivery] = deque()
        self._changes: deque[ChangeSet] = deque()
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._frame.timeout.connect(self._emit_changes)
        self._more = QTimer(self, singleShot=True, interval=1)
        self._more.timeout.connect(self._deliver)
        self._woken.connect(self._wake, Qt.ConnectionType.QueuedConnection)
        self._committed.connect(self._lead, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe: Callable[[], None] | None = workspace.subscribe(self._on_commit)

    def ask(
        self,
        query: Query[R],
        on_result: Callable[[R], None],
        owner: QObject | None,
        on_error: Callable[[Exception], None] | None = None,
    ) -> Future[R]:
        """Read; `on_result` runs on the GUI thread unless `owner` has died by then.

        Cancel the returned future to lose interest. Without `on_error` a failure goes to `failed`.
        After `close` nothing is read: the future is cancelled.
        """
        if self._unsubscribe is None:
            return _cancelled()
        future = self.workspace.query(query)
        self._watch(future, on_result, owner, on_error)
        return future

    def send(
        self,
        command: Command,
        on_outcome: Callable[[Outcome], None] | None = None,
        owner: QObject | None = None,
        command_id: str | None = None,
    ) -> Future[Outcome]:
        """Write; `on_outcome` runs on the GUI thread once the commit is on the disk, or refused."""
        if self._unsubscribe is None:
            return _cancelled()
        future = self.workspace.submit(command, command_id)
        self._watch(future, on_outcome, owner, None)
        return future

    def watch(
        self,
        future: Future[R],
        on_result: Callable[[R], None],
        owner: QObject | None,
        on_error: Callable[[Exception], None] | None = None,
    ) -> None:
        """Bring the result of any other future (a service's, a job's) to the GUI thread."""
        self._watch(future, on_result, owner, on_error)

    def close(self) -> None:
        """Stop listening; what is still under way is dropped. Call before the workspace closes."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._frame.stop()
        self._more.stop()
        self._done.clear()
        self._changes.clear()

    def _watch(
        self,
        future: Future[R],
        on_result: Callable[[R], None] | None,
        owner: QObject | None,
        on_error: Callable[[Exception], None] | None,
    ) -> None:
        whose = ref(owner) if owner is not None else None

        def finished(done: Future[R]) -> None:
            # It must not know the future before: that knows it, and its answer would stay until garbage is collected.
            self._post(self._done, _Delivery(whose, on_result, on_error, done), self._woken)

        future.add_done_callback(finished)

    def _on_commit(self, change: ChangeSet) -> None:
        """On the authority's thread."""
        self._post(self._changes, change, self._committed)

    def _post(self, queue: deque[Any], item: object, signal: Any) -> None:
        """From any thread. The bridge may already be gone when the application is closing."""
        queue.append(item)
        if self._unsubscribe is not None and shiboken6.isValid(self):
            signal.emit()

    @Slot()
    def _wake(self) -> None:
        if not self._more.isActive():
            self._deliver()

    @Slot()
    def _deliver(self) -> None:
        until = perf_counter() + SLICE_S
        try:
            while self._done:
                delivery = self._done.popleft()
                if not _gone(delivery.owner) and not delivery.future.cancelled():
                    self._hand_over(delivery)
                if perf_counter() > until:
                    break
        finally:
            if self._done:  # also when a callback failed: the others still get their answers
                self._more.start()

    def _hand_over(self, delivery: _Delivery) -> None:
        try:
            error = delivery.future.exception()
        except CancelledError:
            return
        if error is None:
            if delivery.on_result is not None:
                delivery.on_result(delivery.future.result())
        elif delivery.on_error is not None and isinstance(error, Exception):
            delivery.on_error(error)
        else:
            self.failed.emit(error)

    @Slot()
    def _lead(self) -> None:
        if not self._frame.isActive():
            self._emit_changes()

    @Slot()
    def _emit_changes(self) -> None:
        if not self._changes:
            return
        batch = []
        while self._changes:
            batch.append(self._changes.popleft())
        self._frame.start()
        self.changed.emit(merge_changes(batch))


class Latest:
    """One slot of which only the newest question is answered: search as you type, previews.

    Older questions are cancelled where they still wait; their answers never arrive late.
    """

    def __init__(self, bridge: Bridge, owner: QObject) -> None:
        self._bridge = bridge
        self._owner = owner
        self._token = 0
        self._future: Future[Any] | None = None

    def ask(
        self,
        query: Query[R],
        on_result: Callable[[R], None],
        on_error: Callable[[Exception], None] | None = None,
    ) -> None:
        self.cancel()
        token = self._token

        def arrived(result: R) -> None:
            if token == self._token:
                on_result(result)

        def broke(error: Exception) -> None:
            if token == self._token:
                (on_error or self._bridge.failed.emit)(error)

        self._future = self._bridge.ask(query, arrived, self._owner, broke)

    def cancel(self) -> None:
        """Nothing that was asked so far will be answered."""
        self._token += 1
        if self._future is not None:
            self._future.cancel()
            self._future = None


def merge_changes(batch: list[ChangeSet]) -> ChangeSet:
    """One `ChangeSet` that says what all of `batch`, in order, said."""
    if len(batch) == 1:
        return batch[0]
    return ChangeSet(
        seq=max(change.seq for change in batch),
        changes=tuple(item for change in batch for item in change.changes),
        tickets=frozenset().union(*(change.tickets for change in batch)),
        counts=any(change.counts for change in batch),
        whole=any(change.whole for change in batch),
    )


def _cancelled() -> Future[Any]:
    future: Future[Any] = Future()
    future.cancel()
    return future


def _gone(owner: ref[QObject] | None) -> bool:
    if owner is None:
        return False
    alive = owner()
    return alive is None or not shiboken6.isValid(alive)
