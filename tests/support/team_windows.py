"""Two whole windows at one desk: that of the machine which has it, and a colleague's over TLS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from PySide6.QtCore import QEvent, QEventLoop, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from deskapp.app.bootstrap import Desk
from deskapp.app.gui import DeskWindow
from deskapp.app.joining import join
from deskapp.app.team import TeamDesk, open_team_desk
from deskapp.core.commands.desk import SaveAgent, SetSetting
from deskapp.core.ports import Clock
from deskapp.core.queries.views import ALL
from deskapp.models.enums import Role
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile
from deskapp.system.sound import QtSounds
from deskapp.ui.conversation.card import MessageCard
from deskapp.ui.conversation.pane import ConversationPane
from tests.support.looks import choose_looks
from tests.support.team_rig import TeamHostRig, do
from tests.support.waiting import wait_for

WAIT_S = 90.0


class Seat:
    """One person's window."""

    def __init__(self, app: QApplication, desk: Desk | TeamDesk) -> None:
        self.desk = desk
        self.opened = DeskWindow(app, desk, channels=False)
        self.opened.show()
        self.until(lambda: self.opened.assembly is not None)

    def until(self, condition: Callable[[], object]) -> None:
        """Run the windows until `condition` holds. AssertionError when it does not in time."""

        def holds() -> object:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            return condition()

        wait_for(holds, "what the window should come to", WAIT_S)

    @property
    def pane(self) -> ConversationPane:
        assert self.opened.assembly is not None
        return self.opened.assembly.conversation

    def goes_to(self, ticket: str) -> None:
        self.opened.window.activateWindow()
        self.opened.window.inbox.open_view(ALL)
        self.until(lambda: self.listed() > 0)
        self.opened.window.open_ticket(ticket)
        self.until(lambda: self.pane.row is not None and self.pane.row.id == ticket)
        self.until(lambda: bool(self.pane.view.blocks))

    def listed(self) -> int:
        return self.opened.window.inbox.pane.model.rowCount()

    def writes(self, text: str) -> None:
        """Type into the composer, which knows to whom, without sending."""
        composer = self.pane.composer
        self.opened.window.activateWindow()
        composer.start("reply")
        self.until(composer.editor.hasFocus)
        self.until(lambda: composer.recipients.people("to") or not composer.by_mail())
        typed = QInputMethodEvent()  # QTest has no keys for letters with accents
        typed.setCommitString(text)
        QApplication.sendEvent(self.pane.composer.editor, typed)

    def sends(self) -> None:
        QTest.keyClick(
            self.pane.composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
        )

    def said(self) -> list[str]:
        """What the cards of the open conversation say, oldest first."""
        return [
            block.message.text for block in self.pane.view.blocks if isinstance(block, MessageCard)
        ]

    def line(self) -> str:
        """The status line's sentence."""
        return self.opened.window.status.text.text()

    def close(self, app: QApplication) -> None:
        self.opened.close()
        self.opened.language.clear()
        app.sendPostedEvents(self.opened.window, QEvent.Type.DeferredDelete)


class Windows:
    def __init__(self, app: QApplication, host: TeamHostRig, folder: Path) -> None:
        self._app, self._folder = app, folder
        self.host = host
        self.seats: list[Seat] = []

    def sit(self, desk: Desk | TeamDesk) -> Seat:
        seat = Seat(self._app, desk)
        self.seats.append(seat)
        return seat

    def colleague(self, name: str, looks: tuple[str, str] = ("en", "light")) -> Seat:
        """Invited, paired, and at the window; the first copy comes while it is open."""
        invitation = self.host.invite(self.host.agent(name, Role.AGENT))
        profile, keys = Profile(self._folder / name), MemoryKey()
        join(profile, invitation.link, keys=keys)
        choose_looks(profile, *looks)
        clock = self.host.desk.clock
        seat = self.sit(open_team_desk(profile, keys, start=False, clock=clock))
        seat.until(lambda: seat.desk.workspace.connection.online)
        return seat

    def leave(self, seat: Seat) -> None:
        self.seats.remove(seat)
        seat.close(self._app)

    def close(self) -> None:
        while self.seats:
            self.seats.pop().close(self._app)


@contextmanager
def open_windows(
    app: QApplication,
    folder: Path,
    language: str = "en",
    theme: str = "light",
    clock: Clock | None = None,
) -> Iterator[tuple[Windows, Seat]]:
    """The host with its window. Nothing is heard."""
    choose_looks(Profile.at(folder / "host"), language, theme)
    host = TeamHostRig(folder / "host", clock=clock)
    workspace = host.workspace
    do(workspace, SaveAgent(agent_id=workspace.agent_id, name="Lucía Marín"))
    do(workspace, SetSetting(key="desk.setup_done", value=True))
    do(workspace, SetSetting(key="desk.language", value=language))
    windows = Windows(app, host, folder)
    with (
        patch.object(QtSounds, "devices", lambda _self: []),
        patch.object(QtSounds, "play", lambda *_args, **_more: ""),
        patch.object(QtSounds, "stop", lambda *_: None),
    ):
        try:
            yield windows, windows.sit(host.desk)
        finally:
            host.host.stop()
            windows.close()
