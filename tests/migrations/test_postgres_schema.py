"""The schema on a server: what the migrations make there is what the tables say, and the same as on SQLite."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Boolean, Engine, Inspector, Table, create_engine, inspect, text

from deskapp.models import schema
from deskapp.models.postgres import connect
from deskapp.models.tables import metadata
from tests.support.postgres import server

OF_A_SERVER = {
    "alembic_version", "commit_feed", "contact_fts", "effect_lease", "message_fts", "point_fts"
}  # fmt: skip
"""What only a desk on a server has: the feed for other processes, leases, and its own full-text index."""


@pytest.fixture
def engine() -> Iterator[Engine]:
    with server().desk() as url:
        # SQLAlchemy's own dialect: what is looked at is what any program would see.
        made = create_engine("postgresql+psycopg://", creator=lambda: connect(url))
        yield made
        made.dispose()


def columns(table: Table) -> dict[str, tuple[str, bool]]:
    return {
        column.name: (
            "BOOLEAN" if isinstance(column.type, Boolean) else _kind(column.type), column.nullable
        )
        for column in table.columns
    }  # fmt: skip


def _kind(type_: Any) -> str:
    return "BIGINT" if type_.python_type is int else "TEXT"


def found_columns(inspector: Inspector, name: str) -> dict[str, tuple[str, bool]]:
    return {
        column["name"]: (column["type"].__visit_name__.upper(), column["nullable"])
        for column in inspector.get_columns(name)
    }


def unique_of(table: Table) -> set[tuple[str, ...]]:
    own = {tuple(index.columns.keys()) for index in table.indexes if index.unique}
    return own | {(column.name,) for column in table.columns if column.unique}


def found_unique(inspector: Inspector, name: str) -> set[tuple[str, ...]]:
    return {tuple(map(str, x["column_names"])) for x in inspector.get_indexes(name) if x["unique"]}


def test_every_table_is_there_with_its_columns_keys_and_indices(engine: Engine) -> None:
    inspector = inspect(engine)
    assert set(inspector.get_table_names()) == set(metadata.tables) | OF_A_SERVER
    for name, table in metadata.tables.items():
        assert found_columns(inspector, name) == columns(table), name
        assert inspector.get_pk_constraint(name)["constrained_columns"] == (
            table.primary_key.columns.keys()
        )
        assert found_unique(inspector, name) == unique_of(table), name
        references = {(key.parent.name, key.column.table.name) for key in table.foreign_keys}
        assert references == {
            (key["constrained_columns"][0], key["referred_table"])
            for key in inspector.get_foreign_keys(name)
        }
        indices = {str(index.name) for index in table.indexes}
        assert indices <= {index["name"] for index in inspector.get_indexes(name)}, name


def test_partial_indices_say_the_same(engine: Engine) -> None:
    partial = {
        str(index.name)
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    with engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                "JOIN pg_class o ON o.oid = i.indrelid "
                "WHERE indpred IS NOT NULL AND o.relnamespace = 'public'::regnamespace"
            )
        ).scalars()
        assert set(found) == partial


def test_a_newer_desk_is_refused_and_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(schema.NewerDesk):
        schema.upgrade_shared(engine)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE alembic_version SET version_num = :head"), {"head": schema.HEAD}
        )
    assert not schema.upgrade_shared(engine)
