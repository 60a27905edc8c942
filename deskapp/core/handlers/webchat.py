"""Handlers of chats: what a visitor writes, and what an agent does with it."""

from typing import Any

from sqlalchemy import Row, bindparam, func, select

from deskapp.core.api import Outcome, Rejected
from deskapp.core.authority.tx import Tx
from deskapp.core.commands import webchat as c
from deskapp.core.handlers.base import done, handles
from deskapp.core.handlers.contacts import contact_root
from deskapp.core.handlers.conversation import (
    NewMessage,
    add_message,
    change_ticket,
    new_ticket,
    settle_ticket,
)
from deskapp.core.handlers.tickets import mark_read
from deskapp.core.handlers.visitors import chat_and_visitor, visitor_of
from deskapp.core.policies import chat_box
from deskapp.core.policies.acknowledgement import AUTOMATIC_A_TICKET, AUTOMATIC_AN_HOUR, DAY_MS
from deskapp.core.policies.acknowledgement import HOUR_MS as HOUR
from deskapp.core.policies.excerpts import snippet_of
from deskapp.core.policies.settings import number
from deskapp.core.readers.statements import Statement, Write
from deskapp.models import tables as t
from deskapp.models.enums import (
    ActorKind,
    Channel,
    ChatState,
    EffectState,
    MessageKind,
    TicketStatus,
)

SUBJECT = 80
PAGE = 500

_RECEIVED = Statement(
    select(t.chat_received.c.message_id).where(
        t.chat_received.c.visitor_id == bindparam("visitor"),
        t.chat_received.c.client_id == bindparam("client"),
    )
)
_LAST_CHAT = Statement(
    select(t.chat)
    .where(t.chat.c.visitor_id == bindparam("visitor"))
    .order_by(t.chat.c.id.desc())
    .limit(1)
)
_NEW_RECEIVED = Write(t.chat_received.insert())
_NEWEST = Statement(
    select(func.max(t.message.c.position)).where(t.message.c.ticket_id == bindparam("ticket"))
)
_TIMER_OVER = Write(
    t.effect.update().where(
        t.effect.c.key == bindparam("key_"), t.effect.c.state == EffectState.WAITING
    )
)
_LAST_DEED = Statement(
    select(func.max(t.ticket_event.c.position)).where(
        t.ticket_event.c.ticket_id == bindparam("ticket"),
        t.ticket_event.c.actor_kind == ActorKind.AGENT,
    )
)


@handles(c.SaveChatBox)
def save_box(tx: Tx, cmd: c.SaveChatBox) -> Outcome:
    name = cmd.name.strip()
    if not name:
        raise Rejected("name_empty")
    settings = chat_box.checked(cmd.settings)
    origins = chat_box.read(settings).origins
    values: dict[str, Any] = {
        "name": name[:120],
        "address": origins[0].partition("://")[2] if origins else "",
        "enabled": cmd.enabled,
        "settings": settings,
        "removed": False,
    }
    found = tx.find(t.account, cmd.account_id)
    if found is None:
        tx.insert(
            t.account, uid=cmd.account_id, channel=Channel.WEBCHAT, connected_at=tx.now, **values
        )
        return done(account_id=cmd.account_id)
    if found.channel != Channel.WEBCHAT:
        raise Rejected("not_a_chat")
    tx.update(t.account, found.id, **values)
    undo = c.SaveChatBox(
        account_id=found.uid, name=found.name, enabled=found.enabled, settings=found.settings
    )
    return done(undo, account_id=cmd.account_id)


# What a visitor writes ------------------------------------------------------------------------------------------


@handles(c.ReceiveChat)
def receive(tx: Tx, cmd: c.ReceiveChat) -> Outcome:
    box = tx.get(t.account, cmd.account_id)
    if box.channel != Channel.WEBCHAT or box.removed or not box.enabled:
        raise Rejected("box_closed")
    body = cmd.body.strip()
    if not body and not cmd.attachments:
        raise Rejected("body_empty")
    if len(body) > chat_box.BODY:
        raise Rejected("body_too_long", most=chat_box.BODY)
    visitor = visitor_of(tx, box.id, cmd)
    if visitor.blocked:
        raise Rejected("visitor_blocked")
    known = _received(tx, visitor.id, cmd.client_id)
    if known is not None:
        return _answer(tx, known, duplicate=True)
    chat, opened = _chat_to_write_in(tx, cmd, box, visitor, body)
    again = not cmd.leave and _rings_already(tx, chat)
    key = _write(tx, cmd, box, visitor, chat.ticket_id, body)
    if chat.waiting_since is None:
        tx.update(t.chat, chat.id, waiting_since=tx.now)
    settle_ticket(tx, chat.ticket_id)
    tx.happened(
        "ticket_created" if opened else "customer_replied",
        chat.ticket_id,
        message_key=key,
        live=not cmd.leave,
        again=again,
    )
    return _answer(tx, tx.at(t.message, key), opened=opened)


