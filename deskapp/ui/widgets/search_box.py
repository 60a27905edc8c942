"""A search field with a magnifier and the key that leads to it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from deskapp.ui.theme import icon_pixmap, theme, tokens
from deskapp.ui.widgets.boxes import Frame, hbox
from deskapp.ui.widgets.buttons import IconButton
from deskapp.ui.widgets.labels import PlainLabel, restyle


class SearchBox(Frame):
    """`changed` carries the text as it is typed; `left` fires on Esc, `moved` on Up and Down."""

    changed = Signal(str)
    left = Signal()
    moved = Signal(int)  # +1 down, -1 up
    accepted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("search", parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._glass = PlainLabel()
        self.field = QLineEdit()
        self.field.setProperty("bare", True)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._on_text)
        self._key = PlainLabel("", "kbd")
        self._clear = IconButton("x", on_click=self.clear_text, size=12)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = hbox(self, (10, 0, 5, 0), 8)
        row.addWidget(self._glass)
        row.addWidget(self.field, 1)
        row.addWidget(self._key, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._clear)
        self.setFocusProxy(self.field)
        theme().changed.connect(self._paint_glass)
        self._paint_glass()
        self._on_text("")

    def set_texts(self, placeholder: str, key: str = "", clear: str = "") -> None:
        """`key` is the shortcut shown at the right while the field is empty."""
        self.field.setPlaceholderText(placeholder)
        self.field.setAccessibleName(placeholder)
        self._key.setText(key)
        self._clear.set_name(clear)
        self._on_text(self.field.text(), silent=True)

    def text(self) -> str:
        return self.field.text()

    def set_text(self, text: str) -> None:
        self.field.setText(text)

    def clear_text(self) -> None:
        self.field.clear()

    def forget_text(self) -> None:
        """Empty it without a `changed`."""
        self.field.blockSignals(True)
        self.field.clear()
        self.field.blockSignals(False)
        self._on_text("", silent=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            # The focus has not changed yet when a filter sees this.
            QTimer.singleShot(0, self, self._show_focus)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
        else:
            return False
        return True

    def _on_text(self, text: str, silent: bool = False) -> None:
        self._key.setVisible(not text and bool(self._key.text()))
        self._clear.setVisible(bool(text))
        if not silent:
            self.changed.emit(text)

    def _show_focus(self) -> None:
        self.setProperty("focused", self.field.hasFocus())
        restyle(self)

    def _paint_glass(self) -> None:
        ratio = self.devicePixelRatioF()
        self._glass.setPixmap(icon_pixmap("search", tokens().text3, 14, ratio))
