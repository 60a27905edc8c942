"""Contacts with what was merged into them, and who may be one person."""

import pytest

from deskapp.core.queries.contacts import (
    FindContacts,
    GetBlockRules,
    GetContact,
    GetMergeSuggestions,
)
from deskapp.models import tables as t
from tests.support.rows import DAY, NOW, Rows


def contact_uid(rows: Rows, key: int) -> str:
    return rows.uid(t.contact, key)


def test_a_contact_with_everything_of_its_family(rows: Rows) -> None:
    root = rows.contact("Ana Ruiz", [("email", "ana@mail.test"), ("phone", "+34600111222")])
    alias = rows.contact("ana", [("email", "ana@work.test")], merged_into=root)
    leaf = rows.contact("A.R.", merged_into=alias)
    open_one = rows.ticket(root, updated_at=NOW)
    done = rows.ticket(alias, status="solved", updated_at=NOW - 5)
    rows.ticket(leaf, snoozed_until=NOW + DAY, updated_at=NOW - 9)
    rows.ticket(root, spam=True)
    for key, name in ((root, "vip"), (leaf, "bar"), (alias, "vip")):
        rows.insert(t.contact_tag, contact_id=key, tag_id=rows.tag(name))
    field = rows.insert(t.custom_field, key="size", label="Size", kind="text", options=[])
    other = rows.insert(t.custom_field, key="vat", label="VAT", kind="text", options=[])
    rows.insert(t.contact_field, contact_id=alias, field_id=field, value="S")
    rows.insert(t.contact_field, contact_id=root, field_id=field, value="L")
    rows.insert(t.contact_field, contact_id=leaf, field_id=other, value="B1")
    rows.insert(t.contact_note, contact_id=alias, body="Old", agent_id=rows.me, at=NOW - 2)
    rows.insert(t.contact_note, contact_id=root, body="New", agent_id=rows.me, at=NOW - 1)
    for score in (5, 4):
        rows.insert(t.rating, ticket_id=done, contact_id=alias, score=score, scale=5, at=NOW)

    detail = rows.ask(GetContact(contact_uid(rows, leaf)))
    assert detail.info.id == contact_uid(rows, root), "a merged contact answers as its root"
    assert [p.value for p in detail.info.points] == [
        "ana@mail.test",
        "+34600111222",
        "ana@work.test",
    ]
    assert detail.info.tags == ("bar", "vip")
    assert (detail.info.open_tickets, detail.info.tickets) == (2, 3)
    assert detail.fields == {"size": "L", "vat": "B1"}
    assert [(n.body, n.author_name) for n in detail.notes] == [("New", "Lucía"), ("Old", "Lucía")]
    assert [k.id for k in detail.tickets][:2] == [
        rows.uid(t.ticket, open_one),
        rows.uid(t.ticket, done),
    ]
    assert len(detail.tickets) == 3
    assert (detail.ratings, detail.satisfaction) == (2, pytest.approx(0.9))
    assert [m.name for m in detail.merged] == ["ana", "A.R."]
    assert [p.value for p in detail.merged[0].points] == ["ana@work.test"]


def test_no_rating_is_no_satisfaction(rows: Rows) -> None:
    detail = rows.ask(GetContact(contact_uid(rows, rows.contact())))
    assert (detail.ratings, detail.satisfaction, detail.blocked) == (0, None, False)


@pytest.mark.parametrize(
    ("kind", "value", "blocked"),
    [
        ("sender", "eve@a.spam.test", True),
        ("sender", "other@a.spam.test", False),
        ("domain", "a.spam.test", True),
        ("domain", "spam.test", True),
        ("domain", "pam.test", False),
        ("domain", "b.spam.test", False),
    ],
)
def test_blocked(rows: Rows, kind: str, value: str, blocked: bool) -> None:
    rows.insert(t.block_rule, kind=kind, value=value, at=NOW)
    eve = rows.contact("Eve", [("email", "eve@a.spam.test")])
    assert rows.ask(GetContact(contact_uid(rows, eve))).blocked is blocked
    assert [rule.value for rule in rows.ask(GetBlockRules())] == [value]


def test_the_latest_contacts_come_first(rows: Rows) -> None:
    old = rows.contact("Old", updated_at=NOW - 2)
    new = rows.contact("New", updated_at=NOW - 1)
    rows.contact("Merged", updated_at=NOW, merged_into=old)
    assert [c.id for c in rows.ask(FindContacts())] == [contact_uid(rows, k) for k in (new, old)]


def evidence(rows: Rows, of: int | None = None) -> dict[tuple[str, str], dict[str, str]]:
    query = GetMergeSuggestions(contact_uid(rows, of) if of else "")
    return {(s.contact.name, s.other.name): dict(s.evidence) for s in rows.ask(query)}


def test_what_contacts_share_is_told(rows: Rows) -> None:
    ana = rows.contact("Ana Ruiz", [("phone", "+34600"), ("email", "ana.ruiz@a.test")])
    rows.contact("Ruiz, Aña", [("phone", "+34600"), ("email", "ana.ruiz@b.test")])
    rows.contact("Ben", [("national_id", "1Z"), ("email", "info@a.test")])
    rows.contact("B. Smith", [("national_id", "1Z")])
    rows.contact("Carl", [("email", "info@b.test")])
    rows.contact("Dora Sol", organisation="Bar")
    rows.contact("dora sol", organisation="bar")
    rows.contact("Dora Sol", organisation="Other")
    assert evidence(rows) == {
        ("Ben", "B. Smith"): {"national_id": "1Z"},
        ("Ana Ruiz", "Ruiz, Aña"): {"phone": "+34600", "email": "ana.ruiz"},
        ("Dora Sol", "dora sol"): {"name": "Dora Sol", "organisation": "Bar"},
    }
    assert evidence(rows, ana) == {
        ("Ana Ruiz", "Ruiz, Aña"): {"phone": "+34600", "email": "ana.ruiz"}
    }
    assert next(iter(evidence(rows))) == ("Ben", "B. Smith"), "the strongest evidence first"


def test_merged_and_dismissed_pairs_are_left_out(rows: Rows) -> None:
    first = rows.contact("A", [("phone", "+1")])
    second = rows.contact("B", [("phone", "+1")])
    alias = rows.contact("B again", [("phone", "+1")], merged_into=second)
    assert list(evidence(rows)) == [("A", "B")], "the alias stands for whom it was merged into"
    assert list(evidence(rows, alias)) == [("B", "A")], "the one asked about comes first"
    rows.insert(t.merge_dismissal, contact_id=first, other_id=alias)
    assert evidence(rows) == {}


def test_a_value_of_a_crowd_is_no_evidence(rows: Rows) -> None:
    for n in range(12):
        rows.contact(f"Guest {n}", [("phone", "+34900")])
    assert evidence(rows) == {}


def test_nobody_is_suggested_for_the_contact_without_a_name(rows: Rows) -> None:
    rows.contact("", [("phone", "+1")])
    rows.contact("A", [("phone", "+1")])
    assert evidence(rows) == {}


def test_suggestions_are_capped(rows: Rows) -> None:
    for n in range(30):
        rows.contact(f"A{n}", [("phone", f"+{n}")])
        rows.contact(f"B{n}", [("phone", f"+{n}")])
    assert len(rows.ask(GetMergeSuggestions(limit=5))) == 5


def test_unknown_contacts_are_told(rows: Rows) -> None:
    for query in (GetContact("none"), GetMergeSuggestions("none")):
        with pytest.raises(LookupError):
            rows.ask(query)
