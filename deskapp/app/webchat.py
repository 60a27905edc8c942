"""The web chat of a desk, as the window sees it (`core.ports.LiveChat`): quiet until a chat box is made.

The server's libraries are imported when the first box is there, off the window's thread.
"""

import logging
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from deskapp.core.api import ChangeSet
from deskapp.core.authority.workspace import SYSTEM, LocalWorkspace
from deskapp.core.ports import (
    ChatServer,
    LiveNews,
    SiteVisitor,
    TestStep,
    VisitorPresence,
    VisitorTyping,
)
from deskapp.core.queries.desk import GetAccounts
from deskapp.models.enums import Channel
from deskapp.system.resources import resource

if TYPE_CHECKING:
    from deskapp.app.bootstrap import Desk
    from deskapp.channels.webchat.channel import WebChatChannel

R = TypeVar("R")

log = logging.getLogger(__name__)

SWITCH_S = 0.0005
"""How long a thread may keep the interpreter while others wait for it, where a server runs beside a window.
SQLite's thread gives it up at each statement of a message; with Python's own 5 ms a message took a third longer to
be committed while the window was painting without a pause (29 ms instead of 21)."""


class WebChat:
    """The web-chat channel of a desk, from the first moment on. Without `start` nothing listens."""

    def __init__(self, desk: "Desk", *, start: bool = True) -> None:
        self._desk = desk
        self._outside = LocalWorkspace(desk.authority, SYSTEM, SYSTEM)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="chat-start")
        self._lock = threading.Lock()
        self._subscribers: dict[Callable[[LiveNews], None], Callable[[], None]] = {}
        self._channel: WebChatChannel | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        desk.on_close(self.close)
        if start:
            self.begin()

    def begin(self) -> None:
        """Listen from now on."""
        self._unsubscribe = self._outside.subscribe(self._changed)
        self._pool.submit(self._look)

    def _changed(self, changes: ChangeSet) -> None:
        if self._channel is None and changes.touches("account"):
            try:
                self._pool.submit(self._look)
            except RuntimeError:
                log.debug("the desk is being closed")

    def _look(self) -> None:
        """Start the channel when there is a box and it does not run yet."""
        try:
            if self._channel is None and self._has_box():
                self._connect()
        except Exception:
            log.exception("web chat could not be started")

    def _has_box(self) -> bool:
        accounts = self._outside.query(GetAccounts()).result()
        return any(a.channel is Channel.WEBCHAT and a.enabled for a in accounts)

    def _connect(self) -> "WebChatChannel":
        from deskapp.channels.webchat import effects
        from deskapp.channels.webchat.channel import WebChatChannel

        sys.setswitchinterval(SWITCH_S)
        desk = self._desk
        channel = WebChatChannel(
            self._outside,
            desk.secrets,
            clock=desk.authority.clock,
            widget=resource("widget", "widget.js"),
        )
        effects.register(desk.authority.effects, self._outside)
        with self._lock:
            for callback in self._subscribers:
                self._subscribers[callback] = channel.subscribe(callback)
            self._channel = channel
        channel.start()
        return channel

    def close(self) -> None:
        """Stop listening. May be called twice; the desk calls it when it closes."""
        self._unsubscribe()
        self._pool.shutdown(wait=True, cancel_futures=True)
        if self._channel is not None:
            self._channel.stop()

    # LiveChat ---------------------------------------------------------------------------------------------------------

    def subscribe(self, callback: Callable[[LiveNews], None]) -> Callable[[], None]:
        with self._lock:
            channel = self._channel
            self._subscribers[callback] = channel.subscribe(callback) if channel else lambda: None

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers.pop(callback, lambda: None)()

        return unsubscribe

    def agent_typing(self, ticket_id: str, typing: bool) -> None:
        if self._channel is not None:
            self._channel.agent_typing(ticket_id, typing)

    def presence(self, ticket_id: str) -> VisitorPresence:
        if self._channel is None:
            return VisitorPresence(ticket_id, online=False)
        return self._channel.presence(ticket_id)

    def preview(self, ticket_id: str) -> VisitorTyping:
        if self._channel is None:
            return VisitorTyping(ticket_id, typing=False)
        return self._channel.preview(ticket_id)

    def visitors(self, first: int = 0, count: int = 200) -> tuple[SiteVisitor, ...]:
        return self._channel.visitors(first, count) if self._channel else ()

    def server(self) -> ChatServer:
        return self._channel.server() if self._channel else ChatServer()

    def test_reach(
        self, url: str, on_step: Callable[[TestStep], None]
    ) -> "Future[tuple[TestStep, ...]]":
        if self._channel is not None:
            return self._channel.test_reach(url, on_step)
        step = TestStep("address", ok=False, code="no_server")
        on_step(step)
        return _done((step,))

    def snippet(self, box_id: str, public: bool) -> str:
        return self._channel.snippet(box_id, public) if self._channel else ""

    def test_page(self, box_id: str) -> str:
        return self._channel.test_page(box_id) if self._channel else ""

    def identity_secret(self, box_id: str, renew: bool = False) -> "Future[str]":
        if self._channel is not None:
            return self._channel.identity_secret(box_id, renew)
        return _done("")


def _done(value: R) -> "Future[R]":
    future: Future[R] = Future()
    future.set_result(value)
    return future
