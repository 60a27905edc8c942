"""PostgreSQL: how SQLAlchemy speaks to it for this desk, and the connections.

The tables mean the same as on SQLite: whole numbers are 64 bits wide, JSON is kept as the text it travels as, and
text compares byte by byte. Imported only where a desk is kept on a server: the driver takes a while to load.
"""

# ruff: noqa: ARG002  # what a compiler is handed is not all needed

import select
import socket
from typing import Any

import psycopg
from psycopg.types.string import StrDumper
from sqlalchemy import Engine, String, create_engine, types
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg
from sqlalchemy.pool import QueuePool

OLDEST = 140_000
"""PostgreSQL 14, as its server counts versions."""
CONNECT_S = 10
WAIT_S = 30.0
"""For a free connection of a pool."""
_READING = "-c default_transaction_isolation=repeatable\\ read -c default_transaction_read_only=on"


class TooOld(Exception):
    """The server is older than OLDEST; `version` is what it says, such as 13.4."""

    def __init__(self, version: str) -> None:
        super().__init__(f"PostgreSQL {version} is too old")
        self.version = version


class _Types(PGTypeCompiler):
    def visit_integer(self, type_: Any, **words: Any) -> str:
        return "BIGINT"

    visit_INTEGER = visit_integer

    def visit_JSON(self, type_: Any, **words: Any) -> str:
        return "TEXT"

    def visit_string(self, type_: Any, **words: Any) -> str:
        return "TEXT"

    visit_VARCHAR = visit_string


class _Statements(PGCompiler_psycopg):
    """The functions that the desk's queries use, by their names here."""

    def visit_instr_func(self, function: Any, **words: Any) -> str:
        return f"strpos{self.function_argspec(function, **words)}"

    def visit_substr_func(self, function: Any, **words: Any) -> str:
        text, *places = (self.process(part, **words) for part in function.clauses)
        return f"substr({', '.join([text, *(f'CAST({place} AS integer)' for place in places)])})"

    def visit_group_concat_func(self, function: Any, **words: Any) -> str:
        (column,) = (self.process(part, **words) for part in function.clauses)
        return f"string_agg(CAST({column} AS text), ',')"

    def visit_json_getitem_op_binary(
        self, binary: Any, operator: Any, _cast_applied: bool = False, **words: Any
    ) -> str:
        """A value of an object that is kept as text."""
        left, key = self.process(binary.left, **words), self.process(binary.right, **words)
        kind = self.dialect.type_compiler_instance.process(binary.type)
        return f"CAST(CAST({left} AS json) ->> {key} AS {kind})"

    def visit_like_op_binary(self, binary: Any, operator: Any, **words: Any) -> str:
        """Blind to the case of ASCII letters, as LIKE is on SQLite."""
        return str(self.visit_ilike_op_binary(binary, operator, **words))  # type: ignore[no-untyped-call]

    def visit_ilike_case_insensitive_operand(self, element: Any, **words: Any) -> str:
        return str(element.element._compiler_dispatch(self, **words))

    def _on_conflict_target(self, clause: Any, **words: Any) -> str:
        """Of the upserts that are written once for both databases."""
        columns = (
            one if isinstance(one, str) else self.process(one, include_table=False, **words)
            for one in clause.inferred_target_elements
        )
        return f"({', '.join(map(self.preparer.quote, columns))})"


class DeskPostgres(PGDialect_psycopg):
    """As SQLAlchemy's own, for columns that mean what they mean on SQLite."""

    supports_statement_cache = True
    supports_native_json_serialization = False
    supports_native_json_deserialization = False
    type_compiler_cls = _Types
    statement_compiler = _Statements
    colspecs = {**PGDialect_psycopg.colspecs, types.JSON: types.JSON, String: String}

    def __init__(self, **options: Any) -> None:
        super().__init__(use_native_hstore=False, **options)  # type: ignore[no-untyped-call]


registry.register("deskapp_postgresql", __name__, DeskPostgres.__name__)


class _Text(StrDumper):
    """Text as SQLite also takes it: a NUL, which this server cannot keep, is shown as what it is."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\N{SYMBOL FOR NULL}") if "\0" in obj else obj)


def connect(conninfo: str, *, options: str = "", autocommit: bool = False) -> Any:
    """A connection of the driver's. Raises psycopg.OperationalError and `TooOld`.

    A password is never in `conninfo`: libpq takes it from ~/.pgpass, a service or password file.
    """
    connection = psycopg.connect(
        conninfo,
        autocommit=autocommit,
        connect_timeout=CONNECT_S,
        application_name="deskapp",
        options=f"-c timezone=UTC -c client_min_messages=warning {options}",
        keepalives_idle=15,
        keepalives_interval=5,
        keepalives_count=3,
    )
    if connection.info.server_version < OLDEST:
        version = connection.info.parameter_status("server_version") or ""
        connection.close()
        raise TooOld(version.partition(" ")[0])
    connection.adapters.register_dumper(str, _Text)
    return connection


def _engine(conninfo: str, size: int, options: str) -> Engine:
    return create_engine(
        "deskapp_postgresql://",
        creator=lambda: connect(conninfo, options=options),
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=WAIT_S,
        pool_pre_ping=True,
    )


def writing(conninfo: str, size: int) -> Engine:
    """Connections that write. Each statement sees what was committed before it began."""
    return _engine(conninfo, size, "-c synchronous_commit=on")


def reading(conninfo: str, size: int) -> Engine:
    """Connections that only read; each transaction is one snapshot."""
    return _engine(conninfo, size, _READING)


class Listener:
    """The one connection of a process that hears of commits, and by which others see that it lives.

    As long as it stands it holds an advisory lock of the number `process`.
    """

    def __init__(self, conninfo: str, channel: str, process: int) -> None:
        """Raises ConnectionError."""
        self._ours, self._theirs = socket.socketpair()
        try:
            self._connection = connect(conninfo, autocommit=True)
            self._connection.execute("SELECT pg_advisory_lock_shared(%s::bigint)", (process,))
            self._connection.execute(f"LISTEN {channel}")
        except psycopg.OperationalError as error:
            self._ours.close()
            self._theirs.close()
            raise ConnectionError("the server cannot be reached") from error

    def wait(self, seconds: float) -> bool:
        """Whether something was committed meanwhile. Raises ConnectionError when the server went away."""
        try:
            line = self._connection.fileno()
            ready, _, _ = select.select([line, self._ours], [], [], seconds)
            return line in ready and any(True for _ in self._connection.notifies(timeout=0))
        except psycopg.OperationalError as error:
            raise ConnectionError("the server went away") from error

    def wake(self) -> None:
        """End a `wait` on another thread."""
        self._theirs.send(b".")

    def close(self) -> None:
        for one in (self._connection, self._ours, self._theirs):
            one.close()
