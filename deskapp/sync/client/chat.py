"""The live side of web chat at a colleague's machine: what the host tells of visitors, over the live line."""

from collections.abc import Callable
from time import monotonic
from typing import Final

import msgspec

from deskapp.core.ports import (
    ChatServer,
    ChatServerChanged,
    LiveNews,
    SiteVisitor,
    VisitorPresence,
    VisitorsMoved,
    VisitorTyping,
)
from deskapp.sync.protocol.live import ChatNews, Visitors

_KINDS: Final[dict[str, type[LiveNews]]] = {
    kind.__name__: kind
    for kind in (VisitorTyping, VisitorPresence, VisitorsMoved, ChatServerChanged)
}


def frame_of(news: LiveNews) -> ChatNews:
    return ChatNews(kind=type(news).__name__, body=msgspec.to_builtins(news))


def news_of(frame: ChatNews) -> LiveNews | None:
    """None for a kind that this program does not know."""
    kind = _KINDS.get(frame.kind)
    if kind is None:
        return None
    try:
        return msgspec.convert(frame.body, kind)
    except msgspec.ValidationError:
        return None


ASK_S: Final = 20.0
"""While somebody looks, the host is asked anew so often; it forgets who asked after a minute."""


class SiteWatch:
    """Who is on the shop's site, as the host told it last. It is asked while somebody here wants to know."""

    def __init__(self, ask: Callable[[], None], tell: Callable[[LiveNews], None]) -> None:
        self._ask, self._tell = ask, tell
        self._asked_at: float | None = None
        self._there: tuple[SiteVisitor, ...] = ()
        self._server = ChatServer()

    def visitors(self) -> tuple[SiteVisitor, ...]:
        """From any thread; never waits."""
        self._wanted()
        return self._there

    def server(self) -> ChatServer:
        self._wanted()
        return self._server

    def told(self, frame: Visitors) -> None:
        """On the line's thread."""
        if frame.stale:
            self._asked_at = None
            self._tell(VisitorsMoved(len(self._there)))
            return
        try:
            self._there = msgspec.convert(frame.visitors, tuple[SiteVisitor, ...])
        except msgspec.ValidationError:  # a newer host says it otherwise
            return
        before = self._server
        self._server = ChatServer(running=frame.running, connected=len(self._there))
        if before.running != frame.running:
            self._tell(ChatServerChanged(self._server))
        self._tell(VisitorsMoved(len(self._there)))

    def _wanted(self) -> None:
        now = monotonic()
        if self._asked_at is None or now - self._asked_at > ASK_S:
            self._asked_at = now
            self._ask()
