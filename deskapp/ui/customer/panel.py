"""The right of the inbox: who writes, how to reach them, and what they wrote before."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMenu, QScrollArea, QStackedLayout, QWidget

from deskapp.core.api import ChangeSet
from deskapp.core.commands.contacts import BlockSender, TagContact, UnblockSender
from deskapp.core.queries.contacts import GetBlockRules, GetContact, GetMergeSuggestions
from deskapp.core.queries.desk import GetCustomFields
from deskapp.models.dto import BlockRule, ContactDetail, CustomFieldInfo, MergeSuggestion
from deskapp.models.enums import PointKind
from deskapp.ui.bridge import Latest
from deskapp.ui.customer.contact_card import ContactCard
from deskapp.ui.customer.conversations_card import ConversationsCard
from deskapp.ui.customer.fields_card import FieldsCard
from deskapp.ui.customer.merge_card import MergeCard
from deskapp.ui.customer.notes_card import NotesCard
from deskapp.ui.customer.section import SectionColumn, chain_tabs
from deskapp.ui.customer.who import WhoCard
from deskapp.ui.i18n import Retranslates
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import EmptyState, Frame, vbox

_CONTACT_ENTITIES = (
    "contact",
    "contact_point",
    "contact_field",
    "contact_note",
    "contact_tag",
    "merge_dismissal",
    "block_rule",
    "rating",
    "tag",
)
_REFRESH_MS = 80
_OTHERS_MS = 1_000
"""After a commit that seems to be about others: it may be a new conversation of this one."""
_AFTER_MESSAGES_MS = 30
"""What was said is read and painted first; a walk by J and K reads only where it ends."""
_SUGGEST_MS = 250
_TABS_MS = 300
"""Ordering what Tab walks through takes milliseconds: not while J is held down."""


def with_older(detail: ContactDetail, host: ContactDetail | None) -> ContactDetail:
    """A contact as it is here, with the conversations that only the host has, and all of them counted."""
    if host is None:
        return detail
    here = {ticket.id for ticket in detail.tickets}
    older = [ticket for ticket in host.tickets if ticket.id not in here]
    tickets = sorted((*detail.tickets, *older), key=lambda ticket: -ticket.updated_at)
    info = replace(detail.info, tickets=max(detail.info.tickets, host.info.tickets))
    return replace(detail, info=info, tickets=tuple(tickets))


class CustomerPanel(Retranslates, Frame):
    """`show_contact` may be called for each step of J and K: only the last one is read."""

    def __init__(self, context: UiContext, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__("side", parent)
        self._context, self._shell = context, shell
        self._contact_id = self._ticket_id = ""
        self._detail: ContactDetail | None = None
        self._older: ContactDetail | None = None  # as the host has it
        self._asked: Future[ContactDetail] | None = None
        self._reading = Latest(context.bridge, self)
        self._suggesting = Latest(context.bridge, self)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._read)
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_MESSAGES_MS)
        self._soon.timeout.connect(self._read)
        self._suggest = QTimer(self, singleShot=True, interval=_SUGGEST_MS)
        self._suggest.timeout.connect(self._read_suggestions)
        self._tabs = QTimer(self, singleShot=True, interval=_TABS_MS)
        self._tabs.timeout.connect(lambda: chain_tabs(self._inside))
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        context, shell = self._context, self._shell
        self.who = WhoCard(context.bridge)
        self.contact = ContactCard(context, shell)
        self.fields = FieldsCard(context.bridge)
        self.conversations = ConversationsCard()
        self.notes = NotesCard(context, shell)
        self.merge = MergeCard(shell)
        self.sections = SectionColumn(context.state, "customer")
        for section in (self.contact, self.merge, self.fields, self.conversations, self.notes):
            self.sections.add(section)
        self._inside = QWidget()
        column = vbox(self._inside, (14, 14, 14, 14), 10)
        column.addWidget(self.who)
        column.addWidget(self.sections)
        column.addStretch()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._inside)
        self._empty = EmptyState("user")
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._scroll)

    def _connect(self) -> None:
        self._context.bridge.changed.connect(self._on_change)
        self.who.menu_wanted.connect(self._fill_menu)
        self.who.tags.added.connect(lambda name: self._tag(add=name))
        self.who.tags.removed.connect(lambda name: self._tag(remove=name))
        self.who.tags.opened.connect(lambda name: self._shell.open_view(f"tag:{name}"))
        self.conversations.opened.connect(self._shell.open_ticket)
        self.conversations.all_wanted.connect(
            lambda: self._shell.open_view(f"contact:{self._contact_id}")
        )
        self._read_fields()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Customer"))
        self._empty.set(self.tr("No customer"), self.tr("Choose a conversation to see who writes."))

    def show_contact(self, contact_id: str, ticket_id: str = "") -> None:
        """Show this contact beside that ticket; an empty id empties the panel."""
        same = (contact_id, ticket_id) == (self._contact_id, self._ticket_id)
        self._contact_id, self._ticket_id = contact_id, ticket_id
        if not contact_id:
            self._reading.cancel()
            self._soon.stop()
            self._detail = None
            self._pages.setCurrentWidget(self._empty)
            return
        if self._detail is not None and self._detail.info.id == contact_id:
            if same:
                return  # a newer state of the ticket: what it means here comes with its commit
            self.conversations.show_contact(self._detail, ticket_id)
        self._soon.start()

    def detail(self) -> ContactDetail | None:
        """The contact on screen."""
        return self._detail

    # -- reading -----------------------------------------------------------------------------

    def _read(self) -> None:
        if self._contact_id:
            self._reading.ask(GetContact(self._contact_id), self._show, self._gone)

    def _gone(self, error: Exception) -> None:
        if isinstance(error, LookupError):
            self.show_contact("")
        else:
            self._context.bridge.failed.emit(error)

    def _show(self, detail: ContactDetail) -> None:
        other = self._detail is None or self._detail.info.id != detail.info.id
        if other:
            self._ask_host(detail.info.id)
        detail = with_older(detail, self._older)
        same = self._detail is not None and _looks(self._detail) == _looks(detail)
        self._detail = detail
        if same and self._pages.currentWidget() is self._scroll:
            return
        self.who.show_contact(detail)
        self.contact.show_contact(detail)
        self.fields.show_contact(detail)
        self.conversations.show_contact(detail, self._ticket_id)
        self.notes.show_contact(detail)
        self.merge.show_contact(detail)
        self._pages.setCurrentWidget(self._scroll)
        if other:
            self._scroll.verticalScrollBar().setValue(0)
        self._suggest.start()
        self._tabs.start()

    def _ask_host(self, contact_id: str) -> None:
        """What is too old to be kept on this computer; without the host, what is here has to do."""
        self._older = None
        if self._asked is not None:
            self._asked.cancel()
        elsewhere = self._context.workspace.elsewhere
        if elsewhere is None:
            return

        def came(older: ContactDetail) -> None:
            if self._detail is not None and self._detail.info.id == contact_id:
                self._older = older
                self._read()

        self._asked = elsewhere.ask(GetContact(contact_id))
        self._context.bridge.watch(self._asked, came, self, lambda _error: None)

    def _read_fields(self) -> None:
        self._context.bridge.ask(GetCustomFields(), self._show_fields, self)

    def _show_fields(self, fields: tuple[CustomFieldInfo, ...]) -> None:
        self.fields.show_fields(fields)
        self._tabs.start()

    def _read_suggestions(self) -> None:
        if self._contact_id:
            query = GetMergeSuggestions(self._contact_id, limit=3)
            self._suggesting.ask(query, self._show_suggestions)

    def _show_suggestions(self, suggestions: tuple[MergeSuggestion, ...]) -> None:
        self.merge.show_suggestions(suggestions)
        self._tabs.start()

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("custom_field"):
            self._read_fields()
        if not self._contact_id:
            return
        person = change.touches(*_CONTACT_ENTITIES)
        if person:
            self._suggest.start()
        if person or change.tickets & self._own_tickets():
            self._again.start(_REFRESH_MS)
        elif change.tickets and not self._again.isActive():
            self._again.start(_OTHERS_MS)

    def _own_tickets(self) -> set[str]:
        known = self._detail.tickets if self._detail is not None else ()
        return {self._ticket_id, *(ticket.id for ticket in known)}

    # -- acting ------------------------------------------------------------------------------

    def _tag(self, add: str = "", remove: str = "") -> None:
        command = TagContact(
            contact_id=self._contact_id,
            add=(add,) if add else (),
            remove=(remove,) if remove else (),
        )
        self._shell.do(command, self.tr("Tag removed") if remove else "")

    def _fill_menu(self, menu: QMenu) -> None:
        detail = self._detail
        if detail is None:
            return
        menu.addAction(self.tr("Edit name and contact"), lambda: self.contact.edit(True))
        menu.addAction(self.tr("Add a note"), self.notes.action.click)
        menu.addAction(self.tr("All conversations"), self.conversations.all_wanted.emit)
        mails = [point.value for point in detail.info.points if point.kind is PointKind.EMAIL]
        if not mails:
            return
        menu.addSeparator()
        if detail.blocked:
            menu.addAction(self.tr("Unblock"), self._unblock)
            return
        for mail in mails:
            text = self.tr("Block %1").replace("%1", mail)
            menu.addAction(text, partial(self._block, mail))

    def _block(self, mail: str) -> None:
        command = BlockSender(rule_id=self._context.workspace.new_id(), kind="sender", value=mail)
        self._shell.do(command, self.tr("Blocked: new mail goes to spam, silently"))

    def _unblock(self) -> None:
        self._context.bridge.ask(GetBlockRules(), self._unblock_by, self)

    def _unblock_by(self, rules: tuple[BlockRule, ...]) -> None:
        if self._detail is None:
            return
        mails = {point.value for point in self._detail.info.points}
        domains = {mail.rpartition("@")[2] for mail in mails}
        for rule in rules:
            if rule.value in (mails if rule.kind == "sender" else domains):
                self._shell.do(UnblockSender(rule_id=rule.id), self.tr("No longer blocked"))


def _looks(detail: ContactDetail) -> ContactDetail:
    """What can be seen of it: when a conversation last moved cannot, only their order."""
    tickets = tuple(replace(ticket, updated_at=0) for ticket in detail.tickets)
    return replace(detail, tickets=tickets)
