"""The disposable half of a replica: a copy of what this agent may see, in the tables of a desk.

It can be thrown away at any time; the host has all of it. One connection writes, a few read.
"""

import contextlib
import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DatabaseError

from deskapp.models.disk import lacks_room
from deskapp.models.engine import ALONE, reader_engine, writer_engine
from deskapp.sync.replica import schema
from deskapp.sync.replica.scrubbing import Scrubber

DAMAGE = (DatabaseError, sqlite.DatabaseError, UnicodeDecodeError)
"""What reading a bad file may raise; the second is the driver's word for a text that is none."""
CHECKED_AT_ONCE = 64 * 1024 * 1024
"""A file up to this size is checked through when it is opened (0.1 s); a larger one by `damage`."""

_INDEX_CHECKS = (
    "INSERT INTO message_fts(message_fts) VALUES ('integrity-check')",
    "INSERT INTO contact_fts(contact_fts) VALUES ('integrity-check')",
    "INSERT INTO point_fts(point_fts) VALUES ('integrity-check')",
)
_DAMAGE = ("malformed", "not a database", "decode", "no such column", "no such table", "no column")
"""What the driver says of a file whose pages, texts or schema are not what they were."""

AGENT, SCHEMA, SEAL, EPOCH, SEQ = "agent", "schema", "seal", "epoch", "seq"
POSITION, COMPLETE_TO, BUILDING = "position", "complete_to", "building"
TO_SQUEEZE = "to_squeeze"
BLOBS_GONE = "blobs_gone"  # by the last commit: they may still have to be deleted


@dataclass(frozen=True, slots=True)
class ScopeMark:
    """How far a scope is followed; while it is not `done`, where its bootstrap goes on (`token`)."""

    cursor: int
    token: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    checksum: int = 0
    done: bool = False


class Cache:
    """Opens the file or makes it anew. Writing belongs to one thread; `reading` to any.

    `made` says why it is new: new, damaged, schema, agent; empty when it was there.
    """

    def __init__(self, path: Path, *, agent_id: str, readers: int = 3) -> None:
        self._path = path
        self._agent_id = agent_id
        self._count = readers
        self._gate = _Gate()
        self.made = self._refusal()
        if self.made:
            _remove(path)
        self._open()
        if self.made:
            self._make()

    def _refusal(self) -> str:
        """Why the file cannot be used; empty: it can, or (the disk is full) nobody can say now."""
        if not self._path.exists():
            return "new"
        try:
            db = sqlite.connect(str(self._path), isolation_level=None)
            try:
                db.execute(f"PRAGMA {ALONE}").close()
                marks = dict(db.execute("SELECT key, value FROM replica_mark").fetchall())
                small = self._path.stat().st_size <= CHECKED_AT_ONCE
                if marks.get(SCHEMA) != schema.fingerprint():
                    return "schema"
                if marks.get(SEAL) != _seal_of(db) or (small and not _is_sound(db)):
                    return "damaged"
            finally:
                db.close()
        except (sqlite.DatabaseError, UnicodeDecodeError) as error:
            return "" if lacks_room(error) else "damaged"
        return "" if marks.get(AGENT) == self._agent_id else "agent"

    def _open(self) -> None:
        if not self._path.exists():
            self._path.touch(mode=0o600)
        self._scrubber = Scrubber(self._path)
        self._engine: Engine = writer_engine(self._path, synchronous="NORMAL")
        self._readers: Engine = reader_engine(self._path, readers=self._count + 1)
        try:
            self._greet()
        except DatabaseError as error:
            if is_damage(error):
                self._shut()
                raise
            # No room for what several connections share (which SQLite calls an I/O error): one does everything,
            # until the program is started again.
            self._engine.dispose()
            self._engine = self._readers = writer_engine(
                self._path, synchronous="NORMAL", alone=True
            )
            self._greet()

    def _greet(self) -> None:
        event.listen(self._engine, "connect", _loosen)
        with self._engine.connect():  # the readers' connections need the file to be in WAL mode
            pass

    def _make(self) -> None:
        with self.begin() as connection:
            raw = raw_of(connection)
            for statement in schema.script():
                raw.execute(statement)
            set_mark(raw, BUILDING, "1")
            set_mark(raw, SCHEMA, schema.fingerprint())
            set_mark(raw, AGENT, self._agent_id)
            set_mark(raw, SEAL, _seal_of(raw))

    def throw_away(self) -> None:
        """Delete the file and make an empty one; waits for the readers that are at work."""
        with self._gate.alone():
            self._shut()
            _remove(self._path)
            self._open()
            self._make()

    @contextlib.contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction. Raises sqlalchemy's DatabaseError when the file is damaged or the disk full."""
        with self._engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One snapshot."""
        with self._gate.shared(), self._readers.connect() as connection:
            yield connection

    def damage(self) -> str:
        """What a thorough check finds; empty when the file is sound. Takes 2 s for each GB."""
        try:
            with self.reading() as connection:
                found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
        except DatabaseError as error:
            return str(error.orig) if is_damage(error) else ""
        return "" if found == "ok" else found

    def checkpoint(self) -> bool:
        """Bring the write-ahead log into the file and empty it, so that nothing deleted stays in it.

        Whether it could be: not, when a reader holds on to what was.
        """
        with contextlib.closing(self._engine.raw_connection()) as connection:
            raw: Any = connection.driver_connection
            busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def leave_nothing(self) -> bool:
        """Let all that was deleted be gone from the files; whether it is. Not, when a reader holds on to what was."""
        if not self.checkpoint():
            return False
        with contextlib.closing(self._engine.raw_connection()) as connection:
            raw: Any = connection.driver_connection
            raw.execute("PRAGMA shrink_memory").close()  # pages as they are now in the file
        try:
            self._scrubber.scrub()
        except OSError:  # a disk that fails is told of by the next commit
            return False
        return True

    def flush(self) -> None:
        """Bring what was committed to the disk: until then a power cut may take it back."""
        log = self._path.with_name(f"{self._path.name}-wal")
        # A disk that fails is told of by the next commit.
        with contextlib.suppress(OSError), log.open("r+b") as opened:
            os.fsync(opened.fileno())

    def close(self) -> None:
        with self._gate.alone():
            self._shut()

    def _shut(self) -> None:
        self._engine.dispose()
        self._readers.dispose()
        self._scrubber.close()


class _Gate:
    """Many readers, or one who exchanges the file."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._inside = 0
        self._closed = False

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        with self._condition:
            self._condition.wait_for(lambda: not self._closed)
            self._inside += 1
        try:
            yield
        finally:
            with self._condition:
                self._inside -= 1
                self._condition.notify_all()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        with self._condition:
            self._closed = True
            self._condition.wait_for(lambda: self._inside == 0)
            try:
                yield
            finally:
                self._closed = False
                self._condition.notify_all()


