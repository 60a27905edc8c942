"""A page's own words are acknowledged to it and never told it as a message, however commits and reads fall."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from deskapp.channels.webchat.frames import Say
from deskapp.channels.webchat.hub import Hub
from deskapp.channels.webchat.news import News
from deskapp.channels.webchat.socket import ChatSocket
from deskapp.channels.webchat.talk import Talk
from deskapp.channels.webchat.visits import Visit
from deskapp.core.api import Outcome
from deskapp.core.commands.webchat import ReceiveChat
from deskapp.core.queries.webchat import (
    ChatMessage,
    ChatMessages,
    ChatNews,
    ChatProgress,
    GetManyChatNews,
)
from deskapp.models.enums import ChatState, MessageKind
from tests.support.turns import turns

TICKET = "7" * 32
WORDS = 25
ATTEMPTS = 40


class Desk(Hub):
    """A hub whose desk is a list. Commits are told at once, outcomes and reads take their time."""

    def __init__(self, rng: Random) -> None:
        async def no_secret(_box: str) -> str | None:
            return None

        self.rng, self.kept, self.clicks = rng, list[ChatMessage](), 0.0
        super().__init__(self, self, News(), no_secret, self.tick)  # type: ignore[arg-type]

    def tick(self) -> float:
        """Nobody writes too fast here."""
        self.clicks += 60
        return self.clicks

    def now(self) -> int:
        return 1_790_000_000_000

    def new_id(self) -> str:
        return f"{self.rng.getrandbits(128):032x}"

    def keep(self, text: str, client_id: str = "") -> ChatMessage:
        kind = MessageKind.INBOUND if client_id else MessageKind.OUTBOUND
        order = len(self.kept) + 1
        self.kept.append(ChatMessage(self.new_id(), client_id, kind, "", text, 0, order, ()))
        self.talk.changed(TICKET)
        return self.kept[-1]

    async def submit(self, command: Any) -> Outcome:
        assert isinstance(command, ReceiveChat)
        await turns(self.rng.randrange(3))
        order = self.keep(command.body, command.client_id).order
        await turns(self.rng.randrange(12))
        result = {"ticket_id": TICKET, "order": order, "at": 0, "duplicate": False}
        return Outcome("", order, result)

    async def ask(self, query: Any) -> Any:
        assert isinstance(query, ChatMessages | GetManyChatNews)
        await turns(self.rng.randrange(6))
        asked = (query,) if isinstance(query, ChatMessages) else query.asked
        found = [tuple(m for m in self.kept if m.order > one.after)[: one.limit] for one in asked]
        await turns(self.rng.randrange(6))
        if isinstance(query, ChatMessages):
            return found[0]
        progress = ChatProgress(TICKET, ChatState.ACTIVE, "", 0, 0, 0, False, False, 0, False)
        return tuple(ChatNews(progress, one) for one in found)


@dataclass
class Page:
    """An open page: what was said on it, and every frame it was sent."""

    hub: Desk
    said: list[str] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)

    def open(self, visit: Visit) -> None:
        async def receive() -> Any:
            raise AssertionError("nobody reads here")

        self.socket = ChatSocket(self.hub, receive, self.send, address="10.0.0.1", origin="")
        self.socket.visit = visit
        visit.sockets.append(self.socket)

    async def send(self, event: Any) -> None:
        self.frames.append(json.loads(event["text"]))

    async def talk(self) -> None:
        for _ in range(WORDS):
            self.said.append(self.hub.new_id())
            await self.hub.talk.handle(self.socket, Say(id=self.said[-1], text="Hola"))
            await turns(self.hub.rng.randrange(3))

    def told(self) -> list[str]:
        """The browser's ids of what came as a message."""
        return [f["message"]["client"] for f in self.frames if f["t"] == "message"]

    def acknowledged(self) -> Counter[str]:
        return Counter(frame["id"] for frame in self.frames if frame["t"] == "said")

    def orders(self) -> list[int]:
        of = {"said": lambda f: f["order"], "message": lambda f: f["message"]["order"]}
        return [of[f["t"]](f) for f in self.frames if f["t"] in of]


async def chat(seed: int) -> list[Page]:
    """Two pages of one visitor and an agent, all at once."""
    hub = Desk(Random(seed))
    visit = Visit("v", ("box", "hash", ""), 0, 0)
    hub.visits.add(visit)
    pages = [Page(hub), Page(hub)]
    for page in pages:
        page.open(visit)

    async def agent() -> None:
        for n in range(WORDS):
            await turns(hub.rng.randrange(20))
            hub.keep(f"respuesta {n}")

    await asyncio.gather(agent(), *(page.talk() for page in pages))
    while hub._tasks:
        await turns(1)
    return pages


@pytest.mark.parametrize("seed", range(ATTEMPTS))
def test_own_words_are_acknowledged_once_and_never_told(seed: int) -> None:
    one, two = asyncio.run(chat(seed))
    for page, other in ((one, two), (two, one)):
        assert set(page.told()).isdisjoint(page.said)
        assert page.acknowledged() == Counter(page.said)
        assert Counter(word for word in page.told() if word) == Counter(other.said)
        assert page.orders() == list(range(1, 3 * WORDS + 1))


def test_a_page_that_is_told_its_own_words_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a read that comes before the outcome does not know whose words it found."""
    send = Talk._send_messages

    def forgetful(self: Talk, sockets: tuple[ChatSocket, ...], messages: list[ChatMessage]) -> None:
        for socket in sockets:
            socket.asked.clear()
        send(self, sockets, messages)

    monkeypatch.setattr(Talk, "_send_messages", forgetful)
    pages = [page for seed in range(5) for page in asyncio.run(chat(seed))]
    assert any(set(page.told()) & set(page.said) for page in pages)
