"""Contacts that look like one person, with what they share. Nothing is merged by itself."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, func, select

from deskapp.core.policies.excerpts import fold
from deskapp.core.queries.contacts import GetMergeSuggestions
from deskapp.core.readers.base import Reading, reader_of
from deskapp.core.readers.people import contact_infos
from deskapp.core.readers.rows import family_of, roots_of
from deskapp.models import tables as t
from deskapp.models.dto import MergeSuggestion
from deskapp.models.enums import PointKind

SIMILAR: Final = 85.0
"""Names as like as this (rapidfuzz token sort ratio, 0…100) may be one person's."""
CROWD: Final = 8
"""A value that more contacts share than this tells nothing: a switchboard, `info@`."""
GROUPS: Final = 2_000
"""So many shared values are looked at on the whole desk."""
WEIGHTS: Final = {"national_id": 8, "phone": 4, "name": 2, "email": 2, "organisation": 1}
"""What counts for how much; the strongest suggestions come first."""

Pair = tuple[int, int]
Evidence = dict[Pair, dict[str, str]]


@reader_of(GetMergeSuggestions)
def get_merge_suggestions(
    reading: Reading, query: GetMergeSuggestions
) -> tuple[MergeSuggestion, ...]:
    """Evidence kinds: `phone`, `national_id` (the value), `email` (the part before the @, with a similar
    name), `name` and `organisation` (both the same). Pairs that an agent dismissed are left out."""
    only = _family(reading, query.contact_id) if query.contact_id else None
    evidence = _evidence(reading, only)
    for pair in _dismissed(reading, evidence):
        evidence.pop(pair, None)
    ranked = sorted(
        evidence.items(), key=lambda item: (-sum(WEIGHTS[kind] for kind in item[1]), item[0])
    )
    ranked = ranked[: query.limit]
    infos = contact_infos(reading, {key for pair, _ in ranked for key in pair})
    suggestions = []
    for pair, shared in ranked:
        first, second = sorted(pair, key=lambda key: (only is not None and key not in only, key))
        suggestions.append(MergeSuggestion(infos[first], infos[second], tuple(shared.items())))
    return tuple(suggestions)


def _family(reading: Reading, uid: str) -> set[int]:
    key = reading.connection.execute(select(t.contact.c.id).where(t.contact.c.uid == uid)).scalar()
    if key is None:
        raise LookupError(f"no contact {uid!r}")
    root = roots_of(reading.connection, t.contact, [key])[key]
    return set(family_of(reading.connection, t.contact, [root]))


def _evidence(reading: Reading, only: set[int] | None) -> Evidence:
    """Pairs of unmerged contacts (smaller key first) → what they share."""
    shared = [
        (kind, value, members)
        for kind, statement in _shared_values().items()
        for value, members in _groups(reading, statement, only)
    ]
    roots = roots_of(reading.connection, t.contact, {key for _, _, keys in shared for key in keys})
    names, organisations = _names(reading, roots.values())
    evidence: Evidence = defaultdict(dict)
    for kind, value, members in shared:
        people = sorted({roots[key] for key in members if names.get(roots[key])})
        for pair in combinations(people, 2):
            if only is not None and not only & set(pair):
                continue
            if kind == "email" and not _alike(names[pair[0]], names[pair[1]]):
                continue
            if kind == "organisation":
                evidence[pair]["name"] = names[pair[0]]
                # As it is written; `value` is how it was compared.
                evidence[pair][kind] = organisations[pair[0]]
            evidence[pair].setdefault(kind, value)
    return evidence


def _shared_values() -> dict[
    str, tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[bool]]
]:
    """Kind of evidence → (what is shared, the contact's key, which rows)."""
    point, contact = t.contact_point.c, t.contact.c
    local_part = func.substr(point.value, 1, func.instr(point.value, "@") - 1)
    same = func.lower(contact.name) + "\n" + func.lower(contact.organisation)
    return {
        "national_id": (point.value, point.contact_id, point.kind == PointKind.NATIONAL_ID),
        "phone": (point.value, point.contact_id, point.kind == PointKind.PHONE),
        "email": (local_part, point.contact_id, point.kind == PointKind.EMAIL),
        "organisation": (same, contact.id, (contact.organisation != "") & (contact.name != "")),
    }


def _groups(
    reading: Reading,
    shared: tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[bool]],
    only: set[int] | None,
) -> list[tuple[str, list[int]]]:
    """Values that a few contacts share, and who they are."""
    value, key, rows = shared
    grouped: Select[Any] = (
        select(value.label("shared"), func.group_concat(key).label("members"))
        .where(rows)
        .group_by(value)
        .having(func.count(key.distinct()).between(2, CROWD))
        .limit(GROUPS)
    )
    if only is not None:
        own = select(value).where(rows, key.in_(only))
        grouped = grouped.where(value.in_(own))
    found = reading.connection.execute(grouped)
    return [
        (row.shared.rpartition("\n")[2], [int(member) for member in row.members.split(",")])
        for row in found
    ]


def _names(reading: Reading, keys: Iterable[int]) -> tuple[dict[int, str], dict[int, str]]:
    """Names and organisations by key."""
    own = t.contact.c
    rows = reading.connection.execute(
        select(own.id, own.name, own.organisation).where(own.id.in_(set(keys)))
    ).all()
    return {row.id: row.name for row in rows}, {row.id: row.organisation for row in rows}


def _alike(first: str, second: str) -> bool:
    from rapidfuzz import fuzz  # not before the first paint

    return bool(fuzz.token_sort_ratio(fold(first), fold(second)) >= SIMILAR)


def _dismissed(reading: Reading, evidence: Evidence) -> list[Pair]:
    """Pairs that were said to be two people; a dismissal holds for what its contacts were merged into."""
    if not evidence:
        return []
    rows: list[Row[Any]] = list(reading.connection.execute(select(t.merge_dismissal)))
    roots = roots_of(
        reading.connection,
        t.contact,
        {key for row in rows for key in (row.contact_id, row.other_id)},
    )
    pairs = []
    for row in rows:
        first, second = sorted((roots[row.contact_id], roots[row.other_id]))
        pairs.append((first, second))
    return pairs
