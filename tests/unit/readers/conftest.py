"""An empty desk for each test: in memory, or on the server where all desks are to be on one."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine

from deskapp.models.database import PostgresDatabase
from tests.conftest import ON_A_SERVER
from tests.support.postgres import server
from tests.support.rows import Rows, memory_engine, rows_of


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with ExitStack() as lent:
        if ON_A_SERVER:
            engine = PostgresDatabase(lent.enter_context(server().desk())).writer()
        else:
            engine = memory_engine()
        yield engine
        engine.dispose()


@pytest.fixture
def rows(engine: Engine) -> Iterator[Rows]:
    with rows_of(engine) as rows:
        yield rows
