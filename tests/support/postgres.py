"""A real PostgreSQL for tests: one server for each process of the tests, one database for each desk."""

import atexit
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, cached_property
from pathlib import Path
from unittest import mock
from urllib.parse import urlsplit

import psycopg

from deskapp.app import place
from deskapp.app.move import move
from deskapp.app.restore import _begin_new_epoch
from deskapp.app.task import Task
from deskapp.models.database import PostgresDatabase, SqliteFile
from deskapp.system.paths import Profile

ACCOUNT = "postgres"
"""The server refuses to run as root."""
MEMORY = Path("/dev/shm")
QUICK = """
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
shared_buffers = 32MB
max_connections = 300
listen_addresses = ''
log_min_messages = fatal
"""
_EMPTY = """
DO $$ DECLARE one record; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT relname, relkind FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relname <> 'alembic_version' LOOP
        IF one.relkind = 'r' THEN EXECUTE format('DELETE FROM %I', one.relname);
        ELSIF one.relkind = 'S' THEN PERFORM setval(one.relname::regclass, 1, false); END IF;
    END LOOP;
END $$
"""


def program(name: str) -> str:
    """The newest one on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=_version)
    return str(found[-1]) if found else str(shutil.which(name))


def _version(path: Path) -> int:
    return int(path.parts[-3])


def _name(url: str) -> str:
    return urlsplit(url).path.strip("/")


class Server:
    """A server of its own, reached by a socket in its folder. `settings` are lines of postgresql.conf."""

    def __init__(self, settings: str = QUICK) -> None:
        memory = MEMORY if os.access(MEMORY, os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(prefix="deskapp-pg-", dir=memory))
        self._data = self.folder / "data"
        self._numbers = itertools.count(1)
        self._free: list[str] = []
        if os.getuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._run("initdb", "-A", "trust", "-U", ACCOUNT, "-E", "UTF8", "--locale=C", "--no-sync")
        with (self._data / "postgresql.conf").open("a") as config:
            config.write(f"{settings}\nunix_socket_directories = '{self.folder}'\n")
        self.start()

    def start(self) -> None:
        log = str(self.folder / "log")
        self._run("pg_ctl", "-w", "-t", "60", "-s", "-l", log, "start")

    def stop(self, mode: str = "immediate") -> None:
        """`immediate` is what a power cut is: nothing is finished."""
        self._run("pg_ctl", "-w", "-s", "-m", mode, "stop")

    def remove(self) -> None:
        if (self._data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgresql://{ACCOUNT}@/{name}?host={self.folder}"

    def create(self, template: str = "") -> str:
        """A new database; its URL. A copy of `template` (another's URL, which nobody uses) or without a table."""
        name = f"desk{next(self._numbers)}"
        begun = f" TEMPLATE {_name(template)} STRATEGY file_copy" if template else ""
        self._manage(f"CREATE DATABASE {name}{begun}")
        return self.url(name)

    def drop(self, url: str) -> None:
        self._manage(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    def _manage(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    @cached_property
    def empty(self) -> str:
        """A database with the tables of a desk and no row, to begin others with."""
        return self._migrated()

    @contextmanager
    def desk(self) -> Iterator[str]:
        """The URL of a desk without a row; it is used again, for to make one takes longer than most stories."""
        url = self._free.pop() if self._free else self._migrated()
        yield url
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_EMPTY)
        self._free.append(url)

    def _migrated(self) -> str:
        url = self.create()
        PostgresDatabase(url).upgrade()
        return url

    def _run(self, tool: str, *words: str) -> None:
        command = [program(tool), "-D", str(self._data), *words]
        if os.getuid() == 0:
            command = ["runuser", "-u", ACCOUNT, "--", *command]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{tool}: {done.stdout}{done.stderr}")


def quick() -> Server:
    """A server without fsync, gone with this process."""
    made = Server()
    atexit.register(made.remove)
    return made


@cache
def server() -> Server:
    """That of this process, started when it is first asked for."""
    return quick()


def comes_back(profile: Profile) -> None:
    """As when a backup of this moment has been restored, wherever the rows are. Nobody has the desk open."""
    if not profile.server.is_file():
        _begin_new_epoch(profile.database)
        return
    place.copy_desk(profile, profile.database, Task(), "")
    profile.server.unlink()
    _begin_new_epoch(profile.database)
    move(profile, server().create(server().empty), Task())


@contextmanager
def lending() -> Iterator[None]:
    """Within, every new desk that is opened by its folder is in a database on the server."""
    found = place.database_of
    with ExitStack() as lent:

        def chosen(profile: Profile, synchronous: str = "FULL") -> SqliteFile | PostgresDatabase:
            if not profile.server.is_file() and not profile.database.exists():
                place.remember(profile, lent.enter_context(server().desk()))
            return found(profile, synchronous)

        with mock.patch.object(place, "database_of", chosen):
            yield
