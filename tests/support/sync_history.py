"""Seeded histories of a desk and its machines in bad weather, and the oracle that judges them."""

import contextlib
import shutil
import tempfile
from pathlib import Path
from random import Random

from deskapp.core.api import Command
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.contacts import (
    AddContactPoint,
    NewPoint,
    RemoveContactPoint,
    UpdateContact,
)
from deskapp.core.commands.messages import AddNote, CancelSend, SaveDraft, SendReply
from deskapp.core.commands.notifications import MarkNotificationsSeen
from deskapp.core.commands.rooms import ChangeMembers, OpenRoom, PostInRoom
from deskapp.core.commands.tags import DeleteTag, RenameTag
from deskapp.core.commands.team import MoveTicket, SetAccountDepartment, SetMembership
from deskapp.core.commands.tickets import (
    AddTags,
    AssignTicket,
    CreateTicket,
    DeleteTickets,
    MarkRead,
    MergeTickets,
    RemoveTags,
    SetStatus,
    SetSubject,
    SnoozeTicket,
)
from deskapp.models.dto import Address
from deskapp.models.enums import Channel, PointKind, TicketStatus
from deskapp.sync.replica.transport import Unreachable
from tests.support.sync_line import Storm
from tests.support.sync_push import Pushes
from tests.support.sync_world import (
    Desk,
    Machine,
    derived_faults,
    differences,
    undone_dump,
    word_faults,
)

PEOPLE = tuple(Address(name.title(), f"{name}@correo.test") for name in ("ana", "luis", "eva"))
TAGS = ("VIP", "urgente", "taller")
NOTES = "nota "
"""How the body of every note begins that a history writes; each is written once."""


class Fault(AssertionError):
    """What was promised does not hold."""


