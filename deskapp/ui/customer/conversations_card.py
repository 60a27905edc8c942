"""Everything this customer has written about, over all channels."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from deskapp.models.dto import ContactDetail, ContactTicket
from deskapp.models.enums import TicketStatus
from deskapp.ui.customer.rows import RowPool
from deskapp.ui.customer.section import Section
from deskapp.ui.i18n import number
from deskapp.ui.inbox.sentence import CHANNEL_ICONS
from deskapp.ui.widgets import PlainLabel

MOST = 5


class ConversationsCard(Section):
    """Open ones first, then the latest. The one on screen is left out."""

    opened = Signal(str)  # ticket id
    all_wanted = Signal()

    def __init__(self, parent: QWidget | None = None, most: int = MOST) -> None:
        super().__init__("conversations", parent)
        self._most = most
        self._tickets: list[ContactTicket] = []
        self._total = 0
        self._rows = RowPool(self.body, lambda row: self.opened.emit(self._tickets[row].id))
        self._empty = PlainLabel(role="small")
        self._empty.setContentsMargins(5, 2, 5, 2)
        self.body.addWidget(self._empty)
        self.action.clicked.connect(self.all_wanted)
        self.retranslate()

    def retranslate(self) -> None:
        more = self._total > len(self._tickets)
        link = self.tr("See %1").replace("%1", number(self._total)) if more else ""
        self.set_title(self.tr("Conversations"), link)
        self._empty.setText(self.tr("No other conversation"))
        self._show_rows()

    def show_contact(self, detail: ContactDetail, but: str = "") -> None:
        """`but`: the id of the ticket that is on screen anyway."""
        others = [ticket for ticket in detail.tickets if ticket.id != but]
        others.sort(key=lambda ticket: (not ticket.status.is_active, -ticket.updated_at))
        self._tickets = others[: self._most]
        self._total = max(len(detail.tickets), detail.info.tickets)
        self.retranslate()

    def _show_rows(self) -> None:
        states = {
            TicketStatus.NEW: self.tr("new"),
            TicketStatus.OPEN: self.tr("open"),
            TicketStatus.WAITING: self.tr("waiting"),
            TicketStatus.SOLVED: self.tr("solved"),
            TicketStatus.CLOSED: self.tr("closed"),
        }
        rows = self._rows.take(len(self._tickets))
        for row, ticket in zip(rows, self._tickets, strict=True):
            subject = ticket.subject or self.tr("No subject")
            row.set(CHANNEL_ICONS[ticket.channel], subject, states[ticket.status])
        self._empty.setVisible(not self._tickets)
