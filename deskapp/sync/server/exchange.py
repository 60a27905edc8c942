"""The heart of the host, without a network: commands in; results, rows and removals of one snapshot out."""

import logging
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from operator import itemgetter
from typing import Any, Final

import msgspec
from msgspec import structs
from sqlalchemy import Connection, bindparam, select

from deskapp.core.api import Command, Outcome
from deskapp.core.authority.executor import AuthorityClosed
from deskapp.core.authority.scopes import SHARED
from deskapp.core.authority.workspace import Authority
from deskapp.core.commands.registry import decode_command, encode_command, load_all
from deskapp.core.readers.statements import Statement
from deskapp.models import tables as t
from deskapp.models.dialect import lost
from deskapp.models.disk import StorageProblem
from deskapp.sync.protocol.messages import (
    COMMANDS,
    ROWS,
    Removal,
    Rows,
    Sums,
    SyncAnswer,
    SyncRequest,
    WireCommand,
    WireResult,
)
from deskapp.sync.protocol.tables import ENTITIES
from deskapp.sync.server.files import Files, named_in
from deskapp.sync.server.refusals import Refused
from deskapp.sync.server.rows import OWN, OWN_PARTS, as_rows, named, own_parts, still_seen
from deskapp.sync.server.shared import SharedRows
from deskapp.sync.server.sums import sums_of
from deskapp.sync.server.viewer import Viewer, viewer_of

log = logging.getLogger(__name__)

COMMIT_S: Final = 60.0
"""A command that was not committed in this time may still be: its device asks again, by the same id."""
READERS: Final = 4
RETRY_MS: Final = 2_000

_NOT_ITS_FAULT: Final = (StorageProblem, AuthorityClosed, TimeoutError)
"""The desk's disk is full or fails, the desk is being closed, or much is to be done: none is the command's."""

_COUNT: Final = Statement(select(t.scope.c.seq).where(t.scope.c.name == bindparam("scope_")))
_EPOCH: Final = Statement(select(t.desk.c.value).where(t.desk.c.key == "epoch"))
_log = t.sync_log.c
_TOUCHED: Final = Statement(
    select(_log.seq, _log.entity, _log.uid, _log.op)
    .where(_log.scope == bindparam("scope_"), _log.seq > bindparam("after_"))
    .order_by(_log.seq, _log.entity, _log.uid)
    .limit(bindparam("limit_"))
)
_OF_ONE: Final = Statement(
    select(_log.seq, _log.entity, _log.uid, _log.op)
    .where(_log.scope == bindparam("scope_"), _log.seq == bindparam("seq_"))
    .order_by(_log.entity, _log.uid)
)


@dataclass(slots=True)
class _Touched:
    """What the logs of some scopes name, and how far that brings whoever follows them."""

    cursors: dict[str, int] = field(default_factory=dict)
    upserts: dict[str, set[str]] = field(default_factory=dict)
    exits: dict[str, set[str]] = field(default_factory=dict)
    size: int = 0
    more: bool = False
    shared: int | None = None  # the shared scope's own count in this snapshot, when it is followed


