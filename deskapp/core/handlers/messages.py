"""Handlers of commands on what is said in a ticket."""

from typing import Any

from sqlalchemy import Row, bindparam

from deskapp.core.api import Outcome, Rejected
from deskapp.core.authority.tx import Tx
from deskapp.core.commands import messages as c
from deskapp.core.handlers.access import MENTIONED, able, let_in, let_in_as
from deskapp.core.handlers.base import done, handles
from deskapp.core.handlers.blind import check_heard
from deskapp.core.handlers.conversation import (
    NewMessage,
    add_message,
    family,
    new_ticket,
    notify,
    root_of,
    settle_ticket,
    take_part,
    ticket_for_writing,
)
from deskapp.core.handlers.drafts import restore_as_draft
from deskapp.core.handlers.indexing import drop_message
from deskapp.core.handlers.tickets import mark_read
from deskapp.core.handlers.webchat import check_open, mail_account, note_answer
from deskapp.core.readers.statements import Write
from deskapp.models import tables as t
from deskapp.models.dto import Address
from deskapp.models.enums import (
    Channel,
    ChatState,
    Delivery,
    EffectState,
    MessageKind,
    NotificationKind,
    TicketStatus,
)

CHANGE_EFFECT = Write(t.effect.update().where(t.effect.c.id == bindparam("key_")))


def _account_for(tx: Tx, ticket: Row[Any], wanted: str) -> Row[Any] | None:
    if wanted:
        account = tx.get(t.account, wanted)
    elif ticket.account_id and ticket.channel == Channel.EMAIL:
        account = tx.at(t.account, ticket.account_id)
    else:
        return mail_account(tx, ticket)
    if account.removed or account.channel != Channel.EMAIL:
        raise Rejected("unknown_account", name=account.name)
    return account


def _no_newlines(*texts: str) -> None:
    for value in texts:
        if "\n" in value or "\r" in value or "\0" in value:
            raise Rejected("header_invalid", value=value[:80])


def _check_recipients(people: tuple[Address, ...]) -> None:
    for person in people:
        _no_newlines(person.name, person.address)
        if person.address.count("@") != 1 or any(mark in person.address for mark in " ,;<>"):
            raise Rejected("address_invalid", value=person.address[:80])


@handles(c.SendReply)
def send_reply(tx: Tx, cmd: c.SendReply) -> Outcome:
    ticket = ticket_for_writing(tx, cmd.ticket_id)
    people = cmd.to + cmd.cc + cmd.bcc
    by_mail = bool(people) or ticket.channel == Channel.EMAIL
    account = _account_for(tx, ticket, cmd.account_id) if by_mail else None
    by_chat = not by_mail and ticket.channel == Channel.WEBCHAT
    if by_mail and not people:
        raise Rejected("no_recipient")
    if by_mail and account is None:
        raise Rejected("no_account")
    if not cmd.body.strip() and not cmd.attachments and not cmd.forward:
        raise Rejected("body_empty")
    _check_recipients(people)
    _no_newlines(cmd.subject)
    _check_talk(tx, ticket, cmd, by_mail=by_mail, by_chat=by_chat)
    deliver_at = tx.now + max(cmd.hold_ms, 0) if by_mail else None
    key = add_message(
        tx,
        NewMessage(
            ticket_key=ticket.id,
            uid=cmd.message_id,
            kind=MessageKind.OUTBOUND,
            channel=Channel.EMAIL if by_mail else Channel(ticket.channel),
            body=cmd.body,
            account_key=account.id if account else None,
            agent_key=tx.actor.key,
            author_name=tx.actor.name,
            author_address=account.address if account else "",
            subject=cmd.subject or _reply_subject(ticket.subject),
            attachments=cmd.attachments,
            recipients={"to": cmd.to, "cc": cmd.cc, "bcc": cmd.bcc},
            delivery=Delivery.QUEUED if by_mail else Delivery.SENT if by_chat else Delivery.NONE,
            deliver_at=deliver_at,
            options={
                "quote": cmd.quote,
                "forward": cmd.forward,
                "in_reply_to": cmd.in_reply_to,
                "mode_seen": cmd.seen_order,
            },
        ),
    )
    if by_mail:
        tx.effect(
            "email.send",
            f"send:{cmd.message_id}",
            due_at=deliver_at,
            ticket_key=ticket.id,
            message_key=key,
            message_id=cmd.message_id,
        )
    if not cmd.forward:
        take_part(tx, ticket.id, [person.address for person in people])
    _after_reply(tx, ticket, cmd)
    return done(
        c.CancelSend(message_id=cmd.message_id) if by_mail and cmd.hold_ms > 0 else None,
        message_id=cmd.message_id,
        deliver_at=deliver_at,
    )


def _check_talk(
    tx: Tx, ticket: Row[Any], cmd: c.SendReply, *, by_mail: bool, by_chat: bool
) -> None:
    """Rejects chat_ended, message_not_found and newer_message: what the conversation says against a reply."""
    live = by_chat and ChatState(check_open(tx, ticket).state).is_live
    if not cmd.forward and (by_mail or tx.offline or live):
        check_heard(tx, ticket, cmd.seen_order, colleagues_only=live and not tx.offline)
    if cmd.in_reply_to:
        _check_part(tx, ticket, cmd.in_reply_to)


