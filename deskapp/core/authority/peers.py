"""Several processes on one desk, which is then a database on a server.

The row of the desk's `seq` is the clock: whoever writes holds it until the commit, so that commits are in the order
of their numbers whichever process made them. Every commit is entered in a feed, and the others are woken: what they
read there is published as if it were their own. Effects are leased, and a lease ends with its process.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, bindparam, select, text
from sqlalchemy.exc import SQLAlchemyError

from deskapp.core.api import ChangeSet
from deskapp.models import tables as t
from deskapp.models.database import CHANNEL, Database
from deskapp.models.enums import EffectState

log = logging.getLogger(__name__)

KEPT: Final = 20_000
"""Commits that the feed keeps; whoever missed more looks at everything anew."""
PRUNE: Final = 500
"""How often, in commits, older ones are removed."""
LISTEN_S: Final = 15.0
"""The feed is read so often in any case."""
RETRY_S: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Waits until the server is asked again; the last one is for all that follow."""
GRACE_MS: Final = 60_000
"""How old a lease is before it is taken from a process that does not answer: its line may only have been cut."""

_CLOCK = text("SELECT value FROM desk WHERE key = 'seq' FOR UPDATE")
_POSITION = select(t.desk.c.value).where(t.desk.c.key == "position")
_SCOPES = select(t.scope.c.name, t.scope.c.seq)
_ENTER = text(
    "INSERT INTO commit_feed(seq, follows, process, effects, changes) "
    "VALUES (:seq, :follows, :process, :effects, :changes)"
)
_PRUNE = text("DELETE FROM commit_feed WHERE seq < :before")
_NOTIFY = text(f"NOTIFY {CHANNEL}")
_NEWER = text(
    "SELECT seq, follows, process, effects, changes FROM commit_feed WHERE seq > :seq ORDER BY seq"
)
_SEQ = select(t.desk.c.value).where(t.desk.c.key == "seq")

_ALIVE = """SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
_LEASE = text("""
WITH due AS (
    SELECT id, uid FROM effect
    WHERE state = 'waiting' AND due_at <= :now AND kind = ANY(:kinds)
        AND NOT EXISTS (SELECT 1 FROM effect_lease WHERE effect_id = effect.id)
    ORDER BY due_at, id LIMIT :most FOR UPDATE SKIP LOCKED
), leased AS (
    INSERT INTO effect_lease(effect_id, process, at) SELECT id, :process, :now FROM due
    ON CONFLICT (effect_id) DO NOTHING RETURNING effect_id
)
SELECT uid FROM due JOIN leased ON effect_id = id ORDER BY id
""").bindparams(bindparam("most"), bindparam("process"))
_RELEASE = text(
    "DELETE FROM effect_lease USING effect WHERE effect_id = effect.id AND effect.uid = :uid "
    "AND process = :process"
)
_ABANDONED = text(f"""
WITH gone AS (
    DELETE FROM effect_lease WHERE process NOT IN ({_ALIVE}) AND at < :before RETURNING effect_id
)
UPDATE effect SET state = :waiting, due_at = :now
WHERE state = :running AND due_at < :before AND (id IN (SELECT effect_id FROM gone)
    OR NOT EXISTS (SELECT 1 FROM effect_lease WHERE effect_id = effect.id))
