"""What is here is compared with the host; what differs, whatever it is, is found and fetched again.

DESKAPP_DIVERGENCES says how many are planted; DESKAPP_SEED with which to begin.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.messages import AddNote, SaveDraft
from deskapp.core.commands.rooms import OpenRoom, PostInRoom
from deskapp.core.commands.team import MoveTicket
from deskapp.core.commands.tickets import AddTags, AssignTicket, MergeTickets, SetStatus
from deskapp.models import tables as t
from deskapp.models.dto import Address
from deskapp.models.enums import TicketStatus
from deskapp.sync.protocol.residency import DAY_MS
from deskapp.sync.protocol.tables import ENTITIES, STAYS
from deskapp.sync.replica import checking
from deskapp.sync.replica.cache import raw_of
from deskapp.sync.replica.checking import HOUR_MS
from deskapp.sync.server import sums
from tests.conftest import ExpectLog
from tests.support.sync_world import Desk, Machine, derived_faults, differences, word_faults

SEEDS = int(os.environ.get("DESKAPP_DIVERGENCES", "12"))
FIRST = int(os.environ.get("DESKAPP_SEED", "0"))
DIFFERS = "differs from the host"

BARE = {"ticket_access", "merge_dismissal", "ticket_tag", "contact_tag", "membership"}
"""Nothing in these rows but references."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with something in most tables."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    admin, me, other = desk.agents
    box, new = desk.ids.new(), desk.ids.new
    desk.do(SaveAccount(account_id=box, name="T", address="tienda@taller.test", settings={}))
    tickets = []
    for n in range(12):
        sender = Address(f"Ana {n}", f"ana{n % 9}@correo.test")
        found = desk.mail(box, sender=sender, text=f"falta una taza {n}", html=f"<p>taza {n}</p>")
        tickets.append(str(found.result["ticket_id"]))
    for n, ticket in enumerate(tickets):
        desk.do(AddNote(ticket_id=ticket, message_id=new(), body=f"nota {n}"), admin)
        desk.do(AddTags(ticket_ids=(ticket,), tags=(("VIP", "urgente")[n % 2],)), admin)
        if n % 3:
            desk.do(MoveTicket(ticket_id=ticket, department_id=desk.departments[n % 2]), admin)
    desk.do(AssignTicket(ticket_ids=tuple(tickets[:4]), agent_id=me), admin)
    desk.do(AssignTicket(ticket_ids=tuple(tickets[4:6]), agent_id=other), admin)
    desk.do(SetStatus(ticket_ids=(tickets[3],), status=TicketStatus.SOLVED), admin)
    desk.do(MergeTickets(ticket_ids=(tickets[6],), into_id=tickets[9]), admin)
    room = str(
        desk.do(OpenRoom(room_id=new(), kind="group", member_ids=(me,), name="r"), admin).result[
            "room_id"
        ]
    )
    desk.do(PostInRoom(room_id=room, message_id=new(), body="hola"), admin)
    yield desk
    desk.close()


