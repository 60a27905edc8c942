"""Restoring: checked first, what was there is kept, and a kill at any step ends well."""

import gzip
import io
import json
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from deskapp.app import backup
from deskapp.app.bootstrap import Desk, open_desk
from deskapp.app.doctor_desk import FAILED, desk_checks
from deskapp.app.import_mail import run as import_mail
from deskapp.app.restore import finish_interrupted, restore
from deskapp.app.task import Task
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.messages import SendReply
from deskapp.core.queries.tickets import GetConversation, GetOutbox
from deskapp.core.queries.views import TicketIds, TicketRows
from deskapp.models.dto import Address, MessageView
from deskapp.models.enums import Delivery
from deskapp.system.errors import KnownError
from deskapp.system.keys import FileKey, MemoryKey
from deskapp.system.paths import Profile
from tests.conftest import ExpectLog
from tests.unit.app.conftest import make_ticket, submit

pytestmark = pytest.mark.of_a_file  # what is brought back, moved aside and completed are files


@pytest.fixture
def file(desk: Desk, tmp_path: Path) -> Path:
    """A backup of two tickets, one blob and a secret under "pass phrase"; the desk is closed."""
    make_ticket(desk, "shelf")
    make_ticket(desk, "lamp")
    desk.blobs.put(b"a photograph")
    desk.secrets.put("a", "kept secret")
    path = tmp_path / "a.deskbackup"
    backup.run(desk, {"target": str(path), "passphrase": "pass phrase"}, Task())
    desk.close()
    return path


def bring_back(profile: Profile, file: Path, passphrase: str = "") -> dict[str, object]:
    return dict(restore(profile, file, MemoryKey(), lambda: passphrase, Task()))


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        call()
    return caught.value.code


def tickets_in(profile: Profile) -> int:
    connection = sqlite.connect(str(profile.database))
    count: int = connection.execute("SELECT count(*) FROM ticket").fetchone()[0]
    connection.close()
    return count


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def test_the_desk_that_was_there_is_kept(file: Path, profile: Profile, keys: MemoryKey) -> None:
    with open_desk(profile, keys) as later:
        make_ticket(later, "a third one")
        later_blob = later.blobs.put(b"a later photograph")
    result = bring_back(profile, file, "pass phrase")
    assert tickets_in(profile) == 2
    aside = Profile.at(str(result["aside"]))
    assert aside.folder.parent == profile.folder
    assert tickets_in(aside) == 3
    with open_desk(aside, keys) as old:  # it is a desk of its own
        assert old.blobs.get(later_blob) == b"a later photograph"
        assert old.secrets.get("a") == "kept secret"
    assert not profile.restoring.exists()


def test_twice_in_one_second(file: Path, profile: Profile) -> None:
    first = bring_back(profile, file)["aside"]
    second = bring_back(profile, file)["aside"]
    assert first != second
    assert tickets_in(Profile.at(str(second))) == 2


def test_nothing_was_there(file: Path, tmp_path: Path) -> None:
    assert bring_back(Profile.at(tmp_path / "new"), file)["aside"] == ""


def test_sealed_secrets_can_be_left_for_later(file: Path, tmp_path: Path) -> None:
    there, keys = Profile.at(tmp_path / "there"), MemoryKey()
    result = restore(there, file, keys, lambda: "", Task())
    assert result["secrets"] == "missing"
    with open_desk(there, keys) as desk:
        assert desk.secrets.get("a") is None
        sealed = (there.folder / "secrets.sealed").read_bytes()
        assert desk.secrets.recover(sealed, "pass phrase") == 1
        assert desk.secrets.get("a") == "kept secret"


