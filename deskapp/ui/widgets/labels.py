"""Labels that never read their text as markup."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOption, QWidget


class PlainLabel(QLabel):
    """A `QLabel` whose text is always plain. `role` picks a type style of the stylesheet."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def set_role(self, role: str) -> None:
        """Change the type style."""
        if self.property("role") != role:
            self.setProperty("role", role)
            restyle(self)


class ElidedLabel(PlainLabel):
    """One line, shortened with "…" where there is no room; the tooltip then says all of it."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, role, parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(24)

    def setText(self, text: str) -> None:
        line = " ".join(text.split())
        if line != self.text():
            super().setText(line)
            self._update_tip()

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_tip()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        rect = self.contentsRect()
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        text = self._metrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, rect.width())
        self.style().drawItemText(
            painter,
            rect,
            int(self.alignment()),
            option.palette,
            self.isEnabled(),
            text,
            self.foregroundRole(),
        )

    def _metrics(self) -> QFontMetrics:
        return self.fontMetrics()

    def _update_tip(self) -> None:
        cut = self._metrics().horizontalAdvance(self.text()) > self.contentsRect().width()
        tip = plain_tip(self.text()) if cut else ""
        if tip != self.toolTip():
            self.setToolTip(tip)


def plain_tip(text: str) -> str:
    """`text` for a tooltip. Tooltips guess at markup, so what may look like it is made literal."""
    if "<" not in text:
        return text
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<span>{escaped}</span>"


def restyle(widget: QWidget) -> None:
    """Let the stylesheet look at the properties of `widget` again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