@pytest.fixture
def machine(desk: Desk, tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(desk, desk.agents[1], tmp_path / "one")
    machine.step()
    yield machine
    machine.close()


def agree(machine: Machine) -> None:
    assert differences(machine.dump(), machine.desk.visible(machine.agent_id)) == []
    assert word_faults(machine.replica, machine.desk) == []
    with machine.replica.cache.reading() as connection:
        assert derived_faults(connection) == []


def filled(machine: Machine) -> list[str]:
    with machine.replica.cache.reading() as connection:
        raw = raw_of(connection)
        return [e for e in ENTITIES if raw.execute(f"SELECT 1 FROM {e}").fetchone()]


def change(raw: Any, entity: str, random: Random) -> str:
    """Another value in some column of some row, as a bug or a bit would."""
    table = t.metadata.tables[entity]
    (uid,) = random.choice(raw.execute(f"SELECT uid FROM {entity}").fetchall())
    stays = {"id", "uid", "seq"} | STAYS.get(entity, set())
    plain = [
        c for c in table.columns if c.name not in stays and not c.foreign_keys and not is_json(c)
    ]
    column = random.choice(plain)
    (old,) = raw.execute(f'SELECT "{column.name}" FROM {entity} WHERE uid = ?', (uid,)).fetchone()
    new = (1 - old if old in (0, 1) else old + 1) if isinstance(old, int) else f"{old or ''}x"
    raw.execute(f'UPDATE {entity} SET "{column.name}" = ? WHERE uid = ?', (new, uid))
    return f"{entity}.{column.name} of {uid}: {old!r} became {new!r}"


def is_json(column: Any) -> bool:
    return "JSON" in str(column.type)


def lose(raw: Any, entity: str, random: Random) -> str:
    (uid,) = random.choice(raw.execute(f"SELECT uid FROM {entity}").fetchall())
    raw.execute(f"DELETE FROM {entity} WHERE uid = ?", (uid,))
    return f"{entity} {uid} is gone"


def add(raw: Any, entity: str, random: Random) -> str:
    """A row that the host does not have: another one's twin."""
    table = t.metadata.tables[entity]
    (uid,) = random.choice(raw.execute(f"SELECT uid FROM {entity}").fetchall())
    names = ", ".join(f'"{c.name}"' for c in table.columns if c.name not in ("id", "uid"))
    twin = f"{random.randrange(16**32):032x}"
    (last,) = raw.execute(f"SELECT max(id) FROM {entity}").fetchone()
    raw.execute(
        f"INSERT INTO {entity}(id, uid, {names}) SELECT ?, ?, {names} FROM {entity} WHERE uid = ?",
        (last + 1_000, twin, uid),
    )
    if entity in ("message", "ticket_event"):
        raw.execute(f"UPDATE {entity} SET position = position + 1 WHERE uid = ?", (twin,))
    return f"{entity} {twin} should not be"


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SEEDS))
def test_whatever_differs_is_found_and_fetched_again(
    desk: Desk, machine: Machine, seed: int, expect_log: ExpectLog
) -> None:
    random = Random(seed)
    agree(machine)
    wrong = (change, lose, add)[seed % 3]
    entities = [e for e in filled(machine) if wrong is not change or e not in BARE]
    entity = random.choice(entities)
    note = AddNote(ticket_id=machine.uids("ticket")[0], message_id=desk.ids.new(), body="mía")
    with machine.replica.cache.begin() as connection:
        what = wrong(raw_of(connection), entity, random)
    machine.replica._keys.forget()
    draft = SaveDraft(ticket_id=machine.uids("ticket")[1], mode="note", body="a medias")
    machine.submit(draft)
    before = machine.replica.status.repaired_at
    desk.clock.advance(2 * HOUR_MS)
    expect_log(DIFFERS)
    machine.step()
    assert machine.replica.status.repaired_at > before, f"seed {seed}: {what} was not found"
    assert machine.replica.outbox.drafts
    machine.submit(note)
    machine.step()
    machine.replica.outbox.add([], dict.fromkeys([draft.ticket_id]))
    machine.replica._rebase(())
    agree(machine)


def test_what_is_right_stays_as_it_is(desk: Desk, machine: Machine) -> None:
    asked: list[Any] = []
    sync = machine.transport.sync

    def listen(request: Any) -> Any:
        asked.append(request.check)
        return sync(request)

    machine.transport.sync = listen  # type: ignore[method-assign]
    machine.step()
    assert not any(getattr(one, "scope", "") for one in asked)  # it was done after the first copy
    desk.clock.advance(2 * HOUR_MS)
    machine.submit(SaveDraft(ticket_id=machine.uids("ticket")[1], mode="note", body="a medias"))
    machine.step()
    scopes = {one.scope for one in asked if getattr(one, "scope", "")}
    assert scopes == set(machine.replica.bootstrap.cursors)
    assert machine.replica.status.repaired_at == 0


def test_slices_of_any_size_cover_everything(
    desk: Desk, machine: Machine, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    monkeypatch.setattr(checking, "AT_ONCE", 10_000)
    monkeypatch.setattr("deskapp.sync.replica.follow.AT_ONCE", 10_000)
    monkeypatch.setattr(sums.sums_of, "__defaults__", (3,))
    desk.clock.advance(2 * HOUR_MS)
    machine.step()
    assert machine.replica.status.repaired_at == 0
    with machine.replica.cache.begin() as connection:
        add(raw_of(connection), "ticket_event", Random(1))
    machine.replica._keys.forget()
    desk.clock.advance(2 * HOUR_MS)
    expect_log(DIFFERS)
    machine.step()
    assert machine.replica.status.repaired_at
    agree(machine)


def test_what_cannot_be_mended_is_not_fetched_for_ever(
    desk: Desk, machine: Machine, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    """A bug in the comparison itself must not keep the host busy."""
    fetched: list[str] = []
    stream = machine.transport.bootstrap

    def listen(scope: str, token: str, days: int, until: int = 0) -> Any:
        fetched.append(scope)
        return stream(scope, token, days, until)

    machine.transport.bootstrap = listen  # type: ignore[method-assign]
    monkeypatch.setattr("deskapp.sync.replica.upkeep.differing", lambda *_: "ticket")
    expect_log(DIFFERS)
    for _ in range(5):
        desk.clock.advance(2 * HOUR_MS)
        machine.step()
    assert sorted(fetched) == sorted(machine.replica.bootstrap.cursors)
    agree(machine)


def test_what_is_older_than_the_window_is_not_compared(desk: Desk, machine: Machine) -> None:
    desk.clock.advance(100 * DAY_MS)
    machine.replica._upkeep._in_use = lambda: machine.uids("ticket")
    machine.step()
    assert machine.replica.status.since > 0
    desk.clock.advance(2 * HOUR_MS)
    machine.step()
    assert machine.replica.status.repaired_at == 0
