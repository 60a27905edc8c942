"""Who works at the desk, on which devices, and who may see a ticket."""

from dataclasses import dataclass

from deskapp.core.api import Query
from deskapp.core.ports import Digest
from deskapp.models.team_dto import DepartmentInfo, DeviceInfo, TeamMember, TicketPerson


@dataclass(frozen=True, slots=True)
class GetTeam(Query[tuple[TeamMember, ...]]):
    """Everybody, the disabled too, by name."""


@dataclass(frozen=True, slots=True)
class GetDepartments(Query[tuple[DepartmentInfo, ...]]):
    """Those in use, by position and name."""


@dataclass(frozen=True, slots=True)
class GetDevices(Query[tuple[DeviceInfo, ...]]):
    """Paired devices, the newest first; of one agent with `agent_id`. Who is no admin is told their own only.

    A colleague's machine knows none: ask the host.
    """

    agent_id: str = ""


@dataclass(frozen=True, slots=True)
class GetTicketPeople(Query[tuple[TicketPerson, ...]]):
    """Who may see a ticket, by name, and why. Raises `LookupError`."""

    ticket_id: str


@dataclass(frozen=True, slots=True)
class GetDigest(Query[Digest]):
    """What happened since a time (ms), for whoever was not looking. `mine`: keys of the tickets that they had then."""

    since: int
    mine: tuple[int, ...]
