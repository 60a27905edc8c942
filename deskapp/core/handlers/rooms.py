"""Handlers of the rooms in which colleagues talk. `Tx.get` refuses a room to whoever is not in it."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Row

from deskapp.core.api import Outcome, Rejected
from deskapp.core.authority.scopes import person
from deskapp.core.authority.tx import Tx
from deskapp.core.commands import rooms as c
from deskapp.core.handlers.access import able
from deskapp.core.handlers.base import done, handles
from deskapp.core.handlers.conversation import notify
from deskapp.core.policies.rooms import BODY, DIRECT, GROUP, MEMBERS, NAME, direct_room_id
from deskapp.models import tables as t
from deskapp.models.enums import NotificationKind


def _me(tx: Tx) -> Row[Any]:
    if tx.actor.key is None:
        raise Rejected("not_allowed", command="room")
    return tx.at(t.agent, tx.actor.key)


def _members(tx: Tx, room_key: int) -> dict[int, Row[Any]]:
    """Membership rows by the agent's key."""
    return {row.agent_id: row for row in tx.all(t.room_member, t.room_member.c.room_id == room_key)}


def _group(tx: Tx, uid: str) -> Row[Any]:
    room = tx.get(t.room, uid)
    if room.kind != GROUP:
        raise Rejected("room_direct")
    return room


@handles(c.OpenRoom)
def open_room(tx: Tx, cmd: c.OpenRoom) -> Outcome:
    me = _me(tx)
    others = [able(tx, uid) for uid in dict.fromkeys(cmd.member_ids) if uid != me.uid]
    if cmd.kind not in (DIRECT, GROUP):
        raise Rejected("not_allowed", command=cmd.TYPE)
    if not others or len(others) >= MEMBERS or (cmd.kind == DIRECT and len(others) > 1):
        raise Rejected("room_members", count=len(others))
    uid, values = cmd.room_id, {}
    if cmd.kind == DIRECT:
        uid = direct_room_id(me.uid, others[0].uid)
        if tx.find(t.room, uid) is not None:
            return done(room_id=uid, opened=False)
    else:
        ticket = tx.get(t.ticket, cmd.ticket_id) if cmd.ticket_id else None
        values = {"name": _name(cmd.name), "ticket_id": ticket.id if ticket else None}
    key = tx.insert(t.room, uid=uid, kind=cmd.kind, **values)
    people = [{"room_id": key, "agent_id": agent.id, "seen_to": 0} for agent in (me, *others)]
    tx.insert_all(t.room_member, people)
    tx.touch(t.room, key)  # when it was made nobody was in it who could be told
    return done(room_id=uid, opened=True)


def _name(name: str) -> str:
    return " ".join(name.split())[:NAME]


@handles(c.RenameRoom)
def rename_room(tx: Tx, cmd: c.RenameRoom) -> Outcome:
    room = _group(tx, cmd.room_id)
    tx.update(t.room, room.id, name=_name(cmd.name))
    return done(c.RenameRoom(room_id=room.uid, name=room.name))


@handles(c.ChangeMembers)
def change_members(tx: Tx, cmd: c.ChangeMembers) -> Outcome:
    room = _group(tx, cmd.room_id)
    members = _members(tx, room.id)
    gone = {tx.get(t.agent, uid).id for uid in cmd.remove} & members.keys()
    new = [able(tx, uid) for uid in dict.fromkeys(cmd.add)]
    came = [agent for agent in new if agent.id not in members]
    if len(members) - len(gone) + len(came) > MEMBERS:
        raise Rejected("room_members", count=len(members) + len(came))
    for agent in came:
        seen = room.last_position  # what was said before is no news
        tx.insert(t.room_member, room_id=room.id, agent_id=agent.id, seen_to=seen)
    _tell(tx, room, [person(agent.uid) for agent in came], "upsert")
    left = [person(tx.at(t.agent, key).uid) for key in gone]
    _tell(tx, room, left, "exit")
    for key in gone:
        tx.delete(t.room_member, members[key].id)
    tx.touch(t.room, room.id)
    return done(came=len(came), gone=len(gone))


def _tell(tx: Tx, room: Row[Any], scopes: Iterable[str], op: str) -> None:
    """All of a room, to whoever comes in or goes."""
    told = list(scopes)
    if not told:
        return
    tx.tell(told, t.room, [room], op)
    for table in (t.room_member, t.room_message):
        tx.tell(told, table, tx.all(table, table.c.room_id == room.id), op)


@handles(c.PostInRoom)
def post(tx: Tx, cmd: c.PostInRoom) -> Outcome:
    me, room = _me(tx), tx.get(t.room, cmd.room_id)
    body = cmd.body.strip()
    if not body and not cmd.attachments:
        raise Rejected("body_empty")
    if len(body) > BODY:
        raise Rejected("body_too_long", most=BODY)
    members = _members(tx, room.id)
    named = [tx.get(t.agent, uid) for uid in dict.fromkeys(cmd.mentions)]
    for agent in named:
        if agent.id not in members:
            raise Rejected("not_a_member", name=agent.name)
    position = room.last_position + 1
    tx.insert(
        t.room_message,
        uid=cmd.message_id,
        room_id=room.id,
        agent_id=me.id,
        position=position,
        body=body,
        attachments=msgspec.to_builtins(cmd.attachments),
        mentions=[agent.uid for agent in named],
        at=tx.now,
    )
    tx.update(t.room, room.id, last_position=position)
    _see(tx, members[me.id], position)
    for agent in named:
        if agent.id != me.id and not agent.disabled:
            _notify(tx, room, agent, me.name, body)
    return done(message_id=cmd.message_id, position=position)


def _notify(tx: Tx, room: Row[Any], agent: Row[Any], author: str, body: str) -> None:
    """Not of the room's ticket: who is in the room may still not see that."""
    title = f"{author} · {room.name}" if room.name else author
    notify(tx, NotificationKind.MENTION, None, agent_key=agent.id, title=title, body=body)


def _see(tx: Tx, member: Row[Any], position: int) -> None:
    if position > member.seen_to:
        tx.update(t.room_member, member.id, seen_to=position)


@handles(c.MarkRoomSeen)
def mark_seen(tx: Tx, cmd: c.MarkRoomSeen) -> Outcome:
    me, room = _me(tx), tx.get(t.room, cmd.room_id)
    _see(tx, _members(tx, room.id)[me.id], min(cmd.position, room.last_position))
    return done()
