"""The window's start: paint the inbox first, then bring in everything else."""

import argparse
import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QProcess, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

from deskapp.app.bootstrap import Desk, open_desk
from deskapp.app.collector import Collector
from deskapp.app.interrupts import Interrupts
from deskapp.app.loop_watch import LoopWatch
from deskapp.app.start import settled
from deskapp.system.autostart import own_command
from deskapp.system.paths import Profile
from deskapp.system.ui_state import FileUiState
from deskapp.ui.bridge import Bridge
from deskapp.ui.i18n import Language
from deskapp.ui.shell.actions import ActionRegistry
from deskapp.ui.shell.context import Room, UiContext
from deskapp.ui.shell.main_window import MainWindow
from deskapp.ui.theme import ThemeMode, icon, theme

if TYPE_CHECKING:
    from deskapp.app.assembly import Assembly
    from deskapp.app.team import TeamDesk
    from deskapp.core.ports import LiveChat
    from deskapp.system.secrets import KeyKeeper

log = logging.getLogger(__name__)

BENCH_MARK = "DESKAPP_BENCH_MARK"
"""Where to write, for the benchmark, when the inbox was painted (ns, monotonic)."""


def application(argv: list[str] | None = None) -> QApplication:
    """The one QApplication, named so that desktops and notifications know us."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(argv or sys.argv[:1])
    app.setApplicationName("deskapp")
    app.setDesktopFileName("deskapp")
    app.setQuitOnLastWindowClosed(False)
    return app


def run(args: argparse.Namespace) -> int:
    """Open the desk of `args.profile` in a window and stay until it is closed."""
    app = application()
    profile = Profile.at(args.profile)
    try:
        desk = open_any(profile, key_keeper(args.key_file))
    except Exception as error:
        _say(error)
        raise
    window = DeskWindow(app, desk, debug=args.debug)
    interrupts = Interrupts(app)
    watch = LoopWatch()
    window.assembled.connect(watch.start)
    window.show(hidden=args.hidden)
    try:
        return app.exec()
    finally:
        watch.close()
        window.close()
        interrupts.close()
        if window.again:
            open_again(window.again)


def open_again(folder: str) -> None:
    """In a process of its own: this one has ended all it had."""
    program, *words = own_command()
    QProcess.startDetached(program, [*words, "--profile", folder])


def open_any(profile: Profile, keys: "KeyKeeper | None") -> "Desk | TeamDesk":
    """The desk of this profile, or its replica of a team's, to be read from; `begin` starts the rest."""
    if not profile.team.exists():
        return open_desk(profile, keys, start=False)
    from deskapp.app.team import open_team_desk

    return open_team_desk(profile, keys, start=False)


def key_keeper(key_file: str | None) -> "KeyKeeper | None":
    """Where the data key is kept: in `key_file`, or (None) in the system's keyring."""
    if key_file is None:
        return None
    from deskapp.system.keys import FileKey

    return FileKey(Path(key_file).expanduser().absolute())


def _say(error: Exception) -> None:
    """Tell a person who has no console why the desk does not open."""
    from deskapp.app.errors import as_known, sentence

    known = as_known(error)
    if known is None:
        return
    theme().install(application())
    box = QMessageBox(QMessageBox.Icon.Warning, "deskapp", sentence(known)[1])
    box.setTextFormat(box.textFormat().PlainText)
    if sys.stderr is None or not sys.stderr.isatty():
        box.exec()


class DeskWindow(QObject):
    """A desk and the window on it.

    `painted` fires when the inbox has shown real rows, `assembled` when conversation, customer,
    settings, sounds, tray and channels are there too.
    """

    painted = Signal()
    assembled = Signal()
    raised = Signal()

    def __init__(
        self,
        app: QApplication,
        desk: "Desk | TeamDesk",
        *,
        channels: bool = True,
        debug: bool = False,
    ) -> None:
        super().__init__()
        self.app, self.desk = app, desk
        self._channels, self.debug = channels, debug
        self.state = FileUiState(desk.profile.ui_state)
        self.language = Language(app)
        self.language.set(str(self.state.get("appearance.language", "system")))
        wanted = str(self.state.get("appearance.theme", "system"))
        theme().install(app, ThemeMode(wanted if wanted in list(ThemeMode) else "system"))
        self.bridge = Bridge(desk.workspace)
        self.actions = ActionRegistry()
        self.context = UiContext(self.bridge, self.state, desk.clock, self.actions, self.language)
        self.window = MainWindow(self.context)
        self.window.setWindowIcon(icon("inbox", "accent", 32))
        self.window.quitting.connect(app.quit)
        self.raised.connect(self.window.raise_up)
        self.assembly: Assembly | None = None
        self.again = ""
        """The folder to open once this window is gone."""
        self.chat: LiveChat | None = None
        """A live side of web chat in place of the desk's own, for pictures."""
        self._collector = Collector(self)
        self._watcher = _FirstPaint(self.window, self._on_painted)

    def show(self, *, hidden: bool = False) -> None:
        """Show the window (or start in the tray) and begin to read."""
        if hidden:
            QTimer.singleShot(0, self._on_painted)
        else:
            self.window.show()
        self.window.start()

    def reopen(self, folder: str) -> None:
        """Close; whoever runs this window opens that profile then."""
        self.again = folder
        self.app.quit()

    def close(self) -> None:
        """End everything in order: what is typed is saved, channels stop, the desk closes."""
        if self.assembly is not None:
            self.assembly.close()
        self.bridge.close()
        self.state.close()
        self.desk.close()
        self.window.deleteLater()
        self._collector.close()

    def _on_painted(self) -> None:
        mark = os.environ.get(BENCH_MARK)
        if mark:
            Path(mark).write_text(str(time.monotonic_ns()), encoding="ascii")
        self.painted.emit()
        QTimer.singleShot(0, self._assemble)

    def _assemble(self) -> None:
        from deskapp.app.assembly import Assembly

        self.desk.begin()
        self.assembly = Assembly(self, channels=self._channels)
        settled()
        self.assembled.emit()

    def add_room(self, room: Room) -> None:
        self.window.add_room(room)


class _FirstPaint(QObject):
    """Calls back once, after the list has painted rows, or its having none."""

    def __init__(self, window: MainWindow, then: Callable[[], None]) -> None:
        super().__init__(window)
        self._pane = window.inbox.pane
        self._then: Callable[[], None] | None = then
        self._loaded = False
        self._pane.feed.opened.connect(self._on_opened)
        self._pane.list.viewport().installEventFilter(self)

    def _on_opened(self) -> None:
        self._loaded = True
        if not self._pane.model.rowCount():  # nothing to paint: an empty desk
            self._done()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._loaded:
            model = self._pane.model
            if model.rowCount() and model.row_at(0) is not None:
                self._done()
        return super().eventFilter(watched, event)

    def _done(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            self._pane.list.viewport().removeEventFilter(self)
            QTimer.singleShot(0, then)