""")  # noqa: S608 - nothing of it comes from outside


class Peers:
    """What a process needs to know of the others. `process` is its number among them."""

    def __init__(self, engine: Engine, *, process: int) -> None:
        self._engine, self.process = engine, process

    # The writer's transaction ------------------------------------------------------------------------------------

    def wait_for_turn(self, connection: Connection) -> int:
        """Hold the clock until the end of this transaction; the last commit's seq."""
        return int(connection.execute(_CLOCK).scalar_one())

    def marks(self, connection: Connection) -> tuple[int, dict[str, int]]:
        """The last position, and how many commits have touched each scope."""
        position = int(connection.execute(_POSITION).scalar() or 0)
        return position, {row.name: row.seq for row in connection.execute(_SCOPES)}

    def enter(
        self, connection: Connection, changes: ChangeSet, follows: int, effects: bool
    ) -> None:
        """Tell the others of what this transaction commits, once it has."""
        entry = {
            "seq": changes.seq,
            "follows": follows,
            "process": self.process,
            "effects": effects,
            "changes": msgspec.json.encode(changes, enc_hook=str).decode(),
        }
        connection.execute(_ENTER, entry)
        if changes.seq // PRUNE != follows // PRUNE:
            connection.execute(_PRUNE, {"before": changes.seq - KEPT})
        connection.execute(_NOTIFY)

    # Effects -----------------------------------------------------------------------------------------------------

    def lease(self, now: int, kinds: Sequence[str], most: int) -> list[str]:
        """Uids of effects that are due, now this process's alone to carry out."""
        asked = {"now": now, "kinds": list(kinds), "most": most, "process": self.process}
        with self._engine.begin() as connection:
            return list(connection.execute(_LEASE, asked).scalars())

    def release(self, uid: str) -> None:
        """It was carried out, or is to be tried again later by whoever comes first."""
        with self._engine.begin() as connection:
            connection.execute(_RELEASE, {"uid": uid, "process": self.process})

    def recover(self, now: int) -> int:
        """Take back what processes that are gone had begun; how many there were."""
        asked: Mapping[str, Any] = {
            "now": now,
            "before": now - GRACE_MS,
            "waiting": EffectState.WAITING,
            "running": EffectState.RUNNING,
        }
        with self._engine.begin() as connection:
            return connection.execute(_ABANDONED, asked).rowcount


class Relay:
    """Turns what other processes commit into ChangeSets, on a thread of its own.

    `publish` is called there for each, in their order; `wake_effects` when one queued an effect.
    """

    def __init__(
        self,
        database: Database,
        readers: Engine,
        *,
        process: int,
        publish: Callable[[ChangeSet], None],
        wake_effects: Callable[[], None],
    ) -> None:
        self._database, self._readers, self._process = database, readers, process
        self._publish, self._wake_effects = publish, wake_effects
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._listener = database.listener(process)
        with readers.connect() as connection:
            self._seq = int(connection.execute(_SEQ).scalar() or 0)
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """May be called twice."""
        if self._closing.is_set():
            return
        self._closing.set()
        with self._lock:
            self._listener.wake()
        if self._thread.is_alive():
            self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        tries = 0
        while not self._closing.is_set():
            try:
                if tries:
                    self._listen_anew()
                self._catch_up()
                tries = 0
                self._listener.wait(LISTEN_S)
            except (SQLAlchemyError, ConnectionError) as error:
                if not tries:
                    log.warning("the database does not answer: %s", type(error).__name__)
                self._closing.wait(RETRY_S[min(tries, len(RETRY_S) - 1)])
                tries += 1

    def _listen_anew(self) -> None:
        listener = self._database.listener(self._process)
        with self._lock:
            before, self._listener = self._listener, listener
        before.close()
        log.info("the database answers again")
        self._wake_effects()

    def _catch_up(self) -> None:
        with self._readers.connect() as connection:
            rows = connection.execute(_NEWER, {"seq": self._seq}).all()
            gap = bool(rows) and rows[0].follows > self._seq
            everything = self._everything(connection) if gap else None
        if everything is not None:
            self._seq = everything.seq
            self._tell(everything, effects=True)
            return
        for row in rows:
            self._seq = row.seq
            if row.process != self._process:
                changes = msgspec.json.decode(row.changes, type=ChangeSet)
                self._tell(changes, effects=row.effects)

    def _everything(self, connection: Connection) -> ChangeSet:
        """More was committed than the feed keeps: all of it may be another."""
        seq = int(connection.execute(_SEQ).scalar_one())
        scopes = {row.name: row.seq for row in connection.execute(_SCOPES)}
        return replace(ChangeSet(seq, (), frozenset(), True, scopes), whole=True)

    def _tell(self, changes: ChangeSet, *, effects: bool) -> None:
        self._publish(changes)
        if effects:
            self._wake_effects()