class Exchange:
    """Answers the machines of agents. Any thread may call it; it has reading connections of its own."""

    def __init__(
        self,
        authority: Authority,
        *,
        files: Files | None = None,
        readers: int = READERS,
        rows: int = ROWS,
    ) -> None:
        """`rows`: about how many go into one answer. Without `files` a command may name any blob."""
        self.authority = authority
        self._files = files
        self._engine = authority.more_readers(readers)
        self._rows = rows
        self._shared = SharedRows()

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A reading connection: all that is read from it is of one commit."""
        with self._engine.connect() as connection:
            yield connection

    def sync(self, agent_id: str, device: str, request: SyncRequest) -> SyncAnswer:
        """Run the commands, then tell what is new since the request's cursors.

        Raises Refused: epoch_changed and cursor (nothing was run; the cache begins anew), revoked,
        too_many_commands, busy.
        """
        if len(request.commands) > COMMANDS:
            raise Refused("too_many_commands", most=COMMANDS)
        if request.commands:
            with self.snapshot() as connection:
                viewer_of(connection, agent_id)
                self._check(connection, request)
        results = self._run(agent_id, device, request.commands)
        with self.snapshot() as connection:
            viewer = viewer_of(connection, agent_id)
            self._check(connection, request)
            touched = self._touched(connection, viewer, request.cursors)
            removals = _removals(connection, viewer, touched)
            return SyncAnswer(
                epoch=request.epoch,
                scopes=viewer.scopes,
                cursors=touched.cursors,
                results=results,
                removals=removals,
                tables=self._tables(connection, viewer, touched),
                more=touched.more,
                server_at=self.authority.clock.now(),
                sums=self._sums(connection, viewer, request, touched),
            )

    def _sums(
        self, connection: Connection, viewer: Viewer, request: SyncRequest, touched: _Touched
    ) -> Sums | None:
        """Of the same snapshot; none while the client does not have all of it."""
        asked = request.check
        if isinstance(asked, msgspec.UnsetType) or touched.more:
            return None
        if touched.cursors.get(asked.scope) is None:
            return None
        return sums_of(connection, viewer, asked)

    def _check(self, connection: Connection, request: SyncRequest) -> None:
        epoch = epoch_of(connection)
        if request.epoch != epoch:
            raise Refused("epoch_changed", epoch=epoch)

    # Commands --------------------------------------------------------------------------------------------------

    def _run(
        self, agent_id: str, device: str, commands: Collection[WireCommand]
    ) -> tuple[WireResult, ...]:
        """All are handed over before the first is waited for: they share commits, in their order."""
        waiting = [(one, self._submit(agent_id, device, one)) for one in commands]
        return tuple(
            future if isinstance(future, WireResult) else _result(one.id, future)
            for one, future in waiting
        )

    def _submit(
        self, agent_id: str, device: str, one: WireCommand
    ) -> "WireResult | Future[Outcome]":
        try:
            command = _decoded(one)
        except ValueError as error:
            log.info("a device's %.60s was not understood: %.200s", one.type, error)
            return _refused(one, "command_unknown", command=one.type[:60])
        foreign = self._foreign(agent_id, command)
        if foreign:
            return _refused(one, "blob_not_found", sha256=foreign)
        return self.authority.submit(
            command, agent_id, device, one.id, n=one.n, offline=one.offline
        )

    def _foreign(self, agent_id: str, command: Command) -> str:
        """A blob that the command names and its author may not read; empty when there is none."""
        named = set(named_in(command)) if self._files else ()
        if not named or self._files is None:
            return ""
        with self.snapshot() as connection:
            viewer, files = viewer_of(connection, agent_id), self._files
            strange = (sha for sha in sorted(named) if not files.may_read(connection, viewer, sha))
            return next(strange, "")

    # What is new -----------------------------------------------------------------------------------------------

    def _touched(
        self, connection: Connection, viewer: Viewer, cursors: Mapping[str, int]
    ) -> _Touched:
        touched = _Touched()
        for scope in viewer.scopes:
            if scope in cursors:
                self._follow(connection, scope, cursors[scope], touched)
        return touched

    def _follow(self, connection: Connection, scope: str, cursor: int, touched: _Touched) -> None:
        """Whole commits only, at most about as many rows as still fit."""
        count = _COUNT.scalar(connection, scope_=scope) or 0
        if not 0 <= cursor <= count:
            raise Refused("cursor", scope=scope)
        if scope == SHARED:
            touched.shared = count
        room = self._rows - touched.size
        touched.cursors[scope] = cursor
        if cursor == count:
            return
        if room <= 0:
            touched.more = True
            return
        entries = _TOUCHED.run(connection, scope_=scope, after_=cursor, limit_=room + 1).fetchall()
        if len(entries) <= room:
            touched.cursors[scope] = count
        else:
            touched.more = True
            entries = _whole(connection, scope, entries)
            touched.cursors[scope] = entries[-1][0]
        for _seq, entity, uid, op in entries:
            into = touched.exits if op == "exit" else touched.upserts
            into.setdefault(entity, set()).add(uid)
        touched.size += len(entries)

    def _tables(
        self, connection: Connection, viewer: Viewer, touched: _Touched
    ) -> tuple[Rows, ...]:
        wanted = {entity: set(uids) for entity, uids in touched.upserts.items()}
        tickets = sorted(wanted.get("ticket", ()))
        for entity in OWN_PARTS if tickets else ():
            # A ticket that comes back has lost what was this agent's own in it.
            found = own_parts(entity).column(connection, uids_=tickets, agent_=viewer.key)
            wanted.setdefault(entity, set()).update(found)
        asked = (entity for entity in ENTITIES if wanted.get(entity))
        found_rows = [
            self._named(connection, viewer, touched.shared, entity, sorted(wanted[entity]))
            for entity in asked
        ]
        return tuple(rows for rows in found_rows if rows.rows)

    def _named(
        self,
        connection: Connection,
        viewer: Viewer,
        count: int | None,
        entity: str,
        uids: list[str],
    ) -> Rows:
        """What this agent may see of them: what all may see, and the rest as it is for this one."""
        rows = None
        if count is not None and entity not in OWN:
            rows = self._shared.of(connection, count, entity, tuple(uids))
            if len(rows.rows) == len(uids):
                return rows
            uids = sorted(set(uids).difference(row[0] for row in rows.rows))
        own = as_rows(entity, named(entity).run(connection, uids_=uids, **viewer.bound).fetchall())
        if rows is None or not rows.rows:
            return own
        return structs.replace(own, rows=sorted([*rows.rows, *own.rows], key=itemgetter(0)))


def epoch_of(connection: Connection) -> str:
    """Which life of the desk this is: another one after a restore."""
    return str(_EPOCH.scalar(connection))


def _whole(connection: Connection, scope: str, entries: list[Any]) -> list[Any]:
    """Without the last commit, which may go on after the cut; if it is the only one, all of it."""
    last = entries[-1][0]
    kept = [entry for entry in entries if entry[0] < last]
    return kept or _OF_ONE.run(connection, scope_=scope, seq_=last).fetchall()


def _removals(connection: Connection, viewer: Viewer, touched: _Touched) -> tuple[Removal, ...]:
    """What left a scope, but for what this agent sees by another.

    A ticket that stays is told as it is now: should that other scope be lost before its own turn comes, the
    machine has to know that the ticket went there.
    """
    found: list[Removal] = []
    for entity in ENTITIES:
        gone = touched.exits.get(entity)
        if gone:
            seen = still_seen(entity).column(connection, uids_=sorted(gone), **viewer.bound)
            if entity == "ticket" and seen:
                touched.upserts.setdefault(entity, set()).update(seen)
            found.extend(Removal(entity=entity, id=uid) for uid in sorted(gone.difference(seen)))
    return tuple(found)


def _decoded(one: WireCommand) -> Command:
    """Raises ValueError: unknown type, version or field, or a value that does not fit."""
    cls = load_all().get(one.type)
    if cls is not None:
        unknown = one.body.keys() - {known.name for known in fields(cls)}
        if unknown:
            raise ValueError(f"unknown fields {sorted(unknown)}")
    return decode_command({"type": one.type, "version": one.version, "body": one.body})


def _refused(one: WireCommand, code: str, **params: str) -> WireResult:
    return WireResult(id=one.id, rejected={"code": code, "params": params})


def _result(command_id: str, future: "Future[Outcome]") -> WireResult:
    """The outcome, without the desk's own count of commits: that would tell of what is hidden."""
    try:
        outcome = future.result(COMMIT_S)
    except Exception as error:
        if lost(error) or isinstance(error, _NOT_ITS_FAULT):  # it is asked again, by the same id
            raise Refused("busy", retry_ms=RETRY_MS) from error
        log.info("a device's command failed: %s", type(error).__name__)
        return WireResult(id=command_id, failed=True)
    rejected = outcome.rejected
    return WireResult(
        id=command_id,
        result=dict(outcome.result),
        undo=encode_command(outcome.undo) if outcome.undo else None,
        rejected=msgspec.to_builtins(rejected) if rejected else None,
    )
