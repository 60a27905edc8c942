"""What the link to the host tells, brought from its threads to the window's."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from deskapp.core.ports import (
    ConnectionChanged,
    Digest,
    HostState,
    Inspection,
    Seen,
    TeamHost,
    TeamLink,
    TeamNews,
    Unsent,
)
from deskapp.ui.bridge import FRAME_MS


class TeamLive(QObject):
    """A `TeamLink` for the GUI thread. Of what changes many times a frame, the last is told.

    `moved`: ask `Workspace.connection` again. `seen`: colleagues came to tickets, or left them.
    `digest` carries a `Digest`.
    """

    moved = Signal()
    seen = Signal()
    digest = Signal(object)
    _woken = Signal()

    def __init__(self, link: TeamLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._news: deque[TeamNews] = deque()
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._frame.timeout.connect(self._tell)
        self._woken.connect(self._lead, Qt.ConnectionType.QueuedConnection)
        self._held = [link.subscribe(self._on_news)]
        self.destroyed.connect(partial(_let_go, self._held))

    def close(self) -> None:
        """Hear nothing more."""
        _let_go(self._held)
        self._frame.stop()
        self._news.clear()

    # -- asking: nothing here waits ------------------------------------------------------------

    def unsent(self) -> tuple[Unsent, ...]:
        """What waits, and what was refused; the oldest first."""
        return self._link.unsent()

    def retry(self, command_id: str) -> None:
        self._link.retry(command_id)

    def discard(self, command_id: str) -> None:
        self._link.discard(command_id)

    def sync_now(self) -> None:
        self._link.sync_now()

    def look_at(self, ticket_id: str, typing: bool = False) -> None:
        self._link.look_at(ticket_id, typing)

    def inspect(self) -> Future[Inspection]:
        return self._link.inspect()

    def at(self, ticket_id: str) -> tuple[Seen, ...]:
        """Colleagues at that ticket now."""
        return self._link.seen(ticket_id)

    def kept_days(self) -> int:
        """How much this machine keeps; 0: everything."""
        return self._link.kept_days()

    def keep_days(self, days: int) -> None:
        self._link.keep_days(days)

    # -- hearing -------------------------------------------------------------------------------

    def _on_news(self, news: TeamNews) -> None:
        """On the link's thread."""
        self._news.append(news)
        if self._held and shiboken6.isValid(self):
            self._woken.emit()

    @Slot()
    def _lead(self) -> None:
        if not self._frame.isActive():
            self._tell()

    @Slot()
    def _tell(self) -> None:
        if not self._news:
            return
        kinds, digests = set(), []
        while self._news:
            news = self._news.popleft()
            kinds.add(type(news))
            if isinstance(news, Digest):
                digests.append(news)
        self._frame.start()
        if ConnectionChanged in kinds:
            self.moved.emit()
        if Seen in kinds:
            self.seen.emit()
        for digest in digests:
            self.digest.emit(digest)


def _let_go(held: list[Callable[[], None]], *_gone: object) -> None:
    while held:
        held.pop()()


class HostLive(QObject):
    """A `TeamHost` for the GUI thread: `changed` carries its `HostState`."""

    changed = Signal(object)
    _woken = Signal()

    def __init__(self, host: TeamHost, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.host = host
        self._woken.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._held = [host.subscribe(self._on_state)]
        self.destroyed.connect(partial(_let_go, self._held))

    def now(self) -> HostState:
        return self.host.state()

    def _on_state(self, _state: HostState) -> None:
        """On the host's thread."""
        if self._held and shiboken6.isValid(self):
            self._woken.emit()

    @Slot()
    def _tell(self) -> None:
        self.changed.emit(self.host.state())
