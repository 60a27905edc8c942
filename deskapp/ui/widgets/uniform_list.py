"""A list view whose rows are all as high as one another: opening 100,000 of them costs nothing.

`QListView` walks over every row whenever its data change, which took 150 ms at that size. It stays
the base, because that is how screen readers know a list; its layout is never run.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QWidget

_Index = QModelIndex | QPersistentModelIndex
_State = QStyle.StateFlag


class UniformList(QListView):
    """One column, no tree. Set `row_height` (device-independent pixels) at any time."""

    def __init__(self, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row_height = row_height
        self._hover = -1
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    @property
    def row_height(self) -> int:
        return self._row_height

    @row_height.setter
    def row_height(self, height: int) -> None:
        """The row at the top stays at the top."""
        if height != self._row_height:
            top = self.verticalOffset() / self._row_height
            self._row_height = height
            self.updateGeometries()
            self.verticalScrollBar().setValue(round(top * height))
            self.viewport().update()

    def row_count(self) -> int:
        model = self.model()
        return model.rowCount() if model is not None else 0

    # -- geometry ----------------------------------------------------------------------------

    def visualRect(self, index: _Index) -> QRect:
        if not index.isValid():
            return QRect()
        top = index.row() * self._row_height - self.verticalOffset()
        return QRect(0, top, self.viewport().width(), self._row_height)

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = (point.y() + self.verticalOffset()) // self._row_height
        if 0 <= row < self.row_count():
            return self.model().index(row, 0)
        return QModelIndex()

    def scrollTo(
        self,
        index: _Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        rect, bar = self.visualRect(index), self.verticalScrollBar()
        if not index.isValid():
            return
        below = rect.bottom() + 1 - self.viewport().height()
        if hint == QAbstractItemView.ScrollHint.PositionAtTop or rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif below > 0:
            bar.setValue(bar.value() + below)

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _index: _Index) -> bool:
        return False

    def updateGeometries(self) -> None:
        height = self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self.row_count() * self._row_height - height))
        bar.setPageStep(height)
        bar.setSingleStep(24)
        QAbstractItemView.updateGeometries(self)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(dx, dy)

    # -- keys and selection ------------------------------------------------------------------

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        kinds = QAbstractItemView.CursorAction
        page = max(1, self.viewport().height() // self._row_height)
        steps = {
            kinds.MoveUp: -1,
            kinds.MovePrevious: -1,
            kinds.MoveDown: 1,
            kinds.MoveNext: 1,
            kinds.MovePageUp: -page,
            kinds.MovePageDown: page,
            kinds.MoveHome: -self.row_count(),
            kinds.MoveEnd: self.row_count(),
        }
        row = self.currentIndex().row() + steps.get(action, 0)
        return self.model().index(max(0, min(self.row_count() - 1, row)), 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        offset, last = self.verticalOffset(), self.row_count() - 1
        rect = rect.normalized()
        first = max(0, (rect.top() + offset) // self._row_height)
        final = min(last, (rect.bottom() + offset) // self._row_height)
        selection = QItemSelection()
        if first <= final:
            selection.select(self.model().index(first, 0), self.model().index(final, 0))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region, offset = QRegion(), self.verticalOffset()
        for part in selection.toList():
            top = part.top() * self._row_height - offset
            height = part.height() * self._row_height
            shown = QRect(0, top, self.viewport().width(), height)
            region += shown & self.viewport().rect()
        return region

    def selected_count(self) -> int:
        """How many rows are selected, without looking at each."""
        return sum(part.height() for part in self.selectionModel().selection().toList())

    # -- what the model says -----------------------------------------------------------------

    def dataChanged(self, first: _Index, last: _Index, _roles: object = ()) -> None:
        self.viewport().update(self.visualRect(first).united(self.visualRect(last)))

    def rowsInserted(self, parent: _Index, first: int, last: int) -> None:
        QAbstractItemView.rowsInserted(self, parent, first, last)
        self.doItemsLayout()

    def rowsAboutToBeRemoved(self, parent: _Index, first: int, last: int) -> None:
        QAbstractItemView.rowsAboutToBeRemoved(self, parent, first, last)

    def doItemsLayout(self) -> None:
        """There is nothing to lay out: only how far one may scroll."""
        self.updateGeometries()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        QAbstractItemView.resizeEvent(self, event)
        self.updateGeometries()

    # -- painting ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        count = self.row_count()
        if not count:
            return
        offset, height = self.verticalOffset(), self._row_height
        dirty = event.rect()
        first = max(0, (dirty.top() + offset) // height)
        last = min(count - 1, (dirty.bottom() + offset) // height)
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain = option.state & ~(
            _State.State_Selected | _State.State_MouseOver | _State.State_HasFocus
        )
        current = self.currentIndex().row() if self.hasFocus() else -1
        model, selection, delegate = self.model(), self.selectionModel(), self.itemDelegate()
        for row in range(first, last + 1):
            index = model.index(row, 0)
            option.rect = QRect(0, row * height - offset, self.viewport().width(), height)
            option.state = plain
            if selection.isSelected(index):
                option.state |= _State.State_Selected
            if row == self._hover:
                option.state |= _State.State_MouseOver
            if row == current:
                option.state |= _State.State_HasFocus
            delegate.paint(painter, option, index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover_over(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover_over(-1)

    def _hover_over(self, row: int) -> None:
        if row != self._hover:
            self._hover = row
            self.viewport().update()
