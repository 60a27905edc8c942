"""A team on one host: `deskapp serve` on a core of its own, machines of its agents on the other, over TLS.

    python -m tests.bench.team DESK ONLINE CROWD SAMPLES CHANGES VISITORS SECONDS RATE…

The machine of the agent who waits for a colleague's reply is a whole one: transport, live line and replica. All
others speak the protocol and keep no rows.
"""

import asyncio
import hashlib
import os
import resource
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from deskapp.core.api import ChangeSet, Command
from deskapp.core.authority.workspace import Authority
from deskapp.core.commands.desk import SaveAgent, SetSetting
from deskapp.core.commands.messages import SendReply
from deskapp.core.commands.team import RegisterDevice, SetRole
from deskapp.core.commands.tickets import SetSubject
from deskapp.core.commands.webchat import SaveChatBox
from deskapp.devtools import volume
from deskapp.models.dto import Address
from deskapp.models.enums import Role
from deskapp.sync.client.http import HostTransport, Lanes
from deskapp.sync.client.live import LiveLine
from deskapp.sync.client.loop import SyncLoop
from deskapp.sync.client.tls import look_at
from deskapp.sync.protocol import live as frames
from deskapp.sync.protocol.messages import COMMANDS, WireCommand, WireResult
from deskapp.sync.replica import pushed
from deskapp.sync.replica.follow import step
from deskapp.sync.replica.replica import Replica
from deskapp.system.blobs import FileBlobs
from deskapp.system.clock import SystemClock, SystemIds
from tests.bench.results import Result, dump, p95
from tests.bench.team_crowd import Place, Seat, left, seated, unpinned
from tests.support.crowd import SITE, pace
from tests.support.waiting import free_port

P95_MS, P99_MS = 50.0, 150.0
CATCH_UP_S = 10.0
MEMORY_MB = 600.0
AGENTS_MS = 150.0
GIVE_UP_S = 120.0
PAUSE_S = 0.05
SWITCH_S = 0.0002
"""The whole machine and the crowd share this process, which they would not: neither may hold up the other."""
IDS = SystemIds()


@dataclass(frozen=True, slots=True)
class Sizes:
    online: int
    crowd: int
    samples: int
    changes: int
    visitors: int
    seconds: int
    rates: tuple[int, ...]


@dataclass
class Desk:
    """A copy of the generated desk, with agents who each have a device, and a box for chats."""

    folder: Path
    tokens: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    tickets: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    epoch: str = ""
    box: str = ""
    chat_port: int = 0

    @classmethod
    def of(cls, source: Path, folder: Path, agents: int) -> "Desk":
        desk = cls(folder, box=IDS.new(), chat_port=free_port())
        shutil.copyfile(source, folder / "desk.sqlite")
        blobs = FileBlobs(folder / "blobs")
        authority = Authority(folder / "desk.sqlite", clock=SystemClock(), ids=IDS, blobs=blobs)
        authority.start(effects=False)
        with closing(authority):
            desk._hire(authority, agents)
            with authority.more_readers(1).connect() as connection:
                told = connection.exec_driver_sql
                desk.epoch = str(told("SELECT value FROM desk WHERE key = 'epoch'").scalar())
                desk.counts = dict(map(tuple, told("SELECT name, seq FROM scope").all()))
                sql = "SELECT uid FROM ticket WHERE bucket = 'active' ORDER BY updated_at DESC LIMIT 200"
                desk.tickets = list(told(sql).scalars())
        return desk

    def _hire(self, authority: Authority, agents: int) -> None:
        do: list[Command] = []
        as_desk: list[Command] = []
        for n in range(agents):
            agent, token = IDS.new(), secrets.token_urlsafe(32)
            do += [
                SaveAgent(agent_id=agent, name=f"Agente {n}"),
                SetRole(agent_id=agent, role=Role.AGENT),
            ]
            digest = hashlib.sha256(token.encode()).hexdigest()
            as_desk.append(
                RegisterDevice(device_id=IDS.new(), agent_id=agent, name=f"PC {n}", key_hash=digest)
            )
            self.agents.append(agent)
            self.tokens.append(token)
        settings = {"origins": (SITE,), "ask_name": "no", "ask_email": "no"}
        do += [
            SetSetting(key="chat.port", value=self.chat_port),
            SetSetting(key="chat.proxies", value=("127.0.0.1",)),
            SaveChatBox(account_id=self.box, name="Tienda", settings=settings),
        ]
        waiting = [authority.submit(one, volume.AGENT, "", None) for one in do]
        waiting += [authority.submit_as_desk(one) for one in as_desk]
        for one in waiting:
            outcome = one.result(GIVE_UP_S)
            assert outcome.ok, outcome.rejected


