"""What passes and is not kept, brought from the chat's threads to the window's."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from deskapp.core.ports import (
    ChatServer,
    ChatServerChanged,
    LiveChat,
    LiveNews,
    SiteVisitor,
    TestStep,
    VisitorPresence,
    VisitorsMoved,
    VisitorTyping,
)
from deskapp.ui.bridge import FRAME_MS


class Live(QObject):
    """The live side of web chat for the GUI thread. Of what changes many times a frame, the last is told.

    `typing` carries a `VisitorTyping`, `presence` a `VisitorPresence`, `moved` how many visitors are
    on the site, `server` a `ChatServer`.
    """

    typing = Signal(object)
    presence = Signal(object)
    moved = Signal(int)
    server = Signal(object)
    _woken = Signal()

    def __init__(self, chat: LiveChat, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chat = chat
        self._news: deque[LiveNews] = deque()
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._frame.timeout.connect(self._tell)
        self._woken.connect(self._lead, Qt.ConnectionType.QueuedConnection)
        self._held = [chat.subscribe(self._on_news)]
        self.destroyed.connect(partial(_let_go, self._held))

    def close(self) -> None:
        """Hear nothing more."""
        _let_go(self._held)
        self._frame.stop()
        self._news.clear()

    # -- asking: nothing here waits ------------------------------------------------------------

    def agent_typing(self, ticket_id: str, typing: bool) -> None:
        self._chat.agent_typing(ticket_id, typing)

    def presence_of(self, ticket_id: str) -> VisitorPresence:
        return self._chat.presence(ticket_id)

    def preview_of(self, ticket_id: str) -> VisitorTyping:
        return self._chat.preview(ticket_id)

    def visitors(self, first: int, count: int) -> tuple[SiteVisitor, ...]:
        """A slice of those on the site, the newest first."""
        return self._chat.visitors(first, count)

    def now(self) -> ChatServer:
        """How the chat server stands."""
        return self._chat.server()

    def test_reach(
        self, url: str, on_step: Callable[[TestStep], None]
    ) -> Future[tuple[TestStep, ...]]:
        return self._chat.test_reach(url, on_step)

    def snippet(self, box_id: str, public: bool) -> str:
        return self._chat.snippet(box_id, public)

    def test_page(self, box_id: str) -> str:
        return self._chat.test_page(box_id)

    def identity_secret(self, box_id: str, renew: bool = False) -> Future[str]:
        return self._chat.identity_secret(box_id, renew)

    # -- hearing -------------------------------------------------------------------------------

    def _on_news(self, news: LiveNews) -> None:
        """On the chat's thread."""
        self._news.append(news)
        if self._held and shiboken6.isValid(self):
            self._woken.emit()

    @Slot()
    def _lead(self) -> None:
        if not self._frame.isActive():
            self._tell()

    @Slot()
    def _tell(self) -> None:
        last: dict[tuple[type, str], LiveNews] = {}
        while self._news:
            news = self._news.popleft()
            last[type(news), getattr(news, "ticket_id", "")] = news
        if not last:
            return
        self._frame.start()
        for news in last.values():
            match news:
                case VisitorTyping():
                    self.typing.emit(news)
                case VisitorPresence():
                    self.presence.emit(news)
                case VisitorsMoved():
                    self.moved.emit(news.total)
                case ChatServerChanged():
                    self.server.emit(news.server)


def _let_go(held: list[Callable[[], None]], *_gone: object) -> None:
    while held:
        held.pop()()
