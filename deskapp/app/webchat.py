"""The web chat of a desk, as the window sees it (`core.ports.LiveChat`)."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from deskapp.core.ports import (
    ChatServer,
    LiveNews,
    SiteVisitor,
    TestStep,
    VisitorPresence,
    VisitorTyping,
)

if TYPE_CHECKING:
    from deskapp.app.bootstrap import Desk


class WebChat:
    """Quiet until a chat box is made."""

    def __init__(self, desk: "Desk", *, start: bool = True) -> None:
        self._desk, self._start = desk, start

    def subscribe(self, callback: Callable[[LiveNews], None]) -> Callable[[], None]:
        return lambda: None

    def agent_typing(self, ticket_id: str, typing: bool) -> None:
        return None

    def presence(self, ticket_id: str) -> VisitorPresence:
        return VisitorPresence(ticket_id, online=False)

    def preview(self, ticket_id: str) -> VisitorTyping:
        return VisitorTyping(ticket_id, typing=False)

    def visitors(self, first: int = 0, count: int = 200) -> tuple[SiteVisitor, ...]:
        return ()

    def server(self) -> ChatServer:
        return ChatServer()

    def test_reach(
        self, url: str, on_step: Callable[[TestStep], None]
    ) -> "Future[tuple[TestStep, ...]]":
        done: Future[tuple[TestStep, ...]] = Future()
        done.set_result((TestStep("address", ok=False, code="no_server"),))
        return done

    def snippet(self, box_id: str, public: bool) -> str:
        return ""

    def test_page(self, box_id: str) -> str:
        return ""

    def identity_secret(self, box_id: str, renew: bool = False) -> "Future[str]":
        done: Future[str] = Future()
        done.set_result("")
        return done
