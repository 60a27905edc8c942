"""One's own second factor: set up with an app on a telephone, and taken off again."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QSizePolicy, QWidget

from deskapp.core.ports import Enrolment, FactorState, SecondFactor
from deskapp.ui import messages
from deskapp.ui.settings.chat_parts import CopyText
from deskapp.ui.settings.rows import Row
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.team.qr import QrCode
from deskapp.ui.widgets import Button, PlainLabel, PrimaryButton, hbox, vbox

PROBLEMS: dict[str, object] = {
    "totp_wrong": QT_TRANSLATE_NOOP(
        "Messages",
        "This code is not good, or was used already. Look that the telephone's clock is right, and wait"
        " for the next code.",
    ),
    "factor_expired": QT_TRANSLATE_NOOP(
        "Messages", "This took too long. Close this and set it up once more."
    ),
    "factor_on": QT_TRANSLATE_NOOP(
        "Messages", "It is switched on already. Switch it off before you set it up anew."
    ),
    "rate_limited": QT_TRANSLATE_NOOP(
        "Messages", "Too many tries. Wait a minute or two, then try again."
    ),
    "unreachable": QT_TRANSLATE_NOOP(
        "Messages", "The team's desk cannot be reached now. Try again when you are online."
    ),
    "not_found": QT_TRANSLATE_NOOP(
        "Messages", "The team's desk is too old for this. Ask whoever runs it to update it."
    ),
}
"""What setting it up, or taking it off, ends with."""


def why(error: Exception) -> str:
    code = str(getattr(error, "code", ""))
    return messages.sentence(PROBLEMS, code) if code in PROBLEMS else messages.job_error(error)


class FactorPart(QWidget):
    """How it stands, and the way to change it."""

    def __init__(self, context: UiContext, shell: Shell, factor: SecondFactor) -> None:
        super().__init__()
        self._context, self._shell, self._factor = context, shell, factor
        self._on = False
        self.button = Button("", on_click=self._change)
        self.state = PlainLabel(role="small")
        self.state.setWordWrap(True)
        self.error = PlainLabel(role="error")
        self.error.setWordWrap(True)
        self._ending = self._make_ending()
        help_text = self.tr(
            "When a device of yours joins, an app on your telephone shows a code that is asked for, too."
        )
        column = vbox(self, spacing=4)
        column.addWidget(Row(self.tr("Your second factor"), help_text, self.button, first=True))
        for widget in (self.state, self._ending, self.error):
            widget.hide()
            column.addWidget(widget)
        self.button.setEnabled(False)
        self.read()

    def _make_ending(self) -> QWidget:
        box = QWidget()
        self.code = QLineEdit()
        self.code.setMaxLength(40)
        self.code.setPlaceholderText(self.tr("A code of the app, or a recovery code"))
        self.code.setAccessibleName(self.tr("A code of the app, or a recovery code"))
        self.code.returnPressed.connect(self._remove)
        self.sure = Button(self.tr("Switch it off"), "danger", on_click=self._remove)
        row = hbox(box)
        row.addWidget(self.code, 1)
        row.addWidget(self.sure)
        row.addWidget(Button(self.tr("Keep it"), "ghost", on_click=self._close))
        return box

    def read(self) -> None:
        """Ask how it stands."""
        self._context.bridge.watch(self._factor.state(), self._show, self, self._failed)

    def _show(self, state: FactorState) -> None:
        self._on = state.on
        self._close()
        self.button.setEnabled(True)
        self.button.setText(self.tr("Switch off…") if state.on else self.tr("Set up…"))
        left = self.tr("%n recovery code(s) left.", "", state.recovery_left)
        self.state.setText(" ".join((self.tr("It is on."), left)))
        self.state.setVisible(state.on)

    def _change(self) -> None:
        if self._on:
            self._ending.show()
            self.code.setFocus()
            return
        dialog = FactorDialog(self._context, self._factor, self.window())
        dialog.finished.connect(lambda _result: self.read())
        dialog.open()

    def _close(self) -> None:
        self._ending.hide()
        self.error.hide()
        self.code.clear()

    def _remove(self) -> None:
        self.sure.setEnabled(False)
        future = self._factor.remove(self.code.text())
        self._context.bridge.watch(future, lambda _none: self._removed(), self, self._failed)

    def _removed(self) -> None:
        self.sure.setEnabled(True)
        self._shell.toast(self.tr("No second factor is asked for any more"))
        self.read()

    def _failed(self, error: Exception) -> None:
        self.sure.setEnabled(True)
        self.button.setEnabled(True)
        self.button.setText(self.button.text() or self.tr("Set up…"))
        self.error.setText(why(error))
        self.error.show()


class FactorDialog(QDialog):
    """First the app is told the secret and shows a code; then the recovery codes are shown, this once."""

    def __init__(self, context: UiContext, factor: SecondFactor, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Set up a second factor"))
        self.setMinimumWidth(600)
        self._context, self._factor = context, factor
        self.qr = QrCode(self.tr("QR code for the app"))
        self.secret = CopyText(self.tr("The same as text"), least=2)
        self.code = QLineEdit()
        self.code.setPlaceholderText("123 456")
        self.code.setMaxLength(8)
        self.code.setAccessibleName(self.tr("The code that the app shows"))
        self.code.textChanged.connect(lambda _text: self._look())
        self.go = PrimaryButton(self.tr("Switch on"), on_click=self._confirm)
        self.recovery = CopyText(self.tr("Recovery codes"), least=5)
        self.recovery.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.error = PlainLabel(role="error")
        self.error.setWordWrap(True)
        self.error.hide()
        self._first, self._second = self._make_first(), self._make_second()
        self._second.hide()
        column = vbox(self, (24, 20, 24, 18), 12)
        column.addWidget(PlainLabel(self.windowTitle(), "page-title"))
        for widget in (self._first, self._second):
            column.addWidget(widget)
        self.go.setDefault(True)
        self._look()
        context.bridge.watch(factor.begin(), self._begun, self, self._failed)

    def _make_first(self) -> QWidget:
        box = QWidget()
        lead = PlainLabel(
            self.tr(
                "Open the app for codes on your telephone, add an account, and point it at this picture."
                " Then write the code that it shows."
            ),
            "muted",
        )
        lead.setWordWrap(True)
        facts = vbox(spacing=6)
        facts.addWidget(PlainLabel(self.tr("The same as text"), "small"))
        facts.addWidget(self.secret)
        facts.addSpacing(8)
        facts.addWidget(PlainLabel(self.tr("The code that the app shows"), "small"))
        facts.addWidget(self.code)
        facts.addWidget(self.error)
        facts.addStretch(1)
        middle = hbox(spacing=24)
        middle.addWidget(self.qr, 0, Qt.AlignmentFlag.AlignTop)
        middle.addLayout(facts, 1)
        foot = hbox()
        foot.addStretch()
        foot.addWidget(Button(self.tr("Cancel"), on_click=self.reject))
        foot.addWidget(self.go)
        column = vbox(box, spacing=12)
        column.addWidget(lead)
        column.addLayout(middle)
        column.addLayout(foot)
        return box

    def _make_second(self) -> QWidget:
        box = QWidget()
        lead = PlainLabel(
            self.tr(
                "It is on. Keep these recovery codes where you find them without your telephone: each is"
                " good once in place of the app's code. They are shown only now."
            )
        )
        lead.setWordWrap(True)
        self.finish = PrimaryButton(self.tr("I have kept them"), on_click=self.accept)
        foot = hbox()
        foot.addStretch()
        foot.addWidget(self.finish)
        column = vbox(box, spacing=12)
        column.addWidget(lead)
        column.addWidget(self.recovery)
        column.addLayout(foot)
        return box

    def _begun(self, made: Enrolment) -> None:
        self.qr.show_text(made.uri)
        self.secret.show_text(grouped(made.secret))
        self._look()
        self.code.setFocus()

    def _look(self) -> None:
        digits = "".join(filter(str.isdecimal, self.code.text()))
        self.go.setEnabled(len(digits) == 6 and bool(self.secret.text()))

    def _confirm(self) -> None:
        self.go.setEnabled(False)
        self.error.hide()
        future = self._factor.confirm(self.code.text())
        self._context.bridge.watch(future, self._confirmed, self, self._failed)

    def _confirmed(self, codes: tuple[str, ...]) -> None:
        pairs = [codes[at : at + 2] for at in range(0, len(codes), 2)]
        self.recovery.show_text("\n".join("    ".join(pair) for pair in pairs))
        self.qr.show_text("")
        self.secret.show_text("")
        self._first.hide()
        self._second.show()
        self.finish.setDefault(True)
        self.recovery.button.setFocus()

    def _failed(self, error: Exception) -> None:
        self._look()
        self.error.setText(why(error))
        self.error.show()
        self.code.selectAll()
        self.code.setFocus()


def grouped(secret: str) -> str:
    """As people type it over: four characters at a time, four groups a line."""
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return "\n".join(" ".join(groups[at : at + 4]) for at in range(0, len(groups), 4))
