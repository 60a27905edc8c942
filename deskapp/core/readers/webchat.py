"""Chats as the window and the channel ask for them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, bindparam, func, select, text

from deskapp.core.policies.chat_box import visitor_key
from deskapp.core.queries import webchat as q
from deskapp.core.readers.base import Reading, reader_of
from deskapp.core.readers.mail import sending_account
from deskapp.core.readers.people import contact_infos
from deskapp.core.readers.rows import root_contacts, roots_of
from deskapp.core.readers.statements import Statement
from deskapp.models import tables as t
from deskapp.models.dialect import Unindexed
from deskapp.models.dto import AttachmentInfo, ChatInfo, OpenChat, VisitorInfo
from deskapp.models.enums import (
    AgentState,
    Channel,
    ChatState,
    MessageKind,
    PointKind,
    TicketStatus,
)
from deskapp.models.ids import TicketKey

# What is read for each message that is said: compiled once.

_TICKET_KEY = Statement(select(t.ticket.c.id).where(t.ticket.c.uid == bindparam("uid_")))

_CHAT = Statement(
    select(
        t.chat,
        t.visitor.c.uid.label("visitor_uid"),
        t.visitor.c.contact_id,
        t.visitor.c.name.label("typed_name"),
        t.visitor.c.email,
        t.visitor.c.external_id,
        t.visitor.c.verified,
        t.visitor.c.refused,
        t.visitor.c.blocked,
        t.visitor.c.language,
        t.visitor.c.answers,
        t.ticket.c.merged_into,
        t.ticket.c.status,
        t.ticket.c.assignee_id,
        t.account.c.uid.label("account_uid"),
        t.account.c.name.label("box_name"),
    )
    .join_from(t.chat, t.visitor, t.visitor.c.id == t.chat.c.visitor_id)
    .join(t.ticket, t.ticket.c.id == t.chat.c.ticket_id)
    .join(t.account, t.account.c.id == t.visitor.c.account_id)
    .where(t.chat.c.ticket_id == bindparam("key"))
)

_SCORE = Statement(select(t.rating.c.score).where(t.rating.c.ticket_id == bindparam("key")))

# Word for word as the partial index says it, or SQLite would go through all chats that ever were.
_LIVE = text("chat.state IN ('waiting', 'active')")
_BEFORE = Statement(
    select(func.count().label("number"))
    .select_from(t.chat)
    .where(
        _LIVE,
        t.chat.c.state == ChatState.WAITING,
        t.chat.c.started_at <= bindparam("began"),
        (t.chat.c.started_at < bindparam("began")) | (t.chat.c.id < bindparam("key")),
    )
)

_INBOUND_SEEN = Statement(
    select(func.max(t.read_mark.c.inbound_seen).label("seen")).where(
        t.read_mark.c.ticket_id == bindparam("key")
    )
)

_SAID = (
    select(
        t.message.c.id,
        t.message.c.uid,
        t.message.c.kind,
        t.message.c.author_name,
        t.message.c.body,
        t.message.c.at,
        t.message.c.position,
        t.message.c.attachment_count,
        t.chat_received.c.client_id,
    )
    .join_from(t.message, t.ticket, t.ticket.c.id == t.message.c.ticket_id)
    .outerjoin(t.chat_received, t.chat_received.c.message_id == t.message.c.id)
    .where(
        t.ticket.c.uid == bindparam("uid_"),
        t.message.c.channel == Channel.WEBCHAT,
        (t.message.c.kind == MessageKind.INBOUND) | (t.message.c.kind == MessageKind.OUTBOUND),
        t.message.c.held.is_(False),
        t.message.c.position > bindparam("after"),
    )
    .limit(bindparam("most"))
)
_SAID_SINCE = Statement(_SAID.order_by(t.message.c.position.asc()))
_SAID_LAST = Statement(_SAID.order_by(t.message.c.position.desc()))


_RATING = Statement(
    select(t.rating.c.score, t.rating.c.comment).where(t.rating.c.ticket_id == bindparam("key"))
)
_CLAIMED = Statement(
    select(t.contact_point.c.contact_id).where(
        t.contact_point.c.kind == PointKind.EMAIL, t.contact_point.c.value == bindparam("email")
    )
)
_CONTACT_ID = Statement(select(t.contact.c.uid).where(t.contact.c.id == bindparam("key")))
_AGENT_NAME = Statement(select(t.agent.c.name).where(t.agent.c.id == bindparam("key")))
_NTH_INBOUND = Statement(
    select(t.message.c.position)
    .where(
        t.message.c.ticket_id == bindparam("key"),
        t.message.c.kind == MessageKind.INBOUND,
        t.message.c.held.is_(False),
    )
    .order_by(t.message.c.position)
    .limit(1)
    .offset(bindparam("nth"))
)
_ME = select(t.agent.c.id).where(t.agent.c.uid == bindparam("me")).scalar_subquery()
_ANSWERS = t.agent.alias("answers")
_OPEN = Statement(
    select(
        t.chat.c.ticket_id,
        t.chat.c.state,
        t.chat.c.started_at,
        t.chat.c.waiting_since,
        t.ticket.c.uid,
        t.ticket.c.number,
        t.ticket.c.snippet,
        (t.ticket.c.inbound_count - func.coalesce(t.read_mark.c.inbound_seen, 0)).label("unread"),
        t.contact.c.id.label("contact_key"),
        t.contact.c.uid.label("contact_uid"),
        t.contact.c.name.label("contact_name"),
        t.contact.c.merged_into.label("contact_merged"),
        func.coalesce(_ANSWERS.c.uid, "").label("assignee_uid"),
    )
    .select_from(
        t.chat.join(t.ticket, t.ticket.c.id == t.chat.c.ticket_id)
        .join(t.contact, t.contact.c.id == t.ticket.c.contact_id)
        .outerjoin(_ANSWERS, _ANSWERS.c.id == t.ticket.c.assignee_id)
        .outerjoin(
            t.read_mark,
            (t.read_mark.c.ticket_id == t.ticket.c.id) & (t.read_mark.c.agent_id == _ME),
        )
    )
    .where(
        _LIVE,
        t.ticket.c.status != TicketStatus.SOLVED,
        t.ticket.c.status != TicketStatus.CLOSED,
        Unindexed(t.ticket.c.merged_into).is_(None),  # nearly all are not
        t.ticket.c.spam.is_(False),
        t.ticket.c.deleted.is_(False),
    )
    .order_by(t.chat.c.waiting_since.is_(None), t.chat.c.waiting_since, t.chat.c.started_at)
)
_VISITOR = Statement(
    select(t.visitor)
    .join(t.account, t.account.c.id == t.visitor.c.account_id)
    .where(t.account.c.uid == bindparam("box"), t.visitor.c.token_hash == bindparam("token_hash"))
)
_LAST_CHAT = Statement(
    select(t.chat.c.state, t.ticket.c.uid, t.ticket.c.status, t.ticket.c.merged_into)
    .join_from(t.chat, t.ticket, t.ticket.c.id == t.chat.c.ticket_id)
    .where(t.chat.c.visitor_id == bindparam("key"))
    .order_by(t.chat.c.id.desc())
    .limit(1)
)


def _chat(r: Reading, ticket_uid: str) -> Any:
    """Chat, visitor and ticket in one row; None when the ticket is no chat. Raises LookupError."""
    ticket = _TICKET_KEY.scalar(r.connection, uid_=ticket_uid)
    if ticket is None:
        raise LookupError(f"no ticket {ticket_uid!r}")
    return _CHAT.first(r.connection, key=ticket)


def _state(row: Any) -> ChatState:
    """A chat whose ticket was merged or closed is over: what the visitor writes next opens another."""
    over = row.merged_into is not None or row.status == TicketStatus.CLOSED
    return ChatState.ENDED if over else ChatState(row.state)


@reader_of(q.GetChat)
def get_chat(r: Reading, query: q.GetChat) -> ChatInfo | None:
    row = _chat(r, query.ticket_id)
    if row is None:
        return None
    contact, claimed = _root(r, row.contact_id), _claimed(r, row.email)
    rating = _RATING.first(r.connection, key=row.ticket_id)
    possibly = claimed if claimed is not None and claimed != contact else None
    return ChatInfo(
        ticket_id=query.ticket_id,
        account_id=row.account_uid,
        box_name=row.box_name,
        state=_state(row),
        visitor=_visitor(r, row, contact),
        possibly=contact_infos(r, [possibly])[possibly] if possibly else None,
        can_accept=bool(row.email) and not row.verified and not row.refused and claimed != contact,
        started_at=row.started_at,
        waiting_since=row.waiting_since,
        taken_at=row.taken_at,
        unanswered_at=row.unanswered_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        page_url=row.page_url,
        page_title=row.page_title,
        referrer=row.referrer,
        score=rating.score if rating else 0,
        comment=rating.comment if rating else "",
    )


def _root(r: Reading, contact_key: int) -> int:
    return roots_of(r.connection, t.contact, [contact_key])[contact_key]


def _claimed(r: Reading, email: str) -> int | None:
    """Key of the contact that has this address."""
    found = _CLAIMED.scalar(r.connection, email=email) if email else None
    return _root(r, found) if found is not None else None


def _visitor(r: Reading, row: Any, contact: int) -> VisitorInfo:
    return VisitorInfo(
        id=row.visitor_uid,
        contact_id=_CONTACT_ID.scalar(r.connection, key=contact),
        name=row.typed_name,
        email=row.email,
        external_id=row.external_id,
        verified=row.verified,
        language=row.language,
        answers=tuple((str(label), str(value)) for label, value in row.answers),
        blocked=row.blocked,
    )


@reader_of(q.GetOpenChats)
def get_open_chats(r: Reading, _: q.GetOpenChats) -> tuple[OpenChat, ...]:
    rows = _OPEN.all(r.connection, me=r.agent_id)
    merged = [row.contact_key for row in rows if row.contact_merged is not None]
    people = root_contacts(r.connection, merged)
    return tuple(_open_chat(row, people) for row in rows)


def _open_chat(row: Any, people: Mapping[int, tuple[str, str]]) -> OpenChat:
    contact_id, name = people.get(row.contact_key) or (row.contact_uid, row.contact_name)
    return OpenChat(
        key=TicketKey(row.ticket_id),
        ticket_id=row.uid,
        number=row.number,
        name=name,
        snippet=row.snippet,
        state=ChatState(row.state),
        assignee_id=row.assignee_uid,
        started_at=row.started_at,
        waiting_since=row.waiting_since,
        unread=max(0, row.unread),
        contact_id=contact_id,
    )


# What the channel asks ------------------------------------------------------------------------------------------


@reader_of(q.FindVisitor)
def find_visitor(r: Reading, query: q.FindVisitor) -> q.KnownVisitor | None:
    row = _known(r, query.account_id, query.token_hash)
    if row is not None and query.email and row.verified and row.email != query.email.lower():
        row = _known(r, query.account_id, visitor_key(query.token_hash, query.email))
    if row is None:
        return None
    last = _LAST_CHAT.first(r.connection, key=row.id)
    goes_on = last is not None and _state(last) is not ChatState.ENDED
    return q.KnownVisitor(
        row.uid,
        row.blocked,
        row.name,
        row.email,
        row.verified,
        last.uid if last and goes_on else "",
        last.uid if last else "",
    )


def _known(r: Reading, account_id: str, token_hash: str) -> Any:
    """The visitor's row, or None."""
    return _VISITOR.first(r.connection, box=account_id, token_hash=token_hash)


