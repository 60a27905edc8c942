"""A person as a painted circle with initials."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from deskapp.ui.theme import avatar_colour, base_font, initials, tokens

SMALL, MEDIUM, LARGE = 24, 32, 44


class Avatar(QWidget):
    """`key` is the person's id: it picks the colour."""

    def __init__(
        self,
        name: str = "",
        key: str = "",
        size: int = MEDIUM,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._size = size
        self._name, self._key = name, key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def set_person(self, name: str, key: str) -> None:
        if (name, key) == (self._name, self._key):
            return
        self._name, self._key = name, key
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size + 2, self._size + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_avatar(painter, QRectF(0, 0, self._size, self._size), self._name, self._key)


def paint_avatar(painter: QPainter, rect: QRectF, name: str, key: str) -> None:
    """Fill the circle inscribed in `rect` with the person's colour and initials."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(avatar_colour(key or name)))
    painter.drawEllipse(rect)
    painter.setPen(QColor("#FFFFFF"))
    painter.setFont(base_font(max(8, round(rect.height() * 0.375)), 600))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials(name))
    painter.restore()


def paint_dot(painter: QPainter, rect: QRectF, token: str) -> None:
    """A presence dot at the lower right of an avatar's `rect`, ringed by the ground's colour."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(rect.right() - 9, rect.bottom() - 9, 11, 11)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens().surface))
    painter.drawEllipse(box)
    painter.setBrush(QColor(getattr(tokens(), token)))
    painter.drawEllipse(box.adjusted(2, 2, -2, -2))
