"""Agents at work while thousands of visitors write: at the rate that is promised, at the rate at which agents begin to
wait too long, and at three times what is promised."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.bench.results import Result, p95
from tests.bench.team_crowd import Seat
from tests.bench.team_desk import Desk, Server

AGENTS_MS, BREAKS_MS, OVER_MS = 150.0, 500.0, 1_000.0
RECOVERY_S = 30.0
MEMORY_MB = 600.0
STEP, STEPS, STEP_S = 1.25, 12, 20
CALM = 3

Replies = Callable[[int], Awaitable[list[float]]]
"""ms of so many replies, from an agent to a colleague's window."""


@dataclass(frozen=True, slots=True)
class Load:
    visitors: int
    rate: int
    seconds: int
    over_seconds: int


class Visitors:
    """The other process, which is told how much to write."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    async def connected(self) -> None:
        """Until all are; hundreds of live lines have to be listened to meanwhile."""
        await asyncio.to_thread(self._line)

    async def write(self, rate: float, seconds: float) -> dict[str, Any]:
        assert self._process.stdin is not None
        print(rate, seconds, file=self._process.stdin, flush=True)
        return json.loads(await asyncio.to_thread(self._line))

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextmanager
def connected(desk: Desk, visitors: int) -> Iterator[Visitors]:
    words = [sys.executable, "-m", "tests.bench.team_visitors", str(desk.chat_port), desk.box]
    pipe = subprocess.PIPE
    with subprocess.Popen([*words, str(visitors)], stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Visitors(process)
        finally:
            process.terminate()


class Under:
    """Everything under load, one rate after another. `tell` takes results."""

    def __init__(
        self,
        load: Load,
        server: Server,
        seats: Sequence[Seat],
        replies: Replies,
        tell: Callable[[Result], None],
    ) -> None:
        self._load, self._server, self._seats = load, server, seats
        self._replies, self._tell = replies, tell

    async def run(self, crowd: Visitors) -> None:
        await crowd.connected()
        kept = await self._promised(crowd)
        await self._until_it_breaks(crowd, kept)
        await self._too_much(crowd)

    async def _promised(self, crowd: Visitors) -> bool:
        load, before = self._load, self._failures()
        what = f"{len(self._seats)} agents, {load.visitors:,} chats, {load.rate} messages/s"
        times, told = await self._phase(crowd, load.rate, load.seconds, what)
        value, memory = p95(times), self._server.memory_mb()
        wrong = self._failures() - before + told["lost"] + told["refused"] + told["closed"]
        goal = f"≤ {AGENTS_MS:.0f} ms"
        self._tell(Result(f"{what}: agents' p95", value, "ms", None, goal, value <= AGENTS_MS))
        self._tell(Result(f"{what}: errors", wrong, "", None, "0", wrong == 0))
        self._tell(Result(f"{what}: most memory of the host", memory, "MB", None,
                          f"≤ {MEMORY_MB:.0f} MB", memory <= MEMORY_MB))  # fmt: skip
        return value <= BREAKS_MS

    async def _until_it_breaks(self, crowd: Visitors, kept: bool) -> None:
        """The last rate at which agents' p95 stays below 500 ms: higher ones are tried, or lower ones."""
        rate = float(self._load.rate)
        seconds = min(self._load.seconds, STEP_S)
        for _ in range(STEPS):
            last, rate = rate, rate * STEP if kept else rate / STEP
            times, _told = await self._phase(crowd, rate, seconds, f"{rate:.0f} messages/s")
            if (p95(times) <= BREAKS_MS) is not kept:
                break
        best = last if kept else rate
        self._tell(Result(f"agents' p95 stays below {BREAKS_MS:.0f} ms up to", best, "messages/s"))

    async def _too_much(self, crowd: Visitors) -> None:
        load = self._load
        what = f"{3 * load.rate} messages/s"
        times, told = await self._phase(crowd, 3 * load.rate, load.over_seconds, what)
        value = p95(times)
        self._tell(Result(f"{what}: agents' p95", value, "ms", None, f"≤ {OVER_MS:.0f} ms",
                          value <= OVER_MS))  # fmt: skip
        self._tell(Result(f"{what}: visitors told to wait", told["waited"], ""))
        self._tell(Result(f"{what}: lost", told["lost"] + told["refused"], "", None, "0",
                          told["lost"] + told["refused"] == 0))  # fmt: skip
        begin = time.perf_counter()
        while max(await self._replies(CALM)) > AGENTS_MS and time.perf_counter() - begin < 120:
            continue
        took = told["after"] + time.perf_counter() - begin
        self._tell(Result(f"after {what}: as before again after", took, "s", None,
                          f"≤ {RECOVERY_S:.0f} s", took <= RECOVERY_S))  # fmt: skip

    async def _phase(
        self, crowd: Visitors, rate: float, seconds: float, what: str
    ) -> tuple[list[float], dict[str, Any]]:
        """Agents' times while that is written; what became of it, and how long the rest took (`after`)."""
        used, begin = self._server.seconds(), time.perf_counter()
        writing = asyncio.create_task(crowd.write(rate, seconds))
        times: list[float] = []
        while not times or time.perf_counter() - begin < seconds:
            times += await self._replies(CALM)
        busy = (self._server.seconds() - used) / (time.perf_counter() - begin)
        told = await writing
        told["after"] = max(0.0, time.perf_counter() - begin - seconds)
        used = self._server.seconds() - used
        self._tell(Result(f"{what}: the host's core", busy * 100, "%"))
        self._tell(Result(f"{what}: processor of the host for a message",
                          used / (told["sent"] + len(times)) * 1000, "ms"))  # fmt: skip
        self._tell(Result(f"{what}: visitors' p95", told["p95"], "ms"))
        print(what, f"agents p95 {p95(times):.0f} ms of {len(times)}", told, file=sys.stderr)
        return times, told

    def _failures(self) -> int:
        return sum(seat.failed for seat in self._seats)
