"""Statements that are compiled once and carried out by the driver itself.

SQLAlchemy takes longer about a small statement than SQLite does, and all that time a reader holds
the interpreter that a window wants to paint with.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, SelectBase, bindparam, func, select
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

_DIALECT = SQLiteDialect(paramstyle="named")


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """`column` is in the list that is bound to `name`: one statement for lists of any length."""
    listed = func.json_each(bindparam(name)).table_valued("value")
    return column.in_(select(listed.c.value))


class Statement:
    """A statement that SQLAlchemy writes and the driver carries out, in the connection's transaction.

    Rows are named tuples. It is compiled when it is first needed.
    """

    def __init__(self, statement: SelectBase) -> None:
        self._statement = statement

    def all(self, connection: Connection, **values: Any) -> list[Any]:
        """Every row."""
        return list(map(self._row, self._typed(self.run(connection, **values).fetchall())))

    def first(self, connection: Connection, **values: Any) -> Any:
        """The first row, or None."""
        rows = self.run(connection, **values).fetchmany(1)
        return next(map(self._row, self._typed(rows)), None)

    def column(self, connection: Connection, **values: Any) -> list[Any]:
        """The first value of every row, as it is stored."""
        return [value for value, *_ in self.run(connection, **values)]

    def scalar(self, connection: Connection, **values: Any) -> Any:
        """The first value of the first row, as it is stored; None without a row."""
        row = self.run(connection, **values).fetchone()
        return row[0] if row else None

    def run(self, connection: Connection, **values: Any) -> Any:
        """The driver's cursor over plain tuples. Lists and sets among `values` are for `among`."""
        if not connection.in_transaction():
            connection.begin()
        driver: Any = connection.connection.driver_connection
        bound = {name: _bound(value) for name, value in values.items()}
        return driver.execute(self._sql, {**self._constants, **bound})

    def _typed(self, rows: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
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
    def _sql(self) -> str:
        return str(self._compiled)

    @cached_property
    def _constants(self) -> Mapping[str, Any]:
        return dict(self._compiled.params)

    @cached_property
    def _compiled(self) -> Any:
        return self._statement.compile(dialect=_DIALECT)

    @cached_property
    def _row(self) -> Callable[[Sequence[Any]], Any]:
        names = [str(column.key) for column in self._statement.selected_columns]
        row = namedtuple("Row", names)  # type: ignore[misc]
        return row._make

    @cached_property
    def _readers(self) -> list[tuple[int, Callable[[Any], Any]]]:
        """Places of the columns that are not stored as Python has them."""
        types = [column.type for column in self._statement.selected_columns]
        readers = [kind.dialect_impl(_DIALECT).result_processor(_DIALECT, None) for kind in types]
        return [(place, reader) for place, reader in enumerate(readers) if reader is not None]


def _bound(value: Any) -> Any:
    if isinstance(value, (list, tuple, Set)):
        return msgspec.json.encode(list(value)).decode()
    return value
