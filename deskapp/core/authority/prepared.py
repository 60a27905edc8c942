"""The writer's statements, made once for each table, and the savepoint that each command has."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from sqlalchemy import Connection, Table, bindparam, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from deskapp.core.readers.statements import Statement, Write, among, driver_of, failure
from deskapp.models import tables as t

_BEGIN, _BACK, _END = (
    "SAVEPOINT command",
    "ROLLBACK TO SAVEPOINT command",
    "RELEASE SAVEPOINT command",
)

_NEW_LOG = upsert(t.sync_log)
LOG = Write(
    _NEW_LOG.on_conflict_do_update(
        index_elements=["scope", "entity", "uid"],
        set_={
            "seq": _NEW_LOG.excluded.seq,
            "op": _NEW_LOG.excluded.op,
            "key": _NEW_LOG.excluded.key,
        },
    )
)
_NEW_COUNT = upsert(t.counter)
MOVE = Write(
    _NEW_COUNT.on_conflict_do_update(
        index_elements=["key"], set_={"value": t.counter.c.value + _NEW_COUNT.excluded.value}
    )
)
COUNTED = Statement(select(t.counter.c.value).where(t.counter.c.key == bindparam("name")))
TAGS = Statement(
    select(t.tag.c.name)
    .join(t.ticket_tag, t.ticket_tag.c.tag_id == t.tag.c.id)
    .where(t.ticket_tag.c.ticket_id == bindparam("ticket_key"))
)
LAST_WITHIN = Statement(
    text("SELECT max(position) FROM message WHERE position >= :start AND position < :end").columns(
        t.message.c.position
    )
)
EFFECT = Statement(select(t.effect.c.uid).where(t.effect.c.key == bindparam("name")))
NEW_EFFECT = Write(t.effect.insert())
TICKET_UIDS = Statement(select(t.ticket.c.uid).where(among(t.ticket.c.id, "keys")))


@cache
def with_uid(table: Table) -> Statement:
    return Statement(select(table).where(table.c.uid == bindparam("uid_")))


@cache
def with_key(table: Table) -> Statement:
    return Statement(select(table).where(table.c.id == bindparam("key_")))


@cache
def having(table: Table, *names: str) -> Statement:
    """Rows with given values in the columns `names`."""
    return Statement(select(table).where(*(table.c[name] == bindparam(name) for name in names)))


@cache
def inserting(table: Table) -> Write:
    return Write(table.insert().returning(table))


@cache
def updating(table: Table) -> Write:
    return Write(table.update().where(table.c.id == bindparam("key_")).returning(table))


@cache
def deleting(table: Table) -> Write:
    return Write(table.delete().where(table.c.id == bindparam("key_")).returning(table))


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """What is written in the block is taken back when it raises; the transaction goes on."""
    _say(connection, _BEGIN)
    try:
        yield
    except BaseException:
        if not connection.invalidated:
            _say(connection, _BACK)
            _say(connection, _END)
        raise
    _say(connection, _END)


def _say(connection: Connection, sql: str) -> None:
    try:
        driver_of(connection).execute(sql)
    except connection.dialect.loaded_dbapi.Error as error:
        raise failure(connection, sql, error) from error
