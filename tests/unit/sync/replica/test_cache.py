"""The cache: thrown away whenever it is in doubt, and nothing of what was lost stays in it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.messages import AddNote
from deskapp.core.commands.team import MoveTicket, SetMembership
from deskapp.models.dto import Address
from deskapp.sync.replica import derived, schema, squeezing
from deskapp.sync.replica.transport import Unreachable
from tests.support.sync_world import Desk, Machine, derived_faults, differences, word_faults

CANARY = "zqxcanarywordqxz"
PAGE = 4096


@pytest.fixture
def machine(desk: Desk, tmp_path: Path) -> Iterator[Machine]:
    box = desk.ids.new()
    desk.do(SaveAccount(account_id=box, name="T", address="tienda@taller.test", settings={}))
    for n in range(20):
        desk.mail(box, sender=Address("Ana", f"ana{n}@correo.test"), text=f"mensaje {n}")
    machine = Machine(desk, desk.agents[1], tmp_path / "one")
    machine.step()
    yield machine
    machine.close()


def test_a_program_that_is_started_again_finds_its_cache() -> None:
    command = "from deskapp.sync.replica import schema; print(schema.fingerprint())"
    again = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True)
    assert again.stdout.strip() == schema.fingerprint()


def agree(machine: Machine) -> None:
    assert differences(machine.dump(), machine.desk.visible(machine.agent_id)) == []
    with machine.replica.cache.reading() as connection:
        assert derived_faults(connection) == []


def bytes_of(machine: Machine) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(machine.folder.glob("cache.sqlite*")))


def test_a_lost_department_leaves_no_word(desk: Desk, machine: Machine) -> None:
    ticket = machine.uids("ticket")[0]
    home = desk.departments[1]
    for n in range(30):
        note = AddNote(ticket_id=ticket, message_id=desk.ids.new(), body=f"{CANARY} {n} " * 50)
        desk.do(note, desk.agents[0])
    desk.do(MoveTicket(ticket_id=ticket, department_id=home), desk.agents[0])
    machine.step()
    assert CANARY.encode() in bytes_of(machine)
    desk.do(SetMembership(agent_id=desk.agents[1], department_ids=()), desk.agents[0])
    machine.step()
    agree(machine)
    assert ticket not in machine.uids("ticket")
    assert CANARY[:8].encode() not in bytes_of(machine)


@pytest.mark.parametrize("pages", [1, 500])
def test_a_ticket_that_moves_out_of_sight_leaves_no_word(
    desk: Desk, machine: Machine, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    """However large the pieces are in which the index is written anew."""
    monkeypatch.setattr(squeezing, "PAGES", pages)
    ticket, *others = machine.uids("ticket")
    for n in range(30):
        for one in (ticket, *others[:3]):
            word = CANARY if one == ticket else "loza"
            body = f"{word} {n} {n * 7919:x} " * 50
            note = AddNote(ticket_id=one, message_id=desk.ids.new(), body=body)
            desk.do(note, desk.agents[0])
    machine.step()
    assert CANARY.encode() in bytes_of(machine)
    to = desk.departments[0]
    desk.do(MoveTicket(ticket_id=ticket, department_id=to), desk.agents[0])
    machine.step()
    assert ticket not in machine.uids("ticket")
    assert CANARY[1:].encode() not in bytes_of(machine)
    agree(machine)
    assert word_faults(machine.replica, desk, ("loza", "mensaje")) == []


def goes(machine: Machine, ticket: str, word: str) -> bool:
    """Whether the words of a ticket that moves out of sight have gone with it."""
    desk = machine.desk
    note = AddNote(ticket_id=ticket, message_id=desk.ids.new(), body=word)
    desk.do(note, desk.agents[0])
    machine.step()
    assert word.encode() in bytes_of(machine)
    desk.do(MoveTicket(ticket_id=ticket, department_id=desk.departments[0]), desk.agents[0])
    machine.step()
    return word[1:].encode() not in bytes_of(machine)


def test_a_large_index_is_not_written_anew_for_every_ticket(
    desk: Desk, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It rests in between; what was lost for good does not wait, nor does a program that is started again."""
    monkeypatch.setattr(squeezing, "FEW", 0)
    merge = derived.merge

    def slow(*args: Any) -> bool:
        desk.clock.advance(1_000)
        return merge(*args)

    monkeypatch.setattr(derived, "merge", slow)
    one, other, third = machine.uids("ticket")[:3]

    assert goes(machine, one, "unocanary")
    assert not goes(machine, other, "otrocanary")
    machine.restart()
    assert b"trocanary" not in bytes_of(machine)
    assert not machine.replica.waits
    desk.clock.advance(3_600_000)
    assert goes(machine, third, "trescanary")


