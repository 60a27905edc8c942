"""Every action a person can take, in one registry.

The palette, the shortcut sheet and Settings read it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do.

    `text` is asked each time, so that it follows the language. `shortcut` is a portable key
    sequence: "E", "Ctrl+K", or a chord "G, I"; empty for none. `enabled` is asked when it would
    run. `repeats`: whether holding the key runs it on and on. `palette`: whether Ctrl K lists it.
    """

    id: str  # noun.verb
    text: Callable[[], str]
    callback: Callable[[], object]
    shortcut: str = ""
    enabled: Callable[[], bool] = field(default=_always)
    icon: str = ""
    repeats: bool = False
    palette: bool = True


class ActionRegistry(QObject):
    """Holds the actions and the window's shortcuts for them.

    Single letters never fire while a person types: an input widget claims a letter (Qt asks it by
    `ShortcutOverride`) before a shortcut of the window may have it.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: dict[str, Action] = {}
        self._remapped: dict[str, str] = {}
        self._shortcuts: dict[str, QShortcut] = {}
        self._window: QWidget | None = None
        self.allowed: Callable[[str], bool] = lambda _id: True
        """Whether an action belongs to what is on screen now; a key must not act on what is not."""

    def add(self, *actions: Action) -> None:
        """Enter actions; one of the same id is replaced, so a pane built later brings its own."""
        self._actions.update({action.id: action for action in actions})
        self._bind()

    def remove(self, *action_ids: str) -> None:
        for action_id in action_ids:
            self._actions.pop(action_id, None)
        self._bind()

    def __iter__(self) -> Iterator[Action]:
        """All actions with the shortcuts that are in force, in the order they were entered."""
        for action in tuple(self._actions.values()):
            yield replace(
                action,
                shortcut=self.shortcut(action.id),
                enabled=partial(self._is_enabled, action),
            )

    def shortcut(self, action_id: str) -> str:
        """The portable key sequence in force; empty when there is none."""
        default = self._actions[action_id].shortcut if action_id in self._actions else ""
        return self._remapped.get(action_id, default)

    def remap(self, shortcuts: Mapping[str, str]) -> None:
        """Replace the user's own shortcuts: action id to key sequence; empty takes the key away."""
        self._remapped = dict(shortcuts)
        self._bind()

    def conflicts(self) -> dict[str, list[str]]:
        """Key sequences that several actions claim, with the actions' ids; the first has it."""
        claims: dict[str, list[str]] = {}
        for action in self:
            if action.shortcut:
                claims.setdefault(normal(action.shortcut), []).append(action.id)
        return {key: ids for key, ids in claims.items() if len(ids) > 1}

    def run(self, action_id: str) -> bool:
        """Do it, if it is there and enabled; says whether it was done."""
        action = self._actions.get(action_id)
        if action is None or not self._is_enabled(action):
            return False
        action.callback()
        return True

    def _is_enabled(self, action: Action) -> bool:
        return self.allowed(action.id) and action.enabled()

    def listen(self, window: QWidget) -> None:
        """Let the keys work in `window` from now on."""
        self._window = window
        self._bind()

    def _bind(self) -> None:
        """Give each key to the first action that claims it; two would make it dead for both."""
        taken: set[str] = set()
        for action_id in self._shortcuts.keys() - self._actions.keys():
            gone = self._shortcuts.pop(action_id)
            gone.setKey(QKeySequence())
            gone.deleteLater()
        if self._window is not None:
            for action in self:
                key = normal(action.shortcut)
                self._assign(action, "" if key in taken else key, self._window)
                taken.add(key)
        self.changed.emit()

    def _assign(self, action: Action, key: str, window: QWidget) -> None:
        shortcut = self._shortcuts.get(action.id)
        if shortcut is None:
            if not key:
                return
            shortcut = QShortcut(window)
            shortcut.setAutoRepeat(action.repeats)
            shortcut.activated.connect(lambda which=action.id: self.run(which))
            self._shortcuts[action.id] = shortcut
        if shortcut.key() != QKeySequence(key):
            shortcut.setKey(QKeySequence(key))


def normal(shortcut: str) -> str:
    """One spelling for each key sequence."""
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.PortableText)


def shown(shortcut: str) -> str:
    """As a person reads it here: "Ctrl K", "⌘K", "G I"."""
    keys = QKeySequence(shortcut)
    if sys.platform == "darwin":
        return keys.toString(QKeySequence.SequenceFormat.NativeText)
    # Qt's own translations write "Control+Mayús": the keyboards do not.
    portable = keys.toString(QKeySequence.SequenceFormat.PortableText)
    return portable.replace(", ", " ").replace("+", " ").replace("  ", " +")
