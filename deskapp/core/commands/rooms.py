"""Commands on the rooms in which colleagues talk. Only who is in a room knows of it, whatever their role."""

from dataclasses import dataclass
from typing import ClassVar

from deskapp.core.api import Command
from deskapp.core.commands.messages import AttachmentRef
from deskapp.core.commands.registry import command


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoom(Command):
    """A room of the acting agent with `member_ids`. `kind`: direct (with one other) or group.

    A direct room has the id `core.policies.rooms.direct_room_id` whatever `room_id` says, so that two colleagues
    have one room even when both open it; opening it again changes nothing. Only a group has a name or a ticket.
    `result`: room_id, opened. Rejected: not_allowed (another kind), room_members, agent_disabled(name), id_taken.
    """

    TYPE: ClassVar[str] = "room.open"
    room_id: str
    kind: str
    member_ids: tuple[str, ...]
    name: str = ""
    ticket_id: str = ""


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RenameRoom(Command):
    """Of a group. An empty name: it is called by its members. Undo: as it was. Rejected: room_direct."""

    TYPE: ClassVar[str] = "room.rename"
    room_id: str
    name: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMembers(Command):
    """Of a group; to remove oneself is to leave. Who comes in sees what was said before. Rejected: room_direct."""

    TYPE: ClassVar[str] = "room.change_members"
    room_id: str
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class PostInRoom(Command):
    """`mentions` are members who are notified. `result`: message_id, position. Rejected: body_empty, not_a_member."""

    TYPE: ClassVar[str] = "room.post"
    room_id: str
    message_id: str
    body: str
    attachments: tuple[AttachmentRef, ...] = ()
    mentions: tuple[str, ...] = ()  # ids of agents


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRoomSeen(Command):
    """Seen up to that position; never goes back."""

    TYPE: ClassVar[str] = "room.mark_seen"
    room_id: str
    position: int
