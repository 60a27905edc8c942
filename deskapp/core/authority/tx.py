"""What a handler may touch: one command's share of the authority's transaction.

Every write goes through here, so that it is stamped with the commit's `seq`, entered in the `sync_log`,
counted, and told to the windows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import ClauseElement, Connection, CursorResult, Row, Select, Table, func, select
from sqlalchemy.exc import IntegrityError, NoResultFound

from deskapp.core.api import Change, Rejected
from deskapp.core.authority import prepared
from deskapp.core.authority.scopes import may_see, scopes_of, ticket_scopes
from deskapp.core.policies.counting import counter_keys
from deskapp.core.ports import Ids
from deskapp.models import tables as t
from deskapp.models.dialect import is_taken
from deskapp.models.enums import ActorKind, EffectState, Role

TICKET_ENTITIES = {
    "message",
    "ticket_event",
    "ticket_tag",
    "draft",
    "participant",
    "read_mark",
    "chat",
}


@dataclass(frozen=True, slots=True)
class Actor:
    kind: ActorKind
    key: int | None
    name: str
    role: Role = Role.ADMIN
    departments: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that policies may react to, such as `ticket_created`."""

    kind: str
    ticket_key: int
    data: Mapping[str, Any] = field(default_factory=dict)


def key_of(result: CursorResult[Any]) -> int:
    """The integer key of the row that was just inserted."""
    row = result.inserted_primary_key
    assert row is not None
    return int(row[0])


_OF_TICKET = (
    t.ticket_event, t.ticket_tag, t.ticket_access, t.participant, t.message, t.chat, t.rating
)  # fmt: skip


