"""Every view holds exactly the tickets it should, in its order, and the sidebar counts as many."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from deskapp.core.queries.views import (
    GetSidebar,
    PreviewView,
    TicketIds,
    TicketKeysOf,
    TicketRows,
)
from deskapp.models import tables as t
from deskapp.models.dto import Condition
from deskapp.models.enums import Delivery, SortOrder
from tests.support.rows import DAY, ME, NOW, Rows, rows_of

TAGS = ("vip", "returns", "ñandú")
DELIVERIES = ("none", "none", "queued", "failed")


@dataclass(frozen=True)
class Model:
    """A ticket as plain Python knows it."""

    key: int
    uid: str
    values: dict[str, Any]
    tags: tuple[str, ...]

    def __getattr__(self, name: str) -> Any:
        return self.values[name]

    @property
    def shown(self) -> bool:
        return not (self.spam or self.deleted or self.merged_into)

    @property
    def active(self) -> bool:
        return (
            self.shown and self.status in ("new", "open", "waiting") and self.snoozed_until is None
        )


ticket_values = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["new", "open", "waiting", "solved", "closed"]),
        "updated_at": st.integers(NOW - 3, NOW),  # few, so that there are ties
        "created_at": st.integers(NOW - 90 * DAY, NOW),
        "snoozed_until": st.none() | st.integers(NOW, NOW + 3),
        "spam": st.booleans(),
        "deleted": st.booleans(),
        "needs_reply": st.booleans(),
        "delivery": st.sampled_from(DELIVERIES),
        "channel": st.sampled_from(["email", "phone"]),
        "contact": st.integers(0, 2),
        "account": st.none() | st.integers(0, 1),
        "assignee": st.none() | st.integers(0, 1),
        "merged": st.booleans(),
        "tags": st.sets(st.sampled_from(TAGS)),
    }
)
desks = st.lists(ticket_values, max_size=14)


@dataclass
class Desk:
    rows: Rows
    tickets: list[Model]
    accounts: list[int]
    contacts: list[int]
    agents: list[int]

    def keys(self, fits: Callable[[Model], bool], *, oldest: bool = False) -> list[int]:
        found = sorted(
            (k for k in self.tickets if fits(k)),
            key=lambda k: (k.updated_at, k.key),
            reverse=not oldest,
        )
        return [k.key for k in found]

    def account_uid(self, n: int) -> str:
        return self.rows.uid(t.account, self.accounts[n])


def build(rows: Rows, drawn: list[dict[str, Any]]) -> Desk:
    accounts = [rows.account("A", "a@shop.test"), rows.account("B", "b@shop.test")]
    contacts = [rows.contact("Ana"), rows.contact("Bea")]
    contacts.append(rows.contact("Ana María", merged_into=contacts[0]))
    agents = [rows.me, rows.agent("Pablo")]
    tickets: list[Model] = []
    for each in drawn:
        values = dict(each)
        picks = {
            "contact": contacts[values.pop("contact")],
            "account_id": None if (n := values.pop("account")) is None else accounts[n],
            "assignee_id": None if (n := values.pop("assignee")) is None else agents[n],
            "merged_into": tickets[0].key if values.pop("merged") and tickets else None,
        }
        tags = tuple(values.pop("tags"))
        key = rows.ticket(tags=tags, **picks, **values)
        tickets.append(Model(key, rows.uid(t.ticket, key), values | picks, tags))
    rows.count()
    return Desk(rows, tickets, accounts, contacts, agents)


@given(drawn=desks)
def test_views_hold_what_plain_python_finds(engine: Engine, drawn: list[dict[str, Any]]) -> None:
    with rows_of(engine) as rows:
        desk = build(rows, drawn)
        a = desk.accounts[0]
        ana = {desk.contacts[0], desk.contacts[2]}
        expected: dict[str, Callable[[Model], bool]] = {
            "mine": lambda k: k.active and k.assignee_id == rows.me,
            "unassigned": lambda k: k.active and k.assignee_id is None,
            "needs_reply": lambda k: k.active and k.needs_reply,
            "to_send": lambda k: k.shown and k.delivery != "none",
            "all": lambda k: k.shown,
            "done": lambda k: k.shown and k.status in ("solved", "closed"),
            "spam": lambda k: k.spam and not k.deleted and not k.merged_into,
            "trash": lambda k: k.deleted and not k.merged_into,
            "status:open": lambda k: k.shown and k.status == "open",
            "tag:vip": lambda k: k.active and "vip" in k.tags,
            "tag:ñandú": lambda k: k.active and "ñandú" in k.tags,
            "tag:none such": lambda _: False,
            f"account:{desk.account_uid(0)}": lambda k: k.active and k.account_id == a,
            f"contact:{rows.uid(t.contact, desk.contacts[0])}": lambda k: (
                k.shown and k.contact in ana
            ),
        }
        for view, fits in expected.items():
            assert list(rows.ask(TicketIds(view)).keys) == desk.keys(fits), view
            oldest = rows.ask(TicketIds(view, SortOrder.OLDEST))
            assert list(oldest.keys) == desk.keys(fits, oldest=True), view
            first = rows.ask(TicketIds(view, limit=2))
            assert (list(first.keys), first.total) == (desk.keys(fits)[:2], len(desk.keys(fits))), (
                view
            )
            uids = tuple(k.uid for k in desk.tickets)
            assert sorted(rows.ask(TicketKeysOf(view, uids))) == sorted(desk.keys(fits)), view


@given(drawn=desks)
def test_snoozed_wake_first_comes_first(engine: Engine, drawn: list[dict[str, Any]]) -> None:
    with rows_of(engine) as rows:
        desk = build(rows, drawn)
        asleep = [
            k
            for k in desk.tickets
            if k.shown and k.status in ("new", "open", "waiting") and k.snoozed_until is not None
        ]
        asleep.sort(key=lambda k: (k.snoozed_until, k.key))
        assert list(rows.ask(TicketIds("snoozed")).keys) == [k.key for k in asleep]


@given(drawn=desks)
def test_each_count_is_the_length_of_its_list(engine: Engine, drawn: list[dict[str, Any]]) -> None:
    with rows_of(engine) as rows:
        build(rows, drawn)
        saved = rows.saved_view([{"field": "status", "operator": "is", "value": "open"}])
        counts = rows.ask(GetSidebar()).counts
        assert {"mine", "unassigned", "needs_reply", "snoozed", "to_send", f"saved:{saved}"} <= set(
            counts
        )
        for view, count in counts.items():
            assert count == rows.ask(TicketIds(view)).total, view


CONDITIONS: dict[str, tuple[Condition, Callable[[Model], bool]]] = {
    "status": (Condition("status", "is", "open"), lambda k: k.status == "open"),
    "not status": (Condition("status", "is_not", "open"), lambda k: k.status != "open"),
    "tag": (Condition("tag", "has", "vip"), lambda k: "vip" in k.tags),
    "no tag": (Condition("tag", "has_not", "vip"), lambda k: "vip" not in k.tags),
    "channel": (Condition("channel", "is_not", "phone"), lambda k: k.channel != "phone"),
    "mine": (Condition("assignee", "is", "me"), lambda k: k.assignee_id == 1),
    "not mine": (Condition("assignee", "is_not", "me"), lambda k: k.assignee_id != 1),
    "nobody": (Condition("assignee", "is", ""), lambda k: k.assignee_id is None),
    "somebody": (Condition("assignee", "is_not", ""), lambda k: k.assignee_id is not None),
    "reply": (Condition("needs_reply", "is", "yes"), lambda k: k.needs_reply),
    "no reply": (Condition("needs_reply", "is", "no"), lambda k: not k.needs_reply),
    "recent": (Condition("created", "within_days", "30"), lambda k: k.created_at >= NOW - 30 * DAY),
    "before": (
        Condition("created", "before", "2026-08-01"),
        lambda k: k.created_at < datetime(2026, 8, 1, tzinfo=UTC).timestamp() * 1000,
    ),
    "after": (
        Condition("created", "after", "2026-08"),
        lambda k: k.created_at >= datetime(2026, 8, 1, tzinfo=UTC).timestamp() * 1000,
    ),
    "name": (
        Condition("contact", "contains", "ána mar"),
        lambda k: k.contact_name == "Ana María",
    ),
    "nonsense": (Condition("status; DROP TABLE ticket", "is", "open"), lambda _: False),
    "no operator": (Condition("status", "like", "open"), lambda _: False),
    "no date": (Condition("created", "before", "yesterday"), lambda _: False),
    "injection": (Condition("tag", "has", "' OR 1=1 --"), lambda _: False),
}


@given(
    drawn=desks,
    names=st.lists(st.sampled_from(sorted(CONDITIONS)), min_size=1, max_size=3),
    match_all=st.booleans(),
)
def test_saved_views_hold_what_plain_python_finds(
    engine: Engine, drawn: list[dict[str, Any]], names: list[str], match_all: bool
) -> None:
    with rows_of(engine) as rows:
        desk = build(rows, drawn)
        people = dict(zip(desk.contacts, ("Ana", "Bea", "Ana María"), strict=True))
        for ticket in desk.tickets:
            ticket.values["contact_name"] = people[ticket.contact]
            if ticket.assignee_id == rows.me:
                ticket.values["assignee_id"] = 1
            elif ticket.assignee_id:
                ticket.values["assignee_id"] = 2
        conditions = tuple(CONDITIONS[name][0] for name in names)
        tests = [CONDITIONS[name][1] for name in names]
        combine = all if match_all else any
        expected = desk.keys(lambda k: k.shown and combine(test(k) for test in tests))
        stored = [{"field": c.field, "operator": c.operator, "value": c.value} for c in conditions]
        view = rows.saved_view(stored, match_all=match_all)
        assert list(rows.ask(TicketIds(f"saved:{view}")).keys) == expected
        assert rows.ask(PreviewView(conditions, match_all)) == len(expected)


def test_a_saved_view_finds_text_and_accounts(rows: Rows) -> None:
    account = rows.account()
    contact = rows.contact()
    told = rows.ticket(contact, account_id=account)
    rows.message(told, "The parcel came late")
    other = rows.ticket(contact)
    rows.message(other, "Nothing of the kind")
    merged = rows.ticket(contact, merged_into=other)
    rows.message(merged, "A párcel, too")
    held = rows.ticket(contact)
    rows.message(held, "parcel", held=True)

    def keys(*condition: str) -> set[int]:
        field, operator, value = condition
        view = rows.saved_view([{"field": field, "operator": operator, "value": value}])
        return set(rows.ask(TicketIds(f"saved:{view}")).keys)

    uid = rows.uid(t.account, account)
    assert keys("text", "contains", "parc") == {told, other}
    assert keys("text", "contains", '"') == set()
    assert keys("account", "is", uid) == {told}
    assert keys("account", "is_not", uid) == {other, held}
    assert keys("contact", "is", rows.uid(t.contact, contact)) == {told, other, held}


def test_saved_views_of_others_are_not_shown(rows: Rows) -> None:
    view = rows.saved_view([{"field": "status", "operator": "is", "value": "open"}])
    other = rows.uid(t.agent, rows.agent("Pablo"))
    assert rows.ask(GetSidebar(), other).saved_views == ()
    with pytest.raises(LookupError):
        rows.ask(TicketIds(f"saved:{view}"), other)


@pytest.mark.parametrize(
    "view", ["", "nothing", "contact:none", "saved:none", "mine:x", "bucket:spam"]
)
def test_an_unknown_view_is_told(rows: Rows, view: str) -> None:
    with pytest.raises(LookupError):
        rows.ask(TicketIds(view))


def test_rows_come_in_the_order_asked_for(rows: Rows) -> None:
    root = rows.contact("Ana María Ruiz")
    middle = rows.contact("A. Ruiz", merged_into=root)
    alias = rows.contact("ana", merged_into=middle)
    account = rows.account()
    plain = rows.ticket(
        root,
        tags=("b", "a"),
        assignee_id=rows.me,
        account_id=account,
        inbound_count=3,
        delivery="failed",
    )
    merged = rows.ticket(alias, inbound_count=1)
    rows.seen(plain, rows.me, 1)
    rows.seen(merged, rows.me, 5)
    second, first = rows.ask(TicketRows((merged, 999, plain)))
    assert (first.key, second.key) == (plain, merged)
    assert first.unread == 2
    assert second.unread == 0, "never less than nothing"
    assert first.tags == ("a", "b")
    assert first.assignee_id == ME
    assert first.account_id == rows.uid(t.account, account)
    assert first.delivery is Delivery.FAILED
    assert second.contact_name == "Ana María Ruiz", "the contact it was merged into in the end"
    assert second.contact_id == rows.uid(t.contact, root)
    assert second.snippet_kind is None


def test_the_page_says_its_commit(rows: Rows) -> None:
    assert rows.ask(TicketIds("all")).seq == 7
