"""Agents in line while thousands of visitors write: at the rate that is promised, at ever higher ones until words come
late to the agents or have to wait, and at three times the last rate at which they do not."""

import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from deskapp.core.commands.messages import SendReply
from tests.bench.results import Result, p95
from tests.bench.team_crowd import Seat, taken_words
from tests.bench.team_desk import IDS, Desk, Server
from tests.support.crowd import pace

AGENTS_MS, BREAKS_MS, OVER_MS = 150.0, 500.0, 1_000.0
RECOVERY_S = 30.0
MEMORY_MB = 600.0
STEP, STEPS, STEP_S = 1.25, 12, 20
GIVE_UP_S = 120.0
SECOND_S = 1.0
TOGETHER = 10
"""Seconds whose words are looked at together: at any rate some single ones are slower."""
PAUSE_S = 0.5
"""An agent answers so often, of all of them."""


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
        """What became of so many words; see `team_visitors`."""
        assert self._process.stdin is not None
        print(rate, seconds, file=self._process.stdin, flush=True)
        told: dict[str, Any] = json.loads(await asyncio.to_thread(self._line))
        return told

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


@dataclass(frozen=True, slots=True)
class Phase:
    """What came of one rate. Times in ms: of a word until it is at an agent's, of an agent's answer until it is taken.

    In s after the rate ended: `calm`, from when on words are as quick as they should be in any ten seconds; `after`,
    when the last word was there.
    """

    words: list[float]
    answers: list[float]
    told: dict[str, Any]
    lost: int
    calm: float
    after: float


def _keeps_up(phase: Phase) -> bool:
    """Words come soon to the agents, and visitors need not stand in line for long: from their first try on."""
    return p95(phase.words) <= BREAKS_MS and phase.told["p95"] <= BREAKS_MS


