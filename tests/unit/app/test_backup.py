"""Backups: complete to one moment, checked, never half there."""

import gzip
import hashlib
import io
import json
import os
import stat
import tarfile
import threading
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from deskapp.app import archive, backup
from deskapp.app.bootstrap import Desk, open_desk
from deskapp.app.restore import restore
from deskapp.app.task import Task
from deskapp.core.ports import Progress
from deskapp.models.schema import HEAD
from deskapp.system.errors import KnownError
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile
from tests.unit.app.conftest import make_ticket

DAY = backup.DAY_MS


def backed_up(desk: Desk, target: Path, passphrase: str = "") -> dict[str, object]:
    params = {"target": str(target), "passphrase": passphrase}
    return dict(backup.run(desk, params, Task()))


def names_in(path: Path) -> list[str]:
    with tarfile.open(path) as tar:
        return tar.getnames()


def rows_of(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything in a database but what a restore changes."""
    connection = sqlite.connect(str(database))
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%fts%'"
        )
    ]
    found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
    connection.close()
    found["desk"] = [row for row in found["desk"] if row[0] not in ("epoch", "device")]
    return found


@pytest.mark.of_a_file  # from a server: test_move.py
def test_everything_comes_back(desk: Desk, keys: MemoryKey, tmp_path: Path) -> None:
    for name in ("shelf", "lamp"):
        make_ticket(desk, name)
    blob = desk.blobs.put(b"a photograph")
    desk.secrets.put("account.1.password", "hunter2-hunter2")
    result = backed_up(desk, tmp_path / "a.deskbackup", "pass phrase")
    assert (result["tickets"], result["messages"], result["blobs"]) == (2, 2, 1)
    assert result["secrets"] == "passphrase"
    assert result["size"] == (tmp_path / "a.deskbackup").stat().st_size
    before = rows_of(desk.profile.database)
    desk.close()

    elsewhere, other_machine = Profile.at(tmp_path / "elsewhere"), MemoryKey()
    restore(elsewhere, tmp_path / "a.deskbackup", other_machine, lambda: "pass phrase", Task())
    assert rows_of(elsewhere.database) == before
    with open_desk(elsewhere, other_machine) as restored:
        assert restored.blobs.get(blob) == b"a photograph"
        assert restored.secrets.get("account.1.password") == "hunter2-hunter2"
        assert restored.secrets.signing_key() != b""
        assert restored.who.epoch != desk.who.epoch


def test_the_file_is_private_and_tells_what_it_is(desk: Desk, tmp_path: Path) -> None:
    desk.secrets.put("a", "hunter2-hunter2")
    make_ticket(desk, "shelf")
    target = tmp_path / "a.deskbackup"
    backed_up(desk, target, "pass phrase")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert names_in(target) == ["manifest.json", "desk.sqlite", "secrets.sealed"]
    with tarfile.open(target) as tar:
        file = tar.extractfile("manifest.json")
        assert file is not None
        manifest = json.loads(file.read())
        database = tar.extractfile("desk.sqlite")
        assert database is not None
        digest = hashlib.sha256(database.read()).hexdigest()
    assert manifest["files"]["desk.sqlite"]["sha256"] == digest
    assert (manifest["tickets"], manifest["schema"]) == (1, HEAD)
    assert manifest["epoch"] == desk.who.epoch
    assert manifest["seq"] == desk.workspace.connection.complete_to
    assert b"hunter2" not in gzip.decompress(target.read_bytes())


def test_without_a_passphrase_the_secrets_stay_under_the_machines_key(
    desk: Desk, keys: MemoryKey, tmp_path: Path
) -> None:
    desk.secrets.put("a", "b")
    assert backed_up(desk, tmp_path / "a.deskbackup")["secrets"] == "machine"
    desk.close()
    here = Profile.at(tmp_path / "here")
    assert restore(here, tmp_path / "a.deskbackup", keys, str, Task())["secrets"] == "restored"
    there = Profile.at(tmp_path / "there")
    result = restore(there, tmp_path / "a.deskbackup", MemoryKey(), str, Task())
    assert result["secrets"] == "missing"


def test_a_desk_without_secrets_has_none(desk: Desk, tmp_path: Path) -> None:
    assert backed_up(desk, tmp_path / "a.deskbackup", "unused")["secrets"] == "none"


def test_while_the_desk_is_written_to(desk: Desk, keys: MemoryKey, tmp_path: Path) -> None:
    """The copy is what was acknowledged up to one moment: no gap, no half command."""
    stop, acknowledged = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            make_ticket(desk, f"number {len(acknowledged)}")
            acknowledged.append(len(acknowledged))

    writer = threading.Thread(target=write)
    writer.start()
    found = []
    for number in range(5):
        before = len(acknowledged)
        target = tmp_path / f"{number}.deskbackup"
        tickets = backed_up(desk, target)["tickets"]
        found.append((before, tickets, len(acknowledged) + 1))
    stop.set()
    writer.join()
    assert all(low <= int(str(tickets)) <= high for low, tickets, high in found), found
    assert found[-1][0] > found[0][0]
    desk.close()
    there = Profile.at(tmp_path / "there")
    restore(there, tmp_path / "4.deskbackup", keys, str, Task())
    connection = sqlite.connect(str(there.database))
    numbers = [row[0] for row in connection.execute("SELECT number FROM ticket ORDER BY number")]
    messages = connection.execute("SELECT count(*) FROM message").fetchone()[0]
    connection.close()
    assert numbers == list(range(1001, 1001 + len(numbers)))
    assert messages == len(numbers) == found[-1][1]


class StopAt(Task):
    """Cancels itself at its n-th step."""

    def __init__(self, number: int) -> None:
        super().__init__(self._count)
        self._left = number

    def _count(self, _: Progress) -> None:
        pass

    def step(self, done: int, total: int, note: str = "") -> None:
        self._left -= 1
        if self._left <= 0:
            self.cancel()
        super().step(done, total, note)


@pytest.mark.parametrize("number", [1, 2, 4, 7, 9, 11])
def test_cancelled_at_any_step_leaves_nothing(number: int, desk: Desk, tmp_path: Path) -> None:
    for index in range(5):
        desk.blobs.put(str(index).encode())
    target = tmp_path / "out" / "a.deskbackup"
    target.parent.mkdir()
    with pytest.raises(KnownError) as caught:
        backup.run(desk, {"target": str(target)}, StopAt(number))
    assert caught.value.code == "cancelled"
    assert list(target.parent.iterdir()) == []
    assert list(desk.profile.folder.glob(".backup-*")) == []
    assert backed_up(desk, target)["blobs"] == 5


def test_a_full_disk_leaves_nothing(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.blobs.put(b"x")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.ArchiveWriter, "add_path", full)
    with pytest.raises(OSError, match="No space left"):
        backed_up(desk, tmp_path / "a.deskbackup")
    assert list(tmp_path.iterdir()) == [desk.profile.folder]


def test_what_was_written_wrong_does_not_count(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug: the disk keeps other bytes than it was given."""
    desk.blobs.put(b"the right bytes")
    original = archive.ArchiveWriter.add_path

    def garble(writer: archive.ArchiveWriter, name: str, path: Path) -> None:
        if name.startswith("blobs/"):
            writer.add(name, io.BytesIO(b"the wrong bytes"), 15)
        else:
            original(writer, name, path)

    monkeypatch.setattr(archive.ArchiveWriter, "add_path", garble)
    with pytest.raises(KnownError) as caught:
        backed_up(desk, tmp_path / "a.deskbackup")
    assert caught.value.code == "backup_not_verified"
    assert not (tmp_path / "a.deskbackup").exists()


def test_a_damaged_blob_fails_the_backup(desk: Desk, tmp_path: Path) -> None:
    name = desk.blobs.put(b"good")
    desk.blobs.path(name).write_bytes(b"evil")
    with pytest.raises(KnownError) as caught:
        backed_up(desk, tmp_path / "a.deskbackup")
    assert caught.value.code == "backup_not_verified"


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("taken", "file_exists"),
        ("no/such/folder/a", "file_missing"),
        ("desk/a", "target_inside_desk"),
        ("desk/backups/a", "target_inside_desk"),
    ],
)
def test_a_place_that_will_not_do(place: str, code: str, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(KnownError) as caught:
        backed_up(desk, tmp_path / place)
    assert caught.value.code == code
    assert (tmp_path / "taken").read_text() == "mine"


def test_what_a_killed_backup_left_is_swept_away(desk: Desk, tmp_path: Path) -> None:
    old, new = desk.profile.folder / ".backup-old", desk.profile.folder / ".backup-new"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (1_700_000_000, 1_700_000_000))
    backed_up(desk, tmp_path / "a.deskbackup")
    assert not old.exists()
    assert new.exists()