def _is_sound(db: Any) -> bool:
    """Whether every page, and every entry of the full-text indices, is where it belongs."""
    if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        return False
    for check in _INDEX_CHECKS:  # raises when it is not
        db.execute(check)
    return True


def _seal_of(raw: Any) -> str:
    """Of tables, indices and triggers as they stand in the file: a flipped bit there passes for another schema."""
    found = raw.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite~_%' "
        "ESCAPE '~' ORDER BY type, name"
    )
    return hashlib.sha256(repr(found.fetchall()).encode()).hexdigest()


def is_damage(error: Exception) -> bool:
    """Whether the file itself is bad, rather than full or out of reach."""
    if isinstance(error, UnicodeDecodeError):
        return True
    words = str(getattr(error, "orig", error))  # the driver's own, or SQLAlchemy's about it
    return any(sign in words for sign in _DAMAGE)


def raw_of(connection: Connection) -> Any:
    """The driver's connection, inside the same transaction: for what is written in bulk."""
    raw = connection.connection.driver_connection
    assert raw is not None
    return raw


def arm(raw: Any) -> None:
    """Make the triggers that keep what local changes overwrite; a cache that is being filled has none."""
    for statement in schema.triggers().values():
        raw.execute(statement)
    set_mark(raw, SEAL, _seal_of(raw))


def mark(raw: Any, key: str, default: str = "") -> str:
    row = raw.execute("SELECT value FROM replica_mark WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else default


def set_mark(raw: Any, key: str, value: object) -> None:
    raw.execute("INSERT OR REPLACE INTO replica_mark VALUES (?, ?)", (key, str(value)))


def scope_marks(raw: Any) -> dict[str, ScopeMark]:
    return {
        name: ScopeMark(cursor, token, msgspec.json.decode(counts), checksum, bool(done))
        for name, cursor, token, counts, checksum, done in raw.execute(
            "SELECT * FROM replica_scope"
        )
    }


def set_scope(raw: Any, name: str, to: ScopeMark | None) -> None:
    """None: the scope is not followed any more."""
    if to is None:
        raw.execute("DELETE FROM replica_scope WHERE name = ?", (name,))
        return
    counts = msgspec.json.encode(to.counts).decode()
    values = (name, to.cursor, to.token, counts, to.checksum, int(to.done))
    raw.execute("INSERT OR REPLACE INTO replica_scope VALUES (?, ?, ?, ?, ?, ?)", values)


def _loosen(connection: Any, _record: Any) -> None:
    """References may lead nowhere for a while, and what is deleted is overwritten at once."""
    for pragma in ("foreign_keys=OFF", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
