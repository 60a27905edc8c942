"""The desk itself: people, accounts, tags, canned replies, notifications, status."""

import importlib
import pkgutil

from deskapp.core import queries
from deskapp.core.api import Query
from deskapp.core.queries.desk import (
    GetAccounts,
    GetAgents,
    GetCannedReplies,
    GetCustomFields,
    GetDeskStatus,
    GetNotifications,
    GetSettings,
    GetTags,
)
from deskapp.core.queries.views import GetSidebar
from deskapp.core.readers import load_all
from deskapp.models import tables as t
from tests.support.rows import NOW, Rows


def test_every_query_has_a_reader() -> None:
    found = set()
    for module in pkgutil.iter_modules(queries.__path__):
        members = vars(importlib.import_module(f"{queries.__name__}.{module.name}")).values()
        found |= {each for each in members if isinstance(each, type) and issubclass(each, Query)}
    assert len(found) > 25
    assert {each.__name__ for each in found - {Query} - set(load_all())} == set()


def test_people_accounts_and_settings(rows: Rows) -> None:
    rows.account("A", "a@shop.test", settings={"host": "imap"})
    rows.account("Gone", "b@shop.test", removed=True)
    rows.insert(t.setting, key="desk.name", value="Shop")
    rows.insert(t.setting, key="backup.keep", value=3)
    assert [a.name for a in rows.ask(GetAgents())] == ["Lucía"]
    assert [(a.name, a.settings) for a in rows.ask(GetAccounts())] == [("A", {"host": "imap"})]
    assert rows.ask(GetSidebar()).accounts == rows.ask(GetAccounts())
    assert rows.ask(GetSettings()).values == {"desk.name": "Shop", "backup.keep": 3}


def test_tags_by_use(rows: Rows) -> None:
    contact = rows.contact()
    rows.ticket(contact, tags=("often", "once"), status="closed")
    rows.ticket(contact, tags=("often",))
    rows.tag("never")
    rows.count()
    assert [(tag.name, tag.uses) for tag in rows.ask(GetTags())] == [
        ("often", 2),
        ("once", 1),
        ("never", 0),
    ]
    active = [(tag.name, tag.uses) for tag in rows.ask(GetSidebar()).tags]
    assert active == [("often", 1), ("never", 0), ("once", 0)]


def test_custom_fields_in_their_order_without_hidden_ones(rows: Rows) -> None:
    values = {"label": "x", "kind": "choice", "options": ["a", "b"]}
    rows.insert(t.custom_field, key="second", position=2, **values)
    rows.insert(t.custom_field, key="first", position=1, **values)
    rows.insert(t.custom_field, key="hidden", hidden=True, **values)
    fields = rows.ask(GetCustomFields())
    assert [(f.key, f.options) for f in fields] == [("first", ("a", "b")), ("second", ("a", "b"))]


def test_canned_replies_of_ones_language_first_then_by_use(rows: Rows) -> None:
    for shortcut, language, uses in (
        ("en1", "en", 9),
        ("es1", "es", 1),
        ("any", "", 2),
        ("es2", "es", 5),
    ):
        rows.insert(
            t.canned_reply, shortcut=shortcut, title="x", language=language, body="x", attachments=[], uses=uses
        )  # fmt: skip
    assert [c.shortcut for c in rows.ask(GetCannedReplies("es"))] == ["es2", "any", "es1", "en1"]


def test_notifications_are_ones_own(rows: Rows) -> None:
    other = rows.agent("Pablo")
    ticket = rows.ticket(rows.contact(), number=42)
    for agent, at, seen in (
        (rows.me, 1, None),
        (rows.me, 3, NOW),
        (other, 2, None),
        (rows.me, 4, None),
    ):
        rows.insert(
            t.notification, agent_id=agent, kind="new_ticket", at=at, seen_at=seen,
            ticket_id=ticket if at == 4 else None,
        )  # fmt: skip
    listed = rows.ask(GetNotifications())
    assert [n.at for n in listed] == [4, 3, 1]
    assert (listed[0].ticket_number, listed[0].ticket_id) == (42, rows.uid(t.ticket, ticket))
    assert (listed[1].ticket_number, listed[1].ticket_id) == (0, "")
    assert [n.at for n in rows.ask(GetNotifications(unseen_only=True))] == [4, 1]
    assert [n.at for n in rows.ask(GetNotifications(limit=1))] == [4]


def test_the_status_says_what_waits_and_what_failed(rows: Rows) -> None:
    status = rows.ask(GetDeskStatus())
    assert (status.seq, status.unsent, status.oldest_unsent_at, status.failed) == (7, 0, None, 0)
    ticket = rows.ticket(rows.contact())
    for at, delivery in enumerate(
        ("sent", "none", "queued", "sending", "queued", "failed", "uncertain", "cancelled"), start=1
    ):
        rows.message(ticket, kind="outbound", at=at, delivery=delivery)
    status = rows.ask(GetDeskStatus())
    assert (status.unsent, status.oldest_unsent_at, status.failed) == (3, 3, 2)
