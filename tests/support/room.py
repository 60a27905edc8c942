"""What a room of the window is handed, on a desk in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import shiboken6
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from deskapp.core.ports import Services
from deskapp.models.dto import ContactDetail
from deskapp.ui.bridge import Bridge
from deskapp.ui.i18n import Language
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.shell.actions import Action, ActionRegistry
from deskapp.ui.shell.context import UiContext
from deskapp.ui.theme import ThemeMode, theme
from tests.support.fake_desk import (
    FakeAutostart,
    FakeClock,
    FakeDesk,
    FakeIdle,
    FakeJobs,
    FakeMail,
    FakeNotifier,
    FakeShell,
    FakeSounds,
)
from tests.support.no_chat import NoChat
from tests.support.ui_state import MemoryUiState

W = TypeVar("W", bound=QWidget)
C = TypeVar("C")


class RoomRig:
    """`show` puts a widget on the screen; `close` takes all of them away, then the desk."""

    def __init__(self, qtbot: QtBot, app: QApplication, *details: ContactDetail) -> None:
        theme().install(app, ThemeMode.LIGHT)
        self.qtbot = qtbot
        self.desk = FakeDesk(*details)
        self.bridge = Bridge(self.desk)
        self.errors: list[Exception] = []
        self.bridge.failed.connect(self.errors.append)
        self.state = MemoryUiState()
        self.shell = FakeShell(self.desk)
        self.language = Language(app)
        self.language.set("en")
        self.actions = ActionRegistry()
        for action_id, text, key in (
            ("conversation.reply", "Reply", "R"),
            ("conversation.note", "Add note", "N"),
            ("ticket.solve", "Resolve", "E"),
        ):
            self.actions.add(Action(action_id, lambda text=text: text, lambda: None, key))
        self.context = UiContext(self.bridge, self.state, FakeClock(), self.actions, self.language)
        self.mail, self.jobs, self.sounds = FakeMail(), FakeJobs(), FakeSounds()
        self.autostart = FakeAutostart()
        self.services = Services(
            self.mail, self.jobs, self.sounds, FakeNotifier(), self.autostart, FakeIdle(), NoChat()
        )
        self.preferences = Preferences(self.context)
        qtbot.waitUntil(lambda: self.preferences.known)
        self._shown: list[QWidget] = []

    def show(self, widget: W, width: int = 1100, height: int = 800) -> W:
        self._shown.append(widget)
        widget.resize(width, height)
        widget.show()
        return widget

    def settle(self) -> None:
        """Everything that was asked so far has been answered and shown."""
        done: list[object] = []
        self.bridge.watch(self.desk._pool.submit(int), done.append, None)
        self.qtbot.waitUntil(lambda: bool(done))

    def sent(self, kind: type[C]) -> list[C]:
        return [command for command in self.desk.sent if isinstance(command, kind)]

    def wait_for(self, kind: type[C]) -> C:
        self.qtbot.waitUntil(lambda: bool(self.sent(kind)))
        return self.sent(kind)[-1]

    def until(self, condition: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()))

    def close(self) -> None:
        for widget in self._shown:
            if shiboken6.isValid(widget):
                shiboken6.delete(widget)
        self.bridge.close()
        self.desk.close()
        theme().set_mode(ThemeMode.LIGHT)
        self.language.clear()
        assert not self.errors


def texts(root: QWidget) -> list[str]:
    """All that can be read in `root` now."""
    labels = [label.text() for label in root.findChildren(QLabel) if label.isVisible()]
    parts = [part for part in root.findChildren(QWidget) if part.isVisible()]
    return labels + [part.accessibleName() for part in parts if part.accessibleName()]


def readable(root: QWidget) -> list[str]:
    """As `texts`, with what stands on buttons."""
    parts = [part for part in root.findChildren(QWidget) if part.isVisible()]
    return [part.text() for part in parts if isinstance(part, QAbstractButton)] + texts(root)


def press(root: QWidget, text: str) -> None:
    """Press the one visible button that reads `text`."""
    found = [
        part
        for part in root.findChildren(QWidget)
        if part.isVisible() and hasattr(part, "click") and part.text() == text
    ]
    assert len(found) == 1, (text, [b.text() for b in found])
    found[0].click()


def named(root: QWidget, kind: type[W], name: str) -> W:
    """The one widget of `kind` with that accessible name."""
    found = [part for part in root.findChildren(kind) if part.accessibleName() == name]
    assert len(found) == 1, (name, len(found))
    return found[0]
