"""Which tickets the asking agent may see, as SQL, for a `Reading` that is restricted.

A colleague's machine has only what its agent may see, and whoever sits at the authority itself reads its file. What
the authority answers to somebody else's machine is restricted: the same rule as `authority.scopes.may_see`.
"""

from typing import Any

from sqlalchemy import ColumnElement, select

from deskapp.core.readers.base import Reading
from deskapp.models import tables as t
from deskapp.models.enums import Role

Clause = ColumnElement[bool]


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
