"""Programs that write on a failing disk: `python -m tests.support.full_disk WHAT FOLDER [COUNT]`.

Each notes 1, 2, 3… and prints `kept N` for what was acknowledged, `refused N WHY` for what the disk did not take; it
goes on in the same process either way.

`write`: at a colleague's machine (`prepare` puts one there) with nobody to send them to. `desk`: at the desk itself,
with files. Both on a disk that something else makes fail. `small`, `reopen`: on one of their own, a few MiB large,
that they fill to the last byte and empty again (`on_small_disk` runs them); they tell what they see as JSON.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
from sqlalchemy.exc import DBAPIError

from deskapp.app.bootstrap import Desk, open_desk
from deskapp.app.errors import as_known
from deskapp.core.commands.contacts import CreateContact
from deskapp.core.commands.messages import AddNote, AttachmentRef
from deskapp.core.commands.tickets import CreateTicket
from deskapp.core.queries.views import ALL, TicketIds, TicketRows
from deskapp.models.dialect import SQLITE
from deskapp.models.disk import StorageProblem
from deskapp.models.enums import Channel
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from tests.support.sync_start import begin, joined
from tests.support.sync_world import Machine

ROOT = Path(__file__).parents[2]
WAIT_S = 60
FILES = 3
"""Every so-manieth note has a file."""
REFUSED = (sqlite.Error, DBAPIError, StorageProblem, OSError)


def prepare(folder: Path) -> None:
    joined(folder / "0", 0, 1, 0, SQLITE)


@contextmanager
def colleague(folder: Path) -> Iterator[Machine]:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    desk = begin(elsewhere, 0, 1, 2_000, SQLITE)
    machine = Machine(desk, desk.agents[1], folder / "0")
    yield machine
    machine.close()
    desk.close()


def say(number: int, error: Exception | None) -> None:
    if error is None:
        print("kept", number, flush=True)
    else:
        known = as_known(error)
        why = getattr(error, "code", "") or (known.code if known else type(error).__name__)
        print("refused", number, why, flush=True)


def note_at(machine: Machine, number: int, ticket: str) -> bool:
    note = AddNote(ticket_id=ticket, message_id=machine.desk.ids.new(), body=f"nota {number}" * 200)
    try:
        assert machine.submit(note, offline=True).ok
    except REFUSED as error:
        say(number, error)
        return False
    say(number, None)
    return True


def write(folder: Path, count: int) -> None:
    with colleague(folder) as machine:
        (ticket,) = machine.uids("ticket")
        for number in range(1, count + 1):
            note_at(machine, number, ticket)


# At the desk ---------------------------------------------------------------------------------


def the_desk(folder: Path) -> Desk:
    return open_desk(Profile(folder / "desk"), FileKey(folder / "desk.keys"))


def prepare_desk(folder: Path) -> None:
    with the_desk(folder) as desk:
        workspace = desk.workspace
        contact = workspace.new_id()
        workspace.submit(CreateContact(contact_id=contact, name="Carmen")).result(WAIT_S)
        made = CreateTicket(
            ticket_id=workspace.new_id(), contact_id=contact, subject="Taza", channel=Channel.PHONE
        )
        assert workspace.submit(made).result(WAIT_S).ok


def content(number: int) -> bytes:
    """Of the file of a note."""
    return f"fichero {number} ".encode() * 1_000


def note(desk: Desk, number: int, ticket: str) -> bool:
    new, files = desk.workspace.new_id, []
    try:
        if number % FILES == 0:
            data = content(number)
            sha256 = desk.blobs.put(data)
            files.append(AttachmentRef(new(), "foto.jpg", "image/jpeg", len(data), sha256))
        body = f"nota {number} " + "y algo que decir " * 200
        command = AddNote(ticket_id=ticket, message_id=new(), body=body, attachments=tuple(files))
        assert desk.workspace.submit(command).result(WAIT_S).ok
    except REFUSED as error:
        say(number, error)
        return False
    say(number, None)
    return True


def ticket_of(desk: Desk) -> str:
    keys = desk.workspace.query(TicketIds(ALL)).result(WAIT_S).keys
    (row,) = desk.workspace.query(TicketRows(keys)).result(WAIT_S)
    return row.id


def write_at_desk(folder: Path, count: int) -> None:
    with the_desk(folder) as desk:
        ticket = ticket_of(desk)
        for number in range(1, count + 1):
            note(desk, number, ticket)


def there(path: Path) -> list[int]:
    """The notes that a desk's file holds; it must be sound, and no file of theirs missing or damaged."""
    db = sqlite.connect(str(path))
    try:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        bodies = db.execute("SELECT body FROM message WHERE body LIKE 'nota %'").fetchall()
        named = db.execute("SELECT sha256, size FROM attachment").fetchall()
    finally:
        db.close()
    for sha256, size in named:
        kept = path.parent / "blobs" / sha256[:2] / sha256[2:]
        assert kept.stat().st_size == size
    return [int(body.split()[1]) for (body,) in bodies]


