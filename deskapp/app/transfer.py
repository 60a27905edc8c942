"""Every row of a desk from one database into another, whichever kinds they are, and the comparison afterwards."""

import hashlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from itertools import zip_longest
from typing import Any, Final

import msgspec
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    MetaData,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)

from deskapp.app.task import Task
from deskapp.core.handlers.indexing import INDEXED_CHARS
from deskapp.core.policies import tsearch
from deskapp.models import tables as t
from deskapp.models.dialect import POSTGRESQL
from deskapp.sync.replica import derived
from deskapp.system.errors import KnownError

BATCH: Final = 500
_STREAM: Final = {"stream_results": True, "max_row_buffer": BATCH}
_NUL: Final = "\0", "\N{SYMBOL FOR NULL}"
"""What PostgreSQL's text cannot hold, and what stands for it there (models.postgres)."""
_VECTOR = "INSERT INTO {}(rowid, words) VALUES (:rowid, CAST(:words AS tsvector))"


def copy_rows(source: Connection, target: Connection, task: Task) -> dict[str, str]:
    """Fill the empty tables of `target`, and compare all of them row by row; table → "rows sha256".

    Both are in a transaction; that of `target` is the caller's to commit. KnownError: cancelled, and
    move_differs (with the table), after which nothing may be committed.
    """
    plain = _plain_tables()
    total = 2 * sum(_size(source, one) for one in plain)
    done = 0
    for one in plain:
        with closing(_batches(source, one, target.dialect.name)) as batches:
            for rows in batches:
                target.execute(insert(one), _without_own_references(one, rows))
                done += len(rows)
                task.step(done, total, one.name)
        _own_references(source, target, one)
    _count_on(target, plain)
    sums = {}
    for one in plain:
        sums[one.name] = _compared(source, target, one)
        done += int(sums[one.name].partition(" ")[0])
        task.step(done, total, f"checking {one.name}")
    _index(target, task)
    return sums


def compare_rows(source: Connection, target: Connection) -> dict[str, str]:
    """As `copy_rows`, of what was copied before. Raises KnownError("move_differs")."""
    return {one.name: _compared(source, target, one) for one in _plain_tables()}


def _compared(source: Connection, target: Connection, one: Table) -> str:
    """How many rows a table has in both, and their digest. Raises KnownError("move_differs")."""
    digest, count = hashlib.sha256(), 0
    kind = target.dialect.name
    with closing(_rows(source, one, kind)) as left, closing(_rows(target, one, kind)) as right:
        for ours, theirs in zip_longest(left, right):
            if ours != theirs:
                raise KnownError("move_differs", table=one.name)
            digest.update(msgspec.json.encode(ours))
            count += 1
    return f"{count} {digest.hexdigest()}"


@cache
def _plain_tables() -> tuple[Table, ...]:
    """The desk's tables in the order of their references; JSON as the text that it is kept as."""
    plain = MetaData()
    return tuple(
        Table(
            one.name,
            plain,
            *(
                Column(
                    each.name,
                    Text() if isinstance(each.type, JSON) else each.type,
                    primary_key=each.primary_key,
                    autoincrement=False,
                )
                for each in one.columns
            ),
        )
        for one in t.metadata.sorted_tables
    )


def _size(connection: Connection, one: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(one)).scalar_one())


def _rows(connection: Connection, one: Table, into: str) -> Generator[tuple[Any, ...]]:
    """In the order of the primary key, as they are to be in a database of the kind `into`."""
    listed = select(one).order_by(*one.primary_key.columns)
    with connection.execute(listed, execution_options=_STREAM) as found:
        for row in found:
            yield tuple(map(_without_nul, row)) if into == POSTGRESQL else tuple(row)


def _without_nul(value: Any) -> Any:
    return value.replace(*_NUL) if isinstance(value, str) and "\0" in value else value


