"""Commands on who works at the desk: departments, roles, devices. An admin's, but for MoveTicket."""

from dataclasses import dataclass
from typing import ClassVar

from deskapp.core.api import Command, Offline
from deskapp.core.commands.registry import command
from deskapp.models.enums import Role


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDepartment(Command):
    """Make or change a department. Rejected: name_empty, name_taken(name). Undo: as it was, or RemoveDepartment."""

    TYPE: ClassVar[str] = "department.save"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    department_id: str
    name: str
    position: int = 0


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDepartment(Command):
    """What is in it goes to the department `move_to`: tickets, members, accounts. Of many tickets the first go at
    once and the others soon after; the department is there, and its members are in both, until the last has gone.

    Rejected: department_in_use(tickets, members, accounts) while there is something and `move_to` is empty.
    """

    TYPE: ClassVar[str] = "department.remove"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    department_id: str
    move_to: str = ""


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SetMembership(Command):
    """In which departments an agent is; no other than these.

    Open tickets that they had and may no longer see are nobody's then. Undo: the departments as they were.
    """

    TYPE: ClassVar[str] = "team.set_membership"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    agent_id: str
    department_ids: tuple[str, ...]


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SetRole(Command):
    """Rejected: last_admin(name), when nobody else could change anything here any more.

    Open tickets that they had and may no longer see or answer are nobody's then. Undo: the role as it was.
    """

    TYPE: ClassVar[str] = "team.set_role"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    agent_id: str
    role: Role


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class DisableAgent(Command):
    """A disabled agent may do nothing; what they wrote stays. Rejected: last_admin. Undo: the reverse."""

    TYPE: ClassVar[str] = "team.disable_agent"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    agent_id: str
    disabled: bool = True


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SetAccountDepartment(Command):
    """Whose the tickets are that come in through an account from now on; empty: everybody's. Undo: as it was."""

    TYPE: ClassVar[str] = "account.set_department"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    account_id: str
    department_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTicket(Command):
    """Give a ticket, and what was merged into it, to another department; empty: to everybody.

    An assignee who may no longer see it loses it. `result`: unassigned (a name, or empty). Undo: back, if the
    agent may still see it.
    """

    TYPE: ClassVar[str] = "ticket.move"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    ticket_id: str
    department_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterDevice(Command):
    """Of the host itself, when a device was paired. The hash is the SHA-256 of what the device keeps.

    Rejected: agent_not_found, agent_disabled(name), id_taken.
    """

    TYPE: ClassVar[str] = "device.register"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    device_id: str
    agent_id: str
    name: str
    key_hash: str  # 64 hexadecimal characters


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSeen(Command):
    """Of the host itself: a device was heard of at `at` (ms). Nobody is told; it shows when asked for."""

    TYPE: ClassVar[str] = "device.seen"
    OFFLINE: ClassVar[Offline] = Offline.LOCAL
    device_id: str
    at: int


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeDevice(Command):
    """Shut a device out for good. Its agent's row is touched, so that whoever holds a connection looks again."""

    TYPE: ClassVar[str] = "device.revoke"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    device_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeDevices(Command):
    """Shut all devices of an agent out: what they were paired by is no longer good."""

    TYPE: ClassVar[str] = "device.revoke_all"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    agent_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class ResetSecondFactor(Command):
    """For somebody who lost their telephone: none is asked for any more, and their devices are shut out."""

    TYPE: ClassVar[str] = "team.reset_second_factor"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    agent_id: str