class TestDaily:
    @pytest.mark.parametrize(
        ("now", "last", "expected"),
        [
            (DAY, None, True),
            (DAY, DAY, False),
            (2 * DAY - 1, DAY, False),
            (2 * DAY, DAY, True),
            (9 * DAY, DAY, True),
            (DAY, 2 * DAY, True),  # the clock was set back
        ],
    )
    def test_when(self, now: int, last: int | None, expected: bool) -> None:
        assert backup.due(now, last) is expected

    def test_one_a_day_and_so_many_kept(self, desk: Desk) -> None:
        make_ticket(desk, "shelf")
        folder = desk.profile.backups
        assert backup.last_daily(folder) is None
        for day in range(1, 6):
            now = 1_760_000_000_000 + day * DAY
            path = backup.daily(desk, now, 3, Task())
            assert path.parent == folder
            assert backup.last_daily(folder) == now
        assert len(list(folder.iterdir())) == 3
        assert path.exists()

    def test_only_daily_ones_are_removed(self, tmp_path: Path) -> None:
        kept = ["mine.deskbackup", "daily-mine.deskbackup", "daily-20251104T000000Z.deskbackup"]
        doomed = ["daily-20251101T000000Z.deskbackup", "daily-20251103T235959Z.deskbackup"]
        for name in kept + doomed:
            (tmp_path / name).touch()
        assert [path.name for path in backup.rotate(tmp_path, 0)] == doomed
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)
