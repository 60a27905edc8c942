"""A new customer, by hand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from deskapp.core.api import Outcome
from deskapp.core.commands.contacts import CreateContact, NewPoint
from deskapp.models.enums import PointKind
from deskapp.ui import messages
from deskapp.ui.bridge import Bridge
from deskapp.ui.i18n import Retranslates
from deskapp.ui.widgets import Button, PlainLabel, PrimaryButton, hbox, vbox


class NewContactForm(Retranslates, QWidget):
    """`made` carries the new contact's id; `left` says that the person gave up."""

    made = Signal(str)
    left = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._title = PlainLabel(role="page-title")
        self._labels = [PlainLabel() for _ in range(4)]
        self.name, self.mail, self.phone, self.organisation = (QLineEdit() for _ in range(4))
        self._error = PlainLabel(role="error")
        self._error.setWordWrap(True)
        self._error.hide()
        self._create = PrimaryButton(on_click=self._submit)
        self._cancel = Button(on_click=self.left.emit)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        fields = (self.name, self.mail, self.phone, self.organisation)
        for label, field in zip(self._labels, fields, strict=True):
            label.setBuddy(field)
            field.setMaximumWidth(360)
            field.returnPressed.connect(self._submit)
            form.addRow(label, field)
        buttons = hbox()
        buttons.addWidget(self._create)
        buttons.addWidget(self._cancel)
        buttons.addStretch()
        column = vbox(self, (32, 22, 32, 22), 14)
        column.addWidget(self._title)
        column.addLayout(form)
        column.addWidget(self._error)
        column.addLayout(buttons)
        column.addStretch()
        self.setFocusProxy(self.name)
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(self.tr("New customer"))
        texts = (self.tr("Name"), self.tr("Mail"), self.tr("Phone"), self.tr("Organisation"))
        fields = (self.name, self.mail, self.phone, self.organisation)
        for label, field, text in zip(self._labels, fields, texts, strict=True):
            label.setText(text)
            field.setAccessibleName(text)
        self.phone.setPlaceholderText(self.tr("With its country, such as +34 611 20 48 77"))
        self._create.setText(self.tr("Create"))
        self._cancel.setText(self.tr("Cancel"))

    def begin(self, name: str = "") -> None:
        """Empty the form; `name` is what the person was looking for."""
        for field in (self.mail, self.phone, self.organisation):
            field.clear()
        at = "@" in name
        self.name.setText("" if at else name)
        self.mail.setText(name if at else "")
        self._error.hide()
        self.name.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _submit(self) -> None:
        new_id = self._bridge.workspace.new_id
        typed = ((PointKind.EMAIL, self.mail), (PointKind.PHONE, self.phone))
        points = tuple(
            NewPoint(new_id(), kind, field.text().strip())
            for kind, field in typed
            if field.text().strip()
        )
        contact_id = new_id()
        command = CreateContact(
            contact_id=contact_id,
            name=self.name.text().strip(),
            organisation=self.organisation.text().strip(),
            points=points,
        )
        self._create.setEnabled(False)
        self._bridge.send(command, lambda outcome: self._answered(outcome, contact_id), self)

    def _answered(self, outcome: Outcome, contact_id: str) -> None:
        self._create.setEnabled(True)
        self._error.setVisible(not outcome.ok)
        if outcome.rejected is not None:
            self._error.setText(messages.rejection(outcome.rejected))
        else:
            self.made.emit(contact_id)
