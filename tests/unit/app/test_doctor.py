"""What the doctor finds, and what its report never tells."""

import json
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from deskapp.app import doctor, doctor_desk, selftest
from deskapp.app.bootstrap import Desk, open_desk
from deskapp.app.doctor import as_text, examine
from deskapp.app.doctor_desk import FAILED, OK, WARNING, desk_checks
from deskapp.app.import_mail import run as import_mail
from deskapp.app.task import Task
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.tickets import AddTags, AssignTicket, SetStatus, SnoozeTicket
from deskapp.models.enums import TicketStatus
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile
from tests.conftest import ExpectLog
from tests.unit.app.conftest import make_ticket, submit

pytestmark = (
    pytest.mark.of_a_file
)  # a server's soundness is its keeper's: test_move.py sees that it is asked


@pytest.fixture
def lived_in(desk: Desk, tmp_path: Path) -> Desk:
    """A closed desk whose counters and files have something to say."""
    ids = tuple(make_ticket(desk, str(number)) for number in range(4))
    submit(desk, AddTags(ticket_ids=ids, tags=("urgent",)))
    submit(desk, AssignTicket(ticket_ids=ids[:2], agent_id=desk.workspace.agent_id))
    submit(desk, SetStatus(ticket_ids=ids[:1], status=TicketStatus.SOLVED))
    (tmp_path / "a.eml").write_bytes(b"From: a@example.com\r\nSubject: Hi\r\n\r\nHi\r\n")
    import_mail(desk, {"paths": [str(tmp_path / "a.eml")]}, Task())
    desk.secrets.put("a", "b")
    return desk


def states(desk: Desk, keys: MemoryKey) -> dict[str, str]:
    report = examine(desk.profile, keys)
    json.dumps(report)
    return {check["name"]: check["state"] for check in report["checks"]}


def change(desk: Desk, statement: str) -> None:
    connection = sqlite.connect(str(desk.profile.database), isolation_level=None)
    connection.execute(statement)
    connection.close()


def test_a_healthy_desk(lived_in: Desk, keys: MemoryKey) -> None:
    lived_in.close()
    found = states(lived_in, keys)
    assert [name for name, state in found.items() if state == FAILED] == []
    assert {"folder", "disk", "sqlite", "database", "schema", "references", "files"} <= set(found)
    assert {"counters", "outgoing", "accounts", "clock", "secrets", "sound"} <= set(found)
    text = as_text(examine(lived_in.profile, keys))
    assert text.endswith("All is well.")


def test_the_recount_is_not_empty(lived_in: Desk) -> None:
    """Else it could not differ."""
    lived_in.close()
    connection = sqlite.connect(str(lived_in.profile.database))
    counted = doctor_desk.recount(connection)
    connection.close()
    assert counted["tag:urgent"] == 3
    assert counted[f"mine:{lived_in.workspace.agent_id}"] == 3


@pytest.mark.parametrize(
    ("statement", "name", "state"),
    [
        ("UPDATE counter SET value = value + 1 WHERE key = 'tag:urgent'", "counters", FAILED),
        ("DELETE FROM counter", "counters", FAILED),
        ("INSERT INTO counter VALUES ('tag:ghost', 1)", "counters", FAILED),
        ("UPDATE message SET ticket_id = 999999 WHERE id = 1", "references", FAILED),
        ("UPDATE message SET raw_sha256 = '" + "0" * 64 + "'", "files", FAILED),
        ("UPDATE alembic_version SET version_num = '9999'", "schema", FAILED),
        ("UPDATE raw_mail SET state = 'stored'", "outgoing", WARNING),
        ("UPDATE command_result SET at = 9999999999999", "clock", WARNING),
    ],
)
def test_each_planted_fault_is_found(
    statement: str, name: str, state: str, lived_in: Desk, keys: MemoryKey
) -> None:
    lived_in.close()
    assert states(lived_in, keys)[name] in (OK, WARNING)
    change(lived_in, statement)
    assert states(lived_in, keys)[name] == state


