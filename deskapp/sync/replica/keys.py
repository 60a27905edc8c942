"""Integer keys of this machine's own rows."""
# ruff: noqa: S608  # the names in these statements are those of our own tables

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from deskapp.sync.replica.derived import listed


class Keys:
    """Hands out keys that were not used since the program started: a window may still hold an old one.

    A row that a local command made keeps its key when the host tells it, or when the command is run again. One that
    a local command removed has its own still: it may come back.
    """

    def __init__(self) -> None:
        self._next: dict[str, Iterator[int]] = {}
        self._made: dict[tuple[str, str], int] = {}

    def keep(self, made: Mapping[tuple[str, str], int]) -> None:
        """These keys, by (table, uid), are theirs when they come again; those kept before are let go."""
        self._made = dict(made)

    def new(self, raw: Any, table: str, uid: str) -> int:
        return self.many(raw, table, (uid,))[0]

    def many(self, raw: Any, table: str, uids: Sequence[str]) -> list[int]:
        """Keys for so many rows, in their order."""
        counter, made = self._counter(raw, table), self._made
        if not made:
            return list(itertools.islice(counter, len(uids)))
        kept = (made.get((table, uid)) for uid in uids)
        return [next(counter) if key is None else key for key in kept]

    def forget(self) -> None:
        """The file is another one."""
        self._next.clear()
        self._made.clear()

    def _counter(self, raw: Any, table: str) -> Iterator[int]:
        counter = self._next.get(table)
        if counter is None:
            last = max(_last(raw, table, "id"), _last(raw, f"undo_{table}", "undo_key"))
            kept = (key for (name, _), key in self._made.items() if name == table)
            counter = self._next[table] = itertools.count(max(last, *kept, 0) + 1)
        return counter


def _last(raw: Any, table: str, column: str) -> int:
    (last,) = raw.execute(f"SELECT coalesce(max({column}), 0) FROM {table}").fetchone()
    return int(last)


def keys_of(raw: Any, table: str, uids: Iterable[str]) -> dict[str, int]:
    """Keys of those that are there, by uid."""
    sql = f"SELECT uid, id FROM {table} WHERE uid IN (SELECT value FROM json_each(?))"
    return dict(raw.execute(sql, listed(uids)).fetchall())
