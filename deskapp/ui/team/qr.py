"""A QR code, painted dark on light in either theme: that is how cameras read it."""

from __future__ import annotations

import segno
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_QUIET = 4  # modules of light around it, as the standard asks


class QrCode(QWidget):
    """Square, `side` px wide; nothing is painted while there is no text."""

    def __init__(self, name: str, side: int = 208) -> None:
        super().__init__()
        self._rows: tuple[bytes, ...] = ()
        self._side = side
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        code = segno.make_qr(text, error="m") if text else None
        self._rows = tuple(bytes(row) for row in code.matrix) if code is not None else ()
        self.update()

    def modules(self) -> tuple[bytes, ...]:
        """Row by row, 1 where it is dark."""
        return self._rows

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawRoundedRect(self.rect(), 8, 8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        step = min(self.width(), self.height()) / (len(self._rows) + 2 * _QUIET)
        edges = [round((place + _QUIET) * step) for place in range(len(self._rows) + 1)]
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    box = QRect(
                        edges[x], edges[y], edges[x + 1] - edges[x], edges[y + 1] - edges[y]
                    )
                    painter.fillRect(box, QColor("#000000"))
