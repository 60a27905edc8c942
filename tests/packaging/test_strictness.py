"""The watch over all tests, watched: each kind of carelessness fails the test that shows it."""

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]

CARELESS = {
    "warning": "import warnings\ndef test_it(): warnings.warn('old', DeprecationWarning)",
    "log": "import logging\ndef test_it(): logging.getLogger('deskapp.x').warning('odd')",
    "missing_log": "def test_it(expect_log): expect_log('never said')",
    "thread": (
        "import threading\n"
        "def test_it(): threading.Thread(target=threading.Event().wait, daemon=True).start()"
    ),
    "raising_thread": (
        "import threading\n"
        "def test_it():\n"
        "    thread = threading.Thread(target=lambda: 1 / 0)\n"
        "    thread.start()\n"
        "    thread.join()"
    ),
    "unclosed_file": "def test_it(): open(__file__).read(1)",
    "connection": "import socket\ndef test_it(): socket.create_connection(('192.0.2.1', 25), 1)",
    "keyring": "import keyring\ndef test_it(): keyring.get_password('deskapp', 'key')",
    "qt_message": "from PySide6.QtCore import qWarning\ndef test_it(qapp): qWarning(b'odd')",
    "raising_slot": (
        "from PySide6.QtCore import QTimer\n"
        "def test_it(qtbot):\n"
        "    timer = QTimer()\n"
        "    timer.timeout.connect(lambda: 1 / 0)\n"
        "    with qtbot.waitSignal(timer.timeout):\n"
        "        timer.start(1)"
    ),
}

CAREFUL = {
    "expected_log": (
        "import logging\n"
        "def test_it(expect_log):\n"
        "    expect_log('odd')\n"
        "    logging.getLogger('deskapp.x').warning('how odd')"
    ),
    "joined_thread": (
        "import threading\n"
        "def test_it():\n"
        "    thread = threading.Thread(target=int)\n"
        "    thread.start()\n"
        "    thread.join()"
    ),
    "memory_keyring": (
        "import keyring\n"
        "def test_it(memory_keyring):\n"
        "    keyring.set_password('deskapp', 'key', 'secret')\n"
        "    assert keyring.get_password('deskapp', 'key') == 'secret'"
    ),
    "loopback": (
        "import socket\n"
        "def test_it():\n"
        "    with socket.create_server(('127.0.0.1', 0)) as server:\n"
        "        socket.create_connection(server.getsockname(), 1).close()"
    ),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """Run the samples under the real conftest and settings; module name to "it passed"."""
    folder = tmp_path_factory.mktemp("samples")
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    for name, source in (CARELESS | CAREFUL).items():
        (folder / f"test_{name}.py").write_text(source + "\n", encoding="utf-8")
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml")]
    subprocess.run(
        [*command, f"--rootdir={folder}", f"--junit-xml={report}", str(folder)],
        cwd=folder,
        capture_output=True,
        timeout=120,
        check=False,
    )
    passed: dict[str, bool] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = case.attrib["classname"].rpartition("test_")[2]
        passed[name] = passed.get(name, True) and len(case) == 0
    return passed


@pytest.mark.parametrize("name", CARELESS)
def test_carelessness_fails(name: str, verdicts: dict[str, bool]) -> None:
    assert verdicts[name] is False


@pytest.mark.parametrize("name", CAREFUL)
def test_care_passes(name: str, verdicts: dict[str, bool]) -> None:
    assert verdicts[name] is True
