"""What this machine has yet to tell the host: it survives anything that happens to the cache.

Commands wait in the order in which they were given. What the host refused is kept until a person has dealt with
it; what it accepted is kept for a week, to be pushed again at a host that was restored from a backup.
"""

import contextlib
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite

from deskapp.core.api import Command
from deskapp.core.commands.registry import decode_command, encode_command
from deskapp.models.disk import lacks_room
from deskapp.models.engine import ALONE
from deskapp.sync.protocol.messages import WireCommand

KEPT_MS = 7 * 86_400_000
"""How long an accepted command is kept."""

_HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")

PENDING, REFUSED, ACKED = "pending", "refused", "acked"

_TABLES = """
CREATE TABLE IF NOT EXISTS command (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    offline INTEGER NOT NULL,
    quiet INTEGER NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL DEFAULT '',
    params TEXT NOT NULL DEFAULT '{}',
    settled_at INTEGER
);
CREATE INDEX IF NOT EXISTS ix_command_state ON command(state, n);
CREATE TABLE IF NOT EXISTS draft (
    ticket_id TEXT PRIMARY KEY,
    after INTEGER NOT NULL,
    type TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS mark (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A command of this machine. `n` is its place in the order; 0 for one that has none yet.

    `quiet`: a person does not wait for it (a mark of what was seen). `at` in ms, by this machine's clock.
    """

    id: str
    type: str
    version: int
    body: Mapping[str, Any]
    at: int
    n: int = 0
    offline: bool = False
    quiet: bool = False
    code: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, command: Command, command_id: str, at: int, **values: Any) -> "Entry":
        wire = encode_command(command)
        return cls(command_id, wire["type"], wire["version"], wire["body"], at, **values)

    def command(self) -> Command:
        """Raises ValueError when this program does not know it (a newer one wrote it)."""
        return decode_command({"type": self.type, "version": self.version, "body": self.body})

    def wire(self) -> WireCommand:
        return WireCommand(
            id=self.id,
            n=self.n,
            type=self.type,
            version=self.version,
            body=dict(self.body),
            at=self.at,
            offline=self.offline,
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """The latest of a ticket's drafts; it was written after the command numbered `after`."""

    ticket_id: str
    after: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a person is told: how much waits, since when (ms), and how much was refused."""

    unsent: int = 0
    oldest_at: int | None = None
    refused: int = 0


NOTHING = Waiting()


class Outbox:
    """The durable half of a replica. Belongs to one thread; `waiting`, and `shown`, may be read from any.

    `shown` is what a person is shown: what waits and what was refused, the oldest first.

    Raises `sqlite.Error` when the disk refuses: then nothing of that call was kept.
    """

    def __init__(self, path: Path) -> None:
        self.set_aside = _open_or_set_aside(path)
        self._db = _connect(path)
        self._db.executescript(_TABLES)
        self._pending = {e.id: e for e in self._entries(PENDING)}
        self._refused = {e.id: e for e in self._entries(REFUSED)}
        self._drafts = {d.ticket_id: d for d in self._read_drafts()}
        self._last = int(self._one("SELECT coalesce(max(n), 0) FROM command"))
        self.waiting = NOTHING
        self.shown: Sequence[Entry] = ()
        self._count()

    @property
    def pending(self) -> Sequence[Entry]:
        """What the host has not answered, in order."""
        return tuple(self._pending.values())

    @property
    def drafts(self) -> Sequence[Draft]:
        return tuple(self._drafts.values())

    @property
    def refused(self) -> Sequence[Entry]:
        return tuple(self._refused.values())

    @property
    def files(self) -> set[str]:
        """Hashes that anything names which has not reached the host, or was typed only."""
        bodies = [e.body for e in (*self._pending.values(), *self._refused.values())]
        bodies += [draft.entry.body for draft in self._drafts.values()]
        return {name for body in bodies for name in _HASH.findall(json.dumps(body))}

    @property
    def kept_files(self) -> set[str]:
        """Those of what the host has accepted as well: it may have to be pushed again."""
        rows = self._db.execute("SELECT body FROM command WHERE state = ?", (ACKED,))
        return self.files | {name for (body,) in rows for name in _HASH.findall(body)}

    def knows(self, command_id: str) -> bool:
        """Whether that command is here, in whatever state."""
        row = self._db.execute("SELECT 1 FROM command WHERE id = ?", (command_id,)).fetchone()
        return row is not None

    def add(
        self, entries: Sequence[Entry], drafts: Mapping[str, Entry | None] | None = None
    ) -> None:
        """Keep commands in their order, and the latest drafts (None: there is none any more)."""
        with self._transaction():
            numbered = [replace(entry, n=self._insert(entry)) for entry in entries]
            last = numbered[-1].n if numbered else self._last
            for ticket_id, entry in (drafts or {}).items():
                self._put_draft(ticket_id, last, entry)
        self._last = last
        self._pending.update((entry.id, entry) for entry in numbered)
        for ticket_id, entry in (drafts or {}).items():
            if entry is None:
                self._drafts.pop(ticket_id, None)
            else:
                self._drafts[ticket_id] = Draft(ticket_id, last, entry)
        self._count()

    def settle(
        self, accepted: Iterable[str], refused: Mapping[str, tuple[str, Any]], now: int
    ) -> None:
        """The host has answered: `refused` are codes with their parameters. Others are left alone."""
        done = [(ACKED, "", "{}", now, uid) for uid in accepted if uid in self._pending]
        for uid, (code, params) in refused.items():
            if uid in self._pending:
                state = ACKED if self._pending[uid].quiet else REFUSED  # nobody waits for a mark
                done.append((state, code, json.dumps(dict(params)), now, uid))
        if not done:
            return
        with self._transaction():
            self._db.executemany(
                "UPDATE command SET state = ?, code = ?, params = ?, settled_at = ? WHERE id = ?",
                done,
            )
            self._db.execute(
                "DELETE FROM command WHERE state = ? AND settled_at < ?", (ACKED, now - KEPT_MS)
            )
        for state, code, params, _, uid in done:
            entry = self._pending.pop(uid)
            if state == REFUSED:
                self._refused[uid] = replace(entry, code=code, params=json.loads(params))
        self._count()

    def went_offline(self) -> None:
        """The host cannot be reached: what waits is sent as such when it can be again."""
        if all(entry.offline for entry in self._pending.values()):
            return
        with self._transaction():
            self._db.execute("UPDATE command SET offline = 1 WHERE state = ?", (PENDING,))
        self._pending = {uid: replace(e, offline=True) for uid, e in self._pending.items()}

    def push_again(self, now: int) -> int:
        """Everything accepted in the last week waits again, before what waits already; how many."""
        with self._transaction():
            found = self._db.execute(
                "UPDATE command SET state = ? WHERE state = ? AND settled_at >= ?",
                (PENDING, ACKED, now - KEPT_MS),
            ).rowcount
        self._pending = {e.id: e for e in self._entries(PENDING)}
        self._count()
        return int(found)

    def retry(self, command_id: str, new_id: str) -> bool:
        """A refused command waits again, as a new one; whether there was one."""
        with self._transaction():
            found = self._db.execute(
                "SELECT * FROM command WHERE id = ? AND state = ?", (command_id, REFUSED)
            ).fetchone()
            if found is None:
                return False
            again = replace(_entry(found), id=new_id, code="", params={})
            self._db.execute("DELETE FROM command WHERE id = ?", (command_id,))
            again = replace(again, n=self._insert(again))
        self._pending[again.id] = again
        self._refused.pop(command_id, None)
        self._last = again.n
        self._count()
        return True

    def discard(self, command_id: str) -> bool:
        """Forget a command that waits or was refused; whether there was one."""
        with self._transaction():
            found = self._db.execute(
                "DELETE FROM command WHERE id = ? AND state <> ?", (command_id, ACKED)
            ).rowcount
        self._pending.pop(command_id, None)
        self._refused.pop(command_id, None)
        self._count()
        return bool(found)

    def mark(self, key: str) -> str | None:
        row = self._db.execute("SELECT value FROM mark WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def set_mark(self, key: str, value: str) -> None:
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO mark VALUES (?, ?)", (key, value))

    def close(self) -> None:
        self._db.close()

    # Within ----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _transaction(self) -> Any:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _insert(self, e: Entry) -> int:
        values = (
            e.id,
            e.type,
            e.version,
            json.dumps(e.body, ensure_ascii=False),
            e.at,
            int(e.offline),
            int(e.quiet),
            PENDING,
        )
        cursor = self._db.execute(
            "INSERT INTO command(id, type, version, body, at, offline, quiet, state) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        return int(cursor.lastrowid)

    def _put_draft(self, ticket_id: str, after: int, entry: Entry | None) -> None:
        if entry is None:
            self._db.execute("DELETE FROM draft WHERE ticket_id = ?", (ticket_id,))
            return
        body = json.dumps(entry.body, ensure_ascii=False)
        self._db.execute(
            "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?, ?)",
            (ticket_id, after, entry.type, entry.version, body, entry.at),
        )

    def _entries(self, state: str) -> list[Entry]:
        rows = self._db.execute("SELECT * FROM command WHERE state = ? ORDER BY n", (state,))
        return [_entry(row) for row in rows]

    def _read_drafts(self) -> list[Draft]:
        rows = self._db.execute("SELECT * FROM draft ORDER BY after, at, ticket_id")
        return [
            Draft(uid, after, Entry("", kind, version, json.loads(body), at))
            for uid, after, kind, version, body, at in rows
        ]

    def _one(self, sql: str, *values: Any) -> Any:
        return self._db.execute(sql, values).fetchone()[0]

    def _count(self) -> None:
        loud = [entry for entry in self._pending.values() if not entry.quiet]
        self.waiting = Waiting(
            len(loud), min((e.at for e in loud), default=None), len(self._refused)
        )
        self.shown = sorted((*self._refused.values(), *loud), key=lambda e: e.n)


def _entry(row: Any) -> Entry:
    n, uid, kind, version, body, at, offline, quiet, _, code, params, _ = row
    return Entry(
        uid,
        kind,
        version,
        json.loads(body),
        at,
        n,
        bool(offline),
        bool(quiet),
        code,
        json.loads(params),
    )


def _connect(path: Path) -> Any:
    db = sqlite.connect(str(path), isolation_level=None, check_same_thread=False)
    for pragma in (
        ALONE,  # nobody else reads it, and it opens on a disk that is full
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "busy_timeout=10000",
    ):
        db.execute(f"PRAGMA {pragma}").close()
    return db


def _open_or_set_aside(path: Path) -> Path | None:
    """Make the file for its owner alone. A damaged one is put beside, never written over; returns where."""
    if not path.exists():
        path.touch(mode=0o600)
        return None
    path.chmod(0o600)
    try:
        db = _connect(path)
        try:
            sound = db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        finally:
            db.close()
    except sqlite.DatabaseError as error:
        sound = lacks_room(error)
    if sound:
        return None
    aside = path.with_name(f"{path.stem}.damaged-{os.urandom(4).hex()}{path.suffix}")
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    path.touch(mode=0o600)
    return aside
