"""What is typed becomes terms, filters and numbers; nothing that is typed becomes syntax."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp.core.policies.excerpts import LENGTH, Highlighter, fold
from deskapp.core.policies.search_syntax import (
    MAX_LENGTH,
    MAX_TERMS,
    Filter,
    Term,
    parse,
    parse_date,
    phrase,
    zone_of,
)


def ms(year: int, month: int = 1, day: int = 1) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp() * 1000)


def test_the_last_word_may_go_on() -> None:
    assert parse("late parc").terms == (Term("late"), Term("parc", prefix=True))
    assert parse('late "red parcel"').terms == (Term("late"), Term("red parcel"))
    assert parse('"open quote').terms == (Term("open quote"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from:carmen", Filter("from", "carmen")),
        ('FROM:"Ana Ruiz"', Filter("from", "Ana Ruiz")),
        ("status:Open", Filter("status", "open")),
        ("is:unread", Filter("is", "unread")),
        ("has:attachment", Filter("has", "attachment")),
        ("before:2026-11", Filter("before", str(ms(2026, 11)))),
        ("after:2026-11-03", Filter("after", str(ms(2026, 11, 3)))),
    ],
)
def test_filters(text: str, expected: Filter) -> None:
    parsed = parse(text)
    assert parsed.filters == (expected,)
    assert parsed.terms == ()


@pytest.mark.parametrize(
    "text",
    ["status:nonsense", "before:yesterday", "is:", "http://shop.test", "foo:bar", "from:***"],
)
def test_what_is_no_filter_is_words_or_nothing(text: str) -> None:
    assert parse(text).filters == ()


def test_a_filter_that_is_being_typed_finds_as_before() -> None:
    assert parse("parcel from:") == parse("parcel")


def test_numbers() -> None:
    assert parse("#1042").numbers == (1042,)
    assert parse("#1042").terms == ()
    assert parse("1042").numbers == (1042,)
    assert parse("1042").terms == (Term("1042", prefix=True),), "a number may be a phone, too"
    assert parse("order 1042").numbers == ()
    assert parse("#" + "9" * 100).numbers == ()


def test_long_texts_are_cut() -> None:
    assert len(parse("a " * 10_000).terms) == MAX_TERMS
    assert len(parse("a" * 10_000).terms[0].text) == MAX_LENGTH


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2026", (ms(2026), ms(2027))),
        ("2026-12", (ms(2026, 12), ms(2027))),
        ("2026-2", (ms(2026, 2), ms(2026, 3))),
        ("2026-02-28", (ms(2026, 2, 28), ms(2026, 3))),
        ("2026-02-30", None),
        ("0000", None),
        ("26-1-1", None),
        ("9999-12-31", None),
        ("9999", None),
    ],
)
def test_dates(text: str, span: tuple[int, int] | None) -> None:
    assert parse_date(text) == span


@given(st.text(max_size=60))
def test_every_text_can_be_read(text: str) -> None:
    for term in parse(text).terms:
        inside = term.fts().removesuffix(" *")[1:-1]
        assert '"' not in inside.replace('""', ""), "a quote that closes the string"
        assert "\0" not in inside
    phrase(text)


@given(st.text(max_size=60))
def test_folding_keeps_places(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_excerpts_are_blind_to_accents_and_case() -> None:
    text = "Buenos días.\n\nEl CAMIÓN   llegó tarde, y el camion no traía nada. Camiones!"
    excerpt, marks = Highlighter([Term("camión")]).excerpt(text)
    assert [excerpt[a:b] for a, b in marks] == ["CAMIÓN", "camion"]
    excerpt, marks = Highlighter([Term("camio", prefix=True)]).excerpt(text)
    assert [excerpt[a:b] for a, b in marks] == ["CAMIÓN", "camion", "Camiones"]
    decomposed = "el camio\u0301n"
    excerpt, marks = Highlighter([Term("camión")]).excerpt(decomposed)
    assert [excerpt[a:b] for a, b in marks] == ["camión"]


def test_a_phrase_is_marked_whole() -> None:
    excerpt, marks = Highlighter([Term("red-parcel late")]).excerpt(
        "a red parcel: late again; red car"
    )
    assert [excerpt[a:b] for a, b in marks] == ["red parcel: late"]


def test_the_excerpt_is_around_the_first_hit() -> None:
    text = "word " * 500 + "needle " + "word " * 500
    excerpt, marks = Highlighter([Term("needle")]).excerpt(text)
    assert len(excerpt) <= LENGTH
    assert [excerpt[a:b] for a, b in marks] == ["needle"]
    assert excerpt.startswith("word "), "begins with a whole word"
    assert Highlighter([Term("missing")]).excerpt(text) == (text[:LENGTH], ())
    assert Highlighter([]).excerpt("") == ("", ())


@given(st.text(max_size=300), st.text(max_size=8))
def test_marks_lie_within_the_excerpt(text: str, word: str) -> None:
    excerpt, marks = Highlighter([Term(word, prefix=True)]).excerpt(text)
    assert len(excerpt) <= LENGTH
    assert all(0 <= start < end <= len(excerpt) for start, end in marks)


@pytest.mark.parametrize(
    ("zone", "text", "hours"),
    [
        ("Europe/Madrid", "2026-11-03", -1),
        ("Europe/Madrid", "2026-07-03", -2),  # summer time
        ("America/Bogota", "2026-11-03", 5),
        ("Nowhere/Atlantis", "2026-11-03", 0),
        ("../../etc/passwd", "2026-11-03", 0),
        ("Europe", "2026-11-03", 0),
        ("", "2026-11-03", 0),
    ],
)
def test_a_day_is_one_where_the_reader_is(zone: str, text: str, hours: int) -> None:
    day = datetime.fromisoformat(text).replace(tzinfo=UTC)
    begin = str(int(day.timestamp() * 1000) + hours * 3_600_000)
    for field in ("before", "after"):
        (filter_,) = parse(f"{field}:{text}", zone_of(zone)).filters
        assert filter_ == Filter(field, begin)
