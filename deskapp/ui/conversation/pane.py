"""The conversation pane: header, notices, messages and the composer, for one ticket at a time."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from deskapp.core.api import ChangeSet, Outcome
from deskapp.core.commands.tickets import MarkRead
from deskapp.core.queries.desk import GetAgents
from deskapp.core.queries.tickets import GetConversation, GetMessage, GetTicket
from deskapp.models.dto import AgentInfo, ConversationPage, MessageView, TicketDetail, TicketRow
from deskapp.ui import messages
from deskapp.ui.bridge import Latest
from deskapp.ui.chat.bar import ChatBar
from deskapp.ui.chat.deeds import ChatDeeds
from deskapp.ui.chat.talk import ChatTalk
from deskapp.ui.composer.composer import Composer
from deskapp.ui.composer.guard import BlindReplyGuard
from deskapp.ui.conversation.banners import Banners
from deskapp.ui.conversation.blocks import Block, Env
from deskapp.ui.conversation.card import MessageCard
from deskapp.ui.conversation.deeds import Deeds
from deskapp.ui.conversation.header import ConversationHeader
from deskapp.ui.conversation.notices import notices
from deskapp.ui.conversation.pictures import Pictures
from deskapp.ui.conversation.timeline import Timeline
from deskapp.ui.conversation.view import MessagesView
from deskapp.ui.conversation.work import Work
from deskapp.ui.i18n import Retranslates
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import EmptyState, Frame, vbox

PAGE = 50
_REMEMBERED = 16
_READ_AFTER_MS = 700
_BLANK_AFTER_MS = 50
_AFTER_PAINT_MS = 12
"""A reader at work takes the interpreter from the painter: the rest is read when messages are seen."""


class ConversationPane(Retranslates, Frame):
    """What the shell puts into its conversation slot. `show_ticket` is called for each step of J and K."""

    def __init__(self, context: UiContext, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__("pane", parent)
        self.context, self.shell = context, shell
        bridge = context.bridge
        self.work = Work(bridge, self)
        self.pictures = Pictures(self.work, context.workspace.blobs)
        self.env = Env(context.workspace.agent_id, context.clock.now, self.pictures.get)
        self.row: TicketRow | None = None
        self.detail: TicketDetail | None = None
        self.timeline: Timeline | None = None
        self._agent = AgentInfo("", "", "", state=None)  # type: ignore[arg-type]
        self._known: OrderedDict[str, Timeline] = OrderedDict()
        self._detail_slot, self._page_slot = Latest(bridge, self), Latest(bridge, self)
        self._earlier_slot = Latest(bridge, self)
        self._loading_earlier = False
        self._read = QTimer(self, singleShot=True, interval=_READ_AFTER_MS)
        self._read.timeout.connect(self._mark_read)
        self._after_paint = QTimer(self, singleShot=True, interval=_AFTER_PAINT_MS)
        self._after_paint.timeout.connect(self.ask_detail)
        self._blank = QTimer(self, singleShot=True, interval=_BLANK_AFTER_MS)
        self._blank.timeout.connect(self._show_nothing_yet)
        self.header = ConversationHeader()
        self.banners = Banners()
        self.view = MessagesView()
        self.composer = Composer(context, shell, self.work)
        self.guard = BlindReplyGuard(self.composer)
        self._nothing = EmptyState("chat")
        self.chat = ChatTalk(self)
        self.chat_deeds = ChatDeeds(self, self.chat)
        self.chat_bar = ChatBar(
            self.chat, self.chat_deeds, context.clock, context.workspace.agent_id
        )
        self._build()
        self.deeds = Deeds(self)
        self.pictures.arrived.connect(self._on_picture)
        self.composer.detail_wanted.connect(self.ask_detail)
        self.composer.editor.escaped.connect(self.view.setFocus)
        self.view.earlier_wanted.connect(self._load_earlier)
        self.chat.changed.connect(self._show_notices)
        bridge.changed.connect(self._on_changed)
        bridge.ask(GetAgents(), self._on_agents, self)
        self.destroyed.connect(self.work.close)
        self.retranslate()
        self.show_ticket(None)

    def _build(self) -> None:
        column = self._column = vbox(self, spacing=0)
        for widget in (self.header, self.chat_bar, self.banners, self._nothing):
            column.addWidget(widget)
        column.addWidget(self.view, 1)
        column.addWidget(self.guard)
        column.addWidget(self.composer)

    def put_above_composer(self, widget: QWidget) -> None:
        """A line between what was said and what is being written."""
        self._column.insertWidget(self._column.count() - 1, widget)

    # -- what the shell calls --------------------------------------------------------------------

    def show_ticket(self, row: TicketRow | None) -> None:
        """Show this ticket; None when nothing is chosen."""
        same = row is not None and self.row is not None and row.id == self.row.id
        self.row = row
        for widget in (self.header, self.view, self.composer):
            widget.setVisible(row is not None)
        self.chat.show(row)
        self.guard.show_ticket(row)
        self._nothing.setVisible(row is None)
        if row is None:
            self._forget()
            return
        self.header.show_row(row, self.context.clock.now())
        self._show_notices()
        if same:
            return
        self.detail = None
        self._page_slot.cancel()
        self._earlier_slot.cancel()
        self._loading_earlier = False
        self._page_slot.ask(GetConversation(row.id, PAGE), self._on_page, self._on_gone)
        self.composer.show_ticket(row)
        self.timeline = self._known.get(row.id)
        if self.timeline is not None:
            self.timeline.reopen()
            self.view.show_blocks(self._blocks())
            self.ask_detail()
        else:
            # The page is there within a frame: header, messages and composer are painted with it.
            self.setUpdatesEnabled(False)
            self._blank.start()
        self._read.start()

    def reply(self) -> None:
        """Put the cursor into the composer, on the reply tab."""
        self.composer.start("reply")

    def note(self) -> None:
        """The same, on the note tab."""
        self.composer.start("note")

    def close_down(self) -> None:
        """Save what is being typed and stop the workers; before the window goes."""
        self.composer.flush()
        self.chat.stop_typing()
        self.deeds.clean_up()
        self.work.close()

    # -- reading ---------------------------------------------------------------------------------

    def ask_detail(self) -> None:
        """Read the ticket again."""
        if self.row is not None:
            self._detail_slot.ask(GetTicket(self.row.id), self._on_detail, self._on_gone)

    def _ask(self) -> None:
        if self.row is not None:
            self._page_slot.ask(GetConversation(self.row.id, PAGE), self._on_page, self._on_gone)

    def _on_agents(self, agents: tuple[AgentInfo, ...]) -> None:
        me = self.context.workspace.agent_id
        self._agent = next((agent for agent in agents if agent.id == me), self._agent)
        self.composer.set_agent(self._agent)

    def _on_detail(self, detail: TicketDetail) -> None:
        if self.row is None or detail.row.id != self.row.id:
            return
        self.detail, self.row = detail, detail.row
        self.header.show_detail(detail, self.context.clock.now())
        self.composer.set_detail(detail)
        self.chat.show(detail.row)
        self.chat_bar.show_assignee(detail.assignee)
        self._show_notices()

    def _on_page(self, page: ConversationPage) -> None:
        if self.row is None or page.ticket_id != self.row.id:
            return
        fresh = self.timeline is None
        self._end_wait()
        if self.timeline is None:
            self.timeline = Timeline(self.row.id, self.env, self._agent.name)
        self._after_paint.start()
        before = self.timeline.last_order
        news = self.timeline.take_newest(page)
        self._remember(self.timeline)
        self.composer.set_seen(page.last_order)
        if fresh:
            self.view.show_blocks(self._blocks())
        elif news:
            self.view.update_blocks(self._blocks())
            if page.last_order > before and self.isVisible() and self.window().isActiveWindow():
                self._read.start()
        self._show_notices()

    def _on_gone(self, error: Exception) -> None:
        if isinstance(error, LookupError):
            self.show_ticket(None)
        else:
            self.context.bridge.failed.emit(error)

    def _load_earlier(self) -> None:
        timeline = self.timeline
        if timeline is None or timeline.before is None or self._loading_earlier:
            return
        self._loading_earlier = True
        query = GetConversation(timeline.ticket_id, PAGE, timeline.before)
        self._earlier_slot.ask(query, self._on_earlier)

    def _on_earlier(self, page: ConversationPage) -> None:
        self._loading_earlier = False
        if self.timeline is not None and page.ticket_id == self.timeline.ticket_id:
            self.timeline.take_earlier(page)
            self.view.update_blocks(self._blocks())

    def _on_changed(self, change: ChangeSet) -> None:
        if change.whole:
            self._known.clear()
        for ticket_id in change.tickets & self._known.keys():
            if self.row is None or ticket_id != self.row.id:
                del self._known[ticket_id]
        self.chat.follow(change)
        if self.row is not None and self.row.id in change.tickets:
            self._ask()
            self._refresh_older(change)
            self.deeds.formatting.look_for_images(change)

    def _refresh_older(self, change: ChangeSet) -> None:
        """Messages above the newest page that changed are read one by one."""
        if self.timeline is None or len(self.timeline.items) <= PAGE:
            return
        older = {item.id for item in self.timeline.items[:-PAGE]}
        for touched in change.changes:
            if touched.entity == "message" and touched.id in older and touched.op == "upsert":
                self.context.bridge.ask(GetMessage(touched.id), self._on_message, self)

    def _on_message(self, message: MessageView) -> None:
        if self.timeline is not None:
            self.timeline.replace_message(message)
            self.view.update_blocks(self._blocks())

    def _remember(self, timeline: Timeline) -> None:
        self._known[timeline.ticket_id] = timeline
        self._known.move_to_end(timeline.ticket_id)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def _forget(self) -> None:
        self.detail, self.timeline = None, None
        self._detail_slot.cancel()
        self._page_slot.cancel()
        self._read.stop()
        self._end_wait()
        self.banners.show_notices(())
        self.composer.show_ticket(None)
        self.view.show_blocks([])

    def _end_wait(self) -> None:
        self._blank.stop()
        self.setUpdatesEnabled(True)

    def _show_nothing_yet(self) -> None:
        self._end_wait()
        self.view.show_blocks([])

    # -- showing ---------------------------------------------------------------------------------

    def _blocks(self) -> list[Block]:
        if self.timeline is None:
            return []
        return [*self.timeline.blocks(self.context.clock.now()), *self.chat.ghosts()]

    def refresh_blocks(self) -> None:
        """Somebody began or stopped typing."""
        if self.timeline is not None:
            self.view.update_blocks(self._blocks())

    def _show_notices(self) -> None:
        self.banners.show_notices(notices(self))

    def _on_picture(self, sha256: str) -> None:
        for block in self.view.blocks:
            if isinstance(block, MessageCard) and block.shows_file(sha256):
                self.view.block_changed(block)

    def _mark_read(self) -> None:
        if self.row is not None and self.row.unread and self.isVisible():
            self.context.bridge.send(MarkRead(ticket_ids=(self.row.id,)), self.say_refused, self)

    def say_refused(self, outcome: Outcome) -> None:
        """Tell why a command was refused, if it was."""
        if outcome.rejected is not None:
            self.shell.toast(messages.rejection(outcome.rejected))

    def hideEvent(self, event: QHideEvent) -> None:
        self.composer.flush()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self.timeline is not None:
            self._known.clear()
            self.timeline.relabel()
            self.view.show_blocks(self._blocks())

    def retranslate(self) -> None:
        self.view.setAccessibleName(self.tr("Messages"))
        self._nothing.set(
            self.tr("No conversation chosen"),
            self.tr("Choose one in the list to read and answer it."),
        )
        self._show_notices()
