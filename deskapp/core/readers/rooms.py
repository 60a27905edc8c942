"""The rooms in which colleagues talk, for one who is in them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select

from deskapp.core.queries.rooms import GetRoomMessages, GetRooms
from deskapp.core.readers.base import Reading, reader_of
from deskapp.core.readers.desk import attachment_infos
from deskapp.core.readers.visibility import seen_by
from deskapp.models import tables as t
from deskapp.models.enums import AgentState
from deskapp.models.team_dto import RoomInfo, RoomMember, RoomMessageInfo, RoomPage

_SAID: Select[Any] = select(
    t.room_message, t.agent.c.uid.label("agent_uid"), t.agent.c.name.label("agent_name")
).join(t.agent, t.agent.c.id == t.room_message.c.agent_id)


@reader_of(GetRooms)
def get_rooms(reading: Reading, query: GetRooms) -> tuple[RoomInfo, ...]:
    rows = _my_rooms(reading, query.ticket_id)
    keys = [row.id for row in rows]
    if not keys:
        return ()
    members = _members(reading, keys)
    last = _last(reading, keys)
    infos = []
    for row in rows:
        newest = last.get(row.id)
        unread, mentioned = _unread(reading, row) if row.seen_to < row.last_position else (0, False)
        infos.append(
            RoomInfo(
                row.uid,
                row.kind,
                row.name,
                members.get(row.id, ()),
                unread,
                mentioned,
                newest,
                row.ticket_uid or "",
                row.number or 0,
            )
        )
    return tuple(sorted(infos, key=lambda room: -(room.last.at if room.last else 0)))


def _my_rooms(reading: Reading, ticket_id: str) -> Sequence[Any]:
    """With the asking agent's mark; the ticket only when they may see it."""
    ticket = select(t.ticket.c.id, t.ticket.c.uid, t.ticket.c.number).where(*seen_by(reading))
    known = ticket.subquery()
    listed = (
        select(t.room, t.room_member.c.seen_to, known.c.uid.label("ticket_uid"), known.c.number)
        .join(t.room_member, t.room_member.c.room_id == t.room.c.id)
        .outerjoin(known, known.c.id == t.room.c.ticket_id)
        .where(t.room_member.c.agent_id == reading.agent_key())
        .order_by(t.room.c.id.desc())
    )
    if ticket_id:
        listed = listed.where(known.c.uid == ticket_id)
    return reading.connection.execute(listed).all()


def _members(reading: Reading, keys: Sequence[int]) -> Mapping[int, tuple[RoomMember, ...]]:
    member, agent = t.room_member.c, t.agent.c
    rows = reading.connection.execute(
        select(member.room_id, member.seen_to, agent.uid, agent.name, agent.state)
        .join(t.agent, agent.id == member.agent_id)
        .where(member.room_id.in_(keys))
        .order_by(agent.name)
    )
    found: dict[int, list[RoomMember]] = {}
    for row in rows:
        one = RoomMember(row.uid, row.name, AgentState(row.state), row.seen_to)
        found.setdefault(row.room_id, []).append(one)
    return {key: tuple(people) for key, people in found.items()}


def _last(reading: Reading, keys: Sequence[int]) -> Mapping[int, RoomMessageInfo]:
    said = t.room_message.c
    newest = (
        select(said.room_id, func.max(said.position).label("position"))
        .where(said.room_id.in_(keys))
        .group_by(said.room_id)
        .subquery()
    )
    here = (said.room_id == newest.c.room_id) & (said.position == newest.c.position)
    rows = reading.connection.execute(_SAID.join(newest, here))
    return {row.room_id: _message(row) for row in rows}


def _unread(reading: Reading, room: Any) -> tuple[int, bool]:
    """How many of others' messages are new, and whether one of them names the asking agent."""
    said = t.room_message.c
    new = select(said.mentions).where(
        said.room_id == room.id,
        said.position > room.seen_to,
        said.agent_id != reading.agent_key(),
    )
    mentions = reading.connection.execute(new).scalars().all()
    return len(mentions), any(reading.agent_id in named for named in mentions)


@reader_of(GetRoomMessages)
def get_room_messages(reading: Reading, query: GetRoomMessages) -> RoomPage:
    member, said = t.room_member.c, t.room_message.c
    room = reading.connection.execute(
        select(t.room.c.id)
        .join(t.room_member, member.room_id == t.room.c.id)
        .where(t.room.c.uid == query.room_id, member.agent_id == reading.agent_key())
    ).scalar()
    if room is None:
        raise LookupError(f"no room {query.room_id!r}")
    limit = max(query.limit, 1)
    listed = _SAID.where(said.room_id == room).order_by(said.position.desc()).limit(limit + 1)
    if query.before is not None:
        listed = listed.where(said.position < query.before)
    rows = reading.connection.execute(listed).all()
    shown = tuple(_message(row) for row in reversed(rows[:limit]))
    return RoomPage(shown, len(rows) > limit)


def _message(row: Any) -> RoomMessageInfo:
    return RoomMessageInfo(
        row.uid,
        row.position,
        row.agent_uid,
        row.agent_name,
        row.body,
        attachment_infos(row.attachments),
        tuple(row.mentions),
        row.at,
    )
