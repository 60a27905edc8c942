"""Who is on the site now. In memory only: nobody is written down who has not written."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from deskapp.channels.webchat.frames import Status
from deskapp.channels.webchat.identity import Identity
from deskapp.core.commands.webchat import VisitorClaim
from deskapp.core.ports import SiteVisitor, VisitorPresence

if TYPE_CHECKING:
    from deskapp.channels.webchat.socket import ChatSocket

GRACE_S: Final = 8.0
"""A page that is loaded again, or loses the network for a moment, has not left."""

Key = tuple[str, str, str]
"""Box, SHA-256 of the token, signed address (empty: none)."""


@dataclass(slots=True, eq=False)
class Visit:
    """One browser with at least one page open, or open until a moment ago. Times in ms, `left` in s."""

    id: str
    key: Key
    came_at: int
    page_at: int
    language: str = ""
    signed: Identity | None = None
    name: str = ""
    email: str = ""
    verified: bool = False  # the desk knows name and email as signed, now or earlier
    answers: tuple[tuple[str, str], ...] = ()
    page_url: str = ""
    page_title: str = ""
    referrer: str = ""
    blocked: bool = False
    ticket_id: str = ""
    sockets: list["ChatSocket"] = field(default_factory=list)
    status: Status = field(default_factory=Status)
    left: float | None = None
    refreshing: bool = False
    stale: bool = False
    changes: int = 0  # how often its ticket was touched since it is here
    opening: int = 0  # messages that are being committed, and may open a conversation
    delivered_to: int = 0  # what MarkChat is to say next
    seen_to: int = 0
    marked: tuple[int, int] = (0, 0)
    preview: str = ""  # what is being typed, unsent
    typed: float = 0.0

    @property
    def box_id(self) -> str:
        return self.key[0]

    @property
    def token_hash(self) -> str:
        return self.key[1]

    def claim(self) -> VisitorClaim:
        return VisitorClaim(
            token_hash=self.token_hash,
            name=self.signed.name if self.signed else self.name,
            email=self.signed.email if self.signed else self.email,
            external_id=self.signed.external_id if self.signed else "",
            verified=self.signed is not None,
            language=self.language,
            answers=self.answers,
            page_url=self.page_url,
            page_title=self.page_title,
            referrer=self.referrer,
        )

    def presence(self) -> VisitorPresence:
        online = bool(self.sockets) or self.left is not None
        return VisitorPresence(self.ticket_id, online, self.page_url, self.page_title)

    def shown(self) -> SiteVisitor:
        return SiteVisitor(
            self.id,
            self.name,
            self.page_url,
            self.page_title,
            self.referrer,
            self.came_at,
            self.page_at,
            self.ticket_id,
            self.box_id,
        )


class Visits:
    """All visits. Changed on the server's thread only; `slice` and `of_ticket` are asked from any."""

    def __init__(self) -> None:
        self._by_key: dict[Key, Visit] = {}
        self._by_id: dict[str, Visit] = {}
        self._by_ticket: dict[str, tuple[Visit, ...]] = {}
        self._away: dict[Key, Visit] = {}
        self._lock = threading.Lock()
        self.moved = False

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[Visit]:
        return iter(list(self._by_key.values()))

    def find(self, key: Key) -> Visit | None:
        return self._by_key.get(key)

    def with_token(self, box_id: str, token_hash: str) -> Visit | None:
        """A visit of that browser, whoever signed for it."""
        plain = self._by_key.get((box_id, token_hash, ""))
        if plain is not None:
            return plain
        return next(
            (visit for key, visit in self._by_key.items() if key[:2] == (box_id, token_hash)), None
        )

    def add(self, visit: Visit) -> None:
        with self._lock:
            self._by_key[visit.key] = visit
            self._by_id[visit.id] = visit
        self.moved = True

    def remove(self, visit: Visit) -> None:
        with self._lock:
            del self._by_key[visit.key]
            del self._by_id[visit.id]
        self._away.pop(visit.key, None)
        self.set_ticket(visit, "")
        self.moved = True

    def set_ticket(self, visit: Visit, ticket_id: str) -> None:
        """The conversation that the visitor is in. One person may be in it from two browsers."""
        if visit.ticket_id == ticket_id:
            return
        others = tuple(v for v in self._by_ticket.get(visit.ticket_id, ()) if v is not visit)
        if others:
            self._by_ticket[visit.ticket_id] = others
        else:
            self._by_ticket.pop(visit.ticket_id, None)
        visit.ticket_id = ticket_id
        if ticket_id:
            self._by_ticket[ticket_id] = (*self._by_ticket.get(ticket_id, ()), visit)
        visit.delivered_to = visit.seen_to = 0
        visit.marked = (0, 0)

    def of_ticket(self, ticket_id: str) -> tuple[Visit, ...]:
        return self._by_ticket.get(ticket_id, ())

    def watched(self, tickets: Iterable[str]) -> list[str]:
        """Those of `tickets` that somebody here is in."""
        return [ticket for ticket in tickets if ticket in self._by_ticket]

    def slice(self, first: int, count: int) -> tuple[SiteVisitor, ...]:
        """The newest first."""
        with self._lock:
            found = list(islice(reversed(self._by_id.values()), first, first + max(count, 0)))
        return tuple(visit.shown() for visit in found)

    # Coming and going ---------------------------------------------------------------------------------------------

    def joined(self, visit: Visit, socket: "ChatSocket") -> None:
        visit.sockets.append(socket)
        visit.left = None
        self._away.pop(visit.key, None)

    def went(self, visit: Visit, socket: "ChatSocket", now: float) -> None:
        if socket in visit.sockets:
            visit.sockets.remove(socket)
        if not visit.sockets:
            visit.left = now
            self._away[visit.key] = visit

    def gone(self, now: float) -> list[Visit]:
        """Visits whose last page was closed a while ago."""
        return [v for v in self._away.values() if v.left is not None and now - v.left >= GRACE_S]
