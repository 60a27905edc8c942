"""From the start of the process until rows are painted, beside a bare window; and a bare window's memory."""

import compileall
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import deskapp
from tests.bench.results import Result, median

GOAL, STRETCH = 5.0, 4.0
GIVE_UP_S = 120

BARE = """
import os, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, painted)

def painted():
    with open(os.environ["DESKAPP_BENCH_MARK"] + ".part", "w") as mark:
        mark.write(str(time.monotonic_ns()))
    os.rename(os.environ["DESKAPP_BENCH_MARK"] + ".part", os.environ["DESKAPP_BENCH_MARK"])
    if os.environ.get("DESKAPP_BENCH_PSS"):
        with open("/proc/self/smaps_rollup") as rollup:
            print(*(line.split()[1] for line in rollup if line.startswith("Pss:")))
        sys.stdout.flush()
    app.quit()

app = QApplication(sys.argv)
window = Window()
window.setCentralWidget(QLabel("deskapp"))
window.resize(1440, 900)
window.show()
app.exec()
"""
"""A window with nothing in it: import, show, first paint."""


def measure(profile: Path, *, runs: int) -> list[Result]:
    """Start the app and the bare window in turn, `runs` times each, after one start that is not counted.

    The app's byte code is there, as after an installation, also where this machine is told not to write any.
    """
    compileall.compile_dir(Path(deskapp.__file__).parent, quiet=1)
    app = [
        sys.executable,
        "-m",
        "deskapp",
        "--profile",
        str(profile),
        "--key-file",
        str(profile / "key"),
    ]
    bare = [sys.executable, "-c", BARE]
    ours, theirs = [], []
    for run in range(runs + 1):
        took = (_start(bare), _start(app))
        if run:
            theirs.append(took[0])
            ours.append(took[1])
    value, baseline = median(ours), median(theirs)
    return [
        Result(
            "start to inbox painted, median",
            value,
            "ms",
            baseline,
            f"≤ {GOAL:.0f}×, stretch {STRETCH:.0f}×",
            value <= GOAL * baseline,
        )
    ]


def bare_memory() -> float:
    """PSS of the bare window, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        env = _env(Path(folder) / "mark") | {"DESKAPP_BENCH_PSS": "1"}
        done = subprocess.run(
            [sys.executable, "-c", BARE], env=env, capture_output=True, text=True, check=True
        )
    return int(done.stdout) / 1024


def _env(mark: Path) -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "DESKAPP_BENCH_MARK": str(mark)}


def _start(command: Sequence[str]) -> float:
    """Milliseconds from before the start until the process says that it painted; then it is ended."""
    with tempfile.TemporaryDirectory() as folder:
        mark = Path(folder) / "mark"
        begin = time.monotonic_ns()
        process = subprocess.Popen(
            command, env=_env(mark), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            while not (mark.exists() and mark.stat().st_size):
                if _ended(process) and not mark.exists():
                    raise RuntimeError(
                        f"{command[1:3]} ended before it painted ({process.returncode})"
                    )
                if time.monotonic_ns() - begin > GIVE_UP_S * 10**9:
                    raise RuntimeError(f"{command[1:3]} did not paint in {GIVE_UP_S} s")
            return (int(mark.read_text(encoding="ascii")) - begin) / 1e6
        finally:
            process.terminate()
            process.wait()


def _ended(process: "subprocess.Popen[bytes]") -> bool:
    """Whether the process is over, after looking for a moment."""
    try:
        process.wait(timeout=0.01)
    except subprocess.TimeoutExpired:
        return False
    return True
