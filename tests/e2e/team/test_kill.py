"""A colleague's machine that is switched off in the middle of its work, with and without a host."""

import subprocess
import sys
from pathlib import Path

import pytest

from deskapp.app.joining import join
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from tests.support.team_rig import Colleague, Team, texts
from tests.support.waiting import wait_for

ROOT = Path(__file__).parents[3]
ROUNDS = 3


@pytest.mark.parametrize("reachable", [True, False])
def test_a_killed_machine_loses_and_doubles_nothing(
    taller: Team, tmp_path: Path, reachable: bool
) -> None:
    ticket = taller.host.ticket()
    invitation = taller.host.invite(taller.host.agent("ana"))
    keys = tmp_path / "keys"
    ana = Colleague(Profile(tmp_path / "ana"), FileKey(keys))
    join(ana.profile, invitation.link, keys=ana.keys)
    ana.open()
    ana.sees(ticket)
    ana.close()
    if not reachable:
        taller.host.deafen()
    acknowledged: list[int] = []
    for _round in range(ROUNDS):
        first = (
            acknowledged[-1] + 1_000 if acknowledged else 1
        )  # one more may have been kept unsaid
        acknowledged += killed_after(30, ana.profile, keys, ticket, first)
    if not reachable:
        taller.host.listen()
    ana.open()
    ana.wait_online()
    wait_for(lambda: ana.workspace.connection.unsent == 0, "all of it at the host", 30)
    notes = [int(text) for text in texts(taller.host.workspace, ticket, 2_000)]
    ana.close()
    assert len(notes) == len(set(notes)), "doubled"
    assert set(acknowledged) <= set(notes), "lost"
    assert notes == sorted(notes), "out of order"


def killed_after(count: int, profile: Profile, keys: Path, ticket: str, first: int) -> list[int]:
    """Let it write, kill it in the middle of the next; what it had said was kept."""
    command = [sys.executable, "-m", "tests.support.team_writer"]
    given = [str(profile.folder), str(keys), ticket, str(first)]
    process = subprocess.Popen([*command, *given], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    with process, process.stdout:
        said = [int(process.stdout.readline()) for _ in range(count)]
        process.kill()
        said += [int(line) for line in process.stdout.read().splitlines()]
    return said
