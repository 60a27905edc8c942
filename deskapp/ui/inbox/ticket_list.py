"""The list itself: a view over the model that keeps its place, and what hand and keys do in it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QWidget

from deskapp.models.dto import TicketRow
from deskapp.ui.inbox.delegate import TicketDelegate
from deskapp.ui.inbox.model import TicketListModel
from deskapp.ui.inbox.sentence import now_ms
from deskapp.ui.theme.tokens import ROW_HEIGHT
from deskapp.ui.widgets.uniform_list import UniformList

_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect
_KEEP = QItemSelectionModel.SelectionFlag.NoUpdate
_TOGGLE = QItemSelectionModel.SelectionFlag.Toggle

_AFTER_MESSAGES_MS = 24


class TicketList(UniformList):
    """`current_changed` carries the `TicketRow` being read, or None. Rows keep their place on screen.

    `selection_changed` carries how many are picked for a common deed, 0 for the usual one. `left`
    says that neither pointer nor keyboard is on the list any more.
    """

    current_changed = Signal(object)
    selection_changed = Signal(int)
    left = Signal()
    opened = Signal()
    end_near = Signal()

    def __init__(
        self,
        model: TicketListModel,
        parent: QWidget | None = None,
        now: Callable[[], int] = now_ms,
    ) -> None:
        super().__init__(ROW_HEIGHT, parent)
        self._model = model
        self._current_key: int | None = None
        self._told: TicketRow | None = None
        self._place = -1
        self._picking = False
        self._anchor: tuple[int | None, int, list[int]] = (None, 0, [])
        self._paint_soon = QTimer(self, singleShot=True, interval=_AFTER_MESSAGES_MS)
        self._paint_soon.timeout.connect(lambda: self.viewport().setUpdatesEnabled(True))
        self.delegate = TicketDelegate(model, now, self)
        # Before the selection model, which would go to the row above.
        model.rowsAboutToBeRemoved.connect(self._go_on)
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._restore)
        model.rowsRemoved.connect(self.doItemsLayout)
        model.arrived.connect(self._tell)
        model.dataChanged.connect(self._tell)
        selection = self.selectionModel()
        selection.currentChanged.connect(self._on_current)
        selection.selectionChanged.connect(self._on_selection)

    # -- for others --------------------------------------------------------------------------

    def busy(self) -> bool:
        """Whether the pointer or the keyboard is on the list."""
        return self.underMouse() or self.hasFocus()

    def current_row(self) -> TicketRow | None:
        return self._model.cached(self._current_key) if self._current_key is not None else None

    def current_key(self) -> int | None:
        return self._current_key

    def row_of(self, key: int) -> TicketRow | None:
        """The row of `key`, if it is at hand."""
        return self._model.cached(key)

    def selected_keys(self) -> list[int]:
        """Keys of what is selected, in the order of the list."""
        parts = sorted(self.selectionModel().selection().toList(), key=QItemSelectionRange.top)
        keys = self._model.keys()
        return [key for part in parts for key in keys[part.top() : part.bottom() + 1]]

    def step(self, by: int) -> None:
        """Go `by` rows down (or up); at an end stay there. From nothing, to the first row.

        While rows are being picked, what is picked stays so.
        """
        count, at = self._model.rowCount(), self.currentIndex().row()
        position = 0 if at < 0 else max(0, min(count - 1, at + by))
        if count and self._picking:
            index = self._model.index(position)
            self.selectionModel().setCurrentIndex(index, _KEEP)
            self.scrollTo(index)
        elif count:
            self.go_to(position)

    def go_to(self, position: int) -> None:
        """Make the row at `position` the current and only selected one."""
        index = self._model.index(position)
        if index.isValid():
            self._picking = False
            place = self.verticalScrollBar().value()
            self.selectionModel().setCurrentIndex(index, _SELECT)
            self.scrollTo(index)
            if self.verticalScrollBar().value() != place:
                # Every row moved: what was said in the ticket is painted first, the list after it.
                self.viewport().setUpdatesEnabled(False)
                self._paint_soon.start()

    def go_to_key(self, key: int) -> bool:
        position = self._model.position(key)
        self.go_to(position)
        return position >= 0

    def pick(self) -> None:
        """Begin to pick rows with the current one; after that, pick it or put it back."""
        if not self.currentIndex().isValid():
            self.step(1)
        selected = self.selectionModel().isSelected(self.currentIndex())
        if self._picking or not selected:
            self.toggle(self.currentIndex().row())
        else:
            self._picking = True
            self._on_selection()

    def toggle(self, position: int) -> None:
        """Add a row to what is selected, or take it out."""
        index = self._model.index(position)
        if index.isValid():
            self._picking = True
            self.selectionModel().select(index, _TOGGLE)

    def clear_to_current(self) -> None:
        """Select nothing but what is being read."""
        self._picking = False
        if self.currentIndex().isValid():
            self.selectionModel().select(self.currentIndex(), _SELECT)
        else:
            self.clearSelection()
        self._on_selection()

    def let_go(self) -> None:
        """Nothing in the list is being read any more."""
        self.selectionModel().clear()
        self._current_key, self._told = None, None

    def set_compact(self, compact: bool) -> None:
        if self.delegate.compact != compact:
            self.delegate.compact = compact
            self.row_height = self.delegate.row_height()

    # -- keeping the place -------------------------------------------------------------------

    def _remember(self) -> None:
        top = self.indexAt(self.viewport().rect().topLeft())
        offset = self.visualRect(top).top() if top.isValid() else 0
        self._anchor = (self._model.key_at(top.row()), offset, self.selected_keys())
        self._place = self.currentIndex().row()

    def _restore(self) -> None:
        """After the list was read again: the same rows at the same height, selected as they were."""
        top, offset, selected = self._anchor
        position = self._model.position(self._current_key)
        if position < 0:
            if self._model.removing and self._place >= 0:
                position = min(self._place, self._model.rowCount() - 1)
                selected = [key for key in [self._model.key_at(position)] if key is not None]
            self._current_key = self._model.key_at(position)
            self._tell()
        self._select_quietly(position, selected)
        place = self._model.position(top)
        # At the very top new rows may come in from above; elsewhere nothing moves.
        at_top = self.verticalScrollBar().value() == 0 and offset == 0
        self.doItemsLayout()
        if place >= 0 and not at_top:
            self.verticalScrollBar().setValue(place * self.row_height - offset)
        self._on_selection()

    def _go_on(self, _parent: QModelIndex, first: int, last: int) -> None:
        """What is being read goes away: on to the row below, or above at the end."""
        if first <= self.currentIndex().row() <= last:
            below = last + 1 < self._model.rowCount()
            self.go_to(last + 1 if below else first - 1)

    def _select_quietly(self, position: int, keys: list[int]) -> None:
        selection = QItemSelection()
        for key in keys:
            index = self._model.index(self._model.position(key))
            if index.isValid():
                selection.select(index, index)
        model = self.selectionModel()
        model.blockSignals(True)
        model.setCurrentIndex(
            self._model.index(position), QItemSelectionModel.SelectionFlag.NoUpdate
        )
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        model.blockSignals(False)

    # -- telling -----------------------------------------------------------------------------

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self._current_key = self._model.key_at(current.row())
        self._tell()

    def _tell(self) -> None:
        """Say what is being read, once its row is at hand, and again when it has changed."""
        row = self.current_row()
        if self._current_key is not None and row is None:
            self._model.row_at(self._model.position(self._current_key))
            return
        if row is not self._told:
            self._told = row
            self.current_changed.emit(row)

    def _on_selection(self) -> None:
        count = self.selected_count()
        self._picking = self._picking and count > 0
        checking, self.delegate.checking = self.delegate.checking, count > 1 or self._picking
        self.selection_changed.emit(count if self.delegate.checking else 0)
        if self.delegate.checking != checking:  # else the two rows that changed paint themselves
            self.viewport().update()

    def _scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if value >= bar.maximum() - 2 * self.viewport().height():
            self.end_near.emit()

    # -- hand and keys -----------------------------------------------------------------------

    def keyboardSearch(self, search: str) -> None:
        """Letters are shortcuts here, never a search by first letter."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Escape and self.delegate.checking:
            self.clear_to_current()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        face = self.delegate.avatar_rect(self.visualRect(index)) if index.isValid() else None
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        left = event.button() == Qt.MouseButton.LeftButton
        if face is not None and left and plain and face.contains(event.position().toPoint()):
            self.toggle(index.row())
            return
        self._picking = self._picking and not (left and plain)
        super().mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._maybe_left()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Nothing is opened (and marked as read) only because the focus came by."""
        QAbstractScrollArea.focusInEvent(self, event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
        self._maybe_left()

    def _maybe_left(self) -> None:
        if not self.busy():
            self.left.emit()
