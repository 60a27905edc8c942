"""Where a desk's rows are: a file of its own, or a database on a PostgreSQL server."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Engine

from deskapp.models.engine import reader_engine, writer_engine
from deskapp.models.schema import upgrade, upgrade_shared

if TYPE_CHECKING:
    from deskapp.models.postgres import Listener

CHANNEL = "deskapp"
"""Of LISTEN and NOTIFY: within one database, so of one desk."""
WRITERS = 4
"""Connections that write at once: the writer's transaction, leases of effects, a password."""
SCHEMES = ("postgresql://", "postgres://")


class Database(Protocol):
    """Engines of one desk. The caller disposes of them."""

    @property
    def shared(self) -> bool:
        """Whether other processes may write it at the same time."""

    def writer(self) -> Engine: ...

    def readers(self, count: int) -> Engine:
        """For `count` readers at once; each transaction is one snapshot."""

    def listener(self, process: int) -> "Listener":
        """Hears of what other processes commit. Only of one that is shared."""


class SqliteFile:
    """A desk's own file; one process has it."""

    shared = False

    def __init__(self, path: Path, *, synchronous: str = "FULL") -> None:
        self.path = path
        self._synchronous = synchronous

    def writer(self) -> Engine:
        return writer_engine(self.path, synchronous=self._synchronous)

    def readers(self, count: int) -> Engine:
        return reader_engine(self.path, readers=count)

    def listener(self, process: int) -> "Listener":
        raise NotImplementedError("a file has one writer, which knows of its own commits")

    def upgrade(self, on_copy: Callable[[Path], None] | None = None) -> None:
        """Make or migrate its tables. Raises `NewerDesk`."""
        engine = self.writer()
        try:
            upgrade(engine, self.path, on_copy)
        finally:
            engine.dispose()


class PostgresDatabase:
    """A database on a server, by its URL, in which there is no password (see `models.postgres.connect`)."""

    shared = True

    def __init__(self, url: str) -> None:
        self.url = url

    def writer(self) -> Engine:
        from deskapp.models.postgres import writing

        return writing(self.url, WRITERS)

    def readers(self, count: int) -> Engine:
        from deskapp.models.postgres import reading

        return reading(self.url, count)

    def listener(self, process: int) -> "Listener":
        from deskapp.models.postgres import Listener

        return Listener(self.url, CHANNEL, process)

    def upgrade(self, _: Callable[[Path], None] | None = None) -> None:
        """Make or migrate its tables; of several processes one does. Raises `NewerDesk`.

        No copy is made: each revision is one transaction here, and the server has its own backups.
        """
        engine = self.writer()
        try:
            upgrade_shared(engine)
        finally:
            engine.dispose()


def is_server(database: str) -> bool:
    """Whether that names a database on a server, not a file."""
    return database.startswith(SCHEMES)
