"""What is set, for whoever needs to know: the desk's settings and those of this computer."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from deskapp.core.api import ChangeSet, Outcome
from deskapp.core.commands.desk import SetPreference, SetSetting
from deskapp.core.policies.settings import LOCAL, PERSONAL, Value, flag, number, text, value_of
from deskapp.core.queries.desk import GetSettings
from deskapp.models.dto import DeskSettings
from deskapp.ui import messages
from deskapp.ui.shell.context import UiContext
from deskapp.ui.theme import ThemeMode, theme


class Preferences(QObject):
    """Reads at once, from memory; follows the desk. A change shows at once and is taken back when
    the desk refuses it (`refused` then carries the sentence)."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._desk: Mapping[str, object] = {}
        self._pending: dict[str, Value] = {}
        self._known = False
        context.actions.remap(remapped(self.get("shortcuts")))
        context.bridge.changed.connect(self._on_change)
        self._read()

    @property
    def known(self) -> bool:
        """Whether the desk has answered yet; before that every value is the default."""
        return self._known

    def values(self) -> Mapping[str, object]:
        """What the desk's settings are, changes under way included."""
        return {**self._desk, **self._pending}

    def get(self, key: str) -> Value:
        """The value in force; raises `KeyError` for an unknown key."""
        return value_of(self._source(key), key)

    def flag(self, key: str) -> bool:
        return flag(self._source(key), key)

    def number(self, key: str) -> int:
        return number(self._source(key), key)

    def text(self, key: str) -> str:
        return text(self._source(key), key)

    def set(self, key: str, value: Value) -> None:
        """Change it, here and at the desk."""
        if self.get(key) == value:
            return
        if key in LOCAL:
            kept = list(value) if isinstance(value, tuple) else value
            self._context.state.set(key, kept)
            self.apply()
        else:
            self._pending[key] = value
            kind = SetPreference if key in PERSONAL else SetSetting
            command = kind(key=key, value=value)
            self._context.bridge.send(command, lambda o: self._settled(key, value, o), self)
        self.changed.emit()

    def apply(self) -> None:
        """Put what concerns the whole window into force: colours, language, keys."""
        mode, language = ThemeMode(self.text("appearance.theme")), self.text("appearance.language")
        if theme().mode is not mode:
            theme().set_mode(mode)
        if self._context.language.wanted != language:
            self._context.language.set(language)
        self._context.actions.remap(remapped(self.get("shortcuts")))

    def _source(self, key: str) -> Mapping[str, object]:
        if key in LOCAL:
            return {key: self._context.state.get(key, LOCAL[key].default)}
        return self.values()

    def _read(self) -> None:
        self._context.bridge.ask(GetSettings(), self._show, self)

    def _show(self, settings: DeskSettings) -> None:
        self._known = True
        self._desk = settings.values
        self.changed.emit()

    def _settled(self, key: str, value: Value, outcome: Outcome) -> None:
        if self._pending.get(key) == value:
            del self._pending[key]
        if outcome.rejected is not None:
            self.changed.emit()
            self.refused.emit(messages.rejection(outcome.rejected))
        else:
            self._desk = {**self._desk, key: value}

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("setting", "preference"):
            self._read()


def remapped(value: Value) -> dict[str, str]:
    """The person's own keys: action id to portable key sequence. What cannot be read is left out."""
    if not isinstance(value, tuple):
        return {}
    pairs = (item.partition("=") for item in value)
    return {action: key for action, found, key in pairs if found and action}


def as_value(keys: Mapping[str, str]) -> tuple[str, ...]:
    """The reverse of `remapped`."""
    return tuple(f"{action}={key}" for action, key in sorted(keys.items()))
