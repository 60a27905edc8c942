"""A desk with departments and people of every role, and a follower that keeps what the host tells it."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from deskapp.core.api import Command, Outcome
from deskapp.core.commands.desk import SaveAgent
from deskapp.core.commands.team import MoveTicket, SaveDepartment, SetMembership, SetRole
from deskapp.models.enums import Role
from deskapp.sync.protocol.messages import BootstrapPage, SyncAnswer, SyncRequest, WireCommand
from deskapp.sync.server.bootstrap import pages
from deskapp.sync.server.exchange import Exchange
from tests.support.desk import WAIT_SECONDS, DeskRig

Seen = dict[tuple[str, str], Any]


@dataclass
class TeamDesk:
    """`people` are ids by name; `departments` likewise. Lucía, who made the desk, is an admin."""

    desk: DeskRig
    exchange: Exchange
    epoch: str
    people: dict[str, str] = field(default_factory=dict)
    departments: dict[str, str] = field(default_factory=dict)

    def person(self, name: str, role: Role, *departments: str) -> str:
        uid = self.people[name] = self.desk.new()
        self.desk.do(SaveAgent(agent_id=uid, name=name, email=f"{name}@taller.test"))
        self.desk.do(SetRole(agent_id=uid, role=role))
        ids = tuple(self.departments[d] for d in departments)
        self.desk.do(SetMembership(agent_id=uid, department_ids=ids))
        return uid

    def department(self, name: str) -> str:
        uid = self.departments[name] = self.desk.new()
        self.desk.do(SaveDepartment(department_id=uid, name=name))
        return uid

    def ticket(self, department: str = "", subject: str = "Pedido", body: str = "Hola") -> str:
        uid = self.desk.ticket(self.desk.contact(address=""), subject, body)
        if department:
            self.move(uid, department)
        return uid

    def move(self, ticket: str, department: str) -> None:
        to = self.departments[department] if department else ""
        self.desk.do(MoveTicket(ticket_id=ticket, department_id=to))

    def do_as(self, name: str, command: Command) -> Outcome:
        uid = self.people[name]
        return self.desk.authority.submit(command, uid, "", None).result(WAIT_SECONDS)

    def follower(self, name: str) -> "Follower":
        return Follower(self, self.people[name])


@dataclass
class Follower:
    """A machine in its simplest form: a set of rows, by entity and uid."""

    team: TeamDesk
    agent_id: str
    rows: Seen = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)
    home: dict[tuple[str, str], str] = field(default_factory=dict)

    def copy(self, scope: str, days: int = 90, size: int = 50) -> None:
        for page in pages(self.team.exchange, self.agent_id, scope, days=days, size=size):
            self.take_page(page)

    def take_page(self, page: BootstrapPage) -> None:
        wire = msgspec.json.decode(msgspec.json.encode(page), type=BootstrapPage)
        self.cursors.update(wire.cursors)
        self._take(wire)

    def pull(self, *commands: WireCommand) -> SyncAnswer:
        """One exchange, and the copies of scopes that are new."""
        answer = self.ask(*commands)
        self.take(answer)
        return answer

    def ask(self, *commands: WireCommand) -> SyncAnswer:
        request = SyncRequest(epoch=self.team.epoch, cursors=self.cursors, commands=commands)
        answer = self.team.exchange.sync(self.agent_id, "d" * 32, request)
        return msgspec.json.decode(msgspec.json.encode(answer), type=SyncAnswer)

    def take(self, answer: SyncAnswer) -> None:
        for lost in self.cursors.keys() - set(answer.scopes):
            self.forget(lost)
        for removal in answer.removals:
            self._remove(removal.entity, removal.id)
        self._take(answer)
        self.cursors.update(answer.cursors)
        for scope in answer.scopes:
            if scope not in self.cursors:
                self.copy(scope)

    def follow(self) -> None:
        """Until there is nothing new."""
        while self.pull().more:
            continue

    def forget(self, scope: str) -> None:
        del self.cursors[scope]
        department = scope.removeprefix("department:")
        held = {r["ticket_id"] for (e, _), r in self.rows.items()
                if e == "ticket_access" and r["agent_id"] == self.agent_id}  # fmt: skip
        for (entity, uid), row in list(self.rows.items()):
            if entity == "ticket" and row["department_id"] == department and uid not in held:
                self._remove("ticket", uid)

    def of(self, entity: str) -> dict[str, Any]:
        return {uid: row for (name, uid), row in self.rows.items() if name == entity}

    def _take(self, told: SyncAnswer | BootstrapPage) -> None:
        for table in told.tables:
            for uid, *values in table.rows:
                row = dict(zip(table.columns, values, strict=True))
                self.rows[(table.entity, uid)] = row

    def _remove(self, entity: str, uid: str) -> None:
        self.rows.pop((entity, uid), None)
        if entity == "ticket":
            self._drop_where("ticket_id", uid)

    def _drop_where(self, name: str, uid: str) -> None:
        for key, row in list(self.rows.items()):
            if key in self.rows and row.get(name) == uid and key[0] != "room":
                del self.rows[key]
                if key[0] == "message":
                    self._drop_where("message_id", key[1])


def truth(team: TeamDesk, agent_id: str) -> Seen:
    """All that an agent may see, read at once."""
    fresh = Follower(team, agent_id)
    for scope in fresh.ask().scopes:
        fresh.copy(scope, days=36_500)
    return fresh.rows


def make_team(desk: DeskRig) -> TeamDesk:
    ((epoch,),) = desk.sql("SELECT value FROM desk WHERE key = 'epoch'")
    team = TeamDesk(desk, Exchange(desk.authority), str(epoch))
    team.people["Lucía"] = desk.workspace.agent_id
    team.department("Ventas")
    team.department("Taller")
    team.person("Vera", Role.AGENT, "Ventas")
    team.person("Tomás", Role.AGENT, "Taller")
    team.person("Sara", Role.SUPERVISOR, "Ventas")
    team.person("Luz", Role.LIGHT, "Ventas")
    team.person("Nadie", Role.AGENT)
    return team
