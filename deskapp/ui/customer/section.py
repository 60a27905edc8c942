"""Cards that fold, change places and remember both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QLayout, QMenu, QSizePolicy, QWidget

from deskapp.core.ports import UiState
from deskapp.ui.i18n import Retranslates
from deskapp.ui.theme import base_font, icon_pixmap, tokens
from deskapp.ui.widgets import Button, Frame, hbox, vbox

_HEIGHT = 24


class _Heading(QAbstractButton):
    """Folds the section when pressed; drags it when pulled."""

    dragged = Signal(QPoint)  # global position, while it is pulled

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setChecked(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pressed_at: QPoint | None = None
        self._pulled = False

    def sizeHint(self) -> QSize:
        return QSize(60, _HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at, self._pulled = event.globalPosition().toPoint(), False
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = event.globalPosition().toPoint()
        far = QApplication.startDragDistance()
        start = self._pressed_at
        if start is not None and (here - start).manhattanLength() >= far:
            self._pulled = True
        if self._pulled:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(here)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = None
        self.unsetCursor()
        if self._pulled:
            self.setDown(False)
            return
        super().mouseReleaseEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(QColor(t.accent)))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        font = base_font(12, 600)
        painter.setFont(font)
        painter.setPen(QColor(t.text2))
        area = self.rect().adjusted(_TEXT_LEFT, 0, 0, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.underMouse() or self.hasFocus() or not self.isChecked():
            left = area.left() + painter.fontMetrics().horizontalAdvance(self.text()) + 4
            name = "chevron-up" if self.isChecked() else "chevron-down"
            pixmap = icon_pixmap(name, t.text3, 12, self.devicePixelRatioF())
            painter.drawPixmap(left, (self.height() - 12) // 2, pixmap)


_TEXT_LEFT = 5


class Section(Retranslates, Frame):
    """A card of the customer panel. Fill `body`; `action` is the link at its upper right.

    `key` names it where folds and places are remembered.
    """

    folded = Signal(bool)
    moved = Signal(int)  # by menu or keyboard: -1 up, +1 down
    dragged = Signal(QPoint)

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self.key = key
        self.wanted = True
        self.can_move: Callable[[int], bool] = lambda _step: (
            False
        )  # its column says where it may go
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._heading = _Heading()
        self.action = Button("", "link")
        self.action.hide()
        head = hbox(spacing=6)
        head.addWidget(self._heading, 1)
        head.addWidget(self.action)
        column = vbox(self, (8, 7, 8, 9), 3)
        column.addLayout(head)
        self._inside = QWidget()
        self.body = vbox(self._inside, spacing=1)
        column.addWidget(self._inside)
        self._heading.toggled.connect(self._on_toggle)
        self._heading.dragged.connect(self.dragged)

    def set_title(self, title: str, action: str = "") -> None:
        self._heading.setText(title)
        self._heading.setAccessibleName(title)
        self.action.setText(action)
        self.action.setVisible(bool(action) and not self.is_folded())

    def is_folded(self) -> bool:
        return not self._heading.isChecked()

    def fold(self, on: bool) -> None:
        self._heading.setChecked(not on)

    def show_if(self, wanted: bool) -> None:
        """A section without content takes no room."""
        self.wanted = wanted
        self.setVisible(wanted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if alt and self._heading.hasFocus() and event.key() in steps:
            self.moved.emit(steps[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        fold = self.tr("Unfold") if self.is_folded() else self.tr("Fold")
        menu.addAction(fold, self._heading.toggle)
        up = menu.addAction(self.tr("Move up"), lambda: self.moved.emit(-1))
        down = menu.addAction(self.tr("Move down"), lambda: self.moved.emit(1))
        up.setEnabled(self.can_move(-1))
        down.setEnabled(self.can_move(1))
        menu.popup(event.globalPos())

    def retranslate(self) -> None:
        """Subclasses set their title here."""

    def _on_toggle(self, open_: bool) -> None:
        self._inside.setVisible(open_)
        self.action.setVisible(open_ and bool(self.action.text()))
        self.folded.emit(not open_)


class SectionColumn(QWidget):
    """Sections under each other, in the order and with the folds that the person left."""

    def __init__(self, state: UiState, name: str, parent: QWidget | None = None) -> None:
        """`name` prefixes the keys in `state`."""
        super().__init__(parent)
        self._state = state
        self._order_key, self._folds_key = f"{name}.order", f"{name}.folded"
        self._sections: list[Section] = []
        self._column = vbox(self, spacing=10)

    def add(self, section: Section, at: int = -1) -> None:
        """`at`: its place as long as the person has not arranged them; -1: the last."""
        self._sections.insert(at if at >= 0 else len(self._sections), section)
        self._sections.sort(key=self._place)
        section.fold(section.key in _texts(self._state.get(self._folds_key)))
        section.folded.connect(lambda _on: self._remember_folds())
        section.can_move = lambda step: self._neighbour(section, step) is not None
        section.moved.connect(lambda step: self._move(section, step))
        section.dragged.connect(lambda where: self._drag(section, where))
        self._lay_out()

    def keys(self) -> list[str]:
        """Keys of the sections, from top to bottom."""
        return [section.key for section in self._sections]

    def _place(self, section: Section) -> int:
        order = _texts(self._state.get(self._order_key))
        return order.index(section.key) if section.key in order else len(order)

    def _move(self, section: Section, step: int) -> None:
        """Change places with the next visible neighbour."""
        place = self._neighbour(section, step)
        if place is not None:
            self._sections.insert(place, self._sections.pop(self._sections.index(section)))
            self._lay_out()
            self._state.set(self._order_key, self.keys())

    def _neighbour(self, section: Section, step: int) -> int | None:
        """Where the next visible section stands, above (-1) or below (1); None at the end."""
        shown = [i for i, other in enumerate(self._sections) if other.wanted]
        spot = shown.index(self._sections.index(section)) + step
        return shown[spot] if 0 <= spot < len(shown) else None

    def _drag(self, section: Section, where: QPoint) -> None:
        y = self.mapFromGlobal(where).y()
        shown = [other for other in self._sections if other.wanted]
        at = shown.index(section)
        if at > 0 and y < shown[at - 1].geometry().center().y():
            self._move(section, -1)
        elif at + 1 < len(shown) and y > shown[at + 1].geometry().center().y():
            self._move(section, 1)

    def _lay_out(self) -> None:
        for section in self._sections:
            self._column.removeWidget(section)
        for section in self._sections:
            self._column.addWidget(section)
        self._column.activate()
        chain_tabs(self)

    def _remember_folds(self) -> None:
        self._state.set(self._folds_key, [s.key for s in self._sections if s.is_folded()])


def chain_tabs(root: QWidget) -> None:
    """Let Tab walk through `root` as it is laid out, whenever its parts were made."""
    found = list(_focusable(root))
    for before, after in pairwise(found):
        QWidget.setTabOrder(before, after)


def _focusable(widget: QWidget) -> Iterator[QWidget]:
    layout = widget.layout()
    if layout is not None:
        yield from _in_layout(layout)


def _in_layout(layout: QLayout) -> Iterator[QWidget]:
    for i in range(layout.count()):
        item = layout.itemAt(i)
        widget, inner = (item.widget(), item.layout()) if item is not None else (None, None)
        if widget is not None:
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                yield widget
            yield from _focusable(widget)
        elif inner is not None:
            yield from _in_layout(inner)


def _texts(value: object) -> list[str]:
    """What was remembered, if it is what we wrote."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
