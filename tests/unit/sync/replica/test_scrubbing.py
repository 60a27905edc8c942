"""What SQLite leaves in its pages, and that it is gone afterwards while all rows stay."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp.sync.replica.cache import Cache, raw_of
from deskapp.sync.replica.scrubbing import Scrubber

CANARY = b"zqxcanarywordqxz"
LEAVES = 2
"""A seed with which something stays."""


@contextmanager
def opened(path: Path, page_size: int = 4096) -> Iterator[Any]:
    with closing(sqlite.connect(str(path), isolation_level=None)) as db:
        for pragma in (f"page_size={page_size}", "journal_mode=WAL", "secure_delete=ON"):
            db.execute(f"PRAGMA {pragma}").close()
        yield db


def tell(db: Any, random: Random, changes: int) -> None:
    """Rows of many lengths come, change and go; in the end no row has the word."""
    db.execute("CREATE TABLE one(id INTEGER PRIMARY KEY, words TEXT)")
    db.execute("CREATE INDEX by_words ON one(words)")
    for _ in range(changes):
        text = f"{random.random()} {'x' * random.choice((1, 30, 400, 3_000, 9_000))}"
        if random.random() < 0.4:
            text = f"{CANARY.decode()}{text}"
        here = random.randrange(1, 60)
        db.execute("INSERT OR REPLACE INTO one VALUES (?, ?)", (here, text))
        if random.random() < 0.3:
            db.execute("DELETE FROM one WHERE id = ?", (random.randrange(1, 60),))
    db.execute("DELETE FROM one WHERE words LIKE ?", (f"{CANARY.decode()}%",))


def checkpoint(db: Any) -> bool:
    return bool(db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)


def rows(path: Path) -> list[Any]:
    with closing(sqlite.connect(str(path))) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return db.execute("SELECT * FROM one ORDER BY id").fetchall()


def test_sqlite_leaves_something(tmp_path: Path) -> None:
    """Or nothing of this would be needed."""
    with opened(tmp_path / "db") as db:
        tell(db, Random(LEAVES), 300)
        assert checkpoint(db)
        assert CANARY in (tmp_path / "db").read_bytes()


@given(seed=st.integers(0, 2**32), size=st.sampled_from((512, 1024, 4096, 65_536)))
def test_no_word_stays_and_every_row_does(seed: int, size: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "db")
        path.touch()
        with closing(Scrubber(path)) as scrubber, opened(path, size) as db:
            tell(db, Random(seed), 200)
            assert checkpoint(db)
            before = db.execute("SELECT * FROM one ORDER BY id").fetchall()
            scrubber.scrub()
            assert CANARY not in path.read_bytes()
            assert scrubber.scrub() == 0
        assert rows(path) == before


def test_who_has_the_file_open_keeps_its_lock(tmp_path: Path) -> None:
    path = tmp_path / "db"
    path.touch()
    with closing(Scrubber(path)) as scrubber, opened(path) as db:
        tell(db, Random(LEAVES), 300)
        assert checkpoint(db)
        with opened(path) as reader:
            reader.execute("BEGIN")
            seen = reader.execute("SELECT count(*) FROM one").fetchone()
            assert scrubber.scrub() > 0
            db.execute("DELETE FROM one")
            assert not checkpoint(db)
            assert reader.execute("SELECT count(*) FROM one").fetchone() == seen
            reader.execute("COMMIT")


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\1" * 4080])
def test_what_is_none_of_ours_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "db"
    path.write_bytes(content)
    with closing(Scrubber(path)) as scrubber, pytest.raises(OSError, match="can be overwritten"):
        scrubber.scrub()
    assert path.read_bytes() == content


@pytest.mark.parametrize("seed", range(8))
def test_no_page_in_memory_brings_it_back(tmp_path: Path, seed: int) -> None:
    """What is written later begins with the pages as they were overwritten."""
    path = tmp_path / "cache.sqlite"
    random = Random(seed)
    with closing(Cache(path, agent_id="ana")) as cache:
        with cache.begin() as connection:
            tell(raw_of(connection), random, 300)
        assert cache.leave_nothing()
        for _ in range(60):
            with cache.begin() as connection:
                change = (random.randrange(1, 60), "y" * random.randrange(100))
                raw_of(connection).execute("INSERT OR REPLACE INTO one VALUES (?, ?)", change)
        files = b"".join(one.read_bytes() for one in tmp_path.glob("cache.sqlite*"))
        assert CANARY not in files
