"""A conversation pane on a real desk with a chat box, and visitors who write on the site."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from deskapp.core.api import Command
from deskapp.core.commands.webchat import ReceiveChat, SaveChatBox, VisitorClaim
from deskapp.core.queries.tickets import GetConversation, GetTicket
from deskapp.core.queries.webchat import GetChat
from deskapp.models.dto import ChatInfo, MessageView, TicketRow
from deskapp.ui.bridge import Bridge
from deskapp.ui.chat.live import Live
from deskapp.ui.conversation.pane import ConversationPane
from deskapp.ui.i18n import Language
from deskapp.ui.shell.actions import ActionRegistry
from deskapp.ui.shell.context import UiContext
from deskapp.ui.theme import ThemeMode, theme
from tests.support.desk import DeskRig
from tests.support.fake_live_chat import FakeLiveChat
from tests.support.ui_state import MemoryUiState

SITE = "https://tienda.test"


class DeskShell:
    """`ui.shell.context.Shell` over a desk; remembers what was said and offered to undo."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.said: list[str] = []
        self.undo: list[Command | None] = []
        self.opened: list[str] = []

    def open_ticket(self, ticket_id: str) -> None:
        self.opened.append(ticket_id)

    open_view = search = show_room = open_ticket

    def do(self, command: Command, done: str = "") -> None:
        def settled(outcome: Any) -> None:
            self.said.append(str(outcome.rejected.code) if outcome.rejected else done)
            self.undo.append(outcome.undo)

        self._bridge.send(command, settled)

    def toast(self, text: str, undo: object = None) -> None:
        self.said.append(text)


class ChatRig:
    """`visitor` writes; `open` shows the ticket in the pane."""

    def __init__(self, qtbot: QtBot, app: QApplication, rig: DeskRig) -> None:
        theme().install(app, ThemeMode.LIGHT)
        self.qtbot, self.rig = qtbot, rig
        self.box_id = rig.new()
        rig.do(SaveChatBox(account_id=self.box_id, name="Tienda", settings={"origins": (SITE,)}))
        self.bridge = Bridge(rig.workspace)
        self.errors: list[object] = []
        self.bridge.failed.connect(self.errors.append)
        self.language = Language(app)
        self.language.set("en")
        self.actions = ActionRegistry()
        self.context = UiContext(
            self.bridge, MemoryUiState(), rig.clock, self.actions, self.language
        )
        self.shell = DeskShell(self.bridge)
        self.chat = FakeLiveChat()
        self.live = Live(self.chat)
        self.host = QWidget()
        self.pane = ConversationPane(self.context, self.shell)
        self.pane.setParent(self.host)
        self.pane.setGeometry(0, 0, 620, 760)
        self.pane.chat.set_live(self.live)
        self.host.resize(620, 760)
        self.host.show()
        self.host.activateWindow()

    def says(self, who: str, body: str, **values: Any) -> str:
        """`who` writes from the site; the ticket's id. `leave`, `attachments` go with it."""
        outer = {k: values.pop(k) for k in ("leave", "attachments") if k in values}
        claim: dict[str, Any] = {
            "name": who.capitalize(),
            "language": "es",
            "page_url": f"{SITE}/tazas",
            "page_title": "Tazas",
            **values,
        }
        token = hashlib.sha256(who.encode()).hexdigest()
        outcome = self.rig.desk(
            ReceiveChat(
                account_id=self.box_id,
                visitor=VisitorClaim(token_hash=token, **claim),
                client_id=self.rig.new(),
                body=body,
                visitor_id=self.rig.new(),
                contact_id=self.rig.new(),
                ticket_id=self.rig.new(),
                message_id=self.rig.new(),
                **outer,
            )
        )
        return str(outcome.result["ticket_id"])

    def row(self, ticket_id: str) -> TicketRow:
        return self.rig.ask(GetTicket(ticket_id)).row

    def info(self, ticket_id: str) -> ChatInfo:
        found = self.rig.ask(GetChat(ticket_id))
        assert found is not None
        return found

    def sent(self, ticket_id: str) -> list[MessageView]:
        """Messages of ours, oldest first."""
        items = self.rig.ask(GetConversation(ticket_id)).items
        return [m for m in items if isinstance(m, MessageView) and m.kind == "outbound"]

    def open(self, ticket_id: str) -> None:
        """Show it, and wait until all of it is there."""
        self.pane.show_ticket(self.row(ticket_id))
        talk = self.pane.chat
        self.until(lambda: talk.info is not None and talk.info.ticket_id == ticket_id)
        self.until(lambda: talk.contact is not None and self.pane.detail is not None)
        self.until(lambda: bool(self.pane.view.blocks))

    def until(self, condition: Any) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()))

    def close(self) -> None:
        self.pane.close_down()
        self.live.close()
        self.bridge.close()
        self.host.close()
        self.host.deleteLater()
        self.language.clear()
        self.chat.close()
        assert not self.errors, self.errors


@contextmanager
def chat_rig(qtbot: QtBot, app: QApplication, rig: DeskRig) -> Iterator[ChatRig]:
    made = ChatRig(qtbot, app, rig)
    try:
        yield made
    finally:
        made.close()
