"""Where histories begin: a desk with a mailbox and a first mail, and machines that have it. Made once for each kind."""

import shutil
import tempfile
from functools import cache
from pathlib import Path
from random import Random

from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.team import SetAccountDepartment
from tests.support import sync_work as work
from tests.support.sync_desk import Desk
from tests.support.sync_line import Line
from tests.support.sync_store import CHOSEN
from tests.support.sync_world import Machine

HOMES = (None, 0, None, 1)
"""In which department mail comes in, by the seed."""


@cache
def _made(machines: int, home: int | None, kind: str) -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name)
    desk = Desk(path, agents=1 + machines, kind=kind)
    box = desk.ids.new()
    desk.do(SaveAccount(account_id=box, name="T", address="t@taller.test", settings={}))
    if home is not None:
        department = desk.departments[home]
        desk.do(SetAccountDepartment(account_id=box, department_id=department))
    work.mail(Random(0), desk, box)
    for n, agent_id in enumerate(desk.agents[1:]):
        line = Line(desk, agent_id, desk.ids.new())
        machine = Machine(desk, agent_id, path / str(n), line)
        machine.step()
        machine.close()
    desk.close()
    return folder


def begin(folder: Path, seed: int, machines: int, rows: int, kind: str) -> Desk:
    """The desk of a history, in `folder`, after its first mail."""
    made = Path(_made(machines, HOMES[seed % 4], kind).name)
    desk = Desk(folder, seed, 1 + machines, rows, template=made, kind=kind)
    desk.mails = 1
    return desk


def joined(folder: Path, seed: int, machines: int, number: int, kind: str) -> None:
    """Put there the files of a machine that has all that the desk had at the beginning."""
    made = Path(_made(machines, HOMES[seed % 4], kind).name)
    shutil.copytree(made / str(number), folder)


def prepare(machines: int = 2) -> None:
    """Make all of them now: whatever is changed in the program afterwards is not in them."""
    for home in set(HOMES):
        _made(machines, home, CHOSEN)
