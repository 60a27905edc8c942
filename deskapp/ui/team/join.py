"""Joining a team's desk: a pasted link, or an address and six digits; each step as it happens."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QGridLayout, QLineEdit, QWidget

from deskapp.core.ports import Joiner, Proofs
from deskapp.ui import messages
from deskapp.ui.bridge import Bridge
from deskapp.ui.settings.steps import StepList
from deskapp.ui.team.nearby import NearbyList
from deskapp.ui.widgets import Button, PlainLabel, PrimaryButton, hbox, vbox

SCHEME = "deskapp:"
DIGITS = 6

STEPS: dict[str, object] = {
    "connect": QT_TRANSLATE_NOOP("Messages", "Reach the team's desk"),
    "trust": QT_TRANSLATE_NOOP("Messages", "See that it is the right one"),
    "pair": QT_TRANSLATE_NOOP("Messages", "Use the invitation"),
    "keep": QT_TRANSLATE_NOOP("Messages", "Keep the key on this computer"),
}
"""Steps of joining, in their order."""

PROBLEMS: dict[str, object] = {
    "unreachable": QT_TRANSLATE_NOOP(
        "Messages",
        "The team's desk cannot be reached. Check that both computers are on the same network and that"
        " the desk is being shared; a firewall may stand in the way.",
    ),
    "certificate_changed": QT_TRANSLATE_NOOP(
        "Messages",
        "Another computer answers in the desk's place. Do not go on; ask whoever invited you for a new"
        " link.",
    ),
    "version": QT_TRANSLATE_NOOP(
        "Messages",
        "One of the two programs is too old for the other. Update both, then ask for a new code.",
    ),
    "pair_refused": QT_TRANSLATE_NOOP(
        "Messages", "The desk does not know this code. Check the digits, or ask for a new one."
    ),
    "pair_expired": QT_TRANSLATE_NOOP(
        "Messages", "The invitation is too old or was used already. Ask for a new one."
    ),
    "password_wrong": QT_TRANSLATE_NOOP(
        "Messages",
        "The desk asks for your password, beside the invitation. Write it and try again.",
    ),
    "totp_needed": QT_TRANSLATE_NOOP(
        "Messages", "The desk asks for your second factor, too. Write the code that your app shows."
    ),
    "totp_wrong": QT_TRANSLATE_NOOP(
        "Messages",
        "This code is not good, or was used already. Wait for the next one, or write a recovery code.",
    ),
    "team_other_agent": QT_TRANSLATE_NOOP(
        "Messages",
        "This invitation is for somebody else. What you have not sent is yours alone: ask for an"
        " invitation in your own name.",
    ),
    "rate_limited": QT_TRANSLATE_NOOP(
        "Messages", "Too many tries. Wait ten minutes, then ask for a new code."
    ),
    "agent_disabled": QT_TRANSLATE_NOOP(
        "Messages", "You may no longer work at this desk. Ask an administrator."
    ),
    "address_invalid": QT_TRANSLATE_NOOP(
        "Messages", "This is no address. Write it as you were told, such as 192.168.1.20:8791."
    ),
    "link_invalid": QT_TRANSLATE_NOOP(
        "Messages", "This link is not complete. Copy all of it, from deskapp: to its end."
    ),
}
"""What joining ends with."""


class JoinDialog(QDialog):
    """`joined` carries the folder of the new profile; the dialog has closed by then.

    `again`: this computer belonged to the desk before.
    """

    joined = Signal(str)

    def __init__(
        self, bridge: Bridge, joiner: Joiner, parent: QWidget, *, again: bool = False
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._again = again
        self.setWindowTitle(self.tr("Join the team again") if again else self.tr("Join a team"))
        self.setMinimumWidth(520)
        self._bridge, self._joiner = bridge, joiner
        self._under_way = False
        self.where, self.code, self.password = QLineEdit(), QLineEdit(), QLineEdit()
        self.totp = QLineEdit()
        self.totp.setMaxLength(40)
        self.nearby = NearbyList(joiner)
        self.nearby.chosen.connect(self._take)
        self.finished.connect(lambda _result: self.nearby.stop())
        self.where.setPlaceholderText(self.tr("deskapp://… or 192.168.1.20:8791"))
        self.code.setPlaceholderText("123 456")
        self.code.setMaxLength(DIGITS + 2)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.steps = StepList(
            order=tuple(STEPS),
            title=lambda step: messages.sentence(STEPS, step.name),
            advice=lambda step: "" if step.ok else messages.sentence(PROBLEMS, step.code),
        )
        self.error = PlainLabel(role="error")
        self.error.setWordWrap(True)
        self.error.hide()
        self.go = PrimaryButton(self.tr("Join"), on_click=self._join)
        self.go.setDefault(True)
        self._build()
        for field in (self.where, self.code, self.password, self.totp):
            field.textChanged.connect(self._look)
        pasted = QGuiApplication.clipboard().text().strip()
        if _is_link(pasted):
            self.where.setText(pasted)
        self._look()

    def _build(self) -> None:
        lead = PlainLabel(
            self.tr(
                "Whoever runs the desk finds the invitation in Settings, Team. Paste the link, or type"
                " the address and the code."
            ),
            "muted",
        )
        kept = PlainLabel(
            self.tr(
                "What you have not sent stays on this computer and leaves once you are back. The window"
                " closes and opens again by itself."
            ),
            "muted",
        )
        kept.setVisible(self._again)
        for label in (lead, kept):
            label.setWordWrap(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        self._labels = {}
        for place, (name, field) in enumerate(
            (
                (self.tr("Link or address"), self.where),
                (self.tr("Code"), self.code),
                (self.tr("Your password"), self.password),
                (self.tr("Code of your app"), self.totp),
            )
        ):
            label = self._labels[field] = PlainLabel(name)
            label.setBuddy(field)
            field.setAccessibleName(name)
            grid.addWidget(label, place, 0)
            grid.addWidget(field, place, 1)
        for field in (self.password, self.totp):
            self._show_row(field, shown=False)
        buttons = hbox()
        buttons.addStretch()
        buttons.addWidget(Button(self.tr("Cancel"), on_click=self.reject))
        buttons.addWidget(self.go)
        column = vbox(self, (24, 20, 24, 18), 12)
        column.addWidget(PlainLabel(self.windowTitle(), "page-title"))
        column.addWidget(lead)
        column.addWidget(kept)
        column.addLayout(grid)
        column.addWidget(self.nearby)
        column.addWidget(self.steps)
        column.addWidget(self.error)
        column.addStretch(1)
        column.addLayout(buttons)

    def _show_row(self, field: QLineEdit, *, shown: bool) -> None:
        field.setVisible(shown)
        self._labels[field].setVisible(shown)

    def _look(self) -> None:
        """What is asked for follows from what was typed."""
        link = _is_link(self.where.text())
        self._show_row(self.code, shown=not link)
        complete = bool(self.where.text().strip()) and (link or len(self._digits()) == DIGITS)
        self.go.setEnabled(complete and not self._under_way)

    def _take(self, address: str) -> None:
        """An address that was found; the code comes from a person."""
        self.where.setText(address)
        self.code.setFocus()

    def _digits(self) -> str:
        return "".join(filter(str.isdecimal, self.code.text()))

    def _join(self) -> None:
        if self._under_way:
            return
        self._under_way = True
        self.error.hide()
        self._look()
        where, proofs = self.where.text().strip(), Proofs(self.password.text(), self.totp.text())
        on_step = self.steps.begin()
        link = _is_link(where)
        address, secret = ("", where) if link else (where, self._digits())
        future = self._joiner.join(address, secret, proofs, on_step)
        self._bridge.watch(future, self._done, self, self._failed)

    def _done(self, folder: str) -> None:
        self.accept()
        self.joined.emit(folder)

    def _failed(self, error: Exception) -> None:
        self._under_way = False
        code = str(getattr(error, "code", ""))
        text = messages.sentence(PROBLEMS, code) if code in PROBLEMS else messages.job_error(error)
        if not any(text in said for said in self.steps.sentences()):
            self.error.setText(text)
            self.error.show()
        asked = {"password_wrong": self.password, "totp_needed": self.totp, "totp_wrong": self.totp}
        if code in asked:
            self._show_row(asked[code], shown=True)
            asked[code].selectAll()
            asked[code].setFocus()
        self._look()


def _is_link(text: str) -> bool:
    return text.strip().lower().startswith(SCHEME)
