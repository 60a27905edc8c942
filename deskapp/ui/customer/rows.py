"""One line of a card: an outline, a text and a few words at the right; it is pressed like a button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMetaMethod, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from deskapp.ui.theme import base_font, icon_pixmap, tokens
from deskapp.ui.widgets import plain_tip

HEIGHT = 26
_ICON = 14
_INSET = 5  # of the ground that hover and focus show, outside the card's text


class LineRow(QAbstractButton):
    """Painted, not laid out: a card has many of them and they change with every conversation."""

    menu_wanted = Signal(QPoint)  # where on the screen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = self._hint = ""
        self._shown: tuple[object, ...] = ()
        self._whole = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set(
        self, icon_name: str, text: str, hint: str = "", spoken: str = "", *, whole: bool = False
    ) -> None:
        """`spoken` is the whole line as one sentence, for screen readers. `whole`: better no hint
        than a text that is cut."""
        shown = (icon_name, text, hint, spoken, whole)
        if shown == self._shown:
            return
        self._shown = shown
        self._icon, self._hint, self._whole = icon_name, hint, whole
        self.setText(" ".join(text.split()))
        self.setAccessibleName(spoken or ", ".join(part for part in (text, hint) if part))
        self.setToolTip(plain_tip(text))
        self.update()

    def hint(self) -> str:
        return self._hint

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Let the card show its own menu where the row has none."""
        if self.isSignalConnected(QMetaMethod.fromSignal(self.menu_wanted)):
            self.menu_wanted.emit(event.globalPos())
        else:
            super().contextMenuEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter)
        ratio = self.devicePixelRatioF()
        top = (self.height() - _ICON) // 2
        left = _INSET
        if self._icon:
            painter.drawPixmap(left, top, icon_pixmap(self._icon, t.text3, _ICON, ratio))
            left += _ICON + 8
        area = self.rect().adjusted(left, 0, -_INSET, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        if self._hint and self._has_room_for_hint(area.width()):
            painter.setFont(base_font(12))
            painter.setPen(QColor(t.text3))
            painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, self._hint)
            area.setRight(area.right() - painter.fontMetrics().horizontalAdvance(self._hint) - 8)
        font = base_font(12.5)
        painter.setFont(font)
        painter.setPen(QColor(t.text))
        fitting = QFontMetrics(font).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, area.width()
        )
        painter.drawText(area, middle, fitting)

    def _has_room_for_hint(self, width: int) -> bool:
        hint = QFontMetrics(base_font(12)).horizontalAdvance(self._hint)
        text = QFontMetrics(base_font(12.5)).horizontalAdvance(self.text())
        return not self._whole or text + hint + 8 <= width

    def _ground(self, painter: QPainter) -> None:
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        t = tokens()
        painter.setPen(QPen(QColor(t.accent)) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.hover) if self.underMouse() else Qt.BrushStyle.NoBrush)
        if self.hasFocus() or self.underMouse():
            painter.drawRoundedRect(box, 5, 5)


class RowPool:
    """The rows of a card, reused from one customer to the next."""

    def __init__(
        self,
        layout: QVBoxLayout,
        on_click: Callable[[int], object],
        on_menu: Callable[[int, QPoint], object] | None = None,
    ) -> None:
        """Both are given the number of the row; `on_menu` also where its menu is wanted."""
        self._layout = layout
        self._on_click, self._on_menu = on_click, on_menu
        self.rows: list[LineRow] = []

    def take(self, count: int) -> list[LineRow]:
        """Exactly `count` visible rows."""
        while len(self.rows) < count:
            self._add()
        for number, row in enumerate(self.rows):
            row.setVisible(number < count)
        return self.rows[:count]

    def _add(self) -> None:
        row, number = LineRow(), len(self.rows)
        row.clicked.connect(lambda: self._on_click(number))
        on_menu = self._on_menu
        if on_menu is not None:
            row.menu_wanted.connect(lambda where: on_menu(number, where))
        self.rows.append(row)
        self._layout.addWidget(row)
