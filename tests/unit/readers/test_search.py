"""Search finds what is there, newest first, once for each ticket, and nothing that is hidden."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from deskapp.core.policies.excerpts import fold
from deskapp.core.queries.contacts import FindContacts
from deskapp.core.queries.search import Search
from deskapp.core.queries.views import PreviewView
from deskapp.core.readers import fulltext
from deskapp.models import tables as t
from deskapp.models.dto import Condition, SearchPage
from tests.support.mail_corpora import naughty_strings
from tests.support.rows import NOW, Rows, rows_of


def numbers(page: SearchPage) -> list[int]:
    return [hit.row.number for hit in page.hits]


def found(rows: Rows, words: str, **values: Any) -> list[int]:
    return numbers(rows.ask(Search(words, **values)))


@pytest.fixture
def shop(rows: Rows) -> Rows:
    """Six tickets, numbered 1 to 6; the newest message is the last written."""
    work = rows.account("Workshop", "taller@shop.test")
    carmen = rows.contact(
        "Carmen Peña",
        [("email", "carmen@correo.test"), ("phone", "+34600123456")],
        organisation="Bar Sol",
    )
    ben = rows.contact("Ben O'Hara", [("email", "ben@mail.test"), ("national_id", "12345678Z")])
    one = rows.ticket(
        carmen, number=1, tags=("vip",), account_id=work, needs_reply=True, inbound_count=1
    )
    rows.message(one, "El camión no llegó")
    two = rows.ticket(ben, number=2, status="waiting", assignee_id=rows.me)
    rows.message(
        two, "The red parcel is late", author_name="Ben O'Hara", author_address="ben@mail.test"
    )
    rows.message(
        two, "The parcel left", kind="outbound", recipients={"to": [["Ben", "ben@mail.test"]]}
    )
    rows.insert(t.participant, ticket_id=two, address="ben@mail.test")
    three = rows.ticket(ben, number=3, spam=True)
    rows.message(three, "Cheap parcel")
    four = rows.ticket(ben, number=4, deleted=True)
    rows.message(four, "Old parcel")
    five = rows.ticket(carmen, number=5, merged_into=two)
    rows.message(five, "Merged: where is it?", attachment_count=1)
    six = rows.ticket(carmen, number=6, channel="phone", held_count=1, snoozed_until=NOW + 1)
    rows.message(six, "Held parcel", held=True)
    rows.message(six, "Called about the red coat")
    return rows


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("parcel", [2]),
        ("PARC", [2]),
        ("pa", [2]),
        ("camion", [1]),
        ("llego camión", [1]),
        ("red", [6, 2]),
        ('"red parcel"', [2]),
        ('"parcel red"', []),
        ("red-parcel", [2]),
        ("where", [2]),  # said in a ticket that was merged into it
        ("zzzz", []),
        ("from:ben", [2]),
        ("from:ben parcel", [2]),
        ("from:carmen late", []),
        ("to:ben", [2]),
        ("to:b_n", []),
        ("tag:VI", [1]),
        ("tag:none", []),
        ("status:waiting", [2]),
        ("status:open status:waiting", [6, 2, 1]),
        ("channel:phone", [6]),
        ("account:work", [1]),
        ("account:taller@", [1]),
        ("assignee:me", [2]),
        ("assignee:nobody", [6, 1]),
        ("assignee:luc", [2]),
        ("assignee:zoe", []),
        ("is:needs_reply", [1]),
        ("is:unread", [1]),
        ("is:snoozed", [6]),
        ("is:held", [6]),
        ("is:spam", [3]),
        ("is:trash parcel", [4]),
        ("is:spam camión", []),
        ("has:attachment", [2]),
        ("before:2000", []),
        ("after:2000 coat", [6]),
        ("before:2000 coat", []),
        ("#4", [4]),  # asked for by its number it is found wherever it is
        ("#5", [2]),
        ("#99", []),
    ],
)
def test_finding(shop: Rows, words: str, expected: list[int]) -> None:
    assert found(shop, words) == expected


def test_the_same_with_few_and_with_many_tickets(
    shop: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both plans, words first and tickets first, answer alike."""
    asked = [
        "tag:vip",
        "status:open red",
        "is:snoozed coat",
        "from:ben status:waiting",
        "assignee:me where",
    ]
    by_ticket = [found(shop, words) for words in asked]
    monkeypatch.setattr("deskapp.core.readers.search.FEW", -1)
    monkeypatch.setattr("deskapp.core.readers.search.FEW_WITHOUT_WORDS", -1)
    assert [found(shop, words) for words in asked] == by_ticket
    assert all(by_ticket)


def test_hits_are_marked(shop: Rows) -> None:
    hit = shop.ask(Search("camion")).hits[0]
    assert [hit.excerpt[a:b] for a, b in hit.marks] == ["camión"]
    assert hit.message_id
    assert hit.row.contact_name == "Carmen Peña"


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("carm", ["Carmen Peña"]),
        ("pena", ["Carmen Peña"]),
        ("bar sol", ["Carmen Peña"]),
        ("O'Hara", ["Ben O'Hara"]),
        ("123456", ["Ben O'Hara", "Carmen Peña"]),  # the newest first
        ("600 123 456", ["Carmen Peña"]),
        ("+34 600-123-456", ["Carmen Peña"]),
        ("12345678-z", ["Ben O'Hara"]),
        ("n@correo", ["Carmen Peña"]),
        ("carmen peña ruiz", []),
        ("zz", []),
    ],
)
def test_contacts_are_found_beside(shop: Rows, words: str, names: list[str]) -> None:
    assert [c.name for c in shop.ask(Search(words)).contacts] == names
    assert [c.name for c in shop.ask(FindContacts(words))] == names
    assert shop.ask(Search(f"{words} status:open")).contacts == (), "a filter is about tickets"


