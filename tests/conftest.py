"""What holds for every test: nothing is said by accident, nothing keeps running, nothing leaves
the machine, and no folder, keyring or clock of the person at the keyboard is touched.

Warnings fail a test by ``filterwarnings`` and Qt's messages by ``qt_log_level_fail`` (both in
``pyproject.toml``); log records, threads and connections are watched here.
"""

import atexit
import gc
import logging
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

THREAD_GRACE_S = 20.0
"""How long a test's threads may take to end after it."""

_HOME = Path(tempfile.mkdtemp(prefix="deskapp-tests-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)


def _isolate() -> None:
    """Point every folder and the keyring away from the person's own, for children too."""
    for name in ("DATA", "CONFIG", "CACHE", "STATE"):
        folder = _HOME / name.lower()
        folder.mkdir()
        os.environ[f"XDG_{name}_HOME"] = str(folder)
    runtime = _HOME / "run"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.pop("QT_STYLE_OVERRIDE", None)
    os.environ["QT_SCALE_FACTOR"] = "1"
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # from a shell's ampersand
        signal.signal(signal.SIGINT, signal.default_int_handler)


_isolate()

settings.register_profile(
    "ci",
    max_examples=50,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "explore", parent=settings.get_profile("ci"), max_examples=500, derandomize=False
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def _stay_on_this_machine(event: str, args: tuple[Any, ...]) -> None:
    """Audit hook: a connection to anything but the loopback is a bug in the test."""
    if event != "socket.connect" or not isinstance(args[1], tuple):
        return
    host = str(args[1][0]).partition("%")[0]
    if host in {"", "localhost"} or ip_address(host).is_loopback:
        return
    raise RuntimeError(f"a test tried to reach {host}")


sys.addaudithook(_stay_on_this_machine)


LONGEST_FIRST = ["e2e", "sim", "security", "ui", "packaging", "migrations", "contract"]
"""Folders whose files take long: begun last, one of them would keep everybody waiting at the end."""


ON_A_SERVER = os.environ.get("DESKAPP_TEST_DATABASE") == "postgres"
"""Every new desk is in a database on a server (`make test-postgres`)."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the files that take long first; otherwise the order stays. Files are told of nowhere but in files."""
    if ON_A_SERVER:
        of_a_file = [item for item in items if item.get_closest_marker("of_a_file")]
        config.hook.pytest_deselected(items=of_a_file)
        items[:] = [item for item in items if item not in of_a_file]

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=place)


class ExpectLog(Protocol):
    """Says that a record of WARNING or above will be logged in this test.

    ``pattern`` is searched in the formatted message. With ``required=False`` the record may
    come or not, for what hangs on timing.
    """

    def __call__(self, pattern: str, *, required: bool = True) -> None: ...


class _LogWatch(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []
        self.patterns: dict[re.Pattern[str], bool] = {}

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.levelname} {record.name}: {self.format(record)}")

    def expect(self, pattern: str, *, required: bool = True) -> None:
        self.patterns[re.compile(pattern)] = required

    def complaints(self) -> list[str]:
        unexpected = [
            f"unexpected log record: {message}"
            for message in self.messages
            if not any(pattern.search(message) for pattern in self.patterns)
        ]
        missing = [
            f"expected log record never came: {pattern.pattern}"
            for pattern, required in self.patterns.items()
            if required and not any(pattern.search(message) for message in self.messages)
        ]
        return unexpected + missing


@pytest.fixture(autouse=True)
def expect_log() -> Iterator[ExpectLog]:
    """Fail the test on any log record of WARNING or above that it did not announce."""
    watch = _LogWatch()
    root = logging.getLogger()
    root.addHandler(watch)
    yield watch.expect
    root.removeHandler(watch)
    if complaints := watch.complaints():
        pytest.fail("\n".join(complaints), pytrace=False)


@pytest.fixture(autouse=True, scope="module")
def desks_on_the_chosen_database() -> Iterator[None]:
    """The one place that decides where the rows of a new desk are, whoever opens it by its folder."""
    if not ON_A_SERVER:
        yield
        return
    from tests.support.postgres import lending

    with lending():
        yield


@pytest.fixture(scope="session", autouse=True)
def one_schema() -> Iterator[None]:
    """A new desk is a copy of one that was migrated before; `tests/migrations` migrates."""
    from tests.support.one_schema import migrated_once

    with migrated_once():
        yield


_collected_for: list[object] = []
"""The file of tests for which everything was looked through."""


@pytest.fixture(autouse=True)
def garbage_here_alone(request: pytest.FixtureRequest) -> Iterator[None]:
    """As in the app, garbage of a test with widgets is collected by the thread that made them.

    A worker that does it destroys QObjects, waits for the interpreter while it holds one of Qt's locks,
    and the window's thread, which has the interpreter, waits for that lock: both for ever.
    """
    if "qapp" not in request.fixturenames:
        yield
        return
    gc.disable()
    if _collected_for != [request.module]:
        _collected_for[:] = [request.module]
        gc.unfreeze()
        gc.collect()
    gc.freeze()  # what outlives a test stays until the file's end: no test need look through it again
    yield
    _delete_windows()
    gc.collect()
    gc.enable()


def _delete_windows() -> None:
    """What was closed and is to be deleted goes now, not when the next test has styled it once more."""
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def no_dangling_threads() -> Iterator[None]:
    """Fail the test that leaves a Python thread running. Threads Qt started are not counted."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + THREAD_GRACE_S
    left = []
    for thread in set(threading.enumerate()) - before:
        if isinstance(thread, threading._DummyThread):
            continue
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            left.append(thread.name)
    if left:
        pytest.fail(f"threads left running: {', '.join(sorted(left))}", pytrace=False)


@pytest.fixture
def memory_keyring() -> Iterator["KeyringBackend"]:
    """A keyring of this test alone. Without it, every use of the keyring fails."""
    import keyring
    from keyring.backend import KeyringBackend
    from keyring.errors import PasswordDeleteError

    class MemoryKeyring(KeyringBackend):
        priority = 1  # type: ignore[assignment]

        def __init__(self) -> None:
            super().__init__()
            self.secrets: dict[tuple[str, str], str] = {}

        def get_password(self, service: str, username: str) -> str | None:
            return self.secrets.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            self.secrets[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            if self.secrets.pop((service, username), None) is None:
                raise PasswordDeleteError("no such entry")

    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)
