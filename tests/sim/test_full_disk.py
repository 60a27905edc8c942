"""A colleague's machine whose disk is full, or fails: what it said is kept is kept, nothing else is, and it goes on."""

import subprocess
import sys
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from tests.support.full_disk import prepare

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
NOTES = 12


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        ("outbox.sqlite-wal", "pwrite64:error=ENOSPC:when=6..12"),
        ("outbox.sqlite-wal", "fdatasync,fsync:error=EIO:when=3..4"),
        ("cache.sqlite-wal", "pwrite64:error=ENOSPC:when=30..60"),
    ],
)
def test_what_it_said_is_kept_is_kept(tmp_path: Path, file: str, fault: str) -> None:
    prepare(tmp_path)
    calls = fault.partition(":")[0]
    traced = [
        "strace",
        "-f",
        "-qq",
        "-o",
        str(tmp_path / "trace"),
        "-P",
        str(tmp_path / "0" / file),
    ]
    traced += ["-e", f"trace={calls}", "-e", f"inject={fault}"]
    program = [sys.executable, "-m", "tests.support.full_disk", "write", str(tmp_path), str(NOTES)]
    done = subprocess.run([*traced, *program], cwd=ROOT, capture_output=True, text=True, timeout=90)
    told = [line.split()[:2] for line in done.stdout.splitlines()]
    assert len(told) == NOTES, done.stderr
    assert "INJECTED" in (tmp_path / "trace").read_text()
    kept = {int(number) for word, number in told if word == "kept"}
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
