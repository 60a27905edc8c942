"""What a disk refuses, told apart: it is full, which passes; or it fails, after which nothing can be relied on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, event

FULL: Final = "disk_full"
FAILED: Final = "disk_failed"

_IOERR, _FULL, _CANTOPEN = 10, 13, 14
"""Result codes of SQLite; an extended one has its kind in its lowest byte."""


class StorageProblem(Exception):
    """Nothing of what was to be written is kept. `code` is what `core.api.Connection.trouble` says then."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def problem_of(error: BaseException) -> str:
    """`FULL`, `FAILED`, or empty for what is not the disk's. `error` is the driver's, or SQLAlchemy's about it."""
    if isinstance(error, StorageProblem):
        return error.code
    return {_FULL: FULL, _IOERR: FAILED}.get(_code(error), "")


def lacks_room(error: BaseException) -> bool:
    """Whether a file could not be read for want of room: its log is made then."""
    return _code(error) in (_FULL, _CANTOPEN)


def _code(error: BaseException) -> int:
    return int(getattr(getattr(error, "orig", None) or error, "sqlite_errorcode", 0)) & 0xFF


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction of the desk's own. After the first I/O error in one nothing more begins: `StorageProblem`.

    The system forgets what it could not write (a second fsync says that all is well): only what a process that
    begins anew reads from the file is known to be on the disk.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except Exception as error:
        if problem_of(error) == FAILED and not isinstance(error, StorageProblem):
            event.listen(engine, "begin", _refuse)
        raise


def _refuse(_connection: Any) -> None:
    raise StorageProblem(FAILED)
