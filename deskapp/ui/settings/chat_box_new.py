"""A new chat box: three questions, everything else has a sensible default."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit

from deskapp.core.api import Outcome
from deskapp.core.commands.webchat import SaveChatBox
from deskapp.ui import messages
from deskapp.ui.languages import NATIVE_NAMES
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.rows import Row
from deskapp.ui.shell.context import UiContext
from deskapp.ui.widgets import Button, Frame, PlainLabel, PrimaryButton, hbox, vbox

LANGUAGES = ("en", "es")


class NewBoxForm(Frame):
    """`made` carries the id of the box; `left` fires when it is not wanted after all."""

    made = Signal(str)
    left = Signal()

    def __init__(self, context: UiContext, preferences: Preferences) -> None:
        super().__init__("card")
        self._context = context
        self.name, self.site, self.language = QLineEdit(), QLineEdit(), QComboBox()
        self.name.setText(preferences.text("desk.name"))
        self.name.setMaxLength(120)
        self.site.setPlaceholderText("https://www.example.com")
        self.language.addItem(self.tr("The visitor's"), "auto")
        for code in LANGUAGES:
            self.language.addItem(NATIVE_NAMES[code], code)
        for field in (self.name, self.site, self.language):
            field.setMinimumWidth(260)
        self._error = PlainLabel("", "error")
        self._error.setWordWrap(True)
        self._error.hide()
        self.make = PrimaryButton(self.tr("Make the box"), "plus", on_click=self.submit)
        column = vbox(self, (16, 12, 16, 14), 0)
        rows = (
            Row(self.tr("Name"), self.tr("Visitors read it at the top."), self.name, first=True),
            Row(
                self.tr("Website"),
                self.tr("Where it may stand. Leave it empty to try it here first."),
                self.site,
            ),
            Row(self.tr("Language"), "", self.language),
        )
        for row in rows:
            column.addWidget(row)
        column.addWidget(self._error)
        column.addSpacing(8)
        foot = hbox()
        foot.addWidget(self.make)
        foot.addWidget(Button(self.tr("Cancel"), on_click=self.left.emit))
        foot.addStretch()
        column.addLayout(foot)
        self.name.returnPressed.connect(self.submit)
        self.site.returnPressed.connect(self.submit)
        self.setFocusProxy(self.name)

    def submit(self) -> None:
        site = self.site.text().strip()
        box_id = self._context.workspace.new_id()
        settings: dict[str, object] = {"language": self.language.currentData()}
        if site:
            settings["origins"] = (site,)
        command = SaveChatBox(account_id=box_id, name=self.name.text().strip(), settings=settings)
        self.make.setEnabled(False)
        self._context.bridge.send(command, lambda out: self._answered(box_id, out), self)

    def _answered(self, box_id: str, outcome: Outcome) -> None:
        self.make.setEnabled(True)
        if outcome.rejected is not None:
            self._error.setText(messages.rejection(outcome.rejected))
            self._error.show()
            self.name.setFocus()
        else:
            self.made.emit(box_id)