def test_a_snoozed_ticket_is_no_outgoing_mail(desk: Desk, keys: MemoryKey) -> None:
    ticket_id = make_ticket(desk, "later")
    submit(desk, SnoozeTicket(ticket_ids=(ticket_id,), until=desk.authority.clock.now() + 60_000))
    desk.close()
    checks = examine(desk.profile, keys)["checks"]
    (outgoing,) = (check for check in checks if check["name"] == "outgoing")
    assert outgoing["detail"].startswith("0 waiting, 0 failed")


def test_a_damaged_database(lived_in: Desk, keys: MemoryKey) -> None:
    lived_in.close()
    data = bytearray(lived_in.profile.database.read_bytes())
    data[4096 * 3 : 4096 * 9] = b"\xff" * (4096 * 6)
    lived_in.profile.database.write_bytes(data)
    assert states(lived_in, keys)["database"] == FAILED
    lived_in.profile.database.write_bytes(b"not a database at all")
    assert states(lived_in, keys)["database"] == FAILED


def test_a_lost_key_and_an_open_door(lived_in: Desk) -> None:
    lived_in.close()
    lived_in.profile.database.chmod(0o644)
    found = states(lived_in, MemoryKey())
    assert found["secrets"] == FAILED
    assert found["folder"] == WARNING


def test_a_full_disk(lived_in: Desk, keys: MemoryKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_NO_DISK", 1 << 60)
    lived_in.close()
    assert states(lived_in, keys)["disk"] == FAILED


def test_no_desk_is_no_fault(tmp_path: Path) -> None:
    report = examine(Profile.at(tmp_path / "none"), MemoryKey())
    assert report["ok"] is True
    assert not (tmp_path / "none").exists()


def test_an_open_desk_that_does_not_answer(lived_in: Desk, keys: MemoryKey) -> None:
    found = states(lived_in, keys)
    assert found["control"] == FAILED


def test_the_report_is_not_private(desk: Desk, keys: MemoryKey) -> None:
    settings = {"imap_host": "localhost", "imap_port": 1, "smtp_host": "localhost", "smtp_port": 1}
    account = SaveAccount(
        account_id=desk.workspace.new_id(),
        name="Doña Rosa",
        address="rosa@tienda.example",
        settings=settings,
    )
    submit(desk, account)
    make_ticket(desk, "Rosa")
    desk.close()
    report = examine(desk.profile, keys, online=True)
    text = as_text(report) + json.dumps(report)
    assert "rosa@" not in text
    assert "Rosa" not in text
    checks = {check["name"]: check for check in report["checks"]}
    assert checks["account 1"]["state"] == FAILED
    assert "localhost" in checks["account 1"]["detail"]


def test_the_self_test_passes(capsys: pytest.CaptureFixture[str], qapp: object) -> None:
    said: list[str] = []
    assert selftest.run(said.append) == 0, said
    assert said[-1] == "All checks passed."
    assert len(said) >= 14
    assert all(line.startswith("ok") for line in said[:-1])


def test_the_self_test_can_fail(
    monkeypatch: pytest.MonkeyPatch, qapp: object, expect_log: ExpectLog
) -> None:
    """The planted bug: search finds nothing."""
    from deskapp.core.queries.search import Search
    from deskapp.core.readers import load_all
    from deskapp.models.dto import SearchPage

    monkeypatch.setitem(load_all(), Search, lambda *_: SearchPage((), (), False))
    said: list[str] = []
    assert selftest.run(said.append) == 1
    failed = [line for line in said if line.startswith("FAILED")]
    assert any("0 hits where there is one" in line for line in failed)


def test_nothing_is_written(lived_in: Desk, keys: MemoryKey) -> None:
    lived_in.close()
    before = lived_in.profile.database.read_bytes()
    list(desk_checks(lived_in.profile, lived_in.secrets, online=False))
    assert lived_in.profile.database.read_bytes() == before
    with open_desk(lived_in.profile, keys):
        pass
