"""One ticket, whom an answer to it goes to, and what has yet to leave."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select

from deskapp.core.queries.tickets import GetOutbox, GetTicket
from deskapp.core.readers.base import Reading, reader_of
from deskapp.core.readers.conversation import people
from deskapp.core.readers.desk import account_info, agent_info, attachment_infos
from deskapp.core.readers.rows import family_of, roots_of, ticket_rows
from deskapp.core.readers.statements import Statement, among
from deskapp.core.readers.visibility import check_visible, visible_keys
from deskapp.models import tables as t
from deskapp.models.dto import Address, DraftInfo, MergedTicket, OutboxItem, TicketDetail
from deskapp.models.enums import EffectState, MessageKind, PointKind

TIMERS = "timer.%"
"""Effects that wait for a time, not for the network: no part of the outbox."""


_BY_UID = Statement(select(t.ticket).where(t.ticket.c.uid == bindparam("uid")))
_BY_NUMBER = Statement(select(t.ticket).where(t.ticket.c.number == bindparam("number")))
_AGENT = Statement(select(t.agent).where(t.agent.c.id == bindparam("key")))
_ACCOUNT = Statement(select(t.account).where(t.account.c.id == bindparam("key")))
_OWN_ADDRESSES = Statement(select(t.account.c.address))
_MERGED = Statement(
    select(t.ticket.c.id, t.ticket.c.uid, t.ticket.c.number, t.ticket.c.subject)
    .where(among(t.ticket.c.id, "keys"))
    .order_by(t.ticket.c.number)
)
_DRAFT = Statement(
    select(t.draft)
    .join(t.agent, t.agent.c.id == t.draft.c.agent_id)
    .where(t.draft.c.ticket_id == bindparam("ticket"), t.agent.c.uid == bindparam("agent"))
)
_LAST_INBOUND = Statement(
    select(
        t.message.c.uid,
        t.message.c.author_name,
        t.message.c.author_address,
        t.message.c.recipients,
    )
    .where(
        among(t.message.c.ticket_id, "keys"),
        t.message.c.kind == MessageKind.INBOUND,
        t.message.c.held.is_(False),
    )
    .order_by(t.message.c.position.desc())
    .limit(1)
)

_MAIL_ADDRESS = Statement(
    select(t.contact.c.name, t.contact_point.c.value)
    .select_from(t.contact_point.join(t.contact, t.contact.c.id == bindparam("root")))
    .where(among(t.contact_point.c.contact_id, "keys"), t.contact_point.c.kind == PointKind.EMAIL)
    .order_by(
        t.contact_point.c.contact_id != bindparam("root"),
        t.contact_point.c.primary.desc(),
        t.contact_point.c.id,
    )
    .limit(1)
)


@reader_of(GetTicket)
def get_ticket(reading: Reading, query: GetTicket) -> TicketDetail:
    connection = reading.connection
    if query.ticket_id:
        row = _BY_UID.first(connection, uid=query.ticket_id)
    else:
        row = _BY_NUMBER.first(connection, number=query.number)
    if row is None:
        raise LookupError(f"no ticket {query.ticket_id or query.number!r}")
    check_visible(reading, row.id)
    family = list(family_of(connection, t.ticket, [row.id]))
    last = _LAST_INBOUND.first(connection, keys=family)  # the customer's last word that was let in
    reply_to, also = _answer(reading, row, last)
    agent = _AGENT.first(connection, key=row.assignee_id) if row.assignee_id else None
    account = _ACCOUNT.first(connection, key=row.account_id) if row.account_id else None
    linked = {*family, row.merged_into} - {row.id, None}
    merged = {each.id: each for each in _MERGED.all(connection, keys=linked)} if linked else {}
    into = merged.pop(row.merged_into, None)
    if into is not None and not visible_keys(reading, [into.id]):
        into = None
    return TicketDetail(
        row=ticket_rows(reading, [row.id])[row.id],
        assignee=agent_info(agent) if agent else None,
        account=account_info(account) if account else None,
        created_at=row.created_at,
        language=row.language,
        merged_into=_merged_ticket(into) if into else None,
        merged_from=tuple(_merged_ticket(each) for each in merged.values()),
        draft=_draft(reading, row),
        reply_to=reply_to,
        reply_all_cc=also,
        last_inbound_id=last.uid if last else "",
    )


def _merged_ticket(row: Any) -> MergedTicket:
    return MergedTicket(row.uid, row.number, row.subject)


def _draft(reading: Reading, ticket: Any) -> DraftInfo | None:
    row = _DRAFT.first(reading.connection, ticket=ticket.id, agent=reading.agent_id)
    if row is None:
        return None
    return DraftInfo(
        ticket_id=ticket.uid,
        mode=row.mode,
        body=row.body,
        subject=row.subject,
        to=people(row.recipients, "to"),
        cc=people(row.recipients, "cc"),
        bcc=people(row.recipients, "bcc"),
        attachments=attachment_infos(row.attachments),
        account_id=row.account_uid,
        in_reply_to=row.in_reply_to,
        seen_order=row.seen_order,
        updated_at=row.updated_at,
    )


def _answer(
    reading: Reading, ticket: Any, last: Any
) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """(reply to, also on a reply to all). Never one of our own addresses, nobody twice.

    Reply-To goes before the author; a ticket that did not come by mail answers to its contact.
    """
    own = {address.lower() for address in _OWN_ADDRESSES.column(reading.connection)}
    recipients = (last.recipients or {}) if last else {}
    author = (Address(last.author_name, last.author_address),) if last else ()
    to = _distinct(people(recipients, "reply_to"), own) or _distinct(author, own)
    if not to:
        to = _distinct(_contact_address(reading, ticket.contact_id), own)
    taken = own | {person.address.lower() for person in to}
    return to, _distinct((*people(recipients, "to"), *people(recipients, "cc")), taken)


def _distinct(listed: Iterable[Address], without: set[str]) -> tuple[Address, ...]:
    kept: dict[str, Address] = {}
    for person in listed:
        if person.address and person.address.lower() not in without:
            kept.setdefault(person.address.lower(), person)
    return tuple(kept.values())


def _contact_address(reading: Reading, contact_key: int) -> tuple[Address, ...]:
    """The mail address of a contact, the primary one first choice."""
    connection = reading.connection
    root = roots_of(connection, t.contact, [contact_key])[contact_key]
    family = family_of(connection, t.contact, [root])
    row = _MAIL_ADDRESS.first(connection, root=root, keys=list(family))
    return (Address(row.name, row.value),) if row else ()


@reader_of(GetOutbox)
def get_outbox(reading: Reading, _: GetOutbox) -> tuple[OutboxItem, ...]:
    """The failed first, then what leaves next."""
    effect = t.effect.c
    rows = reading.connection.execute(
        select(t.effect, t.ticket.c.uid.label("ticket_uid"), t.message.c.uid.label("message_uid"))
        .outerjoin(t.ticket, t.ticket.c.id == effect.ticket_id)
        .outerjoin(t.message, t.message.c.id == effect.message_id)
        .where(
            effect.state.in_((EffectState.FAILED, EffectState.RUNNING, EffectState.WAITING)),
            effect.kind.not_like(TIMERS),
        )
        .order_by(effect.state != EffectState.FAILED, effect.due_at, effect.id)
    )
    return tuple(
        OutboxItem(
            row.uid,
            row.kind,
            row.state,
            row.ticket_uid or "",
            row.message_uid or "",
            row.due_at,
            row.attempts,
            row.error,
        )
        for row in rows
    )