@reader_of(q.ChatMessages)
def chat_messages(r: Reading, query: q.ChatMessages) -> tuple[q.ChatMessage, ...]:
    said = _SAID_SINCE if query.after else _SAID_LAST
    values = {"uid_": query.ticket_id, "after": query.after, "most": query.limit}
    rows = said.all(r.connection, **values)
    if not query.after:
        rows.reverse()
    files = _files(r, [row.id for row in rows if row.attachment_count])
    return tuple(
        q.ChatMessage(
            row.uid,
            row.client_id or "",
            MessageKind(row.kind),
            row.author_name,
            row.body,
            row.at,
            row.position,
            files.get(row.id, ()),
        )
        for row in rows
    )


def _files(r: Reading, keys: list[int]) -> dict[int, tuple[AttachmentInfo, ...]]:
    a = t.attachment.c
    found: dict[int, tuple[AttachmentInfo, ...]] = {}
    if keys:
        for row in r.connection.execute(
            select(t.attachment).where(a.message_id.in_(keys)).order_by(a.id)
        ):
            found[row.message_id] = (*found.get(row.message_id, ()), _file(row))
    return found


def _file(row: Row[Any]) -> AttachmentInfo:
    return AttachmentInfo(
        row.uid, row.filename, row.mime, row.size, row.sha256, row.content_id, row.inline
    )


