"""`deskapp serve` on a disk that is full, or fails, while colleagues write: nothing is lost, doubled or stuck.

DESKAPP_DISK_FAULTS says at how many places each strikes; DESKAPP_SEED where.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from deskapp.sync.pairing.membership import Membership
from deskapp.system.blobs import FileBlobs
from tests.support.all_there import all_there
from tests.support.full_disk import under
from tests.support.known_parts import blob_files, strikes
from tests.support.machines import DESK, Machines, Writer
from tests.support.team_writer import content
from tests.support.waiting import wait_for

pytestmark = [
    pytest.mark.real,
    pytest.mark.of_a_file,  # of a server the disk is its own
]
FAULTS = int(os.environ.get("DESKAPP_DISK_FAULTS", "1"))
SEED = int(os.environ.get("DESKAPP_SEED", "11"))
PEOPLE = {"ana": "Ana Ruiz", "luis": "Luis Gil"}
NOTES = 40
APART = 100_000
EVERY = 3
"""Each of so many notes has a file."""


def joined(folder: Path, *names: str) -> tuple[Machines, str]:
    """A desk that these people's computers have joined, and a ticket of it."""
    machines, people = Machines(folder), {name: PEOPLE[name] for name in names}
    ticket = machines.settle(*people.values())
    with machines.serving(*people.values()) as server:
        machines.pair(server, people)
    return machines, ticket


def fails(machines: Machines, fault: str) -> Path:
    """From now on the desk's programs run on a disk of which this is true; the file that tells when it struck.

    It strikes the log alone: what is not moved from there into the database today is moved tomorrow, and no commit
    fails for it.
    """
    trace = machines.folder / "trace"
    log = machines.profile(DESK).database.with_name("desk.sqlite-wal")
    machines.under[DESK] = under(fault, [log], trace)
    return trace


def struck(trace: Path) -> bool:
    return "INJECTED" in trace.read_text()


@pytest.mark.parametrize("place", range(FAULTS))
def test_a_full_disk_at_the_host_makes_its_colleagues_wait(tmp_path: Path, place: int) -> None:
    machines, ticket = joined(tmp_path, "ana")
    first = 30 + Random(f"{SEED} {place}").randint(0, 40)
    lasts = first + 3  # over the next try, so that somebody who looks now and then sees it
    trace = fails(machines, f"pwrite64:error=ENOSPC:when={first}..{lasts}")
    server = machines.serve()
    ana = machines.writer("ana", ticket, 1)
    ana.writes(NOTES)
    ana.listens(NOTES)
    goes_on_writing(ana, lambda: struck(trace), "the disk to be full")
    all_there([ana])
    ana.stop()
    server.process.terminate()
    assert server.process.stdout is not None
    said = server.process.stdout.read()
    assert server.end() == 0
    assert "The disk is full" in said
    assert "The disk has room again" in said


@pytest.mark.parametrize("place", range(FAULTS))
def test_a_host_whose_disk_fails_ends_and_begins_anew(tmp_path: Path, place: int) -> None:
    machines, ticket = joined(tmp_path, "ana")
    strikes = 8 + Random(f"{SEED} {place}").randint(0, 8)
    fails(machines, f"fdatasync,fsync:error=EIO:when={strikes}")
    server = machines.serve(stderr=subprocess.PIPE)
    ana = machines.writer("ana", ticket, 1)
    ana.writes(NOTES)
    ana.listens(NOTES)
    goes_on_writing(ana, lambda: server.process.poll() is not None, "the host to end")
    assert server.process.stderr is not None
    with server.process.stderr:
        problem = server.process.stderr.read()
    assert server.end() == 1
    assert "The disk failed while something was written" in problem
    assert len(problem.splitlines()) == 1
    machines.under.clear()
    assert machines.profile(DESK).doubtful.exists()
    again = machines.serve()
    assert not machines.profile(DESK).doubtful.exists()
    all_there([ana])
    ana.stop()
    again.stop()


def goes_on_writing(writer: Writer, happened: Callable[[], bool], what: str) -> None:
    """One note after another: many that come at once are written in few commits."""

    def until() -> bool:
        if not happened():
            writer.writes(1)
            writer.listens(1)
        return happened()

    wait_for(until, what, 90)


@pytest.mark.parametrize("place", range(FAULTS))
def test_files_on_disks_that_do_not_take_them(tmp_path: Path, place: int) -> None:
    """Of the host, of whoever attached them and of whoever reads them, all at once."""
    machines, ticket = joined(tmp_path, *PEOPLE)
    chance, numbers = Random(f"files {SEED} {place}"), range(0, NOTES, EVERY)
    traces = [fails_files(machines, name, numbers, chance) for name in (DESK, *PEOPLE)]
    with machines.serving():
        ana, luis = (
            machines.writer(name, ticket, APART * at, EVERY) for at, name in enumerate(PEOPLE)
        )
        ana.writes(NOTES)
        ana.listens(NOTES)
        all_there([ana, luis])
        for one in (ana, luis):
            wait_for(lambda one=one: one.files() == [*numbers], f"{one.name}'s files", 90)
        assert ana.tells()["told"], "it was kept from its person that the disk does not take a file"
        ana.stop()
        luis.stop()
    assert all(map(struck, traces))
    assert "could not be kept" in "".join(
        one.read_text() for one in machines.profile(DESK).logs.iterdir()
    )
    for name in (DESK, *PEOPLE):
        kept = FileBlobs(machines.profile(name).blobs)
        assert len([kept.get(sha256) for sha256 in kept]) == len(numbers)
        assert not [*machines.profile(name).blobs.rglob(".part-*")]


def fails_files(machines: Machines, name: str, numbers: Sequence[int], chance: Random) -> Path:
    """From now on that machine's disk often does not take the files of these notes; where it is told when."""
    profile, trace = machines.profile(name), machines.folder / f"{name}.trace"
    ana = Membership.decode(machines.profile("ana").team.read_bytes()).agent_id
    incoming = profile.incoming / ana if name == DESK else profile.incoming
    files: list[Path] = []
    for number in numbers:
        sha256 = hashlib.sha256(content(number)).hexdigest()
        files += [*blob_files(profile.blobs, sha256), incoming / f"{sha256}.part"]
    fails = (
        strikes(chance, 1) if name == DESK else strikes(chance)
    )  # it asks for two seconds each time
    program = (sys.executable, "-m", "tests.support.known_parts")
    machines.under[name] = [*under(fails, files, trace), *program]
    return trace