class TestRefused:
    """Whatever is wrong with it, the desk that is there is as it was."""

    @pytest.fixture
    def before(self, file: Path, profile: Profile) -> dict[str, bytes]:
        return contents(profile.folder)

    def check(self, profile: Profile, file: Path, code: str, passphrase: str = "") -> None:
        before = contents(profile.folder)
        assert code_of(lambda: bring_back(profile, file, passphrase)) == code
        assert contents(profile.folder) == before

    def test_a_wrong_passphrase(self, file: Path, profile: Profile) -> None:
        self.check(profile, file, "passphrase_wrong", "wrong")

    def test_no_such_file(self, file: Path, profile: Profile) -> None:
        self.check(profile, file.with_name("no"), "file_missing")

    def test_while_the_desk_is_open(self, file: Path, profile: Profile, keys: MemoryKey) -> None:
        with open_desk(profile, keys):
            assert code_of(lambda: bring_back(profile, file)) == "desk_busy"

    @pytest.mark.parametrize(
        "data",
        [b"", b"PK\x03\x04", b"x" * 5000, gzip.compress(b"x" * 5000, mtime=0)],
        ids=["empty", "zip", "text", "gzip"],
    )
    def test_what_is_no_backup(self, data: bytes, file: Path, profile: Profile) -> None:
        file.write_bytes(data)
        self.check(profile, file, "backup_damaged")

    def test_cut_anywhere(self, file: Path, profile: Profile) -> None:
        data = file.read_bytes()
        for share in (0.01, 0.2, 0.5, 0.9, 0.99):
            file.write_bytes(data[: int(len(data) * share)])
            self.check(profile, file, "backup_damaged")
        file.write_bytes(data[:-1])
        self.check(profile, file, "backup_damaged")

    def test_a_changed_byte_anywhere(self, file: Path, profile: Profile) -> None:
        data, chance = file.read_bytes(), random.Random(7)
        noticed = 0
        while noticed < 40:
            changed = bytearray(data)
            changed[chance.randrange(10, len(data))] ^= 1 << chance.randrange(8)
            if is_the_same(changed, data):  # a bit that fills up the last byte of the stream
                continue
            file.write_bytes(changed)
            self.check(profile, file, "backup_damaged")
            noticed += 1

    def test_cancelled(self, file: Path, profile: Profile) -> None:
        task = Task()
        task.cancel()
        before = contents(profile.folder)
        assert code_of(lambda: restore(profile, file, None, str, task)) == "cancelled"
        assert contents(profile.folder) == before
        assert not profile.restoring.exists()


def is_the_same(changed: bytes, data: bytes) -> bool:
    try:
        return gzip.decompress(changed) == gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return False


def rewritten(
    file: Path, change: Callable[[tarfile.TarInfo, bytes], list[tuple[tarfile.TarInfo, bytes]]]
) -> None:
    """Write the backup again with each member as `change` answers it."""
    out = io.BytesIO()
    with tarfile.open(file) as old, tarfile.open(fileobj=out, mode="w:gz") as new:
        for member in old:
            held = old.extractfile(member)
            data = held.read() if held else b""
            for info, replaced in change(member, data):
                info.size = len(replaced) if info.isreg() else 0
                new.addfile(info, io.BytesIO(replaced))
    file.write_bytes(out.getvalue())


