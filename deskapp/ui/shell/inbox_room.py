"""The inbox room: views, list, and the slots that the conversation and the customer are put into."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from deskapp.core.api import Unavailable
from deskapp.core.queries import views
from deskapp.core.queries.tickets import GetTicket
from deskapp.models.dto import SavedViewInfo, TicketDetail, TicketRow
from deskapp.ui.i18n import Retranslates
from deskapp.ui.inbox.pane import InboxPane
from deskapp.ui.shell.actions import Action
from deskapp.ui.shell.context import ConversationPane, Shell, UiContext
from deskapp.ui.shell.sidebar import ViewsPane
from deskapp.ui.shell.splitter import CONVERSATION, CUSTOMER, VIEWS, Panes
from deskapp.ui.widgets import EmptyState, Frame, vbox

_LAST_VIEW = "inbox.view"


class InboxRoom(Retranslates, QWidget):
    """Wires the four panes. `current_changed` carries the `TicketRow` being read, or None."""

    current_changed = Signal(object)

    def __init__(self, context: UiContext, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._shell = context, shell
        self._row: TicketRow | None = None
        self.views = ViewsPane(context, shell)
        self.pane = InboxPane(context, shell)
        self._conversation: QWidget = Frame("pane")
        self._nothing: EmptyState | None = EmptyState("chat")
        vbox(self._conversation).addWidget(self._nothing)
        self._customer: QWidget = Frame("side")
        self.panes = Panes(context.state)
        self.panes.set_panes((self.views, self.pane, self._conversation, self._customer))
        vbox(self, spacing=0).addWidget(self.panes)
        self.home = self.pane.list
        self.views.chosen.connect(self.open_view)
        self.views.counted.connect(self.pane.set_counts)
        self.views.edit_view.connect(self._edit_view)
        self.pane.current_changed.connect(self._on_current)
        self.pane.older.fetched.connect(self._fetched)
        self.pane.reading.connect(self.reply)
        self.pane.view_wanted.connect(self.open_view)
        self.pane.new_view.connect(self._new_view)
        self.pane.new_ticket.connect(self._new_ticket)
        self._register()
        self.retranslate()

    def begin(self) -> None:
        """Ask for the view that was last on screen; the rest of the window is built meanwhile."""
        last = self._context.state.get(_LAST_VIEW, views.MINE)
        self.open_view(str(last))

    def start(self) -> None:
        """Read what stands around the list."""
        self.views.reload()
        self.pane.read_agents()
        self.pane.list.setFocus()

    def set_conversation(self, pane: QWidget) -> None:
        """Put the conversation (a `ConversationPane`) into its slot."""
        self.panes.replace(CONVERSATION, pane)
        self._conversation, self._nothing = pane, None
        cast("ConversationPane", pane).show_ticket(self._row)

    def set_customer(self, pane: QWidget) -> None:
        """Put the customer panel (a `CustomerPane`) into its slot."""
        self.panes.replace(CUSTOMER, pane)
        self._customer = pane
        self._show_customer()

    def open_view(self, view: str) -> None:
        self._context.state.set(_LAST_VIEW, view)
        self.views.show_view(view)
        self.pane.open_view(view)

    def open_ticket(self, ticket_id: str) -> None:
        """Show a ticket: in the list when it is there, else beside it."""
        if not self.pane.open_ticket(ticket_id):
            not_here = partial(self._not_here, ticket_id)
            self._context.bridge.ask(GetTicket(ticket_id), self._show_detail, self, not_here)

    def search(self, text: str) -> None:
        self.pane.search(text)

    def reply(self) -> None:
        self._tell("reply")

    def note(self) -> None:
        self._tell("note")

    def retranslate(self) -> None:
        if self._nothing is not None:
            self._nothing.set(
                self.tr("No conversation chosen"),
                self.tr("J and K walk the list, / searches, Ctrl K finds everything."),
            )

    def _register(self) -> None:
        context = self._context
        context.actions.add(
            Action("conversation.reply", lambda: self.tr("Reply"), self.reply, "R", self._has, "reply"),
            Action("conversation.note", lambda: self.tr("Add note"), self.note, "N", self._has, "note"),
            Action("go.mine", lambda: self.tr("Go to my inbox"), lambda: self._go(views.MINE), "G, M"),
            Action(
                "go.unassigned",
                lambda: self.tr("Go to unassigned"),
                lambda: self._go(views.UNASSIGNED),
                "G, U",
            ),
            Action(
                "go.needs_reply",
                lambda: self.tr("Go to needs reply"),
                lambda: self._go(views.NEEDS_REPLY),
                "G, R",
            ),
            Action("go.all", lambda: self.tr("Go to all tickets"), lambda: self._go(views.ALL), "G, A"),
            Action(
                "panes.views", lambda: self.tr("Fold views"), lambda: self.panes.toggle(VIEWS), "[",
                icon="panel-left",
            ),
            Action(
                "panes.customer", lambda: self.tr("Fold customer"),
                lambda: self.panes.toggle(CUSTOMER), "]", icon="panel-right",
            ),
            Action("view.create", lambda: self.tr("New view…"), self._new_view, icon="filter"),
        )  # fmt: skip

    def _go(self, view: str) -> None:
        self._shell.show_room("inbox")
        self.open_view(view)

    def _has(self) -> bool:
        return self._row is not None

    def _tell(self, what: str) -> None:
        call = getattr(self._conversation, what, None)
        if call is not None:
            call()

    def _on_current(self, row: TicketRow | None) -> None:
        self._row = row
        self.pane.ticket_actions.beside = None
        show = getattr(self._conversation, "show_ticket", None)
        if show is not None:
            show(row)
        self._show_customer()
        self.current_changed.emit(row)

    def _show_customer(self) -> None:
        show = getattr(self._customer, "show_contact", None)
        if show is not None:
            row = self._row
            show(row.contact_id if row else "", row.id if row else "")

    def _show_detail(self, detail: TicketDetail) -> None:
        self.pane.list.let_go()
        self._on_current(detail.row)
        self.pane.ticket_actions.beside = detail.row

    def _not_here(self, ticket_id: str, error: Exception) -> None:
        """It may be one that is not kept on this computer: then it is fetched."""
        elsewhere = self._context.workspace.elsewhere
        if elsewhere is None or not isinstance(error, LookupError):
            self._not_there(error)
            return
        self._shell.toast(self.tr("Fetching this conversation from the host…"))
        fetched = elsewhere.fetch(ticket_id, lambda _share: None)
        self._context.bridge.watch(
            fetched, lambda _: self._fetched(ticket_id), self, self._not_there
        )

    def _fetched(self, ticket_id: str) -> None:
        ask = self._context.bridge.ask
        ask(GetTicket(ticket_id), self._show_detail, self, self._not_there)

    def _not_there(self, error: Exception) -> None:
        if isinstance(error, Unavailable):
            text = self.tr("This conversation is at the host, which cannot be reached now.")
        else:
            text = self.tr("This ticket is no longer here.")
        self._shell.toast(text)

    def _new_view(self) -> None:
        from deskapp.ui.inbox.view_editor import ViewEditor

        ViewEditor(self._context, self._shell, None, self).open()

    def _edit_view(self, view: SavedViewInfo) -> None:
        from deskapp.ui.inbox.view_editor import ViewEditor

        ViewEditor(self._context, self._shell, view, self).open()

    def _new_ticket(self) -> None:
        from deskapp.ui.inbox.new_ticket import NewTicketDialog

        NewTicketDialog(self._context, self._shell, self).open()
