"""Who may see a ticket, for what passes and is not kept."""

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
