"""Every key, and its change. Two actions on one key are explained, never silently resolved."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit, QStackedLayout, QWidget

from deskapp.ui.settings.preferences import Preferences, as_value, remapped
from deskapp.ui.settings.rows import Sheet
from deskapp.ui.shell.actions import Action, ActionRegistry, normal, shown
from deskapp.ui.widgets import Button, IconButton, Line, PlainLabel, SearchBox, hbox, vbox

_KEY = "shortcuts"


class ShortcutsSheet(Sheet):
    def __init__(self, actions: ActionRegistry, preferences: Preferences) -> None:
        super().__init__()
        self.set_head(
            self.tr("Keyboard shortcuts"),
            self.tr(
                "Press a key's button, then the new keys. Single letters never fire while you type."
            ),
        )
        self._actions, self._preferences = actions, preferences
        self.search = SearchBox()
        self.search.set_texts(self.tr("Search actions"), clear=self.tr("Clear the search"))
        self.reset_all = Button(self.tr("Reset all"), on_click=self._reset_all)
        top = QWidget()
        row = hbox(top)
        row.addWidget(self.search, 1)
        row.addWidget(self.reset_all)
        self.add(top)
        self.body.addSpacing(8)
        self.rows = [_ShortcutRow(action) for action in actions]
        for shortcut in self.rows:
            self.add(shortcut)
            shortcut.wanted.connect(self._change)
            shortcut.reset_wanted.connect(self._reset)
        self.finish()
        self.search.changed.connect(self._filter)
        preferences.changed.connect(self._show)
        self._show()

    def _mine(self) -> dict[str, str]:
        return remapped(self._preferences.get(_KEY))

    def _change(self, action_id: str, key: str) -> None:
        self._keep(self._mine() | {action_id: key})

    def _reset(self, action_id: str) -> None:
        self._keep({name: key for name, key in self._mine().items() if name != action_id})

    def _reset_all(self) -> None:
        self._keep({})

    def _keep(self, keys: dict[str, str]) -> None:
        self._preferences.set(_KEY, as_value(keys))
        self._show()

    def _show(self) -> None:
        mine = self._mine()
        names = {action.id: action.text() for action in self._actions}
        conflicts = self._actions.conflicts()
        for row in self.rows:
            key = self._actions.shortcut(row.action.id)
            others = [names[o] for o in conflicts.get(normal(key), ()) if o != row.action.id]
            row.show_key(key, row.action.id in mine, others)
        self.reset_all.setEnabled(bool(mine))

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for row in self.rows:
            said = f"{row.action.text()} {shown(self._actions.shortcut(row.action.id))}".casefold()
            row.setVisible(all(word in said for word in words))


class _ShortcutRow(QWidget):
    wanted = Signal(str, str)  # action id, portable key sequence (empty: none)
    reset_wanted = Signal(str)

    def __init__(self, action: Action) -> None:
        super().__init__()
        self.action = action
        self._conflict = PlainLabel(role="error")
        self._conflict.setWordWrap(True)
        self._conflict.hide()
        self.key = Button(on_click=self._record)
        self.key.setMinimumWidth(110)
        self._recorder = _Recorder()
        self._recorder.recorded.connect(self._recorded)
        self._recorder.left.connect(self._stop)
        self._recorder.setAccessibleName(self.tr("Press the new keys; Esc keeps the old ones"))
        slot = QWidget()
        self._slot = QStackedLayout(slot)
        self._slot.addWidget(self.key)
        self._slot.addWidget(self._recorder)
        slot.setFixedWidth(140)
        text = action.text()
        none = self.tr("No key: %1").replace("%1", text)
        reset = self.tr("Reset: %1").replace("%1", text)
        self._none = IconButton("x", none, lambda: self._set(""), size=13)
        self._reset = IconButton("undo", reset, lambda: self.reset_wanted.emit(action.id), size=14)
        line = hbox(margins=(0, 4, 2, 4), spacing=6)
        line.addWidget(PlainLabel(text), 1)
        for part in (slot, self._none, self._reset):
            line.addWidget(part)
        column = vbox(self, spacing=0)
        column.addWidget(Line())
        column.addLayout(line)
        column.addWidget(self._conflict)

    def show_key(self, key: str, is_mine: bool, others: list[str]) -> None:
        """`others` are the actions that claim the same key."""
        text = shown(key) if key else self.tr("None")
        self.key.setText(text)
        self.key.setAccessibleName(f"{self.action.text()}: {text}")
        self._none.setEnabled(bool(key))
        self._reset.setEnabled(is_mine)
        self._conflict.setVisible(bool(others))
        self._conflict.setText(
            self.tr("%1 is also the key of “%2”. Only one of them works: change one.")
            .replace("%1", text)
            .replace("%2", "”, “".join(others))
        )

    def _record(self) -> None:
        self._recorder.clear()
        self._slot.setCurrentWidget(self._recorder)
        self._recorder.setFocus()

    def _recorded(self, key: str) -> None:
        self._stop()
        self._set(key)

    def _stop(self) -> None:
        self._slot.setCurrentWidget(self.key)
        self.key.setFocus()

    def _set(self, key: str) -> None:
        self.wanted.emit(self.action.id, key)


class _Recorder(QKeySequenceEdit):
    """Takes up to two key presses; a pause ends it. Esc, Tab and leaving give up."""

    recorded = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumSequenceLength(2)
        self.editingFinished.connect(self._finish)

    def event(self, event: QEvent) -> bool:
        leaving = (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        if isinstance(event, QKeyEvent) and event.key() in leaving:
            if event.type() == QEvent.Type.KeyPress:
                self.left.emit()
            event.accept()
            return True
        return super().event(event)

    def _finish(self) -> None:
        keys = self.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        if keys:
            self.recorded.emit(keys)
        else:
            self.left.emit()
