"""The host's own window while its team is at work: a server in its process takes what of each frame?

    python -m tests.bench.team_window DESK AGENTS ROUNDS SECONDS

Quiet and busy seconds take turns, so that whatever else the computer does falls on both.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from deskapp.core.authority.workspace import Authority
from deskapp.core.commands.desk import SetSetting
from deskapp.core.commands.messages import AddNote
from deskapp.devtools import volume
from deskapp.system.blobs import FileBlobs
from deskapp.system.clock import SystemClock
from tests.bench.results import Result, dump, p95
from tests.bench.team_crowd import Place, Seat, left, seated, unpinned
from tests.bench.team_desk import GIVE_UP_S, IDS, Desk
from tests.support.crowd import pace
from tests.support.waiting import free_port

FRAME_GOAL_MS = 33.0
PAUSE_S = 4.0
"""An agent writes something so often."""
FRAMES = 120
FLAG = "--window"


# In the window's process --------------------------------------------------------------------------------------


def serve_window(folder: Path) -> None:
    """Open it, say so, and measure for as many seconds as each line that is read says."""
    from PySide6.QtCore import QTimer

    from tests.bench.window import Bench

    bench = Bench(folder)
    beats: list[float] = []
    heart = QTimer(interval=4)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))
    heart.start()
    print("{}", flush=True)
    for line in sys.stdin:
        beats.clear()
        used, end = time.process_time(), time.perf_counter() + float(line)
        frames: list[float] = []
        while time.perf_counter() < end:
            frames += bench.scroll(FRAMES)
        gaps = [(b - a) * 1000 for a, b in pairwise(beats)]
        used = (time.process_time() - used) / float(line)
        print(json.dumps({"frames": frames, "gaps": gaps, "used": used}), flush=True)
    bench.close()


# Beside it ----------------------------------------------------------------------------------------------------


class Window:
    def __init__(self, folder: Path) -> None:
        words = [sys.executable, "-m", "tests.bench.team_window", FLAG, str(folder)]
        pipe = subprocess.PIPE
        env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        self._process = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, env=env)
        os.sched_setaffinity(self._process.pid, {0})
        self._line()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told

    async def measured(self, seconds: float) -> dict[str, Any]:
        assert self._process.stdin is not None
        print(seconds, file=self._process.stdin, flush=True)
        return await asyncio.to_thread(self._line)

    def close(self) -> None:
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(20)
        self._process.kill()
        self._process.wait()


def share(desk: Desk, port: int) -> None:
    """Switch the team on, as Settings do."""
    authority = Authority(
        desk.folder / "desk.sqlite", clock=SystemClock(), ids=IDS, blobs=FileBlobs(desk.folder / "blobs")
    )  # fmt: skip
    authority.start(effects=False)
    with closing(authority):
        for key, value in (("team.port", port), ("team.enabled", True)):
            setting = SetSetting(key=key, value=value)
            assert authority.submit(setting, volume.AGENT, "", None).result(GIVE_UP_S).ok


async def work(seat: Seat, tickets: Sequence[str]) -> None:
    """An agent who writes a note now and then, until it is cancelled."""
    while True:
        await pace(random.uniform(0, 2 * PAUSE_S))
        note = AddNote(ticket_id=random.choice(tickets), message_id=IDS.new(), body="Ya lo miro.")
        await seat.do((note,))


async def compared(
    desk: Desk, window: Window, seats: Sequence[Seat], rounds: int, seconds: float
) -> list[Result]:
    quiet: list[dict[str, Any]] = []
    busy: list[dict[str, Any]] = []
    for _ in range(rounds):
        quiet.append(await window.measured(seconds))
        await seated(seats)
        tasks = [asyncio.create_task(work(seat, desk.tickets)) for seat in seats]
        busy.append(await window.measured(seconds))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await left(seats)
    return [
        *_results(f"the host's window, {len(seats)} agents at work", busy, quiet),
        Result("the same: processor of its process", _mean(busy) * 100, "%", _mean(quiet) * 100),
    ]


def _results(what: str, busy: list[dict[str, Any]], quiet: list[dict[str, Any]]) -> list[Result]:
    def all_of(name: str, rounds: list[dict[str, Any]]) -> list[float]:
        return [value for one in rounds for value in one[name]]

    frames, still = all_of("frames", busy), all_of("frames", quiet)
    return [
        Result(f"{what}: worst frame while scrolling", max(frames), "ms", max(still),
               f"≤ {FRAME_GOAL_MS:.0f} ms", max(frames) <= FRAME_GOAL_MS),
        Result(f"{what}: frame, p95", p95(frames), "ms", p95(still)),
        Result(f"{what}: wait of its event loop, p95", p95(all_of("gaps", busy)), "ms",
               p95(all_of("gaps", quiet))),
        Result(f"{what}: wait of its event loop, worst", max(all_of("gaps", busy)), "ms",
               max(all_of("gaps", quiet))),
    ]  # fmt: skip


def _mean(rounds: list[dict[str, Any]]) -> float:
    return sum(float(one["used"]) for one in rounds) / len(rounds)


def measure(source: Path, agents: int, rounds: int, seconds: float) -> list[Result]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "desk")
        folder.mkdir(mode=0o700)
        (folder / "ui.json").write_text(json.dumps({"inbox.view": "all"}), encoding="utf-8")
        desk, port = Desk.of(source, folder, agents, 0), free_port()
        share(desk, port)
        with closing(Window(folder)) as window:
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
            place = Place(port, desk.epoch, desk.counts)
            context = unpinned()
            seats = [Seat(place, token, context) for token in desk.tokens]
            return asyncio.run(compared(desk, window, seats, rounds, seconds))


def main(words: Sequence[str]) -> None:
    if words[0] == FLAG:
        serve_window(Path(words[1]))
        return
    agents, rounds = map(int, words[1:3])
    print(dump(measure(Path(words[0]), agents, rounds, float(words[3]))))


if __name__ == "__main__":
    main(sys.argv[1:])