def _batches(connection: Connection, one: Table, into: str) -> Generator[list[dict[str, Any]]]:
    names = one.columns.keys()
    batch: list[dict[str, Any]] = []
    with closing(_rows(connection, one, into)) as rows:
        for row in rows:
            batch.append(dict(zip(names, row, strict=True)))
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


@cache
def _own(name: str) -> tuple[str, ...]:
    """Columns that refer to the table itself."""
    one = t.metadata.tables[name]
    return tuple(key.parent.name for key in one.foreign_keys if key.column.table is one)


def _without_own_references(one: Table, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Their targets may come later."""
    nothing: Mapping[str, None] = dict.fromkeys(_own(one.name))
    return [{**row, **nothing} for row in rows]


def _own_references(source: Connection, target: Connection, one: Table) -> None:
    for name in _own(one.name):
        rows = source.execute(select(one.c.id, one.c[name]).where(one.c[name].is_not(None))).all()
        if rows:
            into: Any = {name: bindparam("to_")}
            put = update(one).where(one.c.id == bindparam("key_")).values(into)
            target.execute(put, [{"key_": key, "to_": to} for key, to in rows])


def _count_on(target: Connection, plain: Sequence[Table]) -> None:
    """New rows get keys after those that came."""
    if target.dialect.name != POSTGRESQL:
        return
    for one in plain:
        if "id" in one.c:
            last = target.execute(select(func.max(one.c.id))).scalar()
            if last is not None:
                place = func.pg_get_serial_sequence(one.name, "id")
                target.execute(select(func.setval(place, last)))


# The full-text index ---------------------------------------------------------------------------------------------


def _index(target: Connection, task: Task) -> None:
    task.check()
    if target.dialect.name == POSTGRESQL:
        _index_on_server(target)
        return
    raw: Any = target.connection.driver_connection
    for name, index in (
        ("message", derived.index_messages),
        ("contact", derived.index_contacts),
        ("contact_point", derived.index_points),
    ):
        keys: list[int] = list(target.execute(text(f"SELECT id FROM {name}")).scalars())  # noqa: S608
        index(raw, keys)


def _index_on_server(target: Connection) -> None:
    files = _joined(
        target,
        select(t.attachment.c.message_id, t.attachment.c.filename)
        .where(t.attachment.c.inline.is_(False), t.attachment.c.message_id.is_not(None))
        .order_by(t.attachment.c.id),
    )
    said = t.message.c
    messages = select(
        said.id, said.position, said.subject, said.body, said.author_name, said.author_address
    )
    _add(
        target,
        "message_fts",
        (
            (
                row.position,
                tsearch.message_vector(
                    row.subject,
                    f"{row.body}\n{files.get(row.id, '')}"[:INDEXED_CHARS],
                    f"{row.author_name} {row.author_address}",
                ),
            )
            for row in target.execute(messages).all()
        ),
    )
    point = t.contact_point.c
    points = target.execute(select(point.id, point.contact_id, point.value, point.display)).all()
    _add(target, "point_fts", ((row.id, tsearch.point_vector(row.value)) for row in points))
    words: dict[int, str] = {}
    for row in points:
        words[row.contact_id] = f"{words.get(row.contact_id, '')} {row.value} {row.display}"
    people = target.execute(select(t.contact.c.id, t.contact.c.name, t.contact.c.organisation))
    _add(
        target,
        "contact_fts",
        (
            (row.id, tsearch.contact_vector(row.name, row.organisation, words.get(row.id, "")))
            for row in people.all()
        ),
    )


def _joined(target: Connection, listed: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    for key, word in target.execute(listed):
        found[key] = f"{found[key]} {word}" if key in found else word
    return found


def _add(target: Connection, name: str, vectors: Iterator[tuple[int, str]]) -> None:
    put = text(_VECTOR.format(name))
    batch: list[dict[str, Any]] = []
    for rowid, words in vectors:
        batch.append({"rowid": rowid, "words": words})
        if len(batch) == BATCH:
            target.execute(put, batch)
            batch = []
    if batch:
        target.execute(put, batch)
