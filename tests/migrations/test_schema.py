"""The schema: what the migrations make is what the tables say; copies first; newer files are left alone."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from deskapp.models import schema
from deskapp.models.engine import writer_engine
from deskapp.models.tables import metadata

FULL_TEXT_SHADOWS = (
    "message_terms",
    "_fts",
    "_fts_data",
    "_fts_idx",
    "_fts_docsize",
    "_fts_config",
    "_fts_content",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.sqlite"


def made(path: Path) -> Engine:
    engine = writer_engine(path)
    schema.upgrade(engine, path)
    return engine


def not_full_text(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not str(name).endswith(FULL_TEXT_SHADOWS)


def test_migrations_and_tables_agree(path: Path) -> None:
    engine = made(path)
    with engine.connect() as connection:
        options = {"include_name": not_full_text, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_indices_are_those_of_the_tables_to_the_letter(path: Path) -> None:
    """Alembic does not compare what a partial index holds; SQLite remembers how each was made."""
    migrated, fresh = made(path), writer_engine(path.with_name("fresh.sqlite"))
    with fresh.begin() as connection:
        metadata.create_all(connection)
    assert indices(migrated) == indices(fresh)
    migrated.dispose()
    fresh.dispose()


def indices(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        )
        return {row.name: " ".join(row.sql.split()) for row in rows}


def test_an_up_to_date_desk_is_not_touched(path: Path) -> None:
    made(path).dispose()
    engine = writer_engine(path)
    assert not schema.upgrade(engine, path)
    engine.dispose()
    assert [p.name for p in path.parent.glob("*before*")] == []


def test_a_newer_desk_is_refused_and_left_alone(path: Path) -> None:
    engine = made(path)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    before = path.read_bytes()
    engine = writer_engine(path)
    with pytest.raises(schema.NewerDesk, match="newer deskapp"):
        schema.upgrade(engine, path)
    engine.dispose()
    assert path.read_bytes() == before


def test_a_copy_is_made_before_a_migration(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = made(path)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO desk (key, value) VALUES ('name', 'Taller')"))
    monkeypatch.setattr(schema, "HEAD", "9999")
    ran: list[Engine] = []
    monkeypatch.setattr(schema, "_run", ran.append)
    copies: list[Path] = []
    assert schema.upgrade(engine, path, copies.append)
    engine.dispose()
    assert ran == [engine]
    (copy,) = copies
    kept = writer_engine(copy)
    with kept.connect() as connection:
        assert connection.execute(text("SELECT value FROM desk")).scalar() == "Taller"
    kept.dispose()
