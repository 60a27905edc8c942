"""A desk in this process: the authority behind the `Workspace` door."""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Engine

from deskapp.core.api import ChangeSet, Command, Connection, Outcome, Query
from deskapp.core.authority.job import Job
from deskapp.core.ports import BlobStore, Clock, Ids
from deskapp.core.readers import Reading, reader_for
from deskapp.models.database import Database, SqliteFile

if TYPE_CHECKING:
    from deskapp.core.authority.effects import EffectRunner
    from deskapp.core.authority.executor import Executor
    from deskapp.core.authority.peers import Peers, Relay

R = TypeVar("R")

SYSTEM = ""
"""The agent id of the desk itself: channels, timers, the importer."""


class Authority:
    """Owns the database: one writer, a few readers, and the effect queue. Shared by all its workspaces."""

    def __init__(
        self,
        database: Path | Database,
        *,
        clock: Clock,
        ids: Ids,
        blobs: BlobStore,
        readers: int = 3,
        synchronous: str = "FULL",
    ) -> None:
        """`database`: where the rows are; a path is that of a desk's own file."""
        if isinstance(database, Path):
            database = SqliteFile(database, synchronous=synchronous)
        self._database = database
        self.clock = clock
        self.ids = ids
        self.blobs = blobs
        self.engine = database.writer()
        self._readers = database.readers(readers + 1)
        self._pool = ThreadPoolExecutor(readers, thread_name_prefix="reader")
        self._subscribers: list[Callable[[ChangeSet], None]] = []
        self._lock = threading.Lock()
        self._numbers = itertools.count(clock.now())
        self._writer: Executor | None = None
        self._effects: EffectRunner | None = None
        self._relay: Relay | None = None
        self._early: list[Job] = []

    @property
    def effects(self) -> "EffectRunner":
        """The effect queue, from `start` on."""
        assert self._effects is not None
        return self._effects

    @property
    def started(self) -> bool:
        return self._writer is not None

    @property
    def seq(self) -> int:
        """The last commit's; 0 before `start`."""
        return self._writer.seq if self._writer else 0

    @property
    def trouble(self) -> str:
        """What its disk does (`models.disk`): disk_full, disk_failed; empty while all is well.

        Whoever subscribed hears of it. After disk_failed nothing more is written by this process.
        """
        return self._writer.trouble if self._writer else ""

    def start(self, *, effects: bool = True) -> None:
        """Begin to write, and (with `effects`) to carry out effects that are due.

        Reading works before. The handlers are imported here, so that a window can be painted first.
        """
        from deskapp.core.authority.effects import EffectRunner
        from deskapp.core.authority.executor import Executor

        peers = self._among_peers() if self._database.shared else None
        self._effects = EffectRunner(
            self._readers, clock=self.clock, submit=self.submit_as_desk, peers=peers
        )
        writer = Executor(
            self.engine,
            clock=self.clock,
            ids=self.ids,
            publish=self._publish,
            wake_effects=self._effects.wake,
            peers=peers,
        )
        if peers is not None:
            self._relay = self._follow_others(peers.process)
        writer.start()
        with self._lock:
            self._writer, early = writer, self._early
            for job in early:
                writer.submit(job)
            self._early = []
        if effects:
            self._effects.start()

    def _among_peers(self) -> "Peers":
        from deskapp.core.authority.peers import Peers

        return Peers(self.engine, process=int(self.ids.new(), 16) & (1 << 62) - 1)

    def _follow_others(self, process: int) -> "Relay":
        from deskapp.core.authority.peers import Relay

        relay = Relay(
            self._database,
            self._readers,
            process=process,
            publish=self._publish,
            wake_effects=self.effects.wake,
        )
        relay.start()
        return relay

    def close(self) -> None:
        """Finish running effects and queued commands, then let go of the file. May be called twice."""
        if self._early:
            self.start(effects=False)
        if self._relay is not None:
            self._relay.close()
        if self._effects is not None:
            self._effects.close()
        if self._writer is not None:
            self._writer.close()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._readers.dispose()
        self.engine.dispose()

    def submit(
        self,
        command: Command,
        agent_id: str,
        device: str,
        command_id: str | None,
        *,
        n: int | None = None,
        offline: bool = False,
    ) -> "Future[Outcome]":
        """`n`: its place in the order of another machine; None: of this one.

        `offline`: it waited in an outbox, so that its author may not know what was said meanwhile.
        """
        uid = command_id or self.ids.new()
        n = next(self._numbers) if n is None else n
        job = Job(command, uid, agent_id, device, n, offline)
        job.future.set_running_or_notify_cancel()  # handed over: no waiter that goes away takes it back
        with self._lock:
            if self._writer is None:
                self._early.append(job)
                return job.future
        return self._writer.submit(job)

    def submit_as_desk(self, command: Command, command_id: str | None = None) -> "Future[Outcome]":
        """A command of the desk itself: mail that came in, a timer, a delivery report."""
        return self.submit(command, SYSTEM, SYSTEM, command_id)

    def query(self, query: Query[R], agent_id: str, *, restricted: bool = False) -> "Future[R]":
        """`restricted`: for another machine, which is told only what that agent may see."""
        return self._pool.submit(self._read, query, agent_id, restricted)

    def _read(self, query: Query[R], agent_id: str, restricted: bool) -> R:
        if restricted:
            from deskapp.core.readers.visibility import check_answered

            check_answered(query)
        with self._readers.connect() as connection:
            reading = Reading(connection, agent_id, self.clock.now(), restricted)
            answer: R = reader_for(type(query))(reading, query)
            return answer

    def more_readers(self, count: int) -> Engine:
        """Reading connections for whoever reads much beside the window; each transaction is one snapshot.

        The caller disposes of them.
        """
        return self._database.readers(count)

    def subscribe(self, callback: Callable[[ChangeSet], None]) -> Callable[[], None]:
        with self._lock:
            self._subscribers.append(callback)

        def unsubscribe() -> None:
            with self._lock:
                if callback in self._subscribers:
                    self._subscribers.remove(callback)

        return unsubscribe

    def _publish(self, changes: ChangeSet) -> None:
        with self._lock:
            subscribers = list(self._subscribers)
        for callback in subscribers:
            callback(changes)


class LocalWorkspace:
    """`Workspace` for an agent who sits at the authority itself (solo and host)."""

    def __init__(self, authority: Authority, agent_id: str, device: str) -> None:
        self._authority = authority
        self._agent_id = agent_id
        self._device = device

    @property
    def agent_id(self) -> str:
        return self._agent_id

    @property
    def blobs(self) -> BlobStore:
        return self._authority.blobs

    @property
    def connection(self) -> Connection:
        return Connection("solo", True, self._authority.seq, trouble=self._authority.trouble)

    @property
    def elsewhere(self) -> None:
        return None

    def new_id(self) -> str:
        return self._authority.ids.new()

    def submit(self, command: Command, command_id: str | None = None) -> "Future[Outcome]":
        return self._authority.submit(command, self._agent_id, self._device, command_id)

    def query(self, query: Query[R]) -> "Future[R]":
        return self._authority.query(query, self._agent_id)

    def subscribe(self, callback: Callable[[ChangeSet], None]) -> Callable[[], None]:
        return self._authority.subscribe(callback)
