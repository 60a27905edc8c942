"""Statements that are compiled once and carried out by the driver itself.

SQLAlchemy takes longer about a small statement than SQLite does, and all that time a reader holds
the interpreter that a window wants to paint with.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Dialect, SelectBase, bindparam
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from deskapp.models.dialect import SQLITE, Among

_SQLITE = SQLiteDialect(paramstyle="named")


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """`column` is in the list that is bound to `name`: one statement for lists of any length."""
    return Among(column, bindparam(name))


class Statement:
    """A statement that SQLAlchemy writes and the driver carries out, in the connection's transaction.

    Rows are named tuples. It is compiled when it is first needed, for each kind of database.
    """

    def __init__(self, statement: SelectBase) -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def all(self, connection: Connection, **values: Any) -> list[Any]:
        """Every row."""
        form = self._form(connection)
        return list(map(form.row, form.typed(form.run(connection, values).fetchall())))

    def first(self, connection: Connection, **values: Any) -> Any:
        """The first row, or None."""
        form = self._form(connection)
        rows = form.run(connection, values).fetchmany(1)
        return next(map(form.row, form.typed(rows)), None)

    def column(self, connection: Connection, **values: Any) -> list[Any]:
        """The first value of every row, as it is stored."""
        return [value for value, *_ in self.run(connection, **values)]

    def scalar(self, connection: Connection, **values: Any) -> Any:
        """The first value of the first row, as it is stored; None without a row."""
        row = self.run(connection, **values).fetchone()
        return row[0] if row else None

    def run(self, connection: Connection, **values: Any) -> Any:
        """The driver's cursor over plain tuples. Lists and sets among `values` are for `among`."""
        return self._form(connection).run(connection, values)

    def stream(self, connection: Connection, **values: Any) -> Any:
        """As `run`, of rows that are found while they are fetched; the cursor is to be closed."""
        return self._form(connection).run(connection, values, stream=True)

    def _form(self, connection: Connection) -> "_Form":
        name = connection.dialect.name
        form = self._forms.get(name)
        if form is None:
            kind = _Form if name == SQLITE else _ServerForm
            form = self._forms[name] = kind(self._statement, connection.dialect)
        return form


class _Form:
    """A statement as SQLite is told it."""

    def __init__(self, statement: SelectBase, dialect: Dialect) -> None:
        self._statement, self._dialect = statement, self._dialect_of(dialect)
        compiled: Any = statement.compile(dialect=self._dialect)
        self._sql = str(compiled)
        self._constants: Mapping[str, Any] = dict(compiled.params)

    def run(
        self, connection: Connection, values: Mapping[str, Any], *, stream: bool = False
    ) -> Any:
        if not connection.in_transaction():
            connection.begin()
        driver: Any = connection.connection.driver_connection
        bound = {name: self._bound(value) for name, value in values.items()}
        return self._execute(driver, {**self._constants, **bound}, stream)

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
        names = [str(column.key) for column in self._statement.selected_columns]
        row = namedtuple("Row", names)  # type: ignore[misc]
        return row._make

    @cached_property
    def _readers(self) -> list[tuple[int, Callable[[Any], Any]]]:
        """Places of the columns that are not stored as Python has them."""
        types = [column.type for column in self._statement.selected_columns]
        impls = [kind.dialect_impl(self._dialect) for kind in types]
        readers = [impl.result_processor(self._dialect, None) for impl in impls]
        return [(place, reader) for place, reader in enumerate(readers) if reader is not None]

    def _dialect_of(self, _: Dialect) -> Dialect:
        return _SQLITE

    def _execute(self, driver: Any, values: Mapping[str, Any], _stream: bool) -> Any:
        return driver.execute(self._sql, values)

    def _bound(self, value: Any) -> Any:
        if isinstance(value, (list, tuple, Set)):
            return msgspec.json.encode(list(value)).decode()
        return value


class _ServerForm(_Form):
    """As a server is told it: lists are arrays there, and a stream stays with the server."""

    def _dialect_of(self, dialect: Dialect) -> Dialect:
        return dialect

    def _execute(self, driver: Any, values: Mapping[str, Any], stream: bool) -> Any:
        cursor = driver.cursor(name="stream") if stream else driver.cursor()
        return cursor.execute(self._sql, values)

    def _bound(self, value: Any) -> Any:
        return list(value) if isinstance(value, (tuple, Set)) else value
