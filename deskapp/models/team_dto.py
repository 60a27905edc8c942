"""Frozen records of the team: people, departments, devices, and the rooms in which colleagues talk."""

from dataclasses import dataclass

from deskapp.models.dto import AttachmentInfo
from deskapp.models.enums import AgentState, Role


@dataclass(frozen=True, slots=True)
class TeamMember:
    id: str
    name: str
    email: str
    role: Role
    disabled: bool
    department_ids: tuple[str, ...]
    state: AgentState


@dataclass(frozen=True, slots=True)
class DepartmentInfo:
    """`tickets` counts those that are not in the trash; a colleague's machine counts what it has."""

    id: str
    name: str
    position: int
    member_ids: tuple[str, ...]
    account_ids: tuple[str, ...]
    tickets: int


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    id: str
    agent_id: str
    agent_name: str
    name: str
    created_at: int
    seen_at: int | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class TicketPerson:
    """Somebody who may see a ticket. `why`: everybody, department, admin, assigned, mentioned."""

    agent_id: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class RoomMessageInfo:
    """`position` is its place in its room, from 1. `mentions` are ids of agents."""

    id: str
    position: int
    agent_id: str
    agent_name: str
    body: str
    attachments: tuple[AttachmentInfo, ...]
    mentions: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class RoomMember:
    agent_id: str
    name: str
    state: AgentState
    seen_to: int  # position of the last message that they have seen


@dataclass(frozen=True, slots=True)
class RoomInfo:
    """A room of the asking agent's. `name` is empty for a direct room, and for a group without one."""

    id: str
    kind: str  # direct, group
    name: str
    members: tuple[RoomMember, ...]  # the asking agent too
    unread: int
    mentioned: bool  # the asking agent, in what is unread
    last: RoomMessageInfo | None
    ticket_id: str = ""
    ticket_number: int = 0


@dataclass(frozen=True, slots=True)
class RoomPage:
    """`more`: there are older ones."""

    messages: tuple[RoomMessageInfo, ...]
    more: bool
