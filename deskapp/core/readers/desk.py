"""The desk itself: people, accounts, settings, canned replies, notifications, status."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, Select, bindparam, case, func, select, text

from deskapp.core.policies.excerpts import snippet_of
from deskapp.core.queries.desk import (
    GetAccounts,
    GetAgents,
    GetCannedReplies,
    GetCustomFields,
    GetDeskStatus,
    GetNotifications,
    GetSettings,
    GetTags,
)
from deskapp.core.readers.base import Reading, reader_of
from deskapp.core.readers.statements import Statement, among
from deskapp.models import tables as t
from deskapp.models.dto import (
    AccountInfo,
    AgentInfo,
    AttachmentInfo,
    CannedReplyInfo,
    CustomFieldInfo,
    DeskSettings,
    DeskStatus,
    NotificationInfo,
    TagInfo,
)
from deskapp.models.enums import AgentState, Channel, Delivery, FieldKind, NotificationKind

# Word for word as the partial index says it, or SQLite would not use it.
_PENDING = text("message.delivery IN ('queued','sending','failed','uncertain')")


_PREFERENCES: Select[Any] = (
    select(t.preference.c.key, t.preference.c.value)
    .join(t.agent, t.agent.c.id == t.preference.c.agent_id)
    .where(t.agent.c.uid == bindparam("uid_"))
)
_SEQ = Statement(select(t.desk.c.value).where(t.desk.c.key == "seq"))
_ACCOUNTS = Statement(
    select(t.account).where(t.account.c.removed.is_(False)).order_by(t.account.c.id)
)
_TAGS = Statement(select(t.tag.c.uid, t.tag.c.name))
_TOLD = (
    select(t.notification, t.ticket.c.uid.label("ticket_uid"), t.ticket.c.number)
    .outerjoin(t.ticket, t.ticket.c.id == t.notification.c.ticket_id)
    .join(t.agent, t.agent.c.id == t.notification.c.agent_id)
    .where(t.agent.c.uid == bindparam("me"))
    .order_by(t.notification.c.at.desc(), t.notification.c.id.desc())
    .limit(bindparam("most"))
)
_ALL_TOLD = Statement(_TOLD)
_UNSEEN = Statement(_TOLD.where(t.notification.c.seen_at.is_(None)))
_UNSENT = Statement(
    select(
        t.message.c.delivery,
        func.count().label("tally"),
        func.min(t.message.c.at).label("oldest"),
    )
    .where(_PENDING)
    .group_by(t.message.c.delivery)
)
_CHANGED = Statement(select(func.max(t.command_result.c.at).label("at")))


def desk_seq(reading: Reading) -> int:
    """The commit that this snapshot shows."""
    return int(_SEQ.scalar(reading.connection) or 0)


def account_info(row: Row[Any]) -> AccountInfo:
    return AccountInfo(
        row.uid,
        Channel(row.channel),
        row.name,
        row.address,
        row.enabled,
        row.signature,
        row.settings,
        row.authserv_id,
        row.connected_at,
        row.problem,
        row.checked_at,
        row.problem_detail,
    )


def agent_info(row: Row[Any]) -> AgentInfo:
    return AgentInfo(row.uid, row.name, row.email, AgentState(row.state))


def attachment_infos(stored: Sequence[Mapping[str, Any]]) -> tuple[AttachmentInfo, ...]:
    """Attachments as drafts and canned replies keep them."""
    return msgspec.convert(stored, tuple[AttachmentInfo, ...])


def accounts(reading: Reading) -> tuple[AccountInfo, ...]:
    """Those in use, in the order in which they were connected."""
    return tuple(account_info(row) for row in _ACCOUNTS.all(reading.connection))


def tags_in_use(reading: Reading, counts: Mapping[str, int]) -> tuple[TagInfo, ...]:
    """All tags with how many active tickets have them, by counter; most first."""
    rows = _TAGS.run(reading.connection)
    tags = [TagInfo(uid, name, counts.get(f"tag:{name}", 0)) for uid, name in rows]
    return tuple(sorted(tags, key=lambda tag: (-tag.uses, tag.name)))


@reader_of(GetAgents)
def get_agents(reading: Reading, _: GetAgents) -> tuple[AgentInfo, ...]:
    rows = reading.connection.execute(select(t.agent).order_by(t.agent.c.id))
    return tuple(agent_info(row) for row in rows)


@reader_of(GetAccounts)
def get_accounts(reading: Reading, _: GetAccounts) -> tuple[AccountInfo, ...]:
    return accounts(reading)


@reader_of(GetSettings)
def get_settings(reading: Reading, _: GetSettings) -> DeskSettings:
    rows = reading.connection.execute(select(t.setting.c.key, t.setting.c.value))
    own = reading.connection.execute(_PREFERENCES, {"uid_": reading.agent_id})
    return DeskSettings({row.key: row.value for row in rows} | {row.key: row.value for row in own})


@reader_of(GetTags)
def get_tags(reading: Reading, _: GetTags) -> tuple[TagInfo, ...]:
    uses = func.count(t.ticket_tag.c.ticket_id).label("uses")
    rows = reading.connection.execute(
        select(t.tag.c.uid, t.tag.c.name, uses)
        .outerjoin(t.ticket_tag, t.ticket_tag.c.tag_id == t.tag.c.id)
        .group_by(t.tag.c.id)
        .order_by(uses.desc(), t.tag.c.name)
    )
    return tuple(TagInfo(row.uid, row.name, row.uses) for row in rows)


@reader_of(GetCustomFields)
def get_custom_fields(reading: Reading, _: GetCustomFields) -> tuple[CustomFieldInfo, ...]:
    rows = reading.connection.execute(
        select(t.custom_field)
        .where(t.custom_field.c.hidden.is_(False))
        .order_by(t.custom_field.c.position, t.custom_field.c.id)
    )
    return tuple(
        CustomFieldInfo(
            row.uid, row.key, row.label, FieldKind(row.kind), tuple(row.options), row.position
        )
        for row in rows
    )


@reader_of(GetCannedReplies)
def get_canned_replies(reading: Reading, query: GetCannedReplies) -> tuple[CannedReplyInfo, ...]:
    reply = t.canned_reply.c
    other_language = case((reply.language.in_(("", query.language)), 0), else_=1)
    rows = reading.connection.execute(
        select(t.canned_reply).order_by(
            other_language, reply.uses.desc(), reply.last_used_at.desc(), reply.shortcut, reply.id
        )
    )
    return tuple(
        CannedReplyInfo(
            row.uid,
            row.folder,
            row.shortcut,
            row.title,
            row.language,
            row.body,
            attachment_infos(row.attachments),
            row.uses,
            row.last_used_at,
        )
        for row in rows
    )


_SAID_THEN = Statement(
    select(
        t.room.c.uid,
        t.room_message.c.position,
        t.room_message.c.at,
        t.room_message.c.body,
        t.room_message.c.mentions,
    )
    .join(t.room, t.room.c.id == t.room_message.c.room_id)
    .join(t.room_member, t.room_member.c.room_id == t.room_message.c.room_id)
    .join(t.agent, t.agent.c.id == t.room_member.c.agent_id)
    .where(among(t.room_message.c.at, "at_"), t.agent.c.uid == bindparam("me"))
)


@reader_of(GetNotifications)
def get_notifications(reading: Reading, query: GetNotifications) -> tuple[NotificationInfo, ...]:
    listed = _UNSEEN if query.unseen_only else _ALL_TOLD
    rows = listed.all(reading.connection, me=reading.agent_id, most=query.limit)
    rooms = _mentions_in_rooms(reading, rows)
    return tuple(
        NotificationInfo(
            row.uid,
            NotificationKind(row.kind),
            row.ticket_uid or "",
            row.number or 0,
            row.title,
            row.body,
            row.at,
            row.played_at,
            row.seen_at,
            *rooms.get((row.at, row.body), ("", 0)),
        )
        for row in rows
    )


def _mentions_in_rooms(
    reading: Reading, rows: Sequence[Row[Any]]
) -> Mapping[tuple[int, str], tuple[str, int]]:
    """(room, place) of the messages that these notifications were written for, in the same moment as they."""
    moments = {r.at for r in rows if r.kind == NotificationKind.MENTION and r.ticket_id is None}
    if not moments:
        return {}
    found = _SAID_THEN.all(reading.connection, at_=sorted(moments), me=reading.agent_id)
    return {
        (row.at, snippet_of(row.body)): (row.uid, row.position)
        for row in found
        if reading.agent_id in row.mentions
    }


@reader_of(GetDeskStatus)
def get_desk_status(reading: Reading, _: GetDeskStatus) -> DeskStatus:
    """`unsent` waits or is on its way; `failed` needs a person. `changed_at` is 0 on an untouched desk."""
    pending = {row.delivery: row for row in _UNSENT.all(reading.connection)}
    waiting = [pending[d] for d in (Delivery.QUEUED, Delivery.SENDING) if d in pending]
    failed = [pending[d] for d in (Delivery.FAILED, Delivery.UNCERTAIN) if d in pending]
    changed = _CHANGED.scalar(reading.connection)
    return DeskStatus(
        desk_seq(reading),
        changed or 0,
        sum(row.tally for row in waiting),
        min((row.oldest for row in waiting), default=None),
        sum(row.tally for row in failed),
    )