class History:
    """One seeded run: `commands` steps, then the weather clears and all must agree."""

    def __init__(
        self,
        seed: int,
        commands: int = 50,
        machines: int = 2,
        drop: float | None = None,
        disasters: int = 3,
    ) -> None:
        """`drop` is how much gets lost, None: sometimes much; `disasters` how often a machine crashes, in percent."""
        self.seed = seed
        self.drop = drop
        self.disasters = disasters
        self.commands = commands
        self.machines_wanted = machines
        self.random = Random(seed)
        self.noted: dict[
            str, str
        ] = {}  # message id → body: accepted here, so the desk must have it once

    def run(self) -> None:
        """Raises `Fault`."""
        memory = Path("/dev/shm")
        folder = Path(tempfile.mkdtemp(prefix="history", dir=memory if memory.is_dir() else None))
        try:
            self._open(folder)
            try:
                for _ in range(self.commands):
                    self._one()
                self._quiesce()
            finally:
                self.pushes.close()
                for machine in self.machines:
                    machine.close()
                self.desk.close()
        finally:
            shutil.rmtree(folder)

    def _open(self, folder: Path) -> None:
        rows = self.random.choice((3, 20, 2_000))
        self.desk = Desk(folder, self.seed, agents=1 + self.machines_wanted, rows=rows)
        self.box = self.desk.ids.new()
        self.desk.do(
            SaveAccount(account_id=self.box, name="T", address="t@taller.test", settings={})
        )
        if self.seed % 2:  # what is written there is a department's from the start
            home = self.desk.departments[self.seed % 4 // 2]
            self.desk.do(SetAccountDepartment(account_id=self.box, department_id=home))
        self.desk.mail(self.box, sender=PEOPLE[0])
        self.machines: list[Machine] = []
        drop = self.random.choice((0.0, 0.1, 0.3)) if self.drop is None else self.drop
        for n, agent_id in enumerate(self.desk.agents[1:]):
            line = Storm(
                self.desk.exchange,
                agent_id,
                self.desk.ids.new(),
                page=self.random.choice((2, 30, 500)),
                random=self.random,
            )
            machine = Machine(self.desk, agent_id, folder / str(n), line)
            self.machines.append(machine)
            if self.random.random() < 0.8:
                machine.step()
            line.drop, line.meanwhile = drop, self._meanwhile
        self.pushes = Pushes(self.desk, self.machines, Random(self.seed), drop)

    def _meanwhile(self) -> None:
        if self.random.random() < 0.2:
            self._at_desk(self.machines[0])

    # One step --------------------------------------------------------------------------------------------------

    def _one(self) -> None:
        self.desk.clock.advance(self.random.randrange(1, 60_000))
        machine = self.random.choice(self.machines)
        what = self.random.choices(
            (self._at_machine, self._at_desk, self._pull, self._weather, self._disaster),
            weights=(40, 25, 25, 7, self.disasters),
        )[0]
        what(machine)
        self._refuse(self.pushes.round())
        for one in self.machines:
            if self.pushes.deliver(one):
                with contextlib.suppress(Unreachable):
                    one.step()

    def _at_machine(self, machine: Machine) -> None:
        tickets = machine.uids("ticket")
        if not tickets:
            return
        command = self._work(machine, self.random.choice(tickets))
        offline = machine.transport.down  # type: ignore[attr-defined]
        outcome = machine.submit(command, offline=offline)
        if outcome.ok and isinstance(command, AddNote):
            self.noted[command.message_id] = command.body

    def _work(self, machine: Machine, ticket: str) -> Command:
        pick, new = self.random, self.desk.ids.new
        contacts = machine.uids("contact")
        points = machine.uids("contact_point")
        rooms = machine.uids("room")
        others = tuple(a for a in self.desk.agents if a != machine.agent_id)
        until = self.desk.clock.now() + 3_600_000
        body = f"{NOTES}{pick.randrange(10**9)}"
        choices: list[Command] = [
            AddNote(ticket_id=ticket, message_id=new(), body=body),
            AddNote(ticket_id=ticket, message_id=new(), body=body),
            SendReply(
                ticket_id=ticket,
                message_id=new(),
                body="respuesta",
                seen_order=pick.choice((0, machine.replica._position, 10**18)),
                to=(pick.choice(PEOPLE),),
            ),
            SetStatus(ticket_ids=(ticket,), status=pick.choice(list(TicketStatus))),
            AddTags(ticket_ids=(ticket,), tags=(pick.choice(TAGS),)),
            RemoveTags(ticket_ids=(ticket,), tags=(pick.choice(TAGS),)),
            SetSubject(ticket_id=ticket, subject=f"asunto {pick.randrange(100)}"),
            SnoozeTicket(ticket_ids=(ticket,), until=pick.choice((0, until))),
            MarkRead(ticket_ids=(ticket,), read=pick.random() < 0.7),
            SaveDraft(ticket_id=ticket, mode="reply", body=pick.choice(("", "a medias"))),
            MarkNotificationsSeen(),
            UpdateContact(contact_id=pick.choice(contacts), name=f"Ana {pick.randrange(100)}"),
            AddContactPoint(
                contact_id=pick.choice(contacts),
                point=NewPoint(new(), PointKind.EMAIL, f"x{pick.randrange(20)}@correo.test"),
            ),
            CreateTicket(
                ticket_id=new(),
                subject="una llamada",
                channel=Channel.PHONE,
                contact_id=pick.choice(contacts),
                body="falta una taza",
                message_id=new(),
            ),
            OpenRoom(room_id=new(), kind="direct", member_ids=(pick.choice(others),)),
            OpenRoom(room_id=new(), kind="group", member_ids=others, name="taller"),
        ]
        if points:
            choices.append(RemoveContactPoint(point_id=pick.choice(points)))
        if rooms:
            choices.append(PostInRoom(room_id=pick.choice(rooms), message_id=new(), body="hola"))
        return pick.choice(choices)

    def _at_desk(self, _: Machine) -> None:
        """What customers, the admin and the host itself do."""
        pick, tickets = self.random, self.desk.uids("ticket")
        ticket, other = pick.choice(tickets), pick.choice(tickets)
        departments = ("", *self.desk.departments)
        agent = pick.choice(self.desk.agents[1:])
        home = tuple(d for d in self.desk.departments if pick.random() < 0.6)
        admin = self.desk.agents[0]
        what = pick.randrange(12)
        if what < 4:
            number = 1 + pick.randrange(max(self.desk.mails, 1))
            answers = (f"<m{number}@correo.test>",) if pick.random() < 0.5 else ()
            self.desk.mail(
                self.box,
                sender=pick.choice(PEOPLE),
                references=answers,
                text="urgente: falta una taza",
                html="<p>urgente</p>" if pick.random() < 0.5 else "",
            )
            return
        commands: list[Command] = [
            AssignTicket(ticket_ids=(ticket,), agent_id=pick.choice(("", *self.desk.agents))),
            MoveTicket(ticket_id=ticket, department_id=pick.choice(departments)),
            MoveTicket(ticket_id=ticket, department_id=pick.choice(departments)),
            *[SetMembership(agent_id=agent, department_ids=home)] * 3,
            DeleteTickets(ticket_ids=(ticket,), deleted=pick.random() < 0.5),
            MergeTickets(ticket_ids=(ticket,), into_id=other),
            RenameTag(tag=pick.choice(TAGS), name=pick.choice(TAGS)),
            DeleteTag(tag=pick.choice(TAGS)),
            RemoveTags(ticket_ids=(ticket,), tags=TAGS),
        ]
        commands.append(CancelSend(message_id=pick.choice(self.desk.uids("message"))))
        rooms = self.desk.uids("room")
        if rooms:
            commands.append(ChangeMembers(room_id=pick.choice(rooms), remove=(agent,)))
        command = pick.choice(commands)
        self.desk.submit(command, agent if isinstance(command, ChangeMembers) else admin)

    def _pull(self, machine: Machine) -> None:
        try:
            machine.step()
        except Unreachable:
            return
        self.judge(machine)

    def _weather(self, machine: Machine) -> None:
        line = machine.transport
        line.down = not line.down  # type: ignore[attr-defined]
        line.deliver_late()  # type: ignore[attr-defined]

    def _disaster(self, machine: Machine) -> None:
        """A crash; sometimes the cache is gone, or damaged, afterwards."""
        machine.close()
        cache = machine.folder / "cache.sqlite"
        fate = self.random.randrange(4)
        if fate == 0:
            cache.unlink()
        elif fate == 1:
            data = bytearray(cache.read_bytes())
            at = self.random.randrange(len(data))
            data[at : at + 4096] = b"\xff" * 4096
            cache.write_bytes(data)
        machine.open()

    # What must be true -----------------------------------------------------------------------------------------

    def judge(self, machine: Machine) -> None:
        """After a pull: without what is local, the machine has what its agent may see; with it, that on top."""
        waiting = machine.replica.outbox.pending
        base = undone_dump(machine.replica)
        faults = differences(base, self.desk.visible(machine.agent_id))
        if not waiting and not machine.replica.outbox.drafts:
            faults += differences(machine.dump(), base)
        with machine.replica.cache.reading() as connection:
            faults += derived_faults(connection)
        if not waiting:
            faults += word_faults(machine.replica, self.desk)
        self._refuse(faults)

    def _quiesce(self) -> None:
        for machine in self.machines:
            line = machine.transport
            line.down, line.drop = False, 0.0  # type: ignore[attr-defined]
            line.meanwhile = lambda: None  # type: ignore[attr-defined]
            line.deliver_late()  # type: ignore[attr-defined]
        for machine in (*self.machines, *self.machines):
            machine.step()
        for machine in self.machines:
            if machine.replica.outbox.pending:
                self._refuse(["something still waits"])
            self.judge(machine)
        self._nothing_lost()

    def _nothing_lost(self) -> None:
        admin = self.desk.visible(self.desk.agents[0])["message"]
        refused = {
            entry.body.get("message_id")
            for machine in self.machines
            for entry in machine.replica.outbox.refused
        }
        bodies = [dict(row)["body"] for row in admin.values()]
        for uid, body in self.noted.items():
            times = bodies.count(body)
            if times != (0 if uid in refused else 1):
                self._refuse([f"the note {body} is there {times} times"])

    def _refuse(self, faults: list[str]) -> None:
        if faults:
            listed = "\n".join(faults[:8])
            again = f"DESKAPP_SEED={self.seed} DESKAPP_HISTORIES=1"
            raise Fault(f"{again} brings it back\n{listed}")
