"""Which tickets the asking agent may see, as SQL, for a `Reading` that is restricted.

A colleague's machine has only what its agent may see, and whoever sits at the authority itself reads its file. What
the authority answers to somebody else's machine is restricted: the same rule as `authority.scopes.may_see`.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, select

from deskapp.core.api import Query
from deskapp.core.queries.contacts import GetContact
from deskapp.core.queries.rooms import GetRoomMessages, GetRooms
from deskapp.core.queries.search import Search
from deskapp.core.queries.team import GetDepartments, GetDevices, GetTeam, GetTicketPeople
from deskapp.core.queries.tickets import (
    GetConversation,
    GetMessage,
    GetMessageHtml,
    GetMessageSource,
    GetTicket,
)
from deskapp.core.readers.base import Reading
from deskapp.models import tables as t
from deskapp.models.enums import Role

Clause = ColumnElement[bool]

ANSWERED: frozenset[type[Query[Any]]] = frozenset(
    {
        GetContact,
        GetConversation,
        GetDepartments,
        GetDevices,
        GetMessage,
        GetMessageHtml,
        GetMessageSource,
        GetRoomMessages,
        GetRooms,
        GetTeam,
        GetTicket,
        GetTicketPeople,
        Search,
    }
)
"""The queries whose readers keep to the rule; no other is answered to another machine.

Not those that are about a desk's own integer keys: these say how much there is that one may not see.
"""


def check_answered(query: Query[Any]) -> None:
    """Raises `LookupError` for a query that is not for other machines."""
    if type(query) not in ANSWERED:
        raise LookupError(f"{type(query).__name__} is not answered to another machine")


def role_of(reading: Reading) -> Role:
    """The asking agent's; the desk itself is an admin. Nobody's id is a light agent's."""
    if not reading.agent_id:
        return Role.ADMIN
    agent = t.agent.c
    asked = select(agent.role).where(agent.uid == reading.agent_id, agent.disabled.is_(False))
    return Role(reading.connection.execute(asked).scalar() or Role.LIGHT)


def seen_by(reading: Reading, ticket: Any = t.ticket) -> tuple[Clause, ...]:
    """The clauses on `ticket`: none when the reading is not restricted, or an admin's."""
    if not reading.restricted or role_of(reading) is Role.ADMIN:
        return ()
    me = select(t.agent.c.id).where(
        t.agent.c.uid == reading.agent_id, t.agent.c.disabled.is_(False)
    )
    mine = select(t.membership.c.department_id).where(t.membership.c.agent_id.in_(me))
    let_in = select(t.ticket_access.c.ticket_id).where(t.ticket_access.c.agent_id.in_(me))
    known = me.exists()
    return (
        known
        & (
            ticket.c.department_id.is_(None)
            | ticket.c.department_id.in_(mine)
            | ticket.c.id.in_(let_in)
        ),
    )


def visible_keys(reading: Reading, keys: Iterable[int]) -> list[int]:
    """Those of these tickets that the asking agent may see, in their order."""
    wanted = list(keys)
    clauses = seen_by(reading)
    if not clauses or not wanted:
        return wanted
    listed = select(t.ticket.c.id).where(t.ticket.c.id.in_(wanted), *clauses)
    seen = set(reading.connection.execute(listed).scalars())
    return [key for key in wanted if key in seen]


def check_visible(reading: Reading, ticket_key: int) -> None:
    """Raises `LookupError` for a ticket that the asking agent may not see, as if it were not there."""
    if not visible_keys(reading, [ticket_key]):
        raise LookupError(f"no ticket {ticket_key}")
