"""Long work: how far it is, and whether it shall stop."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator

from deskapp.core.ports import Progress
from deskapp.system.errors import Cancelled

OnProgress = Callable[[Progress], None]
_REPORT_EVERY_S = 0.1


class Task:
    """Handed to the work. Any thread may `cancel`; the work stops at its next `step`."""

    def __init__(self, on_progress: OnProgress | None = None) -> None:
        self._on_progress = on_progress
        self._cancelled = threading.Event()
        self._reported = 0.0
        self._note = ""

    def cancel(self) -> None:
        self._cancelled.set()

    def check(self) -> None:
        """Raise `Cancelled` if somebody wants this to stop."""
        if self._cancelled.is_set():
            raise Cancelled

    def step(self, done: int, total: int, note: str = "") -> None:
        """Tell how far it is, some ten times a second at most, and `check`. `note` names the part."""
        self.check()
        now = time.monotonic()
        due = now - self._reported >= _REPORT_EVERY_S or done >= total or note != self._note
        if self._on_progress is not None and due:
            self._reported, self._note = now, note
            self._on_progress(Progress(done, total, note))


@contextlib.contextmanager
def ctrl_c_cancels(cancel: Callable[[], None]) -> Iterator[None]:
    """The first Ctrl-C calls `cancel`, a second one interrupts as ever.

    No KeyboardInterrupt of the first: raised inside a finaliser, Python prints and forgets it.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is signal.SIG_IGN:
        yield
        return

    def handle(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        cancel()

    signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
