"""Audible alerts: heard through a real PulseAudio, and harmless without any device."""

import array
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deskapp.system.sound import QtSounds, _linear

ROOT = Path(__file__).parents[3]


def run(source: str, **environment: str) -> str:
    """QtMultimedia picks its backend once in a process, so each case is a process of its own."""
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": os.environ["XDG_RUNTIME_DIR"],
        **environment,
    }
    command = [sys.executable, "-c", source]
    result = subprocess.run(command, env=env, capture_output=True, text=True, timeout=90)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


NO_DEVICE = """
from PySide6.QtWidgets import QApplication
app = QApplication([])
from deskapp.system.sound import QtSounds
sounds = QtSounds()
handle = sounds.play("customer", 0.8, repeat=True)
print(sounds.devices(), repr(handle))
sounds.stop(handle); sounds.stop(); sounds.stop("77")
"""

NO_LIBRARY = "import sys; sys.modules['PySide6.QtMultimedia'] = None\n" + NO_DEVICE


@pytest.mark.parametrize("source", [NO_DEVICE, NO_LIBRARY])
def test_silence_is_no_error(source: str, tmp_path: Path) -> None:
    assert run(source, PULSE_SERVER=f"unix:{tmp_path}/none", HOME=str(tmp_path)) == "[] ''"


def test_importing_the_module_does_not_load_qt_multimedia() -> None:
    source = "import sys, deskapp.system.sound; print('PySide6.QtMultimedia' in sys.modules)"
    assert run(source) == "False"


def test_a_sound_is_a_plain_name() -> None:
    asked: list[str] = []

    def find(name: str) -> Path:
        asked.append(name)
        return Path("/nowhere")

    sounds = QtSounds(find)
    for name in ("../../etc/passwd", "/dev/zero", "", "a.wav", "A", "a" * 65, "a\n"):
        assert sounds.play(name, 1.0) == ""
    assert asked == []


@pytest.mark.parametrize(
    ("wanted", "low", "high"), [(0, 0, 0), (1, 1, 1), (9, 1, 1), (0.5, 0.1, 0.4)]
)
def test_the_volume_is_as_the_ear_hears_it(wanted: float, low: float, high: float) -> None:
    assert low <= _linear(wanted) <= high


TENTH = 800
"""So many samples are a tenth of a second."""
PLAY = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
app = QApplication([])
from deskapp.system import sound
sound.REPEAT_MS = 1300
sounds = sound.QtSounds()
assert sounds.devices() and "desk-test" in sounds.devices()[0][0], sounds.devices()
handle = sounds.play("customer", 1.0, device=sounds.devices()[0][0], repeat=True)
assert handle
twice = [sounds.play("customer", 1.0) for _ in range(5)]
QTimer.singleShot(3500, lambda: sounds.stop(handle))
QTimer.singleShot(6000, app.quit)
app.exec()
"""


class Pulse:
    """A PulseAudio of this test alone, whose one output is recorded."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.environment = {
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_RUNTIME_PATH": str(folder),
            "PULSE_SERVER": f"unix:{folder}/native",
        }
        self._env = {"PATH": os.environ["PATH"], **self.environment}
        script = folder / "pulse.pa"
        script.write_text(
            "load-module module-null-sink sink_name=desk-test\n"
            f"load-module module-native-protocol-unix auth-anonymous=1 socket={folder}/native\n"
        )
        command = ["pulseaudio", "-n", "-F", str(script), "--daemonize=no", "--exit-idle-time=-1"]
        self._daemon = self._start(command)
        self._wait_until_it_answers()

    def record(self) -> "subprocess.Popen[bytes]":
        command = ["parec", "-d", "desk-test.monitor", "--raw", "--format=s16le", "--rate=8000"]
        return self._start([*command, "--channels=1", "--latency-msec=50"], subprocess.PIPE)

    def close(self) -> None:
        self._daemon.terminate()
        self._daemon.wait()

    def _start(
        self, command: list[str], out: int = subprocess.DEVNULL
    ) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(command, env=self._env, stdout=out, stderr=subprocess.DEVNULL)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + 20
        while subprocess.run(["pactl", "info"], env=self._env, capture_output=True).returncode:
            assert time.monotonic() < deadline, "pulseaudio did not start"


@pytest.fixture
def pulse(tmp_path: Path) -> Iterator[Pulse]:
    tmp_path.chmod(0o700)
    running = Pulse(tmp_path)
    yield running
    running.close()


@pytest.mark.real
def test_a_repeated_sound_is_heard_until_it_is_stopped(pulse: Pulse) -> None:
    loud: list[bool] = []
    with pulse.record() as recorder, ThreadPoolExecutor(1) as pool:
        assert recorder.stdout is not None
        recorder.stdout.read(800)  # now it records
        playing = pool.submit(run, PLAY, **pulse.environment)
        while not playing.done() or any(loud[-20:]):  # what is not read in time is lost
            samples = array.array("h", recorder.stdout.read(2 * TENTH))
            loud.append(max(map(abs, samples)) > 500)
        playing.result()
        recorder.terminate()
    heard = [index for index, is_loud in enumerate(loud) if is_loud]
    assert heard, "nothing was heard"
    told = "".join("x" if each else "." for each in loud)
    assert heard[-1] - heard[0] > 13, f"it was heard but once: {told}"
    assert heard[-1] - heard[0] < 50, f"it was not stopped before the end: {told}"