def test_contacts_in_pages(rows: Rows) -> None:
    keys = [rows.contact(f"Ana {n}", [("email", f"ana{n}@mail.test")]) for n in range(12)]
    rows.contact("Ana twin", merged_into=keys[3])
    everyone = [c.id for c in rows.ask(FindContacts("ana"))]
    assert len(everyone) == len(set(everyone)) == 12
    paged = [c.id for n in (0, 5, 10, 15) for c in rows.ask(FindContacts("ana", limit=5, offset=n))]
    assert paged == everyone
    latest = [c.id for n in (0, 5, 10) for c in rows.ask(FindContacts("", limit=5, offset=n))]
    assert sorted(latest) == sorted(everyone)


WORDS = ("alpha", "alpine", "beta", "Álpha", "betty")
messages = st.lists(
    st.tuples(
        st.integers(0, 5),  # ticket
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
        st.booleans(),  # held
    ),
    max_size=30,
)


@given(
    said=messages,
    word=st.sampled_from(["alp", "alpha", "alphas", "b", "beta", "álpi", "zeta"]),
    limit=st.integers(1, 4),
    merged=st.booleans(),
)
def test_pages_hold_each_ticket_once_newest_first(
    engine: Engine, said: list[tuple[int, list[str], bool]], word: str, limit: int, merged: bool
) -> None:
    with rows_of(engine) as rows:
        contact = rows.contact()
        tickets = [rows.ticket(contact, number=n) for n in range(5)]
        tickets.append(
            rows.ticket(contact, number=5, **({"merged_into": tickets[0]} if merged else {}))
        )
        expected: list[int] = []
        for ticket, words, held in said:
            rows.message(tickets[ticket], " ".join(words), held=held)
            shown_in = 0 if merged and ticket == 5 else ticket
            if not held and any(fold(each).startswith(fold(word)) for each in words):
                expected = [shown_in, *(n for n in expected if n != shown_in)]
        answer: list[int] = []
        before: int | None = None
        while True:
            page = rows.ask(Search(word, limit=limit, before=before))
            assert len(page.hits) <= limit
            answer += numbers(page)
            assert page.more == (page.before is not None)
            if not page.more:
                break
            before = page.before
        assert answer == expected


def test_a_long_prefix_is_the_words_that_begin_so(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Expanded or left to FTS5, the answer is the same; too many words are left to it."""
    ticket = rows.ticket(rows.contact(), number=1)
    for n in range(40):
        rows.message(ticket, f"warehouse{n:02d} wares")
    other = rows.ticket(rows.contact(), number=2)
    rows.message(other, "wareneingang")
    rows.message(other, "warm")
    expanded = found(rows, "waren"), found(rows, "wareh"), found(rows, "warez")
    monkeypatch.setattr(fulltext, "EXPANSION", 3)
    assert (
        (found(rows, "waren"), found(rows, "wareh"), found(rows, "warez"))
        == expanded
        == ([2], [1], [])
    )


def hostile() -> list[str]:
    own = [
        '"', '""', '" OR "', "a* OR b*", "NEAR(a b)", "subject : x", "{a b} : c", "^a", "a + b", "NOT", "AND",
        "(", ")", "a -b", "*", "**", "%", "_", "\0", "a\0b", "\ud800", "#", "#-1", "from:\"", "tag:%",
        "before:9999-12-31", "is:spam is:trash is:held", "1" * 300, "'; DROP TABLE ticket; --",
    ]  # fmt: skip
    return naughty_strings() + own


def test_no_text_breaks_the_search(rows: Rows) -> None:
    contact = rows.contact("Zoë", [("email", "zoe@mail.test")])
    ticket = rows.ticket(contact)
    rows.message(ticket, "plain words")
    texts = hostile()
    assert len(texts) > 500, "the list of naughty strings is there"
    for each in texts:
        for words in (each, f"from:{each}", f"to:{each}", f"tag:{each}", f'x "{each}'):
            rows.ask(Search(words, limit=3))
        rows.ask(FindContacts(each))
        for field in ("text", "contact"):
            rows.ask(PreviewView((Condition(field, "contains", each),)))
    assert rows.ask(PreviewView(())) == 1


def test_what_is_written_is_found_again(rows: Rows) -> None:
    """A hostile text that a customer wrote is found by its own words."""
    contact = rows.contact()
    for each in hostile():
        body = each.replace("\0", " ").encode("utf-8", "ignore").decode()
        words = [word for word in body.split() if word.isascii() and word.isalpha()]
        if not words:
            continue
        ticket = rows.ticket(contact)
        rows.message(ticket, body)
        word = max(words, key=len)
        newest = rows.ask(Search(f'"{word}"', limit=1)).hits
        assert [hit.row.key for hit in newest] == [ticket], body


@pytest.mark.of_a_file  # SQLite says how it finds what it is asked for
def test_the_index_is_asked_for_newest_first(shop: Rows) -> None:
    """Without sorting: a sort would read every hit before giving the first."""
    plan = shop.connection.execute(
        text(
            "EXPLAIN QUERY PLAN SELECT message.position FROM message_fts JOIN message ON message.position = "
            "message_fts.rowid WHERE message_fts MATCH 'a' ORDER BY message_fts.rowid DESC"
        )
    )
    assert not any("TEMP B-TREE" in row.detail for row in plan)
