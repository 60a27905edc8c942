"""`deskapp demo --tour`: the whole way of a mail through the real window, in a process of its own."""

import os
import struct
import subprocess
import sys
from pathlib import Path

PATIENCE_S = 400
STEPS = 8


def demo(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-m", "deskapp", "demo", *map(str, words)]
    return subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


def size_of(png: Path) -> tuple[int, int]:
    data = png.read_bytes()
    assert data.startswith(b"\x89PNG"), png.name
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def test_a_mail_goes_through_the_window(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    done = demo("--tour", folder)
    assert done.returncode == 0, done.stderr
    assert str(folder) in done.stdout
    pictures = sorted(folder.glob("*.png"))
    assert len(pictures) == STEPS
    assert {size_of(picture) for picture in pictures} == {(1440, 900)}
    assert len({picture.read_bytes() for picture in pictures}) == STEPS, "each step shows"


def test_a_tour_that_cannot_be_kept_says_why(tmp_path: Path) -> None:
    taken = tmp_path / "pictures"
    taken.write_text("a file of that name", "utf-8")
    done = demo("--tour", taken)
    assert done.returncode == 1
    (said,) = done.stderr.splitlines()
    assert said.startswith("deskapp: ")
    assert str(taken) in said
