"""One command's share of the transaction: ids that are taken, and rows that are read once."""

from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from deskapp.core.api import Rejected, Rejection
from deskapp.core.authority.tx import Actor, Tx
from deskapp.core.commands.contacts import CreateContact
from deskapp.models import tables as t
from deskapp.models.enums import ActorKind
from tests.support.desk import START, DeskRig, HandClock, SeededIds, open_rig


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)


@pytest.fixture
def connection(desk: DeskRig) -> Iterator[Connection]:
    with desk.authority.engine.begin() as connection:
        yield connection


@pytest.fixture
def tx(connection: Connection) -> Tx:
    ids, actor = SeededIds(HandClock(), 7), Actor(ActorKind.SYSTEM, None, "")
    return Tx(connection, now=START, seq=100, ids=ids, actor=actor, position=0)


def _contact(tx: Tx, name: str) -> int:
    return tx.insert(t.contact, name=name, created_at=START, updated_at=START)


def test_an_id_that_is_taken_refuses_its_command_alone(desk: DeskRig) -> None:
    taken = desk.new()
    ids = (taken, taken, desk.new())
    futures = [
        desk.workspace.submit(CreateContact(contact_id=uid, name=f"C{n}"))
        for n, uid in enumerate(ids)
    ]
    wait(futures, 30)
    refusals = [future.result().rejected for future in futures]
    assert [refusal and (refusal.code, refusal.params) for refusal in refusals] == [
        None,
        ("id_taken", {"id": taken}),
        None,
    ]
    assert desk.sql("SELECT name FROM contact ORDER BY id") == [("C0",), ("C2",)]


def test_what_one_device_was_answered_is_not_told_to_another(desk: DeskRig) -> None:
    command, command_id = CreateContact(contact_id=desk.new(), name="Ana"), desk.new()
    agent = desk.workspace.agent_id
    first = desk.authority.submit(command, agent, "one", command_id).result(90)
    again = desk.authority.submit(command, agent, "one", command_id).result(90)
    other = desk.authority.submit(command, agent, "two", command_id).result(90)
    assert again == first
    assert other.rejected == Rejection("id_taken", {"id": command_id})


def test_a_row_is_as_the_last_write_left_it(tx: Tx) -> None:
    key = _contact(tx, "Ana")
    before = tx.at(t.contact, key)
    tx.update(t.contact, key, name=t.contact.c.name + " Ruiz")
    assert (before.name, tx.at(t.contact, key).name) == ("Ana", "Ana Ruiz")
    tx.update(t.contact, key, language="es")
    assert tx.at(t.contact, key).language == "es"


def test_a_row_that_many_writes_touched_is_read_anew(tx: Tx) -> None:
    key = _contact(tx, "Ana")
    uid = tx.at(t.contact, key).uid
    tx.seq += 1
    tx.touch_all(t.contact, t.contact.c.id == key)
    assert tx.at(t.contact, key).seq == tx.seq
    tx.delete(t.contact, key)
    with pytest.raises(Rejected, match="contact_not_found"):
        tx.get(t.contact, uid)


def test_the_log_has_each_row_once_as_it_was_last(tx: Tx, connection: Connection) -> None:
    kept, gone = _contact(tx, "Ana"), _contact(tx, "Eva")
    tx.update(t.contact, kept, name="Anna")
    tx.delete(t.contact, gone)
    tx.finish()
    log = t.sync_log.c
    rows = connection.execute(
        select(log.key, log.op).where(log.entity == "contact").order_by(log.key)
    )
    assert [tuple(row) for row in rows] == [(kept, "upsert"), (gone, "exit")]
