"""An on-off switch and a row of alternatives."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from deskapp.ui.theme import tokens


class Switch(QAbstractButton):
    """On or off, at once. `name` is for screen readers."""

    def __init__(
        self, name: str = "", checked: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setChecked(checked)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(38, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        track = QRectF(2, 2, 34, 20)
        painter.setPen(QPen(QColor(t.accent), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
        off = QColor(t.text3) if t.dark else QColor("#8B93A1")
        painter.setBrush(QColor(t.accent) if self.isChecked() else off)
        painter.drawRoundedRect(track, 10, 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.on_accent if self.isChecked() else "#FFFFFF"))
        painter.drawEllipse(QRectF(track.left() + (16 if self.isChecked() else 2), 4, 16, 16))


class Segmented(QFrame):
    """Alternatives side by side, of which one holds. `chosen` carries its key."""

    chosen = Signal(str)

    def __init__(
        self, options: Iterable[tuple[str, str]] = (), parent: QWidget | None = None
    ) -> None:
        """`options`: (key, text)."""
        super().__init__(parent)
        self.setProperty("frame", "segmented")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._clicked)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(1, 1, 1, 1)
        self._row.setSpacing(0)
        for key, text in options:
            self.add(key, text)

    def add(self, key: str, text: str) -> None:
        button = QPushButton(text)
        button.setProperty("kind", "segment")
        button.setProperty("key", key)
        button.setCheckable(True)
        self._group.addButton(button)
        self._row.addWidget(button)
        if len(self._group.buttons()) == 1:
            button.setChecked(True)

    def set_texts(self, texts: dict[str, str]) -> None:
        """Rename the alternatives, for another language."""
        for button in self._group.buttons():
            button.setText(texts[button.property("key")])

    def key(self) -> str:
        """The alternative that holds; empty when there is none."""
        button = self._group.checkedButton()
        return str(button.property("key")) if button is not None else ""

    def choose(self, key: str) -> None:
        """Select without emitting `chosen`."""
        for button in self._group.buttons():
            if button.property("key") == key:
                button.setChecked(True)

    def _clicked(self, button: QAbstractButton) -> None:
        self.chosen.emit(button.property("key"))
