"""Colours, sizes, live switching, icons, avatars."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from deskapp.ui.theme import (
    DARK,
    LIGHT,
    ThemeMode,
    Tokens,
    avatar_colour,
    icon,
    icon_names,
    initials,
    theme,
    tokens,
)
from deskapp.ui.theme.avatars import AVATAR_COLOURS
from deskapp.ui.theme.stylesheet import stylesheet

READABLE = 4.5
GROUNDS = ("bg", "surface", "raised")


def contrast(a: str, b: str) -> float:
    """WCAG 2 contrast ratio of two `#RRGGBB` colours, 1.0 to 21.0."""
    lighter, darker = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    def channel(value: int) -> float:
        c = value / 255
        return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4

    red, green, blue = (channel(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["text", "text2", "text3"])
def test_text_can_be_read_on_every_ground(scheme: Tokens, ink: str) -> None:
    for ground in (*GROUNDS, "accent_weak", "note", "incoming", "outgoing"):
        assert contrast(getattr(scheme, ink), getattr(scheme, ground)) >= READABLE, ground


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_what_a_person_must_act_on_can_be_read(scheme: Tokens) -> None:
    for ink in ("accent", "ok", "warn", "danger"):
        assert contrast(getattr(scheme, ink), getattr(scheme, f"{ink}_weak")) >= READABLE, ink
        assert contrast(getattr(scheme, ink), scheme.surface) >= READABLE, ink
    assert contrast(scheme.on_accent, scheme.accent) >= READABLE
    assert contrast(scheme.on_accent, scheme.danger) >= READABLE
    assert contrast(scheme.warn, scheme.note) >= READABLE


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_initials_can_be_read_on_every_avatar() -> None:
    for colour in AVATAR_COLOURS:
        assert contrast("#FFFFFF", colour) >= READABLE, colour


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Carmen Villalobos", "CV"),
        ("Norte Textil S.A.", "NT"),
        ("  josé  ", "J"),
        ("ana@shop.es", "A"),
        ("«Óscar» (Tello)", "ÓT"),
        ("李 小龍", "李小"),
        ("", "?"),
        ("🙌 ✨", "?"),
        ("\u202eabc def", "AD"),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected


@given(st.text())
def test_initials_and_colour_take_any_name(name: str) -> None:
    assert 1 <= len(initials(name)) <= 2
    assert avatar_colour(name) in AVATAR_COLOURS
    assert avatar_colour(name) == avatar_colour(name)


def test_the_stylesheet_uses_known_tokens_only() -> None:
    for scheme in (LIGHT, DARK):
        text = stylesheet(scheme, "/icons")
        assert "$" not in text
        assert text.count("{") == text.count("}")


def test_switching_live_changes_palette_icons_and_says_so(qapp: QApplication) -> None:
    heard = []
    theme().install(qapp, ThemeMode.LIGHT)
    theme().changed.connect(lambda: heard.append(tokens().dark))
    star = icon("star", "text")
    light = _ink(star)
    theme().set_mode(ThemeMode.DARK)
    assert heard == [True]
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.bg)
    assert DARK.surface in qapp.styleSheet()
    assert _ink(star) != light
    theme().set_mode(ThemeMode.LIGHT)
    assert _ink(star) == light


def test_every_icon_is_drawn(qapp: QApplication) -> None:
    for name in icon_names():
        pixmap = icon(name, "text").pixmap(QSize(16, 16), 2.0)
        assert (pixmap.width(), pixmap.height()) == (32, 32)
        assert _painted(icon(name, "text")) > 4, name


def test_disabled_is_fainter_and_checked_is_accented(qapp: QApplication) -> None:
    tag = icon("tag", "text2")
    normal = tag.pixmap(QSize(16, 16)).toImage()
    disabled = tag.pixmap(QSize(16, 16), QIcon.Mode.Disabled).toImage()
    checked = tag.pixmap(QSize(16, 16), QIcon.Mode.Normal, QIcon.State.On).toImage()
    assert _alpha(disabled) < _alpha(normal)
    assert checked != normal


def test_every_icon_named_in_the_program_is_there() -> None:
    names = set(icon_names())
    calls = re.compile(r'(?:\bicon|icon_pixmap|IconButton|EmptyState)\(\s*"([a-z-]+)"')
    used = {
        (path.name, name)
        for path in Path("deskapp/ui").rglob("*.py")
        for name in calls.findall(path.read_text("utf-8"))
    }
    assert used
    assert {pair for pair in used if pair[1] not in names} == set()


def _ink(which: QIcon) -> tuple[int, int, int]:
    image = which.pixmap(QSize(16, 16)).toImage()
    pixels = [image.pixelColor(x, y) for x in range(16) for y in range(16)]
    strongest = max(pixels, key=QColor.alpha)
    return strongest.red(), strongest.green(), strongest.blue()


def _painted(which: QIcon) -> int:
    image = which.pixmap(QSize(16, 16)).toImage()
    return sum(image.pixelColor(x, y).alpha() > 60 for x in range(16) for y in range(16))


def _alpha(image) -> int:
    return sum(image.pixelColor(x, y).alpha() for x in range(16) for y in range(16))
