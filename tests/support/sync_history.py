"""Seeded histories of a desk and its machines in bad weather, and the oracle that judges them.

Each seed tries some of what may happen, not all: what never happens hides less than what always does.
"""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random

from deskapp.core.api import Command
from deskapp.core.commands.team import DisableAgent
from deskapp.core.commands.tickets import AssignTicket
from deskapp.core.queries.search import Search
from deskapp.sync.replica.submission import Job
from deskapp.sync.replica.transport import Unreachable
from deskapp.sync.server.refusals import Refused
from tests.support import sync_work as work
from tests.support.sync_desk import one_dialect
from tests.support.sync_disk import Crash
from tests.support.sync_judge import Judge
from tests.support.sync_line import Storm
from tests.support.sync_push import Pushes
from tests.support.sync_start import begin, joined
from tests.support.sync_store import CHOSEN, SQLITE
from tests.support.sync_world import Machine, one_schema

DAY_MS = 86_400_000
HABITS = {"roles": 0.4, "restores": 0.25, "jumps": 0.25, "bursts": 0.1}
"""How many of the histories have changes of rights, backups that come back, clocks that jump, sixty notes at once."""
MEMORY = Path("/dev/shm")


class Fault(AssertionError):
    """What was promised does not hold."""


class History:
    """One seeded run: `commands` steps, then the weather clears and all must agree."""

    def __init__(
        self,
        seed: int,
        commands: int = 20,
        machines: int = 2,
        drop: float | None = None,
        disasters: int = 3,
        kind: str = CHOSEN,
    ) -> None:
        """`drop` is how much gets lost, None: sometimes much; `disasters` how often a node crashes, in percent;
        `kind` where the desk's rows are."""
        self.seed = seed
        self.kind = kind
        self.random = Random(seed)
        self.drop = self.random.choice((0.0, 0.1, 0.3)) if drop is None else drop
        self.disasters = disasters
        self.commands = commands
        self.machines_wanted = machines
        self.roles = self._has("roles")
        self.restores = 2 if self._has("restores") else 0
        # What was sent is remembered for a week: where backups come back, clocks do not jump over it.
        self.jumps = 3 if not self.restores and self._has("jumps") else 0
        self.bursts = 1 if self._has("bursts") else 0
        self.backup: Path | None = None

    def _has(self, habit: str) -> bool:
        return self.random.random() < HABITS[habit]

    def run(self) -> None:
        """Raises `Fault`."""
        self.folder = Path(
            tempfile.mkdtemp(prefix="history", dir=MEMORY if MEMORY.is_dir() else None)
        )
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, self.folder)
            stack.enter_context(one_dialect(self.kind))
            stack.enter_context(one_schema())
            self._open()
            stack.callback(self._close)
            for _ in range(self.commands):
                self._one()
            self._quiesce()

    def _close(self) -> None:
        self.pushes.close()
        for machine in self.machines:
            machine.close()
        self.desk.close()
        self.desk.store.remove()

    def _open(self) -> None:
        pick, wanted = self.random, self.machines_wanted
        self.desk = begin(self.folder, self.seed, wanted, pick.choice((3, 20, 2_000)), self.kind)
        self.judge = Judge(self.desk, self._refuse)
        (self.box,) = self.desk.uids("account")
        self.machines: list[Machine] = []
        for n, agent_id in enumerate(self.desk.agents[1:]):
            page = pick.choice((2, 30, 500))
            line = Storm(self.desk, agent_id, self.desk.ids.new(), page=page, random=pick)
            folder = self.folder / str(n)
            if pick.random() < 0.8:
                joined(folder, self.seed, wanted, n, self.kind)
            self.machines.append(Machine(self.desk, agent_id, folder, line))
            line.drop, line.meanwhile = self.drop, self._meanwhile
        self._listen()

    def _listen(self) -> None:
        """Every machine has a live line, to the desk as it is now."""
        self.pushes = Pushes(self.desk, self.machines, Random(self.seed), self.drop)

    def _meanwhile(self) -> None:
        if self.random.random() < 0.2:
            self._at_desk(self.machines[0])

    # One step --------------------------------------------------------------------------------------------------

    def _one(self) -> None:
        self.desk.clock.advance(self.random.randrange(1, 60_000))
        machine = self.random.choice(self.machines)
        deeds: tuple[tuple[Callable[[Machine], None], int], ...] = (
            (self._at_machine, 40), (self._at_desk, 25), (self._pull, 25), (self._weather, 7),
            (self._claim, 8), (self._ask, 3), (self._disaster, self.disasters),
            (self._rarely, 15 if self.jumps or self.restores else 0),
        )  # fmt: skip
        deed = self.random.choices([d for d, _ in deeds], weights=[w for _, w in deeds])[0]
        with suppress(Crash):
            deed(machine)
        self._refuse(self.pushes.round())
        for one in self.machines:
            with suppress(Crash):
                if not one.disk.stopped and self.pushes.deliver(one):
                    self._step(one)
            if one.disk.stopped:
                one.recover()
        self.judge.outbox(machine)

    def _at_machine(self, machine: Machine) -> None:
        tickets = machine.uids("ticket")
        if not tickets:
            return
        if self.bursts and self.random.random() < 0.05:
            self.bursts -= 1
            self._submit(machine, work.burst(self.random, machine, tickets))
        else:
            ticket = self.random.choice(tickets)
            self._submit(machine, [work.at_machine(self.random, machine, ticket)])

    def _submit(self, machine: Machine, commands: Sequence[Command]) -> None:
        offline = machine.transport.down  # type: ignore[attr-defined]
        jobs = [Job(command, self.desk.ids.new()) for command in commands]
        with self.judge.giving(machine, jobs) as outcomes:
            outcomes.extend(machine.submit_all(jobs, offline=offline))

    def _at_desk(self, _: Machine) -> None:
        if self.random.random() < 0.35:
            work.mail(self.random, self.desk, self.box)
            return
        command, agent_id = work.at_desk(self.random, self.desk, roles=self.roles)
        self.desk.submit(command, agent_id)

    def _claim(self, machine: Machine) -> None:
        """Take a ticket that the window shows as nobody's."""
        sql = "SELECT uid FROM ticket WHERE assignee_id IS NULL ORDER BY uid"
        with machine.reading() as raw:
            free = [uid for (uid,) in raw.execute(sql)]
        if free:
            ticket = self.random.choice(free)
            take = AssignTicket(ticket_ids=(ticket,), agent_id=machine.agent_id, expected="")
            with self.judge.claiming(machine, ticket):
                self._step(machine, take)

    def _ask(self, machine: Machine) -> None:
        self.judge.answer(machine, Search(self.random.choice(("falta", "urgente", "nota"))))

    def _pull(self, machine: Machine) -> None:
        self._step(machine)

    def _step(self, machine: Machine, *urgent: AssignTicket) -> None:
        if self.random.random() * 100 < self.disasters:
            machine.stop_at(self.random.randrange(1, 8), self.random)
        with self.judge.pulling(machine) as pulled:
            try:
                machine.step(*urgent)
                pulled.whole = True
            except Unreachable:
                pass
            except Refused as refusal:
                if refusal.code != "revoked":
                    raise
                machine.replica.rebuild()
                pulled.revoked = True

    def _weather(self, machine: Machine) -> None:
        line = machine.transport
        assert isinstance(line, Storm)
        if self.random.random() < 0.3:
            line.deaf = not line.deaf
        else:
            line.down = not line.down
        line.deliver_late()

    # Disasters -------------------------------------------------------------------------------------------------

    def _disaster(self, machine: Machine) -> None:
        """A crash of the machine or of the desk; sometimes the cache is gone, or damaged, afterwards."""
        fate = self.random.randrange(6)
        if fate == 0:
            self.pushes.close()
            self.desk.crash(self.random, power=self.random.random() < 0.5)
            self._listen()
        elif fate < 3:
            machine.crash(self.random)
        elif fate == 3:
            machine.stop_at(self.random.randrange(1, 5), self.random)
        else:
            machine.close()
            cache = machine.folder / "cache.sqlite"
            if fate == 4:
                cache.unlink()
            else:
                data = bytearray(cache.read_bytes())
                at = self.random.randrange(len(data))
                data[at : at + 4096] = b"\xff" * 4096
                cache.write_bytes(data)
            machine.open()

    def _rarely(self, machine: Machine) -> None:
        """Clocks that jump, a backup, a restore: in histories that have them."""
        if self.jumps:
            self.jumps -= 1
            if self.random.random() < 0.5:
                machine.clock.beside += self.random.randrange(-3650, 3650) * DAY_MS
            else:
                self.desk.clock.advance(self.random.randrange(-5, 10) * DAY_MS)
        elif self.restores and self.backup is None:
            self.backup = self.folder / f"backup{self.restores}"
            self.desk.back_up(self.backup)
        elif self.restores and self.backup is not None and self.random.random() < 0.5:
            self.restores -= 1
            self.pushes.close()
            self.desk.restore(self.backup)
            self._listen()
            self.backup = None

    # The end ---------------------------------------------------------------------------------------------------

    def _quiesce(self) -> None:
        for agent_id in self.desk.agents[1:]:
            self.desk.do(DisableAgent(agent_id=agent_id, disabled=False), self.desk.agents[0])
        for machine in self.machines:
            line = machine.transport
            assert isinstance(line, Storm)
            machine.stop_at(0, self.random)
            line.down, line.deaf, line.drop, line.meanwhile = False, False, 0.0, lambda: None
            # What came after the last look of the others would not be known to them.
            while line.late:
                line.deliver_late()
        for machine in (*self.machines, *self.machines):
            self.disasters = 0
            self._step(machine)
        for machine in self.machines:
            if machine.replica.outbox.pending:
                self._refuse(["something still waits"])
            self.judge.at_the_end(machine)
        self.judge.nothing_lost(self.machines)

    def _refuse(self, faults: list[str]) -> None:
        if faults:
            listed = "\n".join(faults[:8])
            count = "DESKAPP_HISTORIES" if self.kind == SQLITE else "DESKAPP_SERVER_HISTORIES"
            again = f"DESKAPP_SEED={self.seed} {count}=1"
            raise Fault(f"{again} brings it back\n{listed}")
