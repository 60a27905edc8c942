"""`deskapp serve` on a disk that is full, or fails, while colleagues write: nothing is lost, doubled or stuck.

DESKAPP_DISK_FAULTS says at how many places each strikes; DESKAPP_SEED where.
"""

import os
import subprocess
from pathlib import Path
from random import Random

import pytest

from tests.support.all_there import all_there
from tests.support.full_disk import under
from tests.support.machines import DESK, Machines, Writer
from tests.support.waiting import wait_for

pytestmark = pytest.mark.real
FAULTS = int(os.environ.get("DESKAPP_DISK_FAULTS", "1"))
SEED = int(os.environ.get("DESKAPP_SEED", "11"))
AGENT = "Ana Ruiz"
NOTES = 40


def joined(folder: Path) -> tuple[Machines, str]:
    """A desk that Ana's computer has joined, and a ticket of it."""
    machines = Machines(folder)
    ticket = machines.settle(AGENT)
    with machines.serving(AGENT) as server:
        machines.pair(server, {"ana": AGENT})
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
    machines, ticket = joined(tmp_path)
    first = 30 + Random(f"{SEED} {place}").randint(0, 40)
    lasts = first + 3  # over the next try, so that somebody who looks now and then sees it
    trace = fails(machines, f"pwrite64:error=ENOSPC:when={first}..{lasts}")
    server = machines.serve()
    ana = machines.writer("ana", ticket, 1)
    ana.writes(NOTES)
    ana.listens(NOTES)
    wait_for(lambda: struck(trace), "the disk to be full", 90)
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
    machines, ticket = joined(tmp_path)
    strikes = 8 + Random(f"{SEED} {place}").randint(0, 8)
    fails(machines, f"fdatasync,fsync:error=EIO:when={strikes}")
    server = machines.serve(stderr=subprocess.PIPE)
    ana = machines.writer("ana", ticket, 1)
    ana.writes(NOTES)
    ana.listens(NOTES)
    goes_on_writing(ana, server.process)
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


def goes_on_writing(writer: Writer, host: "subprocess.Popen[str]") -> None:
    """Until the host has ended."""

    def ended() -> bool:
        if host.poll() is None:
            writer.writes(1)
            writer.listens(1)
        return host.poll() is not None

    wait_for(ended, "the host to end", 90)
