"""Who may see a ticket, for what passes and is not kept."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, select

from deskapp.core.readers.statements import Statement
from deskapp.models import tables as t
from deskapp.sync.server.viewer import Viewer

_TICKET: Final = Statement(
    select(t.ticket.c.id, t.ticket.c.department_id).where(t.ticket.c.uid == bindparam("uid_"))
)
_HOLDERS: Final = Statement(
    select(t.ticket_access.c.agent_id).where(t.ticket_access.c.ticket_id == bindparam("key_"))
)


@dataclass(frozen=True, slots=True)
class Home:
    """Who may see a ticket: everybody, a department, and who has access. Nobody: it is not there."""

    there: bool = False
    department: int | None = None
    holders: frozenset[int] = frozenset()

    def shows_to(self, viewer: Viewer) -> bool:
        if not self.there:
            return False
        by_department = self.department is None or self.department in viewer.departments
        return by_department or viewer.key in self.holders


def home_of(connection: Connection, ticket: str) -> Home:
    row = _TICKET.first(connection, uid_=ticket)
    if row is None:
        return Home()
    holders = frozenset(_HOLDERS.column(connection, key_=row.id))
    return Home(True, row.department_id, holders)


class Homes(dict[str, Home]):
    """Those that were asked for, by ticket. Belongs to one loop; `read` answers as of a moment after it was called.

    What was read before a ticket changed last is not kept: it is read again.
    """

    def __init__(self, read: Callable[[Collection[str]], Awaitable[Mapping[str, Home]]]) -> None:
        super().__init__()
        self._read = read
        self._readings: list[set[str]] = []  # of each that is under way, what has not changed since

    async def of(self, ticket: str) -> Home:
        await self.know([ticket])
        return self[ticket]

    async def know(self, tickets: Collection[str]) -> None:
        while wanted := set(tickets) - self.keys():
            good = set(wanted)
            self._readings.append(good)
            try:
                found = await self._read(wanted)
            finally:
                self._readings = [one for one in self._readings if one is not good]
            self.update((ticket, found[ticket]) for ticket in good)

    def forget(self, tickets: Collection[str] | None) -> dict[str, Home]:
        """They changed, or any may have (None). Answers where those were that were known."""
        for good in self._readings:
            good.difference_update(good if tickets is None else tickets)
        known = set(self) if tickets is None else self.keys() & set(tickets)
        return {ticket: self.pop(ticket) for ticket in known}

    def keep(self, tickets: Collection[str]) -> None:
        """The others are not asked for any more."""
        for ticket in self.keys() - set(tickets):
            del self[ticket]
