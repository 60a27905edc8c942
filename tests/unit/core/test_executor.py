"""The writer: groups, savepoints, and what happens when the disk says no."""

import threading
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
from deskapp.models.disk import StorageProblem
from deskapp.sync.server.passwords import set_password
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


class DriverError(Exception):
    """As SQLite's driver tells it; the code is that of `sqlite3.h`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.sqlite_errorcode = code


IOERR_FSYNC, FULL = 10 | 4 << 8, 13


def refused(desk: DeskRig, code: int) -> None:
    """One command's commit ends in that error."""

    def fails(*_: object) -> None:
        raise OperationalError("COMMIT", {}, DriverError(code))

    event.listen(desk.authority.engine, "commit", fails)
    one = desk.workspace.submit(CreateContact(contact_id=desk.new(), name="lost"))
    assert isinstance(one.exception(10), StorageProblem)
    event.remove(desk.authority.engine, "commit", fails)


def test_a_full_disk_is_told_and_passes(desk: DeskRig, expect_log: ExpectLog) -> None:
    expect_log("could not be committed")
    expect_log(
        "could not be looked at", required=False
    )  # on a server effects are leased by a commit, too
    told: list[str] = []
    desk.workspace.subscribe(lambda _: told.append(desk.workspace.connection.trouble))
    refused(desk, FULL)
    refused(desk, FULL)
    assert told == ["disk_full"]
    desk.do(CreateContact(contact_id=desk.new(), name="kept"))
    assert told[1:]
    assert not any(told[1:])
    assert names(desk) == ["kept"]


def test_after_an_io_error_nothing_more_is_written(desk: DeskRig, expect_log: ExpectLog) -> None:
    """Neither by commands, nor by what goes past them; what is there is still read."""
    expect_log("could not be committed")
    desk.do(CreateContact(contact_id=desk.new(), name="kept"))
    refused(desk, IOERR_FSYNC)
    assert desk.workspace.connection.trouble == "disk_failed"
    later = desk.workspace.submit(CreateContact(contact_id=desk.new(), name="late"))
    problem = later.exception(10)
    assert isinstance(problem, StorageProblem)
    assert problem.code == "disk_failed"
    with pytest.raises(StorageProblem):
        set_password(desk.authority, desk.workspace.agent_id, "geheim")
    assert names(desk) == ["kept"]


def test_an_io_error_past_the_commands_ends_them_too(desk: DeskRig, expect_log: ExpectLog) -> None:
    expect_log("could not be committed")
    here = threading.get_ident()

    def fails(*_: object) -> None:
        if threading.get_ident() == here:
            raise OperationalError("COMMIT", {}, DriverError(IOERR_FSYNC))

    event.listen(desk.authority.engine, "commit", fails)
    with pytest.raises(OperationalError):
        set_password(desk.authority, desk.workspace.agent_id, "geheim")
    event.remove(desk.authority.engine, "commit", fails)
    later = desk.workspace.submit(CreateContact(contact_id=desk.new(), name="late"))
    assert isinstance(later.exception(10), StorageProblem)


def test_a_closed_desk_says_so(desk: DeskRig) -> None:
    desk.authority.close()
    future = desk.workspace.submit(CreateContact(contact_id=desk.new(), name="late"))
    assert isinstance(future.exception(10), AuthorityClosed)
