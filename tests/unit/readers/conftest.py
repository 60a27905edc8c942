"""An empty desk for each test, in memory."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.support.rows import Rows, memory_engine, rows_of


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = memory_engine()
    yield engine
    engine.dispose()


@pytest.fixture
def rows(engine: Engine) -> Iterator[Rows]:
    with rows_of(engine) as rows:
        yield rows
