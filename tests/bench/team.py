"""A team on one host: `deskapp serve` on a core of its own, machines of its agents on the other, over TLS.

    python -m tests.bench.team DESK PARTS ONLINE CROWD SAMPLES CHANGES VISITORS RATE SECONDS OVER_SECONDS

PARTS, with commas between: replies, outage, chats. The machine of the agent who waits for a colleague's reply is a
whole one: transport, live line and replica. All others speak the protocol and keep no rows.
"""

import asyncio
import os
import resource
import sys
import tempfile
import time
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from deskapp.core.commands.messages import SendReply
from deskapp.core.commands.tickets import SetSubject
from deskapp.models.dto import Address
from deskapp.sync.protocol.messages import COMMANDS
from tests.bench.results import Result, dump, p95
from tests.bench.team_colleague import Colleague
from tests.bench.team_crowd import Place, Seat, left, seated, unpinned
from tests.bench.team_desk import IDS, Desk, Server
from tests.bench.team_load import Load, Under, connected
from tests.support.crowd import pace

P95_MS, P99_MS = 50.0, 150.0
CATCH_UP_S = 10.0
MEMORY_MB = 600.0
PAUSE_S = 0.05
SWITCH_S = 0.0002
"""The whole machine and the crowd share this process, which they would not: neither may hold up the other."""


@dataclass(frozen=True, slots=True)
class Sizes:
    online: int
    crowd: int
    samples: int
    changes: int
    load: Load


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


class Bench:
    def __init__(self, sizes: Sizes, desk: Desk, server: Server, folder: Path) -> None:
        self._sizes, self._desk, self._server, self._folder = sizes, desk, server, folder
        context, place = unpinned(), Place(server.port, desk.epoch, desk.counts)
        many = sizes.crowd
        self._seats = [
            Seat(place, token, context, share=(n % many, many))
            for n, token in enumerate(desk.tokens[1:])
        ]
        self.results: list[Result] = []

    async def run(self, parts: Collection[str]) -> None:
        for name, part in (
            ("replies", self._replies),
            ("outage", self._outage),
            ("chats", self._chats),
        ):
            if name in parts:
                await part()

    async def _replies(self) -> None:
        seats, samples = self._seats[: self._sizes.online - 1], self._sizes.samples
        beside = await echo(samples)
        with closing(Colleague(self._desk, self._server, self._folder)) as colleague:
            await seated(seats)
            used = self._server.seconds()
            times = await replies(self._desk, seats[0], colleague, samples)
            used = self._server.seconds() - used
            await left(seats)
        self._tell(f"a reply, {len(seats) + 1} agents online: processor of the host",
                   used / len(times) * 1000, "ms")  # fmt: skip
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

    async def _chats(self) -> None:
        seats = self._seats[: self._sizes.crowd]
        await seated(seats)
        with connected(self._desk, self._sizes.load.visitors) as crowd:
            await Under(self._sizes.load, self._desk, self._server, seats, self._keep).run(crowd)
        await left(seats)

    def _keep(self, result: Result) -> None:
        self._tell(**asdict(result))

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


def measure(source: Path, parts: Collection[str], sizes: Sizes) -> list[Result]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 8_192), hard), hard))
    sys.setswitchinterval(SWITCH_S)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "desk")
        folder.mkdir(mode=0o700)
        desk = Desk.of(source, folder, sizes.crowd + 2, sizes.load.visitors)
        with closing(Server(desk)) as server:
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
            bench = Bench(sizes, desk, server, Path(name, "machine"))
            asyncio.run(bench.run(parts))
            return bench.results


def main(words: Sequence[str]) -> None:
    numbers = [int(word) for word in words[2:]]
    sizes = Sizes(*numbers[:4], Load(*numbers[4:]))
    print(dump(measure(Path(words[0]), words[1].split(","), sizes)))


if __name__ == "__main__":
    main(sys.argv[1:])
