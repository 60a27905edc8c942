"""The room of all customers: find one, see everything about them, make one, merge two."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QSplitter, QStackedWidget, QWidget

from deskapp.core.api import ChangeSet
from deskapp.core.commands.contacts import MergeContacts
from deskapp.core.queries.contacts import GetContact
from deskapp.models.dto import ContactDetail
from deskapp.ui.bridge import Latest
from deskapp.ui.customer.model import ContactDelegate, ContactListModel
from deskapp.ui.customer.new_contact import NewContactForm
from deskapp.ui.customer.overview import ContactOverview
from deskapp.ui.customer.panel import CustomerPanel
from deskapp.ui.customer.picker import ContactPicker
from deskapp.ui.i18n import Retranslates
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.theme.tokens import CUSTOMER_WIDTH, LIST_WIDTH
from deskapp.ui.widgets import EmptyState, Frame, IconButton, SearchBox, hbox, vbox

_TYPING_MS = 100
_REFRESH_MS = 150
_OWN_KEYS = (Qt.Key.Key_J, Qt.Key.Key_K, Qt.Key.Key_Slash)


class CustomersPage(Retranslates, QWidget):
    """List, one customer in the middle, and the same panel as beside a conversation."""

    def __init__(self, context: UiContext, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._shell = context, shell
        self._contact_id = ""
        self._reading = Latest(context.bridge, self)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._again = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self.search = SearchBox()
        self.model = ContactListModel(context.bridge, self)
        self.list = _ContactList(self.model)
        self._new = IconButton("plus", on_click=self.begin_new)
        self.overview = ContactOverview(context)
        self.form = NewContactForm(context.bridge)
        self._empty = EmptyState("users")
        self._middle = QStackedWidget()
        self.panel = CustomerPanel(context, shell)
        self._build()
        self._connect()
        self.retranslate()
        self.model.find("")

    def _build(self) -> None:
        left = Frame("pane")
        bar = Frame("bar")
        row = hbox(bar, (14, 0, 8, 0), 6)
        row.addWidget(self.search, 1)
        row.addWidget(self._new)
        column = vbox(left, spacing=0)
        column.addWidget(bar)
        column.addWidget(self.list, 1)
        middle = Frame("pane")
        inside = vbox(middle)
        for page in (self._empty, self.overview, self.form):
            self._middle.addWidget(page)
        inside.addWidget(self._middle)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        for pane in (left, middle, self.panel):
            splitter.addWidget(pane)
        splitter.setSizes([LIST_WIDTH, 700, CUSTOMER_WIDTH])
        splitter.setStretchFactor(1, 1)
        left.setMinimumWidth(220)
        self.panel.setMinimumWidth(220)
        vbox(self, spacing=0).addWidget(splitter)
        self.home = self.list

    def _connect(self) -> None:
        self._typing.timeout.connect(lambda: self.model.find(self.search.text()))
        self._again.timeout.connect(self._refresh)
        self.search.changed.connect(lambda _text: self._typing.start())
        self.search.moved.connect(self.list.step)
        self.search.accepted.connect(self.list.setFocus)
        self.search.left.connect(self.list.setFocus)
        self.model.loaded.connect(self._on_loaded)
        self.list.chosen.connect(self.show_contact)
        self.list.search_wanted.connect(self.search.setFocus)
        self.overview.opened.connect(self._shell.open_ticket)
        self.overview.all_wanted.connect(
            lambda: self._shell.open_view(f"contact:{self._contact_id}")
        )
        self.overview.merge_wanted.connect(self._pick_other)
        self.form.made.connect(self._on_made)
        self.form.left.connect(self._show_middle)
        self._context.bridge.changed.connect(self._on_change)
        self._empty.button.clicked.connect(self.begin_new)
        self._empty.button.show()

    def retranslate(self) -> None:
        self.search.set_texts(self.tr("Search customers"), clear=self.tr("Clear the search"))
        self._new.set_name(self.tr("New customer"))
        self.list.setAccessibleName(self.tr("Customers"))
        self._empty.set(
            self.tr("No customer chosen"),
            self.tr("Everybody who writes appears here by themselves."),
        )
        self._empty.button.setText(self.tr("New customer"))

    def show_contact(self, contact_id: str) -> None:
        """Show this customer, selecting them where the list holds them."""
        self._contact_id = contact_id
        self.list.select(contact_id)
        self.panel.show_contact(contact_id)
        self._read()

    def begin_new(self) -> None:
        """Open the form for a new customer."""
        self._middle.setCurrentWidget(self.form)
        self.form.begin(self.search.text().strip() if not self.model.rowCount() else "")

    def _read(self) -> None:
        if self._contact_id:
            self._reading.ask(GetContact(self._contact_id), self._show, self._gone)

    def _show(self, detail: ContactDetail) -> None:
        self.overview.show_contact(detail)
        if self._middle.currentWidget() is not self.form:
            self._middle.setCurrentWidget(self.overview)

    def _gone(self, error: Exception) -> None:
        if not isinstance(error, LookupError):
            self._context.bridge.failed.emit(error)
        self._contact_id = ""
        self.panel.show_contact("")
        self._show_middle()

    def _show_middle(self) -> None:
        self._middle.setCurrentWidget(self.overview if self._contact_id else self._empty)

    def _on_made(self, contact_id: str) -> None:
        self.search.clear_text()
        self._contact_id = contact_id
        self._show_middle()
        self.show_contact(contact_id)
        self.model.find("")

    def _on_loaded(self, _first: bool) -> None:
        self.list.select(self._contact_id)
        latest = self.model.contact(0)
        if not self._contact_id and not self.search.text() and latest is not None:
            self.show_contact(latest.id)

    def _on_change(self, change: ChangeSet) -> None:
        if change.tickets or change.touches("contact", "contact_point", "rating"):
            self._again.start()

    def _refresh(self) -> None:
        self.model.refresh()
        self._read()

    def _pick_other(self, anchor: QWidget) -> None:
        question = self.tr("Who is the same person?")
        picker = ContactPicker(self._context.bridge, question, self._contact_id, self)
        picker.chosen.connect(self._merge)
        picker.open_at(anchor)

    def _merge(self, other_id: str) -> None:
        command = MergeContacts(contact_id=other_id, into_id=self._contact_id)
        self._shell.do(command, self.tr("Merged"))


class _ContactList(QListView):
    chosen = Signal(str)
    search_wanted = Signal()

    def __init__(self, model: ContactListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._contacts = model
        self.setModel(model)
        self.setItemDelegate(ContactDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._on_current)

    def step(self, by: int) -> None:
        """Go up or down while the cursor is in the search field."""
        row = self.currentIndex().row() + by
        if 0 <= row < self._contacts.rowCount():
            self.setCurrentIndex(self._contacts.index(row))

    def select(self, contact_id: str) -> None:
        row = self._contacts.row_of(contact_id)
        if row >= 0 and row != self.currentIndex().row():
            self.selectionModel().setCurrentIndex(
                self._contacts.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )

    def event(self, event: QEvent) -> bool:
        # J, K and / are the inbox's keys: here they are this list's own.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _OWN_KEYS
            and not event.modifiers()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _OWN_KEYS or event.modifiers():
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Slash:
            self.search_wanted.emit()
        else:
            self.step(1 if event.key() == Qt.Key.Key_J else -1)

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        info = self._contacts.contact(current.row())
        if info is not None:
            self.chosen.emit(info.id)
