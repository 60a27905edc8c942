"""Who may see a ticket: its department, those who were let in one by one, and what happens when it moves."""

from typing import Any

from sqlalchemy import Row, select

from deskapp.core.api import Rejected
from deskapp.core.authority.scopes import ticket_scopes
from deskapp.core.authority.tx import Tx
from deskapp.core.handlers.conversation import family, insiders
from deskapp.models import tables as t
from deskapp.models.enums import Role

ASSIGNED, MENTIONED, CREATED = "assigned", "mentioned", "created"


def able(tx: Tx, agent_id: str) -> Row[Any]:
    """The agent of that id, who works here. Rejects agent_not_found, agent_disabled(name)."""
    agent = tx.get(t.agent, agent_id)
    if agent.disabled:
        raise Rejected("agent_disabled", name=agent.name)
    return agent


def sees(tx: Tx, ticket: Row[Any], agent: Row[Any]) -> bool:
    """Whether an agent may see a ticket."""
    if ticket.department_id is None or agent.role == Role.ADMIN:
        return True
    return agent.id in insiders(tx, ticket)


def let_in(tx: Tx, ticket_key: int, agent: Row[Any], why: str) -> None:
    """Give one agent access to a ticket, and to what was merged into it; nothing if they have it.

    What came by an assignment ends with it (`assignment_over`), unless it came by a mention, too.
    """
    if why != ASSIGNED:
        _outlast(tx, ticket_key, agent, why)
    if sees(tx, tx.at(t.ticket, ticket_key), agent):
        return
    for key in family(tx, ticket_key):
        _let_in(tx, key, agent, why)
    tx.event(ticket_key, "access_given", agent=agent.name, why=why)


def _let_in(tx: Tx, ticket_key: int, agent: Row[Any], why: str) -> None:
    access = t.ticket_access.c
    had = (access.ticket_id == ticket_key, access.agent_id == agent.id)
    if tx.first(t.ticket_access, *had) is not None:
        return
    before = ticket_scopes(tx, ticket_key)
    tx.insert(t.ticket_access, ticket_id=ticket_key, agent_id=agent.id, why=why)
    tx.update(t.ticket, ticket_key, access_count=t.ticket.c.access_count + 1)
    tx.tell_moved(ticket_key, before)
    tell_rooms(tx, t.room.c.ticket_id == ticket_key)


def _outlast(tx: Tx, ticket_key: int, agent: Row[Any], why: str) -> None:
    access = t.ticket_access.c
    for key in family(tx, ticket_key):
        had = (access.ticket_id == key, access.agent_id == agent.id, access.why == ASSIGNED)
        row = tx.first(t.ticket_access, *had)
        if row is not None:
            tx.update(t.ticket_access, row.id, why=why)


def assignment_over(tx: Tx, ticket_key: int, agent_key: int | None) -> None:
    """A ticket is no longer that agent's: neither is the access to it that came by its being theirs."""
    access = t.ticket_access.c
    for key in family(tx, ticket_key) if agent_key is not None else ():
        had = (access.ticket_id == key, access.agent_id == agent_key, access.why == ASSIGNED)
        row = tx.first(t.ticket_access, *had)
        if row is None:
            continue
        before = ticket_scopes(tx, key)
        tx.tell(
            before, t.ticket_access, [row], "exit"
        )  # once it is gone nothing leads to its holder
        tx.delete(t.ticket_access, row.id)
        tx.update(t.ticket, key, access_count=t.ticket.c.access_count - 1)
        tx.tell_moved(key, before)
        _take_back_notifications(tx, key)
        tell_rooms(tx, t.room.c.ticket_id == key)


def _take_back_notifications(tx: Tx, ticket_key: int) -> None:
    """They say who wrote and what about: whoever sees the ticket no more keeps none."""
    told = t.notification.c
    ticket = tx.at(t.ticket, ticket_key)
    if ticket.department_id is not None:
        outside = told.agent_id.not_in(insiders(tx, ticket))
        tx.delete_all(t.notification, (told.ticket_id == ticket_key) & outside)


def take_back_notifications_of(tx: Tx, agent: Row[Any]) -> None:
    """The same, of all tickets, after an agent's departments or role are others."""
    if agent.role == Role.ADMIN:
        return
    homes = select(t.membership.c.department_id).where(t.membership.c.agent_id == agent.id)
    given = select(t.ticket_access.c.ticket_id).where(t.ticket_access.c.agent_id == agent.id)
    told, ticket = t.notification.c, t.ticket.c
    elsewhere = ticket.department_id.is_not(None) & ticket.department_id.not_in(homes)
    hidden = select(ticket.id).where(
        ticket.id == told.ticket_id, elsewhere, ticket.id.not_in(given)
    )
    tx.delete_all(t.notification, (told.agent_id == agent.id) & hidden.exists())


def tell_rooms(tx: Tx, which: Any) -> None:
    """Who sees the ticket of a room is another now: its people are told of it anew, each with what they see."""
    for room in tx.all(t.room, which):
        tx.touch(t.room, room.id)


def let_in_as(tx: Tx, ticket_key: int, other_key: int) -> None:
    """Whoever was let into another ticket is let into this one: what they saw there shows here now."""
    for access in tx.all(t.ticket_access, t.ticket_access.c.ticket_id == other_key):
        _let_in(tx, ticket_key, tx.at(t.agent, access.agent_id), access.why)


def move(tx: Tx, ticket_key: int, department_key: int | None) -> str:
    """Give a ticket, and what was merged into it, to a department; None: to everybody.

    An assignee who may not see it there loses it. Returns the name of who did, or an empty string.
    """
    for key in family(tx, ticket_key):
        before = ticket_scopes(tx, key)
        tx.update(t.ticket, key, department_id=department_key)
        tx.tell_moved(key, before)
        _take_back_notifications(tx, key)
        tell_rooms(tx, t.room.c.ticket_id == key)
    ticket = tx.at(t.ticket, ticket_key)
    holder = tx.at(t.agent, ticket.assignee_id) if ticket.assignee_id is not None else None
    if holder is None or sees(tx, ticket, holder):
        return ""
    tx.update(t.ticket, ticket_key, assignee_id=None)
    return str(holder.name)
