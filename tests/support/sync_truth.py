"""What must be true of a copy: the rows that an agent may see, read by rules of its own, and what follows from them."""
# the names in these statements are those of our own tables

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import JSON

from deskapp.core.authority.scopes import OF_TICKET, PERSONAL
from deskapp.models import tables as t
from deskapp.models.enums import Role
from deskapp.sync.protocol.tables import ENTITIES, PARTS, STAYS

WORDS = ("falta", "taza", "nota", "respuesta", "ana", "urgente")
RECOUNT = """
SELECT key, count(*) FROM (
  SELECT 'mine:' || a.uid AS key FROM ticket t JOIN agent a ON a.id = t.assignee_id WHERE t.bucket = 'active'
  UNION ALL SELECT 'unassigned' FROM ticket WHERE bucket = 'active' AND assignee_id IS NULL
  UNION ALL SELECT 'needs_reply' FROM ticket WHERE bucket = 'active' AND needs_reply
  UNION ALL SELECT 'snoozed' FROM ticket WHERE bucket = 'snoozed'
  UNION ALL SELECT 'to_send' FROM ticket WHERE visible AND delivery <> 'none'
  UNION ALL SELECT 'account:' || c.uid FROM ticket t JOIN account c ON c.id = t.account_id WHERE t.bucket = 'active'
  UNION ALL SELECT 'tag:' || g.name FROM ticket t JOIN ticket_tag l ON l.ticket_id = t.id
            JOIN tag g ON g.id = l.tag_id WHERE t.bucket = 'active'
) AS counted GROUP BY key
"""
UNINDEXED = (
    "SELECT position FROM message WHERE position NOT IN (SELECT rowid FROM message_fts)",
    "SELECT rowid FROM message_fts WHERE rowid NOT IN (SELECT position FROM message)",
    "SELECT id FROM contact WHERE id NOT IN (SELECT rowid FROM contact_fts)",
    "SELECT rowid FROM contact_fts WHERE rowid NOT IN (SELECT id FROM contact)",
    "SELECT id FROM contact_point WHERE id NOT IN (SELECT rowid FROM point_fts)",
    "SELECT rowid FROM point_fts WHERE rowid NOT IN (SELECT id FROM contact_point)",
)
_FILLED = " UNION ALL ".join(
    f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in ENTITIES
)
"""Most tables of a history are empty, and to be asked that of each takes longer than all their rows."""
Row = tuple[tuple[str, Any], ...]
Dump = dict[str, dict[str, Row]]
"""By table and uid; references as uids, JSON as what it means."""
Found = tuple[set[str], set[str]]
"""Uids of messages and of contacts."""
Keep = Callable[[tuple[Any, ...]], bool]
"""Whether a row (id, uid, and what travels) shows."""


@cache
def _columns(entity: str) -> tuple[tuple[str, str, bool], ...]:
    """(name, table it refers to, whether it is JSON) of each column that travels."""
    table = t.metadata.tables[entity]
    away = {"id", "uid", "seq", *STAYS.get(entity, ())}
    return tuple(
        (
            str(column.name),
            next((key.column.table.name for key in column.foreign_keys), ""),
            isinstance(column.type, JSON),
        )
        for column in table.columns
        if column.name not in away
    )


@cache
def _names(entity: str) -> tuple[str, ...]:
    return tuple(name for name, _, _ in _columns(entity))


@cache
def _select(entity: str) -> str:
    names = ", ".join(f'"{name}"' for name in _names(entity))
    return f"SELECT id, uid, {names} FROM {entity}"


@cache
def _places(entity: str) -> tuple[tuple[tuple[int, str], ...], tuple[int, ...]]:
    """Where a row has references, with the tables they lead to, and where JSON."""
    columns = tuple(enumerate(_columns(entity)))
    references = tuple((at, target) for at, (_, target, _) in columns if target)
    return references, tuple(at for at, (_, target, is_json) in columns if is_json and not target)


def dump(raw: Any, keeps: Mapping[str, Keep] = MappingProxyType({})) -> Dump:
    """Every row that travels, but those that `keeps`, by table, says no to. References to these are None."""
    uids: dict[str, dict[Any, str]] = {}
    kept: dict[str, list[Any]] = {}
    filled = {name for (name,) in raw.execute(_FILLED)}
    for entity in ENTITIES:
        rows = raw.execute(_select(entity)).fetchall() if entity in filled else []
        kept[entity] = list(filter(keeps[entity], rows)) if entity in keeps else rows
        uids[entity] = {row[0]: row[1] for row in kept[entity]}
    found = {entity: _told(entity, rows, uids) if rows else {} for entity, rows in kept.items()}
    html = raw.execute("SELECT message_id, html, remote_urls, remote_images FROM message_html")
    found["message_html"] = {
        uids["message"][key]: (
            ("html", text),
            ("urls", json.loads(urls)),
            ("images", _json(images)),
        )
        for key, text, urls, images in html
        if key in uids["message"]
    }
    return found


