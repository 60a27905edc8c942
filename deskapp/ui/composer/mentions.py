"""Colleagues who are named in a text: found while `@` is typed, and again when it is sent. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from deskapp.core.policies.display import safe_name

_MOST = 8


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str


def people(found: Sequence[tuple[str, str]]) -> tuple[Person, ...]:
    """From (id, name); who has no name cannot be mentioned."""
    named = (Person(key, safe_name(name)) for key, name in found)
    return tuple(person for person in named if person.name)


def find(known: Sequence[Person], query: str, most: int | None = _MOST) -> tuple[Person, ...]:
    """Whose name, or one of its words, begins with `query`; accents and case do not matter."""
    wanted = _plain(query)
    return tuple(
        person
        for person in known
        if any(word.startswith(wanted) for word in (_plain(person.name), *_words(person.name)))
    )[:most]


def mentioned(text: str, known: Sequence[Person]) -> tuple[str, ...]:
    """Ids of those whose whole name stands in `text` after an @, in the order of `known`.

    Of two names of which one begins the other, the longer one is meant.
    """
    left, found = text, set()
    for person in sorted(known, key=lambda one: -len(one.name)):
        pattern = rf"(?<!\w)@{re.escape(person.name)}(?!\w)"
        left, times = re.subn(pattern, " ", left, flags=re.IGNORECASE)
        if times:
            found.add(person.id)
    return tuple(person.id for person in known if person.id in found)


def _words(name: str) -> list[str]:
    return _plain(name).split()


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in bare if not unicodedata.combining(c)).strip()
