"""When it goes wrong: what ends in the log, and what a person is told.

A `KnownError` is told in its sentence and leaves one line. Anything else is a bug: its traceback
goes to the log, a crash of the interpreter itself to `crash.log`, and a person is told once.
"""

import faulthandler
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from deskapp.app.errors import as_known
from deskapp.system.errors import KnownError

BLOCK_S = 0.05
"""A window that does nothing for longer than this is felt."""

_LOOKS_BEFORE_SLEEP = 40

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

    The window calls `enter` when its event loop wakes and `leave` when it goes to sleep (both
    cost less than a microsecond). A thread of its own looks twice per limit, and sleeps when the
    window has been asleep for a while.
    """

    def __init__(self, limit_s: float = BLOCK_S) -> None:
        self._limit = limit_s
        self._watched = threading.get_ident()
        self._since: float | None = None
        self._parked = False
        self._wake = threading.Event()
        self._closing = False
        self._caught: tuple[float, str] | None = None
        self.blocks = 0
        self._thread = threading.Thread(target=self._watch, name="block-watch", daemon=True)
        self._thread.start()

    def enter(self) -> None:
        self.leave()  # a loop with more to do goes on without having slept
        self._since = time.monotonic()
        if self._parked:
            self._wake.set()

    def leave(self) -> None:
        since, self._since = self._since, None
        caught = self._caught
        if since is not None and caught is not None and caught[0] == since:
            self._caught = None
            self.blocks += 1
            took = (time.monotonic() - since) * 1000
            _log.warning("the window did not answer for %.0f ms:\n%s", took, caught[1])

    def close(self) -> None:
        self._closing = True
        self._wake.set()
        self._thread.join()

    def _watch(self) -> None:
        quiet = 0
        while not self._closing:
            since = self._since
            quiet = quiet + 1 if since is None else 0
            if quiet > _LOOKS_BEFORE_SLEEP:
                self._park()
            elif since is None:
                self._wake.wait(self._limit / 2)
            elif time.monotonic() - since > self._limit and self._seen() != since:
                frame = sys._current_frames().get(self._watched)
                stack = "".join(traceback.format_stack(frame, limit=25)) if frame else ""
                self._caught = (since, stack)
            else:
                self._wake.wait(self._limit / 2)

    def _seen(self) -> float | None:
        return self._caught[0] if self._caught else None

    def _park(self) -> None:
        """Sleep until `enter`. It may come between the two looks, hence the second one."""
        self._wake.clear()
        self._parked = True
        if self._since is None and not self._closing:
            self._wake.wait()
        self._parked = False
