# ruff: noqa: ARG002 - nobody listens here
"""The live side of the demo shop's chat, the same at every look: who is on the site, and who types."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from random import Random
from typing import Final

from deskapp.core.ports import (
    ChatServer,
    LiveNews,
    SiteVisitor,
    TestStep,
    VisitorPresence,
    VisitorTyping,
)

VISITORS: Final = 1_284
_SITE: Final = "https://www.tallernorte.example"
_PAGES: Final = (
    ("Tazas de Talavera", "/tazas"),
    ("Taza azul, 35 cl", "/tazas/azul-35"),
    ("Platos hondos", "/platos/hondos"),
    ("Jarra de dos litros", "/jarras/dos-litros"),
    ("Envíos y plazos", "/ayuda/envios"),
    ("Tu cesta", "/cesta"),
    ("Pago", "/pago"),
    ("Cursos de torno", "/cursos"),
    ("Mayoristas", "/mayoristas"),
)
_SOURCES: Final = (
    "https://www.google.com/",
    "",
    "https://www.instagram.com/",
    "https://duckduckgo.com/",
    "",
    "https://www.artesania.example/ferias/2026",
)
_NAMES: Final = ("Marisol", "Jorge", "Inés", "Hugo", "Nerea", "Pau")


class StagedChat:
    """`core.ports.LiveChat` without a server."""

    def __init__(self, now: int, box_id: str) -> None:
        self._now, self._box_id = now, box_id
        self._talking: dict[str, str] = {}
        random = Random(12)
        self._people = [self._person(random, n) for n in range(VISITORS)]

    def talks(self, ticket_id: str, name: str, page: str, text: str = "") -> None:
        """The visitor of a chat is on `page` ("Title /path"), and has typed `text`, unsent."""
        title, _, path = page.rpartition(" ")
        place = 2 * len(self._talking) + 1
        self._people[place] = replace(
            self._people[place],
            name=name,
            page_url=_SITE + path,
            page_title=title,
            ticket_id=ticket_id,
        )
        self._talking[ticket_id] = text

    def _person(self, random: Random, number: int) -> SiteVisitor:
        title, path = random.choice(_PAGES)
        came = self._now - number * 23_000 - random.randrange(20_000)
        page = self._now - random.randrange(1, max(2, self._now - came))
        return SiteVisitor(
            id=f"visit-{number}",
            name=_NAMES[number % len(_NAMES)] if number % 7 == 2 else "",
            page_url=_SITE + path,
            page_title=title,
            referrer=random.choice(_SOURCES),
            came_at=came,
            page_at=page,
            ticket_id="",
            box_id=self._box_id,
        )

    def subscribe(self, callback: Callable[[LiveNews], None]) -> Callable[[], None]:
        return lambda: None

    def agent_typing(self, ticket_id: str, typing: bool) -> None:
        return None

    def presence(self, ticket_id: str) -> VisitorPresence:
        for person in self._people[: 2 * len(self._talking)]:
            if person.ticket_id == ticket_id:
                return VisitorPresence(ticket_id, True, person.page_url, person.page_title)
        return VisitorPresence(ticket_id, online=False)

    def preview(self, ticket_id: str) -> VisitorTyping:
        text = self._talking.get(ticket_id, "")
        return VisitorTyping(ticket_id, bool(text), text)

    def visitors(self, first: int = 0, count: int = 200) -> tuple[SiteVisitor, ...]:
        return tuple(self._people[first : first + count])

    def server(self) -> ChatServer:
        return ChatServer(
            running=True,
            url="http://127.0.0.1:8790",
            connected=VISITORS,
        )

    def test_reach(
        self, url: str, on_step: Callable[[TestStep], None]
    ) -> Future[tuple[TestStep, ...]]:
        done: Future[tuple[TestStep, ...]] = Future()
        done.set_result(())
        return done

    def snippet(self, box_id: str, public: bool) -> str:
        where = "https://chat.tallernorte.example" if public else "http://127.0.0.1:8790"
        return (
            f'<script src="{where}/widget.js" data-desk="{where}"\n'
            f'  data-box="{box_id}" data-mail="hola@tallernorte.example" async></script>'
        )

    def test_page(self, box_id: str) -> str:
        return f"http://127.0.0.1:8790/try/{box_id}"

    def identity_secret(self, box_id: str, renew: bool = False) -> Future[str]:
        done: Future[str] = Future()
        done.set_result("0" * 64)
        return done