def _told(entity: str, rows: list[Any], uids: Mapping[str, Mapping[Any, str]]) -> dict[str, Row]:
    names, (references, texts) = _names(entity), _places(entity)
    found = {}
    for row in rows:
        values = list(row[2:])
        for at, target in references:
            values[at] = uids[target].get(values[at])
        for at in texts:
            values[at] = _json(values[at])
        found[row[1]] = tuple(zip(names, values, strict=True))
    return found


@lru_cache(10_000)
def _json(text: str | None) -> Any:
    """As a text again, in one form; a null is a null in either way of writing it."""
    value = None if text is None else json.loads(text)
    return None if value is None else json.dumps(value, sort_keys=True)


def visible(raw: Any, agent_id: str) -> Dump:
    """What that agent may see at the desk. The rule of `authority.scopes`, told once more and otherwise."""
    me, role, disabled = raw.execute(
        "SELECT id, role, disabled FROM agent WHERE uid = ?", (agent_id,)
    ).fetchone()
    if disabled:
        return {entity: {} for entity in (*ENTITIES, "message_html")}

    def keys(sql: str, *values: Any) -> set[Any]:
        return {key for (key,) in raw.execute(sql, values)}

    homes = keys("SELECT department_id FROM membership WHERE agent_id = ?", me)
    if role == Role.ADMIN:
        homes = keys("SELECT id FROM department")
    given = keys("SELECT ticket_id FROM ticket_access WHERE agent_id = ?", me)
    rooms = keys("SELECT room_id FROM room_member WHERE agent_id = ?", me)
    tickets = {
        key
        for key, home in raw.execute("SELECT id, department_id FROM ticket")
        if home is None or home in homes or key in given
    }
    listed = ",".join(map(str, tickets)) or "0"
    messages = keys(f"SELECT id FROM message WHERE ticket_id IN ({listed})")
    return dump(raw, _keeps(me, tickets, messages, rooms))


def _keeps(me: int, tickets: set[int], messages: set[int], rooms: set[int]) -> dict[str, Keep]:
    among: dict[str, dict[str, set[int]]] = {
        "ticket": {"id": tickets},
        "attachment": {"message_id": messages},
        "room": {"id": rooms},
        "room_member": {"room_id": rooms},
        "room_message": {"room_id": rooms},
    }
    for entity in (OF_TICKET | PARTS) - {"ticket"}:
        among[entity] = {"ticket_id": tickets}
    for entity in PERSONAL:
        among.setdefault(entity, {})["agent_id"] = {me}
    return {entity: _keep(entity, columns) for entity, columns in among.items()}


def _keep(entity: str, among: Mapping[str, set[int]]) -> Keep:
    order = ("id", "uid", *_names(entity))
    wanted = [(order.index(name), values) for name, values in among.items()]
    return lambda row: all(row[at] in values for at, values in wanted)


def differences(ours: Dump, theirs: Dump) -> list[str]:
    """What a person debugging wants to read first."""
    found = []
    for entity in theirs:
        mine, yours = ours.get(entity, {}), theirs[entity]
        if mine == yours:
            continue
        found += [f"{entity} {uid} is missing" for uid in sorted(yours.keys() - mine.keys())]
        found += [f"{entity} {uid} should not be" for uid in sorted(mine.keys() - yours.keys())]
        for uid in sorted(mine.keys() & yours.keys()):
            if mine[uid] != yours[uid]:
                apart = [
                    f"{a} is not {b}" for a, b in zip(mine[uid], yours[uid], strict=True) if a != b
                ]
                found.append(f"{entity} {uid}: {'; '.join(map(str, apart))}")
    return found


def derived_faults(raw: Any) -> list[str]:
    """Counters and index entries that are not what their rows say."""
    found = []
    counters = {k: v for k, v in raw.execute("SELECT key, value FROM counter") if v}
    recount = dict(raw.execute(RECOUNT).fetchall())
    if counters != recount:
        found.append(f"counters {counters} are not {recount}")
    for sql in UNINDEXED:
        if rows := raw.execute(sql).fetchall():
            found.append(f"{sql}: {rows}")
    return found


def holding(raw: Any, word: str, match: str = "{}_fts MATCH ?") -> Found:
    """In what a word is; `match` is how the index of a table is asked for it."""
    found = []
    for table, key in (("message", "position"), ("contact", "id")):
        rows = f"SELECT rowid FROM {table}_fts WHERE {match.format(table)}"
        sql = f"SELECT uid FROM {table} WHERE {key} IN ({rows})"
        found.append({uid for (uid,) in raw.execute(sql, (word,))})
    messages, contacts = found
    return messages, contacts


def word_faults(
    mine: Any, theirs: Callable[[str], Found], words: Iterable[str] = WORDS
) -> list[str]:
    """Words that are found here and not at the desk (`theirs`), among what is here, or the other way."""
    found = []
    here = [set(uids_of(mine, entity)) for entity in ("message", "contact")]
    for word in words:
        for ours, all_of_theirs, among in zip(holding(mine, word), theirs(word), here, strict=True):
            if ours != all_of_theirs & among:
                found.append(f"the word {word} finds {ours}")
    return found


def uids_of(raw: Any, entity: str) -> list[str]:
    return [uid for (uid,) in raw.execute(f"SELECT uid FROM {entity} ORDER BY uid")]
