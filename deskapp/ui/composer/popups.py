"""The pop-up over the composer: canned replies after `/`, emoji after `:`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsDropShadowEffect, QWidget

from deskapp.ui.widgets import Choice, Frame, PlainLabel, PopupList, vbox

WIDTH = 400
_LINES = 4
_EDGE = 6  # px


class InlinePopup(Frame):
    """Never takes the focus: the editor hands its keys over. `picked` carries a choice's key."""

    picked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("popup", parent)
        self._ground = parent
        self.list = PopupList()
        self.list.setAccessibleName("")
        self._preview = PlainLabel("", "small")
        self._preview.setWordWrap(True)
        self._preview.setMargin(6)
        self._previews: dict[str, str] = {}
        column = vbox(self, (_EDGE, _EDGE, _EDGE, _EDGE), 2)
        column.addWidget(self.list)
        column.addWidget(self._preview)
        self.list.picked.connect(self.picked)
        self.list.selectionModel().currentChanged.connect(self._show_preview)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(28)
        shadow.setOffset(0, 8)
        shadow.setColor(QColor(0, 0, 0, 45))
        self.setGraphicsEffect(shadow)
        self.hide()

    def offer(
        self, choices: Sequence[Choice], previews: dict[str, str], over: QWidget, name: str
    ) -> None:
        """Show choices over the upper edge of `over`; nothing when there are none."""
        self._previews = previews
        self.list.setAccessibleName(name)
        if not choices:
            self.hide()
            return
        self.list.show_choices(choices)
        self.list.setFixedHeight(self.list.height_for(6))
        self._show_preview()
        self.setFixedWidth(min(WIDTH, self._ground.width() - 20))
        inside = self.width() - 2 * _EDGE
        self._preview.setFixedHeight(max(0, self._preview.heightForWidth(inside)))
        self.adjustSize()
        corner = over.mapTo(self._ground, QPoint(10, 0))
        self.move(corner.x(), max(4, corner.y() + 22 - self.height()))
        self.show()
        self.raise_()

    def key(self, key: int) -> None:
        """A key that the editor handed over."""
        if key == Qt.Key.Key_Up:
            self.list.move(-1)
        elif key == Qt.Key.Key_Down:
            self.list.move(1)
        elif key == Qt.Key.Key_Escape:
            self.hide()
        else:
            self.list.accept()

    def _show_preview(self) -> None:
        choice = self.list.current()
        text = self._previews.get(choice.key, "") if choice is not None else ""
        lines = text.splitlines()
        short = "\n".join(lines[:_LINES])[:320]
        self._preview.setText(short + (" …" if len(short) < len(text) else ""))
        self._preview.setVisible(bool(text))
