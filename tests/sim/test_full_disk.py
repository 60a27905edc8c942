"""A machine whose disk is full, or fails: what it said is kept is kept, nothing else is, and it goes on.

DESKAPP_DISK_FAULTS says at how many places each kind of fault strikes the desk; DESKAPP_SEED where.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pysqlite3.dbapi2 as sqlite
import pytest

from deskapp.app.bootstrap import open_desk
from deskapp.system.blobs import FileBlobs
from deskapp.system.errors import KnownError
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from tests.support.full_disk import (
    FILES,
    content,
    on_small_disk,
    prepare,
    prepare_desk,
    there,
    under,
)
from tests.support.known_parts import blob_files, strikes

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
NOTES = 12
FAULTS = int(os.environ.get("DESKAPP_DISK_FAULTS", "1"))
SEED = int(os.environ.get("DESKAPP_SEED", "3"))
FULL = ("pwrite64:error=ENOSPC", "ftruncate:error=ENOSPC")
FAILING = ("fdatasync,fsync:error=EIO", "pwrite64:error=EIO")


def run(
    what: str, folder: Path, count: int, fault: str | Sequence[str], files: list[Path]
) -> list[list[str]]:
    """What a program said of each note while that fault, or each of several, was on these files."""
    trace = folder / "trace"
    program = [sys.executable, "-m", "tests.support.full_disk", what, str(folder), str(count)]
    known = [sys.executable, "-m", "tests.support.known_parts"]
    done = subprocess.run(
        [*under(fault, files, trace), *known, *program],
        cwd=ROOT, capture_output=True, text=True, timeout=90,
    )  # fmt: skip
    told = [line.split() for line in done.stdout.splitlines()]
    assert len(told) == count, done.stderr
    return told


def kept_in(told: list[list[str]]) -> list[int]:
    return [int(words[1]) for words in told if words[0] == "kept"]


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        ("outbox.sqlite-wal", "pwrite64:error=ENOSPC:when=6..12"),
        ("outbox.sqlite-wal", "fdatasync,fsync:error=EIO:when=3..4"),
        ("cache.sqlite-wal", "pwrite64:error=ENOSPC:when=30..60"),
    ],
)
def test_a_colleagues_machine(tmp_path: Path, file: str, fault: str) -> None:
    prepare(tmp_path)
    told = run("write", tmp_path, NOTES, fault, [tmp_path / "0" / file])
    assert "INJECTED" in (tmp_path / "trace").read_text()
    kept = set(kept_in(told))
    assert NOTES in kept, "it did not go on"
    found: set[int] = set()
    for name in ("outbox.sqlite", "cache.sqlite"):
        db = sqlite.connect(str(tmp_path / "0" / name))
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if name == "outbox.sqlite":
            bodies = db.execute("SELECT body ->> 'body' FROM command").fetchall()
            found = {int(body.split("nota ")[1]) for (body,) in bodies}
        db.close()
    assert found == kept


def desk_files(folder: Path) -> list[Path]:
    return [folder / "desk" / f"desk.sqlite{suffix}" for suffix in ("", "-wal")]


@pytest.mark.parametrize("place", range(FAULTS))
@pytest.mark.parametrize("fault", FULL)
def test_a_desk_goes_on_when_there_is_room_again(tmp_path: Path, fault: str, place: int) -> None:
    """Again and again there is none, each time at another place of a commit."""
    prepare_desk(tmp_path)
    chance = Random(f"{SEED} {fault} {place}")
    first, every = chance.randint(2, 60), chance.randint(61, 97)  # a commit writes some 40 times
    told = run("desk", tmp_path, 3 * NOTES, f"{fault}:when={first}+{every}", desk_files(tmp_path))
    kept = kept_in(told)
    assert sorted(there(tmp_path / "desk" / "desk.sqlite")) == kept
    refused = [words for words in told if words[0] == "refused"]
    assert {words[2] for words in refused} <= {"disk_full"}, told
    assert kept[-1] > 2 * NOTES, "it did not go on"
    assert refused or "ftruncate" in fault, "the disk had room all the time"


@pytest.mark.parametrize("place", range(FAULTS))
@pytest.mark.parametrize("fault", FAILING)
def test_a_desk_whose_disk_fails_once_writes_nothing_more(
    tmp_path: Path, fault: str, place: int
) -> None:
    """Until it is opened again, and looked through."""
    prepare_desk(tmp_path)
    chance = Random(f"{SEED} {fault} {place}")
    strikes = chance.randint(2, 9)
    told = run("desk", tmp_path, NOTES, f"{fault}:when={strikes}", desk_files(tmp_path))
    kept = kept_in(told)
    failed = [n for n, words in enumerate(told) if words[2:] == ["disk_failed"]]
    assert "INJECTED" in (tmp_path / "trace").read_text()
    profile = Profile(tmp_path / "desk")
    if failed:  # what SQLite brings into the file behind a commit is done again by itself
        assert [words[0] for words in told[failed[0] :]] == ["refused"] * (len(told) - failed[0])
        assert profile.doubtful.exists()
    assert set(kept) <= set(there(profile.database))
    with open_desk(profile, FileKey(tmp_path / "desk.keys")):
        assert not profile.doubtful.exists()


@pytest.mark.parametrize("place", range(FAULTS))
def test_a_desk_says_of_every_file_that_its_disk_does_not_take(tmp_path: Path, place: int) -> None:
    prepare_desk(tmp_path)
    kept_at, with_files = FileBlobs(tmp_path / "desk" / "blobs"), range(FILES, 3 * NOTES + 1, FILES)
    names = [hashlib.sha256(content(number)).hexdigest() for number in with_files]
    files = [file for name in names for file in blob_files(tmp_path / "desk" / "blobs", name)]
    faults = strikes(Random(f"{SEED} files {place}"))
    told = run("desk", tmp_path, 3 * NOTES, faults, files)
    refused = [int(words[1]) for words in told if words[0] == "refused"]
    assert sorted(there(tmp_path / "desk" / "desk.sqlite")) == kept_in(told)
    assert refused, "the disk took all"
    assert set(refused) < set(with_files), "it did not go on"
    assert {content(number) for number in set(with_files) - set(refused)} <= set(
        map(kept_at.get, kept_at)
    )
    assert not [*(tmp_path / "desk" / "blobs").rglob(".part-*")]


def test_a_desk_that_is_not_sound_after_the_disk_failed_is_not_opened(tmp_path: Path) -> None:
    prepare_desk(tmp_path)
    profile = Profile(tmp_path / "desk")
    data = bytearray(profile.database.read_bytes())
    data[8 * 4096 : 12 * 4096] = bytes(4 * 4096)
    profile.database.write_bytes(data)
    profile.doubtful.touch()
    with pytest.raises(KnownError, match="desk_damaged"):
        open_desk(profile, FileKey(tmp_path / "desk.keys"))
    assert profile.doubtful.exists()


def test_a_desk_on_a_disk_without_a_byte(tmp_path: Path) -> None:
    lines, told = on_small_disk(tmp_path, 8, "small")
    kept = kept_in(lines)
    assert told["there"] == kept
    assert told["last"] in kept, "it did not go on"
    assert (told["trouble"], told["after"], told["reads"]) == ("disk_full", "", 1)
    assert {words[2] for words in lines if words[0] == "refused"} == {"disk_full"}
    assert told["start"] == "disk_full"


def test_a_colleagues_machine_is_opened_on_a_disk_without_a_byte(tmp_path: Path) -> None:
    """What waits is there, what is here is shown, and it goes on when there is room."""
    lines, told = on_small_disk(tmp_path, 24, "reopen", NOTES)
    assert (told["pending"], told["aside"], told["made"]) == (NOTES, "", "")
    assert told["same"]
    assert (told["trouble"], told["refused"], told["after"]) == ("disk_full", "disk_full", "")
    assert told["kept"] == told["shown"] == len(kept_in(lines))
