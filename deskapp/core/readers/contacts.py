"""One contact, and finding contacts."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select

from deskapp.core.queries.contacts import FindContacts, GetBlockRules, GetContact
from deskapp.core.readers.base import Reading, reader_of
from deskapp.core.readers.people import VISIBLE, contact_infos, find_contacts
from deskapp.core.readers.rows import family_of, roots_of
from deskapp.core.readers.statements import Statement, among
from deskapp.core.readers.visibility import seen_by
from deskapp.models import tables as t
from deskapp.models.dialect import Unindexed
from deskapp.models.dto import (
    BlockRule,
    ContactDetail,
    ContactInfo,
    ContactNoteInfo,
    ContactPointInfo,
    ContactTicket,
)
from deskapp.models.enums import Channel, PointKind, TicketStatus
from deskapp.models.ids import TicketKey

TICKETS = 200
"""So many tickets of a contact are listed, the newest."""

# What is read for each conversation that is opened: compiled once.
_CONTACT = Statement(select(t.contact.c.id).where(t.contact.c.uid == bindparam("uid")))
_FIELDS = Statement(
    select(t.contact_field.c.contact_id, t.custom_field.c.key, t.contact_field.c.value)
    .join(t.custom_field, t.custom_field.c.id == t.contact_field.c.field_id)
    .where(among(t.contact_field.c.contact_id, "keys"), t.custom_field.c.hidden.is_(False))
)
_NOTES = Statement(
    select(t.contact_note.c.uid, t.contact_note.c.body, t.agent.c.name, t.contact_note.c.at)
    .select_from(t.contact_note.outerjoin(t.agent, t.agent.c.id == t.contact_note.c.agent_id))
    .where(among(t.contact_note.c.contact_id, "keys"))
    .order_by(t.contact_note.c.at.desc(), t.contact_note.c.id.desc())
)
_TICKETS: Select[Any] = (
    select(
        t.ticket.c.id,
        t.ticket.c.uid,
        t.ticket.c.number,
        t.ticket.c.subject,
        t.ticket.c.status,
        t.ticket.c.channel,
        t.ticket.c.updated_at,
    )
    .where(or_(*(Unindexed(t.ticket.c.bucket) == bucket for bucket in VISIBLE)))
    .order_by(t.ticket.c.updated_at.desc(), t.ticket.c.id.desc())
    .limit(TICKETS)
)
_ALL_TICKETS = Statement(_TICKETS.where(among(t.ticket.c.contact_id, "keys")))
_RATINGS: Select[Any] = select(
    func.count().label("tally"),
    func.avg(t.rating.c.score * 1.0 / t.rating.c.scale).label("mean"),
).select_from(t.rating)
_ALL_RATINGS = Statement(_RATINGS.where(among(t.rating.c.contact_id, "keys")))
_BLOCKED = Statement(
    select(t.block_rule.c.id)
    .where(
        ((t.block_rule.c.kind == "sender") & among(t.block_rule.c.value, "senders"))
        | ((t.block_rule.c.kind == "domain") & among(t.block_rule.c.value, "domains"))
    )
    .limit(1)
)


@reader_of(GetContact)
def get_contact(reading: Reading, query: GetContact) -> ContactDetail:
    """A merged contact answers as the one it was merged into. `satisfaction` is 0…1, the mean of its ratings."""
    connection = reading.connection
    key = _CONTACT.scalar(connection, uid=query.contact_id)
    if key is None:
        raise LookupError(f"no contact {query.contact_id!r}")
    root = roots_of(connection, t.contact, [key])[key]
    family = sorted(
        family_of(connection, t.contact, [root]), key=lambda member: (member != root, member)
    )
    infos = contact_infos(reading, family)
    ratings, satisfaction = _ratings(reading, family)
    return ContactDetail(
        info=infos[root],
        fields=_fields(reading, family),
        notes=_notes(reading, family),
        tickets=_tickets(reading, family),
        blocked=_is_blocked(reading, infos[root].points),
        satisfaction=satisfaction,
        ratings=ratings,
        merged=tuple(infos[member] for member in family if member != root),
    )


def _fields(reading: Reading, family: list[int]) -> Mapping[str, str]:
    """Custom values by key; the contact's own go before those of whom was merged into it."""
    rows = _FIELDS.all(reading.connection, keys=family)
    rank = {member: n for n, member in enumerate(family)}
    ordered = sorted(rows, key=lambda row: -rank[row.contact_id])
    return {row.key: row.value for row in ordered}


def _notes(reading: Reading, family: list[int]) -> tuple[ContactNoteInfo, ...]:
    rows = _NOTES.all(reading.connection, keys=family)
    return tuple(ContactNoteInfo(row.uid, row.body, row.name or "", row.at) for row in rows)


def _tickets(reading: Reading, family: list[int]) -> tuple[ContactTicket, ...]:
    seen = seen_by(reading)
    rows = (
        reading.connection.execute(_TICKETS.where(t.ticket.c.contact_id.in_(family), *seen)).all()
        if seen
        else _ALL_TICKETS.all(reading.connection, keys=family)
    )
    return tuple(
        ContactTicket(
            TicketKey(row.id),
            row.uid,
            row.number,
            row.subject,
            TicketStatus(row.status),
            Channel(row.channel),
            row.updated_at,
        )
        for row in rows
    )


def _is_blocked(reading: Reading, points: Iterable[ContactPointInfo]) -> bool:
    """Whether mail from any address of the contact goes to spam; a domain's rule holds below it, too."""
    addresses = [point.value for point in points if point.kind is PointKind.EMAIL]
    domains = set()
    for address in addresses:
        labels = address.rpartition("@")[2].split(".")
        domains |= {".".join(labels[n:]) for n in range(len(labels))}
    found = _BLOCKED.scalar(reading.connection, senders=addresses, domains=domains)
    return found is not None


def _ratings(reading: Reading, family: list[int]) -> tuple[int, float | None]:
    seen = seen_by(reading)
    if not seen:
        row = _ALL_RATINGS.first(reading.connection, keys=family)
        return row.tally, row.mean
    rated = _RATINGS.join(t.ticket, t.ticket.c.id == t.rating.c.ticket_id)
    row = reading.connection.execute(rated.where(t.rating.c.contact_id.in_(family), *seen)).one()
    return row.tally, row.mean


@reader_of(FindContacts)
def find(reading: Reading, query: FindContacts) -> tuple[ContactInfo, ...]:
    if query.text.strip():
        keys = find_contacts(reading, query.text, query.limit, query.offset)
    else:
        keys = list(
            reading.connection.execute(
                select(t.contact.c.id)
                .where(t.contact.c.merged_into.is_(None))
                .order_by(t.contact.c.updated_at.desc(), t.contact.c.id.desc())
                .limit(query.limit)
                .offset(query.offset)
            ).scalars()
        )
    infos = contact_infos(reading, keys)
    return tuple(infos[key] for key in keys)


@reader_of(GetBlockRules)
def get_block_rules(reading: Reading, _: GetBlockRules) -> tuple[BlockRule, ...]:
    """The latest first."""
    rule = t.block_rule.c
    rows = reading.connection.execute(
        select(rule.uid, rule.kind, rule.value, rule.at).order_by(rule.at.desc(), rule.id.desc())
    )
    return tuple(BlockRule(row.uid, row.kind, row.value, row.at) for row in rows)
