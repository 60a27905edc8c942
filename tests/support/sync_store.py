"""Where the desk of a simulation has its rows: a file that may lose its end, or a database that may lose its server."""

import os
import shutil
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Protocol

from sqlalchemy import Connection

from deskapp.app import place
from deskapp.app.move import move
from deskapp.app.restore import _begin_new_epoch
from deskapp.app.task import Task
from deskapp.models.database import Database, SqliteFile
from deskapp.sync.replica.cache import raw_of
from deskapp.system.paths import Profile
from tests.support.desk import CHOICE
from tests.support.postgres import Server, quick
from tests.support.sync_disk import Disk, flushes
from tests.support.sync_truth import Found, holding

SQLITE, POSTGRES = "sqlite", "postgres"
CHOSEN = os.environ.get(CHOICE, SQLITE)
FILE = "desk.sqlite"

_MATCH = "words @@ CAST(? AS tsquery)"


class Store(Protocol):
    """`stop` and `put_back` are the crash of a desk: before it lets go of its database, and after."""

    processes: int
    """How many of the desk's processes work on it beside each other."""

    def database(self, synchronous: str) -> Database: ...
    def stop(self, connection: Connection, random: Random, *, power: bool) -> None: ...
    def put_back(self) -> None: ...
    def back_up(self, into: Path) -> None:
        """As a backup taken while the desk runs."""

    def restore(self, copy: Path) -> None:
        """What the copy holds, in another epoch. The desk must have let go of it."""

    def raw(self, connection: Connection) -> Any:
        """The driver's connection; values stand for question marks."""

    def finds(self, connection: Connection, word: str) -> Found:
        """In which messages and contacts that word is."""

    def remove(self) -> None:
        """What was taken up outside the desk's folder is given back."""


class FileStore:
    """A file, begun as a copy of `template` (a folder of another desk's) or without a row."""

    processes = 1

    def __init__(self, folder: Path, template: Path | None) -> None:
        self._path = folder / FILE
        self._disk = Disk(folder, (FILE,))
        if template is None:
            SqliteFile(self._path, synchronous="OFF").upgrade()
        else:
            shutil.copy(template / FILE, self._path)

    def database(self, synchronous: str) -> Database:
        return SqliteFile(self._path, synchronous=synchronous)

    def stop(self, connection: Connection, random: Random, *, power: bool) -> None:
        self._disk.stop({FILE: flushes(raw_of(connection))}, random, power=power)

    def put_back(self) -> None:
        self._disk.put_back()

    def back_up(self, into: Path) -> None:
        self._disk.copy(into)

    def restore(self, copy: Path) -> None:
        self._disk.replace_by(copy)
        _begin_new_epoch(self._path)

    def raw(self, connection: Connection) -> Any:
        return raw_of(connection)

    def finds(self, connection: Connection, word: str) -> Found:
        return holding(raw_of(connection), word)

    def remove(self) -> None:
        """It goes with its folder."""


class ServerStore:
    """A database of its own on a server, worked on by two processes. A power cut is the server's."""

    processes = 2

    def __init__(self, folder: Path, template: Path | None) -> None:
        self._profile = Profile(folder)
        self._cut = False
        begun = place.server_of(Profile(template)) if template else own_server().empty
        place.remember(self._profile, own_server().create(begun))

    def database(self, synchronous: str) -> Database:
        return place.database_of(self._profile)

    def stop(self, connection: Connection, random: Random, *, power: bool) -> None:
        self._cut = power

    def put_back(self) -> None:
        if self._cut:
            own_server().stop("immediate")
            own_server().start()

    def back_up(self, into: Path) -> None:
        into.mkdir()
        place.copy_desk(self._profile, into / FILE, Task(), "")

    def restore(self, copy: Path) -> None:
        """By way of a file, as people do who have a backup."""
        self.remove()
        self._profile.server.unlink()
        shutil.copy(copy / FILE, self._profile.database)
        _begin_new_epoch(self._profile.database)
        move(self._profile, own_server().create(own_server().empty), Task())

    def raw(self, connection: Connection) -> Any:
        return _Marked(raw_of(connection))

    def finds(self, connection: Connection, word: str) -> Found:
        return holding(self.raw(connection), f"'{word}'", _MATCH)

    def remove(self) -> None:
        own_server().drop(place.server_of(self._profile))


STORES: dict[str, type[FileStore] | type[ServerStore]] = {
    SQLITE: FileStore,
    POSTGRES: ServerStore,
}


class _Marked:
    """A psycopg connection that takes SQLite's marks for values."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def execute(self, sql: str, values: tuple[Any, ...] = ()) -> Any:
        return self._connection.execute(sql.replace("?", "%s"), values)


@cache
def own_server() -> Server:
    """One of the simulations' own, since its power is cut."""
    return quick()