class Tx:
    """One command at work. Made by the executor; lives until the command's savepoint ends."""

    def __init__(
        self,
        connection: Connection,
        *,
        now: int,
        seq: int,
        ids: Ids,
        actor: Actor,
        position: int,
        scopes: Mapping[str, int] = MappingProxyType({}),
        offline: bool = False,
    ) -> None:
        """`seq` is this commit's; `scopes` how many commits have touched each scope before it.

        `offline`: the command waited in an outbox while the authority could not be reached.
        """
        self.connection = connection
        self.now = now
        self.seq = seq
        self.ids = ids
        self.actor = actor
        self.offline = offline
        self.last_position = position
        self.changes: dict[tuple[str, int], Change] = {}
        self.happenings: list[Happening] = []
        self.effects_queued = False
        self._counted: dict[int, set[str]] = {}
        self.counts_moved = False
        self._rows: dict[tuple[str, int], Row[Any]] = {}  # as they are now: every write sees to it
        self._tags: dict[int, list[str]] = {}  # likewise, by ticket
        self._logged: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._scopes_before = scopes
        self.scopes: dict[str, int] = {}  # that this command touches: their counts after it

    # Reading ---------------------------------------------------------------------------------------------------

    def find(self, table: Table, uid: str) -> Row[Any] | None:
        """The row of that uid; None when there is none that the acting agent may see."""
        row: Row[Any] | None = prepared.with_uid(table).first(self.connection, uid_=uid)
        if row is None or not may_see(self, table.name, row):
            return None
        self._rows[(table.name, row.id)] = row
        return row

    def get(self, table: Table, uid: str) -> Row[Any]:
        """The row of that uid. Rejects `<table>_not_found`."""
        row = self.find(table, uid)
        if row is None:
            raise Rejected(f"{table.name}_not_found", id=uid)
        return row

    def at(self, table: Table, key: int) -> Row[Any]:
        """The row of that integer key, which must be there. Read once: every write keeps it up to date."""
        row = self._rows.get((table.name, key))
        if row is None:
            row = prepared.with_key(table).first(self.connection, key_=key)
            if row is None:
                raise NoResultFound(f"no {table.name} has that key")
            self._rows[(table.name, key)] = row
        return row

    def first(self, table: Table, *where: Any, **equal: Any) -> Row[Any] | None:
        """A row that fits. By `equal` alone it is found without a statement being built."""
        if where:
            return self.connection.execute(_select(table, where, equal).limit(1)).first()
        row: Row[Any] | None = prepared.having(table, *equal).first(self.connection, **equal)
        return row

    def all(self, table: Table, *where: Any, **equal: Any) -> list[Row[Any]]:
        """All rows that fit, likewise."""
        rows: list[Row[Any]]
        if where:
            rows = list(self.connection.execute(_select(table, where, equal)))
        else:
            rows = prepared.having(table, *equal).all(self.connection, **equal)
        if "id" in table.c:
            rows.sort(key=attrgetter("id"))  # a server keeps no order of its own
            self._rows.update(((table.name, row.id), row) for row in rows)
        return rows

    # Writing ---------------------------------------------------------------------------------------------------

    def insert(self, table: Table, *, uid: str | None = None, **values: Any) -> int:
        """Insert a synchronised row; returns its key. Rejects `id_taken` when the uid is there already."""
        uid = uid or self.ids.new()
        if table is t.ticket:
            values.setdefault("bucket", "active")
        new = {"uid": uid, "seq": self.seq, **values}
        try:
            row = prepared.inserting(table).one(self.connection, new)
        except IntegrityError as error:
            taken = is_taken(error, table.name)
            if taken is None:
                taken = prepared.with_uid(table).first(self.connection, uid_=uid) is not None
            if taken:
                raise Rejected("id_taken", id=uid) from error
            raise
        if table is t.ticket:
            self._counted.setdefault(row.id, set())
        self._written(table, row)
        return int(row.id)

    def insert_all(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """As `insert`, for as many rows as there are, all with the same columns, in a few statements."""
        new = [{"uid": self.ids.new(), "seq": self.seq, **values} for values in rows]
        if len(new) == 1:
            self._written(table, prepared.inserting(table).one(self.connection, new[0]))
        elif new:
            for row in self.connection.execute(table.insert().returning(table), new).all():
                self._written(table, row)

    def update(self, table: Table, key: int, **values: Any) -> None:
        """Change columns of one row."""
        if table is t.ticket:
            self.count_ticket(key)
        if any(isinstance(value, ClauseElement) for value in values.values()):
            one = table.update().where(table.c.id == key).values(seq=self.seq, **values)
            row = self.connection.execute(one.returning(table)).one()
        else:
            new = {"key_": key, "seq": self.seq, **values}
            row = prepared.updating(table).one(self.connection, new)
        self._written(table, row)

    def delete(self, table: Table, key: int) -> None:
        """Remove a row for good; other desks are told by an exit entry."""
        row = prepared.deleting(table).one(self.connection, {"key_": key})
        self._log(table.name, row, "exit")

    def put(self, table: Table, where: Mapping[str, Any], **values: Any) -> int:
        """Update the row that `where` names, or insert it."""
        found = self.first(table, **where)
        if found is None:
            return self.insert(table, **where, **values)
        self.update(table, found.id, **values)
        return int(found.id)

    def touch(self, table: Table, key: int) -> None:
        """Stamp a row whose children changed, so that windows look at it again."""
        self.update(table, key)

    def touch_all(self, table: Table, where: Any) -> None:
        """As `touch`, for as many rows as `where` finds, in a few statements."""
        statement = table.update().where(where).values(seq=self.seq)
        self._log_all(table, statement, "upsert")

    def delete_all(self, table: Table, where: Any) -> int:
        """As `delete`, likewise; how many there were. What they were counted under is the caller's."""
        return self._log_all(table, table.delete().where(where), "exit")

    def tell_moved(self, ticket_key: int, before: frozenset[str]) -> None:
        """A ticket was told in the scopes `before`: those that it left forget all of it, new ones are told all."""
        row, after = self.at(t.ticket, ticket_key), ticket_scopes(self, ticket_key)
        left, arrived = before - after, after - before
        self.tell(left, t.ticket, [row], "exit")
        said = select(t.message.c.id).where(t.message.c.ticket_id == ticket_key)
        where = {table: table.c.ticket_id == ticket_key for table in _OF_TICKET}
        where[t.attachment] = t.attachment.c.message_id.in_(said)
        for table in where if left | arrived else ():
            rows = self.all(table, where[table])
            self.tell(left, table, rows, "exit")  # what goes elsewhere is gone when it is back
            self.tell(arrived, table, rows)

    def tell(
        self, scopes: Iterable[str], table: Table, rows: Iterable[Row[Any]], op: str = "upsert"
    ) -> None:
        """Tell of rows in scopes in which they were not told, or are told no more (`exit`)."""
        told = list(rows)
        for scope in scopes:
            for row in told:
                self._enter(scope, table.name, row, op)

    def _log_all(self, table: Table, statement: Any, op: str) -> int:
        rows = self.connection.execute(statement.returning(table)).all()
        for row in rows:
            self._log(table.name, row, op)
        return len(rows)

    def _written(self, table: Table, row: Row[Any]) -> None:
        self._log(table.name, row, "upsert")
        self._rows[(table.name, row.id)] = row

    def _log(self, entity: str, row: Row[Any], op: str) -> None:
        """Every write ends here: what was read of the row is out of date, and it is to be told."""
        self._rows.pop((entity, row.id), None)
        if entity in ("tag", "ticket_tag"):
            self._tags.clear()
        for scope in scopes_of(self, entity, row):
            self._enter(scope, entity, row, op)
        self.changes[(entity, row.id)] = Change(entity, row.id, row.uid, op)

    def _enter(self, scope: str, entity: str, row: Row[Any], op: str) -> None:
        seq = self.scopes.get(scope)
        if seq is None:
            seq = self.scopes[scope] = self._scopes_before.get(scope, 0) + 1
        self._logged[(scope, entity, row.uid)] = {
            "scope": scope,
            "entity": entity,
            "key": row.id,
            "uid": row.uid,
            "seq": seq,
            "op": op,
        }

    def _write_log(self) -> None:
        """Enter what was written in the `sync_log`, each row once."""
        if self._logged:
            prepared.LOG.many(self.connection, list(self._logged.values()))
            self._logged.clear()

    # Order, history, effects -----------------------------------------------------------------------------------

    def position(self, at: int | None = None) -> int:
        """A place in the order of messages and events: µs since the epoch, made unique.

        Without `at` it is after everything there is, whatever the clock says; with `at` (history) it is
        as near to that time as is free.
        """
        if at is None:
            self.last_position = max(self.last_position + 1, self.now * 1000)
            return self.last_position
        wanted = self._free_near(max(at, 0) * 1000)
        self.last_position = max(self.last_position, wanted)
        return wanted

    def _free_near(self, wanted: int) -> int:
        """`wanted`, or a place right after those that took it: within its ms, else within its second."""
        for room in (1_000, 1_000_000, 1_000_000_000):
            taken = prepared.LAST_WITHIN.scalar(self.connection, start=wanted, end=wanted + room)
            if taken is None:
                return wanted
            if taken + 1 < wanted + room:
                return int(taken) + 1
        raise OverflowError("no free place in the order of messages")

    def event(
        self,
        ticket_key: int,
        kind: str,
        *,
        at: int | None = None,
        by: Actor | None = None,
        **data: Any,
    ) -> None:
        """Append to a ticket's history. `data` says why, in codes and names; the window writes the sentence."""
        actor = by or self.actor
        self.insert(
            t.ticket_event,
            ticket_id=ticket_key,
            position=self.position(at),
            kind=kind,
            actor_kind=actor.kind,
            actor_name=actor.name,
            agent_id=actor.key if actor.kind is ActorKind.AGENT else None,
            at=self.now if at is None else at,
            data=data,
        )

    def effect(
        self,
        kind: str,
        key: str,
        *,
        due_at: int | None = None,
        ticket_key: int | None = None,
        message_key: int | None = None,
        **payload: Any,
    ) -> str:
        """Queue what is to be done outside after the commit. The same `key` again is the same effect."""
        found = prepared.EFFECT.scalar(self.connection, name=key)
        if found:
            return str(found)
        uid = self.ids.new()
        prepared.NEW_EFFECT.run(
            self.connection,
            uid=uid,
            kind=kind,
            key=key,
            payload=payload,
            state=EffectState.WAITING,
            due_at=self.now if due_at is None else due_at,
            created_at=self.now,
            ticket_id=ticket_key,
            message_id=message_key,
        )
        self.effects_queued = True
        return uid

    def happened(self, kind: str, ticket_key: int, **data: Any) -> None:
        """Tell the policies; they react in this same transaction."""
        self.happenings.append(Happening(kind, ticket_key, data))

    # Counting --------------------------------------------------------------------------------------------------

    def count_ticket(self, key: int) -> None:
        """Remember under which counters a ticket stands before its first change in this command."""
        if key not in self._counted:
            self._counted[key] = self._counters(key)

    def finish(self) -> None:
        """The last of a command: move the counters by what changed, and enter the changes in the log."""
        moves: dict[str, int] = {}
        for key, before in self._counted.items():
            after = self._counters(key)
            for name in before - after:
                moves[name] = moves.get(name, 0) - 1
            for name in after - before:
                moves[name] = moves.get(name, 0) + 1
        self._counted.clear()
        for name, step in moves.items():
            if step:
                self._move(name, step)
        self._write_log()

    def move_count(self, before: str, after: str = "") -> None:
        """All that was counted under one name now counts under another, or under none."""
        value = prepared.COUNTED.scalar(self.connection, name=before) or 0
        if value:
            self._move(before, -value)
            if after:
                self._move(after, value)

    def _move(self, name: str, step: int) -> None:
        self.counts_moved = True
        prepared.MOVE.run(self.connection, key=name, value=step)

    def _counters(self, key: int) -> set[str]:
        row = self.at(t.ticket, key)
        return counter_keys(
            bucket=row.bucket,
            needs_reply=row.needs_reply,
            delivery=row.delivery,
            assignee=self.at(t.agent, row.assignee_id).uid if row.assignee_id else None,
            account=self.at(t.account, row.account_id).uid if row.account_id else None,
            tags=self._tags_of(key),
        )

    def _tags_of(self, key: int) -> list[str]:
        if key not in self._tags:
            self._tags[key] = prepared.TAGS.column(self.connection, ticket_key=key)
        return self._tags[key]

    # What the windows are told ---------------------------------------------------------------------------------

    def touched_tickets(self) -> frozenset[str]:
        """Uids of tickets that are touched, by themselves or by what belongs to them."""
        found = {change.id for change in self.changes.values() if change.entity == "ticket"}
        keys: set[int] = {
            self.at(t.metadata.tables[change.entity], change.key).ticket_id
            for change in self.changes.values()
            if change.entity in TICKET_ENTITIES and change.op != "exit"
        }
        keys -= {change.key for change in self.changes.values() if change.entity == "ticket"}
        return frozenset(found | set(self._uids(keys)))

    def _uids(self, keys: Iterable[int]) -> list[str]:
        wanted = list(keys)
        return prepared.TICKET_UIDS.column(self.connection, keys=wanted) if wanted else []

    def tally(self, table: Table, *where: Any) -> int:
        return int(
            self.connection.execute(
                select(func.count()).select_from(table).where(*where)
            ).scalar_one()
        )


def _select(table: Table, where: Iterable[Any], equal: Mapping[str, Any]) -> Select[Any]:
    return select(table).where(*where, *(table.c[name] == value for name, value in equal.items()))
