"""`move-database --to URL`: a desk from its file into a database on a server, checked row by row.

The desk goes on where it was: its epoch, its commits and every count are the same, so that no colleague's computer
has to fetch anything anew. The file it comes from is put aside under a name that nothing opens.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from deskapp.app import place
from deskapp.app.task import Task
from deskapp.app.transfer import compare_rows, copy_rows
from deskapp.models import tables as t
from deskapp.models.database import PostgresDatabase, SqliteFile, is_server
from deskapp.system.clock import SystemClock
from deskapp.system.errors import KnownError
from deskapp.system.instance import InstanceLock
from deskapp.system.paths import Profile, flush_folder

log = logging.getLogger(__name__)


def move(profile: Profile, url: str, task: Task) -> Mapping[str, object]:
    """Returns tickets, messages, rows, tables (each with its rows and their SHA-256), and aside.

    KnownError: desk_in_use, desk_missing, database_unknown, database_password, database_not_empty (another
    desk is there), move_differs, cancelled. Then the desk is in its file as before, and the database without
    a row. When only the last step was missing, the same command again completes it.
    """
    if not is_server(url):
        raise KnownError("database_unknown", database=url[:200].partition("@")[0])
    place.check_url(url)
    if not profile.database.is_file():
        raise KnownError("desk_missing", path=str(profile.folder))
    with InstanceLock(profile.lock):
        file, server = SqliteFile(profile.database), PostgresDatabase(url)
        file.upgrade()
        server.upgrade()
        sums = _fill(file, server, task)
        place.remember(profile, url)
        aside = _put_aside(profile)
    log.info("moved the desk into a database on a server")
    rows = {name: int(said.partition(" ")[0]) for name, said in sums.items()}
    return {
        "tickets": rows["ticket"],
        "messages": rows["message"],
        "rows": sum(rows.values()),
        "tables": sums,
        "aside": aside,
    }


def _fill(file: SqliteFile, server: PostgresDatabase, task: Task) -> dict[str, str]:
    """All rows in one transaction; table → "rows sha256"."""
    source, target = file.readers(1), server.writer()
    try:
        with source.connect() as ours, target.begin() as theirs:
            there = _epoch(theirs)
            if there is None:
                return copy_rows(ours, theirs, task)
            if there != _epoch(ours):
                raise KnownError("database_not_empty")
            return compare_rows(ours, theirs)
    finally:
        source.dispose()
        target.dispose()


def _epoch(connection: Connection) -> Any:
    return connection.execute(select(t.desk.c.value).where(t.desk.c.key == "epoch")).scalar()


def _put_aside(profile: Profile) -> str:
    """The file, and what is left of its journal, under another name."""
    at = datetime.fromtimestamp(SystemClock().now() / 1000, UTC)
    aside = profile.database.with_name(f"desk.moved-{at:%Y%m%dT%H%M%SZ}.sqlite")
    for end in ("-shm", "-wal", ""):
        part = profile.database.with_name(profile.database.name + end)
        if part.exists():
            part.rename(aside.with_name(aside.name + end))
    flush_folder(profile.folder)
    return str(aside)
