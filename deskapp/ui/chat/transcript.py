"""To which address the transcript of a chat goes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from deskapp.core.commands.webchat import SendTranscript
from deskapp.ui.shell.context import Shell
from deskapp.ui.widgets import Button, PlainLabel, PrimaryButton, hbox, vbox


class TranscriptDialog(QDialog):
    """Asks for the address; what the visitor or the contact gave stands there already."""

    def __init__(self, shell: Shell, ticket_id: str, address: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._shell, self._ticket_id = shell, ticket_id
        self.setWindowTitle(self.tr("Mail the transcript"))
        self.address = QLineEdit(address)
        self.address.setAccessibleName(self.tr("Mail address"))
        self.address.setMinimumWidth(320)
        lead = PlainLabel(self.tr("The whole conversation, without notes, goes to:"), "muted")
        lead.setWordWrap(True)
        column = vbox(self, (20, 18, 20, 16), 10)
        column.addWidget(lead)
        column.addWidget(self.address)
        buttons = hbox()
        buttons.addStretch()
        buttons.addWidget(Button(self.tr("Cancel"), on_click=self.reject))
        self.send = PrimaryButton(self.tr("Send"), on_click=self._send)
        self.send.setDefault(True)
        buttons.addWidget(self.send)
        column.addLayout(buttons)
        self.address.textChanged.connect(lambda _text: self._look())
        self._look()

    def _look(self) -> None:
        self.send.setEnabled("@" in self.address.text().strip()[1:-1])

    def _send(self) -> None:
        address = self.address.text().strip()
        done = self.tr("The transcript goes to %1").replace("%1", address)
        self._shell.do(SendTranscript(ticket_id=self._ticket_id, address=address), done)
        self.accept()
