"""How SQLite finds what is sent: by index, in order, without looking at the whole desk for a page."""

import pytest

from deskapp.sync.protocol.tables import ENTITIES
from deskapp.sync.server.rows import IN_TICKETS, KINDS, named, page
from tests.support.rows import memory_engine

pytestmark = pytest.mark.of_a_file  # SQLite says how it finds what it is asked for

VALUES = {"agent_": 1, "departments_": "[1]", "uids_": "[]", "since_": 0, "until_": 0, "after_": "",
          "limit_": 3, "key_": 1}  # fmt: skip


def plan(statement: object) -> list[str]:
    with memory_engine().connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        form = statement._form(connection)  # type: ignore[attr-defined]
        sql, constants = form.sql, form._constants
        rows = driver.execute(f"EXPLAIN QUERY PLAN {sql}", {**constants, **VALUES}).fetchall()
        return [row[3] for row in rows]


@pytest.mark.parametrize("entity", ENTITIES)
def test_rows_are_found_by_their_uids(entity: str) -> None:
    steps = plan(named(entity))
    by_uid = f"SEARCH {entity} USING INDEX sqlite_autoindex_{entity}_1 (uid=?)"
    assert by_uid in steps
    assert not [step for step in steps if step.startswith(f"SCAN {entity}")]


@pytest.mark.parametrize("kind", ["desk", "department"])
@pytest.mark.parametrize("entity", ENTITIES)
def test_a_page_is_read_in_order(entity: str, kind: str) -> None:
    if entity in KINDS[kind]:
        steps = plan(page(entity, kind))
        assert steps[0] == f"SEARCH {entity} USING INDEX sqlite_autoindex_{entity}_1 (uid>?)"
        assert not [step for step in steps if "TEMP B-TREE" in step]


@pytest.mark.parametrize("entity", sorted(IN_TICKETS))
def test_single_tickets_are_found_by_who_has_access(entity: str) -> None:
    steps = plan(page(entity, "person"))
    assert "SEARCH access USING INDEX ix_ticket_access_agent (agent_id=?)" in steps
    assert not [step for step in steps if "(uid>?)" in step or step.startswith("SCAN")]
