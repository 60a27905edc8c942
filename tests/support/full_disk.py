"""A colleague's machine that writes on a failing disk: `python -m tests.support.full_disk prepare|write FOLDER …`.

`prepare FOLDER` puts a machine with a copy of a desk there. `write FOLDER COUNT` notes 1, 2, 3… at it, with nobody to
send them to, and prints `kept N` for what was acknowledged, `refused N` for what the disk did not take; it goes on in
the same process either way.
"""

import sys
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
from sqlalchemy.exc import DBAPIError

from deskapp.core.commands.messages import AddNote
from tests.support.sync_start import begin, joined
from tests.support.sync_world import Machine


def prepare(folder: Path) -> None:
    joined(folder / "0", 0, 1, 0)


def write(folder: Path, count: int) -> None:
    desk = begin(folder / "elsewhere", 0, 1, 2_000)
    machine = Machine(desk, desk.agents[1], folder / "0")
    (ticket,) = machine.uids("ticket")
    for number in range(1, count + 1):
        note = AddNote(ticket_id=ticket, message_id=desk.ids.new(), body=f"nota {number}" * 200)
        try:
            assert machine.submit(note, offline=True).ok
        except (sqlite.Error, DBAPIError) as error:
            print("refused", number, type(error).__name__, flush=True)
        else:
            print("kept", number, flush=True)
    machine.close()
    desk.close()


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(Path(sys.argv[2]))
    else:
        Path(sys.argv[2], "elsewhere").mkdir(exist_ok=True)
        write(Path(sys.argv[2]), int(sys.argv[3]))
