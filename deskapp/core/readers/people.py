"""Contacts as every query shows them, and finding them by what one remembers of them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select

from deskapp.core.policies.search_syntax import clean
from deskapp.core.readers.base import Reading
from deskapp.core.readers.fulltext import asking, contact_fts, matches, point_fts
from deskapp.core.readers.rows import members_of, roots_of
from deskapp.core.readers.statements import Statement, among
from deskapp.core.readers.visibility import seen_by
from deskapp.models import tables as t
from deskapp.models.dto import ContactInfo, ContactPointInfo
from deskapp.models.enums import Bucket, PointKind

TRIGRAM = 3
"""Substrings shorter than this are not looked for."""
DIGITS = 3
"""So many digits make a text look like a phone or a national id."""
SPARE = 4
"""Rows looked at for each contact wanted: one is found by several points, or was merged."""

OPEN = (Bucket.ACTIVE, Bucket.SNOOZED)
VISIBLE = (*OPEN, Bucket.DONE)

_SEPARATORS = re.compile(r"[\s.\-/()+]+")

_CONTACTS = Statement(select(t.contact).where(among(t.contact.c.id, "keys")))
_POINTS = Statement(
    select(t.contact_point)
    .where(among(t.contact_point.c.contact_id, "keys"))
    .order_by(t.contact_point.c.primary.desc(), t.contact_point.c.id)
)
_TAGS = Statement(
    select(t.contact_tag.c.contact_id, t.tag.c.name)
    .join(t.tag, t.tag.c.id == t.contact_tag.c.tag_id)
    .where(among(t.contact_tag.c.contact_id, "keys"))
    .order_by(t.tag.c.name)
)
_TALLIES = Statement(
    select(t.ticket.c.contact_id, t.ticket.c.bucket, func.count().label("tally"))
    .where(among(t.ticket.c.contact_id, "keys"))
    .group_by(t.ticket.c.contact_id, t.ticket.c.bucket)
)

_BY_POINT = Statement(
    select(t.contact_point.c.contact_id)
    .join(point_fts, point_fts.c.rowid == t.contact_point.c.id)
    .where(matches(point_fts, bindparam("words")))
    .order_by(point_fts.c.rowid.desc())
    .limit(bindparam("most"))
)
_BY_WORDS = Statement(
    select(contact_fts.c.rowid)
    .where(matches(contact_fts, bindparam("words")))
    .order_by(contact_fts.c.rowid.desc())
    .limit(bindparam("most"))
)


def contact_infos(reading: Reading, keys: Iterable[int]) -> dict[int, ContactInfo]:
    """Contacts by key, each with the points, tags and tickets of those merged into it, its own first."""
    wanted = list(keys)
    if not wanted:
        return {}
    connection = reading.connection
    rows = _CONTACTS.all(connection, keys=wanted)
    members = members_of(connection, t.contact, wanted)
    everybody = {member for family in members.values() for member in family}
    points = _grouped(_POINTS.all(connection, keys=everybody))
    tags = _grouped(_TAGS.all(connection, keys=everybody))
    tallies = _grouped(_tallies(reading, everybody))
    return {row.id: _contact_info(row, members[row.id], points, tags, tallies) for row in rows}


def _tallies(reading: Reading, contacts: Iterable[int]) -> Sequence[Any]:
    """How many tickets there are of each, by bucket."""
    seen = seen_by(reading)
    if not seen:
        return _TALLIES.all(reading.connection, keys=contacts)
    ticket = t.ticket.c
    tally = select(ticket.contact_id, ticket.bucket, func.count().label("tally"))
    found = tally.where(ticket.contact_id.in_(list(contacts)), *seen)
    grouped = found.group_by(ticket.contact_id, ticket.bucket)
    return reading.connection.execute(grouped).all()


def _grouped(rows: Sequence[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.contact_id].append(row)
    return grouped


def _contact_info(
    row: Any,
    members: list[int],
    points: Mapping[int, list[Any]],
    tags: Mapping[int, list[Any]],
    tallies: Mapping[int, list[Any]],
) -> ContactInfo:
    members.sort(key=lambda member: (member != row.id, member))
    tally = [each for member in members for each in tallies.get(member, ())]
    return ContactInfo(
        id=row.uid,
        name=row.name,
        organisation=row.organisation,
        language=row.language,
        since=row.created_at,
        points=tuple(point_info(point) for member in members for point in points.get(member, ())),
        tags=tuple(sorted({tag.name for member in members for tag in tags.get(member, ())})),
        open_tickets=sum(each.tally for each in tally if each.bucket in OPEN),
        tickets=sum(each.tally for each in tally if each.bucket in VISIBLE),
    )


def point_info(row: Any) -> ContactPointInfo:
    return ContactPointInfo(row.uid, PointKind(row.kind), row.value, row.display, row.primary)


def find_contacts(reading: Reading, text: str, limit: int, offset: int = 0) -> list[int]:
    """Keys of contacts by part of a name, organisation, address, phone or national id.

    Of plain words, who is called so comes before who has them in an address; of addresses and numbers
    the other way round. Among those the newest comes first. A merged contact is found as the one it
    was merged into.
    """
    connection, wanted = reading.connection, limit + offset
    ask = asking(connection)
    most = wanted * SPARE
    having: list[int] = []
    for piece in _pieces(text):
        having += _BY_POINT.column(connection, words=ask.part(piece), most=most)
    words = ask.words(text)
    called = _BY_WORDS.column(connection, words=words, most=most) if words else []
    found = [*called, *having] if _is_words(text) else [*having, *called]
    roots = roots_of(connection, t.contact, dict.fromkeys(found)) if found else {}
    return list(dict.fromkeys(roots[key] for key in found))[offset:wanted]


def _is_words(text: str) -> bool:
    return not any(character.isdecimal() or character == "@" for character in text)


def _pieces(text: str) -> list[str]:
    """Substrings to look for in points: the text itself, and a number without what people put between digits."""
    plain = clean(text).strip()
    if " " in plain and sum(character.isdecimal() for character in plain) < DIGITS:
        return []
    compact = _SEPARATORS.sub("", plain)
    pieces = [plain]
    if sum(character.isdecimal() for character in compact) >= DIGITS and "@" not in compact:
        pieces = [compact]
    return [piece for piece in pieces if len(piece) >= TRIGRAM]
