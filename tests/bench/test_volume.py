"""The large desk, made small: what is measured is a desk like any other."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection, text

from deskapp.core.api import Query
from deskapp.core.queries.search import Search
from deskapp.core.queries.tickets import GetConversation
from deskapp.core.queries.views import ALL, GetSidebar, TicketIds, TicketRows
from deskapp.core.readers import Reading, reader_for
from deskapp.devtools import volume
from deskapp.devtools.volume import RECENT, VolumeSize
from deskapp.models.dto import MessageView
from deskapp.models.engine import reader_engine
from tests.bench import reading, team_copy
from tests.bench.results import Result, dump, p95, read, table, write

R = TypeVar("R")
SIZE = VolumeSize(700, 6_000, 200, 150)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("volume") / "desk.sqlite"
    volume.build(path, SIZE)
    return path


@pytest.fixture
def connection(desk: Path) -> Iterator[Connection]:
    engine = reader_engine(desk)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def ask(connection: Connection, query: Query[R]) -> R:
    answer: R = reader_for(type(query))(Reading(connection, volume.AGENT, volume.NOW), query)
    return answer


def scalar(connection: Connection, sql: str) -> int:
    return int(connection.execute(text(sql)).scalar_one())


def test_it_has_the_size_that_was_asked_for(connection: Connection) -> None:
    assert scalar(connection, "SELECT count(*) FROM ticket") == SIZE.tickets
    assert scalar(connection, "SELECT count(*) FROM message") == SIZE.messages
    assert scalar(connection, "SELECT count(*) FROM contact") == SIZE.contacts
    assert scalar(connection, "SELECT count(*) FROM message_html") / SIZE.messages == pytest.approx(
        0.3, abs=0.06
    )
    assert (
        scalar(connection, "SELECT max(n) FROM (SELECT count(*) n FROM message GROUP BY ticket_id)")
        == 150
    )


def test_it_is_whole(connection: Connection) -> None:
    assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    indexed = "SELECT count(*) FROM message_fts WHERE rowid IN (SELECT position FROM message)"
    assert scalar(connection, indexed) == SIZE.messages


def test_its_counters_are_its_lists(connection: Connection) -> None:
    sidebar = ask(connection, GetSidebar())
    assert sidebar.counts["mine"] > 0
    for view, count in sidebar.counts.items():
        assert ask(connection, TicketIds(view)).total == count, view


def test_the_newest_are_short_and_below_them_is_a_long_one(connection: Connection) -> None:
    keys = ask(connection, TicketIds(ALL)).keys
    rows = ask(connection, TicketRows(keys[: RECENT + 1]))
    for row in rows[:RECENT]:
        items = ask(connection, GetConversation(row.id)).items
        messages = [item for item in items if isinstance(item, MessageView)]
        assert len(messages) == 6
        assert any(message.has_html for message in messages) == bool(row.key % 2)
    assert ask(connection, GetConversation(rows[RECENT].id)).before is not None


def test_its_words_are_found(connection: Connection) -> None:
    for word in ("hola", "pedido", "the", "camion"):
        assert ask(connection, Search(word)).hits, word


def test_the_same_seed_makes_the_same_desk(desk: Path, tmp_path: Path) -> None:
    size = VolumeSize(100, 900, 30, 60)
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        volume.build(tmp_path / name, size, seed)

    def content(name: str) -> list[tuple[object, ...]]:
        engine = reader_engine(tmp_path / name)
        with engine.connect() as connection:
            found = connection.execute(
                text("SELECT uid, position, body FROM message ORDER BY id")
            ).all()
        engine.dispose()
        return [tuple(row) for row in found]

    assert content("a") == content("b") != content("c")


def test_a_desk_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = VolumeSize(100, 900, 30, 60)
    path = volume.cached(tmp_path, size)
    made = path.stat().st_mtime_ns
    assert volume.cached(tmp_path, size).stat().st_mtime_ns == made
    monkeypatch.setattr(volume, "GENERATOR", volume.GENERATOR + 1)
    assert volume.cached(tmp_path, size) != path, "another generator makes another desk"
    assert not list(tmp_path.glob("*.part*"))


def test_reading_is_measured(desk: Path) -> None:
    measured = {each.metric: each for each in reading.measure(desk, words=3)}
    assert measured["search as you type, p95"].baseline
    assert all(each.value > 0 for name, each in measured.items() if "beyond" not in name)


def test_a_first_copy_is_measured(tmp_path: Path) -> None:
    size = VolumeSize(100, 900, 30, 60)
    volume.build(tmp_path / "desk.sqlite", size)
    (tmp_path / "machine").mkdir()
    measured = team_copy.measure(tmp_path / "desk.sqlite", tmp_path / "machine", size, 20)
    assert measured[0].ratio
    assert all(each.value > 0 for each in measured)


def test_results_are_written_and_shown(tmp_path: Path) -> None:
    results = [Result("a", 10, "ms", 4, "≤ 5×", True), Result("b", 1.5, "MB")]
    write(results, tmp_path / "build" / "bench.json")
    text = (tmp_path / "build" / "bench.json").read_text(encoding="utf-8")
    assert '"ratio": 2.5' in text
    assert '"met": null' in text
    assert read(dump(results)) == results
    assert "2.50×" in table(results)
    assert p95(list(range(1, 101))) == 95
    assert p95([3]) == 3
