"""Several people on one desk of the tests, each at a window of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from deskapp.core.api import Command, Outcome, Query
from deskapp.core.authority.workspace import LocalWorkspace
from deskapp.core.commands.desk import SaveAgent
from deskapp.core.commands.team import MoveTicket, SaveDepartment, SetMembership, SetRole
from deskapp.core.queries.desk import GetNotifications
from deskapp.models.dto import NotificationInfo
from deskapp.models.enums import Role
from tests.support.desk import WAIT_SECONDS, DeskRig

R = TypeVar("R")


@dataclass
class Colleague:
    """An agent at a window. `do` must be accepted; `submit` may be refused; `refusal` must be."""

    desk: DeskRig
    id: str
    name: str
    window: LocalWorkspace

    def submit(self, command: Command, *, offline: bool = False) -> Outcome:
        authority = self.desk.authority
        future = authority.submit(command, self.id, f"device of {self.name}", None, offline=offline)
        return future.result(WAIT_SECONDS)

    def do(self, command: Command) -> Outcome:
        outcome = self.submit(command)
        assert outcome.ok, f"{command.TYPE}: {outcome.rejected}"
        return outcome

    def refusal(self, command: Command, *, offline: bool = False) -> str:
        outcome = self.submit(command, offline=offline)
        assert outcome.rejected is not None, f"{command.TYPE} was accepted"
        return outcome.rejected.code

    def ask(self, query: Query[R]) -> R:
        """As at the authority itself."""
        return self.window.query(query).result(WAIT_SECONDS)

    def ask_from_afar(self, query: Query[R]) -> R:
        """As a machine of theirs asks the host."""
        future = self.desk.authority.query(query, self.id, restricted=True)
        return future.result(WAIT_SECONDS)

    def notifications(self, kind: str = "") -> list[NotificationInfo]:
        return [one for one in self.ask(GetNotifications()) if not kind or one.kind == kind]


@dataclass
class Team:
    """A desk, its admin, and whoever else was hired."""

    desk: DeskRig
    departments: dict[str, str] = field(default_factory=dict)

    @property
    def admin(self) -> Colleague:
        window = self.desk.workspace
        return Colleague(self.desk, window.agent_id, "Lucía Marín", window)

    def department(self, name: str) -> str:
        """The id of the department of that name; made when there is none."""
        if name not in self.departments:
            self.departments[name] = self.desk.new()
            self.desk.do(SaveDepartment(department_id=self.departments[name], name=name))
        return self.departments[name]

    def hire(self, name: str, *departments: str, role: Role = Role.AGENT) -> Colleague:
        uid = self.desk.new()
        self.desk.do(SaveAgent(agent_id=uid, name=name))
        if role is not Role.AGENT:
            self.desk.do(SetRole(agent_id=uid, role=role))
        if departments:
            ids = tuple(self.department(one) for one in departments)
            self.desk.do(SetMembership(agent_id=uid, department_ids=ids))
        window = LocalWorkspace(self.desk.authority, uid, f"device of {name}")
        return Colleague(self.desk, uid, name, window)

    def ticket(self, department: str = "", subject: str = "Pedido incompleto") -> str:
        """A ticket that nobody has, of that department; of everybody when it is empty."""
        from deskapp.core.commands.tickets import AssignTicket

        uid = self.desk.ticket(self._contact(), subject)
        self.desk.do(AssignTicket(ticket_ids=(uid,), agent_id=""))
        if department:
            self.desk.do(MoveTicket(ticket_id=uid, department_id=self.department(department)))
        return uid

    def _contact(self) -> str:
        rows = self.desk.sql("SELECT uid FROM contact ORDER BY id LIMIT 1")
        return str(rows[0][0]) if rows else self.desk.contact()

    def log(self, scope: str) -> set[tuple[object, ...]]:
        """(entity, uid, op) of everything that a scope was told last."""
        rows = self.desk.sql(f"SELECT entity, uid, op FROM sync_log WHERE scope = '{scope}'")
        return set(rows)