@reader_of(q.GetChatProgress)
def get_chat_progress(r: Reading, query: q.GetChatProgress) -> q.ChatProgress:
    row = _chat(r, query.ticket_id)
    if row is None:
        raise LookupError(f"no chat {query.ticket_id!r}")
    state = _state(row)
    agent = row.assignee_id if state is ChatState.ACTIVE else None
    return q.ChatProgress(
        ticket_id=query.ticket_id,
        state=state,
        agent_name=_agent_name(r, agent),
        place=_place(r, row) if state is ChatState.WAITING else 0,
        seen_by_agent=_seen_by_agent(r, row.ticket_id),
        delivered_to=row.delivered_to,
        unanswered=row.unanswered_at is not None and state is ChatState.WAITING,
        solved=row.status == TicketStatus.SOLVED,
        score=_SCORE.scalar(r.connection, key=row.ticket_id) or 0,
        blocked=row.blocked,
    )


@reader_of(q.GetChatNews)
def get_chat_news(r: Reading, query: q.GetChatNews) -> q.ChatNews:
    progress = get_chat_progress(r, q.GetChatProgress(query.ticket_id))
    asked = q.ChatMessages(query.ticket_id, query.after, query.limit)
    return q.ChatNews(progress, () if progress.blocked else chat_messages(r, asked))