def test_a_clock_that_is_set_back_keeps_no_word(machine: Machine) -> None:
    for ticket, word in zip(machine.uids("ticket"), ("unocanary", "otrocanary"), strict=False):
        assert goes(machine, ticket, word)
        machine.clock.beside -= 365 * 86_400_000


@pytest.mark.parametrize("seed", range(10))
def test_a_corrupted_cache_is_fetched_again_and_what_waits_is_kept(
    desk: Desk, machine: Machine, seed: int
) -> None:
    random = Random(seed)
    note = AddNote(ticket_id=machine.uids("ticket")[0], message_id=desk.ids.new(), body="nota")
    machine.do(note)
    machine.close()
    path = machine.folder / "cache.sqlite"
    data = bytearray(path.read_bytes())
    at = random.randrange(0, len(data), PAGE)
    how = seed % 5
    if how == 0:
        data[at : at + PAGE] = bytes(PAGE)
    elif how == 1:
        data[at : at + PAGE] = random.randbytes(PAGE)
    elif how == 2:
        del data[at:]
    elif how == 3:
        data[:] = b"SQLite format 3\0" + random.randbytes(100)
    else:
        data[at] ^= 0xFF
    path.write_bytes(data)
    machine.open()
    machine.step()
    agree(machine)
    assert note.message_id in machine.uids("message")
    assert not machine.replica.outbox.pending


def test_the_cache_of_another_agent_is_not_used(desk: Desk, machine: Machine) -> None:
    machine.close()
    machine.agent_id = desk.agents[0]
    machine.open()
    assert machine.replica.status.made == "agent"
    assert machine.uids("ticket") == []


def test_a_new_epoch_gets_everything_that_was_accepted_once_more(
    desk: Desk, machine: Machine
) -> None:
    note = AddNote(ticket_id=machine.uids("ticket")[0], message_id=desk.ids.new(), body="nota")
    machine.do(note)
    machine.step()
    machine.replica.start("e" * 32)
    assert [entry.command() for entry in machine.replica.outbox.pending] == [note]


def test_what_waited_long_drains(desk: Desk, machine: Machine) -> None:
    tickets = machine.uids("ticket")
    for n in range(150):
        ticket = tickets[n % len(tickets)]
        machine.do(
            AddNote(ticket_id=ticket, message_id=desk.ids.new(), body=f"nota {n}"), offline=True
        )
    machine.step()
    assert not machine.replica.outbox.pending
    assert not machine.replica.outbox.refused
    agree(machine)


def test_what_the_host_answered_before_the_line_broke_is_kept(desk: Desk, machine: Machine) -> None:
    """On a line that never holds for long, a long queue still gets shorter."""
    (ticket, *_) = machine.uids("ticket")
    for n in range(300):
        note = AddNote(ticket_id=ticket, message_id=desk.ids.new(), body=f"nota {n}")
        machine.do(note, offline=True)
    sync, left = machine.transport.sync, [2]

    def breaks(request: Any) -> Any:
        if not left[0]:
            raise Unreachable("broken")
        left[0] -= 1
        return sync(request)

    machine.transport.sync = breaks  # type: ignore[method-assign]
    with pytest.raises(Unreachable):
        machine.step()
    assert len(machine.replica.outbox.pending) == 200
    machine.transport.sync = sync  # type: ignore[method-assign]
    machine.step()
    assert not machine.replica.outbox.pending
    agree(machine)
