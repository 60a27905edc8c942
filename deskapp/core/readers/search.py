"""Search over everything local: newest first, one hit for each ticket, and the contacts it may be about."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, select

from deskapp.core.policies.excerpts import DEPTH, Highlighter
from deskapp.core.policies.search_syntax import SearchText, parse, zone_of
from deskapp.core.queries.search import Search
from deskapp.core.readers.base import Reading, reader_of
from deskapp.core.readers.fulltext import asking, matches, message_fts
from deskapp.core.readers.people import contact_infos, find_contacts
from deskapp.core.readers.rows import family_of, roots_of, ticket_rows
from deskapp.core.readers.search_filters import VISIBLE, Filters, filters_of
from deskapp.core.readers.statements import Statement, among
from deskapp.core.readers.visibility import seen_by, visible_keys
from deskapp.models import tables as t
from deskapp.models.dto import ContactInfo, SearchHit, SearchPage, TicketRow

_STREAM = {"stream_results": True}
"""Rows are fetched while they are looked at: a page may need few of many."""
FEW = 500
"""When filters leave no more tickets than this, their messages are looked at one by one for the words…"""
FEW_WITHOUT_WORDS = 10_000
"""…or simply listed, when there are no words. Otherwise all hits are walked until the page is full."""
CONTACTS = 6

_SAID = Statement(
    select(
        t.message.c.position,
        t.message.c.uid,
        func.substr(t.message.c.body, 1, DEPTH).label("body"),
    ).where(among(t.message.c.position, "places"))
)
_WITH_WORDS = Statement(
    select(t.message.c.position, t.message.c.ticket_id)
    .select_from(message_fts.join(t.message, t.message.c.position == message_fts.c.rowid))
    .where(matches(message_fts, bindparam("words")), t.message.c.held.is_(False))
    .order_by(message_fts.c.rowid.desc())
)
_SHOWN = Statement(
    select(t.ticket.c.id, t.ticket.c.merged_into, VISIBLE.label("fits")).where(
        among(t.ticket.c.id, "keys")
    )
)
"""The two statements of a search without filters, which runs at each letter that is typed."""


@dataclass(frozen=True, slots=True)
class _Hit:
    position: int
    ticket: int  # the one in whose conversation the message shows


Roots = Callable[[Iterable[int]], dict[int, int]]
"""Ticket of a message → the ticket it shows in; those that do not fit the filters are left out."""


@reader_of(Search)
def search(reading: Reading, query: Search) -> SearchPage:
    parsed = parse(query.text, zone_of(query.zone))
    first_page = query.before is None
    numbered = _numbered(reading, parsed.numbers) if first_page else []
    found = []
    if parsed.terms or parsed.filters:
        found = _newest(reading, parsed, query.limit + 1, query.before)
    page, more = found[: query.limit], len(found) > query.limit
    with_contacts = first_page and parsed.terms and not parsed.filters
    return SearchPage(
        _search_hits(reading, parsed, numbered, page),
        _contacts(reading, parsed.words) if with_contacts else (),
        more,
        page[-1].position if more else None,
    )


def _contacts(reading: Reading, words: str) -> tuple[ContactInfo, ...]:
    keys = find_contacts(reading, words, CONTACTS)
    infos = contact_infos(reading, keys)
    return tuple(infos[key] for key in keys)


def _numbered(reading: Reading, numbers: Sequence[int]) -> list[int]:
    """Tickets of these numbers, wherever they are kept."""
    if not numbers:
        return []
    rows = reading.connection.execute(select(t.ticket.c.id).where(t.ticket.c.number.in_(numbers)))
    roots = dict.fromkeys(roots_of(reading.connection, t.ticket, rows.scalars()).values())
    return visible_keys(reading, roots)


def _newest(reading: Reading, parsed: SearchText, limit: int, before: int | None) -> list[_Hit]:
    """The newest fitting message of each ticket, newest first, below `before`.

    A later page walks past the earlier ones, so that no ticket shows twice.
    """
    found, roots = _plan(reading, parsed)
    seen: set[int] = set()
    told: set[int] = set()
    hits: list[_Hit] = []
    with closing(found) as rows:
        # Rare words are in as many tickets as messages; common ones need more at a time.
        size = limit
        while batch := rows.fetchmany(size):
            fresh: dict[int, int] = {}
            for position, ticket in batch:
                if ticket not in seen:
                    seen.add(ticket)
                    fresh[ticket] = position
            shown_in = roots(fresh) if fresh else {}
            for ticket, position in fresh.items():
                root = shown_in.get(ticket)
                if root is None or root in told:
                    continue
                told.add(root)
                if before is None or position < before:
                    hits.append(_Hit(position, root))
                if len(hits) == limit:
                    return hits
            size *= 2
    return hits


def _plan(reading: Reading, parsed: SearchText) -> tuple[Any, Roots]:
    """A cursor over (position, ticket), newest first; it begins with the words or with the tickets."""
    connection = reading.connection
    words = asking(connection).message(connection, parsed)
    if not parsed.filters:
        said = _WITH_WORDS.stream(connection, words=words)
        return said, lambda wanted: _fitting(reading, None, wanted)
    filters = filters_of(reading, parsed)
    few = FEW if words else FEW_WITHOUT_WORDS
    if filters.selective:
        fitting = select(t.ticket.c.id).where(*filters.tickets).limit(few + 1)
        keys = list(connection.execute(fitting).scalars())
        if len(keys) <= few:
            members = family_of(connection, t.ticket, keys)
            listed = connection.execute(_messages_of(filters, words, members))
            return listed, lambda wanted: {key: members[key] for key in wanted}
    listed = connection.execute(_all_messages(filters, words), execution_options=_STREAM)
    return listed, lambda wanted: _fitting(reading, filters, wanted)


def _messages_of(filters: Filters, words: str, tickets: Iterable[int]) -> Select[Any]:
    place = t.message.c.position
    listed = (
        select(place, t.message.c.ticket_id)
        .where(
            t.message.c.ticket_id.in_(list(tickets)), *filters.messages, *_between(place, filters)
        )
        .order_by(place.desc())
    )
    if not words:
        return listed
    return listed.where(exists().where(matches(message_fts, words), message_fts.c.rowid == place))


def _all_messages(filters: Filters, words: str) -> Select[Any]:
    place = message_fts.c.rowid if words else t.message.c.position
    listed = (
        select(t.message.c.position, t.message.c.ticket_id)
        .where(*filters.messages, *_between(place, filters))
        .order_by(place.desc())
    )
    if not words:
        return listed
    joined = message_fts.join(t.message, t.message.c.position == message_fts.c.rowid)
    return listed.select_from(joined).where(matches(message_fts, words))


def _between(place: Any, filters: Filters) -> list[Any]:
    bounds = []
    if filters.begin is not None:
        bounds.append(place >= filters.begin)
    if filters.end is not None:
        bounds.append(place < filters.end)
    return bounds


def _fitting(reading: Reading, filters: Filters | None, tickets: Iterable[int]) -> dict[int, int]:
    keys = list(tickets)
    seen = seen_by(reading)
    if filters is None and not seen:
        rows = _SHOWN.all(reading.connection, keys=keys)
    else:
        fits = and_(*(filters.tickets if filters else (VISIBLE,)), *seen).label("fits")
        wanted = select(t.ticket.c.id, t.ticket.c.merged_into, fits)
        rows = list(reading.connection.execute(wanted.where(t.ticket.c.id.in_(keys))))
    found = {row.id: row.id for row in rows if row.fits and row.merged_into is None}
    merged = [row.id for row in rows if row.merged_into is not None]
    if merged:
        roots = roots_of(reading.connection, t.ticket, merged)
        fitting = _fitting(reading, filters, set(roots.values()))
        found.update((key, root) for key, root in roots.items() if root in fitting)
    return found


def _search_hits(
    reading: Reading, parsed: SearchText, numbered: Sequence[int], page: Sequence[_Hit]
) -> tuple[SearchHit, ...]:
    rows = ticket_rows(reading, [*numbered, *(hit.ticket for hit in page)])
    places = [hit.position for hit in page]
    said = {row.position: row for row in _SAID.all(reading.connection, places=places)}
    highlighter = Highlighter(parsed.terms)
    hits = [_plain_hit(rows[key]) for key in numbered]
    for hit in page:
        if hit.ticket not in numbered:
            message = said[hit.position]
            excerpt, marks = highlighter.excerpt(message.body)
            hits.append(SearchHit(rows[hit.ticket], excerpt, marks, message.uid))
    return tuple(hits)


def _plain_hit(row: TicketRow) -> SearchHit:
    return SearchHit(row, row.snippet, (), "")
