"""SQLite engines: one that writes, and readers that cannot.

The driver is pysqlite3, whose wheels carry a current SQLite: versions up to 3.51.2 can corrupt a WAL
database when two connections write or checkpoint together.
"""

from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import QueuePool

BUSY_MS = 10_000
ALONE = "locking_mode=EXCLUSIVE"
"""A pragma: the index of the log is kept in memory, not in a file (-shm) that connections share."""
CACHE_KIB = 32_768
READER_CACHE_KIB = 8_192
"""Of each reader; the system's own cache stands behind it. More of it is memory, not speed."""


def _engine(path: Path, pragmas: tuple[str, ...], begin: str, size: int) -> Engine:
    def connect() -> Any:
        connection = sqlite.connect(
            str(path), isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}").close()
        except BaseException:
            connection.close()  # or whoever looks at the error would keep it, and its locks
            raise
        return connection

    engine = create_engine(
        "sqlite://",
        creator=connect,
        module=sqlite,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def writer_engine(path: Path, *, synchronous: str = "FULL", alone: bool = False) -> Engine:
    """The one connection that writes and checkpoints. Every transaction is BEGIN IMMEDIATE.

    FULL is what makes an acknowledged commit survive a power cut in WAL mode; NORMAL loses the last ones.
    `alone`: no other connection can be opened, and the disk need not have room for what they would share.
    """
    pragmas = (
        f"busy_timeout={BUSY_MS}",
        *((ALONE,) if alone else ()),
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        "foreign_keys=ON",
        "secure_delete=FAST",
        f"cache_size=-{CACHE_KIB}",
        "wal_autocheckpoint=2000",
        "temp_store=MEMORY",
    )
    return _engine(path, pragmas, "BEGIN IMMEDIATE", 1)


def reader_engine(path: Path, *, readers: int = 3) -> Engine:
    """Connections that only read; each transaction is one snapshot.

    The file is not mapped into memory: that is no quicker here, and a failing disk would end the process
    by a signal instead of an error.
    """
    pragmas = (
        f"busy_timeout={BUSY_MS}",
        "query_only=ON",
        f"cache_size=-{READER_CACHE_KIB}",
        "temp_store=MEMORY",
    )
    return _engine(path, pragmas, "BEGIN", readers)
