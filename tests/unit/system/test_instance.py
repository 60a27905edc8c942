"""One process per desk, however the one before it ended."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deskapp.system.errors import KnownError
from deskapp.system.instance import InstanceLock

CHILD = """
import sys
from pathlib import Path
from deskapp.system.instance import InstanceLock
from deskapp.system.errors import KnownError
try:
    with InstanceLock(Path(sys.argv[1])):
        print("held", flush=True)
        sys.stdin.read()
except KnownError as error:
    print(error.code, error.params["pid"], flush=True)
"""


def start(path: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def first_line(child: "subprocess.Popen[str]") -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def who_has(path: Path) -> int:
    """The process that another one is told of when it wants the lock."""
    with start(path) as child:
        code, _, pid = first_line(child).partition(" ")
        child.communicate()
    assert code == "desk_in_use"
    return int(pid)


def test_the_second_process_is_told_who_has_it(tmp_path: Path) -> None:
    with start(tmp_path / "lock") as first, start(tmp_path / "other") as elsewhere:
        assert first_line(first) == "held"
        assert first_line(elsewhere) == "held"
        with start(tmp_path / "lock") as second:
            assert first_line(second) == f"desk_in_use {first.pid}"
            second.communicate()
        first.communicate()
        elsewhere.communicate()
    with InstanceLock(tmp_path / "lock") as lock:
        assert lock.held


def test_a_killed_process_gives_it_back(tmp_path: Path) -> None:
    for _ in range(5):
        with start(tmp_path / "lock") as child:
            assert first_line(child) == "held"
            child.send_signal(signal.SIGKILL)
    with InstanceLock(tmp_path / "lock") as lock:
        assert lock.held
        assert who_has(tmp_path / "lock") == os.getpid()


def test_closing_another_handle_does_not_give_it_away(tmp_path: Path) -> None:
    with InstanceLock(tmp_path / "lock"):
        (tmp_path / "lock").read_bytes()
        with pytest.raises(KnownError) as caught:
            InstanceLock(tmp_path / "lock").acquire()
        assert (caught.value.code, caught.value.params["pid"]) == ("desk_in_use", os.getpid())


def test_a_child_of_the_holder_does_not_keep_it(tmp_path: Path) -> None:
    lock = InstanceLock(tmp_path / "lock")
    lock.acquire()
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, close_fds=False) as child:
        assert who_has(tmp_path / "lock") == os.getpid()
        lock.release()
        with start(tmp_path / "lock") as other:
            assert first_line(other) == "held"
            other.communicate()
        assert child.poll() is None, "the child was to live longer than the lock"
        child.communicate()


def test_it_can_be_taken_again(tmp_path: Path) -> None:
    lock = InstanceLock(tmp_path / "lock")
    for _ in range(3):
        lock.acquire()
        lock.acquire()
        lock.release()
        lock.release()
    assert not lock.held
