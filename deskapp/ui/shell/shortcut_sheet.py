"""`?`: all keys at a glance, as they are now."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QScrollArea, QWidget

from deskapp.ui.shell.actions import ActionRegistry, shown
from deskapp.ui.widgets import PlainLabel, vbox

_COLUMNS = 2
_LEAST = (620, 460)


class ShortcutSheet(QDialog):
    """Lists every action that has a key. Closes with Esc."""

    def __init__(self, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(4, 4, 16, 4)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(7)
        keyed = [action for action in actions if action.shortcut]
        rows = -(-len(keyed) // _COLUMNS)
        for place, action in enumerate(keyed):
            column = 3 * (place // rows)
            label = PlainLabel(action.text())
            key = PlainLabel(shown(action.shortcut), "kbd")
            key.setAlignment(Qt.AlignmentFlag.AlignCenter)
            grid.addWidget(label, place % rows, column)
            grid.addWidget(key, place % rows, column + 1, Qt.AlignmentFlag.AlignRight)
            grid.setColumnMinimumWidth(column, 180)
        grid.setColumnMinimumWidth(2, 18)
        grid.setRowStretch(rows, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(body)
        column_box = vbox(self, (20, 16, 8, 16), 12)
        column_box.addWidget(PlainLabel(self.windowTitle(), "title"))
        column_box.addWidget(scroll)
        self.resize(max(_LEAST[0], body.sizeHint().width() + 48), _LEAST[1])