class Under:
    """Everything under load, one rate after another. `tell` takes results."""

    def __init__(
        self,
        load: Load,
        desk: Desk,
        server: Server,
        seats: Sequence[Seat],
        tell: Callable[[Result], None],
    ) -> None:
        self._load, self._server, self._seats, self._tell = load, server, seats, tell
        self._turns = itertools.cycle([(seat, desk.chats[seat.token][0]) for seat in seats])

    async def run(self, crowd: Visitors) -> None:
        await crowd.connected()
        kept = await self._promised(crowd)
        best = await self._until_it_breaks(crowd, kept)
        if self._load.over_seconds:
            await self._too_much(crowd, 3 * best)

    async def _promised(self, crowd: Visitors) -> bool:
        load, before = self._load, self._failures()
        what = f"{len(self._seats)} agents, {load.visitors:,} chats, {load.rate} messages/s"
        phase = await self._phase(crowd, load.rate, load.seconds, what)
        value, memory = p95(phase.words), self._server.memory_mb()
        told = phase.told
        wrong = self._failures() - before + phase.lost + told["refused"] + told["closed"]
        goal = f"≤ {AGENTS_MS:.0f} ms"
        self._tell(Result(f"{what}: a word → at an agent's, p95", value, "ms", None, goal,
                          value <= AGENTS_MS))  # fmt: skip
        self._tell(Result(f"{what}: an answer, p95", p95(phase.answers), "ms"))
        self._tell(Result(f"{what}: errors", wrong, "", None, "0", wrong == 0))
        self._tell(Result(f"{what}: most memory of the host", memory, "MB", None,
                          f"≤ {MEMORY_MB:.0f} MB", memory <= MEMORY_MB))  # fmt: skip
        return _keeps_up(phase)

    async def _until_it_breaks(self, crowd: Visitors, kept: bool) -> float:
        """The last rate at which nobody's p95 passes 500 ms: higher ones are tried, or lower ones."""
        rate = float(self._load.rate)
        seconds = min(self._load.seconds, STEP_S)
        for _ in range(STEPS):
            last, rate = rate, rate * STEP if kept else rate / STEP
            phase = await self._phase(crowd, rate, seconds, f"{rate:.0f} messages/s")
            if _keeps_up(phase) is not kept:
                break
        best = last if kept else rate
        what = f"agents' and visitors' p95 stay below {BREAKS_MS:.0f} ms up to"
        self._tell(Result(what, best, "messages/s"))
        return best

    async def _too_much(self, crowd: Visitors, rate: float) -> None:
        what = f"{rate:.0f} messages/s"
        phase = await self._phase(crowd, rate, self._load.over_seconds, what)
        value, told = p95(phase.words), phase.told
        self._tell(Result(f"{what}: a word → at an agent's, p95", value, "ms", None,
                          f"≤ {OVER_MS:.0f} ms", value <= OVER_MS))  # fmt: skip
        self._tell(Result(f"{what}: an answer, p95", p95(phase.answers), "ms"))
        self._tell(Result(f"{what}: visitors told to wait", told["told"], ""))
        self._tell(Result(f"{what}: how often they were told", told["waited"], ""))
        lost = phase.lost + told["refused"]
        self._tell(Result(f"{what}: lost", lost, "", None, "0", lost == 0))
        self._tell(Result(f"after {what}: words are as quick as before after", phase.calm, "s",
                          None, f"≤ {RECOVERY_S:.0f} s", phase.calm <= RECOVERY_S))  # fmt: skip
        self._tell(Result(f"after {what}: the last who waited was let in after", phase.after, "s"))

    async def _phase(self, crowd: Visitors, rate: float, seconds: float, what: str) -> Phase:
        """`seconds` of that rate, and until all of it has come to the agents."""
        taken_words(self._seats)
        used, mine, begin = self._server.seconds(), time.process_time(), time.perf_counter()
        answering = asyncio.create_task(self._answer(begin + seconds))
        writing = asyncio.create_task(crowd.write(rate, seconds))
        words: list[float] = []
        recent: deque[list[float]] = deque(maxlen=TOGETHER)
        calm, second, slow = begin + seconds, 0.0, 0
        due, patient = None, float("inf")
        while (due is None or len(words) < due) and time.perf_counter() < patient:
            await pace(SECOND_S)
            second, new = time.perf_counter(), taken_words(self._seats)
            words += new
            recent.append(new)
            slow += p95(new or [0.0]) > AGENTS_MS
            if p95(list(itertools.chain(*recent)) or [0.0]) > AGENTS_MS:
                calm = max(calm, second)
            if due is None and writing.done():
                told = writing.result()
                due, patient = told["sent"] - told["refused"], second + GIVE_UP_S
        told, answers = await writing, await answering
        assert due is not None
        wall = second - begin
        used = self._server.seconds() - used
        load = time.process_time() - mine + told["cpu"]
        lost = max(told["lost"], due - len(words))
        phase = Phase(
            words or [float("inf")], answers, told, lost,
            calm - begin - seconds, max(0.0, wall - seconds),
        )  # fmt: skip
        for name, value, unit in (
            ("the host's core", used / wall * 100, "%"),
            ("the load's core", load / wall * 100, "%"),
            ("processor of the host for a message", used / (due + len(answers)) * 1000, "ms"),
            ("visitors' p95", told["p95"], "ms"),
            (f"seconds whose p95 is above {AGENTS_MS:.0f} ms", slow / wall * SECOND_S * 100, "%"),
        ):
            self._tell(Result(f"{what}: {name}", value, unit))
        shown = (
            f"agents' p95 {p95(phase.words):.0f} ms of {len(words)}, answers {p95(answers):.0f} ms"
        )
        print(what, shown, told, file=sys.stderr)
        return phase

    async def _answer(self, until: float) -> list[float]:
        """One agent after another answers in a chat of theirs; ms until it was taken."""
        times: list[float] = []
        while not times or time.perf_counter() < until:
            seat, ticket = next(self._turns)
            reply = SendReply(
                ticket_id=ticket, message_id=IDS.new(), body="Sí, quedan tres.", seen_order=0
            )
            begin = time.perf_counter()
            told = await seat.do((reply,))
            assert told.results[0].rejected is None, told.results[0].rejected
            times.append((time.perf_counter() - begin) * 1000)
            await pace(PAUSE_S)
        return times

    def _failures(self) -> int:
        return sum(seat.failed for seat in self._seats)
