"""The tables of a cache: those of a desk, so that every reader works on it unchanged, and its own book-keeping.

What is only ever true of a whole desk is not asked of a copy that is on its way from one state to the next: that
a tag's name or an address is there once, and that every reference has its target.
"""
# ruff: noqa: S608  # the names in these statements are those of our own tables

import hashlib
from dataclasses import dataclass
from functools import cache

from sqlalchemy import JSON, Column, Index, MetaData, Table, UniqueConstraint
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from deskapp.models import tables as t
from deskapp.sync.protocol.tables import ENTITIES, HTML, columns_of

RECORDED = (*ENTITIES, "message_html", "counter", "effect", "automatic_mail")
"""Tables that a handler writes: of these the state before a local change is kept."""

_BOOKS = (
    "CREATE TABLE replica_mark (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE replica_scope (
        name TEXT PRIMARY KEY, cursor INTEGER NOT NULL, token TEXT NOT NULL, counts TEXT NOT NULL,
        checksum INTEGER NOT NULL, done INTEGER NOT NULL)""",
    """CREATE TABLE dangling (
        entity TEXT NOT NULL, key INTEGER NOT NULL, name TEXT NOT NULL, target TEXT NOT NULL,
        target_uid TEXT NOT NULL, PRIMARY KEY (entity, key, name)) WITHOUT ROWID""",
    "CREATE INDEX ix_dangling_target ON dangling(target, target_uid)",
    """CREATE TABLE fetched (
        entity TEXT NOT NULL, uid TEXT NOT NULL, PRIMARY KEY (entity, uid)) WITHOUT ROWID""",
    "CREATE TABLE left_out (ticket_uid TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE recording (is_on INTEGER NOT NULL)",
    "INSERT INTO recording VALUES (0)",
)


@dataclass(frozen=True, slots=True)
class Field:
    """A column as it is written here. `filler` stands for a reference that has no target, or a lost value."""

    name: str
    target: str = ""
    is_json: bool = False
    filler: object = None


@cache
def fields_of(entity: str) -> dict[str, Field]:
    """The columns of an entity that travel, by name; those of a message's HTML are not among them."""
    table = t.metadata.tables[entity]
    return {
        wire.name: Field(
            wire.name,
            wire.target,
            isinstance(table.c[wire.name].type, JSON),
            _filler(table.c[wire.name]),
        )
        for wire in columns_of(entity)
        if wire.name not in HTML
    }


@cache
def fillers_of(entity: str) -> dict[str, object]:
    """Values of the columns that stay at the authority and must have one."""
    table = t.metadata.tables[entity]
    return {
        column.name: "{}" if isinstance(column.type, JSON) else ""
        for column in table.columns
        if column.name not in {"id", "uid", "seq", *fields_of(entity)}
        and not column.nullable
        and column.server_default is None
    }


def _filler(column: Column[object]) -> object:
    if column.nullable:
        return None
    if isinstance(column.type, JSON):
        return "null"
    return 0 if column.foreign_keys else ""


@cache
def referrers(target: str) -> tuple[tuple[str, Field], ...]:
    """(entity, column) of every reference to that table."""
    return tuple(
        (entity, one)
        for entity in ENTITIES
        for one in fields_of(entity).values()
        if one.target == target
    )


@cache
def script() -> tuple[str, ...]:
    """The statements that make a cache, without the triggers."""
    copy = MetaData(naming_convention=t.metadata.naming_convention)
    for table in t.metadata.sorted_tables:
        _loosened(table, copy)
    statements = [
        str(CreateTable(table).compile(dialect=dialect())) for table in copy.sorted_tables
    ]
    statements += [
        str(CreateIndex(index).compile(dialect=dialect()))
        for table in copy.sorted_tables
        for index in sorted(table.indexes, key=lambda index: str(index.name))
    ]
    mirrors = [_mirror(t.metadata.tables[name]) for name in RECORDED]
    return (*statements, *t.FULL_TEXT, *_BOOKS, *mirrors)


def _loosened(table: Table, into: MetaData) -> None:
    copy = table.to_metadata(into)
    for rule in [c for c in copy.constraints if isinstance(c, UniqueConstraint)]:
        names = [column.name for column in rule.columns]
        if names != ["uid"]:
            copy.constraints.discard(rule)
            Index(f"ix_{copy.name}_{'_'.join(names)}", *rule.columns)
    for index in copy.indexes:
        index.unique = False


def key_of(table: Table) -> str:
    """The name of a recorded table's primary key."""
    (column,) = table.primary_key.columns
    return column.name


def names_of(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def _mirror(table: Table) -> str:
    columns = ", ".join(f'"{name}"' for name in names_of(table))
    return f"CREATE TABLE undo_{table.name} (undo_key PRIMARY KEY, existed INTEGER NOT NULL, {columns})"


@cache
def triggers() -> dict[str, str]:
    """By name: they keep the first state of each row that is written while recording."""
    made = {}
    for name in RECORDED:
        table = t.metadata.tables[name]
        key, columns = key_of(table), names_of(table)
        names = ", ".join(f'"{column}"' for column in columns)
        old = ", ".join(f'OLD."{column}"' for column in columns)
        for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            existed = event != "INSERT"
            into = f"undo_{name}(undo_key, existed{', ' + names if existed else ''})"
            what = f"{row}.{key}, {int(existed)}{', ' + old if existed else ''}"
            made[f"undo_{name}_{event.lower()}"] = (
                f"CREATE TRIGGER undo_{name}_{event.lower()} AFTER {event} ON {name} "
                f"WHEN (SELECT is_on FROM recording) BEGIN "
                f"INSERT INTO {into} SELECT {what} "
                f"WHERE NOT EXISTS (SELECT 1 FROM undo_{name} WHERE undo_key = {row}.{key}); END"
            )
    return made


@cache
def fingerprint() -> str:
    """Of all the above, the same in every process: a cache of another one is thrown away."""
    lines = (line for text in (*script(), *triggers().values()) for line in text.splitlines())
    # SQLAlchemy copies a table's constraints in an order that each process has of its own.
    text = "\n".join(sorted(line.strip(" \t,") for line in lines))
    return hashlib.sha256(text.encode()).hexdigest()
