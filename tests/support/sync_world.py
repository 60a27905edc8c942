"""A desk and its colleagues' machines in one process: what a history and the replica's tests are made of."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection

from deskapp.core.api import ChangeSet, Command, Outcome
from deskapp.core.commands.registry import encode_command
from deskapp.sync.protocol.messages import WireCommand
from deskapp.sync.replica import cache as c
from deskapp.sync.replica.cache import Cache, raw_of
from deskapp.sync.replica.follow import Step, step
from deskapp.sync.replica.replica import CACHE, OUTBOX, Replica
from deskapp.sync.replica.submission import Job
from deskapp.sync.replica.transport import Transport
from deskapp.sync.replica.undo import changed_here, restore
from tests.support import sync_truth as truth
from tests.support.sync_desk import WAIT, Desk
from tests.support.sync_disk import Crash, Disk, flushes
from tests.support.sync_line import Line
from tests.support.sync_truth import WORDS, Dump, differences

__all__ = (
    "WAIT", "WORDS", "Desk", "Dump", "Machine", "SkewedClock", "derived_faults", "differences", "one_schema",
    "undone_dump", "word_faults",
)  # fmt: skip


class SkewedClock:
    """A machine's own: the desk's, and so much beside it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.beside = 0

    def now(self) -> int:
        return self._desk.clock.now() + self.beside


class Machine:
    """A colleague's computer: its files, its replica, and the way to the desk."""

    def __init__(
        self, desk: Desk, agent_id: str, folder: Path, transport: Transport | None = None
    ) -> None:
        self.desk = desk
        self.agent_id = agent_id
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.device = desk.ids.new()
        self.clock = SkewedClock(desk)
        self.transport = transport or Line(desk, agent_id, self.device)
        self.disk = Disk(folder, (CACHE, OUTBOX))
        self.told: list[ChangeSet] = []
        self._fuse = 0
        self._power: Random | None = None
        self.open()

    def open(self) -> None:
        self.replica = Replica(
            self.folder,
            agent_id=self.agent_id,
            clock=self.clock,
            ids=self.desk.ids,
            publish=self.told.append,
            readers=1,
        )
        self.replica.cache.begin = self._watched(self.replica.cache.begin)  # type: ignore[method-assign]
        self.replica.outbox._transaction = self._watched(self.replica.outbox._transaction)  # type: ignore[method-assign]
        self._flush = self.replica.cache.flush
        self.replica.cache.flush = self._flushed  # type: ignore[method-assign]

    def close(self) -> None:
        self.replica.close()

    def restart(self) -> None:
        self.close()
        self.open()

    # Crashes ---------------------------------------------------------------------------------------------------

    def stop_at(self, moment: int, random: Random) -> None:
        """Let it be killed, or its power be cut, at the so-manieth moment before or after a commit from now."""
        self._fuse, self._power = moment, random

    def _watched(
        self, begin: Callable[[], AbstractContextManager[Any]]
    ) -> Callable[[], AbstractContextManager[Any]]:
        @contextmanager
        def watched() -> Iterator[Any]:
            with begin() as connection:
                yield connection
                self._moment()
            self._moment()

        return watched

    def _flushed(self) -> None:
        self._flush()
        self.disk.flushed(CACHE)

    def _moment(self) -> None:
        if self._fuse:
            self._fuse -= 1
            if not self._fuse:
                self._stop()
                raise Crash

    def _stop(self) -> None:
        assert self._power is not None
        outbox = flushes(self.replica.outbox._db)
        flushed = {CACHE: False, OUTBOX: outbox}  # the cache is `synchronous=NORMAL`
        self.disk.stop(flushed, self._power, power=self._power.random() < 0.5)

    def crash(self, random: Random) -> None:
        """Now, between two things that it does."""
        self._fuse, self._power = 0, random
        self._stop()
        self.recover()

    def recover(self) -> None:
        """Started again on what its disk holds."""
        self._fuse = 0
        self.close()
        self.disk.put_back()
        self.open()

    # What is done at it ----------------------------------------------------------------------------------------

    def step(self, *urgent: Command) -> Step:
        wires = tuple(
            WireCommand(id=self.desk.ids.new(), n=0, **encode_command(command))
            for command in urgent
        )
        return step(lambda work: work(self.replica), self.transport, wires)

    def submit(self, command: Command, *, offline: bool = False) -> Outcome:
        (outcome,) = self.submit_all([Job(command, self.desk.ids.new())], offline=offline)
        return outcome

    def submit_all(self, jobs: Sequence[Job], *, offline: bool = False) -> list[Outcome]:
        """As the writer does with what was given at the same time: in one commit."""
        return self.replica.submit(jobs, offline=offline)

    def do(self, command: Command, *, offline: bool = False) -> Outcome:
        outcome = self.submit(command, offline=offline)
        assert outcome.ok, f"{command.TYPE}: {outcome.rejected}"
        return outcome

    # What it is ------------------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """The driver's connection, in one snapshot."""
        with self.replica.cache.reading() as connection:
            yield raw_of(connection)

    def uids(self, entity: str) -> list[str]:
        with self.reading() as raw:
            return truth.uids_of(raw, entity)

    def dump(self) -> Dump:
        with self.reading() as raw:
            return truth.dump(raw)

    def has_local(self) -> bool:
        """Whether anything is shown that the host did not tell: else there is nothing to take back."""
        with self.reading() as raw:
            return bool(changed_here(raw))

    def files(self) -> bytes:
        """All that the cache has on the disk."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob(f"{CACHE}*")))


def derived_faults(connection: Connection) -> list[str]:
    return truth.derived_faults(raw_of(connection))


def word_faults(replica: Replica, desk: Desk, words: Iterable[str] = WORDS) -> list[str]:
    with replica.cache.reading() as mine:
        return truth.word_faults(raw_of(mine), desk.finds, words)


class _Back(Exception):
    pass


def undone_dump(replica: Replica) -> Dump:
    """What would be here if nothing had been done here: read within a transaction that is taken back."""
    found: Dump = {}
    try:
        with replica.cache._engine.begin() as connection:
            raw = raw_of(connection)
            restore(raw)
            found = truth.dump(raw)
            raise _Back
    except _Back:
        return found


@cache
def _empty_cache() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        made = Cache(Path(folder) / CACHE, agent_id="", readers=1)
        kept = sqlite.connect(":memory:", check_same_thread=False)
        with made._engine.connect() as connection:
            raw_of(connection).backup(kept)
        made.close()
    return kept


@contextmanager
def one_schema() -> Iterator[None]:
    """Within, a new cache is a copy of an empty one: to make its tables takes longer than many a history."""
    make = Cache._make
    empty = _empty_cache()

    def copied(self: Cache) -> None:
        with self._engine.connect() as connection:
            empty.backup(raw_of(connection))
        with self.begin() as connection:
            c.set_mark(raw_of(connection), c.AGENT, self._agent_id)

    Cache._make = copied  # type: ignore[method-assign]
    try:
        yield
    finally:
        Cache._make = make  # type: ignore[method-assign]
