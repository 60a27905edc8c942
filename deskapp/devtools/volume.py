"""A desk large enough to measure: written straight into the tables, seeded, believable.

Words follow Zipf's law over everyday Spanish and English with a long tail of product names, order
numbers and people. Most tickets are done; the newest ones are short conversations, in turn text and
HTML, and one ticket is long.
"""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from deskapp.devtools.volume_rows import AGENT, NOW, RECENT, VolumeSize, VolumeWriter
from deskapp.models import tables as t
from deskapp.models.engine import writer_engine
from deskapp.models.schema import upgrade

__all__ = ["AGENT", "FULL", "NOW", "RECENT", "SMALL", "VolumeSize", "build", "cached"]

GENERATOR = 4
"""Raise it when what is generated changes: cached desks are made again."""
FULL = VolumeSize(100_000, 1_000_000, 30_000, 1_000)
SMALL = VolumeSize(2_000, 20_000, 600, 200)


def cached(folder: Path, size: VolumeSize, seed: int = 1) -> Path:
    """The path of such a desk in `folder`, made when it is not there yet. Not to be written to."""
    parts = (GENERATOR, size, seed, *_schema())
    name = hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:12]
    path = folder / f"volume-{size.tickets}-{size.messages}-{name}.sqlite"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        for stale in folder.glob(f"{partial.name}*"):
            stale.unlink()
        build(partial, size, seed)
        partial.rename(path)
    return path


def _schema() -> Iterator[str]:
    dialect = sqlite.dialect()
    for table in t.metadata.sorted_tables:
        yield str(CreateTable(table).compile(dialect=dialect))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index).compile(dialect=dialect))
    yield from t.FULL_TEXT


def build(path: Path, size: VolumeSize, seed: int = 1) -> None:
    """Write a desk of that size into a new database file."""
    engine = writer_engine(path, synchronous="OFF")
    upgrade(engine, path)
    pooled = engine.raw_connection()
    try:
        raw: Any = pooled.driver_connection
        raw.execute("PRAGMA cache_size=-400000")
        raw.execute("PRAGMA foreign_keys=OFF")  # rows that are referred to come later
        raw.execute("BEGIN IMMEDIATE")
        VolumeWriter(raw, size, random.Random(seed)).write()
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        pooled.close()
        engine.dispose()
