"""Answers to the e-mail channel."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, select

from deskapp.core.queries import mail as q
from deskapp.core.readers.base import Reading, reader_of
from deskapp.models import tables as t
from deskapp.models.dto import Address, AttachmentInfo
from deskapp.models.enums import Channel, Delivery, MessageKind

THREAD = 40
"""How many Message-IDs of a thread are told: its first and its newest."""


@reader_of(q.FolderMarks)
def folder_marks(r: Reading, query: q.FolderMarks) -> tuple[q.FolderMark, ...]:
    f = t.mail_folder.c
    rows = r.connection.execute(
        select(f.name, f.uidvalidity, f.last_uid, f.first_live_uid)
        .join_from(t.mail_folder, t.account, t.account.c.id == f.account_id)
        .where(t.account.c.uid == query.account_id)
        .order_by(f.id)
    )
    newest = {row.name: q.FolderMark(*row) for row in rows}
    return tuple(newest.values())


@reader_of(q.PendingRawMails)
def pending_raw_mails(r: Reading, query: q.PendingRawMails) -> tuple[q.PendingRaw, ...]:
    raw = t.raw_mail.c
    found = (
        select(raw.sha256, raw.size, t.account.c.uid, raw.source, raw.history)
        .select_from(t.raw_mail.outerjoin(t.account, t.account.c.id == raw.account_id))
        .where(raw.state == "stored")
        .order_by(raw.id)
        .limit(query.limit)
    )
    if query.source:
        found = found.where(raw.source == query.source)
    return tuple(
        q.PendingRaw(sha256, size, account_id or "", source, history)
        for sha256, size, account_id, source, history in r.connection.execute(found)
    )


@reader_of(q.OutgoingMail)
def outgoing_mail(r: Reading, query: q.OutgoingMail) -> q.OutgoingMessage:
    row = _message(r, query.message_id)
    if row.kind != MessageKind.OUTBOUND or row.channel != Channel.EMAIL or row.account_id is None:
        raise LookupError(query.message_id)
    options = row.options or {}
    ticket = _root(r, row.ticket_id)
    answered = _answered(r, row, options)
    return q.OutgoingMessage(
        id=row.uid,
        ticket_id=ticket.uid,
        ticket_number=ticket.number,
        account=_account(r, row.account_id),
        author_name=row.author_name,
        to=_people(row, "to"),
        cc=_people(row, "cc"),
        bcc=_people(row, "bcc"),
        subject=row.subject,
        body=row.body,
        at=row.at,
        rfc_message_id=row.rfc_message_id or "",
        raw_sha256=row.raw_sha256 or "",
        delivery=Delivery(row.delivery),
        forward=bool(options.get("forward")),
        answered=answered,
        quote=bool(options.get("quote")),
        references=_thread(r, row.ticket_id, row.position, answered),
        attachments=_attachments(r, row.id),
        language=ticket.language,
    )


@reader_of(q.AcknowledgementOf)
def acknowledgement_of(r: Reading, query: q.AcknowledgementOf) -> q.Acknowledgement:
    ticket = r.connection.execute(select(t.ticket).where(t.ticket.c.uid == query.ticket_id)).first()
    if ticket is None or ticket.account_id is None:
        raise LookupError(query.ticket_id)
    m = t.message.c
    first = r.connection.execute(
        select(m.rfc_message_id)
        .where(m.ticket_id == ticket.id, m.kind == MessageKind.INBOUND)
        .order_by(m.position)
        .limit(1)
    ).scalar()
    return q.Acknowledgement(
        ticket_id=ticket.uid,
        ticket_number=ticket.number,
        account=_account(r, ticket.account_id),
        in_reply_to=first or "",
        language=ticket.language,
        references=(first,) if first else (),
        contact_name=_known_name(r, ticket),
    )


def _known_name(r: Reading, ticket: Row[Any]) -> str:
    c = t.contact.c
    known = (c.id == ticket.contact_id, c.created_at < ticket.created_at)
    return str(r.connection.execute(select(c.name).where(*known)).scalar() or "")


@reader_of(q.RemoteImagesOf)
def remote_images_of(r: Reading, query: q.RemoteImagesOf) -> tuple[str, ...]:
    html = t.message_html.c
    found = r.connection.execute(
        select(html.remote_urls)
        .join_from(t.message_html, t.message, t.message.c.id == html.message_id)
        .where(t.message.c.uid == query.message_id)
    ).scalar()
    return tuple(found or ())


def _message(r: Reading, uid: str) -> Row[Any]:
    row = r.connection.execute(select(t.message).where(t.message.c.uid == uid)).first()
    if row is None:
        raise LookupError(uid)
    return row


def _root(r: Reading, key: int) -> Row[Any]:
    """The ticket that a message shows in now: the one into which its own was merged."""
    row = r.connection.execute(select(t.ticket).where(t.ticket.c.id == key)).one()
    return row if row.merged_into is None else _root(r, row.merged_into)


def sending_account(r: Reading, uid: str) -> q.SendingAccount:
    """A mailbox by its id. Raises LookupError when it is gone."""
    key = r.connection.execute(select(t.account.c.id).where(t.account.c.uid == uid)).scalar()
    if key is None:
        raise LookupError(uid)
    return _account(r, key)


def _account(r: Reading, key: int) -> q.SendingAccount:
    row = r.connection.execute(select(t.account).where(t.account.c.id == key)).one()
    if row.removed:
        raise LookupError(row.uid)
    return q.SendingAccount(row.uid, row.name, row.address, row.signature, row.settings)


def _answered(r: Reading, row: Row[Any], options: dict[str, Any]) -> q.AnsweredMessage | None:
    """The message that the agent chose, else the last word of the customer. Never a note, never a held one."""
    m = t.message.c
    public = select(t.message).where(m.kind != MessageKind.NOTE, m.held.is_(False))
    if wanted := options.get("in_reply_to"):
        found = r.connection.execute(public.where(m.uid == wanted)).first()
    else:
        found = r.connection.execute(
            public.where(
                m.ticket_id == row.ticket_id,
                m.kind == MessageKind.INBOUND,
                m.position < row.position,
            )
            .order_by(m.position.desc())
            .limit(1)
        ).first()
    if found is None:
        return None
    return q.AnsweredMessage(
        id=found.uid,
        author=Address(found.author_name, found.author_address),
        to=_people(found, "to"),
        cc=_people(found, "cc"),
        at=found.at,
        subject=found.subject,
        text=found.body,
        quoted=found.quoted,
        rfc_message_id=found.rfc_message_id or "",
        attachments=_attachments(r, found.id),
    )


def _thread(
    r: Reading, ticket_key: int, position: int, answered: q.AnsweredMessage | None
) -> tuple[str, ...]:
    """Message-IDs of the public thread up to a message; the answered one stands last (RFC 5322, 3.6.4)."""
    m = t.message.c
    rows = r.connection.execute(
        select(m.rfc_message_id)
        .where(
            m.ticket_id == ticket_key,
            m.position < position,
            m.kind != MessageKind.NOTE,
            m.held.is_(False),
            m.rfc_message_id.is_not(None),
        )
        .order_by(m.position)
    ).scalars()
    ids = list(dict.fromkeys(str(value) for value in rows))
    if answered is not None and answered.rfc_message_id:
        ids = [value for value in ids if value != answered.rfc_message_id]
        ids.append(answered.rfc_message_id)
    return tuple(ids if len(ids) <= THREAD else [ids[0], *ids[-(THREAD - 1) :]])


def _people(row: Row[Any], kind: str) -> tuple[Address, ...]:
    found: Iterable[Any] = (row.recipients or {}).get(kind) or ()
    return tuple(Address(name, address) for name, address in found)


def _attachments(r: Reading, message_key: int) -> tuple[AttachmentInfo, ...]:
    a = t.attachment.c
    rows = r.connection.execute(
        select(a.uid, a.filename, a.mime, a.size, a.sha256, a.content_id, a.inline)
        .where(a.message_id == message_key)
        .order_by(a.id)
    )
    return tuple(AttachmentInfo(*row) for row in rows)
