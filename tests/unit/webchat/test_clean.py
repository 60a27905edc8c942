"""Text from a browser, as the desk takes it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp.channels.webchat import clean


@given(st.text(max_size=600), st.integers(1, 200))
def test_a_line_is_one_line_without_controls(text: str, limit: int) -> None:
    found = clean.line(text, limit)
    assert len(found) <= limit
    assert found == found.strip()
    assert not any(unicodedata.category(ch) in ("Cc", "Cf", "Cs", "Zl", "Zp") for ch in found)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Carmen\n\tVillalobos ", "Carmen Villalobos"),
        ("Carmen\u202egnp.exe", "Carmengnp.exe"),
        ("Ana\u200b\u2066 María\u2069", "Ana María"),
        ("\x1b]0;title\x07bell", "]0;titlebell"),
        ("\ud800", ""),
        ("José Núñez 🙂", "José Núñez 🙂"),
    ],
)
def test_lines(text: str, kept: str) -> None:
    assert clean.line(text, 50) == kept


def test_a_long_line_of_hidden_characters_is_not_read_to_its_end() -> None:
    assert clean.line("\u200b" * 1_000_000 + "x", 20) == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("one\r\ntwo\rthree\n\tfour", "one\ntwo\nthree\n\tfour"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("pay \u202eevil\u202c now", "pay evil now"),
        ("family 👩\u200d👧", "family 👩\u200d👧"),
        ("\u05e9\u05dc\u05d5\u05dd \u200fכן", "\u05e9\u05dc\u05d5\u05dd \u200fכן"),
    ],
)
def test_words(text: str, kept: str) -> None:
    assert clean.words(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://shop.test/mugs?color=blue#top", "https://shop.test/mugs?color=blue"),
        ("https://user:secret@shop.test/a", "https://shop.test/a"),
        ("http://shop.test:8000/", "http://shop.test:8000/"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("data:text/html,x", ""),
        ("https://[broken", ""),
        ("//shop.test/", ""),
        ("", ""),
    ],
)
def test_addresses_of_pages(text: str, kept: str) -> None:
    assert clean.url(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("photo.png", "photo.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\evil.exe", "evil.exe"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nSet-Cookie: x", "a Set-Cookie: x"),
        ("..", "file"),
        ("", "file"),
        ("x/", "file"),
        ("name.", "name"),
        ("ñandú 1.pdf", "ñandú 1.pdf"),
    ],
)
def test_names_of_files(text: str, kept: str) -> None:
    assert clean.file_name(text) == kept


def test_a_long_name_keeps_its_ending() -> None:
    found = clean.file_name("x" * 5_000 + ".pdf")
    assert len(found) <= clean.FILE_NAME
    long = clean.file_name("ñ" * 200 + ".pdf")
    assert long.endswith(".pdf")
    assert len(long) == clean.FILE_NAME
