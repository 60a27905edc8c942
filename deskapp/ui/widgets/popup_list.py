"""Choices in a list that is walked by keys while the cursor stays in a text field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from deskapp.ui.theme import base_font, icon_pixmap, tokens
from deskapp.ui.widgets.boxes import Popup, vbox
from deskapp.ui.widgets.search_box import SearchBox

ROW = 34
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Choice:
    """One line. `lead` is an accented first column ("/refund"), `hint` stands at the right.

    `checked` None: no check mark at all. `group` prints a heading above the first of its kind.
    """

    key: str
    text: str
    detail: str = ""
    lead: str = ""
    hint: str = ""
    icon: str = ""
    checked: bool | None = None
    group: str = ""


class _Choices(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.items: tuple[Choice, ...] = ()

    def show(self, items: Sequence[Choice]) -> None:
        self.beginResetModel()
        self.items = tuple(items)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self.items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return item
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = (item.lead, item.text, item.detail, item.hint)
            return ", ".join(part for part in parts if part)
        return None


class PopupList(QListView):
    """The list alone: it never takes the focus. `picked` carries a choice's key."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Choices(self)
        self.setModel(self._model)
        self.setItemDelegate(_Painter(self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._on_click)

    def show_choices(self, items: Sequence[Choice]) -> None:
        """Replace what is shown; the first line becomes the current one."""
        self._model.show(items)
        if items:
            self.setCurrentIndex(self._model.index(0))

    def choices(self) -> tuple[Choice, ...]:
        return self._model.items

    def current(self) -> Choice | None:
        row = self.currentIndex().row()
        return self._model.items[row] if 0 <= row < len(self._model.items) else None

    def move(self, step: int) -> None:
        """Go down (+1) or up (-1), around the ends."""
        count = len(self._model.items)
        if count:
            row = (self.currentIndex().row() + step) % count
            self.setCurrentIndex(self._model.index(row))

    def accept(self) -> bool:
        """Pick the current line; False when there is none."""
        choice = self.current()
        if choice is not None:
            self.picked.emit(choice.key)
        return choice is not None

    def height_for(self, most: int = 10) -> int:
        """The height that shows all lines, or the first `most` of them."""
        shown = range(min(most, self._model.rowCount()))
        return sum(self.sizeHintForRow(row) for row in shown) + 2

    def _on_click(self, index: QModelIndex) -> None:
        self.setCurrentIndex(index)
        self.accept()


class _Painter(QStyledItemDelegate):
    """Paints a `Choice`. A line that begins a group is higher by its heading."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, ROW + (22 if self._begins_group(index) else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        item: Choice = index.data()
        rect = QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._begins_group(index):
            painter.setFont(base_font(11, 600))
            painter.setPen(QColor(tokens().text3))
            heading = QRect(rect.left() + 10, rect.top() + 5, rect.width() - 20, 16)
            painter.drawText(heading, Qt.AlignmentFlag.AlignVCenter, item.group)
            rect.setTop(rect.top() + 22)
        self._ground(painter, rect, option.state)
        self._line(painter, rect.adjusted(10, 0, -10, 0), item)
        painter.restore()

    def _begins_group(self, index: _Index) -> bool:
        group = index.data().group
        return bool(group) and (
            index.row() == 0 or index.sibling(index.row() - 1, 0).data().group != group
        )

    def _ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens().accent_weak if selected else tokens().hover))
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 1, 0, -1), 6, 6)

    def _line(self, painter: QPainter, rect: QRect, item: Choice) -> None:
        t = tokens()
        ratio = painter.device().devicePixelRatioF()
        middle = rect.center().y() - 7
        mark = "tick" if item.checked else item.icon
        if mark or item.checked is not None:
            if mark:
                ink = t.accent if item.checked else t.text2
                painter.drawPixmap(rect.left(), middle, icon_pixmap(mark, ink, 15, ratio))
            rect.setLeft(rect.left() + 24)
        if item.hint:
            painter.setFont(base_font(12))
            painter.setPen(QColor(t.text3))
            painter.drawText(rect, _RIGHT, item.hint)
            rect.setRight(rect.right() - painter.fontMetrics().horizontalAdvance(item.hint) - 12)
        if item.lead:
            self._text(painter, rect, item.lead, 600, t.accent, 82)
        self._text(painter, rect, item.text, 500 if item.detail else 400, t.text)
        if item.detail:
            self._text(painter, rect, item.detail, 400, t.text3)

    def _text(
        self, painter: QPainter, rect: QRect, text: str, weight: int, ink: str, column: int = 0
    ) -> None:
        """Draw at the left of `rect` and take the room away from it."""
        font = base_font(13, weight)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, fitting)
        rect.setLeft(rect.left() + max(column, metrics.horizontalAdvance(fitting)) + 8)


_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class ChoicePopup(Popup):
    """A small pop-up with a field that filters its choices.

    `picked` carries a choice's key; when nothing fits and `free_text` is set, what was typed.
    """

    picked = Signal(str)

    def __init__(self, placeholder: str, free_text: bool = False, parent: QWidget | None = None):
        super().__init__(parent)
        self._all: tuple[Choice, ...] = ()
        self._free_text = free_text
        self.box = SearchBox()
        self.box.set_texts(placeholder)
        self.list = PopupList()
        column = vbox(self, (6, 6, 6, 6), 6)
        column.addWidget(self.box)
        column.addWidget(self.list)
        self.box.changed.connect(self._filter)
        self.box.moved.connect(self.list.move)
        self.box.accepted.connect(self._accept)
        self.box.left.connect(self.close)
        self.list.picked.connect(self._pick)
        self.setFixedWidth(300)

    def show_choices(self, items: Sequence[Choice]) -> None:
        self._all = tuple(items)
        self._filter(self.box.text())

    def open_at(self, anchor: QWidget) -> None:
        """Open under `anchor`, inside its screen."""
        self.open_at_point(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))

    def open_at_point(self, corner: QPoint) -> None:
        """Open with the upper left corner there (global), inside the screen."""
        self.adjustSize()
        area = self.screen().availableGeometry()
        corner.setX(max(area.left(), min(corner.x(), area.right() - self.width())))
        corner.setY(max(area.top(), min(corner.y(), area.bottom() - self.height())))
        self.move(corner)
        self.show()
        self.box.field.setFocus()

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        self.list.show_choices(
            [c for c in self._all if all(w in f"{c.text} {c.detail}".casefold() for w in words)]
        )
        self.list.setFixedHeight(self.list.height_for())
        self.adjustSize()

    def _accept(self) -> None:
        typed = self.box.text().strip()
        if not self.list.accept() and self._free_text and typed:
            self._pick(typed)

    def _pick(self, key: str) -> None:
        self.picked.emit(key)
        self.close()
