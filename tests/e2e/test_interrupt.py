"""Asked to end, the window ends as it does by itself: in order, and with nothing left behind."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deskapp.system.paths import Profile
from tests.support.waiting import wait_for

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
WAIT_S = 60


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_end(tmp_path: Path, how: signal.Signals) -> None:
    profile = Profile.at(tmp_path / "desk")
    words = ["--profile", str(profile.folder), "--key-file", str(tmp_path / "key")]
    process = subprocess.Popen(
        [sys.executable, "-m", "deskapp", *words],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stderr=subprocess.PIPE,
    )
    wait_for(profile.control.exists, "the window", WAIT_S)
    assert json.loads(profile.control.read_text())["pid"] == process.pid
    process.send_signal(how)
    _, said = process.communicate(timeout=WAIT_S)
    assert (process.returncode, b"Traceback" in said) == (0, False), said.decode()
    assert not profile.control.exists()
