"""A desk on which every role looks at every kind of ticket: what the tests of visibility ask about."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from deskapp.core.commands.messages import AddNote, SendReply
from deskapp.core.commands.team import SetAccountDepartment
from deskapp.core.commands.tickets import AssignTicket, DeleteTickets
from deskapp.core.commands.webchat import ReceiveChat, SaveChatBox, VisitorClaim
from deskapp.models.dto import Address
from deskapp.models.enums import Role
from tests.support.colleagues import Colleague, Team
from tests.support.desk import DeskRig, open_rig

OWN, OTHER, GIVEN, NONE, DELETED = "own", "other", "given", "none", "deleted"
SITUATIONS = (OWN, OTHER, GIVEN, NONE, DELETED)
"""Of my department; of another; of another, but I was let in; of none; of mine, in the trash."""
ROLES = (Role.ADMIN, Role.SUPERVISOR, Role.AGENT, Role.LIGHT)
CANARY = "canario7f3a"
CARMEN = Address("Carmen Villalobos", "carmen@correo.test")
_HOUR = 3_600_000
READERS = 3


@dataclass(frozen=True)
class Target:
    """A ticket and what hangs from it, by ids."""

    ticket: str
    message: str
    reply: str  # an answer by mail that waits to leave; empty in a chat
    effect: str  # that sends it


@dataclass
class Roles:
    """Supervisor, agent and light agent are in the department "Taller"; "Tienda" is the other one."""

    desk: DeskRig
    made: dict[tuple[str, bool], Target] = field(default_factory=dict)
    visitors: int = 0

    @cached_property
    def team(self) -> Team:
        return Team(self.desk)

    @cached_property
    def people(self) -> dict[Role, Colleague]:
        hired = {role: self.team.hire(f"Rol {role}", "Taller", role=role) for role in ROLES[1:]}
        return {Role.ADMIN: self.team.hire("Rol admin", role=Role.ADMIN), **hired}

    @cached_property
    def boxes(self) -> dict[tuple[str, bool], str]:
        """Accounts by department's name and whether they are chat boxes."""
        boxes = {}
        for name in ("", "Taller", "Tienda"):
            boxes[name, False] = self.desk.account(f"{name.lower() or 'todos'}@taller.test")
            boxes[name, True] = self.desk.new()
            settings = {"origins": ["https://taller.test"]}
            chat = SaveChatBox(account_id=boxes[name, True], name=f"Chat {name}", settings=settings)
            self.desk.do(chat)
            for box in (boxes[name, False], boxes[name, True]) if name else ():
                department = self.team.department(name)
                self.desk.do(SetAccountDepartment(account_id=box, department_id=department))
        return boxes

    def shared(self, situation: str, chat: bool) -> Target:
        """A ticket in that situation that no cell may change."""
        if (situation, chat) not in self.made:
            self.made[situation, chat] = self.fresh(situation, chat)
        return self.made[situation, chat]

    def fresh(self, situation: str, chat: bool) -> Target:
        """A ticket in that situation, for one cell."""
        name = {OWN: "Taller", DELETED: "Taller", NONE: ""}.get(situation, "Tienda")
        target = self._chat(name) if chat else self._mail(name)
        self.desk.do(AssignTicket(ticket_ids=(target.ticket,), agent_id=""))
        if situation == GIVEN:
            mentions = tuple(one.id for one in self.people.values())
            uid = self.desk.new()
            self.desk.do(
                AddNote(ticket_id=target.ticket, message_id=uid, body=CANARY, mentions=mentions)
            )
        if situation == DELETED:
            self.desk.do(DeleteTickets(ticket_ids=(target.ticket,)))
        return target

    def _mail(self, name: str) -> Target:
        box = self.boxes[name, False]
        got = self.desk.mail(box, text=f"Falta una taza {CANARY}", subject=f"Pedido {CANARY}")
        ticket, message, reply = str(got.result["ticket_id"]), str(got.result["message_id"]), ""
        reply = self.desk.new()
        self.desk.do(
            SendReply(
                ticket_id=ticket, message_id=reply, body=f"Sale mañana {CANARY}", seen_order=0,
                to=(CARMEN,), hold_ms=_HOUR,
            )
        )  # fmt: skip
        ((effect,),) = self.desk.sql(f"SELECT uid FROM effect WHERE key = 'send:{reply}'")
        return Target(ticket, message, reply, str(effect))

    def _chat(self, name: str) -> Target:
        self.visitors += 1
        new = self.desk.new
        said = ReceiveChat(
            account_id=self.boxes[name, True],
            visitor=VisitorClaim(token_hash=f"{self.visitors:064x}", name="Carmen"),
            client_id=new(), body=f"Hola {CANARY}", visitor_id=new(), contact_id=new(),
            ticket_id=new(), message_id=new(),
        )  # fmt: skip
        got = self.desk.desk(said)
        return Target(str(got.result["ticket_id"]), str(got.result["message_id"]), "", "")


def open_roles(folder: Path) -> Iterator[Roles]:
    """As the body of a fixture of a whole module: its readers run before the first test."""
    for rig in open_rig(folder):
        together = threading.Barrier(READERS + 1)
        for _ in range(READERS):
            rig.authority._pool.submit(together.wait, 20)
        together.wait(90)
        yield Roles(rig)
