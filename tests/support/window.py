"""A window over a fake desk, for tests of what it shows and does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QApplication

from deskapp.models.dto import TicketRow
from deskapp.ui.bridge import Bridge
from deskapp.ui.i18n import Language
from deskapp.ui.shell.actions import ActionRegistry
from deskapp.ui.shell.context import UiContext
from deskapp.ui.shell.main_window import MainWindow
from deskapp.ui.theme import ThemeMode, theme
from tests.support.fake_workspace import FakeWorkspace
from tests.support.ui_state import MemoryUiState


class RealClock:
    """The present, as the window's own clock gives it."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000


@contextmanager
def open_window(
    app: QApplication, rows: list[TicketRow], state: MemoryUiState | None = None
) -> Iterator[tuple[MainWindow, FakeWorkspace]]:
    """A shown window on `rows`, in English; everything is closed afterwards."""
    theme().install(app, ThemeMode.LIGHT)
    language = Language(app)
    language.set("en")
    desk = FakeWorkspace(rows)
    bridge = Bridge(desk)
    context = UiContext(bridge, state or MemoryUiState(), RealClock(), ActionRegistry(), language)
    window = MainWindow(context)
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    window.start()
    try:
        yield window, desk
    finally:
        bridge.close()
        window.close()
        window.deleteLater()
        language.clear()
        desk.close()
