"""Words of strangers as they are painted: links, positions, marks, addresses, sentences."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from deskapp.models.dto import Address, EventView
from deskapp.models.enums import ActorKind
from deskapp.ui.composer.emoji import EMOJI, find_emoji
from deskapp.ui.composer.recipients import read_addresses, write_addresses, wrong_part
from deskapp.ui.conversation import events
from deskapp.ui.conversation.text import (
    find_links,
    find_mentions,
    shortened,
    slice_units,
    units,
    unmarked,
    visible,
    word_at,
)
from deskapp.ui.conversation.textbox import TextBox
from deskapp.ui.theme import base_font

LINKS = [
    ("see https://shop.example/a?b=1#c.", "https://shop.example/a?b=1#c"),
    ("(www.shop.example)", "https://www.shop.example"),
    ("https://x.example/a_(b)", "https://x.example/a_(b)"),
    ("write to ana@shop.example, please", "mailto:ana@shop.example"),
    ("mailto:ana@shop.example", "mailto:ana@shop.example"),
    ("🙌 http://x.example", "http://x.example"),
]


@pytest.mark.parametrize(("text", "href"), LINKS)
def test_addresses_become_links(text: str, href: str) -> None:
    [link] = find_links(text)
    assert link.href == href
    assert slice_units(text, link.start, link.end) == link.shown


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "vbscript:x",
        "smb://host/x",
        "a@b",
        "10:30/11:00",
        "@Lucía",
        "user@",
        "http://",
    ],
)
def test_nothing_else_does(text: str) -> None:
    assert find_links(text) == ()


@given(st.text(max_size=200))
def test_any_text_is_made_visible_and_found_in(text: str) -> None:
    shown = visible(text)
    assert not set(shown) & set("\u202e\u202d\u200b\u2066\x00\x07\r\u2028")
    for link in find_links(shown):
        assert slice_units(shown, link.start, link.end) == link.shown
        assert link.href.partition(":")[0].lower() in ("http", "https", "mailto")
    plain, bold = unmarked(shown)
    assert all(0 <= start < end <= units(plain) + 1 for start, end in bold)


@given(st.text(max_size=60), st.integers(0, 80), st.integers(0, 80))
def test_slices_count_as_qt_does(text: str, start: int, end: int) -> None:
    raw = text.encode("utf-16-le", "surrogatepass")
    wanted = raw[2 * start : 2 * end].decode("utf-16-le", "replace")
    assert slice_units(text, start, end) == wanted


def test_marks_of_our_own_are_shown_as_what_they_mean() -> None:
    assert unmarked("Hi **Ana**, 2**3**4 ![p.png](cid:a@b)") == ("Hi Ana, 2**3**4 ", ((3, 6),))
    assert unmarked("🙌 **x**") == ("🙌 x", ((3, 4),))
    assert find_mentions("🙌 @Lucía and a@b.c") == ((3, 9),)
    assert word_at("🙌 hola amigo", 4) == (3, 7)


def test_long_texts_are_cut_at_lines_or_characters() -> None:
    assert shortened("short") == ("short", False)
    assert shortened("x\n" * 500)[0].count("\n") == 119
    assert len(shortened("x" * 9000)[0]) == 6000


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "a@" * 100_000,
        "http://" * 30_000,
        "www." * 50_000,
        "**" * 100_000,
        "(" * 200_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    find_links(text)
    unmarked(visible(text))
    assert time.process_time() - started < 3


def test_a_text_is_wrapped_hit_and_measured(qapp: QApplication) -> None:
    box = TextBox("una palabra larguísima y otra https://x.example", base_font(), links=True)
    box.lay_out(120)
    assert box.height > 50
    assert box.natural_width <= 120
    assert box.hit(QPointF(-5, -5)) == 0
    assert box.hit(QPointF(500, 500)) == box.length()
    rect = box.rects(box.links[0].start, box.links[0].end)[0]
    link = box.link_at(rect.center())
    assert link is not None
    assert link.href == "https://x.example"
    unbroken = TextBox("x" * 5_000, base_font())
    unbroken.lay_out(200)
    assert unbroken.natural_width <= 200


# -- addresses in the composer ------------------------------------------------------------------


def test_addresses_are_read_as_people_write_them() -> None:
    text = 'Ana <ana@x.test>; bo@x.test, "Gómez, Eva" <eva@x.test>, ANA@x.test'
    assert read_addresses(text) == (
        Address("Ana", "ana@x.test"),
        Address("", "bo@x.test"),
        Address("Gómez, Eva", "eva@x.test"),
    )
    assert read_addresses(write_addresses(read_addresses(text))) == read_addresses(text)


@pytest.mark.parametrize(
    "text", ["nobody", "a@b@c", "a b@x.test", "Ana <ana>", "x@y\r\nBcc: z@y", "@x.test"]
)
def test_what_is_no_address_is_pointed_out(text: str) -> None:
    assert wrong_part(text)
    assert all("\n" not in person.address for person in read_addresses(text))


@given(st.text(max_size=120))
def test_no_text_makes_a_header_line(text: str) -> None:
    for person in read_addresses(text):
        assert not set("\r\n\x00,;<>") & set(person.address)
        assert not set("\r\n\x00") & set(person.name)
        assert person.address.count("@") == 1


# -- events ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [*events.ICONS, "subject_changed", "contact_changed", "unheard_of"]
)
def test_every_event_is_a_sentence_whatever_it_holds(qapp: QApplication, kind: str) -> None:
    hostile = "<b>x</b>\u202e%1%2{x}"
    for data in ({}, {"agent": hostile, "before": hostile, "after": hostile, "number": 3}):
        event = EventView("e", kind, ActorKind.AGENT, hostile, 0, data, 1)
        told = events.sentence(event, 0)
        assert told
        assert "\u202e" not in told
        assert "\u202e" not in events.receipt(event)


def test_emoji_are_found_by_either_language() -> None:
    assert find_emoji("grac")[0] == ("🙏", "gracias")
    assert find_emoji("thumbs")[0][0] == "👍"
    assert find_emoji("nothing like it") == []
    assert len({emoji for emoji, _ in EMOJI}) == len(EMOJI)