def _check_part(tx: Tx, ticket: Row[Any], message_uid: str) -> None:
    """Rejects message_not_found for what was said elsewhere: it would be quoted here."""
    message = tx.get(t.message, message_uid)
    if message.ticket_id not in family(tx, ticket.id):
        raise Rejected("message_not_found", id=message_uid)


def _reply_subject(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _after_reply(tx: Tx, ticket: Row[Any], cmd: c.SendReply) -> None:
    """What a reply does to its ticket: it is taken, it is open, and the draft is used up."""
    values: dict[str, Any] = {}
    if ticket.assignee_id is None and tx.actor.key is not None:
        values["assignee_id"] = tx.actor.key
        tx.event(ticket.id, "assigned", agent=tx.actor.name, why="replied")
    status = cmd.set_status or (TicketStatus.OPEN if ticket.status == TicketStatus.NEW else None)
    if status and status != ticket.status:
        values["status"] = status
        tx.event(ticket.id, "status_changed", before=ticket.status, after=status, why="replied")
        if not status.is_active:
            values["snoozed_until"] = None
    if ticket.first_reply_at is None:
        values["first_reply_at"] = tx.now
    settle_ticket(tx, ticket.id, **values)
    note_answer(tx, ticket)
    mark_read(tx, ticket.id)
    for uid in cmd.canned_ids:
        canned = tx.find(t.canned_reply, uid)
        if canned:
            tx.update(t.canned_reply, canned.id, uses=canned.uses + 1, last_used_at=tx.now)
    draft = tx.first(t.draft, ticket_id=ticket.id, agent_id=tx.actor.key)
    if draft and draft.mode != "note":
        tx.delete(t.draft, draft.id)


@handles(c.AddNote)
def add_note(tx: Tx, cmd: c.AddNote) -> Outcome:
    ticket = ticket_for_writing(tx, cmd.ticket_id)
    if not cmd.body.strip() and not cmd.attachments:
        raise Rejected("body_empty")
    add_message(
        tx,
        NewMessage(
            ticket_key=ticket.id,
            uid=cmd.message_id,
            kind=MessageKind.NOTE,
            channel=Channel(ticket.channel),
            body=cmd.body,
            agent_key=tx.actor.key,
            author_name=tx.actor.name,
            attachments=cmd.attachments,
        ),
    )
    settle_ticket(tx, ticket.id)
    draft = tx.first(t.draft, ticket_id=ticket.id, agent_id=tx.actor.key)
    if draft and draft.mode == "note":
        tx.delete(t.draft, draft.id)
    for uid in dict.fromkeys(cmd.mentions):
        _mention(tx, ticket, able(tx, uid), cmd.body)
    return done(message_id=cmd.message_id)


def _mention(tx: Tx, ticket: Row[Any], agent: Row[Any], body: str) -> None:
    """Tell a colleague, who may see the ticket from now on."""
    if agent.id == tx.actor.key:
        return
    let_in(tx, ticket.id, agent, MENTIONED)
    kind, title = NotificationKind.MENTION, tx.actor.name
    notify(tx, kind, ticket.id, agent_key=agent.id, title=title, body=body)


@handles(c.RecordInbound)
def record_inbound(tx: Tx, cmd: c.RecordInbound) -> Outcome:
    ticket = ticket_for_writing(tx, cmd.ticket_id)
    if not cmd.body.strip():
        raise Rejected("body_empty")
    contact = tx.at(t.contact, ticket.contact_id)
    add_message(
        tx,
        NewMessage(
            ticket_key=ticket.id,
            uid=cmd.message_id,
            kind=MessageKind.INBOUND,
            channel=Channel(ticket.channel),
            body=cmd.body,
            contact_key=contact.id,
            author_name=contact.name,
        ),
    )
    settle_ticket(tx, ticket.id)
    mark_read(tx, ticket.id)
    return done(message_id=cmd.message_id)


def _queued(tx: Tx, message_uid: str) -> tuple[Row[Any], Row[Any]]:
    """A message that has not left and its effect. Rejects already_sent."""
    message = tx.get(t.message, message_uid)
    effect = tx.first(t.effect, key=f"send:{message_uid}")
    if message.delivery != Delivery.QUEUED or effect is None or effect.state != EffectState.WAITING:
        raise Rejected("already_sent")
    return message, effect


@handles(c.CancelSend)
def cancel_send(tx: Tx, cmd: c.CancelSend) -> Outcome:
    message = tx.get(t.message, cmd.message_id)
    effect = tx.first(t.effect, key=f"send:{cmd.message_id}")
    waiting = effect is not None and effect.state in (EffectState.WAITING, EffectState.FAILED)
    if effect is None or not waiting or message.delivery not in (Delivery.QUEUED, Delivery.FAILED):
        raise Rejected("already_sent")
    settle_effect(tx, effect.id, EffectState.DROPPED)
    CHANGE_EFFECT.run(tx.connection, key_=effect.id, key=f"dropped:{effect.uid}")
    restore_as_draft(tx, message)
    remove_message(tx, message)
    settle_ticket(tx, message.ticket_id)
    tx.event(message.ticket_id, "send_cancelled")
    return done(ticket_id=tx.at(t.ticket, message.ticket_id).uid)


def remove_message(tx: Tx, message: Row[Any]) -> None:
    """Take a message that never left out of the conversation."""
    tx.connection.execute(
        t.effect.update().where(t.effect.c.message_id == message.id).values(message_id=None)
    )
    for attachment in tx.all(t.attachment, message_id=message.id):
        tx.delete(t.attachment, attachment.id)
    drop_message(tx, message.position)
    tx.delete(t.message, message.id)


def settle_effect(
    tx: Tx, key: int, state: EffectState, *, error: str = "", due_at: int | None = None
) -> None:
    """Move an effect to a state; with `due_at` it waits to be tried again."""
    values: dict[str, Any] = {"state": state, "error": error[:1000]}
    if due_at is not None:
        values["due_at"] = due_at
    if state in (EffectState.DONE, EffectState.DROPPED):
        values["settled_at"] = tx.now
    CHANGE_EFFECT.run(tx.connection, key_=key, **values)
    tx.effects_queued = True


@handles(c.SendNow)
def send_now(tx: Tx, cmd: c.SendNow) -> Outcome:
    message, effect = _queued(tx, cmd.message_id)
    tx.update(t.message, message.id, deliver_at=tx.now)
    settle_effect(tx, effect.id, EffectState.WAITING, due_at=tx.now)
    return done()


@handles(c.RetrySend)
def retry_send(tx: Tx, cmd: c.RetrySend) -> Outcome:
    message = tx.get(t.message, cmd.message_id)
    effect = tx.first(t.effect, key=f"send:{cmd.message_id}")
    if effect is None or message.delivery not in (
        Delivery.FAILED,
        Delivery.UNCERTAIN,
        Delivery.QUEUED,
    ):
        raise Rejected("already_sent")
    tx.update(t.message, message.id, delivery=Delivery.QUEUED, delivery_error="", deliver_at=tx.now)
    CHANGE_EFFECT.run(tx.connection, key_=effect.id, attempts=0)
    settle_effect(tx, effect.id, EffectState.WAITING, due_at=tx.now)
    settle_ticket(tx, message.ticket_id)
    return done()


@handles(c.AdmitMessage)
def admit(tx: Tx, cmd: c.AdmitMessage) -> Outcome:
    message = tx.get(t.message, cmd.message_id)
    if not message.held:
        return done()
    ticket = root_of(tx, tx.at(t.ticket, message.ticket_id))
    take_part(tx, ticket.id, [message.author_address])
    same = t.message.c
    for row in tx.all(
        t.message,
        same.ticket_id == message.ticket_id,
        same.held.is_(True),
        same.author_address == message.author_address,
    ):
        tx.update(t.message, row.id, held=False)
    settle_ticket(tx, ticket.id)
    tx.event(ticket.id, "message_admitted", address=message.author_address)
    tx.happened(
        "customer_replied",
        ticket.id,
        message_key=message.id,
        automatic=message.automatic,
        admitted=True,
    )
    return done(c.SplitMessage(message_id=message.uid, ticket_id=tx.ids.new()))


@handles(c.SplitMessage)
def split(tx: Tx, cmd: c.SplitMessage) -> Outcome:
    message = tx.get(t.message, cmd.message_id)
    origin = root_of(tx, tx.at(t.ticket, message.ticket_id))
    if message.kind != MessageKind.INBOUND:
        raise Rejected("split_only_inbound")
    key = new_ticket(
        tx,
        uid=cmd.ticket_id,
        subject=message.subject or origin.subject,
        channel=Channel(message.channel),
        contact_key=message.contact_id or origin.contact_id,
        account_key=message.account_id,
        assignee_id=origin.assignee_id,
        department_id=origin.department_id,
    )
    if origin.access_count:
        let_in_as(tx, key, origin.id)
    tx.update(t.message, message.id, ticket_id=key, held=False)
    take_part(tx, key, [message.author_address])
    settle_ticket(tx, key)
    settle_ticket(tx, origin.id)
    number = tx.at(t.ticket, key).number
    tx.event(origin.id, "message_split", number=number, address=message.author_address)
    return done(ticket_id=cmd.ticket_id, number=number)


@handles(c.LoadRemoteImages)
def load_remote_images(tx: Tx, cmd: c.LoadRemoteImages) -> Outcome:
    message = tx.get(t.message, cmd.message_id)
    if message.remote_images:
        tx.effect(
            "email.remote_images",
            f"images:{message.uid}",
            ticket_key=message.ticket_id,
            message_key=message.id,
            message_id=message.uid,
        )
    return done(images=message.remote_images)