@reader_of(q.GetManyChatNews)
def get_many_chat_news(r: Reading, query: q.GetManyChatNews) -> tuple[q.ChatNews | None, ...]:
    return tuple(_news_or_none(r, one) for one in query.asked)


def _news_or_none(r: Reading, query: q.GetChatNews) -> q.ChatNews | None:
    try:
        return get_chat_news(r, query)
    except LookupError:
        return None


def _agent_name(r: Reading, key: int | None) -> str:
    if key is None:
        return ""
    return str(_AGENT_NAME.scalar(r.connection, key=key))


def _place(r: Reading, row: Any) -> int:
    """1 is next."""
    return int(_BEFORE.scalar(r.connection, began=row.started_at, key=row.id)) + 1


def _seen_by_agent(r: Reading, ticket_key: int) -> int:
    """Position of the last message of the visitor that anybody at the desk has seen; 0: none."""
    seen = _INBOUND_SEEN.scalar(r.connection, key=ticket_key)
    return int(_NTH_INBOUND.scalar(r.connection, key=ticket_key, nth=seen - 1) or 0) if seen else 0


@reader_of(q.ChatAttachment)
def chat_attachment(r: Reading, query: q.ChatAttachment) -> AttachmentInfo | None:
    m = t.message.c
    row = r.connection.execute(
        select(t.attachment)
        .join_from(t.attachment, t.message, m.id == t.attachment.c.message_id)
        .join(t.ticket, t.ticket.c.id == m.ticket_id)
        .where(
            t.attachment.c.uid == query.attachment_id,
            t.ticket.c.uid == query.ticket_id,
            m.channel == Channel.WEBCHAT,
            m.kind.in_((MessageKind.INBOUND, MessageKind.OUTBOUND)),
            m.held.is_(False),
        )
    ).first()
    return _file(row) if row is not None else None


@reader_of(q.GetAvailability)
def get_availability(r: Reading, _: q.GetAvailability) -> q.Availability:
    names = r.connection.execute(
        select(t.agent.c.name).where(t.agent.c.state == AgentState.ONLINE).order_by(t.agent.c.id)
    ).scalars()
    found = tuple(names)
    return q.Availability(bool(found), found)


@reader_of(q.TranscriptOf)
def transcript_of(r: Reading, query: q.TranscriptOf) -> q.Transcript:
    row = _chat(r, query.ticket_id)
    if row is None:
        raise LookupError(f"no chat {query.ticket_id!r}")
    ticket = r.connection.execute(select(t.ticket).where(t.ticket.c.id == row.ticket_id)).one()
    return q.Transcript(
        ticket_id=query.ticket_id,
        ticket_number=ticket.number,
        account=sending_account(r, query.account_id),
        box_name=row.box_name,
        language=ticket.language,
        started_at=ticket.created_at,
        messages=chat_messages(r, q.ChatMessages(query.ticket_id, limit=2000)),
    )
