"""How much is kept here: whole threads fall out of the window, and come when it is made larger."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.messages import AddNote, AttachmentRef, SaveDraft
from deskapp.core.commands.team import MoveTicket
from deskapp.core.commands.tickets import AssignTicket, MergeTickets, SetStatus, SnoozeTicket
from deskapp.models.dto import Address
from deskapp.models.enums import TicketStatus
from deskapp.sync.protocol.messages import BootstrapPage
from deskapp.sync.protocol.residency import DAY_MS, EVERYTHING
from deskapp.sync.protocol.tables import PARTS
from deskapp.sync.replica.replica import Replica
from deskapp.sync.replica.status import Status
from deskapp.sync.replica.transport import Unreachable
from tests.support.sync_disk import Crash
from tests.support.sync_world import (
    Desk,
    Machine,
    derived_faults,
    differences,
    undone_dump,
    word_faults,
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    desk.box = desk.ids.new()  # type: ignore[attr-defined]
    desk.do(
        SaveAccount(account_id=desk.box, name="T", address="tienda@taller.test", settings={})  # type: ignore[attr-defined]
    )
    yield desk
    desk.close()


def ticket(desk: Desk, name: str = "ana", *, solved: bool = True, text: str = "hola") -> str:
    sender = Address(name.title(), f"{name}@correo.test")
    uid = str(desk.mail(desk.box, sender=sender, text=text).result["ticket_id"])  # type: ignore[attr-defined]
    if solved:
        desk.do(SetStatus(ticket_ids=(uid,), status=TicketStatus.SOLVED), desk.agents[0])
    return uid


def days(desk: Desk, count: float) -> None:
    desk.clock.advance(int(count * DAY_MS))


def whole(machine: Machine) -> None:
    """Every ticket that is here has all that the desk has of it; what is derived fits."""
    ours, theirs = undone_dump(machine.replica), machine.desk.visible(machine.agent_id)
    here = ours["ticket"].keys()
    said = {uid: dict(row)["ticket_id"] for uid, row in theirs["message"].items()}  # type: ignore[arg-type]

    def thread(entity: str, uid: str, row: Any) -> str:
        if entity == "message_html":
            return said[uid]
        if entity == "attachment":
            return said.get(dict(row)["message_id"], "")
        return uid if entity == "ticket" else dict(row)["ticket_id"]

    threads = ("ticket", *PARTS, "attachment", "message_html")
    kept = {e: {u: r for u, r in theirs[e].items() if thread(e, u, r) in here} for e in threads}
    assert differences({e: ours[e] for e in threads}, kept) == []
    assert word_faults(machine.replica, machine.desk) == []
    with machine.replica.cache.reading() as connection:
        assert derived_faults(connection) == []


def test_whole_threads_fall_out_of_the_window(desk: Desk, machine: Machine) -> None:
    old = ticket(desk, "ana", text="respuesta urgente")
    open_one, mine, snoozed = ticket(desk, "eva", solved=False), ticket(desk, "luis"), ticket(desk)
    desk.do(AssignTicket(ticket_ids=(mine,), agent_id=desk.agents[1]), desk.agents[0])
    desk.do(SetStatus(ticket_ids=(snoozed,), status=TicketStatus.OPEN), desk.agents[0])
    until = desk.clock.now() + 500 * DAY_MS
    desk.do(SnoozeTicket(ticket_ids=(snoozed,), until=until), desk.agents[0])
    machine.step()
    assert set(machine.uids("ticket")) == {old, open_one, mine, snoozed}
    days(desk, 89)
    machine.step()
    assert old in machine.uids("ticket")
    days(desk, 2)
    young = ticket(desk, "nora")
    machine.step()
    assert set(machine.uids("ticket")) == {open_one, mine, snoozed, young}
    assert machine.replica.status.since == desk.clock.now() - 90 * DAY_MS
    whole(machine)


def test_the_window_is_chosen_and_survives_a_rebuild(desk: Desk, machine: Machine) -> None:
    old, young = ticket(desk), None
    days(desk, 40)
    young = ticket(desk, "eva")
    machine.step()
    machine.replica.choose_window(30)
    machine.step()
    assert machine.uids("ticket") == [young]
    machine.restart()
    machine.replica.rebuild()
    machine.step()
    assert machine.uids("ticket") == [young]
    machine.replica.choose_window(90)
    machine.step()
    assert set(machine.uids("ticket")) == {old, young}
    whole(machine)


def test_a_larger_window_fetches_what_is_older_and_nothing_else(
    desk: Desk, machine: Machine
) -> None:
    oldest = ticket(desk)
    home = desk.departments[1]
    desk.do(MoveTicket(ticket_id=oldest, department_id=home), desk.agents[0])
    days(desk, 300)
    middle = ticket(desk, "luis")
    days(desk, 200)
    for n in range(8):
        ticket(desk, f"n{n}")
    machine.step()
    assert len(machine.uids("ticket")) == 8
    came: list[str] = []
    stream = machine.transport.bootstrap

    def listen(scope: str, token: str, days: int, until: int = 0) -> Iterator[BootstrapPage]:
        for page in stream(scope, token, days, until):
            came.extend(row[0] for rows in page.tables for row in rows.rows)
            yield page

    machine.transport.bootstrap = listen  # type: ignore[method-assign]
    machine.replica.choose_window(365)
    machine.step()
    assert len(machine.uids("ticket")) == 9
    assert set(came) & set(desk.uids("ticket")) == {middle}
    machine.replica.choose_window(EVERYTHING)
    machine.step()
    assert machine.replica.status.since == 0
    assert {oldest, middle} <= set(machine.uids("ticket"))
    assert differences(machine.dump(), desk.visible(machine.agent_id)) == []
    whole(machine)


def test_a_fetch_of_what_is_older_goes_on_after_a_break(desk: Desk, machine: Machine) -> None:
    for n in range(30):
        ticket(desk, f"n{n}")
    days(desk, 200)
    machine.step()
    assert machine.uids("ticket") == []
    machine.transport.page = 7  # type: ignore[attr-defined]
    machine.replica.choose_window(365)
    stream = machine.transport.bootstrap

    def broken(scope: str, token: str, days: int, until: int = 0) -> Iterator[BootstrapPage]:
        for n, page in enumerate(stream(scope, token, days, until)):
            if n == 4:
                raise Unreachable("broken off")
            yield page

    machine.transport.bootstrap = broken  # type: ignore[method-assign]
    for _ in range(60):
        try:
            machine.step()
            break
        except Unreachable:
            machine.restart()
    assert len(machine.uids("ticket")) == 30
    whole(machine)


def test_what_was_not_sent_a_draft_and_what_is_looked_at_stay(desk: Desk, machine: Machine) -> None:
    waits, typed, looked, left = (ticket(desk, f"n{n}") for n in range(4))
    refused = ticket(desk, "eva")
    machine.step()
    machine.do(AddNote(ticket_id=waits, message_id=desk.ids.new(), body="nota"))
    machine.do(SaveDraft(ticket_id=typed, mode="reply", body="a medias"))
    bad = AddNote(ticket_id=refused, message_id=desk.ids.new(), body="no")
    machine.do(bad)
    entry = machine.replica.outbox.pending[-1]
    machine.replica.outbox.settle([], {entry.id: ("not_allowed", {})}, desk.clock.now())
    machine.replica._upkeep._in_use = lambda: (looked,)
    days(desk, 200)
    # The note is not sent before the window is looked at: what is kept of it must not fall out meanwhile.
    machine.replica.status = _later(machine)
    while machine.replica.tend():
        continue
    assert set(machine.uids("ticket")) == {waits, typed, looked, refused}
    assert left not in machine.uids("ticket")
    machine.step()
    whole(machine)


def _later(machine: Machine) -> Status:
    return replace(machine.replica.status, complete_to=machine.desk.clock.now())


def test_what_was_merged_stays_with_where_it_shows(desk: Desk, machine: Machine) -> None:
    child, root = ticket(desk, "ana"), ticket(desk, "luis")
    desk.do(MergeTickets(ticket_ids=(child,), into_id=root), desk.agents[0])
    machine.step()
    desk.do(SetStatus(ticket_ids=(root,), status=TicketStatus.OPEN), desk.agents[0])
    days(desk, 200)
    machine.step()
    assert set(machine.uids("ticket")) == {child, root}
    machine.replica.rebuild()
    machine.step()
    assert set(machine.uids("ticket")) == {child, root}
    desk.do(SetStatus(ticket_ids=(root,), status=TicketStatus.SOLVED), desk.agents[0])
    days(desk, 200)
    machine.step()
    assert machine.uids("ticket") == []
    desk.do(AddNote(ticket_id=root, message_id=desk.ids.new(), body="otra vez"), desk.agents[0])
    machine.step()
    assert set(machine.uids("ticket")) == {child, root}
    whole(machine)


def test_a_file_that_is_to_be_sent_stays_when_its_thread_goes(
    desk: Desk, machine: Machine, tmp_path: Path
) -> None:
    gone: set[str] = set()
    machine.replica._forget_blobs = gone.update
    old, young = ticket(desk, "ana"), ticket(desk, "eva", solved=False)
    kept, let_go = "a" * 64, "b" * 64
    for sha in (kept, let_go):
        file = AttachmentRef(desk.ids.new(), "factura.pdf", "application/pdf", 3, sha)
        note = AddNote(ticket_id=old, message_id=desk.ids.new(), body="nota", attachments=(file,))
        desk.do(note, desk.agents[0])
    machine.step()
    again = AttachmentRef(desk.ids.new(), "factura.pdf", "application/pdf", 3, kept)
    machine.do(AddNote(ticket_id=young, message_id=desk.ids.new(), body="va", attachments=(again,)))
    days(desk, 200)
    machine.replica.status = _later(machine)
    while machine.replica.tend():
        continue
    assert machine.uids("ticket") == [young]
    assert let_go in gone
    assert kept not in gone


def with_file(desk: Desk, ticket_id: str, sha256: str) -> AddNote:
    file = AttachmentRef(desk.ids.new(), "factura.pdf", "application/pdf", 3, sha256)
    new = desk.ids.new
    return AddNote(ticket_id=ticket_id, message_id=new(), body="nota", attachments=(file,))


def test_files_that_were_to_go_when_the_machine_was_killed_go_at_its_next_start(
    desk: Desk, machine: Machine
) -> None:
    old, sha = ticket(desk, "ana"), "b" * 64
    desk.do(with_file(desk, old, sha), desk.agents[0])
    machine.step()

    def killed(_names: frozenset[str]) -> None:
        raise Crash

    machine.replica._forget_blobs = killed
    desk.do(MoveTicket(ticket_id=old, department_id=desk.departments[0]), desk.agents[0])
    with pytest.raises(Crash):
        machine.step()
    assert machine.uids("ticket") == []
    machine.close()
    gone: set[str] = set()
    again = Replica(
        machine.folder, agent_id=machine.agent_id, clock=machine.clock, ids=desk.ids,
        publish=machine.told.append, forget_blobs=gone.update,
    )  # fmt: skip
    again.close()
    assert sha in gone
    machine.open()


def test_files_go_with_a_cache_but_for_those_of_what_was_written_here(
    desk: Desk, machine: Machine
) -> None:
    kept: list[frozenset[str]] = []
    theirs, sent, unsent = "a" * 64, "b" * 64, "c" * 64
    one = ticket(desk, "ana", solved=False)
    desk.do(with_file(desk, one, theirs), desk.agents[0])
    machine.step()
    machine.do(with_file(desk, one, sent))
    machine.step()
    machine.do(with_file(desk, one, unsent))
    machine.replica._keep_blobs = kept.append
    machine.replica.rebuild()
    machine.replica.rebuild(shut_out=True)
    assert kept == [{sent, unsent}, {unsent}], (
        "the host may be restored: what it had is pushed again"
    )
