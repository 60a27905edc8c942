"""Puts web chat into a window: the live side, the open chats over the list, the visitors' room."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from deskapp.core.api import ChangeSet
from deskapp.core.ports import LiveChat
from deskapp.core.queries.desk import GetAccounts
from deskapp.core.queries.webchat import Availability, GetAvailability, GetOpenChats
from deskapp.models.dto import AccountInfo, OpenChat, TicketRow
from deskapp.models.enums import Channel
from deskapp.ui.bridge import Latest
from deskapp.ui.chat.live import Live
from deskapp.ui.chat.site_card import SiteCard
from deskapp.ui.chat.talk import AFTER_MESSAGES_MS
from deskapp.ui.chat.waiting import ChatStrip, longest, neighbour
from deskapp.ui.chat.words import server_problem
from deskapp.ui.conversation.pane import ConversationPane
from deskapp.ui.customer.panel import CustomerPanel
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.ways import show_page
from deskapp.ui.shell.actions import Action
from deskapp.ui.shell.context import Room
from deskapp.ui.shell.main_window import MainWindow
from deskapp.ui.when import duration

ROOM = "visitors"
_ORDER = 20
_READ_MS = 250
"""Chats change many times a second: the first change is read soon, the others together."""
_READ_NEW_MS = 60
"""Chats that begin are read together if so little lies between them."""


class Chats(QObject):
    """Everything of web chat in one window. `close` lets go of the live side."""

    def __init__(
        self,
        window: MainWindow,
        conversation: ConversationPane,
        customer: CustomerPanel,
        chat: LiveChat,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        context = window.context
        self._window, self._context, self._preferences = window, context, preferences
        self.live = Live(chat, self)
        self._boxes: tuple[AccountInfo, ...] = ()
        self._online = True
        self._slot = Latest(context.bridge, self)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._read_again)
        self._pending = False
        me = context.workspace.agent_id
        self.strip = ChatStrip(context.clock.now, self._accept_ms, me)
        self.strip.opened.connect(window.open_ticket)
        self.strip.ticked.connect(self._show_queue)
        window.inbox.pane.add_strip(self.strip)
        conversation.chat.set_live(self.live)
        self.site = SiteCard(window, conversation.chat, context.clock)
        customer.sections.add(self.site, 1)
        window.inbox.current_changed.connect(self._on_current)
        window.add_room(
            Room(ROOM, lambda: self.tr("Visitors on the site"), "globe", self._room, _ORDER, "G, V")
        )
        self._register()
        self.live.server.connect(lambda _server: self._say())
        preferences.changed.connect(self.strip.retranslate)
        context.bridge.changed.connect(self._on_change)
        self._read()
        self._read_desk()

    def close(self) -> None:
        self.live.close()

    def _register(self) -> None:
        some = self._some
        self._context.actions.add(
            Action(
                "chats.longest", lambda: self.tr("Go to the chat that has waited longest"),
                lambda: self._go(longest(self.strip.chats)), "G, W", some, "clock",
            ),
            Action(
                "chats.next", lambda: self.tr("Next chat"), lambda: self._step(1), "Alt+PgDown",
                some, "chat",
            ),
            Action(
                "chats.previous", lambda: self.tr("Previous chat"), lambda: self._step(-1),
                "Alt+PgUp", some, "chat",
            ),
        )  # fmt: skip

    def _some(self) -> bool:
        return bool(self.strip.chats)

    def _step(self, by: int) -> None:
        self._go(neighbour(self.strip.chats, self.strip.current, by))

    def _go(self, ticket_id: str) -> None:
        if ticket_id:
            self._window.open_ticket(ticket_id)

    def _room(self) -> QWidget:
        from deskapp.ui.chat.visitors import VisitorsPage

        return VisitorsPage(
            self._context,
            self._window,
            self.live,
            self.strip,
            lambda: self._go(longest(self.strip.chats)),
        )

    def _accept_ms(self) -> int:
        return self._preferences.number("chat.accept_seconds") * 1000

    # -- following the desk --------------------------------------------------------------------

    def _on_current(self, row: TicketRow | None) -> None:
        self.strip.show_current(row.id if row is not None else "")

    def _on_change(self, change: ChangeSet) -> None:
        if change.tickets or change.touches("chat"):
            self._pending = True
            self._read_soon(change)
        if change.touches("account", "agent"):
            self._read_desk()

    def _read_soon(self, change: ChangeSet) -> None:
        """A chat that is new is read before what waits to be read together."""
        known = {chat.ticket_id for chat in self.strip.chats}
        if change.touches("chat") and not change.tickets <= known:
            left = self._soon.remainingTime() if self._soon.isActive() else 0
            self._soon.start(max(0, left - _READ_MS + _READ_NEW_MS))
        elif not self._soon.isActive():
            self._soon.start(AFTER_MESSAGES_MS)

    def _read_again(self) -> None:
        if self._pending:
            self._pending = False
            self._soon.start(_READ_MS)
            self._read()

    def _read(self) -> None:
        self._slot.ask(GetOpenChats(), self._show)

    def _show(self, chats: tuple[OpenChat, ...]) -> None:
        self.strip.show_chats(chats)
        self._show_queue()
        self._window.rail.set_badge(ROOM, self.strip.waiting()[0])

    def _show_queue(self) -> None:
        """In the sidebar: how many wait to be taken, and how long the first has."""
        number, since = self.strip.waiting()
        words = ""
        if number:
            waited = duration(max(0, self._context.clock.now() - since) // 1000)
            words = self.tr("%n waiting · %1", "", number).replace("%1", waited)
        self._window.inbox.views.show_queue(words)

    def _read_desk(self) -> None:
        self._context.bridge.ask(GetAccounts(), self._show_accounts, self)
        self._context.bridge.ask(GetAvailability(), self._show_availability, self)

    def _show_accounts(self, accounts: tuple[AccountInfo, ...]) -> None:
        self._boxes = tuple(a for a in accounts if a.channel is Channel.WEBCHAT and a.enabled)
        self._say()

    def _show_availability(self, found: Availability) -> None:
        self._online = found.online
        self._say()

    def _say(self) -> None:
        """In the status line: what keeps visitors from being answered."""
        status, server = self._window.status, self.live.now()
        if not self._boxes:
            status.say_chat("")
        elif server.problem:
            status.say_chat(server_problem(server), "danger", self._to_settings)
        elif server.running and not self._online:
            words = self.tr("Chat: visitors read that nobody is online")
            status.say_chat(words, "", self._open_state_menu)
        else:
            status.say_chat("")

    def _to_settings(self) -> None:
        show_page(self._context, self._window, "webchat")

    def _open_state_menu(self) -> None:
        menu = self._window.rail.state_menu(self._window)
        anchor = self._window.status
        menu.popup(anchor.mapToGlobal(anchor.rect().topRight() / 2))
