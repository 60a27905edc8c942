"""A list at the left and the chosen thing's form at the right, as several pages have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from deskapp.ui.theme import base_font, icon_pixmap, tokens
from deskapp.ui.widgets import paint_pill, pill_width

_Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True, slots=True)
class Item:
    """A line. `group` prints a heading above the first of its kind; `pill` is (text, kind).

    `beside` stands at the right: beside the title and beside the detail.
    """

    key: str
    title: str
    detail: str = ""
    icon: str = ""
    group: str = ""
    pill: tuple[str, str] = ("", "")
    beside: tuple[str, str] = ("", "")


class _Items(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.items: tuple[Item, ...] = ()

    def show(self, items: Sequence[Item]) -> None:
        self.beginResetModel()
        self.items = tuple(items)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.items):
            return None
        item = self.items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return item
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = (item.group, item.title, item.detail, *item.beside, item.pill[0])
            return ", ".join(part for part in parts if part)
        return None


class ItemList(QListView):
    """`chosen` carries an item's key; `deleted` the key of the one on which Delete was pressed."""

    chosen = Signal(str)
    deleted = Signal(str)

    def __init__(self, name: str, row: int = 44, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = _Items(self)
        self.setModel(self._lines)
        self.setItemDelegate(_ItemPainter(row, self))
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._quiet = False
        self._most = 0
        self.selectionModel().currentChanged.connect(self._on_current)

    def fit(self, most: int) -> None:
        """Be as high as the lines are, up to `most` of them."""
        self._most = most

    def show_items(self, items: Sequence[Item]) -> None:
        """Replace the lines; the current one stays where it still is."""
        key = self.current()
        self._quiet = True
        self._lines.show(items)
        self._quiet = False
        if key:
            self.select(key, silent=True)
        if self._most:
            shown = range(min(self._most, len(items)))
            self.setFixedHeight(sum(self.sizeHintForRow(row) for row in shown) + 2)

    def keys(self) -> list[str]:
        return [item.key for item in self._lines.items]

    def current(self) -> str:
        row = self.currentIndex().row()
        return self._lines.items[row].key if 0 <= row < len(self._lines.items) else ""

    def select(self, key: str, silent: bool = False) -> None:
        """Make `key` the current line; `silent`: without `chosen`."""
        keys = self.keys()
        self._quiet = silent
        self.setCurrentIndex(self._lines.index(keys.index(key)) if key in keys else QModelIndex())
        self._quiet = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Focus is always visible: on a line, the first when there was none."""
        if not self.currentIndex().isValid() and self._lines.items:
            self.select(self._lines.items[0].key, silent=True)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.current():
            self.deleted.emit(self.current())
        else:
            super().keyPressEvent(event)

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if not self._quiet and current.isValid():
            self.chosen.emit(self._lines.items[current.row()].key)


class _ItemPainter(QStyledItemDelegate):
    def __init__(self, row: int, parent: QObject) -> None:
        super().__init__(parent)
        self._row = row

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(160, self._row + (26 if self._begins_group(index) else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        item: Item = index.data()
        t = tokens()
        rect = QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._begins_group(index):
            painter.setFont(base_font(11, 600))
            painter.setPen(QColor(t.text3))
            area = QRect(rect.left() + 10, rect.top() + 6, rect.width() - 20, 18)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, item.group)
            rect.setTop(rect.top() + 26)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.accent_weak if selected else t.hover))
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 1, 0, -1), 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(t.accent)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 1.5, -0.5, -1.5), 6, 6)
        self._line(painter, rect.adjusted(10, 0, -10, 0), item)
        painter.restore()

    def _line(self, painter: QPainter, rect: QRect, item: Item) -> None:
        t = tokens()
        if item.icon:
            ratio = painter.device().devicePixelRatioF()
            pixmap = icon_pixmap(item.icon, t.text2, 15, ratio)
            painter.drawPixmap(rect.left(), rect.center().y() - 7, pixmap)
            rect.setLeft(rect.left() + 24)
        text, kind = item.pill
        if text:
            width = pill_width(text)
            box = QRectF(rect.right() - width, rect.center().y() - 9, width, 19)
            paint_pill(painter, box, text, kind)
            rect.setRight(round(box.left()) - 8)
        half = rect.height() // 2 if item.detail else 0
        above = rect.adjusted(0, 4 if half else 0, 0, -half)
        below = rect.adjusted(0, half, 0, -4)
        for area, text in zip((above, below), item.beside, strict=True):
            self._at_the_right(painter, area, text)
        self._text(painter, above, item.title, 13, 500, t.text)
        if item.detail:
            self._text(painter, below, item.detail, 12, 400, t.text3)

    def _at_the_right(self, painter: QPainter, area: QRect, text: str) -> None:
        """Takes the room that it needs away from `area`."""
        if text:
            painter.setFont(base_font(12))
            painter.setPen(QColor(tokens().text3))
            painter.drawText(area, _RIGHT, text)
            area.setRight(area.right() - painter.fontMetrics().horizontalAdvance(text) - 16)

    def _begins_group(self, index: _Index) -> bool:
        item: Item = index.data()
        return bool(item.group) and (
            index.row() == 0 or index.sibling(index.row() - 1, 0).data().group != item.group
        )

    def _text(
        self, painter: QPainter, area: QRect, text: str, px: float, weight: int, ink: str
    ) -> None:
        font = base_font(px, weight)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        fitting = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, fitting)
