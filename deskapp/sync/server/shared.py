"""Rows that every agent may see, read once: after a commit, or an outage, all machines ask for the same ones."""

import threading
from collections import OrderedDict
from typing import Final

from sqlalchemy import Connection

from deskapp.sync.protocol.messages import ROWS, Rows
from deskapp.sync.server.rows import as_rows, shared

MOST_ROWS: Final = 4 * ROWS

_Key = tuple[int, str, tuple[str, ...]]


class SharedRows:
    """Of the newest states of the desk. Whoever is given rows must not change them. Any thread may call it."""

    def __init__(self, most: int = MOST_ROWS) -> None:
        self._most = most
        self._size = 0
        self._known: OrderedDict[_Key, Rows] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, connection: Connection, count: int, entity: str, uids: tuple[str, ...]) -> Rows:
        """Those of `uids` that are in the shared scope; in the snapshot of `connection` that has come to `count`.

        Whatever changes one of them, or takes it out of the scope, counts: at the same count they are the same.
        """
        key = (count, entity, uids)
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        rows = as_rows(entity, shared(entity).run(connection, uids_=uids).fetchall())
        with self._lock:
            if key not in self._known and len(uids) <= self._most:
                self._known[key] = rows
                self._size += len(uids)
            while self._size > self._most:
                (_, _, oldest), _ = self._known.popitem(last=False)
                self._size -= len(oldest)
        return rows