def _rings_already(tx: Tx, chat: Row[Any]) -> bool:
    """Whether all who can take the chat were told that somebody waits, and no colleague has touched it since.

    Before its next word is written.
    """
    if tx.at(t.ticket, chat.ticket_id).assignee_id is not None:
        return False
    if chat.waiting_since is None or chat.started_at == tx.now:
        return False
    said = _NEWEST.scalar(tx.connection, ticket=chat.ticket_id) or 0
    done_at = _LAST_DEED.scalar(tx.connection, ticket=chat.ticket_id) or 0
    return bool(said > done_at)


def _received(tx: Tx, visitor_key: int, client_id: str) -> Row[Any] | None:
    key = _RECEIVED.scalar(tx.connection, visitor=visitor_key, client=client_id)
    return tx.at(t.message, key) if key is not None else None


def _answer(tx: Tx, message: Row[Any], *, duplicate: bool = False, opened: bool = False) -> Outcome:
    return done(
        duplicate=duplicate,
        opened=opened,
        ticket_id=tx.at(t.ticket, message.ticket_id).uid,
        message_id=message.uid,
        order=message.position,
        at=message.at,
    )


def running_chat(tx: Tx, visitor_key: int) -> Row[Any] | None:
    """The conversation that the visitor's next message goes into: the last one, unless it is over."""
    last: Row[Any] | None = _LAST_CHAT.first(tx.connection, visitor=visitor_key)
    if last is None or last.state == ChatState.ENDED:
        return None
    ticket = tx.at(t.ticket, last.ticket_id)
    over = ticket.status == TicketStatus.CLOSED or ticket.merged_into is not None
    return None if over else last


def _chat_to_write_in(
    tx: Tx, cmd: c.ReceiveChat, box: Row[Any], visitor: Row[Any], body: str
) -> tuple[Row[Any], bool]:
    chat = running_chat(tx, visitor.id)
    if chat is None:
        return _open(tx, cmd, box, visitor, body), True
    if cmd.leave:
        tx.update(t.chat, chat.id, state=ChatState.LEFT_MESSAGE)
    elif chat.state == ChatState.LEFT_MESSAGE or not _is_active(tx, chat.ticket_id):
        _wait_again(tx, chat)
    else:
        return chat, False
    return tx.at(t.chat, chat.id), False


def _is_active(tx: Tx, ticket_key: int) -> bool:
    return TicketStatus(tx.at(t.ticket, ticket_key).status).is_active


def _open(tx: Tx, cmd: c.ReceiveChat, box: Row[Any], visitor: Row[Any], body: str) -> Row[Any]:
    claim = cmd.visitor
    contact = contact_root(tx, tx.at(t.contact, visitor.contact_id))
    ticket_key = new_ticket(
        tx,
        uid=cmd.ticket_id,
        subject=snippet_of(body)[:SUBJECT] or cmd.attachments[0].filename[:SUBJECT],
        channel=Channel.WEBCHAT,
        contact_key=contact.id,
        account_key=box.id,
        language=visitor.language,
    )
    key = tx.insert(
        t.chat,
        ticket_id=ticket_key,
        visitor_id=visitor.id,
        state=ChatState.LEFT_MESSAGE if cmd.leave else ChatState.WAITING,
        started_at=tx.now,
        page_url=claim.page_url[:PAGE],
        page_title=claim.page_title[:PAGE],
        referrer=claim.referrer[:PAGE],
    )
    tx.event(
        ticket_key,
        "message_left" if cmd.leave else "chat_started",
        page=claim.page_title[:PAGE] or claim.page_url[:PAGE],
        answers=visitor.answers,
    )
    if not cmd.leave:
        _expect_somebody(tx, ticket_key)
    return tx.at(t.chat, key)


def _wait_again(tx: Tx, chat: Row[Any]) -> None:
    """The visitor of a chat that was solved, or only a message left, is back and sits there."""
    tx.update(
        t.chat, chat.id, state=ChatState.WAITING, started_at=tx.now, taken_at=None,
        unanswered_at=None,
    )  # fmt: skip
    row = tx.at(t.ticket, chat.ticket_id)
    if row.status != TicketStatus.NEW:
        change_ticket(tx, row, status=TicketStatus.NEW, snoozed_until=None)
        tx.event(
            row.id,
            "status_changed",
            before=row.status,
            after=TicketStatus.NEW,
            why="customer_wrote",
        )
    _expect_somebody(tx, chat.ticket_id)


