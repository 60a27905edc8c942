"""Statements that are compiled once and carried out by the driver itself.

SQLAlchemy takes longer about a small statement than SQLite does, and all that time whoever runs it holds the
interpreter: a reader that of a window which wants to paint, the writer that of everybody else.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Insert,
    SelectBase,
    TextClause,
    bindparam,
)
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.sql.dml import UpdateBase

from deskapp.models.dialect import SQLITE, Among

_SQLITE = SQLiteDialect(paramstyle="named")
_Sql = SelectBase | UpdateBase | TextClause


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """`column` is in the list that is bound to `name`: one statement for lists of any length."""
    return Among(column, bindparam(name))


class Statement:
    """A statement that SQLAlchemy writes and the driver carries out, in the connection's transaction.

    Rows are named tuples; errors are SQLAlchemy's. It is compiled when it is first needed, for each kind of database.
    """

    def __init__(self, statement: SelectBase) -> None:
        self._statement = statement
        self._forms: dict[str, Form] = {}

    def all(self, connection: Connection, **values: Any) -> list[Any]:
        """Every row."""
        form = self._form(connection)
        return list(map(form.row, form.typed(form.fetched(connection, values))))

    def first(self, connection: Connection, **values: Any) -> Any:
        """The first row, or None."""
        form = self._form(connection)
        rows = form.fetched(connection, values, most=1)
        return next(map(form.row, form.typed(rows)), None)

    def column(self, connection: Connection, **values: Any) -> list[Any]:
        """The first value of every row, as it is stored."""
        return [value for value, *_ in self._form(connection).fetched(connection, values)]

    def scalar(self, connection: Connection, **values: Any) -> Any:
        """The first value of the first row, as it is stored; None without a row."""
        rows = self._form(connection).fetched(connection, values, most=1)
        return rows[0][0] if rows else None

    def run(self, connection: Connection, **values: Any) -> Any:
        """The driver's cursor over plain tuples. Lists and sets among `values` are for `among`."""
        return self._form(connection).run(connection, values)

    def stream(self, connection: Connection, **values: Any) -> Any:
        """As `run`, of rows that are found while they are fetched; the cursor is to be closed."""
        return self._form(connection).run(connection, values, stream=True)

    def _form(self, connection: Connection) -> "Form":
        name = connection.dialect.name
        form = self._forms.get(name)
        if form is None:
            form = self._forms[name] = _form(self._statement, connection.dialect)
        return form


