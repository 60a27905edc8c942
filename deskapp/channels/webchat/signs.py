"""Who is typing just now, on either side. It passes, and is not kept."""

from typing import TYPE_CHECKING, Final

from deskapp.channels.webchat import clean
from deskapp.channels.webchat import frames as f
from deskapp.channels.webchat.visits import Visit
from deskapp.core.ports import VisitorTyping

if TYPE_CHECKING:
    from deskapp.channels.webchat.hub import Hub

TYPED_S: Final = 10.0
"""Who typed nothing for so long is no longer typing."""


class Signs:
    """Visitors' typing for the window, agents' typing for the pages."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._typing: dict[str, Visit] = {}
        self._agents: dict[str, float] = {}

    def typed(self, visit: Visit, text: str) -> None:
        """What stands in the visitor's field; empty: nothing is being typed."""
        if not text or not visit.ticket_id or visit.blocked:
            self.stop(visit)
            return
        box = self._hub.settings_of(visit)
        visit.typed = self._hub.monotonic()
        visit.preview = clean.words(text)[: clean.PREVIEW] if box and box.preview else ""
        self._typing[visit.ticket_id] = visit
        self._hub.news.tell(self.preview(visit.ticket_id))

    def stop(self, visit: Visit) -> None:
        """The visitor types nothing any more."""
        for ticket_id in [t for t, v in self._typing.items() if v is visit]:
            del self._typing[ticket_id]
            self._hub.news.tell(VisitorTyping(ticket_id, typing=False))

    def preview(self, ticket_id: str) -> VisitorTyping:
        visit = self._typing.get(ticket_id)
        if visit is None:
            return VisitorTyping(ticket_id, typing=False)
        return VisitorTyping(ticket_id, typing=True, text=visit.preview)

    def agent_typing(self, ticket_id: str, typing: bool) -> None:
        """An agent types; off again by itself after a while."""
        told = ticket_id in self._agents
        if typing:
            self._agents[ticket_id] = self._hub.monotonic()
        else:
            self._agents.pop(ticket_id, None)
        for visit in self._hub.visits.of_ticket(ticket_id) if typing != told else ():
            if not visit.blocked:
                agent = visit.status.agent or next(iter(self._hub.available(visit).agents), "")
                text = f.encode(f.AgentTyping(agent, typing))
                for socket in tuple(visit.sockets):
                    socket.push(text)

    def often(self, now: float) -> None:
        """End the typing of those who have stopped without a word."""
        for visit in [v for v in self._typing.values() if now - v.typed > TYPED_S]:
            self.stop(visit)
        for ticket_id in [t for t, at in self._agents.items() if now - at > TYPED_S]:
            self.agent_typing(ticket_id, False)
