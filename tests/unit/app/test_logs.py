"""The log, and what a crash leaves in it."""

import logging
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from deskapp.app import crash, logs
from deskapp.app.crash import BlockWatch, CrashHandler
from deskapp.app.loop_watch import LoopWatch
from deskapp.system.errors import KnownError
from tests.conftest import ExpectLog


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    handler = logs.start(tmp_path / "logs")
    yield tmp_path / "logs" / logs.FILE_NAME
    logs.stop(handler)


def test_a_line_a_record_without_secrets(log: Path) -> None:
    logging.getLogger("deskapp.x").info("login of %s with password=%s", "ana@example.com", "pw")
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert line.endswith("MainThread deskapp.x: login of …@example.com with password=[redacted]")
    assert line[:4].isdigit()
    assert "Z INFO" in line


def test_a_traceback_is_redacted_too(log: Path, expect_log: ExpectLog) -> None:
    expect_log("failed")
    try:
        raise ValueError("token: abc123def for ana@example.com")
    except ValueError:
        logging.getLogger("deskapp.x").exception("failed")
    text = log.read_text(encoding="utf-8")
    assert "ValueError" in text
    assert "abc123def" not in text
    assert "ana@" not in text


def test_a_hostile_record_cannot_forge_lines_or_colours(log: Path) -> None:
    logging.getLogger("deskapp.x").info("subject: %s", "a\r\x1b[2Jb")
    assert "a\\r\\x1b[2Jb" in log.read_text(encoding="utf-8")


def test_it_is_private_and_does_not_grow_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 2000)
    handler = logs.start(tmp_path / "logs")
    for number in range(500):
        logging.getLogger("deskapp.x").info("line %d", number)
    logs.stop(handler)
    files = list((tmp_path / "logs").iterdir())
    assert len(files) == 1 + logs.FILES
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    assert sum(path.stat().st_size for path in files) < 7 * 2000


class TestCrash:
    @pytest.fixture
    def told(self, tmp_path: Path) -> Iterator[list[KnownError | None]]:
        found: list[KnownError | None] = []
        handler = CrashHandler(tmp_path, found.append)
        handler.install()
        yield found
        handler.remove()

    def test_a_known_error_is_told_by_its_code(
        self, told: list[KnownError | None], expect_log: ExpectLog
    ) -> None:
        expect_log(r"failed: desk_missing \{'path': '/x'\}")
        error = KnownError("desk_missing", path="/x")
        sys.excepthook(KnownError, error, None)
        assert told == [error]

    def test_a_bug_has_its_traceback(
        self, told: list[KnownError | None], expect_log: ExpectLog
    ) -> None:
        expect_log("(?s)bug.*ZeroDivisionError")
        try:
            _ = 1 / 0
        except ZeroDivisionError as error:
            sys.excepthook(type(error), error, error.__traceback__)
        assert told == [None]

    def test_a_bug_in_a_thread(self, told: list[KnownError | None], expect_log: ExpectLog) -> None:
        expect_log("(?s)bug in worker-7.*ZeroDivisionError")
        thread = threading.Thread(target=lambda: 1 / 0, name="worker-7")
        thread.start()
        thread.join()
        assert told == [None]

    def test_it_gives_back_what_was_there(self, tmp_path: Path) -> None:
        before = sys.excepthook, threading.excepthook, sys.unraisablehook
        handler = CrashHandler(tmp_path)
        handler.install()
        assert sys.excepthook != before[0]
        handler.remove()
        handler.remove()
        assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before

    def test_a_crash_of_the_interpreter_leaves_its_stack(self, tmp_path: Path) -> None:
        source = (
            "import ctypes, sys\nfrom pathlib import Path\n"
            "from deskapp.app.crash import CrashHandler\n"
            "CrashHandler(Path(sys.argv[1])).install()\n"
            "def falls_over(): ctypes.string_at(0)\n"
            "falls_over()"
        )
        command = [sys.executable, "-c", source, str(tmp_path)]
        result = subprocess.run(command, cwd=Path(__file__).parents[3], check=False)
        assert result.returncode == -signal.SIGSEGV
        report = (tmp_path / "crash.log").read_text()
        assert "Segmentation fault" in report
        assert "falls_over" in report
        assert stat.S_IMODE((tmp_path / "crash.log").stat().st_mode) == 0o600


def busy_for(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


class TestBlockWatch:
    def test_a_slow_slot_is_logged_with_its_stack(
        self, qtbot: QtBot, expect_log: ExpectLog
    ) -> None:
        expect_log(r"(?s)did not answer for \d{3,} ms:.*busy_for")
        expect_log("did not answer", required=False)  # of a busy machine
        watch = LoopWatch()
        watch.start()
        watch.start()
        slow = QTimer()
        slow.setSingleShot(True)
        before: list[int] = []

        def work() -> None:
            before.append(watch.blocks)
            busy_for(0.6)

        slow.timeout.connect(work)
        slow.start(1)
        qtbot.waitUntil(lambda: bool(before) and watch.blocks > before[0])
        watch.close()
        watch.close()

    def test_a_loop_that_goes_round_is_not_told(self) -> None:
        answered = threading.Semaphore(0)

        def ask() -> None:
            watch.answer()
            answered.release()

        watch = BlockWatch(ask, limit_s=5)
        assert answered.acquire(timeout=60)
        assert answered.acquire(timeout=60)
        watch.close()
        assert watch.blocks == 0

    def test_a_hang_is_told_before_it_ends(
        self, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
    ) -> None:
        """A frozen window is killed: the log must have its stack by then."""
        expect_log("(?s)does not answer:.*test_a_hang_is_told")
        monkeypatch.setattr(crash, "_HANGS_S", 0.2)
        told = threading.Event()
        monkeypatch.setattr(crash._log, "error", told_then(crash._log.error, told))
        watch = BlockWatch(lambda: None, limit_s=0.05)
        assert told.wait(90)
        watch.close()
        assert watch.blocks == 1

    def test_what_the_window_lets_go_of_is_gone_then(self) -> None:
        """A painter that another thread keeps beyond its paint, or ends, ends the process."""
        ended: list[int] = []

        class Painter:
            def __del__(self) -> None:
                ended.append(threading.get_ident())

        def paint() -> None:
            painter = Painter()
            assert sum(range(200))
            assert painter

        def look() -> None:
            for _ in range(200):
                assert "test_logs" in watch._stack()
            done.set()

        watch = BlockWatch(lambda: watch.answer(), limit_s=60)
        looking, done = threading.Thread(target=look), threading.Event()
        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            looking.start()
            while not done.is_set():
                many = len(ended)
                paint()
                assert ended[many:] == [threading.get_ident()]
        finally:
            looking.join()
            sys.setswitchinterval(before)
            watch.close()

    def test_it_rests_while_nobody_looks(self) -> None:
        asked: list[bool] = []
        watch = BlockWatch(lambda: asked.append(watch.answer() is None), limit_s=5)
        watch.rest(True)
        before = len(asked)
        threading.Event().wait(0.5)
        watch.close()
        assert len(asked) - before <= 1


def told_then(log: Callable[..., None], told: threading.Event) -> Callable[..., None]:
    def tell(*args: object) -> None:
        log(*args)
        told.set()

    return tell
