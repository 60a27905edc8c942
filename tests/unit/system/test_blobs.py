"""Blobs: content-addressed, whole or absent, and never reached by a name from outside."""

import hashlib
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp.system import blobs as blobs_module
from deskapp.system.blobs import FileBlobs


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs")


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_put_comes_back(blobs: FileBlobs) -> None:
    name = blobs.put(b"a photograph")
    assert name == hashlib.sha256(b"a photograph").hexdigest()
    assert blobs.get(name) == b"a photograph"
    assert blobs.size(name) == 12
    assert blobs.exists(name)
    with blobs.open(name) as file:
        assert file.read(2) == b"a "


@given(items=st.lists(st.binary(max_size=300), max_size=20))
def test_any_bytes_are_kept_once(
    items: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("any") / "blobs"
    blobs = FileBlobs(root)
    names = blobs.put_many(iter(items))
    assert [blobs.get(name) for name in names] == items
    assert len(files_under(root)) == len(set(items))
    assert list(blobs) == sorted(set(names))
    assert [FileBlobs(root).put(item) for item in items] == names


def test_nobody_else_may_read_them(blobs: FileBlobs, tmp_path: Path) -> None:
    name = blobs.put(b"private")
    assert stat.S_IMODE(blobs.path(name).stat().st_mode) == 0o600
    for folder in (tmp_path / "blobs", blobs.path(name).parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "a" * 63,
        "A" * 64,
        "a" * 64 + "\n",
        "g" * 64,
        "aa/" + "a" * 61,
        "a" * 62 + "\x00a",
        "invoice.pdf",
        "CON",
    ],
)
def test_a_name_that_is_no_digest_is_refused(name: str, blobs: FileBlobs) -> None:
    for use in (blobs.get, blobs.open, blobs.size, blobs.exists, blobs.path):
        with pytest.raises(ValueError, match="not the name of a blob"):
            use(name)


def test_a_blob_that_is_not_there(blobs: FileBlobs) -> None:
    assert not blobs.exists("0" * 64)
    for use in (blobs.get, blobs.open, blobs.size):
        with pytest.raises(FileNotFoundError):
            use("0" * 64)


@given(data=st.binary(min_size=1, max_size=200), where=st.integers(0), bit=st.integers(0, 7))
def test_a_flipped_bit_is_noticed(
    data: bytes, where: int, bit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    blobs = FileBlobs(tmp_path_factory.mktemp("flip"))
    name = blobs.put(data)
    damaged = bytearray(data)
    damaged[where % len(data)] ^= 1 << bit
    blobs.path(name).write_bytes(damaged)
    with pytest.raises(ValueError, match="is damaged"):
        blobs.get(name)


def test_a_blob_cut_short_is_healed_by_the_next_put(blobs: FileBlobs) -> None:
    name = blobs.put(b"complete")
    blobs.path(name).write_bytes(b"compl")
    assert blobs.put(b"complete") == name
    assert blobs.get(name) == b"complete"


def test_a_failed_write_leaves_nothing(
    blobs: FileBlobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        blobs.put(b"too much")
    assert files_under(tmp_path) == []


class Trace:
    """What reached the disk, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        fsync, replace, flush = os.fsync, Path.replace, blobs_module.flush_folder

        def traced_fsync(handle: int) -> None:
            self.calls.append("sync file")
            fsync(handle)

        def traced_replace(path: Path, target: Path) -> Path:
            self.calls.append(f"name {target.parent.name}")
            return replace(path, target)

        def traced_flush(folder: Path) -> None:
            flush(folder)
            self.calls[-1] = f"sync folder {folder.name}"  # it used os.fsync

        monkeypatch.setattr(os, "fsync", traced_fsync)
        monkeypatch.setattr(Path, "replace", traced_replace)
        monkeypatch.setattr(blobs_module, "flush_folder", traced_flush)


def in_one_folder(count: int) -> Iterator[bytes]:
    """Contents whose digests begin alike, so that they share a folder."""
    number = 0
    while count:
        data = str(number).encode()
        if hashlib.sha256(data).hexdigest().startswith("00"):
            count -= 1
            yield data
        number += 1


def test_bytes_are_flushed_before_the_name_and_the_folder_once(
    blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = list(in_one_folder(3))
    trace = Trace(monkeypatch)
    blobs.put_many(items)
    made = ["sync folder " + name for name in (blobs._root.parent.name, "blobs")]
    assert trace.calls == [*made, *["sync file"] * 3, *["name 00"] * 3, "sync folder 00"]


def test_many_are_flushed_side_by_side(blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file before the first name, every folder after the last one."""
    files, named, folders = [], [], []
    monkeypatch.setattr(blobs_module, "_flush_file", files.append)
    monkeypatch.setattr(blobs_module, "_name", lambda part, path: named.append(len(files)))
    monkeypatch.setattr(
        blobs, "_make_folder", lambda folder: folder.mkdir(parents=True, exist_ok=True)
    )
    monkeypatch.setattr(blobs_module, "flush_folder", lambda f: folders.append((f, len(named))))
    names = blobs.put_many(str(number).encode() for number in range(50))
    assert len(files) == len(set(files)) == 50
    assert named == [50] * 50
    assert {folder for folder, _ in folders} == {blobs.path(name).parent for name in names}
    assert {count for _, count in folders} == {50}


def test_a_blob_of_another_thread_is_flushed_again(
    blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one may have renamed it and not yet flushed the folder."""
    (data,) = in_one_folder(1)
    blobs.put(data)
    trace = Trace(monkeypatch)
    blobs.put(data)
    assert trace.calls == ["sync folder 00"]


def test_many_threads_at_once(blobs: FileBlobs) -> None:
    items = [str(number).encode() for number in range(40)]
    results: list[list[str]] = []

    def work() -> None:
        results.append(blobs.put_many(items))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert all(result == results[0] for result in results)
    assert len(list(blobs)) == 40


CHILD = """
import hashlib, sys
from pathlib import Path
from deskapp.system.blobs import FileBlobs
blobs = FileBlobs(Path(sys.argv[1]))
number = int(sys.argv[2])
while True:
    number += 1
    print(blobs.put(str(number).encode() * 2000), flush=True)
"""


def test_kill_9_loses_nothing_acknowledged_and_leaves_no_half_blob(tmp_path: Path) -> None:
    root = tmp_path / "blobs"
    acknowledged: list[str] = []
    for cycle in range(8):
        command = [sys.executable, "-c", CHILD, str(root), str(cycle * 100_000)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            acknowledged += [child.stdout.readline().strip() for _ in range(5 + cycle)]
            child.send_signal(signal.SIGKILL)
            acknowledged += [line.strip() for line in child.stdout if len(line) == 65]
    blobs = FileBlobs(root)
    blobs.sweep(0)
    assert len(acknowledged) >= 68
    assert set(acknowledged) <= set(blobs)
    for name in blobs:
        blobs.get(name)
    assert set(files_under(root)) == {blobs.path(name) for name in blobs}


def test_sweep_takes_only_what_was_interrupted(blobs: FileBlobs) -> None:
    name = blobs.put(b"kept")
    (blobs.path(name).parent / ".part-abc").write_bytes(b"half")
    assert blobs.sweep(60) == 0
    assert blobs.sweep(0) == 1
    assert list(blobs) == [name]
    assert blobs.get(name) == b"kept"
