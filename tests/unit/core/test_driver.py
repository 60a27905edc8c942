"""Statements that the driver carries out: what is stored, what is returned, and whose errors they raise."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, NoResultFound, OperationalError

from deskapp.core.authority.prepared import having, inserting, savepoint, updating
from deskapp.core.readers.statements import Write
from deskapp.models import tables as t
from deskapp.models.dialect import is_storage_failure
from tests.support.rows import memory_engine

NEW = {"uid": "a" * 32, "seq": 1, "key": "chat.port", "value": {"wide": ["ñ", None, 1]}}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return memory_engine()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        try:
            yield connection
        finally:
            connection.exec_driver_sql("ROLLBACK")


def test_values_come_back_as_they_were_given(connection: Connection) -> None:
    written = inserting(t.setting).one(connection, NEW)
    (found,) = having(t.setting, "key").all(connection, key="chat.port")
    assert written == found
    assert found.value == NEW["value"]
    agent = {"uid": "b" * 32, "seq": 1, "name": "Ana", "disabled": True}
    assert inserting(t.agent).one(connection, agent).disabled is True
    assert having(t.agent, "disabled").first(connection, disabled=False) is None


def test_one_that_finds_no_row_says_so(connection: Connection) -> None:
    with pytest.raises(NoResultFound):
        updating(t.setting).one(connection, {"key_": 7, "seq": 2})


def _two(connection: Connection) -> None:
    with savepoint(connection):
        inserting(t.setting).one(connection, {**NEW, "uid": "b" * 32, "key": "other"})
        inserting(t.setting).one(connection, NEW)


def test_errors_are_those_of_sqlalchemy(connection: Connection) -> None:
    inserting(t.setting).one(connection, NEW)
    with pytest.raises(IntegrityError) as taken:
        _two(connection)
    assert not is_storage_failure(taken.value)
    assert having(t.setting).all(connection)[0].key == "chat.port"
    assert having(t.setting, "key").first(connection, key="other") is None
    connection.exec_driver_sql("PRAGMA query_only = ON")
    try:
        with pytest.raises(OperationalError) as refused:
            Write(t.counter.insert()).many(connection, [{"key": "mine", "value": 1}])
        assert is_storage_failure(refused.value)
    finally:
        connection.exec_driver_sql("PRAGMA query_only = OFF")
