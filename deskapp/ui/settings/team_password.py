"""What a colleague's devices are asked for beside the code when they join: a password, a second factor."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from deskapp.core.api import Outcome
from deskapp.core.commands.team import ResetSecondFactor
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
            "Asked for beside the code when a device joins. Set an empty one to ask for none. After a"
            " change their devices have to be invited again."
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


class FactorResetPart(QWidget):
    """For a colleague who has lost their telephone; not there while they have no second factor."""

    def __init__(
        self, context: UiContext, shell: Shell, host: HostLive, agent_id: str, locked: str
    ) -> None:
        super().__init__()
        self._context, self._shell, self._host, self._agent_id = context, shell, host, agent_id
        self.ask = Button(self.tr("Reset…"), on_click=self._ask)
        self.ask.setEnabled(not locked)
        self.ask.setAccessibleName(self.tr("Reset the second factor"))
        self.sure = Button(self.tr("Reset it"), "danger", on_click=self._reset)
        self.question = QWidget()
        row = hbox(self.question)
        words = PlainLabel(
            self.tr("Their devices are shut out and have to be invited again, without it.")
        )
        words.setWordWrap(True)
        row.addWidget(words, 1)
        row.addWidget(self.sure)
        row.addWidget(Button(self.tr("Keep it"), "ghost", on_click=self.question.hide))
        help_text = self.tr("It is on. Reset it when their telephone and their codes are lost.")
        column = vbox(self, spacing=4)
        column.addWidget(Row(self.tr("Second factor"), help_text, self.ask))
        column.addWidget(self.question)
        self.question.hide()
        self.hide()
        self._read()

    def _read(self) -> None:
        future = self._host.host.factor_of(self._agent_id)
        self._context.bridge.watch(future, lambda state: self.setVisible(state.on), self)

    def _ask(self) -> None:
        self.question.show()
        self.sure.setFocus()

    def _reset(self) -> None:
        self._context.bridge.send(ResetSecondFactor(agent_id=self._agent_id), self._answered, self)

    def _answered(self, outcome: Outcome) -> None:
        self.question.hide()
        if outcome.rejected is not None:
            self._shell.toast(messages.rejection(outcome.rejected))
        else:
            self._shell.toast(self.tr("No second factor is asked for any more"))
        self._read()
