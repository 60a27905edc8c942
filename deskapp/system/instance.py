"""One process per desk: a lock that the kernel holds, so a crash always gives it back."""

import contextlib
import os
import sys
import threading
import time
from pathlib import Path

from deskapp.system.errors import KnownError
from deskapp.system.paths import FILE_MODE

_LOCKED_BYTE = 1 << 30
"""Windows locks bytes and forbids reading them; this one is far behind the process number."""
AGAIN_S = 0.01


class InstanceLock:
    """The right to write one desk. Held until `release`, or until this process ends in any way.

    The file itself says nothing: it stays, and only the lock on it counts. It is never removed,
    since a second process could then lock a file that no longer has a name.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def acquire(self) -> None:
        """Take the lock or raise `KnownError("desk_in_use", pid=…)`; never waits."""
        if self._handle is not None:
            return
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, FILE_MODE)
        try:
            _lock(handle)
        except OSError as error:
            pid = _read_pid(handle)
            os.close(handle)
            raise KnownError("desk_in_use", pid=pid) from error
        self._handle = handle
        with contextlib.suppress(OSError):  # a full disk: the lock is what counts
            os.ftruncate(handle, 0)
            os.write(handle, str(os.getpid()).encode())

    def wait(self, seconds: float) -> None:
        """As `acquire`, of a lock that others have for a moment only."""
        until = time.monotonic() + seconds
        while not self.held:
            try:
                self.acquire()
            except KnownError:
                if time.monotonic() >= until:
                    raise
                threading.Event().wait(AGAIN_S)

    def release(self) -> None:
        if self._handle is not None:
            handle, self._handle = self._handle, None
            _unlock(handle)
            os.close(handle)

    @property
    def held(self) -> bool:
        return self._handle is not None

    def __enter__(self) -> "InstanceLock":
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _read_pid(handle: int) -> int:
    """Who holds it, as far as the file tells; 0 when it does not."""
    with contextlib.suppress(OSError, ValueError):
        os.lseek(handle, 0, os.SEEK_SET)
        return int(os.read(handle, 20))
    return 0


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)

    def _unlock(handle: int) -> None:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        # flock, not lockf: closing another handle of the same file must not give it away.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
