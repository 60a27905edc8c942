"""Taking local changes back, exactly: the state before the first of them is kept by triggers while recording."""
# ruff: noqa: S608  # the names in these statements are those of our own tables

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from deskapp.models import tables as t
from deskapp.sync.protocol.tables import ENTITIES, PARTS
from deskapp.sync.replica import derived
from deskapp.sync.replica.schema import RECORDED, key_of, names_of


@dataclass(slots=True)
class Undone:
    """What was taken back. `made` are the rows that only local commands had made, and their keys."""

    rows: set[tuple[str, int, str]] = field(default_factory=set)  # entity, key, uid
    made: dict[tuple[str, str], int] = field(default_factory=dict)  # (entity, uid) → key
    tickets: set[str] = field(default_factory=set)
    counts: bool = False


@contextmanager
def recording(raw: Any) -> Iterator[None]:
    """What is written within can be taken back by `restore`."""
    raw.execute("UPDATE recording SET is_on = 1")
    yield
    raw.execute("UPDATE recording SET is_on = 0")


@cache
def _changed() -> str:
    """One statement: to ask each table takes longer than most that is done here."""
    return " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM undo_{name})" for name in RECORDED
    )


def changed_here(raw: Any) -> list[str]:
    """The tables in which something is as the host did not tell it."""
    return [name for (name,) in raw.execute(_changed())]


def restore(raw: Any) -> Undone:
    """Bring every recorded row back to what it was, with the index entries that follow from it."""
    changed = changed_here(raw)
    undone = Undone(counts="counter" in changed)
    if not changed:
        return undone
    index = _Indices(raw, set(changed))
    undone.tickets |= _tickets(raw, changed)
    for name in changed:
        if name in ENTITIES:
            _note(raw, name, undone)
        for statement in _statements(name):
            raw.execute(statement)
    undone.tickets |= _uids(raw, index.tickets)
    index.put_right()
    return undone


def _note(raw: Any, name: str, undone: Undone) -> None:
    found = raw.execute(
        f"SELECT undo_key, existed, coalesce(undo_{name}.uid, {name}.uid) FROM undo_{name} "
        f"LEFT JOIN {name} ON {name}.id = undo_key"
    )
    for key, existed, uid in found:
        if uid is not None:  # neither before nor after: made and removed again
            undone.rows.add((name, key, uid))
            if not existed:
                undone.made[(name, uid)] = key


@cache
def _statements(name: str) -> tuple[str, str, str]:
    table = t.metadata.tables[name]
    columns = ", ".join(f'"{column}"' for column in names_of(table))
    return (
        f"DELETE FROM {name} WHERE {key_of(table)} IN (SELECT undo_key FROM undo_{name})",
        f"INSERT INTO {name}({columns}) SELECT {columns} FROM undo_{name} WHERE existed",
        f"DELETE FROM undo_{name}",
    )


def _tickets(raw: Any, changed: list[str]) -> set[str]:
    """Uids of the tickets that show otherwise now, among those that are there before."""
    found: set[str] = set()
    for name in changed:
        column = "id" if name == "ticket" else "ticket_id"
        if name == "ticket" or name in PARTS:
            found |= {
                uid
                for (uid,) in raw.execute(
                    f"SELECT uid FROM ticket WHERE id IN (SELECT {column} FROM {name} "
                    f"WHERE id IN (SELECT undo_key FROM undo_{name}))"
                )
            }
    return found


def _uids(raw: Any, keys: set[int]) -> set[str]:
    sql = "SELECT uid FROM ticket WHERE id IN (SELECT value FROM json_each(?))"
    return {uid for (uid,) in raw.execute(sql, derived.listed(keys))}


class _Indices:
    """Which index entries are to be made again, gathered before the rows go back."""

    def __init__(self, raw: Any, changed: set[str]) -> None:
        self._raw = raw
        self.messages = self._either("message", "id", changed)
        self.messages |= self._either("attachment", "message_id", changed)
        self.contacts = self._either("contact", "id", changed)
        self.contacts |= self._either("contact_point", "contact_id", changed)
        self.points = self._either("contact_point", "id", changed)
        self.tickets: set[int] = set()
        for part in changed & PARTS:
            self.tickets |= self._either(part, "ticket_id", changed)
        self.before = self._positions()

    def _either(self, name: str, column: str, changed: set[str]) -> set[int]:
        """Values of a column in recorded rows, as they are and as they were."""
        if name not in changed:
            return set()
        found = self._raw.execute(
            f"SELECT {column} FROM {name} WHERE id IN (SELECT undo_key FROM undo_{name}) "
            f"UNION SELECT {column} FROM undo_{name} WHERE existed"
        )
        return {key for (key,) in found if key is not None}

    def _positions(self) -> set[int]:
        sql = "SELECT position FROM message WHERE id IN (SELECT value FROM json_each(?))"
        return {p for (p,) in self._raw.execute(sql, derived.listed(self.messages))}

    def put_right(self) -> None:
        derived.drop_messages(self._raw, self.before - self._positions())
        derived.index_messages(self._raw, self.messages)
        derived.index_contacts(self._raw, self.contacts)
        derived.index_points(self._raw, self.points)
