"""Rows of the list, and links between merged tickets and contacts: shared by several queries."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import CTE, Connection, Table, bindparam, func, select

from deskapp.core.readers.base import Reading
from deskapp.core.readers.statements import Statement, among
from deskapp.models import tables as t
from deskapp.models.dto import TicketRow
from deskapp.models.enums import Channel, Delivery, MessageKind, TicketStatus
from deskapp.models.ids import TicketKey


def _family(table: Table) -> CTE:
    """(id, root): the rows of `keys` and everything that was merged into them, by whatever way."""
    family = (
        select(table.c.id, table.c.id.label("root"))
        .where(among(table.c.id, "keys"))
        .cte("family", recursive=True)
    )
    child = table.alias("child")
    return family.union(
        select(child.c.id, family.c.root).join(family, child.c.merged_into == family.c.id)
    )


def _ancestry(table: Table) -> CTE:
    """(member, id, merged_into): each row of `keys` and all those above it."""
    own = select(table.c.id.label("member"), table.c.id, table.c.merged_into)
    line = own.where(among(table.c.id, "keys")).cte("line", recursive=True)
    parent = table.alias("parent")
    above = select(line.c.member, parent.c.id, parent.c.merged_into)
    return line.union(above.join(line, parent.c.id == line.c.merged_into))


_FAMILIES = {table.name: _family(table) for table in (t.ticket, t.contact)}
_ANCESTRIES = {table.name: _ancestry(table) for table in (t.ticket, t.contact)}
_MEMBERS = {
    name: Statement(select(family.c.id, family.c.root)) for name, family in _FAMILIES.items()
}
_ROOTS = {
    name: Statement(select(line.c.member, line.c.id).where(line.c.merged_into.is_(None)))
    for name, line in _ANCESTRIES.items()
}


def members_of(connection: Connection, table: Table, keys: Iterable[int]) -> dict[int, list[int]]:
    """Each of these rows (tickets or contacts) → itself and all that were merged into it."""
    members: dict[int, list[int]] = {}
    for key, root in _MEMBERS[table.name].run(connection, keys=list(keys)):
        members.setdefault(root, []).append(key)
    return members


def family_of(connection: Connection, table: Table, keys: Iterable[int]) -> dict[int, int]:
    """Member → root, for rows none of which was merged into another of them."""
    members = members_of(connection, table, keys)
    return {member: root for root, family in members.items() for member in family}


def roots_of(connection: Connection, table: Table, keys: Iterable[int]) -> dict[int, int]:
    """Row → the one it was merged into in the end; itself when it was not."""
    wanted = list(keys)
    found = {key: key for key in wanted}
    found.update(_ROOTS[table.name].run(connection, keys=wanted))
    return found


_MARK = t.read_mark
_ME = t.agent.alias("me")
_AGENT = select(_ME.c.id).where(_ME.c.uid == bindparam("agent")).scalar_subquery()
_ROWS = Statement(
    select(
        t.ticket.c.id,
        t.ticket.c.uid,
        t.ticket.c.number,
        t.ticket.c.subject,
        t.ticket.c.status,
        t.ticket.c.channel,
        t.ticket.c.snippet,
        t.ticket.c.snippet_kind,
        t.ticket.c.snippet_author,
        t.ticket.c.updated_at,
        t.ticket.c.needs_reply,
        t.ticket.c.snoozed_until,
        t.ticket.c.held_count,
        t.ticket.c.delivery,
        t.ticket.c.spam,
        t.ticket.c.deleted,
        (t.ticket.c.inbound_count - func.coalesce(_MARK.c.inbound_seen, 0)).label("unread"),
        t.contact.c.id.label("contact_key"),
        t.contact.c.uid.label("contact_uid"),
        t.contact.c.name.label("contact_name"),
        t.contact.c.merged_into.label("contact_merged"),
        func.coalesce(t.agent.c.uid, "").label("assignee_uid"),
        func.coalesce(t.account.c.uid, "").label("account_uid"),
    )
    .select_from(
        t.ticket.join(t.contact, t.contact.c.id == t.ticket.c.contact_id)
        .outerjoin(t.agent, t.agent.c.id == t.ticket.c.assignee_id)
        .outerjoin(t.account, t.account.c.id == t.ticket.c.account_id)
        .outerjoin(_MARK, (_MARK.c.ticket_id == t.ticket.c.id) & (_MARK.c.agent_id == _AGENT))
    )
    .where(among(t.ticket.c.id, "keys"))
)

_TAGS = Statement(
    select(t.ticket_tag.c.ticket_id, t.tag.c.name)
    .join(t.tag, t.tag.c.id == t.ticket_tag.c.tag_id)
    .where(among(t.ticket_tag.c.ticket_id, "keys"))
    .order_by(t.ticket_tag.c.ticket_id, t.tag.c.name)
)

_CONTACT_NAMES = Statement(
    select(t.contact.c.id, t.contact.c.uid, t.contact.c.name).where(among(t.contact.c.id, "keys"))
)


def ticket_rows(reading: Reading, keys: Sequence[int]) -> dict[int, TicketRow]:
    """Lines of the list by ticket key; a key that is gone is left out.

    A ticket of a merged contact shows the contact that it was merged into.
    """
    if not keys:
        return {}
    connection = reading.connection
    rows = _ROWS.all(connection, keys=keys, agent=reading.agent_id)
    tags: dict[int, list[str]] = {}
    for ticket_key, name in _TAGS.run(connection, keys=keys):
        tags.setdefault(ticket_key, []).append(name)
    people = root_contacts(
        connection, [row.contact_key for row in rows if row.contact_merged is not None]
    )
    return {row.id: _ticket_row(row, tuple(tags.get(row.id, ())), people) for row in rows}


def root_contacts(connection: Connection, merged: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Merged contact → (uid, name) of its root."""
    if not merged:
        return {}
    roots = roots_of(connection, t.contact, merged)
    named = _CONTACT_NAMES.run(connection, keys=set(roots.values()))
    names = {contact: (uid, name) for contact, uid, name in named}
    return {key: names[root] for key, root in roots.items()}


def _ticket_row(row: Any, tags: tuple[str, ...], people: dict[int, tuple[str, str]]) -> TicketRow:
    contact_id, contact_name = people.get(row.contact_key) or (row.contact_uid, row.contact_name)
    return TicketRow(
        key=TicketKey(row.id),
        id=row.uid,
        number=row.number,
        subject=row.subject,
        status=TicketStatus(row.status),
        channel=Channel(row.channel),
        contact_id=contact_id,
        contact_name=contact_name,
        assignee_id=row.assignee_uid,
        account_id=row.account_uid,
        snippet=row.snippet,
        snippet_kind=MessageKind(row.snippet_kind) if row.snippet_kind else None,
        snippet_author=row.snippet_author,
        updated_at=row.updated_at,
        unread=max(0, row.unread),
        needs_reply=row.needs_reply,
        snoozed_until=row.snoozed_until,
        held=row.held_count,
        delivery=Delivery(row.delivery),
        tags=tags,
        spam=row.spam,
        deleted=row.deleted,
    )
