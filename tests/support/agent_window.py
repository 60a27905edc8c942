"""The whole window on a desk whose chat box runs: the agent's side of a chat, with the real server behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from PySide6.QtCore import QEvent, QEventLoop
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from deskapp.app.bootstrap import Desk, open_desk
from deskapp.app.gui import DeskWindow
from deskapp.app.webchat import WebChat
from deskapp.core.api import Command
from deskapp.core.commands.desk import SaveAgent, SetSetting
from deskapp.core.commands.webchat import SaveChatBox
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile
from deskapp.system.sound import QtSounds
from deskapp.ui.conversation.card import MessageCard
from tests.support.looks import choose_looks
from tests.support.waiting import free_port, wait_for

if TYPE_CHECKING:
    from deskapp.core.ports import Clock
    from deskapp.ui.conversation.pane import ConversationPane

WAIT_S = 75.0


def breathe() -> None:
    """Let the window do what it has to."""
    QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


class AgentWindow:
    """A window with a chat box that runs on `port`."""

    def __init__(self, desk: Desk, opened: DeskWindow, port: int) -> None:
        self.desk, self.opened, self.port = desk, opened, port
        self.box_id = desk.workspace.new_id()
        self.rung: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def do(self, command: Command) -> None:
        outcome = self.desk.workspace.submit(command).result(75)
        assert outcome.ok, outcome.rejected

    def box(self, *origins: str, **settings: object) -> None:
        """Make the box, or change it."""
        plain: dict[str, object] = {"ask_name": "no", "ask_email": "no", "origins": origins}
        self.do(
            SaveChatBox(account_id=self.box_id, name="Casa Talavera", settings=plain | settings)
        )

    def until(self, condition: Callable[[], object]) -> None:
        """Run the window until `condition` holds. AssertionError when it does not in time."""

        def holds() -> object:
            breathe()
            return condition()

        wait_for(holds, "what the window should come to", WAIT_S)

    @property
    def pane(self) -> ConversationPane:
        assert self.opened.assembly is not None
        return self.opened.assembly.conversation

    def opens_the_chat(self) -> str:
        """Go to the chat that has waited longest; its ticket."""
        assert self.opened.assembly is not None
        strip = self.opened.assembly.chats.strip
        self.until(lambda: strip.chats)
        assert self.opened.actions.run("chats.longest")
        talk = self.pane.chat
        self.until(lambda: talk.info is not None and talk.contact is not None)
        self.until(lambda: bool(self.pane.view.blocks))
        return strip.chats[0].ticket_id

    def writes(self, text: str) -> None:
        """Type into the composer, without sending."""
        self.pane.composer.start("reply")
        self.until(self.pane.composer.editor.hasFocus)
        typed = QInputMethodEvent()  # QTest has no keys for letters with accents
        typed.setCommitString(text)
        QApplication.sendEvent(self.pane.composer.editor, typed)

    def cards(self) -> list[MessageCard]:
        """The messages of the open conversation, oldest first."""
        return [block for block in self.pane.view.blocks if isinstance(block, MessageCard)]

    def last_card(self) -> MessageCard:
        return self.cards()[-1]


@contextmanager
def open_agent_window(
    app: QApplication,
    folder: Path,
    *,
    language: str = "en",
    theme: str = "light",
    clock: Clock | None = None,
) -> Iterator[AgentWindow]:
    """Open a desk with an agent in its window. Sounds are noted in `rung`; nothing is heard."""
    desk = open_desk(choose_looks(Profile.at(folder), language, theme), MemoryKey(), clock=clock)
    opened = DeskWindow(app, desk, channels=False)
    made = AgentWindow(desk, opened, free_port())

    def note(_sounds: QtSounds, sound: str, *_: object, **__: object) -> str:
        made.rung.append(sound)
        return sound

    made.do(SaveAgent(agent_id=desk.workspace.agent_id, name="Lucía Marín"))
    made.do(SetSetting(key="desk.setup_done", value=True))
    made.do(SetSetting(key="desk.language", value=language))
    made.do(SetSetting(key="chat.port", value=made.port))
    opened.chat = WebChat(desk)
    with (
        patch.object(QtSounds, "devices", lambda _self: []),
        patch.object(QtSounds, "play", note),
        patch.object(QtSounds, "stop", lambda *_: None),
    ):
        try:
            opened.show()
            opened.window.activateWindow()
            made.until(lambda: opened.assembly is not None)
            yield made
        finally:
            opened.close()
            opened.language.clear()
            app.sendPostedEvents(opened.window, QEvent.Type.DeferredDelete)
