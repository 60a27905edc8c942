"""Layout in one line, and the frames everything sits in."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QStyle,
    QStyleOption,
    QVBoxLayout,
    QWidget,
)

from deskapp.ui.theme import icon_pixmap, theme, tokens
from deskapp.ui.widgets.buttons import Button
from deskapp.ui.widgets.labels import PlainLabel

Margins = tuple[int, int, int, int]
_NONE: Margins = (0, 0, 0, 0)
_RADIUS = 10  # as in the stylesheet


def hbox(parent: QWidget | None = None, margins: Margins = _NONE, spacing: int = 8) -> QHBoxLayout:
    """A row; `margins` are left, top, right, bottom."""
    layout = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    return layout


def vbox(parent: QWidget | None = None, margins: Margins = _NONE, spacing: int = 8) -> QVBoxLayout:
    """A column."""
    layout = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    return layout


def clear(layout: QHBoxLayout | QVBoxLayout) -> None:
    """Take everything out of `layout` and delete its widgets."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class Frame(QFrame):
    """A plain frame; `kind` is one of the stylesheet's frames."""

    def __init__(self, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("frame", kind)


class Popup(Frame):
    """A window of its own that goes away with Esc or a click elsewhere; it deletes itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("popup", parent)
        self.setWindowFlags(Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the corners off where no compositor would let them shine through."""
        super().resizeEvent(event)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        self.setMask(QRegion(outline.toFillPolygon().toPolygon()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt paints no background at all where the window's corners are to shine through."""
        option = QStyleOption()
        option.initFrom(self)
        painter = QPainter(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)


class Line(Frame):
    """A hairline across."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("line", parent)


class Card(Frame):
    """A titled box of the customer panel and of Settings.

    Fill `body`; `action` is the link at its upper right.
    """

    def __init__(self, title: str = "", action: str = "", parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = vbox(self, (13, 10, 13, 11), 5)
        self.heading = PlainLabel(title, "section")
        self.action = Button(action, "link")
        head = hbox(spacing=6)
        head.addWidget(self.heading, 1)
        head.addWidget(self.action)
        column.addLayout(head)
        self.body = vbox(spacing=4)
        column.addLayout(self.body)
        self.heading.setVisible(bool(title))
        self.action.setVisible(bool(action))

    def set_title(self, title: str, action: str = "") -> None:
        self.heading.setText(title)
        self.heading.setVisible(bool(title))
        self.action.setText(action)
        self.action.setVisible(bool(action))


class EmptyState(QWidget):
    """What a place says when there is nothing in it: an outline, a sentence, perhaps a way on."""

    def __init__(
        self, icon_name: str, title: str = "", text: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._picture = PlainLabel()
        self._title = PlainLabel(title, "strong")
        self._text = PlainLabel(text, "small")
        self.button = Button()
        self.button.hide()
        column = vbox(self, (24, 24, 24, 24), 6)
        column.addStretch(2)
        for label in (self._picture, self._title, self._text):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        theme().changed.connect(self._paint_picture)
        self._paint_picture()

    def set(self, title: str, text: str = "", icon_name: str = "") -> None:
        self._icon_name = icon_name or self._icon_name
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._paint_picture()

    def _paint_picture(self) -> None:
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(icon_pixmap(self._icon_name, tokens().text3, 28, ratio))
