"""The desk's folder: private, and files in it whole or as before."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deskapp.system.errors import KnownError
from deskapp.system.paths import Profile, default_folder, whole_file, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_desk_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        profile = Profile.at(tmp_path / "a" / "desk")
        profile.create()
        write_private(profile.ui_state, b"{}")
    finally:
        os.umask(before)
    for folder in (profile.folder, profile.blobs, profile.logs, profile.backups):
        assert mode(folder) == 0o700
    assert mode(profile.ui_state) == 0o600
    assert not profile.exists()


def test_a_folder_that_was_open_to_others_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    folder.mkdir(mode=0o755)
    Profile.at(folder).create()
    assert mode(folder) == 0o700


def test_the_default_is_the_persons_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert Profile.at().folder == default_folder() == tmp_path / "deskapp"


def test_a_relative_folder_stays_where_it_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    profile = Profile.at("desk")
    monkeypatch.chdir("/")
    assert profile.folder == tmp_path / "desk"


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "desk").write_text("a file")
    with pytest.raises(KnownError) as caught:
        Profile.at(tmp_path / "desk").create()
    assert caught.value.code == "profile_not_folder"


def test_a_failed_write_keeps_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "store"
    write_private(target, b"old")

    def write_half() -> None:
        with whole_file(target) as file:
            file.write(b"half")
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        write_half()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


CHILD = """
import sys
from pathlib import Path
from deskapp.system.paths import write_private
number = 0
while True:
    number += 1
    write_private(Path(sys.argv[1]), str(number).encode() * 50_000)
    print(number, flush=True)
"""


def test_kill_9_never_leaves_half_a_file(tmp_path: Path) -> None:
    target = tmp_path / "store"
    for _ in range(6):
        command = [sys.executable, "-c", CHILD, str(target)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(10):
                child.stdout.readline()
            child.send_signal(signal.SIGKILL)
            last = [line for line in child.stdout if line.endswith("\n")][-1:] or ["10"]
        data = target.read_bytes()
        number = int(data[: len(data) // 50_000])
        assert data == str(number).encode() * 50_000
        assert number >= int(last[0])
