"""What the two databases say differently, as expressions that each compiles in its own words."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Connection, Integer, text
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

SQLITE, POSTGRESQL = "sqlite", "postgresql"
"""Names of SQLAlchemy's dialects."""
START_LOCK = 0x6465736C
"""Held on a server while a desk is made."""
TOO_LONG = "54000"
"""SQLSTATE of a value that does not fit into an index."""


class _Comparison(FunctionElement[bool]):
    """It stands in a condition as it is: `… = 1` behind it would keep SQLite from its index."""

    type = Boolean()

    def self_group(self, against: Any = None) -> "_Comparison":  # noqa: ARG002
        return self


class Among(_Comparison):
    """(column, parameter): the column's value is in the list that is bound to the parameter."""

    inherit_cache = True


class Matching(_Comparison):
    """(`rowid` of a full-text index, expression): a row of that index fits."""

    inherit_cache = True


class Unindexed(FunctionElement[Any]):
    """A column's value, by which no index is looked up."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


class AsNumber(FunctionElement[int]):
    """A truth value as it is kept in a file and as it travels: 0 or 1."""

    inherit_cache = True
    type = Integer()


class RowKeys(FunctionElement[str]):
    """All values of an integer column as one JSON array, in the order in which its rows come."""

    inherit_cache = True


def _parts(element: FunctionElement[Any], compiler: Any, words: dict[str, Any]) -> list[str]:
    return [compiler.process(part, **words) for part in element.clauses]


def _index(element: Matching, compiler: Any, words: dict[str, Any]) -> tuple[str, str]:
    """The name of the index, and what it is asked."""
    rowid, expression = element.clauses
    return rowid.table.name, compiler.process(expression, **words)


@compiles(Among)
def _among_sqlite(element: Among, compiler: Any, **words: Any) -> str:
    column, listed = _parts(element, compiler, words)
    return f"{column} IN (SELECT value FROM json_each({listed}))"  # noqa: S608 - of our own parts


@compiles(Among, POSTGRESQL)
def _among_postgresql(element: Among, compiler: Any, **words: Any) -> str:
    column, listed = _parts(element, compiler, words)
    return f"{column} = ANY({listed})"


@compiles(Matching)
def _matching_sqlite(element: Matching, compiler: Any, **words: Any) -> str:
    index, expression = _index(element, compiler, words)
    return f"{index}.{index} MATCH {expression}"


@compiles(Matching, POSTGRESQL)
def _matching_postgresql(element: Matching, compiler: Any, **words: Any) -> str:
    index, expression = _index(element, compiler, words)
    return f"{index}.words @@ CAST({expression} AS tsquery)"


@compiles(Unindexed)
def _unindexed_sqlite(element: Unindexed, compiler: Any, **words: Any) -> str:
    return f"+{_parts(element, compiler, words)[0]}"


@compiles(Unindexed, POSTGRESQL)
def _unindexed_postgresql(element: Unindexed, compiler: Any, **words: Any) -> str:
    return _parts(element, compiler, words)[0]


@compiles(AsNumber)
def _as_number_sqlite(element: AsNumber, compiler: Any, **words: Any) -> str:
    return _parts(element, compiler, words)[0]


@compiles(AsNumber, POSTGRESQL)
def _as_number_postgresql(element: AsNumber, compiler: Any, **words: Any) -> str:
    return f"CAST({_parts(element, compiler, words)[0]} AS integer)"


@compiles(RowKeys)
def _row_keys_sqlite(element: RowKeys, compiler: Any, **words: Any) -> str:
    return f"json_group_array({_parts(element, compiler, words)[0]})"


@compiles(RowKeys, POSTGRESQL)
def _row_keys_postgresql(element: RowKeys, compiler: Any, **words: Any) -> str:
    return f"coalesce(json_agg({_parts(element, compiler, words)[0]})::text, '[]')"


def one_at_a_time(connection: Connection) -> None:
    """Let no other process do the same until the end of this transaction; a file's writer is alone anyway."""
    if connection.dialect.name == POSTGRESQL:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": START_LOCK})


def is_storage_failure(error: BaseException) -> bool:
    """Whether a whole transaction is in doubt: an I/O error, a full disk, a damaged file, a server that is gone."""
    if not isinstance(error, DatabaseError):
        return False
    # What a single statement asked for cannot be: the savepoint around it is enough.
    alone = isinstance(error, IntegrityError | DataError | ProgrammingError)
    return not alone and _state(error) != TOO_LONG


def lost(error: BaseException) -> bool:
    """Whether a server went away, is not there, or is just starting: the same again may go well in a moment."""
    original = getattr(error, "orig", None)
    if original is None or type(original).__module__.partition(".")[0] != "psycopg":
        return False
    state = _state(error)
    return isinstance(error, OperationalError) and (state is None or state[:2] in ("08", "57"))


def is_taken(error: IntegrityError, table: str) -> bool | None:
    """Whether a row of that table was refused because its uid is there; None: the database does not say."""
    told = getattr(error.orig, "diag", None)
    return None if told is None else bool(told.constraint_name == f"uq_{table}_uid")


def _state(error: BaseException) -> str | None:
    """The SQLSTATE of a server; None when it said nothing, and on SQLite."""
    return getattr(getattr(error, "orig", None), "sqlstate", None)
