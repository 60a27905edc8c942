"""Who is told of a row, and who may see it: the one place that says so for writing and for syncing.

A scope is what a machine follows: `desk` (everybody), `department:<uid>`, `person:<uid>`. A row is in the
scope of its department, and in that of each person who was given access to its ticket.
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, bindparam, select

from deskapp.core.readers.statements import Statement
from deskapp.models import tables as t
from deskapp.models.enums import ActorKind, Role

if TYPE_CHECKING:
    from deskapp.core.authority.tx import Tx

SHARED = "desk"
EVERYBODY = frozenset({SHARED})
NOBODY: frozenset[str] = frozenset()

PERSONAL = frozenset({"draft", "notification", "preference", "read_mark", "saved_view"})
"""Rows of one agent, by `agent_id`; nobody else sees them, whatever their role."""
OF_TICKET = frozenset(
    {"chat", "message", "participant", "rating", "ticket_access", "ticket_event", "ticket_tag"}
)
"""Rows of one ticket, by `ticket_id`."""

_HOLDERS = Statement(
    select(t.agent.c.uid)
    .join(t.ticket_access, t.ticket_access.c.agent_id == t.agent.c.id)
    .where(t.ticket_access.c.ticket_id == bindparam("ticket_key"))
)
_ACCESS = Statement(
    select(t.ticket_access.c.id).where(
        t.ticket_access.c.ticket_id == bindparam("ticket_key"),
        t.ticket_access.c.agent_id == bindparam("agent_key"),
    )
)
_MEMBERS = Statement(
    select(t.agent.c.uid)
    .join(t.room_member, t.room_member.c.agent_id == t.agent.c.id)
    .where(t.room_member.c.room_id == bindparam("room_key"))
)
_MEMBER = Statement(
    select(t.room_member.c.id).where(
        t.room_member.c.room_id == bindparam("room_key"),
        t.room_member.c.agent_id == bindparam("agent_key"),
    )
)


def person(uid: str) -> str:
    return f"person:{uid}"


def department(uid: str) -> str:
    return f"department:{uid}"


def scopes_of(tx: "Tx", entity: str, row: Row[Any]) -> frozenset[str]:
    """The scopes in which a row of that table is told; none for what stays here."""
    if entity in PERSONAL:
        return frozenset({person(tx.at(t.agent, row.agent_id).uid)})
    if entity in ("room", "room_member", "room_message"):
        return _of_room(tx, row.id if entity == "room" else row.room_id)
    ticket_key = _ticket_of(tx, entity, row)
    if ticket_key is None:
        return EVERYBODY if entity != "attachment" else NOBODY
    return ticket_scopes(tx, ticket_key)


def ticket_scopes(tx: "Tx", ticket_key: int) -> frozenset[str]:
    ticket = tx.at(t.ticket, ticket_key)
    if ticket.department_id is None:
        return EVERYBODY
    home = department(tx.at(t.department, ticket.department_id).uid)
    if not ticket.access_count:
        return frozenset({home})
    holders = _HOLDERS.column(tx.connection, ticket_key=ticket_key)
    return frozenset({home, *map(person, holders)})


def may_see(tx: "Tx", entity: str, row: Row[Any]) -> bool:
    """Whether the acting agent may see that row; the desk itself sees all."""
    actor = tx.actor
    if actor.kind is not ActorKind.AGENT:
        return True
    if entity in PERSONAL:
        return bool(row.agent_id == actor.key)
    if entity in ("room", "room_member", "room_message"):
        key = row.id if entity == "room" else row.room_id
        given = {"room_key": key, "agent_key": actor.key}
        return _MEMBER.scalar(tx.connection, **given) is not None
    if actor.role is Role.ADMIN:
        return True
    ticket_key = _ticket_of(tx, entity, row)
    return ticket_key is None or may_see_ticket(tx, tx.at(t.ticket, ticket_key))


def may_see_ticket(tx: "Tx", ticket: Row[Any]) -> bool:
    actor = tx.actor
    if ticket.department_id is None or ticket.department_id in actor.departments:
        return True
    given = {"ticket_key": ticket.id, "agent_key": actor.key}
    return ticket.access_count > 0 and _ACCESS.scalar(tx.connection, **given) is not None


def _ticket_of(tx: "Tx", entity: str, row: Row[Any]) -> int | None:
    if entity == "ticket":
        return int(row.id)
    if entity in OF_TICKET:
        return int(row.ticket_id)
    if entity == "attachment" and row.message_id is not None:
        return int(tx.at(t.message, row.message_id).ticket_id)
    return None


def _of_room(tx: "Tx", room_key: int) -> frozenset[str]:
    members = _MEMBERS.column(tx.connection, room_key=room_key)
    return frozenset(map(person, members))