class Write:
    """An INSERT, UPDATE or DELETE, likewise; compiled for each set of columns that it is given."""

    def __init__(self, statement: UpdateBase | TextClause) -> None:
        if isinstance(statement, Insert) and not list(statement.exported_columns):
            statement = statement.inline()  # the new key is not asked for
        self._statement = statement
        self._forms: dict[tuple[str, ...], Form] = {}

    def one(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The one row that it returns, as it is now. Raises NoResultFound."""
        form = self._form(connection, values)
        rows = form.fetched(connection, values)
        if not rows:
            raise NoResultFound("no row was written")
        return next(map(form.row, form.typed(rows)))

    def run(self, connection: Connection, **values: Any) -> None:
        """Of one that returns nothing."""
        self._form(connection, values).run(connection, values)

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Once for each of `rows`, all with the same columns."""
        self._form(connection, rows[0]).many(connection, rows)

    def _form(self, connection: Connection, values: Mapping[str, Any]) -> "Form":
        key = (connection.dialect.name, *values)
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = _form(self._statement, connection.dialect, list(values))
        return form


def driver_of(connection: Connection) -> Any:
    """The driver's connection, in the transaction of `connection`."""
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.driver_connection


def failure(connection: Connection, sql: str, error: Exception) -> Exception:
    """What SQLAlchemy raises for that error of the driver. A server's line that broke is given up."""
    dialect = connection.dialect
    driver = None if connection.invalidated else connection.connection.driver_connection
    gone = dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
    if gone and not connection.invalidated:
        connection.invalidate(error)
    return DBAPIError.instance(
        sql, None, error, dialect.loaded_dbapi.Error,
        hide_parameters=True, connection_invalidated=gone, dialect=dialect,
    )  # fmt: skip


def _form(statement: _Sql, dialect: Dialect, columns: list[str] | None = None) -> "Form":
    kind = Form if dialect.name == SQLITE else ServerForm
    return kind(statement, dialect, columns)


class Form:
    """A statement as SQLite is told it."""

    def __init__(self, statement: _Sql, dialect: Dialect, columns: list[str] | None) -> None:
        """`columns` are those that a write is given."""
        self._columns = (
            [] if isinstance(statement, TextClause) else list(statement.exported_columns)
        )
        self._errors = dialect.loaded_dbapi.Error
        self._dialect = self._dialect_of(dialect)
        compiled: Any = statement.compile(dialect=self._dialect, column_keys=columns)
        self.sql = str(compiled)
        given = set(columns or ())
        self._constants: Mapping[str, Any] = {
            name: value for name, value in compiled.params.items() if name not in given
        }
        processors = {
            name: bind.type.dialect_impl(self._dialect).bind_processor(self._dialect)
            for name, bind in compiled.binds.items()
            if name in given
        }
        self._processors = {name: made for name, made in processors.items() if made is not None}
        self._given = self._asked if columns is None else self._stored

    def run(
        self, connection: Connection, values: Mapping[str, Any], *, stream: bool = False
    ) -> Any:
        driver = driver_of(connection)
        try:
            return self._execute(driver, self._given(values), stream)
        except self._errors as error:
            raise failure(connection, self.sql, error) from error

    def fetched(
        self, connection: Connection, values: Mapping[str, Any], *, most: int = 0
    ) -> list[Any]:
        """Every row, or as many as `most`."""
        driver = driver_of(connection)
        try:
            cursor = self._execute(driver, self._given(values), False)
            found: list[Any] = cursor.fetchmany(most) if most else cursor.fetchall()
        except self._errors as error:
            raise failure(connection, self.sql, error) from error
        return found

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        driver = driver_of(connection)
        try:
            driver.cursor().executemany(self.sql, list(map(self._given, rows)))
        except self._errors as error:
            raise failure(connection, self.sql, error) from error

    def typed(self, rows: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """`rows` with the Python values of booleans and JSON."""
        if not self._readers:
            return iter(rows)
        return map(self._read, rows)

    def _read(self, row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for place, reader in self._readers:
            values[place] = reader(values[place])
        return values

    @cached_property
    def row(self) -> Callable[[Sequence[Any]], Any]:
        row = namedtuple("Row", [str(column.key) for column in self._columns])  # type: ignore[misc]
        return row._make

    @cached_property
    def _readers(self) -> list[tuple[int, Callable[[Any], Any]]]:
        """Places of the columns that are not stored as Python has them."""
        impls = [column.type.dialect_impl(self._dialect) for column in self._columns]
        readers = [impl.result_processor(self._dialect, None) for impl in impls]
        return [(place, reader) for place, reader in enumerate(readers) if reader is not None]

    def _asked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a query is given: lists as one value."""
        return {**self._constants, **{name: self._bound(value) for name, value in values.items()}}

    def _stored(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a write is given: booleans and JSON as they are stored."""
        stored = {**self._constants, **values}
        for name, process in self._processors.items():
            stored[name] = process(stored[name])
        return stored

    def _dialect_of(self, _: Dialect) -> Dialect:
        return _SQLITE

    def _execute(self, driver: Any, values: Mapping[str, Any], _stream: bool) -> Any:
        return driver.execute(self.sql, values)

    def _bound(self, value: Any) -> Any:
        if isinstance(value, (list, tuple, Set)):
            return msgspec.json.encode(list(value)).decode()
        return value


class ServerForm(Form):
    """As a server is told it: lists are arrays there, and a stream stays with the server."""

    def _dialect_of(self, dialect: Dialect) -> Dialect:
        return dialect

    def _execute(self, driver: Any, values: Mapping[str, Any], stream: bool) -> Any:
        cursor = driver.cursor(name="stream") if stream else driver.cursor()
        return cursor.execute(self.sql, values)

    def _bound(self, value: Any) -> Any:
        return list(value) if isinstance(value, (tuple, Set)) else value
