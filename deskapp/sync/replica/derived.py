"""What is computed from rows: the full-text entries and the counters. One place that puts them right."""
# ruff: noqa: S608  # the names in these statements are those of our own tables

import json
from collections.abc import Collection, Iterable
from typing import Any

INDEXED_CHARS = 100_000
INDICES = ("message_fts", "contact_fts", "point_fts")

_IN = "(SELECT value FROM json_each(?))"

_MESSAGES = f"""
INSERT OR REPLACE INTO message_fts(rowid, subject, body, author)
SELECT position, subject, substr(body || char(10) || coalesce((
        SELECT group_concat(filename, ' ') FROM attachment
        WHERE message_id = message.id AND NOT "inline"), ''), 1, {INDEXED_CHARS}),
    author_name || ' ' || author_address
FROM message WHERE id IN {_IN}
"""
_CONTACTS = f"""
INSERT OR REPLACE INTO contact_fts(rowid, name, organisation, points)
SELECT id, name, organisation, coalesce((
        SELECT group_concat(value || ' ' || display, ' ') FROM contact_point
        WHERE contact_id = contact.id), '')
FROM contact WHERE id IN {_IN}
"""
_POINTS = f"""
INSERT OR REPLACE INTO point_fts(rowid, value) SELECT id, value FROM contact_point WHERE id IN {_IN}
"""

_KEYS_OF = """
SELECT 'mine:' || agent.uid AS key FROM ticket JOIN agent ON agent.id = assignee_id
WHERE bucket = 'active' AND {which}
UNION ALL SELECT 'unassigned' FROM ticket
WHERE bucket = 'active' AND assignee_id IS NULL AND {which}
UNION ALL SELECT 'needs_reply' FROM ticket WHERE bucket = 'active' AND needs_reply AND {which}
UNION ALL SELECT 'snoozed' FROM ticket WHERE bucket = 'snoozed' AND {which}
UNION ALL SELECT 'to_send' FROM ticket WHERE visible AND delivery <> 'none' AND {which}
UNION ALL SELECT 'account:' || account.uid FROM ticket JOIN account ON account.id = account_id
WHERE bucket = 'active' AND {which}
UNION ALL SELECT 'tag:' || tag.name FROM ticket JOIN ticket_tag ON ticket_tag.ticket_id = ticket.id
JOIN tag ON tag.id = ticket_tag.tag_id WHERE bucket = 'active' AND {which}
"""
"""As `policies.counting.counter_keys` counts."""
_COUNT_SOME = (
    f"WITH some(id) AS {_IN} SELECT key, count(*) FROM ("
    + _KEYS_OF.format(which="ticket.id IN (SELECT id FROM some)")
    + ") GROUP BY key"
)
_COUNT_ALL = (
    "INSERT INTO counter(key, value) SELECT key, count(*) FROM ("
    + _KEYS_OF.format(which="1")
    + ") GROUP BY key"
)


def listed(values: Iterable[object]) -> tuple[str]:
    """Many values as the one parameter of `IN (SELECT value FROM json_each(?))`."""
    return (json.dumps(list(values)),)


def index_messages(raw: Any, keys: Collection[int]) -> None:
    if keys:
        raw.execute(_MESSAGES, listed(keys))


def drop_messages(raw: Any, positions: Collection[int]) -> None:
    if positions:
        raw.execute(f"DELETE FROM message_fts WHERE rowid IN {_IN}", listed(positions))


def index_contacts(raw: Any, keys: Collection[int]) -> None:
    """Put the entries of these contacts right, of those that are gone too."""
    if keys:
        raw.execute(
            f"DELETE FROM contact_fts WHERE rowid IN {_IN} AND rowid NOT IN (SELECT id FROM contact)",
            listed(keys),
        )
        raw.execute(_CONTACTS, listed(keys))


def index_points(raw: Any, keys: Collection[int]) -> None:
    if keys:
        gone = "AND rowid NOT IN (SELECT id FROM contact_point)"
        raw.execute(f"DELETE FROM point_fts WHERE rowid IN {_IN} {gone}", listed(keys))
        raw.execute(_POINTS, listed(keys))


def counts_of(raw: Any, tickets: Collection[int]) -> dict[str, int]:
    """What these tickets add to each counter."""
    return dict(raw.execute(_COUNT_SOME, listed(tickets)).fetchall()) if tickets else {}


def move_counts(raw: Any, before: dict[str, int], after: dict[str, int]) -> bool:
    """Whether any counter moved."""
    steps = {key: after.get(key, 0) - before.get(key, 0) for key in before.keys() | after.keys()}
    moves = [(key, step) for key, step in steps.items() if step]
    raw.executemany(
        "INSERT INTO counter(key, value) VALUES (?, ?) "
        "ON CONFLICT(key) DO UPDATE SET value = value + excluded.value",
        moves,
    )
    return bool(moves)


def count_all(raw: Any) -> None:
    raw.execute("DELETE FROM counter")
    raw.execute(_COUNT_ALL)


def merge(raw: Any, name: str, pages: int) -> bool:
    """Write about so many pages of an index anew, without what was deleted; whether there was anything to do.

    A number below zero begins with all of the index, one above goes on.
    """
    before = raw.total_changes
    raw.execute(f"INSERT INTO {name}({name}, rank) VALUES ('merge', ?)", (pages,))
    return bool(raw.total_changes - before > 1)  # one is the statement itself


def put_right(raw: Any) -> None:
    """Whatever was derived from rows that were not as they should be: counted and indexed anew."""
    count_all(raw)
    for index, rows in (
        ("message_fts", "SELECT position FROM message"),
        ("contact_fts", "SELECT id FROM contact"),
        ("point_fts", "SELECT id FROM contact_point"),
    ):
        raw.execute(f"DELETE FROM {index} WHERE rowid NOT IN ({rows})")
