"""When it goes wrong: what ends in the log, and what a person is told.

A `KnownError` is told in its sentence and leaves one line. Anything else is a bug: its traceback
goes to the log, a crash of the interpreter itself to `crash.log`, and a person is told once.
"""

import faulthandler
import logging
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from deskapp.app.errors import as_known
from deskapp.system.errors import KnownError

BLOCK_S = 0.05
"""A window that does nothing for longer than this is felt."""

_ASK_EVERY_S = 0.1
_HANGS_S = 5.0

_log = logging.getLogger(__name__)

OnFailure = Callable[[KnownError | None], None]
"""Told of a failure nobody caught; None is a bug. Called on the thread where it happened."""


class CrashHandler:
    """Watches this process's uncaught exceptions from `install` to `remove`."""

    def __init__(self, folder: Path, on_failure: OnFailure | None = None) -> None:
        self._path = folder / "crash.log"
        self._on_failure = on_failure
        self._file: TextIO | None = None
        self._before: tuple[Any, Any, Any] | None = None

    def install(self) -> None:
        self._before = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = self._uncaught
        threading.excepthook = self._in_thread
        sys.unraisablehook = self._unraisable
        self._file = self._path.open("a", encoding="utf-8")
        self._path.chmod(0o600)
        faulthandler.enable(self._file)

    def remove(self) -> None:
        if self._before is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
            self._before = None
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None

    def _uncaught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._report(kind, error, trace, "")

    def _in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            name = args.thread.name if args.thread else "a thread"
            self._report(args.exc_type, args.exc_value, args.exc_traceback, f" in {name}")

    def _unraisable(self, args: "sys.UnraisableHookArgs") -> None:
        if args.exc_value is not None:
            where = f" ({args.err_msg or 'while cleaning up'})"
            _log.error("ignored%s", where, exc_info=args.exc_value)

    def _report(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
        where: str,
    ) -> None:
        known = as_known(error)
        if known is not None:
            _log.error("failed%s: %s %s", where, known.code, dict(known.params))
        else:
            _log.critical("bug%s", where, exc_info=(kind, error, trace))
        if self._on_failure is not None:
            self._on_failure(known)


class BlockWatch:
    """Logs what the window's thread was doing when it did one thing for longer than `limit_s`.

    Ten times a second a thread of its own asks by `ask`, which is to make the watched thread (the
    one that makes this object) call `answer` when its event loop comes round to it.
    """

    def __init__(self, ask: Callable[[], None], limit_s: float = BLOCK_S) -> None:
        self._ask = ask
        self._limit = limit_s
        self._watched = threading.get_ident()
        self._answered = threading.Event()
        self._closing = threading.Event()
        self._resting = False
        self.blocks = 0
        self._thread = threading.Thread(target=self._watch, name="block-watch", daemon=True)
        self._thread.start()

    def answer(self) -> None:
        """The event loop runs."""
        self._answered.set()

    def rest(self, resting: bool) -> None:
        """Ask no more while nobody looks at the window."""
        self._resting = resting

    def close(self) -> None:
        self._closing.set()
        self._answered.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._closing.wait(_ASK_EVERY_S):
            if self._resting:
                continue
            self._answered.clear()
            asked = time.monotonic()
            self._ask()
            if not self._answered.wait(self._limit):
                self._tell(asked, self._stack())

    def _tell(self, asked: float, stack: str) -> None:
        if not self._answered.wait(_HANGS_S):
            _log.error("the window does not answer:\n%s", self._stack())
        self._answered.wait()
        if not self._closing.is_set():
            took = (time.monotonic() - asked) * 1000
            _log.warning("the window did not answer for %.0f ms:\n%s", took, stack)
        self.blocks += 1

    def _stack(self) -> str:
        """What the watched thread does now, the innermost call first.

        Its frames are never held: whoever holds one keeps what is local to it, and a painter that outlives
        its paint, or ends on another thread, ends the process.
        """
        with tempfile.TemporaryFile() as file:
            faulthandler.dump_traceback(file)  # one call that nothing comes in between
            file.seek(0)
            told = file.read().decode(errors="replace")
        mine = re.search(rf"(?i)thread 0x0*{self._watched:x} .*\n((?: .*\n?)*)", told)
        return mine[1] if mine else ""