class Server:
    """`deskapp serve`, on the first core."""

    def __init__(self, desk: Desk) -> None:
        self.port = free_port()
        words = [sys.executable, "-m", "deskapp", "serve", "--profile", str(desk.folder)]
        words += ["--key-file", str(desk.folder / "key"), "--host", "127.0.0.1"]
        words += ["--port", str(self.port)]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        os.sched_setaffinity(self._process.pid, {0})
        assert self._process.stdout is not None
        first = self._process.stdout.readline()
        if not first:
            raise RuntimeError("the host did not start")

    def close(self) -> None:
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(20)
        self._process.kill()
        self._process.wait()

    def memory_mb(self) -> float:
        """The most that it ever had (VmHWM)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def seconds(self) -> float:
        """Processor time so far."""
        words = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


class Colleague:
    """A whole machine of an agent. `at` says when (perf_counter) each message was first told to its window."""

    def __init__(self, desk: Desk, server: Server, folder: Path) -> None:
        address = f"127.0.0.1:{server.port}"
        self.at: dict[str, float] = {}
        self.told = threading.Condition()
        self.pulls = self.pokes = 0
        self._lanes = Lanes([address], look_at(address, 10).fingerprint, desk.tokens[0])
        self._transport = HostTransport(self._lanes)
        folder.mkdir()
        self._replica = Replica(
            folder, agent_id=desk.agents[0], clock=SystemClock(), ids=IDS, publish=self._publish
        )
        self._loop = SyncLoop(self._exchange, lambda _: None, self._write)
        self._live = LiveLine(self._lanes, self._frame, self._loop.line_moved)
        self._exchange(())
        self._loop.start()
        self._live.start()

    def _publish(self, changes: ChangeSet) -> None:
        now = time.perf_counter()
        with self.told:
            for change in changes.changes:
                if change.entity == "message":
                    self.at.setdefault(change.id, now)
            self.told.notify_all()

    def _frame(self, frame: frames.HostFrame) -> None:
        if isinstance(frame, frames.Poke):
            self.pokes += 1
            self._loop.wake()
        elif isinstance(frame, frames.News):
            self._loop.told(frame)

    def _exchange(self, urgent: Sequence[WireCommand]) -> dict[str, WireResult]:
        self.pulls += 1
        return dict(step(lambda work: work(self._replica), self._transport, urgent).results)

    def _write(self, news: Sequence[frames.News]) -> bool:
        return pushed.write(self._replica, news)

    def has(self, message: str) -> float:
        """When it was there."""
        with self.told:
            if not self.told.wait_for(lambda: message in self.at, GIVE_UP_S):
                raise TimeoutError("a reply never came to a colleague")
            return self.at[message]

    def close(self) -> None:
        self._lanes.close()
        self._live.close()
        self._loop.close()
        self._replica.close()


# What is measured ---------------------------------------------------------------------------------------------


async def echo(samples: int) -> list[float]:
    """ms of a word to a WebSocket server of this process that sends it back."""

    async def answer(socket: ServerConnection) -> None:
        async for text in socket:
            await socket.send(text)

    times = []
    async with serve(answer, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}", compression=None) as line:
            for n in range(samples):
                begin = time.perf_counter()
                await line.send(f"palabra {n}")
                await line.recv()
                times.append((time.perf_counter() - begin) * 1000)
    return times


async def replies(desk: Desk, author: Seat, colleague: Colleague, samples: int) -> list[float]:
    """ms from an agent's reply until a colleague's window may show it, one after another."""
    times = []
    for n in range(samples):
        reply = SendReply(
            ticket_id=desk.tickets[n % len(desk.tickets)],
            message_id=IDS.new(),
            body=f"Le respondo enseguida, {n}.",
            seen_order=0,
            to=(Address("Ana Villalobos", "ana@correo.test"),),
        )
        begin = time.perf_counter()
        told = await author.do((reply,))
        assert told.results[0].rejected is None, told.results[0].rejected
        there = await asyncio.to_thread(colleague.has, reply.message_id)
        times.append((there - begin) * 1000)
        await pace(PAUSE_S)
    return times


async def outage(desk: Desk, seats: Sequence[Seat], author: Seat, changes: int) -> list[float]:
    """s until each of the machines, all coming back at once, knows everything and is in line again."""
    made = [
        SetSubject(ticket_id=desk.tickets[n % len(desk.tickets)], subject=f"Pedido {n}, otra vez")
        for n in range(changes)
    ]
    for first in range(0, changes, COMMANDS):
        await author.do(made[first : first + COMMANDS])
    begin = time.perf_counter()

    async def back(seat: Seat) -> float:
        await seat.open()
        return time.perf_counter() - begin

    return await asyncio.gather(*map(back, seats))


@contextmanager
def chats(desk: Desk, visitors: int, rate: int, seconds: int) -> Iterator[None]:
    """Visitors who write, until the block ends."""
    words = [sys.executable, "-m", "tests.support.crowd", str(desk.chat_port), desk.box]
    words += [str(n) for n in (visitors, visitors, rate, seconds)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.terminate()


class Bench:
    def __init__(self, sizes: Sizes, desk: Desk, server: Server, colleague: Colleague) -> None:
        self._sizes, self._desk, self._server, self._colleague = sizes, desk, server, colleague
        context, place = unpinned(), Place(server.port, desk.epoch, desk.counts)
        self._seats = [Seat(place, token, context) for token in desk.tokens[1:]]
        self.results: list[Result] = []

    async def run(self) -> None:
        beside = await echo(self._sizes.samples)
        await self._few(beside)
        await self._outage()
        await self._many()

    async def _few(self, beside: list[float]) -> None:
        seats = self._seats[: self._sizes.online - 1]
        await seated(seats)
        times = await self._replies(seats)
        await left(seats)
        for name, of, more in (("p95", p95, P95_MS), ("p99", _p99, P99_MS)):
            base, value = of(beside), of(times)
            self._tell(
                f"a reply → at a colleague's, {name}, {len(seats) + 1} agents online",
                value, "ms", base, f"≤ echo + {more:.0f} ms", value <= base + more,
            )  # fmt: skip

    async def _outage(self) -> None:
        *seats, author = self._seats[: self._sizes.crowd + 1]
        await author.catch_up()
        await seated(seats)
        await left(seats)
        used = self._server.seconds()
        times = await outage(self._desk, seats, author, self._sizes.changes)
        used = self._server.seconds() - used
        memory, slowest = self._server.memory_mb(), max(times)
        await left([*seats, author])
        what = f"{len(seats)} machines back at once after {self._sizes.changes:,} changes"
        self._tell(
            f"{what}: the last", slowest, "s", None, f"≤ {CATCH_UP_S:.0f} s", slowest <= CATCH_UP_S
        )
        self._tell(f"{what}: processor of the host", used, "s")
        self._tell(f"{what}: most memory of the host", memory, "MB", None,
                   f"≤ {MEMORY_MB:.0f} MB", memory <= MEMORY_MB)  # fmt: skip

    async def _many(self) -> None:
        """Chats at one rate after another, until agents wait too long."""
        seats = self._seats[: self._sizes.crowd - 1]
        await seated(seats)
        for rate in (0, *self._sizes.rates):
            if not await self._crowded(seats, rate):
                break
        await left(seats)

    async def _crowded(self, seats: Sequence[Seat], rate: int) -> bool:
        used, begin = self._server.seconds(), time.perf_counter()
        if rate:
            with chats(self._desk, self._sizes.visitors, rate, self._sizes.seconds * 3):
                times = await self._replies(seats, self._sizes.seconds)
        else:
            times = await self._replies(seats, self._sizes.seconds)
        busy = (self._server.seconds() - used) / (time.perf_counter() - begin)
        value, failed = p95(times), sum(seat.failed for seat in seats)
        what = f"{len(seats) + 1} agents, {self._sizes.visitors} chats, {rate} messages/s"
        self._tell(f"{what}: a reply → at a colleague's, p95 of {len(times)}", value, "ms", None,
                   f"≤ {AGENTS_MS:.0f} ms", value <= AGENTS_MS)  # fmt: skip
        self._tell(f"{what}: the host's core", busy * 100, "%")
        used = self._server.seconds() - used
        self._tell(f"{what}: processor of the host for a reply", used / len(times) * 1000, "ms")
        print(
            "pulls",
            sum(s.pulls for s in seats),
            "news",
            sum(s.news for s in seats),
            "colleague's pulls",
            self._colleague.pulls,
            self._colleague.pokes,
            file=sys.stderr,
        )
        self._tell(f"{what}: most memory of the host", self._server.memory_mb(), "MB")
        self._tell(f"{what}: refusals and lost lines", failed, "", None, "0", failed == 0)
        return value <= AGENTS_MS

    async def _replies(self, seats: Sequence[Seat], seconds: float = 0) -> list[float]:
        """So many samples as were asked for; or for so long."""
        author, end = seats[0], time.perf_counter() + seconds
        if not seconds:
            return await replies(self._desk, author, self._colleague, self._sizes.samples)
        times: list[float] = []
        while time.perf_counter() < end:
            times += await replies(self._desk, author, self._colleague, 5)
        return times

    def _tell(
        self,
        metric: str,
        value: float,
        unit: str,
        baseline: float | None = None,
        goal: str = "",
        met: bool | None = None,
    ) -> None:
        self.results.append(Result(metric, value, unit, baseline, goal, met))
        load = os.getloadavg()[0]
        print(f"{metric}: {value:.1f} {unit} (load of the computer {load:.1f})", file=sys.stderr)


def _p99(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 99 // 100) - 1)]


def measure(source: Path, sizes: Sizes) -> list[Result]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 8_192), hard), hard))
    sys.setswitchinterval(SWITCH_S)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "desk")
        folder.mkdir(mode=0o700)
        desk = Desk.of(source, folder, sizes.crowd + 2)
        with closing(Server(desk)) as server:
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
            with closing(Colleague(desk, server, Path(name, "machine"))) as colleague:
                bench = Bench(sizes, desk, server, colleague)
                asyncio.run(bench.run())
                return bench.results


def main(words: Sequence[str]) -> None:
    numbers = [int(word) for word in words[1:]]
    print(dump(measure(Path(words[0]), Sizes(*numbers[:6], tuple(numbers[6:])))))


if __name__ == "__main__":
    main(sys.argv[1:])
