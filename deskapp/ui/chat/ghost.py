"""What a visitor is typing, as a card that is not there yet."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from deskapp.core.policies.display import safe_name
from deskapp.ui.conversation.blocks import Block, State, font
from deskapp.ui.conversation.text import shortened, visible
from deskapp.ui.conversation.textbox import TextBox
from deskapp.ui.theme import colour

translate = QCoreApplication.translate

_LEAD = 42.0  # where the cards of customers begin
_PAD_X, _PAD_Y = 13.0, 8.0
_META = 17.0
_SHARE = 0.76
_RADIUS = 12.0


class GhostCard(Block):
    """Plain text, dashed. `text` empty: only that something is being typed."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = safe_name(name, 60)
        self.text = ""
        self._box: TextBox | None = None
        self._bubble = QRectF()

    def say(self, text: str) -> None:
        """Show what is typed now."""
        shown, _cut = shortened(visible(text))
        if shown != self.text:
            self.text = shown
            self._box = TextBox(shown, font(13), "text2") if shown.strip() else None
            self.forget()

    def headline(self) -> str:
        words = translate("GhostCard", "%1 is typing…")
        return words.replace("%1", self.name or translate("GhostCard", "The visitor"))

    def speech(self) -> str:
        return "\n".join(part for part in (self.headline(), self.text) if part.strip())

    def estimate(self, width: float) -> float:
        lines = 1 + len(self.text) // max(20, int(width * _SHARE / 7)) if self._box else 0
        return 2 * _PAD_Y + _META + 19 * lines

    def lay_out(self, width: float) -> None:
        most = max(width * _SHARE, min(width, 400.0)) - _LEAD - 2 * _PAD_X
        wide = QFontMetricsF(font(11.5)).horizontalAdvance(self.headline()) + 2
        high = _META
        if self._box is not None:
            self._box.lay_out(most)
            wide = max(wide, self._box.natural_width)
            high += 3 + self._box.height
        self._bubble = QRectF(_LEAD, 0, min(wide, most) + 2 * _PAD_X, high + 2 * _PAD_Y)
        self.height = self._bubble.height()

    def paint(self, painter: QPainter, _state: State) -> None:
        painter.setPen(QPen(colour("border"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self._bubble.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.setFont(font(11.5))
        painter.setPen(colour("text3"))
        line = QRectF(_LEAD + _PAD_X, _PAD_Y - 1, self._bubble.width() - 2 * _PAD_X + 2, _META)
        fitting = painter.fontMetrics().elidedText(
            self.headline(), Qt.TextElideMode.ElideRight, int(line.width())
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, fitting)
        if self._box is not None:
            self._box.draw(painter, QPointF(_LEAD + _PAD_X, _PAD_Y + _META + 3))
