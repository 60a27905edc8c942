"""Integer keys of this machine's own rows."""
# ruff: noqa: S608  # the names in these statements are those of our own tables

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from deskapp.sync.replica.derived import listed


class Keys:
    """Hands out keys that were not used since the program started: a window may still hold an old one.

    A row that a local command made keeps its key when the host tells it, or when the command is run again.
    """

    def __init__(self) -> None:
        self._next: dict[str, Iterator[int]] = {}
        self._made: dict[tuple[str, str], int] = {}

    def keep(self, made: Mapping[tuple[str, str], int]) -> None:
        """These keys, by (table, uid), are theirs when they come again; those kept before are let go."""
        self._made = dict(made)

    def new(self, raw: Any, table: str, uid: str) -> int:
        kept = self._made.get((table, uid)) if self._made else None
        return kept if kept is not None else next(self._counter(raw, table))

    def forget(self) -> None:
        """The file is another one."""
        self._next.clear()
        self._made.clear()

    def _counter(self, raw: Any, table: str) -> Iterator[int]:
        counter = self._next.get(table)
        if counter is None:
            (last,) = raw.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
            counter = self._next[table] = itertools.count(last + 1)
        return counter


def keys_of(raw: Any, table: str, uids: Iterable[str]) -> dict[str, int]:
    """Keys of those that are there, by uid."""
    sql = f"SELECT uid, id FROM {table} WHERE uid IN (SELECT value FROM json_each(?))"
    return dict(raw.execute(sql, listed(uids)).fetchall())
