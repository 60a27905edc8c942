"""Reading a desk's database from beside its authority: query-only, and as of one moment."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite

from deskapp.app.task import Task
from deskapp.system.errors import KnownError

BUSY_MS = 10_000
_PAGES = 2_000
"""Pages copied between two looks at whether to stop: 8 MB."""


@contextlib.contextmanager
def reading(path: Path) -> Iterator[Any]:
    """A connection that cannot write, inside one read transaction."""
    connection = sqlite.connect(str(path), isolation_level=None)
    try:
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.execute("PRAGMA query_only=ON")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # the moment is now
        yield connection
    finally:
        connection.close()


def copy_database(source: Path, target: Path, task: Task, note: str) -> None:
    """Copy by SQLite's online backup, complete to one moment, while the authority goes on writing.

    The read transaction holds the moment, so that a busy desk cannot make it begin again.
    """
    copy = sqlite.connect(str(target), isolation_level=None)
    stopped: list[KnownError] = []

    def step(_: int, remaining: int, total: int) -> None:
        try:
            task.step(total - remaining, total, note)
        except KnownError as error:
            stopped.append(error)
            raise

    try:
        with reading(source) as connection:
            connection.backup(copy, pages=_PAGES, progress=step, sleep=0.0)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    except BaseException:
        if stopped:
            raise stopped[0] from None
        raise
    finally:
        copy.close()


def problems(path: Path, *, thorough: bool = True, limit: int = 10) -> list[str]:
    """What SQLite finds wrong with a database, at most `limit` lines; empty: nothing.

    `thorough` also compares every index with its table (integrity_check, not quick_check).
    """
    check = "integrity_check" if thorough else "quick_check"
    try:
        with reading(path) as connection:
            said = [str(row[0]) for row in connection.execute(f"PRAGMA {check}({limit})")]
    except sqlite.DatabaseError as error:
        return [str(error)]
    return [] if said == ["ok"] else said


def orphans(path: Path, limit: int = 10) -> list[str]:
    """Rows whose owner is gone, at most `limit` lines."""
    with reading(path) as connection:
        rows = connection.execute("PRAGMA foreign_key_check").fetchmany(limit)
    return [f"row {row[1]} of {row[0]} belongs to nothing in {row[2]}" for row in rows]


def desk_values(connection: Any) -> dict[str, str]:
    """The desk's own values: epoch, seq, …"""
    return {
        str(key): str(value) for key, value in connection.execute("SELECT key, value FROM desk")
    }


def schema_of(connection: Any) -> str:
    """The schema revision; empty for a file that is no desk."""
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite.OperationalError:
        return ""
    return str(row[0]) if row else ""


def count(connection: Any, table: str) -> int:
    """Rows of a table (a name from this program)."""
    return int(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608