def _expect_somebody(tx: Tx, ticket_key: int) -> None:
    """A timer for the case that nobody takes the chat."""
    values = {row.key: row.value for row in tx.all(t.setting, t.setting.c.key.like("chat.%"))}
    seconds = number(values, "chat.accept_seconds")
    ticket = tx.at(t.ticket, ticket_key)
    tx.effect(
        "timer.chat_unanswered",
        _timer_key(ticket, tx.now),
        due_at=tx.now + seconds * 1000,
        ticket_key=ticket_key,
        ticket_id=ticket.uid,
    )


def _timer_key(ticket: Row[Any], started_at: int) -> str:
    return f"chat_unanswered:{ticket.uid}:{started_at}"


def _taken(tx: Tx, ticket: Row[Any], chat: Row[Any]) -> None:
    """Somebody has it: history, and no timer any more."""
    key = _timer_key(ticket, chat.started_at)
    _TIMER_OVER.run(tx.connection, key_=key, state=EffectState.DONE, settled_at=tx.now)
    tx.event(ticket.id, "chat_taken", seconds=(tx.now - chat.started_at) // 1000)


def _write(
    tx: Tx, cmd: c.ReceiveChat, box: Row[Any], visitor: Row[Any], ticket_key: int, body: str
) -> int:
    contact = contact_root(tx, tx.at(t.contact, visitor.contact_id))
    key = add_message(
        tx,
        NewMessage(
            ticket_key=ticket_key,
            uid=cmd.message_id,
            kind=MessageKind.INBOUND,
            channel=Channel.WEBCHAT,
            body=body,
            account_key=box.id,
            contact_key=contact.id,
            author_name=visitor.name or contact.name,
            attachments=cmd.attachments,
        ),
    )
    _NEW_RECEIVED.run(tx.connection, visitor_id=visitor.id, client_id=cmd.client_id, message_id=key)
    return key


@handles(c.MarkChat)
def mark(tx: Tx, cmd: c.MarkChat) -> Outcome:
    _, chat, _ = chat_and_visitor(tx, cmd.ticket_id)
    newest = _NEWEST.scalar(tx.connection, ticket=chat.ticket_id)
    delivered = min(max(cmd.delivered_to, cmd.seen_to), newest or 0)
    seen = min(cmd.seen_to, newest or 0)
    if delivered > chat.delivered_to or seen > chat.seen_to:
        tx.update(
            t.chat,
            chat.id,
            delivered_to=max(delivered, chat.delivered_to),
            seen_to=max(seen, chat.seen_to),
        )
    return done()


@handles(c.ChatUnanswered)
def unanswered(tx: Tx, cmd: c.ChatUnanswered) -> Outcome:
    ticket, chat, _ = chat_and_visitor(tx, cmd.ticket_id)
    if chat.state == ChatState.WAITING and chat.unanswered_at is None:
        tx.update(t.chat, chat.id, unanswered_at=tx.now)
        tx.event(ticket.id, "chat_unanswered", seconds=(tx.now - chat.started_at) // 1000)
    return done()


# What an agent does ---------------------------------------------------------------------------------------------


def note_answer(tx: Tx, ticket: Row[Any]) -> None:
    """An agent answered, by chat or by mail: nobody is kept waiting, and who answers has taken the chat."""
    chat = tx.first(t.chat, ticket_id=ticket.id)
    if chat is None:
        return
    values: dict[str, Any] = {"waiting_since": None}
    if chat.state == ChatState.WAITING:
        values |= {"state": ChatState.ACTIVE, "taken_at": tx.now}
        _taken(tx, ticket, chat)
    tx.update(t.chat, chat.id, **values)


def check_open(tx: Tx, ticket: Row[Any]) -> Row[Any]:
    """The chat of a ticket. Rejects not_a_chat, chat_ended: nobody would see the answer there."""
    chat = tx.first(t.chat, ticket_id=ticket.id)
    if chat is None:
        raise Rejected("not_a_chat")
    if chat.state == ChatState.ENDED or tx.at(t.visitor, chat.visitor_id).blocked:
        raise Rejected("chat_ended")
    return chat


@handles(c.TakeChat)
def take(tx: Tx, cmd: c.TakeChat) -> Outcome:
    ticket, chat, _ = chat_and_visitor(tx, cmd.ticket_id)
    if chat.state == ChatState.ENDED:
        raise Rejected("chat_ended")
    if chat.taken_at is not None and ticket.assignee_id not in (None, tx.actor.key):
        raise Rejected("chat_taken", name=tx.at(t.agent, ticket.assignee_id).name)
    if chat.taken_at is None:
        tx.update(t.chat, chat.id, state=ChatState.ACTIVE, taken_at=tx.now)
        _taken(tx, ticket, chat)
    values: dict[str, Any] = {"assignee_id": tx.actor.key}
    if ticket.status == TicketStatus.NEW:
        values["status"] = TicketStatus.OPEN
    if ticket.assignee_id != tx.actor.key:
        tx.event(ticket.id, "assigned", agent=tx.actor.name, why="took_chat")
    change_ticket(tx, ticket, **values)
    mark_read(tx, ticket.id)
    return done()


@handles(c.EndChat)
def end(tx: Tx, cmd: c.EndChat) -> Outcome:
    ticket, chat, _ = chat_and_visitor(tx, cmd.ticket_id)
    _end(tx, ticket, chat)
    return done()


def _end(tx: Tx, ticket: Row[Any], chat: Row[Any]) -> None:
    if chat.state == ChatState.ENDED:
        return
    by = ActorKind.AGENT if tx.actor.kind is ActorKind.AGENT else ActorKind.CONTACT
    tx.update(
        t.chat, chat.id, state=ChatState.ENDED, ended_at=tx.now, ended_by=by, waiting_since=None
    )
    tx.touch(t.ticket, ticket.id)
    tx.event(ticket.id, "chat_ended", ended_by=by)


@handles(c.BlockVisitor)
def block(tx: Tx, cmd: c.BlockVisitor) -> Outcome:
    ticket, chat, visitor = chat_and_visitor(tx, cmd.ticket_id)
    tx.update(t.visitor, visitor.id, blocked=cmd.blocked)
    if cmd.blocked:
        _end(tx, ticket, chat)
    tx.touch(t.ticket, ticket.id)
    tx.event(ticket.id, "visitor_blocked" if cmd.blocked else "visitor_unblocked")
    return done(c.BlockVisitor(ticket_id=cmd.ticket_id, blocked=not cmd.blocked))


@handles(c.SendTranscript)
def send_transcript(tx: Tx, cmd: c.SendTranscript) -> Outcome:
    ticket, _, _ = chat_and_visitor(tx, cmd.ticket_id)
    address = cmd.address.strip().lower()
    if address.count("@") != 1 or any(ch.isspace() or ch in ',;<>"()\0' for ch in address):
        raise Rejected("address_invalid", value=address[:80])
    m = t.message.c
    answered = tx.tally(t.message, m.ticket_id == ticket.id, m.kind == MessageKind.OUTBOUND)
    if not answered:  # or anybody could have any words mailed to anybody
        raise Rejected("not_answered")
    account = mail_account(tx, ticket)
    if account is None:
        raise Rejected("no_account")
    _within_limits(tx, ticket.id, address)
    tx.connection.execute(
        t.automatic_mail.insert().values(address=address, ticket_id=ticket.id, at=tx.now)
    )
    tx.effect(
        "email.transcript",
        f"transcript:{ticket.uid}:{tx.seq}",
        ticket_key=ticket.id,
        ticket_id=ticket.uid,
        account_id=account.uid,
        address=address,
    )
    tx.event(ticket.id, "transcript_sent", address=address)
    return done()


def _within_limits(tx: Tx, ticket_key: int, address: str) -> None:
    a = t.automatic_mail.c

    def sent(*where: Any) -> int:
        return tx.tally(t.automatic_mail, *where)

    if (
        sent(a.ticket_id == ticket_key, a.address == address, a.at > tx.now - HOUR)
        or sent(a.address == address, a.at > tx.now - HOUR) >= AUTOMATIC_AN_HOUR
        or sent(a.ticket_id == ticket_key, a.at > tx.now - DAY_MS) >= AUTOMATIC_A_TICKET
    ):
        raise Rejected("transcript_limit")


def mail_account(tx: Tx, ticket: Row[Any]) -> Row[Any] | None:
    """The mailbox through which a chat's mails leave: the box's own, else the desk's first."""
    usable = (
        t.account.c.channel == Channel.EMAIL,
        t.account.c.removed.is_(False),
        t.account.c.enabled.is_(True),
    )
    box = tx.at(t.account, ticket.account_id) if ticket.account_id else None
    wanted = chat_box.read(box.settings).mail_account if box else ""
    chosen = tx.first(t.account, *usable, t.account.c.uid == wanted) if wanted else None
    return chosen or tx.first(t.account, *usable)
