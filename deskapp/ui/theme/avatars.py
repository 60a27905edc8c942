"""A person's initials and colour: the same for the same person on every screen."""

from __future__ import annotations

import unicodedata
import zlib

# White text on each has a contrast of at least 4.5:1 (tested).
AVATAR_COLOURS = (
    "#B3567C",
    "#4F7D56",
    "#7A5FB0",
    "#A36334",
    "#2F7F83",
    "#6B7280",
    "#8A4FA3",
    "#356F9C",
    "#8A6D26",
    "#B34D4D",
    "#3B6EA8",
)


def avatar_colour(key: str) -> str:
    """`#RRGGBB` for a person. `key` is whatever names them for good: a contact's or agent's id."""
    return AVATAR_COLOURS[zlib.crc32(key.encode("utf-8", "replace")) % len(AVATAR_COLOURS)]


def initials(name: str) -> str:
    """One or two capitals: "Carmen Villalobos" gives "CV", "ana@shop.es" gives "A"."""
    words = ["".join(filter(_speaks, word)) for word in name.split("@", 1)[0].split()]
    words = [word for word in words if word]
    return "".join(word[0] for word in words[:2]).upper()[:2] or "?"


def _speaks(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN"
