"""The writer: groups, savepoints, and what happens when the disk says no."""

from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from deskapp.core.api import ChangeSet
from deskapp.core.authority.executor import AuthorityClosed
from deskapp.core.commands.contacts import CreateContact
from deskapp.core.handlers.base import HANDLERS
from tests.conftest import ExpectLog
from tests.support.desk import DeskRig, open_rig


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)


def names(desk: DeskRig) -> list[object]:
    return [name for (name,) in desk.sql("SELECT name FROM contact ORDER BY id")]


def test_many_commands_share_commits_and_each_is_answered(desk: DeskRig) -> None:
    commits: list[ChangeSet] = []
    desk.workspace.subscribe(commits.append)
    futures = [
        desk.workspace.submit(CreateContact(contact_id=desk.new(), name=f"C{n}" if n % 7 else " "))
        for n in range(300)
    ]
    wait(futures, 30)
    outcomes = [future.result() for future in futures]
    assert [o.ok for o in outcomes] == [bool(n % 7) for n in range(300)]
    assert names(desk) == [f"C{n}" for n in range(300) if n % 7]
    assert len(commits) < 300
    assert [c.seq for c in commits] == sorted({c.seq for c in commits})


def test_a_broken_handler_fails_alone(
    desk: DeskRig, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    expect_log("contact.create failed")
    real = HANDLERS[CreateContact]

    def sometimes(tx: object, command: CreateContact) -> object:
        if command.name == "bad":
            real(tx, command)  # type: ignore[arg-type]
            raise ZeroDivisionError
        return real(tx, command)  # type: ignore[arg-type]

    monkeypatch.setitem(HANDLERS, CreateContact, sometimes)
    futures = [
        desk.workspace.submit(CreateContact(contact_id=desk.new(), name=name))
        for name in ("one", "bad", "two")
    ]
    wait(futures, 30)
    assert isinstance(futures[1].exception(), ZeroDivisionError)
    assert names(desk) == ["one", "two"]


def test_a_commit_that_fails_acknowledges_nothing_and_the_next_one_works(
    desk: DeskRig, expect_log: ExpectLog
) -> None:
    expect_log("could not be committed")
    expect_log("could not be looked at", required=False)  # on a server leases are written
    told: list[ChangeSet] = []
    desk.workspace.subscribe(told.append)

    def full(*_: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("database or disk is full"))

    event.listen(desk.authority.engine, "commit", full)
    failed = desk.workspace.submit(CreateContact(contact_id=desk.new(), name="lost"))
    assert isinstance(failed.exception(10), OperationalError)
    event.remove(desk.authority.engine, "commit", full)
    assert told == []
    desk.do(CreateContact(contact_id=desk.new(), name="kept"))
    assert names(desk) == ["kept"]


def test_a_closed_desk_says_so(desk: DeskRig) -> None:
    desk.authority.close()
    future = desk.workspace.submit(CreateContact(contact_id=desk.new(), name="late"))
    assert isinstance(future.exception(10), AuthorityClosed)
