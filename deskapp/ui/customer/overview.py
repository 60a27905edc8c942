"""One customer in the middle of the customers' room: what is open, what was, how content they are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QWidget

from deskapp.models.dto import ContactDetail, ContactTicket
from deskapp.ui.customer.model import shown_name
from deskapp.ui.customer.rows import RowPool
from deskapp.ui.customer.who import of_five
from deskapp.ui.i18n import Retranslates, number
from deskapp.ui.inbox.sentence import CHANNEL_ICONS
from deskapp.ui.shell.context import UiContext
from deskapp.ui.when import relative_time
from deskapp.ui.widgets import (
    Avatar,
    Button,
    ElidedLabel,
    EmptyState,
    Frame,
    Line,
    PlainLabel,
    hbox,
    vbox,
)

_MOST = 60


class ContactOverview(Retranslates, QWidget):
    """A head with what may be done, three figures, and the conversations."""

    opened = Signal(str)  # ticket id
    merge_wanted = Signal(object)  # the button, to open a pop-up under
    all_wanted = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._detail: ContactDetail | None = None
        self._avatar = Avatar()
        self._name = ElidedLabel(role="title")
        self._line = ElidedLabel(role="small")
        self._merge = Button(icon_name="merge")
        self._merge.clicked.connect(lambda: self.merge_wanted.emit(self._merge))
        self._figures = [_Figure() for _ in range(3)]
        self._open = _TicketGroup(self.opened.emit)
        self._past = _TicketGroup(self.opened.emit)
        self._all = Button("", "link", on_click=self.all_wanted.emit)
        self._none = EmptyState("inbox")
        column = vbox(self, spacing=0)
        column.addLayout(self._head())
        column.addWidget(Line())
        column.addWidget(self._body(), 1)
        self.retranslate()

    def _head(self) -> QHBoxLayout:
        names = vbox(spacing=0)
        names.addStretch()
        names.addWidget(self._name)
        names.addWidget(self._line)
        names.addStretch()
        head = hbox(margins=(18, 10, 18, 10), spacing=12)
        head.addWidget(self._avatar)
        head.addLayout(names, 1)
        head.addWidget(self._merge)
        return head

    def _body(self) -> QWidget:
        inside = QWidget()
        column = vbox(inside, (18, 16, 18, 16), 14)
        figures = hbox(spacing=10)
        for figure in self._figures:
            figures.addWidget(figure)
        figures.addStretch()
        column.addLayout(figures)
        column.addWidget(self._open)
        column.addWidget(self._past)
        rest = hbox()
        rest.addWidget(self._all)
        rest.addStretch()
        column.addLayout(rest)
        column.addWidget(self._none)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        inside.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        return scroll

    def show_contact(self, detail: ContactDetail) -> None:
        self._detail = detail
        self.retranslate()

    def retranslate(self) -> None:
        self._merge.setText(self.tr("Merge with…"))
        self._none.set(self.tr("No conversations yet"))
        detail = self._detail
        if detail is None:
            return
        info = detail.info
        name = shown_name(info)
        self._avatar.set_person(name, info.id)
        self._name.setText(name)
        points = [point.display for point in info.points[:2]]
        self._line.setText(" · ".join(part for part in (info.organisation, *points) if part))
        self._show_figures(detail)
        self._show_tickets(detail)

    def _show_figures(self, detail: ContactDetail) -> None:
        info = detail.info
        opens, whole, content = self._figures
        opens.set(number(info.open_tickets), self.tr("Open"))
        whole.set(number(info.tickets), self.tr("Conversations"))
        score = detail.satisfaction
        content.setVisible(score is not None)
        if score is not None:
            text = self.tr("Satisfaction, %n rating(s)", "", detail.ratings)
            content.set(of_five(score), text)

    def _show_tickets(self, detail: ContactDetail) -> None:
        now = self._context.clock.now()
        shown = detail.tickets[:_MOST]
        active = [ticket for ticket in shown if ticket.status.is_active]
        past = [ticket for ticket in shown if not ticket.status.is_active]
        untitled = self.tr("No subject")
        self._open.show_tickets(self.tr("Open"), active, now, untitled)
        self._past.show_tickets(self.tr("Past"), past, now, untitled)
        self._none.setVisible(not shown)
        more = max(detail.info.tickets, len(detail.tickets)) > len(shown)
        self._all.setText(self.tr("See all %1").replace("%1", number(detail.info.tickets)))
        self._all.setVisible(more)


class _Figure(Frame):
    """A number and what it counts."""

    def __init__(self) -> None:
        super().__init__("card")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self._value, self._label = PlainLabel(role="page-title"), PlainLabel(role="small")
        column = vbox(self, (14, 8, 22, 9), 0)
        column.addWidget(self._value)
        column.addWidget(self._label)

    def set(self, value: str, label: str) -> None:
        self._value.setText(value)
        self._label.setText(label)
        self.setAccessibleName(f"{label}: {value}")


class _TicketGroup(QWidget):
    def __init__(self, on_open: Callable[[str], object]) -> None:
        super().__init__()
        self._tickets: list[ContactTicket] = []
        self._title = PlainLabel(role="section")
        column = vbox(self, spacing=2)
        column.addWidget(self._title)
        self._rows = RowPool(column, lambda row: on_open(self._tickets[row].id))

    def show_tickets(
        self, title: str, tickets: list[ContactTicket], now: int, untitled: str
    ) -> None:
        self._tickets = tickets
        self._title.setText(title)
        for row, ticket in zip(self._rows.take(len(tickets)), tickets, strict=True):
            text = f"#{ticket.number}  {ticket.subject or untitled}"
            row.set(CHANNEL_ICONS[ticket.channel], text, relative_time(ticket.updated_at, now))
        self.setVisible(bool(tickets))
