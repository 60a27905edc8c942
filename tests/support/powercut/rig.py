"""Recording a workload once, and cutting its power many times."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pysqlite3.dbapi2 as sqlite

from tests.support.powercut.images import Disk, Step, read_record

HERE = Path(__file__).parent


@dataclass(slots=True)
class Verdict:
    """What was found after the cuts: acknowledged work that is gone, and files that do not open."""

    cuts: int = 0
    lost: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


def compile_shim(folder: Path) -> Path:
    """Build shim.c with the machine's C compiler."""
    shim = folder / "shim.so"
    command = ["cc", "-shared", "-fPIC", "-O1", "-w", "-o", str(shim), str(HERE / "shim.c"), "-ldl"]
    subprocess.run(command, check=True, timeout=120)
    return shim


def record(folder: Path, *, rounds: int, synchronous: str) -> tuple[list[Step], Path]:
    """Run the workload under the shim; returns what it did, and the desk's folder."""
    shim = compile_shim(folder)
    disk, log = folder / "disk", folder / "record"
    disk.mkdir()
    env = os.environ | {
        "LD_PRELOAD": str(shim),
        "POWERCUT_RECORD": str(log),
        "POWERCUT_FOLDER": str(disk),
    }
    module = "tests.support.powercut.workload"
    command = [
        sys.executable, "-m", module, str(disk / "desk"), str(disk / "acks"), str(rounds), synchronous,
    ]  # fmt: skip
    subprocess.run(command, check=True, env=env, timeout=300, cwd=HERE.parents[2])
    return read_record(log), disk


def cut_power(steps: list[Step], disk: Path, folder: Path, *, cuts: int, seed: int) -> Verdict:
    """Cut the power at `cuts` random moments and look at what is left each time."""
    rng = Random(seed)
    moments = sorted(rng.sample(range(len(steps)), min(cuts, len(steps))))
    verdict, state, at = Verdict(), Disk(), 0
    for moment in moments:
        for step in steps[at : moment + 1]:
            state.take(step)
        at = moment + 1
        image = folder / "image"
        state.cut(image, str(disk), rng)
        acks = [s.data for s in steps[:at] if s.kind == "W" and s.path == str(disk / "acks")]
        _look(image / "desk", b"".join(acks).decode().splitlines(), moment, verdict)
        verdict.cuts += 1
        shutil.rmtree(image)
    return verdict


def _look(desk: Path, acks: list[str], moment: int, verdict: Verdict) -> None:
    """Open what is left as the program would, and compare it with what was acknowledged."""
    database = desk / "desk.sqlite"
    if not acks and not database.exists():
        return
    try:
        connection = sqlite.connect(str(database))
        with connection:
            ((sound,),) = connection.execute("PRAGMA integrity_check").fetchall()
            if sound != "ok":
                verdict.damaged.append(f"step {moment}: {sound}")
            found = _found(connection) if acks else (set(), set(), "")
        connection.close()
    except sqlite.DatabaseError as error:
        verdict.damaged.append(f"step {moment}: {error}")
        return
    messages, raws, _ = found
    for line in acks:
        kind, what, *_rest = line.split()
        if kind == "message" and what not in messages:
            verdict.lost.append(f"step {moment}: message {what}")
        if kind == "raw" and (what not in raws or not _is_whole(desk, what)):
            verdict.lost.append(f"step {moment}: raw {what}")
    _check_status(acks, found[2], moment, verdict)


def _found(connection: sqlite.Connection) -> tuple[set[str], set[str], str]:
    messages = {uid for (uid,) in connection.execute("SELECT uid FROM message")}
    raws = {sha for (sha,) in connection.execute("SELECT sha256 FROM raw_mail")}
    events = connection.execute(
        "SELECT count(*) FROM ticket_event WHERE kind = 'status_changed'"
    ).fetchone()
    return messages, raws, str(events[0])


def _check_status(acks: list[str], changes: str, moment: int, verdict: Verdict) -> None:
    told = sum(line.startswith("status") for line in acks)
    if told and int(changes) < told:
        verdict.lost.append(f"step {moment}: {told - int(changes)} status changes")


def _is_whole(desk: Path, sha: str) -> bool:
    found = list((desk / "blobs").rglob(f"*{sha[4:]}*"))
    return any(hashlib.sha256(path.read_bytes()).hexdigest() == sha for path in found)
