"""How long nobody touched anything, asked of a real X server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskapp.system.idle import system_idle

ASK = "from deskapp.system.idle import system_idle; idle = system_idle(); print(idle and idle())"
SLEPT = """
import select
from deskapp.system.idle import system_idle
idle = system_idle()
first = idle()
select.select([], [], [], 0.3)
print(idle() - first)
"""


@pytest.fixture
def display() -> Iterator[str]:
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-nolisten", "tcp", "-screen", "0", "64x64x8"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
        server.terminate()


def run(source: str, **environment: str) -> str:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[3]), **environment}
    command = [sys.executable, "-c", source]
    return subprocess.run(
        command, env=env, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.real
def test_an_x_server_tells(display: str) -> None:
    assert int(run(ASK, DISPLAY=display)) >= 0
    assert 250 <= int(run(SLEPT, DISPLAY=display)) <= 3000


def test_without_a_display_there_is_no_clock() -> None:
    assert run(ASK) == "None"
    assert run(ASK, DISPLAY=":991") == "None"
    assert run(ASK, DISPLAY=":991", WAYLAND_DISPLAY="wayland-0") == "None"


def test_a_missing_library_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr("ctypes.CDLL", nothing)
    assert system_idle() is None