# On a disk that is really full ---------------------------------------------------------------


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Not a byte is left within."""
    ballast = folder / "ballast"
    handle = os.open(ballast, os.O_WRONLY | os.O_CREAT)
    size = 1 << 20
    while size:
        try:
            os.write(handle, bytes(size))
        except OSError:
            size //= 2
    os.close(handle)
    yield
    ballast.unlink()


def small(folder: Path, _: int) -> None:
    prepare_desk(folder)
    told: dict[str, object] = {}
    with the_desk(folder) as desk:
        ticket, number = ticket_of(desk), 1
        assert note(desk, number, ticket)
        with full(folder):
            while note(desk, number := number + 1, ticket):  # the log has room of its own
                pass
            told["trouble"] = desk.workspace.connection.trouble
            note(desk, number := number + 1, ticket)
            told["reads"] = len(desk.workspace.query(TicketIds(ALL)).result(WAIT_S).keys)
        note(desk, number := number + 1, ticket)
        told |= {"last": number, "after": desk.workspace.connection.trouble}
    told["there"] = there(folder / "desk" / "desk.sqlite")
    with full(folder):
        try:
            the_desk(folder).close()
        except Exception as error:  # noqa: BLE001 - what the window or the command line would say
            known = as_known(error)
            told["start"] = known.code if known else repr(error)
    print(json.dumps(told))


def reopen(folder: Path, count: int) -> None:
    prepare(folder)
    with colleague(folder) as machine:
        (ticket,) = machine.uids("ticket")
        for number in range(1, count + 1):
            assert note_at(machine, number, ticket)
        before = machine.dump()
        machine.close()
        with full(folder):
            machine.open()
            told = {
                "pending": len(machine.replica.outbox.pending),
                "aside": str(machine.replica.outbox.set_aside or ""),
                "made": machine.replica.status.made,
                "same": machine.dump() == before,
                "trouble": machine.replica.status.trouble,
            }
            while note_at(machine, number := number + 1, ticket):
                pass
            told["refused"] = machine.replica.status.trouble
        note_at(machine, number := number + 1, ticket)
        shown = [dict(row)["body"] for row in machine.dump()["message"].values()]
        told |= {
            "after": machine.replica.status.trouble,
            "kept": len(machine.replica.outbox.pending),
            "shown": sum(str(body).startswith("nota ") for body in shown),
        }
    print(json.dumps(told))


def on_small_disk(
    folder: Path, mib: int, what: str, count: int = 0
) -> tuple[list[list[str]], dict[str, object]]:
    """Run one of these in `folder` as a disk of its own; what was kept and refused, and what it told at the end."""
    program = [sys.executable, "-m", "tests.support.full_disk", what, str(folder), str(count)]
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mib}m", "small", folder], check=True)
    try:
        done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=120)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
    assert done.returncode == 0, done.stderr
    *lines, last = done.stdout.splitlines()
    return [line.split() for line in lines], json.loads(last)


def under(fault: str | Sequence[str], files: Sequence[Path], trace: Path) -> list[str]:
    """What to put before a program whose calls on these files are to fail: `fault` as strace's inject= takes it.

    Several faults are of different calls.
    """
    faults = [fault] if isinstance(fault, str) else fault
    paths = [word for file in files for word in ("-P", str(file))]
    calls = ",".join(one.partition(":")[0] for one in faults)
    injected = [word for one in faults for word in ("-e", f"inject={one}")]
    return [
        *("strace", "-D", "-f", "-qq", "-o", str(trace), *paths),
        *("-e", f"trace={calls}", *injected),
    ]


PROGRAMS = {"write": write, "desk": write_at_desk, "small": small, "reopen": reopen}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
