"""A desk that was migrated once, to begin others with: the migrations take longer than most tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Engine

from deskapp.models import schema
from deskapp.models.engine import writer_engine

_migrate = schema._run


@cache
def _empty() -> Any:
    """Tables without a row, as the migrations make them."""
    kept = sqlite.connect(":memory:", check_same_thread=False)
    with TemporaryDirectory() as folder:
        engine = writer_engine(Path(folder) / "desk.sqlite", synchronous="OFF")
        _migrate(engine)
        with engine.connect() as connection:
            connection.connection.driver_connection.backup(kept)  # type: ignore[union-attr]
        engine.dispose()
    return kept


def _copy(engine: Engine) -> None:
    """What a migration does, to a file that holds nothing; any other is migrated."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.rollback()
            if not raw.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                _empty().backup(raw)
                return
    _migrate(engine)


@contextmanager
def migrated_once() -> Iterator[None]:
    """Within, a new desk of this process is a copy."""
    with mock.patch.object(schema, "_run", _copy):
        yield


@contextmanager
def migrated_each_time() -> Iterator[None]:
    """Within, it is not."""
    with mock.patch.object(schema, "_run", _migrate):
        yield