def extra(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


BLOB = "blobs/00/" + "0" * 62


class TestHostile:
    """A backup from a stranger can name no path but its own."""

    @pytest.mark.parametrize(
        "info",
        [
            extra("../canary"),
            extra("/tmp/canary"),
            extra("blobs/../../canary"),
            extra("blobs/ab/../../../canary"),
            extra("blobs\\..\\canary"),
            extra("C:\\canary"),
            extra("desk.sqlite/../../canary"),
            extra("ready"),
            extra("lock"),
            extra("logs/deskapp.log"),
            extra("blobs/00/" + "0" * 61),
            extra("BLOBS/00/" + "0" * 62),
            extra("desk.sqlite"),
            extra("manifest.json"),
            extra("secrets.store", tarfile.SYMTYPE, "/etc/passwd"),
            extra("secrets.store", tarfile.LNKTYPE, "desk.sqlite"),
            extra("ui.json", tarfile.FIFOTYPE),
            extra("ui.json", tarfile.CHRTYPE),
            extra("blobs", tarfile.SYMTYPE, "/tmp"),
            extra("blobs/00", tarfile.DIRTYPE),
            extra(BLOB, tarfile.SYMTYPE, "/etc/passwd"),
        ],
        ids=lambda info: f"{info.name[:30]}-{info.type.decode()}",
    )
    def test_no_member_leads_elsewhere(
        self, info: tarfile.TarInfo, file: Path, profile: Profile, tmp_path: Path
    ) -> None:
        def add(member: tarfile.TarInfo, data: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
            same = (member, data)
            return [same, (info, b"canary")] if member.name == "desk.sqlite" else [same]

        rewritten(file, add)
        before = contents(tmp_path)
        assert code_of(lambda: bring_back(profile, file)) == "backup_damaged"
        assert contents(tmp_path) == before
        assert not Path("/tmp/canary").exists()

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"format": 2, "app_version": "9.9"}, "backup_newer"),
            ({"format": "x"}, "backup_newer"),
            ({"files": {}}, "backup_damaged"),
            ({"files": {"../x": {"size": 1, "sha256": ""}}}, "backup_damaged"),
            ({"files": []}, "backup_damaged"),
            ({"blob_count": 2}, "backup_damaged"),
            ({"unheard_of": 1}, "backup_damaged"),
        ],
    )
    def test_a_false_table_of_contents(
        self, changes: dict[str, object], code: str, file: Path, profile: Profile
    ) -> None:
        def change(member: tarfile.TarInfo, data: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
            if member.name == "manifest.json":
                data = json.dumps(json.loads(data) | changes).encode()
            return [(member, data)]

        rewritten(file, change)
        assert code_of(lambda: bring_back(profile, file)) == code

    @pytest.mark.parametrize("gone", ["desk.sqlite", "secrets.sealed", "blobs/"])
    def test_a_missing_member(self, gone: str, file: Path, profile: Profile) -> None:
        rewritten(file, lambda info, data: [] if info.name.startswith(gone) else [(info, data)])
        assert code_of(lambda: bring_back(profile, file)) == "backup_damaged"

    @pytest.mark.parametrize(
        ("statement", "code"),
        [
            ("UPDATE alembic_version SET version_num = '9999'", "backup_newer"),
            ("DROP TABLE alembic_version", "backup_damaged"),
        ],
    )
    def test_a_database_of_another_kind(
        self, statement: str, code: str, file: Path, profile: Profile, tmp_path: Path
    ) -> None:
        """The hashes agree: somebody, or a newer deskapp, wrote it so."""
        from deskapp.app.archive import mark_of

        database = tmp_path / "changed.sqlite"
        with tarfile.open(file) as tar:
            held = tar.extractfile("desk.sqlite")
            assert held is not None
            database.write_bytes(held.read())
        connection = sqlite.connect(str(database), isolation_level=None)
        connection.execute(statement)
        connection.close()
        mark = mark_of(database)

        def change(member: tarfile.TarInfo, data: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
            if member.name == "manifest.json":
                document = json.loads(data)
                document["files"]["desk.sqlite"] = {"size": mark.size, "sha256": mark.sha256}
                data = json.dumps(document).encode()
            elif member.name == "desk.sqlite":
                data = database.read_bytes()
            return [(member, data)]

        rewritten(file, change)
        assert code_of(lambda: bring_back(profile, file)) == code


CHILD = """
import os, signal, sys
from pathlib import Path
from deskapp.app import restore as module
from deskapp.app.task import Task
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile

folder, file, point = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
count = 0
def maybe_die(*_):
    global count
    count += 1
    if count == point:
        os.kill(os.getpid(), signal.SIGKILL)

def watched(function):
    def call(*args):
        maybe_die()
        return function(*args)
    return call

for name in ("_unpack_one", "_move", "write_private", "_flush_everything", "flush_folder"):
    setattr(module, name, watched(getattr(module, name)))
module.shutil.rmtree = watched(module.shutil.rmtree)
keys = FileKey(Path(folder + ".key"))
module.restore(Profile.at(folder), file, keys, lambda: "pass phrase", Task())
print(count)
"""


@pytest.fixture
def old_desk(tmp_path: Path) -> Path:
    """A closed desk of three tickets, its key beside it."""
    folder = tmp_path / "old"
    with open_desk(Profile.at(folder), FileKey(Path(f"{folder}.key"))) as old:
        for number in range(3):
            make_ticket(old, str(number))
        old.blobs.put(b"the old desk's")
        old.secrets.put("whose", "the old desk's")
    return folder


def test_kill_9_at_every_step(
    file: Path, old_desk: Path, tmp_path: Path, expect_log: ExpectLog
) -> None:
    """Each time the next start finds the old desk whole, or the new one and the old one aside."""
    expect_log("completed a restore that was interrupted", required=False)
    whole = contents(old_desk)
    outcomes: list[str] = []
    for point in range(1, 100):
        here = Profile.at(tmp_path / f"desk{point}")
        shutil.copytree(old_desk, here.folder)
        shutil.copy(f"{old_desk}.key", f"{here.folder}.key")
        command = [sys.executable, "-c", CHILD, str(here.folder), str(file), str(point)]
        died = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if died.returncode == 0:
            break
        assert died.returncode == -signal.SIGKILL, died.stderr
        here.create()  # as the next start does
        finish_interrupted(here)
        assert not here.restoring.exists()
        if tickets_in(here) == 3:
            outcomes.append("old")
            assert contents(here.folder) == whole
        else:
            outcomes.append("new")
            (aside,) = here.folder.glob("before-restore-*")
            assert contents(aside) == whole
            with open_desk(here, FileKey(Path(f"{here.folder}.key"))) as found:
                assert found.workspace.query(TicketIds("all")).result().total == 2
                assert found.secrets.get("a") == "kept secret"
    assert outcomes.index("new") >= 4
    assert set(outcomes[outcomes.index("new") :]) == {"new"}
    assert outcomes.count("new") >= 8, outcomes


def test_nothing_to_finish(profile: Profile) -> None:
    assert finish_interrupted(profile) is False


MAIL = (
    "From: Ana <ana@example.com>\r\nTo: shop@example.org\r\nSubject: Hello\r\n"
    "Date: Mon, 02 Nov 2026 09:30:00 +0100\r\nMessage-ID: <1@example.com>\r\n\r\nHello\r\n"
)


def test_what_waited_to_be_sent_waits_for_a_person(desk: Desk, tmp_path: Path) -> None:
    """It may have left after the backup was made: sent again by itself, the customer has it twice."""
    account = desk.workspace.new_id()
    submit(desk, SaveAccount(account_id=account, name="Shop", address="shop@example.org"))
    (tmp_path / "mail.eml").write_text(MAIL)
    import_mail(
        desk, {"paths": [str(tmp_path / "mail.eml")], "account": "Shop@example.org"}, Task()
    )
    (key,) = desk.workspace.query(TicketIds("all")).result().keys
    ticket = desk.workspace.query(TicketRows((key,))).result()[0].id
    reply = SendReply(
        ticket_id=ticket,
        message_id=desk.workspace.new_id(),
        body="Soon.",
        seen_order=1 << 60,
        to=(Address("Ana", "ana@example.com"),),
        account_id=account,
        hold_ms=3_600_000,
    )
    submit(desk, reply)
    file = tmp_path / "a.deskbackup"
    backup.run(desk, {"target": str(file)}, Task())
    desk.close()
    there = Profile.at(tmp_path / "there")
    assert bring_back(there, file)["held"] == 1
    with open_desk(there, MemoryKey()) as restored:
        (item,) = restored.workspace.query(GetOutbox()).result()
        assert (item.state, item.error) == ("failed", "restored")
        page = restored.workspace.query(GetConversation(ticket)).result()
        last = [found for found in page.items if isinstance(found, MessageView)][-1]
        assert last.delivery is Delivery.UNCERTAIN
        checks = desk_checks(there, restored.secrets, online=False)
        assert [
            check for check in checks if check.state == FAILED and check.name != "secrets"
        ] == []
