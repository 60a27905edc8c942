"""The list pane: search box and tools, bulk bar, the list, "3 new", and what an empty list says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from deskapp.core.queries import views
from deskapp.core.queries.desk import GetAgents
from deskapp.models.dto import AgentInfo, TicketRow
from deskapp.models.enums import SortOrder
from deskapp.ui.i18n import Retranslates
from deskapp.ui.inbox.bulk_bar import BulkBar
from deskapp.ui.inbox.feed import ListFeed
from deskapp.ui.inbox.model import TicketListModel
from deskapp.ui.inbox.older import OlderPart
from deskapp.ui.inbox.ticket_actions import TicketActions
from deskapp.ui.inbox.ticket_list import TicketList
from deskapp.ui.shell.actions import Action, shown
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.theme import icon
from deskapp.ui.widgets import (
    Button,
    EmptyState,
    Frame,
    IconButton,
    OverlayBar,
    SearchBox,
    hbox,
    vbox,
)

TYPING_MS = 0
_MINUTE_MS = 60_000


class InboxPane(Retranslates, Frame):
    """`current_changed` carries the `TicketRow` being read, or None.

    `new_view`, `new_ticket`: the user wants to build a view, or to write a ticket by hand; `view_wanted`: to see
    another view.
    """

    current_changed = Signal(object)
    view_opened = Signal(str)
    reading = Signal()
    new_view = Signal()
    new_ticket = Signal()
    view_wanted = Signal(str)

    def __init__(self, context: UiContext, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__("pane", parent)
        self._context = context
        self.model = TicketListModel(context.bridge, self)
        self.list = TicketList(self.model, now=context.clock.now)
        self.feed = ListFeed(context.bridge, self.model, lambda: not self.list.busy(), self)
        self.ticket_actions = TicketActions(context, shell, self.list, self.feed)
        self._place_before: tuple[int | None, int] = (None, 0)
        self._build()
        self._connect()
        self._register()
        self.retranslate()

    def _build(self) -> None:
        self.search_box = SearchBox()
        self._tools = IconButton("filter", on_click=self._open_tools)
        self._new = IconButton("plus", on_click=self.new_ticket.emit)
        bar = Frame("bar")
        row = hbox(bar, (14, 0, 8, 0), 4)
        row.addWidget(self.search_box, 1)
        row.addSpacing(2)
        row.addWidget(self._tools)
        row.addWidget(self._new)
        self.bulk_bar = BulkBar(self.ticket_actions)
        self._top = QStackedWidget()
        self._top.addWidget(bar)
        self._top.addWidget(self.bulk_bar)
        self._top.setFixedHeight(48)
        self._empty = EmptyState("inbox")
        self._empty.button.clicked.connect(lambda: self.view_wanted.emit(views.NEEDS_REPLY))
        self._need_reply = 0
        self.older = OlderPart(self._context)
        self._body = QStackedWidget()
        self._body.addWidget(self.list)
        self._body.addWidget(self._empty)
        column = vbox(self, spacing=0)
        column.addWidget(self._top)
        column.addWidget(self._body, 1)
        column.addWidget(self.older)
        OverlayBar(self.list)
        self.held = Button("", "primary", on_click=self._show_held, parent=self.list)
        self.held.hide()

    def _connect(self) -> None:
        self.list.current_changed.connect(self._on_current)
        self.list.selection_changed.connect(self._on_selection)
        self.list.left.connect(self.feed.settle)
        self.list.opened.connect(self.reading)
        self.list.end_near.connect(self.feed.search_more)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.list.installEventFilter(self)
        self.bulk_bar.close_button.clicked.connect(self.list.clear_to_current)
        self.feed.opened.connect(self._on_opened)
        self.feed.loaded.connect(self._on_loaded)
        self.feed.held.connect(self._on_held)
        self.model.rowsRemoved.connect(self._on_loaded)
        self.model.modelReset.connect(self._on_loaded)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._search_now)
        self.search_box.changed.connect(self._on_typed)
        self.search_box.left.connect(self.leave_search)
        self.search_box.moved.connect(self.list.step)
        self.search_box.accepted.connect(self._accept_search)
        # Times such as "3 min" grow older by themselves.
        self._minute = QTimer(self, interval=_MINUTE_MS)
        self._minute.timeout.connect(self.list.viewport().update)
        self._minute.start()

    def _register(self) -> None:
        self.ticket_actions.register()
        self._context.actions.add(
            Action(
                "list.next",
                lambda: self.tr("Next ticket"),
                lambda: self.list.step(1),
                "J",
                repeats=True,
            ),
            Action(
                "list.previous",
                lambda: self.tr("Previous ticket"),
                lambda: self.list.step(-1),
                "K",
                repeats=True,
            ),
            Action("list.select", lambda: self.tr("Select ticket"), self.list.pick, "X"),
            Action("list.search", lambda: self.tr("Search"), self.focus_search, "/", icon="search"),
            Action("list.refresh", lambda: self.tr("Show new tickets"), self._show_held, "."),
            Action(
                "ticket.create",
                lambda: self.tr("New ticket"),
                self.new_ticket.emit,
                "C",
                icon="plus",
            ),
        )

    # -- for the window ----------------------------------------------------------------------

    def read_agents(self) -> None:
        """Learn my name: what I wrote is mine in the list."""
        self._context.bridge.ask(GetAgents(), self._know_me, self)

    def add_strip(self, strip: QWidget) -> None:
        """Put something between the search and the list."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, strip)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """What is to be done elsewhere is said where nothing is."""
        self._need_reply = counts.get(views.NEEDS_REPLY, 0)
        self._on_loaded()

    def open_view(self, view: str) -> None:
        """Show a view in the order and density it was last seen in."""
        self.search_box.forget_text()
        order = self._context.state.get(f"list.order.{view}", SortOrder.NEWEST.value)
        known = order in set(SortOrder)
        dense = self._context.state.get("appearance.density") == "compact"
        self.list.set_compact(self._context.state.get(f"list.compact.{view}", dense) is True)
        self.feed.open_view(view, SortOrder(str(order)) if known else SortOrder.NEWEST)
        self.view_opened.emit(view)

    def open_ticket(self, ticket_id: str) -> bool:
        """Select a ticket if the list has it at hand."""
        position = self.model.position_of_id(ticket_id)
        if position >= 0:
            self.list.go_to(position)
        return position >= 0

    def focus_search(self) -> None:
        self.search_box.field.setFocus()
        self.search_box.field.selectAll()

    def search(self, text: str) -> None:
        self.focus_search()
        self.search_box.set_text(text)

    def leave_search(self) -> None:
        """Back to the view, to the ticket and the place where the search began."""
        self._typing.stop()
        was_searching = bool(self.feed.searching)
        self.search_box.clear_text()
        self._typing.stop()
        if was_searching:
            self.feed.search("")
        self.list.setFocus()

    def retranslate(self) -> None:
        key = shown(self._context.actions.shortcut("palette.open")) or shown("Ctrl+K")
        self.search_box.set_texts(self.tr("Search conversations"), key, self.tr("Clear"))
        self.list.setAccessibleName(self.tr("Tickets"))
        self._tools.set_name(self.tr("Sort and density"))
        self._new.set_name(self.tr("New ticket"), shown("C"))
        self.older.retranslate()
        self._on_loaded()
        self.list.viewport().update()

    # -- search ------------------------------------------------------------------------------

    def _on_typed(self, text: str) -> None:
        if text and not self.feed.searching:
            bar = self.list.verticalScrollBar()
            self._place_before = (self.list.current_key(), bar.value())
        self._typing.start()

    def _search_now(self) -> None:
        self.feed.search(self.search_box.text())
        self.older.search(self.search_box.text())

    def _accept_search(self) -> None:
        if self.list.current_key() is None:
            self.list.step(1)
        self.list.setFocus()

    # -- the list ----------------------------------------------------------------------------

    def _on_opened(self) -> None:
        key, scroll = self._place_before
        if not self.feed.searching:
            self.older.search("")
        if self.feed.searching:
            self.list.scrollToTop()
        elif key is not None or scroll:
            self._place_before = (None, 0)
            self.list.verticalScrollBar().setValue(scroll)
            if key is not None:
                self.list.go_to_key(key)
        else:
            self.list.scrollToTop()

    def _on_loaded(self) -> None:
        empty = self.model.rowCount() == 0
        if empty:
            self._empty.set(*self._nothing())
            self._show_way_on()
        self._body.setCurrentIndex(1 if empty and self.feed.view else 0)

    def _nothing(self) -> tuple[str, str]:
        if self.feed.searching:
            return self.tr("Nothing found"), self.tr("Try fewer or other words. Esc goes back.")
        if self._others_wait():
            if self.feed.view == views.MINE:
                return self.tr("Nothing is assigned to you"), ""
            return self.tr("Nothing is unassigned"), ""
        if self.feed.view in (views.MINE, views.NEEDS_REPLY, views.UNASSIGNED):
            return self.tr("All done"), self.tr("Everybody has an answer.")
        return self.tr("Nothing here"), ""

    def _others_wait(self) -> bool:
        here = not self.feed.searching and self.feed.view in (views.MINE, views.UNASSIGNED)
        return here and self._need_reply > 0

    def _show_way_on(self) -> None:
        self._empty.button.setText(self.tr("Show %n that need a reply", None, self._need_reply))
        self._empty.button.setVisible(self._others_wait())

    def _on_current(self, row: TicketRow | None) -> None:
        self.feed.set_current(self.list.current_key())
        self.current_changed.emit(row)

    def _on_selection(self, count: int) -> None:
        self.bulk_bar.set_count(count)
        self._top.setCurrentIndex(1 if count else 0)

    def _on_held(self, count: int) -> None:
        self.held.setText(self.tr("%n new", None, count))
        self.held.setVisible(count > 0)
        self._place_held()

    def _place_held(self) -> None:
        self.held.adjustSize()
        self.held.move((self.list.width() - self.held.width()) // 2, 8)

    def _show_held(self) -> None:
        self.list.scrollToTop()
        self.feed.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.list and event.type() == QEvent.Type.Resize:
            self._place_held()
        return False

    # -- menus -------------------------------------------------------------------------------

    def _open_menu(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        if index.isValid() and not self.list.selectionModel().isSelected(index):
            self.list.go_to(index.row())
        self.ticket_actions.menu(self).popup(self.list.viewport().mapToGlobal(at))

    def _open_tools(self) -> None:
        menu = QMenu(self)
        newest, compact = self.feed.order is SortOrder.NEWEST, self.list.delegate.compact
        self._alternatives(
            menu,
            ((self.tr("Newest first"), newest), (self.tr("Oldest first"), not newest)),
            lambda first: self._set_order(SortOrder.NEWEST if first else SortOrder.OLDEST),
        )
        menu.addSeparator()
        self._alternatives(
            menu,
            ((self.tr("Comfortable"), not compact), (self.tr("Compact"), compact)),
            lambda first: self._set_compact(not first),
        )
        menu.addSeparator()
        entry = menu.addAction(icon("filter"), self.tr("New view…"))
        entry.triggered.connect(self.new_view)
        menu.popup(self._tools.mapToGlobal(self._tools.rect().bottomLeft()))

    def _alternatives(
        self,
        menu: QMenu,
        entries: tuple[tuple[str, bool], ...],
        choose: Callable[[bool], None],
    ) -> None:
        """Entries of which one holds; `choose` gets whether it is the first."""
        group = QActionGroup(menu)
        for place, (text, on) in enumerate(entries):
            entry = menu.addAction(text)
            entry.setCheckable(True)
            entry.setChecked(on)
            entry.triggered.connect(lambda _on, first=place == 0: choose(first))
            group.addAction(entry)

    def _set_order(self, order: SortOrder) -> None:
        self._context.state.set(f"list.order.{self.feed.view}", order.value)
        self.feed.open_view(self.feed.view, order)

    def _set_compact(self, compact: bool) -> None:
        self._context.state.set(f"list.compact.{self.feed.view}", compact)
        self.list.set_compact(compact)

    def _know_me(self, agents: tuple[AgentInfo, ...]) -> None:
        me = self._context.workspace.agent_id
        self.list.delegate.me = next((agent.name for agent in agents if agent.id == me), "")
        self.list.viewport().update()
