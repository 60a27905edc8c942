"""The one writer: takes commands in groups into one transaction, and answers each after the shared commit."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Engine, bindparam, select
from sqlalchemy.dialects.sqlite import insert as upsert

from deskapp.core.api import Change, ChangeSet, Offline, Outcome, Rejected, Rejection
from deskapp.core.authority.gathering import Gathering
from deskapp.core.authority.job import Job
from deskapp.core.authority.prepared import savepoint
from deskapp.core.authority.tx import Actor, Tx
from deskapp.core.commands.registry import decode_command, encode_command
from deskapp.core.handlers import HANDLERS
from deskapp.core.handlers.reactions import react
from deskapp.core.policies.permissions import may
from deskapp.core.ports import Clock, Ids
from deskapp.core.readers.statements import Statement, Write
from deskapp.models import tables as t
from deskapp.models.dialect import is_storage_failure, lost
from deskapp.models.disk import StorageProblem, problem_of, writing
from deskapp.models.enums import ActorKind, Role

if TYPE_CHECKING:
    from deskapp.core.authority.peers import Peers

log = logging.getLogger(__name__)

_NEW_MARK = upsert(t.desk)
_MARK = Write(
    _NEW_MARK.on_conflict_do_update(
        index_elements=["key"], set_={"value": _NEW_MARK.excluded.value}
    )
)
_NEW_SCOPE = upsert(t.scope)
_SCOPE = Write(
    _NEW_SCOPE.on_conflict_do_update(index_elements=["name"], set_={"seq": _NEW_SCOPE.excluded.seq})
)
_RESULT = Write(t.command_result.insert())
_NEW_DEVICE = upsert(t.device)
_DEVICE = Write(
    _NEW_DEVICE.on_conflict_do_update(
        index_elements=["uid"],
        set_={"high_water": _NEW_DEVICE.excluded.high_water},
        where=t.device.c.high_water < _NEW_DEVICE.excluded.high_water,
    )
)
_SEEN = Statement(
    select(t.command_result.c.outcome, t.command_result.c.device).where(
        t.command_result.c.command_id == bindparam("command_id_")
    )
)
_AGENT = Statement(select(t.agent).where(t.agent.c.uid == bindparam("uid_")))
_DEPARTMENTS = Statement(
    select(t.membership.c.department_id).where(t.membership.c.agent_id == bindparam("agent_key"))
)
_DESK = Actor(ActorKind.SYSTEM, None, "")

ROUNDS = 10
AGAIN_S = (0.1, 0.2, 0.5, 1.0, 1.0, 2.0, 2.0, 3.0, 5.0, 5.0)
"""Waits before a group is tried again whose server went away."""


class AuthorityClosed(RuntimeError):
    """The desk was closed before this command was taken."""


@dataclass(slots=True)
class _Group:
    """What one commit touched."""

    changes: dict[tuple[str, int], Change] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)
    counts: bool = False
    effects: bool = False
    scopes: dict[str, int] = field(default_factory=dict)
    answered: dict[str, tuple[str, Outcome]] = field(default_factory=dict)
    results: list[dict[str, Any]] = field(default_factory=list)


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
        peers: "Peers | None" = None,
    ) -> None:
        """`peers`: other processes write this desk too."""
        self._engine = engine
        self._peers = peers
        self._clock = clock
        self._ids = ids
        self._publish = publish
        self._wake_effects = wake_effects
        self._gathering = Gathering(clock.now)
        self._closed = threading.Event()
        self._lock = threading.Lock()
        with engine.connect() as connection:
            self.seq = int(_desk_value(connection, "seq") or 0)
            self._position = int(_desk_value(connection, "position") or 0)
            self._scopes = {row.name: row.seq for row in connection.execute(select(t.scope))}
        self.trouble = ""
        self._actors: dict[str, Actor] = {}
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, job: Job) -> "Future[Outcome]":
        """Queue a command. After `close` its future fails with `AuthorityClosed`."""
        with self._lock:
            if self._closed.is_set():
                job.future.set_exception(AuthorityClosed("this desk is closed"))
            else:
                self._gathering.put(job)
        return job.future

    def close(self) -> None:
        """Finish what is queued, then stop. May be called twice."""
        with self._lock:
            if self._closed.is_set():
                return
            self._closed.set()
            self._gathering.end()
        if self._thread.is_alive():
            self._thread.join()

    # The writer's thread ---------------------------------------------------------------------------------------

    def _run(self) -> None:
        open_for_more = True
        while open_for_more:
            jobs, open_for_more = self._gathering.take()
            if jobs:
                self._commit(jobs)

    def _commit(self, jobs: list[Job]) -> None:
        try:
            group, outcomes = self._carry_out_until_it_can_be(jobs)
        except Exception as error:  # noqa: BLE001 - disk full, I/O error: nothing was acknowledged
            self._refuse(jobs, error)
            return
        self._becomes("")
        if group.changes:
            self._publish(self._told(group))
        for job, outcome in zip(jobs, outcomes, strict=True):
            if isinstance(outcome, Outcome):
                job.future.set_result(outcome)
            else:
                job.future.set_exception(outcome)
        if group.effects:
            self._wake_effects()

    def _refuse(self, jobs: list[Job], error: Exception) -> None:
        trouble = problem_of(error)
        if not trouble or trouble != self.trouble:  # it may last: it is told once
            count = len(jobs)
            log.error("a group of %d commands could not be committed", count, exc_info=error)
        for job in jobs:
            job.future.set_exception(StorageProblem(trouble) if trouble else error)
        self._becomes(trouble or self.trouble)

    def _becomes(self, trouble: str) -> None:
        """Windows look again when it is another."""
        if trouble != self.trouble:
            self.trouble = trouble
            self._publish(ChangeSet(self.seq, (), frozenset(), counts=True))

    def _carry_out_until_it_can_be(self, jobs: list[Job]) -> tuple[_Group, list[Any]]:
        """A server may go away and come back. What was committed as it went is answered as then, not done twice."""
        for wait in AGAIN_S if self._peers else ():
            try:
                return self._carry_out(jobs)
            except Exception as error:
                if not lost(error):
                    raise
                log.warning("the database does not answer; %d commands wait", len(jobs))
                threading.Event().wait(wait)
        return self._carry_out(jobs)

    def _carry_out(self, jobs: list[Job]) -> tuple[_Group, list[Any]]:
        """All in one transaction; their outcomes, or the error of a single one."""
        group = _Group()
        before = (self.seq, self._position, dict(self._scopes))
        try:
            with writing(self._engine) as connection:
                follows = self._catch_up(connection)
                outcomes = [self._answer(connection, job, group) for job in jobs]
                self._save(connection, group)
                if self._peers and group.changes:
                    self._peers.enter(connection, self._told(group), follows, group.effects)
        except Exception:
            self.seq, self._position, self._scopes = before
            self._actors.clear()
            raise
        return group, outcomes

    def _catch_up(self, connection: Connection) -> int:
        """Take over what other processes have committed; the last commit's seq."""
        if self._peers:
            seq = self._peers.wait_for_turn(connection)
            if seq != self.seq:
                self.seq = seq
                self._position, self._scopes = self._peers.marks(connection)
                self._actors.clear()
        return self.seq

    def _told(self, group: _Group) -> ChangeSet:
        return ChangeSet(
            self.seq,
            tuple(group.changes.values()),
            frozenset(group.tickets),
            group.counts,
            group.scopes,
        )

    def _answer(self, connection: Connection, job: Job, group: _Group) -> Outcome | Exception:
        """Run one command in its savepoint. A programming error fails this command alone."""
        device, before = group.answered.get(job.command_id) or _before(connection, job.command_id)
        if before is not None and device != job.device:  # what another was answered is not told
            refusal = Rejection("id_taken", {"id": job.command_id})
            return Outcome(job.command_id, self.seq, rejected=refusal)
        if before is not None:
            return before
        position = self._position
        try:
            with savepoint(connection):
                outcome = self._handle(connection, job, group)
        except Rejected as refusal:
            self._position = position
            outcome = Outcome(
                job.command_id, self.seq, rejected=Rejection(refusal.code, dict(refusal.params))
            )
        except Exception as error:
            if is_storage_failure(error):
                raise
            self._position = position
            log.exception("%s failed", job.command.TYPE)
            return error
        if job.command.OFFLINE is not Offline.LOCAL:
            actor = self._actors.get(job.agent_id, _DESK)
            group.results.append(_result(job, outcome, self._clock.now(), actor.key or 0))
            group.answered[job.command_id] = job.device, outcome
        return outcome

    def _handle(self, connection: Connection, job: Job, group: _Group) -> Outcome:
        actor = self._actor(connection, job.agent_id)
        if not may(actor.kind, actor.role, job.command):
            raise Rejected("not_allowed", command=job.command.TYPE)
        tx = Tx(
            connection,
            now=self._clock.now(),
            seq=self.seq + 1,
            ids=self._ids,
            actor=actor,
            position=self._position,
            scopes=self._scopes,
            offline=job.offline,
        )
        outcome = HANDLERS[type(job.command)](tx, job.command)
        self._react(tx)
        tx.finish()
        if tx.changes:
            self.seq = tx.seq
        self._position = tx.last_position
        self._scopes.update(tx.scopes)
        group.scopes.update(tx.scopes)
        if any(entity in ("agent", "membership") for entity, _key in tx.changes):
            self._actors.clear()
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

    def _actor(self, connection: Connection, uid: str) -> Actor:
        """Who acts; no id is the desk itself. Kept until an agent or a membership changes.

        Rejects agent_not_found, agent_disabled.
        """
        if not uid:
            return _DESK
        actor = self._actors.get(uid)
        if actor is None:
            row = _AGENT.first(connection, uid_=uid)
            if row is None:
                raise Rejected("agent_not_found", id=uid)
            if row.disabled:
                raise Rejected("agent_disabled", name=row.name)
            found = _DEPARTMENTS.column(connection, agent_key=row.id)
            actor = Actor(ActorKind.AGENT, row.id, row.name, Role(row.role), frozenset(found))
            self._actors[uid] = actor
        return actor

    def _save(self, connection: Connection, group: _Group) -> None:
        """What the whole group leaves behind: results, each device's last number, the counts."""
        if group.results:
            _RESULT.many(connection, group.results)
            highest = {row["device"]: row["n"] for row in sorted(group.results, key=_number)}
            devices = [{"uid": uid, "high_water": n} for uid, n in highest.items()]
            _DEVICE.many(connection, devices)
        if group.scopes:
            scopes = [{"name": name, "seq": seq} for name, seq in group.scopes.items()]
            _SCOPE.many(connection, scopes)
        marks = {"seq": self.seq, "position": self._position}
        _MARK.many(connection, [{"key": k, "value": str(v)} for k, v in marks.items()])


def _desk_value(connection: Connection, key: str) -> str | None:
    return connection.execute(select(t.desk.c.value).where(t.desk.c.key == key)).scalar()


def _number(row: dict[str, Any]) -> int:
    return int(row["n"])


def _result(job: Job, outcome: Outcome, now: int, agent_key: int) -> dict[str, Any]:
    stored: dict[str, Any] = {"seq": outcome.seq, "result": dict(outcome.result)}
    if outcome.undo:
        stored["undo"] = encode_command(outcome.undo)
    if outcome.rejected:
        stored["rejected"] = msgspec.to_builtins(outcome.rejected)
    return {
        "command_id": job.command_id,
        "device": job.device,
        "n": job.n,
        "type": job.command.TYPE,
        "agent_id": agent_key,
        "at": now,
        "outcome": stored,
    }


def _before(connection: Connection, command_id: str) -> tuple[str, Outcome | None]:
    """Who gave a command of that id before, and what it was answered."""
    seen = _SEEN.first(connection, command_id_=command_id)
    return (seen.device, _read_outcome(command_id, seen.outcome)) if seen else ("", None)


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
