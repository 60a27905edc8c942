"""A ticket by hand: somebody called or came by. Who, how, what about, what was said."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QWidget

from deskapp.core.api import Outcome
from deskapp.core.commands.contacts import CreateContact, NewPoint
from deskapp.core.commands.tickets import CreateTicket
from deskapp.core.queries.contacts import FindContacts
from deskapp.models.dto import ContactInfo
from deskapp.models.enums import Channel, PointKind
from deskapp.ui import messages
from deskapp.ui.bridge import Latest
from deskapp.ui.inbox.sentence import channel_name
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import (
    Button,
    Choice,
    PlainLabel,
    PopupList,
    PrimaryButton,
    SearchBox,
    Segmented,
    hbox,
    vbox,
)

TYPING_MS = 80
_OFFERED = 5
_NEW = "new"
_BY_HAND = (Channel.PHONE, Channel.COUNTER, Channel.OTHER)


class NewTicketDialog(QDialog):
    """Finds the contact while its name, mail address or phone is typed, or makes a new one."""

    def __init__(self, context: UiContext, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("New ticket"))
        self._context, self._shell = context, shell
        self._found: dict[str, ContactInfo] = {}
        self._contact: ContactInfo | None = None
        self._latest = Latest(context.bridge, self)
        self._build()
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._find)
        self.who.changed.connect(self._on_typed)
        self.who.moved.connect(self.offers.move)
        self.who.accepted.connect(self.offers.accept)
        self.who.left.connect(self.reject)
        self.offers.picked.connect(self._pick)
        self._find()

    def _build(self) -> None:
        self.channel = Segmented((c.value, channel_name(c)) for c in _BY_HAND)
        self.who = SearchBox()
        self.who.set_texts(self.tr("Customer: name, mail address or phone"))
        self.offers = PopupList()
        self.offers.setAccessibleName(self.tr("Customers found"))
        self.subject = QLineEdit()
        self.subject.setPlaceholderText(self.tr("Subject"))
        self.subject.setAccessibleName(self.tr("Subject"))
        self.body = QPlainTextEdit()
        self.body.setPlaceholderText(self.tr("What the customer said"))
        self.body.setAccessibleName(self.tr("What the customer said"))
        self.body.setTabChangesFocus(True)
        self._error = PlainLabel(role="error")
        self._error.setWordWrap(True)
        self._error.hide()
        foot = hbox()
        foot.addStretch(1)
        foot.addWidget(Button(self.tr("Cancel"), on_click=self.reject))
        foot.addWidget(PrimaryButton(self.tr("Create"), on_click=self.submit))
        column = vbox(self, (20, 18, 20, 16), 10)
        column.addWidget(self.channel)
        column.addWidget(self.who)
        column.addWidget(self.offers)
        column.addWidget(self.subject)
        column.addWidget(self.body, 1)
        column.addWidget(self._error)
        column.addLayout(foot)
        self.resize(480, 460)
        self.who.setFocus()

    def _on_typed(self) -> None:
        self._contact = None
        self._typing.start()

    def _find(self) -> None:
        self._latest.ask(FindContacts(self.who.text().strip(), _OFFERED), self._offer)

    def _offer(self, contacts: tuple[ContactInfo, ...]) -> None:
        typed = self.who.text().strip()
        self._found = {contact.id: contact for contact in contacts}
        choices = [
            Choice(c.id, c.name, detail=c.points[0].display if c.points else "", icon="user")
            for c in contacts
        ]
        if typed:
            text = self.tr("New customer “%1”").replace("%1", typed)
            choices.append(Choice(_NEW, text, icon="plus"))
        self.offers.show_choices(choices)
        self.offers.setFixedHeight(self.offers.height_for(_OFFERED + 1))

    def _pick(self, key: str) -> None:
        self._contact = self._found.get(key)
        if self._contact is not None:
            self.who.field.blockSignals(True)
            self.who.set_text(self._contact.name)
            self.who.field.blockSignals(False)
        self.offers.setFixedHeight(0)
        self.subject.setFocus()

    def submit(self) -> None:
        """Make the ticket, and the contact when it is new; says what is missing."""
        typed = self.who.text().strip()
        if self._contact is None and not typed:
            self._complain(self.tr("Say who the customer is."))
        elif not self.subject.text().strip():
            self._complain(self.tr("Give the ticket a subject."))
            self.subject.setFocus()
        elif self._contact is not None:
            self._create_for(self._contact.id)
        else:
            self._create_contact(typed)

    def _create_contact(self, typed: str) -> None:
        new_id = self._context.workspace.new_id
        contact_id = new_id()
        point = _point(typed)
        points = (NewPoint(new_id(), point, typed),) if point is not None else ()
        command = CreateContact(contact_id=contact_id, name=typed, points=points)

        def settled(outcome: Outcome) -> None:
            if outcome.rejected is None:
                self._create_for(contact_id)
            else:
                self._complain(messages.rejection(outcome.rejected))

        self._context.bridge.send(command, settled, self)

    def _create_for(self, contact_id: str) -> None:
        new_id = self._context.workspace.new_id
        ticket_id, body = new_id(), self.body.toPlainText().strip()
        command = CreateTicket(
            ticket_id=ticket_id,
            subject=self.subject.text().strip(),
            channel=Channel(self.channel.key()),
            contact_id=contact_id,
            body=body,
            message_id=new_id() if body else "",
        )

        def settled(outcome: Outcome) -> None:
            if outcome.rejected is None:
                self._shell.open_ticket(ticket_id)
                self.accept()
            else:
                self._complain(messages.rejection(outcome.rejected))

        self._context.bridge.send(command, settled, self)

    def _complain(self, text: str) -> None:
        self._error.setText(text)
        self._error.show()


def _point(typed: str) -> PointKind | None:
    """What kind of contact point was typed in the place of a name, if any."""
    if "@" in typed and " " not in typed:
        return PointKind.EMAIL
    digits = sum(char.isdigit() for char in typed)
    if digits >= 6 and all(char.isdigit() or char in "+-() ." for char in typed):
        return PointKind.PHONE
    return None
