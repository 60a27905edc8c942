"""The one writer: takes commands in groups into one transaction, and answers each after the shared commit."""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects.sqlite import insert as upsert

from deskapp.core.api import Change, ChangeSet, Offline, Outcome, Rejected, Rejection
from deskapp.core.authority.job import Job
from deskapp.core.authority.tx import Actor, Tx
from deskapp.core.commands.registry import decode_command, encode_command
from deskapp.core.handlers import HANDLERS
from deskapp.core.handlers.reactions import react
from deskapp.core.policies.permissions import may
from deskapp.core.ports import Clock, Ids
from deskapp.models import tables as t
from deskapp.models.enums import ActorKind

log = logging.getLogger(__name__)

_NEW_MARK = upsert(t.desk)
_MARK = _NEW_MARK.on_conflict_do_update(
    index_elements=["key"], set_={"value": _NEW_MARK.excluded.value}
)

GROUP = 200
ROUNDS = 10


class AuthorityClosed(RuntimeError):
    """The desk was closed before this command was taken."""


@dataclass(slots=True)
class _Group:
    """What one commit touched."""

    changes: dict[tuple[str, int], Change] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)
    counts: bool = False
    effects: bool = False


class Executor:
    """Runs commands one after another on its own thread.

    `publish` is called on that thread after each commit, `wake_effects` when one queued an effect.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        clock: Clock,
        ids: Ids,
        publish: Callable[[ChangeSet], None],
        wake_effects: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._ids = ids
        self._publish = publish
        self._wake_effects = wake_effects
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._lock = threading.Lock()
        with engine.connect() as connection:
            self.seq = int(_desk_value(connection, "seq") or 0)
            self._position = int(_desk_value(connection, "position") or 0)
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, job: Job) -> "Future[Outcome]":
        """Queue a command. After `close` its future fails with `AuthorityClosed`."""
        with self._lock:
            if self._closed.is_set():
                job.future.set_exception(AuthorityClosed("this desk is closed"))
            else:
                self._queue.put(job)
        return job.future

    def close(self) -> None:
        """Finish what is queued, then stop. May be called twice."""
        with self._lock:
            if self._closed.is_set():
                return
            self._closed.set()
            self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    # The writer's thread ---------------------------------------------------------------------------------------

    def _run(self) -> None:
        open_for_more = True
        while open_for_more:
            jobs, open_for_more = self._take()
            if jobs:
                self._commit(jobs)

    def _take(self) -> tuple[list[Job], bool]:
        jobs: list[Job] = []
        job = self._queue.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) == GROUP or self._queue.empty():
                return jobs, True
            job = self._queue.get()
        return jobs, False

    def _commit(self, jobs: list[Job]) -> None:
        group = _Group()
        before = (self.seq, self._position)
        try:
            with self._engine.begin() as connection:
                outcomes = [self._answer(connection, job, group) for job in jobs]
                self._save_marks(connection)
        except Exception as error:  # disk full, I/O error: nothing of the group was acknowledged
            log.exception("a group of %d commands could not be committed", len(jobs))
            self.seq, self._position = before
            for job in jobs:
                job.future.set_exception(error)
            return
        if group.changes:
            changes = ChangeSet(
                self.seq, tuple(group.changes.values()), frozenset(group.tickets), group.counts
            )
            self._publish(changes)
        for job, outcome in zip(jobs, outcomes, strict=True):
            if isinstance(outcome, Outcome):
                job.future.set_result(outcome)
            else:
                job.future.set_exception(outcome)
        if group.effects:
            self._wake_effects()

    def _answer(self, connection: Connection, job: Job, group: _Group) -> Outcome | Exception:
        """Run one command in its savepoint. A programming error fails this command alone."""
        seen = connection.execute(
            select(t.command_result.c.outcome).where(
                t.command_result.c.command_id == job.command_id
            )
        ).scalar()
        if seen is not None:
            return _read_outcome(job.command_id, seen)
        position = self._position
        try:
            with connection.begin_nested():
                outcome = self._handle(connection, job, group)
        except Rejected as refusal:
            self._position = position
            outcome = Outcome(
                job.command_id, self.seq, rejected=Rejection(refusal.code, dict(refusal.params))
            )
        except Exception as error:
            if _is_storage_failure(error):
                raise
            self._position = position
            log.exception("%s failed", job.command.TYPE)
            return error
        if job.command.OFFLINE is not Offline.LOCAL:
            _store_outcome(
                connection, job, outcome, self._clock.now(), _agent_key(connection, job.agent_id)
            )
        return outcome

    def _handle(self, connection: Connection, job: Job, group: _Group) -> Outcome:
        agent = connection.execute(select(t.agent).where(t.agent.c.uid == job.agent_id)).first()
        actor = (
            Actor(ActorKind.AGENT, agent.id, agent.name)
            if agent
            else Actor(ActorKind.SYSTEM, None, "")
        )
        if not may(actor.kind, job.command):
            raise Rejected("not_allowed", command=job.command.TYPE)
        tx = Tx(
            connection,
            now=self._clock.now(),
            seq=self.seq + 1,
            ids=self._ids,
            actor=actor,
            position=self._position,
        )
        outcome = HANDLERS[type(job.command)](tx, job.command)
        self._react(tx)
        tx.settle_counters()
        if tx.changes:
            self.seq = tx.seq
        self._position = tx.last_position
        group.changes.update(tx.changes)
        group.tickets |= tx.touched_tickets()
        group.counts |= tx.counts_moved
        group.effects |= tx.effects_queued
        return replace(outcome, command_id=job.command_id, seq=self.seq)

    def _react(self, tx: Tx) -> None:
        """Let policies react until quiet; a loop among them ends with a receipt instead of never."""
        for _ in range(ROUNDS):
            happenings, tx.happenings = tx.happenings, []
            if not happenings:
                return
            for happening in happenings:
                react(tx, happening)
        for happening in tx.happenings:
            tx.event(
                happening.ticket_key, "policies_stopped", rounds=ROUNDS, by_event=happening.kind
            )
        tx.happenings = []

    def _save_marks(self, connection: Connection) -> None:
        for key, value in (("seq", self.seq), ("position", self._position)):
            connection.execute(_MARK, {"key": key, "value": str(value)})


def _desk_value(connection: Connection, key: str) -> str | None:
    return connection.execute(select(t.desk.c.value).where(t.desk.c.key == key)).scalar()


def _agent_key(connection: Connection, uid: str) -> int:
    return connection.execute(select(t.agent.c.id).where(t.agent.c.uid == uid)).scalar() or 0


def _is_storage_failure(error: Exception) -> bool:
    """Whether the whole transaction is in doubt: an I/O error, a full disk, a damaged file."""
    from sqlalchemy.exc import DatabaseError, IntegrityError

    return isinstance(error, DatabaseError) and not isinstance(error, IntegrityError)


def _store_outcome(
    connection: Connection, job: Job, outcome: Outcome, now: int, agent_key: int
) -> None:
    stored: dict[str, Any] = {"seq": outcome.seq, "result": dict(outcome.result)}
    if outcome.undo:
        stored["undo"] = encode_command(outcome.undo)
    if outcome.rejected:
        stored["rejected"] = msgspec.to_builtins(outcome.rejected)
    connection.execute(
        t.command_result.insert().values(
            command_id=job.command_id,
            device=job.device,
            n=job.n,
            type=job.command.TYPE,
            agent_id=agent_key,
            at=now,
            outcome=stored,
        )
    )
    statement = upsert(t.device).values(uid=job.device, high_water=job.n)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["uid"],
            set_={"high_water": statement.excluded.high_water},
            where=t.device.c.high_water < statement.excluded.high_water,
        )
    )


def _read_outcome(command_id: str, stored: dict[str, Any]) -> Outcome:
    undo = stored.get("undo")
    rejected = stored.get("rejected")
    return Outcome(
        command_id,
        int(stored["seq"]),
        stored.get("result") or {},
        decode_command(undo) if undo else None,
        msgspec.convert(rejected, Rejection) if rejected else None,
    )
