"""Who is typing."""

from types import SimpleNamespace
from typing import Any

from deskapp.channels.webchat.news import News
from deskapp.channels.webchat.signs import TYPED_S, Signs
from deskapp.channels.webchat.visits import Visit, Visits
from deskapp.core.ports import LiveNews, VisitorTyping


class Hub:
    """As much of one as typing needs."""

    def __init__(self) -> None:
        self.now, self.told, self.pages = 1_000.0, [], []
        self.news, self.visits = News(), Visits()
        self.news.subscribe(self.told.append)
        self.visit = Visit("v", ("box", "hash", ""), 0, 0)
        self.visits.add(self.visit)
        self.visits.set_ticket(self.visit, "t1")
        self.visit.sockets.append(SimpleNamespace(push=self.pages.append))  # type: ignore[arg-type]

    told: list[LiveNews]
    pages: list[str]

    def monotonic(self) -> float:
        return self.now

    def settings_of(self, _: Visit) -> Any:
        return SimpleNamespace(preview=True)

    def available(self, _: Visit) -> Any:
        return SimpleNamespace(agents=("Lucía",))

    def news_told(self) -> list[LiveNews]:
        self.news.flush()
        found, self.told[:] = list(self.told), []
        return found


def test_who_stops_without_a_word_stops() -> None:
    hub: Any = Hub()
    signs = Signs(hub)
    signs.typed(hub.visit, "Hola")
    assert hub.news_told() == [VisitorTyping("t1", True, "Hola")]
    hub.now += TYPED_S
    signs.often(hub.now)
    assert hub.news_told() == []
    hub.now += 0.1
    signs.often(hub.now)
    assert hub.news_told() == [VisitorTyping("t1", False)]
    signs.often(hub.now)
    assert hub.news_told() == []
    assert signs.preview("t1") == VisitorTyping("t1", False)


def test_a_new_conversation_ends_the_typing_in_the_old_one() -> None:
    hub: Any = Hub()
    signs = Signs(hub)
    signs.typed(hub.visit, "Hola")
    hub.visits.set_ticket(hub.visit, "t2")
    signs.stop(hub.visit)
    assert hub.news_told() == [VisitorTyping("t1", False)]
    hub.now += 2 * TYPED_S
    signs.often(hub.now)
    assert hub.news_told() == []


def test_an_agents_typing_is_told_once_and_ends_by_itself() -> None:
    hub: Any = Hub()
    signs = Signs(hub)
    for _ in range(3):
        signs.agent_typing("t1", True)
    signs.agent_typing("t9", True)
    hub.now += TYPED_S + 1
    signs.often(hub.now)
    signs.agent_typing("t1", False)
    assert [page.partition('"on":')[2] for page in hub.pages] == ["true}", "false}"]
    assert "Lucía" in hub.pages[0]


def test_a_blocked_visitor_types_for_nobody() -> None:
    hub: Any = Hub()
    hub.visit.blocked = True
    signs = Signs(hub)
    signs.typed(hub.visit, "Hola")
    signs.agent_typing("t1", True)
    assert hub.news_told() == []
    assert hub.pages == []
