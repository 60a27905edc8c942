"""The outbox: what was given here is kept, in its order, until the host has answered."""

from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from deskapp.core.commands.messages import AddNote
from deskapp.sync.replica.outbox import KEPT_MS, Entry, Outbox

NOW = 1_790_000_000_000


def note(n: int, *, quiet: bool = False) -> Entry:
    command = AddNote(ticket_id="t" * 32, message_id=f"{n:032x}", body=f"nota {n}")
    return Entry.of(command, f"{n:032x}", NOW + n, quiet=quiet)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite"


def test_what_waits_is_there_again_in_its_order(path: Path) -> None:
    outbox = Outbox(path)
    outbox.add([note(1), note(2)])
    outbox.add([note(3)], {"t" * 32: note(9)})
    outbox.close()
    again = Outbox(path)
    assert [entry.n for entry in again.pending] == [1, 2, 3]
    assert again.pending[0].command() == note(1).command()
    assert [(d.ticket_id, d.after) for d in again.drafts] == [("t" * 32, 3)]
    again.close()


def test_it_is_its_owners_alone(path: Path) -> None:
    Outbox(path).close()
    assert path.stat().st_mode & 0o077 == 0


def test_a_refused_command_stays_and_a_refused_mark_does_not(path: Path) -> None:
    outbox = Outbox(path)
    outbox.add([note(1), note(2, quiet=True), note(3)])
    refusal = ("newer_message", {"name": "Ana"})
    outbox.settle([note(3).id], {note(1).id: refusal, note(2).id: refusal}, NOW)
    assert [(e.id, e.code, e.params) for e in outbox.refused] == [(note(1).id, *refusal)]
    assert outbox.waiting.refused == 1
    outbox.close()
    again = Outbox(path)
    assert [e.code for e in again.refused] == ["newer_message"]
    assert again.retry(note(1).id, "f" * 32)
    assert [e.id for e in again.pending] == ["f" * 32]
    assert not again.refused
    again.close()


def test_what_was_accepted_is_pushed_again_for_a_week(path: Path) -> None:
    outbox = Outbox(path)
    outbox.add([note(1)])
    outbox.settle([note(1).id], {}, NOW)
    outbox.add([note(2)])
    outbox.settle([note(2).id], {}, NOW + KEPT_MS)
    outbox.add([note(3)])
    assert outbox.push_again(NOW + KEPT_MS + 1) == 1
    assert [e.id for e in outbox.pending] == [note(2).id, note(3).id]
    outbox.close()


def test_the_order_goes_on_after_all_is_gone(path: Path) -> None:
    outbox = Outbox(path)
    outbox.add([note(1), note(2)])
    outbox.discard(note(2).id)
    outbox.close()
    again = Outbox(path)
    again.add([note(3)])
    assert [e.n for e in again.pending] == [1, 3]
    again.close()


def test_what_waited_while_the_host_was_away_says_so(path: Path) -> None:
    outbox = Outbox(path)
    outbox.add([note(1)])
    outbox.went_offline()
    outbox.add([note(2)])
    assert [e.wire().offline for e in outbox.pending] == [True, False]
    outbox.close()
    again = Outbox(path)
    assert [e.offline for e in again.pending] == [True, False]
    again.close()


def test_a_damaged_file_is_put_aside_and_kept(path: Path) -> None:
    path.write_bytes(b"this was an outbox" * 500)
    outbox = Outbox(path)
    assert outbox.set_aside is not None
    assert outbox.set_aside.read_bytes().startswith(b"this was an outbox")
    outbox.add([note(1)])
    outbox.close()


def test_nothing_is_kept_of_a_group_that_the_disk_refuses(path: Path) -> None:
    outbox = Outbox(path)
    outbox.add([note(1)])
    with pytest.raises(sqlite.IntegrityError):
        outbox.add([note(2), note(1)])
    assert [e.id for e in outbox.pending] == [note(1).id]
    outbox.close()
