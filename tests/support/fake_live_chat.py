"""The live side of web chat as a test writes it: what it tells comes from a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from deskapp.core.ports import (
    ChatServer,
    ChatServerChanged,
    LiveNews,
    SiteVisitor,
    TestStep,
    VisitorPresence,
    VisitorsMoved,
    VisitorTyping,
)

RUNNING = ChatServer(True, "http://127.0.0.1:8790", "http://192.0.2.7:8790")


class FakeLiveChat:
    """`core.ports.LiveChat`. `read` lists every (first, count) that was asked of the visitors."""

    def __init__(self, visitors: Sequence[SiteVisitor] = ()) -> None:
        self.people = list(visitors)
        self.read: list[tuple[int, int]] = []
        self.typed: list[tuple[str, bool]] = []
        self.tested: list[str] = []
        self.steps: tuple[TestStep, ...] = (TestStep("address", ok=True),)
        self.state = RUNNING
        self.secrets: dict[str, int] = {}
        self.there: dict[str, VisitorPresence] = {}
        self.previews: dict[str, VisitorTyping] = {}
        self._listeners: list[Callable[[LiveNews], None]] = []
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="fake-chat")

    def tell(self, *news: LiveNews) -> None:
        """Tell all of it at once, from the worker's thread."""
        self._pool.submit(self._tell, news).result()

    def _tell(self, news: Sequence[LiveNews]) -> None:
        for one in news:
            if isinstance(one, VisitorPresence):
                self.there[one.ticket_id] = one
            elif isinstance(one, VisitorTyping):
                self.previews[one.ticket_id] = one
            elif isinstance(one, ChatServerChanged):
                self.state = one.server
            for listener in tuple(self._listeners):
                listener(one)

    def come(self, *people: SiteVisitor) -> None:
        """Visitors come: the last given is the newest."""
        self.people[:0] = reversed(people)
        self.tell(VisitorsMoved(len(self.people)))

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    # -- LiveChat ------------------------------------------------------------------------------

    def subscribe(self, callback: Callable[[LiveNews], None]) -> Callable[[], None]:
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def agent_typing(self, ticket_id: str, typing: bool) -> None:
        self.typed.append((ticket_id, typing))

    def presence(self, ticket_id: str) -> VisitorPresence:
        return self.there.get(ticket_id, VisitorPresence(ticket_id, online=False))

    def preview(self, ticket_id: str) -> VisitorTyping:
        return self.previews.get(ticket_id, VisitorTyping(ticket_id, typing=False))

    def visitors(self, first: int = 0, count: int = 200) -> tuple[SiteVisitor, ...]:
        self.read.append((first, count))
        return tuple(self.people[first : first + count])

    def server(self) -> ChatServer:
        return self.state

    def test_reach(
        self, url: str, on_step: Callable[[TestStep], None]
    ) -> Future[tuple[TestStep, ...]]:
        self.tested.append(url)

        def run() -> tuple[TestStep, ...]:
            for step in self.steps:
                on_step(step)
            return self.steps

        return self._pool.submit(run)

    def snippet(self, box_id: str, public: bool) -> str:
        where = "https://chat.example.com" if public else self.state.url
        return f'<script src="{where}/widget.js" data-desk="{where}" data-box="{box_id}" async></script>'

    def test_page(self, box_id: str) -> str:
        return f"{self.state.url}/try/{box_id}" if self.state.running else ""

    def identity_secret(self, box_id: str, renew: bool = False) -> Future[str]:
        self.secrets[box_id] = self.secrets.get(box_id, 1) + renew
        secret = f"{self.secrets[box_id]:064x}"
        return self._pool.submit(lambda: secret)


def visitor(number: int, now: int, **values: object) -> SiteVisitor:
    """Somebody who looks at a product; `values` override."""
    page = number % 40
    known: dict[str, object] = {
        "id": f"v{number}",
        "name": "",
        "page_url": f"https://tienda.test/tazas/{page}",
        "page_title": f"Taza Talavera {page}",
        "referrer": "https://buscador.test/?q=tazas" if number % 3 else "",
        "came_at": now - number * 900,
        "page_at": now - number * 400,
        "ticket_id": "",
        "box_id": "",
    }
    return SiteVisitor(**(known | values))  # type: ignore[arg-type]
