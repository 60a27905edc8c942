"""Commands carried out here first: the same handlers as the host's, on the cache, to be taken back at any pull."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select
from sqlalchemy.exc import DatabaseError, IntegrityError, NoResultFound

from deskapp.core.api import Command, Outcome, Rejected, Rejection
from deskapp.core.authority.prepared import savepoint
from deskapp.core.authority.tx import Actor, Tx
from deskapp.core.handlers import HANDLERS
from deskapp.core.policies.permissions import may
from deskapp.core.ports import Clock, Ids
from deskapp.core.readers.statements import Statement
from deskapp.models import tables as t
from deskapp.models.enums import ActorKind, Role
from deskapp.sync.replica.cache import raw_of
from deskapp.sync.replica.keys import Keys

log = logging.getLogger(__name__)

_AGENT = Statement(select(t.agent).where(t.agent.c.uid == bindparam("uid_")))
_DEPARTMENTS = Statement(
    select(t.membership.c.department_id).where(t.membership.c.agent_id == bindparam("agent_key"))
)


class LocalTx(Tx):
    """A command's share of the cache's transaction. Nothing is logged: it is told to nobody from here.

    `seen_tickets` are those to look at again, when it is done.
    """

    def __init__(self, connection: Connection, keys: Keys, **values: Any) -> None:
        super().__init__(connection, **values)
        self._keys = keys
        self.seen_tickets: frozenset[str] = frozenset()

    def insert(self, table: Table, *, uid: str | None = None, **values: Any) -> int:
        """As the host does, under a key of this machine's; a ticket has no number yet."""
        uid = uid or self.ids.new()
        values["id"] = self._keys.new(raw_of(self.connection), table.name, uid)
        if table is t.ticket:
            values["number"] = 0
        return super().insert(table, uid=uid, **values)

    def insert_all(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """Likewise."""
        raw = raw_of(self.connection)
        super().insert_all(
            table, [{"id": self._keys.new(raw, table.name, ""), **values} for values in rows]
        )

    def _write_log(self) -> None:
        self._logged.clear()


class LocalRunner:
    """Runs commands of one agent. Everything happens in the writer's transaction, under a savepoint each."""

    def __init__(self, agent_id: str, keys: Keys, clock: Clock, ids: Ids) -> None:
        self._agent_id = agent_id
        self._keys = keys
        self._clock = clock
        self._ids = ids
        self._actor: Actor | None = None
        self._position = 0

    def reset(self, position: int) -> None:
        """The rows are others now; `position` is the last place that the host told."""
        self._actor = None
        self._position = position

    def actor(self, connection: Connection) -> Actor | None:
        """Who works here; None while the agent's own row has not come."""
        if self._actor is None:
            row = _AGENT.first(connection, uid_=self._agent_id)
            if row is not None:
                found = _DEPARTMENTS.column(connection, agent_key=row.id)
                role = Role(row.role) if row.role in set(Role) else Role.LIGHT  # a damaged one
                self._actor = Actor(ActorKind.AGENT, row.id, row.name, role, frozenset(found))
        return self._actor

    def run(
        self, connection: Connection, command: Command, command_id: str, seq: int
    ) -> tuple[Outcome, LocalTx | None]:
        """What the command comes to here; nothing was changed when it is rejected or cannot be foreseen."""
        actor = self.actor(connection)
        if actor is None:
            return Outcome(command_id, seq), None
        if not may(actor.kind, actor.role, command):
            return _rejected(command_id, seq, Rejected("not_allowed", command=command.TYPE)), None
        tx = LocalTx(
            connection,
            self._keys,
            now=self._clock.now(),
            seq=seq,
            ids=self._ids,
            actor=actor,
            position=self._position,
        )
        try:
            with savepoint(connection):
                outcome = HANDLERS[type(command)](tx, command)
                tx.finish()
                tx.seen_tickets = tx.touched_tickets()
        except Rejected as refusal:
            return _rejected(command_id, seq, refusal), None
        except NoResultFound:  # it stands on a row that is still to come
            return Outcome(command_id, seq), None
        except Exception as error:
            if isinstance(error, DatabaseError) and not isinstance(error, IntegrityError):
                raise
            log.exception("%s could not be carried out here", command.TYPE)
            return Outcome(command_id, seq), None
        self._position = tx.last_position
        return replace(outcome, command_id=command_id, seq=seq), tx


def _rejected(command_id: str, seq: int, refusal: Rejected) -> Outcome:
    return Outcome(command_id, seq, rejected=Rejection(refusal.code, dict(refusal.params)))
