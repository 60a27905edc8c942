"""A desk without a chat server, for windows under test."""

from collections.abc import Callable
from concurrent.futures import Future

from deskapp.core.ports import (
    ChatServer,
    LiveNews,
    SiteVisitor,
    TestStep,
    VisitorPresence,
    VisitorTyping,
)


class NoChat:
    """`core.ports.LiveChat` where nothing is live."""

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
