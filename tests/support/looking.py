"""Rows of a desk that another process may have open, wherever they are kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, text

from deskapp.app import place
from deskapp.models.tables import metadata
from deskapp.system.paths import Profile

R = TypeVar("R")


def rows_in(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    def read(engine: Engine) -> list[tuple[Any, ...]]:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    return _with(place.database_of(Profile(folder)).readers(1), read)


def everything_in(folder: Path) -> str:
    """Every row of the desk, wherever it is, as a text."""
    return "\n".join(
        str(row) for name in metadata.tables for row in rows_in(folder, f'SELECT * FROM "{name}"')
    )


def change_in(folder: Path, sql: str) -> None:
    def change(engine: Engine) -> None:
        with engine.begin() as connection:
            connection.execute(text(sql))

    _with(place.database_of(Profile(folder)).writer(), change)


def _with(engine: Engine, what: Callable[[Engine], R]) -> R:
    try:
        return what(engine)
    finally:
        engine.dispose()
