"""The whole window on a real desk with a chat box, and a live side that the test writes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from deskapp.app.bootstrap import Desk, open_desk
from deskapp.app.gui import DeskWindow
from deskapp.core.api import Command, Query
from deskapp.core.commands.desk import SetSetting
from deskapp.core.commands.webchat import ReceiveChat, SaveChatBox, VisitorClaim
from deskapp.core.queries.webchat import GetChat
from deskapp.models.dto import ChatInfo
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile
from deskapp.ui.chat.waiting import ChatStrip
from tests.support.fake_live_chat import FakeLiveChat
from tests.support.looks import choose_looks

if TYPE_CHECKING:
    from deskapp.app.assembly import Assembly

R = TypeVar("R")
W = TypeVar("W", bound=QWidget)
SITE = "https://tienda.test"
WAIT_MS = 75_000


class ChatWindow:
    """`says` is a visitor, `do` an agent elsewhere."""

    def __init__(self, qtbot: QtBot, desk: Desk, opened: DeskWindow, chat: FakeLiveChat) -> None:
        self.qtbot, self.desk, self.opened, self.chat = qtbot, desk, opened, chat
        self.window = opened.window
        self.box_id = desk.workspace.new_id()
        self.do(SetSetting(key="desk.setup_done", value=True))
        self.do(SaveChatBox(account_id=self.box_id, name="Tienda", settings={"origins": (SITE,)}))

    def do(self, command: Command) -> None:
        outcome = self.desk.workspace.submit(command).result(75)
        assert outcome.ok, outcome.rejected

    def ask(self, query: Query[R]) -> R:
        return self.desk.workspace.query(query).result(75)

    def says(self, who: str, body: str = "Hola", **values: Any) -> str:
        """`who` writes on the site; the ticket's id."""
        new = self.desk.workspace.new_id
        claim: dict[str, Any] = {
            "name": who.capitalize(),
            "language": "es",
            "page_url": f"{SITE}/tazas",
            "page_title": "Tazas",
            **values,
        }
        command = ReceiveChat(
            account_id=self.box_id,
            visitor=VisitorClaim(token_hash=hashlib.sha256(who.encode()).hexdigest(), **claim),
            client_id=new(),
            body=body,
            visitor_id=new(),
            contact_id=new(),
            ticket_id=new(),
            message_id=new(),
        )
        outcome = self.desk.authority.submit_as_desk(command).result(75)
        assert outcome.ok, outcome.rejected
        return str(outcome.result["ticket_id"])

    def info(self, ticket_id: str) -> ChatInfo:
        found = self.ask(GetChat(ticket_id))
        assert found is not None
        return found

    def reads(self, ticket_id: str) -> None:
        """Open a chat and wait until it is there."""
        self.window.open_ticket(ticket_id)
        pane = self.assembly.conversation
        self.until(lambda: pane.chat.info is not None and pane.chat.info.ticket_id == ticket_id)
        self.until(lambda: pane.chat.contact is not None and bool(pane.view.blocks))

    def until(self, condition: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def part(self, kind: type[W]) -> W:
        found = self.window.findChild(kind)
        assert found is not None
        return found

    @property
    def strip(self) -> ChatStrip:
        return self.part(ChatStrip)

    @property
    def assembly(self) -> Assembly:
        assert self.opened.assembly is not None
        return self.opened.assembly


@contextmanager
def chat_window(qtbot: QtBot, app: QApplication, folder: Path) -> Iterator[ChatWindow]:
    """A shown window in English; everything is closed afterwards."""
    desk = open_desk(choose_looks(Profile.at(folder), "en"), MemoryKey())
    chat = FakeLiveChat()
    opened = DeskWindow(app, desk, channels=False)
    opened.chat = chat
    made = ChatWindow(qtbot, desk, opened, chat)
    try:
        with qtbot.waitSignal(opened.assembled, timeout=WAIT_MS):
            opened.show()
        opened.window.activateWindow()
        made.until(lambda: opened.window.inbox.views.views())
        yield made
    finally:
        opened.close()
        opened.language.clear()
        app.sendPostedEvents(opened.window, QEvent.Type.DeferredDelete)
        chat.close()
    assert not chat.listeners
