"""A small rounded label for a state, a tag or a count."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from deskapp.ui.theme import base_font, icon_pixmap, tokens

HEIGHT = 19
_PAD = 8
_ICON = 12
_GROUNDS = {
    "": ("raised", "text2"),
    "ok": ("ok_weak", "ok"),
    "warn": ("warn_weak", "warn"),
    "bad": ("danger_weak", "danger"),
    "accent": ("accent_weak", "accent"),
    "note": ("note", "warn"),
}


class Pill(QWidget):
    """`kind`: "" (neutral), ok, warn, bad, accent or note. An icon may stand before the text."""

    def __init__(
        self, text: str = "", kind: str = "", icon_name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text, self._kind, self._icon = text, kind, icon_name
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def set(self, text: str, kind: str = "", icon_name: str = "") -> None:
        if (text, kind, icon_name) == (self._text, self._kind, self._icon):
            return
        self._text, self._kind, self._icon = text, kind, icon_name
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        return QSize(round(pill_width(self._text, bool(self._icon)) + 0.5), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * _PAD + HEIGHT, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(0, 0, self.width(), HEIGHT)
        paint_pill(painter, rect, self._text, self._kind, self._icon)


def pill_font() -> QFont:
    return base_font(11.5, 500)


def pill_width(text: str, with_icon: bool = False) -> float:
    """The width a pill needs, in device-independent pixels."""
    extra = _ICON + 4 if with_icon else 0
    return QFontMetricsF(pill_font()).horizontalAdvance(text) + 2 * _PAD + extra


def paint_pill(
    painter: QPainter,
    rect: QRectF,
    text: str,
    kind: str = "",
    icon_name: str = "",
    on: str = "",
) -> None:
    """Paint a pill that fills `rect`; a text that does not fit is elided.

    `on` is the token of another ground, where a pill's own would not stand out.
    """
    ground, ink = (getattr(tokens(), name) for name in _GROUNDS[kind])
    ground = getattr(tokens(), on) if on and kind in ("", "accent") else ground
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    inner = rect.adjusted(_PAD, 0, -_PAD, 0)
    if icon_name:
        ratio = painter.device().devicePixelRatioF()
        top = rect.center().y() - _ICON / 2
        painter.drawPixmap(round(inner.x()), round(top), icon_pixmap(icon_name, ink, _ICON, ratio))
        inner.setLeft(inner.left() + _ICON + 4)
    font = pill_font()
    painter.setFont(font)
    painter.setPen(QColor(ink))
    fitting = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, inner.width() + 0.5)
    painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, fitting)
    painter.restore()
