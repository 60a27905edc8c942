"""What was said and done in a ticket and in those merged into it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select, union

from deskapp.core.queries.tickets import (
    GetConversation,
    GetMessage,
    GetMessageHtml,
    GetMessageSource,
)
from deskapp.core.readers.base import Reading, reader_of
from deskapp.core.readers.rows import family_of
from deskapp.core.readers.statements import Statement, among
from deskapp.core.readers.visibility import check_visible
from deskapp.models import tables as t
from deskapp.models.dto import (
    Address,
    AttachmentInfo,
    ConversationPage,
    EventView,
    MailVerdict,
    MessageHtml,
    MessageView,
)
from deskapp.models.enums import ActorKind, Channel, Delivery, MessageKind

END = 2**62
"""Above every position."""

_TICKET = Statement(
    select(
        t.ticket.c.id,
        t.ticket.c.inbound_count,
        func.coalesce(t.read_mark.c.inbound_seen, 0).label("inbound_seen"),
    )
    .select_from(
        t.ticket.outerjoin(t.agent, t.agent.c.uid == bindparam("agent")).outerjoin(
            t.read_mark,
            (t.read_mark.c.ticket_id == t.ticket.c.id) & (t.read_mark.c.agent_id == t.agent.c.id),
        )
    )
    .where(t.ticket.c.uid == bindparam("uid"))
)
_PLACES = union(
    *(
        select(table.c.position).where(
            among(table.c.ticket_id, "tickets"), table.c.position < bindparam("below")
        )
        for table in (t.message, t.ticket_event)
    )
).subquery()
_NEWEST_PLACES = Statement(
    select(_PLACES.c.position).order_by(_PLACES.c.position.desc()).limit(bindparam("limit"))
)

_MESSAGE = select(
    t.message,
    t.ticket.c.uid.label("ticket_uid"),
    t.contact.c.uid.label("contact_uid"),
    t.agent.c.uid.label("agent_uid"),
).select_from(
    t.message.join(t.ticket, t.ticket.c.id == t.message.c.ticket_id)
    .outerjoin(t.contact, t.contact.c.id == t.message.c.contact_id)
    .outerjoin(t.agent, t.agent.c.id == t.message.c.agent_id)
)
_ONE_MESSAGE = Statement(_MESSAGE.where(t.message.c.uid == bindparam("uid")))
_MESSAGES_BETWEEN = Statement(
    _MESSAGE.where(
        among(t.message.c.ticket_id, "tickets"),
        t.message.c.position.between(bindparam("first"), bindparam("last")),
    )
)
_EVENTS_BETWEEN = Statement(
    select(t.ticket_event).where(
        among(t.ticket_event.c.ticket_id, "tickets"),
        t.ticket_event.c.position.between(bindparam("first"), bindparam("last")),
    )
)
_ATTACHMENTS = Statement(
    select(t.attachment).where(among(t.attachment.c.message_id, "keys")).order_by(t.attachment.c.id)
)
_CHAT_MARKS = Statement(
    select(t.chat.c.ticket_id, t.chat.c.delivered_to, t.chat.c.seen_to).where(
        among(t.chat.c.ticket_id, "tickets")
    )
)
_NTH_INBOUND = Statement(
    select(t.message.c.uid)
    .where(among(t.message.c.ticket_id, "tickets"), t.message.c.kind == MessageKind.INBOUND)
    .order_by(t.message.c.position)
    .limit(1)
    .offset(bindparam("nth"))
)
_HTML = Statement(
    select(t.message_html, t.message.c.ticket_id)
    .join(t.message, t.message.c.id == t.message_html.c.message_id)
    .where(t.message.c.uid == bindparam("uid"))
)


@reader_of(GetConversation)
def get_conversation(reading: Reading, query: GetConversation) -> ConversationPage:
    """A page holds `limit` places; what shares a place (imported history) stays on one page."""
    connection = reading.connection
    ticket = _TICKET.first(connection, uid=query.ticket_id, agent=reading.agent_id)
    if ticket is None:
        raise LookupError(f"no ticket {query.ticket_id!r}")
    check_visible(reading, ticket.id)
    tickets = list(family_of(connection, t.ticket, [ticket.id]))
    below = END if query.before is None else query.before
    limit = max(query.limit, 1)
    places = _NEWEST_PLACES.column(connection, tickets=tickets, below=below, limit=limit + 1)
    shown = places[:limit]
    items = _items(reading, tickets, shown[-1], shown[0]) if shown else ()
    return ConversationPage(
        query.ticket_id,
        items,
        shown[-1] if len(places) > limit else None,
        items[-1].order if items else 0,
        _first_unread(reading, ticket, tickets),
    )


def _items(
    reading: Reading, tickets: list[int], first: int, last: int
) -> tuple[MessageView | EventView, ...]:
    """Messages and events of these places, both ends included, oldest first."""
    span = {"tickets": tickets, "first": first, "last": last}
    messages = message_views(reading, _MESSAGES_BETWEEN.all(reading.connection, **span))
    events = [_event_view(row) for row in _EVENTS_BETWEEN.all(reading.connection, **span)]
    return tuple(
        sorted((*messages, *events), key=lambda item: (item.order, type(item) is MessageView))
    )


def _first_unread(reading: Reading, ticket: Any, tickets: list[int]) -> str:
    """Id of the first inbound message that the asking agent has not seen; empty when there is none."""
    if ticket.inbound_seen >= ticket.inbound_count:
        return ""
    found = _NTH_INBOUND.scalar(reading.connection, tickets=tickets, nth=ticket.inbound_seen)
    return found or ""


def message_views(reading: Reading, rows: Sequence[Any]) -> list[MessageView]:
    """Messages with their attachments, in the order of `rows`."""
    with_files = [row.id for row in rows if row.attachment_count]
    files: dict[int, list[AttachmentInfo]] = {}
    if with_files:
        for row in _ATTACHMENTS.all(reading.connection, keys=with_files):
            files.setdefault(row.message_id, []).append(_attachment_info(row))
    marks = _chat_marks(reading, rows)
    return [_message_view(row, tuple(files.get(row.id, ())), _delivery(row, marks)) for row in rows]


def _chat_marks(reading: Reading, rows: Sequence[Any]) -> Mapping[int, tuple[int, int]]:
    """Ticket key → (delivered to, seen to), of the chats in which an agent spoke."""
    chats = {row.ticket_id for row in rows if _is_chat_answer(row)}
    if not chats:
        return {}
    found = _CHAT_MARKS.run(reading.connection, tickets=chats)
    return {ticket: (delivered, seen) for ticket, delivered, seen in found}


def _is_chat_answer(row: Any) -> bool:
    return bool(row.channel == Channel.WEBCHAT and row.kind == MessageKind.OUTBOUND)


def _delivery(row: Any, marks: Mapping[int, tuple[int, int]]) -> Delivery:
    """What a chat's answer has come to is told by how far its visitor's page is."""
    delivered, seen = marks.get(row.ticket_id, (0, 0)) if _is_chat_answer(row) else (0, 0)
    if row.position <= seen:
        return Delivery.SEEN
    return Delivery.DELIVERED if row.position <= delivered else Delivery(row.delivery)


def _attachment_info(row: Any) -> AttachmentInfo:
    return AttachmentInfo(
        row.uid, row.filename, row.mime, row.size, row.sha256, row.content_id, row.inline
    )


def _message_view(
    row: Any, attachments: tuple[AttachmentInfo, ...], delivery: Delivery
) -> MessageView:
    recipients = row.recipients or {}
    return MessageView(
        id=row.uid,
        ticket_id=row.ticket_uid,
        kind=MessageKind(row.kind),
        channel=Channel(row.channel),
        author_name=row.author_name,
        author_address=row.author_address,
        author_id=row.agent_uid or row.contact_uid or "",
        at=row.at,
        subject=row.subject,
        text=row.body,
        quoted=row.quoted,
        has_html=row.has_html,
        has_source=bool(row.raw_sha256),
        attachments=attachments,
        to=people(recipients, "to"),
        cc=people(recipients, "cc"),
        bcc=people(recipients, "bcc"),
        delivery=delivery,
        delivery_error=row.delivery_error,
        deliver_at=row.deliver_at,
        held=row.held,
        automatic=bool(row.automatic),
        verdict=msgspec.convert(row.verdict, MailVerdict) if row.verdict else MailVerdict(),
        remote_images=row.remote_images,
        order=row.position,
    )


def people(recipients: Mapping[str, Sequence[Sequence[str]]], name: str) -> tuple[Address, ...]:
    """One list of a `recipients` column, whose entries are [name, address]."""
    return tuple(Address(*person) for person in recipients.get(name, ()))


def _event_view(row: Any) -> EventView:
    return EventView(
        row.uid, row.kind, ActorKind(row.actor_kind), row.actor_name, row.at, row.data, row.position
    )


@reader_of(GetMessage)
def get_message(reading: Reading, query: GetMessage) -> MessageView:
    rows = _ONE_MESSAGE.all(reading.connection, uid=query.message_id)
    if not rows:
        raise LookupError(f"no message {query.message_id!r}")
    check_visible(reading, rows[0].ticket_id)
    return message_views(reading, rows)[0]


@reader_of(GetMessageHtml)
def get_message_html(reading: Reading, query: GetMessageHtml) -> MessageHtml:
    """Images are keyed as the HTML names them: `cid:<content id>` and `remote:<index of remote_urls>`."""
    connection = reading.connection
    row = _HTML.first(connection, uid=query.message_id)
    if row is None:
        raise LookupError(f"no HTML of message {query.message_id!r}")
    check_visible(reading, row.ticket_id)
    images = {
        f"cid:{file.content_id}": file.sha256
        for file in _ATTACHMENTS.all(connection, keys=[row.message_id])
        if file.content_id
    }
    loaded = row.remote_images or {}
    for index, url in enumerate(row.remote_urls):
        if loaded.get(url):
            images[f"remote:{index}"] = loaded[url]
    return MessageHtml(
        query.message_id, row.html, images, tuple(row.remote_urls), row.remote_images is not None
    )


@reader_of(GetMessageSource)
def get_message_source(reading: Reading, query: GetMessageSource) -> str:
    row = reading.connection.execute(
        select(t.message.c.raw_sha256, t.message.c.ticket_id).where(
            t.message.c.uid == query.message_id
        )
    ).first()
    if row is None:
        raise LookupError(f"no message {query.message_id!r}")
    check_visible(reading, row.ticket_id)
    return row.raw_sha256 or ""
