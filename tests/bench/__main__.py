"""Measure deskapp on a large desk: `python -m tests.bench [--quick] [--only NAME]`."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from deskapp.devtools import volume
from tests.bench import reading, results, start, team_copy
from tests.bench.results import Result

BUILD = Path(__file__).parents[2] / "build"
SERVED = ("replies", "outage", "chats")
TEAM = (*SERVED, "window", "copy")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    size: volume.VolumeSize
    starts: int
    words: int
    openings: int
    frames: int
    chat: tuple[int, int, int, int, int]  # samples; visitors, chats, messages a second, seconds
    copied: volume.VolumeSize
    changes: int
    team: tuple[int, ...]
    """Agents online; machines after an outage; samples, changes; visitors, messages a second, seconds, and seconds at
    three times as many."""

    window: tuple[int, int, int]
    """Agents at work beside the host's own window; rounds, and seconds of each."""


THOROUGH = Effort(volume.FULL, 15, 200, 200, 1200, (500, 2_000, 200, 50, 300),
                  volume.FULL, 2_000, (50, 300, 200, 2_000, 3_000, 200, 600, 120), (25, 4, 30))  # fmt: skip
QUICK = Effort(volume.SMALL, 3, 40, 20, 200, (20, 200, 20, 10, 10),
               volume.VolumeSize(10_000, 100_000, 3_000, 400), 200, (10, 30, 20, 200, 60, 10, 5, 5),
               (5, 1, 4))  # fmt: skip


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small desk and few runs")
    parser.add_argument(
        "--only",
        choices=("start", "window", "reading", "webchat", "team"),
        help="measure just this",
    )
    parser.add_argument(
        "--part",
        action="append",
        choices=TEAM,
        help="with --only team: measure just this (may be given several times)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=BUILD / "bench.json",
        help="where the figures go (build/bench.json)",
    )
    args = parser.parse_args(argv)
    effort = QUICK if args.quick else THOROUGH
    measured = measure(effort, args.only, args.part or TEAM)
    results.write(measured, args.out)
    print(results.table(measured))
    return 0


def measure(effort: Effort, only: str | None = None, parts: Collection[str] = TEAM) -> list[Result]:
    """Each kind of measurement on a desk of its own process, one after another."""
    measured: list[Result] = []
    if only in (None, "webchat"):
        measured += _webchat(effort)
    if only in (None, "team"):
        measured += _team(effort, parts)
    if only in ("webchat", "team"):
        return measured
    profile = _profile(effort.size)
    if only in (None, "start"):
        measured += start.measure(profile, runs=effort.starts)
    if only in (None, "window"):
        measured += _window(profile, effort)
    if only in (None, "reading"):
        measured += reading.measure(profile / "desk.sqlite", words=effort.words)
    return measured


def _webchat(effort: Effort) -> list[Result]:
    command = [sys.executable, "-m", "tests.bench.webchat", *(str(n) for n in effort.chat)]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    return results.read(done.stdout.splitlines()[-1])


def _team(effort: Effort, parts: Collection[str]) -> list[Result]:
    measured: list[Result] = []
    small = str(volume.cached(BUILD / "bench", volume.SMALL))
    served = [part for part in SERVED if part in parts]
    if served:
        measured += _run("team", small, ",".join(served), *effort.team)
    if "window" in parts:
        measured += _run("team_window", small, *effort.window)
    if "copy" in parts:
        measured += _copied(effort)
    return measured


def _run(module: str, *words: object) -> list[Result]:
    """What a measurement in a process of its own found."""
    command = [sys.executable, "-m", f"tests.bench.{module}", *map(str, words)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return results.read(done.stdout.splitlines()[-1])


def _copied(effort: Effort) -> list[Result]:
    large = volume.cached(BUILD / "bench", effort.copied)
    with tempfile.TemporaryDirectory(dir=BUILD / "bench") as name:
        desk = Path(name, "desk.sqlite")
        shutil.copyfile(large, desk)
        machine = Path(name, "machine")
        machine.mkdir()
        return team_copy.measure(desk, machine, effort.copied, effort.changes)


def _profile(size: volume.VolumeSize) -> Path:
    """A desk's folder with a copy of the generated database; made once."""
    print(f"A desk of {size.tickets:,} tickets and {size.messages:,} messages", file=sys.stderr)
    source = volume.cached(BUILD / "bench", size)
    folder = source.with_suffix("")
    if not (folder / "ui.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        shutil.copyfile(source, folder / "desk.sqlite")
        (folder / "ui.json").write_text(json.dumps({"inbox.view": "all"}), encoding="utf-8")
    return folder


def _window(profile: Path, effort: Effort) -> list[Result]:
    bare = start.bare_memory() if sys.platform == "linux" else 0.0
    command = [sys.executable, "-m", "tests.bench.window", str(profile)]
    command += [str(effort.openings), str(effort.frames), str(bare)]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    return results.read(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
