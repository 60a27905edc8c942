"""The list of a view: all keys at once, rows by windows, as many as are looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from deskapp.core.queries.views import TicketRows
from deskapp.models.dto import SearchHit, TicketRow
from deskapp.ui.bridge import Bridge
from deskapp.ui.inbox.sentence import row_sentence

CHUNK = 32
_CACHED = 4_096
_IN_FLIGHT = 2
_WANTED = 4
_ONE_BY_ONE = 4
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Where a search found its words: [start, end) marks in `text`."""

    text: str
    marks: tuple[tuple[int, int], ...]


class TicketListModel(QAbstractListModel):
    """Keys in order, and an LRU of rows that is filled by windows of 32 on reader threads.

    `arrived` says that rows which were missing are there now. Nothing here blocks.
    """

    arrived = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._keys: list[int] = []
        self._positions: dict[int, int] | None = {}
        self._rows: OrderedDict[int, TicketRow] = OrderedDict()
        self._excerpts: dict[int, Excerpt] = {}
        self._wanted: list[int] = []
        self._flying: set[int] = set()
        self._epoch = 0
        self.removing = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._fetch)

    # -- reading -----------------------------------------------------------------------------

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._keys)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.row_at(index.row())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            row = self.row_at(index.row())
            return row_sentence(row) if row is not None else ""
        return None

    def row_at(self, position: int) -> TicketRow | None:
        """The row at `position`, or None while it is on its way."""
        if not 0 <= position < len(self._keys):
            return None
        key = self._keys[position]
        row = self._rows.get(key)
        if row is None:
            self._want(position // CHUNK)
        else:
            self._rows.move_to_end(key)
        return row

    def excerpt(self, key: int) -> Excerpt | None:
        """What the search found in this ticket; None outside a search."""
        return self._excerpts.get(key)

    def keys(self) -> Sequence[int]:
        return self._keys

    def key_at(self, position: int) -> int | None:
        return self._keys[position] if 0 <= position < len(self._keys) else None

    def position(self, key: int | None) -> int:
        """Where `key` stands, or -1."""
        if key is None:
            return -1
        if self._positions is None:
            self._positions = {k: i for i, k in enumerate(self._keys)}
        return self._positions.get(key, -1)

    def cached(self, key: int) -> TicketRow | None:
        return self._rows.get(key)

    def keys_of(self, ticket_ids: Container[str]) -> set[int]:
        """Keys of the rows at hand that have one of these ids."""
        return {key for key, row in self._rows.items() if row.id in ticket_ids}

    def position_of_id(self, ticket_id: str) -> int:
        """Where the ticket stands, if its row is at hand; else -1."""
        for key, row in self._rows.items():
            if row.id == ticket_id:
                return self.position(key)
        return -1

    # -- changing ----------------------------------------------------------------------------

    def show_keys(self, keys: Sequence[int], rows: Iterable[TicketRow] = ()) -> None:
        """Replace the list. Rows that are at hand stay; `rows` are newer ones."""
        self.beginResetModel()
        for row in rows:
            self._keep(row)
        self._keys = list(keys)
        self._positions = None
        self._excerpts = {}
        self._forget_requests()
        self.endResetModel()

    def extend(self, keys: Sequence[int]) -> None:
        """The whole list, of which the beginning is shown already; else it is replaced."""
        shown = len(self._keys)
        if list(keys[:shown]) != self._keys:
            self.show_keys(keys)
        elif len(keys) > shown:
            self.beginInsertRows(QModelIndex(), shown, len(keys) - 1)
            self._keys.extend(keys[shown:])
            self._positions = None
            self.endInsertRows()

    def show_hits(self, hits: Sequence[SearchHit]) -> None:
        """Show what a search found, in its order, one line a ticket."""
        self.beginResetModel()
        self._keys = list(dict.fromkeys(hit.row.key for hit in hits))
        self._positions = None
        self._excerpts = {}
        self._keep_hits(hits)
        self._forget_requests()
        self.endResetModel()

    def add_hits(self, hits: Sequence[SearchHit]) -> None:
        """What was found below those that are shown."""
        known = set(self._keys)
        keys = [key for key in dict.fromkeys(hit.row.key for hit in hits) if key not in known]
        if keys:
            self._keep_hits(hits)
            self.beginInsertRows(QModelIndex(), len(self._keys), len(self._keys) + len(keys) - 1)
            self._keys.extend(keys)
            self._positions = None
            self.endInsertRows()

    def _keep_hits(self, hits: Sequence[SearchHit]) -> None:
        for hit in hits:
            self._excerpts.setdefault(hit.row.key, Excerpt(hit.excerpt, hit.marks))
            self._keep(hit.row)

    def patch(self, rows: Iterable[TicketRow]) -> None:
        """Newer versions of rows; those on screen are painted again where they stand."""
        for row in rows:
            self._keep(row)
            position = self.position(row.key)
            if position >= 0:
                index = self.index(position)
                self.dataChanged.emit(index, index)

    def forget(self, keys: Iterable[int]) -> None:
        """These rows are out of date: read them again when they are next looked at."""
        for key in keys:
            self._rows.pop(key, None)

    def forget_all(self) -> None:
        """No row that was read is true any more."""
        self._rows.clear()

    def remove(self, keys: Iterable[int]) -> None:
        """Take tickets out of the list; what is current then goes to its neighbour."""
        gone = {key for key in keys if self.position(key) >= 0}
        if len(gone) <= _ONE_BY_ONE:
            for key in gone:
                self._remove(key)
            return
        self.removing = True
        self.show_keys([key for key in self._keys if key not in gone])
        self.removing = False

    def _remove(self, key: int) -> None:
        position = self.position(key)
        if position < 0:
            return
        self.beginRemoveRows(QModelIndex(), position, position)
        del self._keys[position]
        self._positions = None
        self.endRemoveRows()
        self._forget_requests()

    # -- fetching ----------------------------------------------------------------------------

    def _want(self, chunk: int) -> None:
        """Ask for a window soon. Only the last few wishes count: a drag of the bar makes many."""
        if chunk in self._flying:
            return
        if chunk in self._wanted:
            self._wanted.remove(chunk)
        self._wanted.append(chunk)
        del self._wanted[:-_WANTED]
        if not self._soon.isActive():
            self._soon.start()

    def _fetch(self) -> None:
        while self._wanted and len(self._flying) < _IN_FLIGHT:
            chunk = self._wanted.pop()
            window = self._keys[chunk * CHUNK : (chunk + 1) * CHUNK]
            missing = tuple(key for key in window if key not in self._rows)
            if missing:
                self._ask(chunk, missing)

    def _ask(self, chunk: int, keys: tuple[int, ...]) -> None:
        epoch = self._epoch
        self._flying.add(chunk)

        def arrived(rows: tuple[TicketRow, ...]) -> None:
            if epoch == self._epoch:
                self._flying.discard(chunk)
                self._take(chunk, keys, rows)
                self._fetch()

        def broke(error: Exception) -> None:
            if epoch == self._epoch:
                self._flying.discard(chunk)
            self._bridge.failed.emit(error)

        self._bridge.ask(TicketRows(keys), arrived, self, broke)

    def _take(self, chunk: int, asked: tuple[int, ...], rows: tuple[TicketRow, ...]) -> None:
        for row in rows:
            self._keep(row)
        first = chunk * CHUNK
        last = min(len(self._keys), first + CHUNK) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first), self.index(last))
        self.remove(set(asked) - {row.key for row in rows})
        self.arrived.emit()

    def _keep(self, row: TicketRow) -> None:
        self._rows[row.key] = row
        self._rows.move_to_end(row.key)
        while len(self._rows) > _CACHED:
            self._rows.popitem(last=False)

    def _forget_requests(self) -> None:
        """Positions have moved: what is under way no longer fits its window."""
        self._epoch += 1
        self._flying.clear()
        self._wanted.clear()
