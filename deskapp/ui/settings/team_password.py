"""A password that a colleague writes beside the code when a device joins."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from deskapp.ui import messages
from deskapp.ui.settings.rows import Row
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.team.live import HostLive
from deskapp.ui.widgets import Button, PlainLabel, hbox, vbox

LEAST = 8  # characters


class PasswordPart(QWidget):
    """It is set and never shown; an empty one asks for none."""

    def __init__(
        self, context: UiContext, shell: Shell, host: HostLive, agent_id: str, locked: str
    ) -> None:
        super().__init__()
        self._context, self._shell = context, shell
        self._host, self._agent_id = host, agent_id
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setMinimumWidth(200)
        self.field.setMaxLength(200)
        self.field.returnPressed.connect(self.submit)
        self.button = Button(self.tr("Set"), on_click=self.submit)
        control = QWidget()
        control.setFocusProxy(self.field)
        row = hbox(control)
        row.addWidget(self.field)
        row.addWidget(self.button)
        self.error = PlainLabel(role="error")
        self.error.setWordWrap(True)
        self.error.hide()
        title = self.tr("Password")
        help_text = self.tr(
            "Asked for beside the code when a device joins. Set an empty one to ask for none."
        )
        self.field.setAccessibleName(title)
        self.button.setAccessibleName(self.tr("Set the password"))
        column = vbox(self, spacing=0)
        column.addWidget(Row(title, help_text, control))
        column.addWidget(self.error)
        for part in (self.field, self.button):
            part.setEnabled(not locked)

    def submit(self) -> None:
        """Keep what is written, at the desk, as a hash."""
        password = self.field.text()
        if 0 < len(password) < LEAST:
            self._say(self.tr("At least %1 characters.").replace("%1", str(LEAST)))
            return
        self.button.setEnabled(False)
        future = self._host.host.set_password(self._agent_id, password)
        self._context.bridge.watch(future, lambda _none: self._kept(password), self, self._failed)

    def _kept(self, password: str) -> None:
        self.error.hide()
        self.button.setEnabled(True)
        self.field.clear()
        gone = self.tr("No password is asked for any more")
        self._shell.toast(self.tr("Password set") if password else gone)

    def _failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        self._say(messages.job_error(error))

    def _say(self, text: str) -> None:
        self.error.setText(text)
        self.error.show()
