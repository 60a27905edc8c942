"""What keeps reading quick on a large desk: indices that are used, and as many statements for many rows as for few."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from deskapp.core.api import Query
from deskapp.core.queries.contacts import FindContacts, GetContact, GetMergeSuggestions
from deskapp.core.queries.desk import GetDeskStatus, GetNotifications
from deskapp.core.queries.search import Search
from deskapp.core.queries.team import GetDepartments
from deskapp.core.queries.tickets import GetConversation, GetTicket
from deskapp.core.queries.views import GetSidebar, TicketIds, TicketKeysOf, TicketRows
from deskapp.core.queries.webchat import (
    ChatMessages,
    FindVisitor,
    GetChat,
    GetChatNews,
    GetOpenChats,
)
from deskapp.models import tables as t
from tests.support.rows import NOW, Rows

pytestmark = pytest.mark.of_a_file  # SQLite says how it finds what it is asked for


@contextmanager
def statements(rows: Rows) -> Iterator[list[str]]:
    """The SQL that the driver carries out meanwhile, values filled in; not what FTS5 asks itself."""
    heard: list[str] = []

    def hear(sql: str) -> None:
        if sql.startswith(("SELECT", "WITH", "\n")):
            heard.append(sql)

    driver: Any = rows.connection.connection.driver_connection
    driver.set_trace_callback(hear)
    try:
        yield heard
    finally:
        driver.set_trace_callback(None)


def plan(rows: Rows, query: Query[Any]) -> list[str]:
    """How SQLite carries out everything that `query` asks."""
    with statements(rows) as heard:
        rows.ask(query)
    assert heard
    explained = [rows.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}") for sql in heard]
    return [row.detail for rows_of_one in explained for row in rows_of_one]


PLAIN = [
    "mine",
    "unassigned",
    "needs_reply",
    "snoozed",
    "all",
    "done",
    "spam",
    "trash",
    "status:open",
]


@pytest.mark.parametrize("view", PLAIN)
def test_a_view_is_read_from_one_index_in_its_order(rows: Rows, view: str) -> None:
    steps = plan(rows, TicketIds(view))
    assert any("ticket USING COVERING INDEX" in step for step in steps), steps
    assert not any("TEMP B-TREE" in step for step in steps), steps


def test_what_is_to_be_sent_is_not_looked_for_among_all(rows: Rows) -> None:
    steps = plan(rows, TicketIds("to_send"))
    assert any("ix_ticket_to_send" in step for step in steps), steps
    assert not any("TEMP B-TREE" in step for step in steps), steps


def test_an_account_is_one_range(rows: Rows) -> None:
    uid = rows.uid(t.account, rows.account())
    steps = plan(rows, TicketIds(f"account:{uid}"))
    assert any("COVERING INDEX ix_ticket_account" in step for step in steps), steps
    assert not any("TEMP B-TREE" in step for step in steps), steps


def test_a_department_is_one_range_and_counted_by_its_index(rows: Rows) -> None:
    homes = [rows.insert(t.department, name=name, position=0) for name in ("Ventas", "Taller")]
    steps = plan(rows, TicketIds(f"department:{rows.uid(t.department, homes[0])}"))
    assert not any("TEMP B-TREE" in step for step in steps), steps
    for found in (steps, plan(rows, GetSidebar())):
        assert any("COVERING INDEX ix_ticket_department" in step for step in found), found
    assert whole(plan(rows, GetDepartments())) == []


def whole(steps: list[str]) -> list[str]:
    """Steps that read all of a large table."""
    large = (
        "ticket",
        "message",
        "ticket_event",
        "attachment",
        "contact",
        "contact_point",
        "effect",
        "chat",
        "chat_received",
        "visitor",
    )
    return [step for step in steps if step in {f"SCAN {table}" for table in large}]


def test_nothing_large_is_read_whole(rows: Rows) -> None:
    contact = rows.contact("Ana", [("email", "ana@mail.test")])
    ticket = rows.ticket(contact, inbound_count=2)
    rows.message(ticket, "word", attachment_count=1, delivery="failed")
    uid = rows.uid(t.ticket, ticket)
    for query in (
        GetTicket(uid),
        GetTicket(number=rows.ask(GetTicket(uid)).row.number),
        GetConversation(uid),
        GetContact(rows.uid(t.contact, contact)),
        GetSidebar(),
        GetDeskStatus(),
        GetNotifications(),
        TicketRows((ticket,)),
        TicketIds(f"contact:{rows.uid(t.contact, contact)}"),
        Search("word"),
        Search("word status:open"),
        FindContacts("ana"),
        FindContacts(""),
    ):
        assert whole(plan(rows, query)) == [], query


@pytest.mark.parametrize("view", PLAIN)
def test_whether_a_few_are_in_a_view_is_not_asked_of_all_in_it(rows: Rows, view: str) -> None:
    steps = plan(rows, TicketKeysOf(view, ("1" * 32, "2" * 32)))
    looked = [step for step in steps if " ticket " in step]
    assert looked, steps
    assert all("(uid=?)" in step for step in looked), steps


def test_open_chats_are_found_among_themselves(rows: Rows) -> None:
    steps = plan(rows, GetOpenChats())
    assert any("chat USING INDEX ix_chat_live" in step for step in steps), steps
    assert any("ticket USING INTEGER PRIMARY KEY" in step for step in steps), steps


def test_a_place_in_the_queue_is_counted_among_the_open_chats(rows: Rows) -> None:
    contact = rows.contact("Ana")
    visitor = rows.insert(
        t.visitor, account_id=rows.account(), token_hash="a" * 64, contact_id=contact, answers=[],
        created_at=NOW, seen_at=NOW,
    )  # fmt: skip
    tickets = [rows.ticket(contact, channel="webchat") for _ in range(3)]
    for ticket in tickets:
        rows.insert(t.chat, ticket_id=ticket, visitor_id=visitor, state="waiting", started_at=NOW)
    uids = [rows.uid(t.ticket, ticket) for ticket in tickets]
    assert [rows.ask(GetChatNews(uid)).progress.place for uid in uids] == [1, 2, 3]
    steps = plan(rows, GetChatNews(uids[0]))
    assert any("chat USING INDEX ix_chat_live" in step for step in steps), steps
    box = rows.uid(t.account, 1)
    for query in (
        GetChatNews(uids[0]),
        GetChat(uids[0]),
        ChatMessages(uids[0]),
        FindVisitor(box, "a" * 64),
    ):
        assert whole(plan(rows, query)) == [], query


def test_a_contacts_conversations_are_found_by_the_contact(rows: Rows) -> None:
    contact = rows.contact("Ana", [("email", "ana@mail.test")])
    rows.ticket(contact)
    steps = plan(rows, GetContact(rows.uid(t.contact, contact)))
    looked = [step for step in steps if " ticket " in step]
    assert looked, steps
    assert all("(contact_id=?)" in step for step in looked), steps


def test_as_many_statements_for_many_rows_as_for_few(rows: Rows) -> None:
    """No query is asked again for each row of its answer."""
    rows.account()

    def fill(count: int) -> str:
        for _ in range(count):
            contact = rows.contact("Ana", [("email", f"ana{rows.new_number()}@mail.test")])
            ticket = rows.ticket(contact, tags=("vip",), assignee_id=rows.me, account_id=1)
            rows.message(ticket, "word", contact_id=contact, attachment_count=1)
            rows.event(ticket, NOW)
        ticket = rows.ticket(contact)
        for _ in range(count):
            message = rows.message(ticket, "other", attachment_count=1)
            rows.insert(
                t.attachment, message_id=message, filename="a", mime="b", size=1, sha256="c" * 64
            )
        return rows.uid(t.ticket, ticket)

    def counts(uid: str) -> list[int]:
        keys = rows.ask(TicketIds("all")).keys
        told = []
        for query in (
            TicketRows(keys),
            GetConversation(uid, 500),
            Search("word"),
            FindContacts("ana"),
            GetMergeSuggestions(),
            GetSidebar(),
        ):
            with statements(rows) as heard:
                rows.ask(query)
            told.append(len(heard))
        return told

    few = counts(fill(3))
    assert counts(fill(30)) == few


def test_the_planner_is_asked_about_the_indices_that_a_desk_has(rows: Rows) -> None:
    """The rig: a query that no index answers is seen as one."""
    detail = rows.connection.execute(
        text("EXPLAIN QUERY PLAN SELECT id FROM ticket WHERE subject = 'x'")
    )
    assert whole([row.detail for row in detail]) == ["SCAN ticket"]
