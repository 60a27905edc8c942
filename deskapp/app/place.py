"""Where a desk's rows are kept: in its folder, or in a database on a server that its folder names."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskapp.app.snapshot import copy_database, reading
from deskapp.app.task import Task
from deskapp.models.database import PostgresDatabase, SqliteFile, is_server
from deskapp.system.errors import KnownError
from deskapp.system.paths import FILE_MODE, Profile, write_private

if TYPE_CHECKING:
    from deskapp.app.bootstrap import Desk

NAME = "desk.sqlite"


def named(profile: Profile, database: str) -> Profile:
    """The desk's folder, for what was named as its database: its file, or the URL of one on a server.

    The URL is remembered in the folder, so that every command finds it from then on. Raises KnownError:
    database_unknown, database_password (one may not stand in a URL), database_other (this folder's desk is
    kept elsewhere).
    """
    if is_server(database):
        check_url(database)
        if profile.database.exists() or server_of(profile) not in ("", database):
            raise KnownError("database_other", path=str(profile.folder))
        profile.create()
        PostgresDatabase(database).upgrade()  # a wrong address is not remembered
        remember(profile, database)
        return profile
    if not database:
        return profile
    path = Path(database.removeprefix("sqlite:///")).expanduser().absolute()
    if "://" in database.removeprefix("sqlite:///") or path.name != NAME:
        raise KnownError("database_unknown", database=database[:200].partition("@")[0])
    return Profile.at(str(path.parent))


def check_url(url: str) -> None:
    """Raises KnownError: database_unknown, database_password."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise KnownError("database_unknown", database="this address") from None
    if "password" in parts:
        raise KnownError("database_password")


def remember(profile: Profile, url: str) -> None:
    write_private(profile.server, f"{url}\n".encode())


def server_of(profile: Profile) -> str:
    """The URL of the server's database; empty for a desk that has a file."""
    return profile.server.read_text(encoding="utf-8").strip() if profile.server.is_file() else ""


def database_of(profile: Profile, synchronous: str = "FULL") -> SqliteFile | PostgresDatabase:
    url = server_of(profile)
    if url:
        return PostgresDatabase(url)
    profile.database.touch(FILE_MODE)  # SQLite gives its journals the same mode
    return SqliteFile(profile.database, synchronous=synchronous)


def copy_desk(profile: Profile, target: Path, task: Task, note: str) -> None:
    """The rows of one moment as a SQLite file, wherever they are kept. KnownError: cancelled."""
    url = server_of(profile)
    if not url:
        copy_database(profile.database, target, task, note)
        return
    from deskapp.app.transfer import copy_rows

    made = SqliteFile(target, synchronous="OFF")
    made.upgrade()
    source, engine = PostgresDatabase(url).readers(1), made.writer()
    try:
        with source.connect() as theirs, engine.begin() as ours:
            copy_rows(theirs, ours, task)
        with engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("PRAGMA journal_mode=DELETE").close()  # one file, nothing beside it
    finally:
        source.dispose()
        engine.dispose()


@contextlib.contextmanager
def reading_desk(desk: "Desk", task: Task) -> Iterator[Any]:
    """A SQLite connection that reads one moment of the desk; of one on a server, a copy of it."""
    if not server_of(desk.profile):
        with reading(desk.profile.database) as connection:
            yield connection
        return
    with tempfile.TemporaryDirectory(prefix=".copy-", dir=desk.profile.folder) as folder:
        copy = Path(folder) / NAME
        copy_desk(desk.profile, copy, task, "database")
        with reading(copy) as connection:
            yield connection
