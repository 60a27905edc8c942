"""Keeps a text as a canned reply."""

from __future__ import annotations

import re
import unicodedata

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from deskapp.core.api import Outcome
from deskapp.core.commands.canned import SaveCannedReply
from deskapp.ui import messages
from deskapp.ui.i18n import LANGUAGES
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import PlainLabel, vbox


class CannedDialog(QDialog):
    """A shortcut, a title, a language and the text; refused with its reason, inside the dialog."""

    def __init__(
        self, context: UiContext, shell: Shell, body: str, language: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context, self._shell = context, shell
        self.setWindowTitle(self.tr("New canned reply"))
        self.name = QLineEdit(_title(body))
        self.shortcut = QLineEdit(suggest_shortcut(body))
        self.language = QComboBox()
        self.language.addItem(self.tr("Any language"), "")
        for code in LANGUAGES:
            self.language.addItem({"en": "English", "es": "Español"}[code], code)
        self.language.setCurrentIndex(max(0, self.language.findData(language)))
        self.body = QPlainTextEdit(body)
        self.problem = PlainLabel("", "error")
        self.problem.setWordWrap(True)
        self._build()
        self.finished.connect(self.deleteLater)
        self.resize(520, 400)

    def _build(self) -> None:
        form = QFormLayout()
        for text, field in (
            (self.tr("Title"), self.name),
            (self.tr("Shortcut, after /"), self.shortcut),
            (self.tr("Language"), self.language),
            (self.tr("Text"), self.body),
        ):
            form.addRow(PlainLabel(text), field)
            field.setAccessibleName(text)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Save | kinds.Cancel)
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        column = vbox(self, (18, 16, 18, 16), 12)
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addWidget(buttons)

    def _save(self) -> None:
        command = SaveCannedReply(
            canned_id=self._context.workspace.new_id(),
            shortcut=self.shortcut.text().strip().lstrip("/"),
            title=self.name.text().strip(),
            body=self.body.toPlainText(),
            language=str(self.language.currentData()),
        )
        self._context.bridge.send(command, self._answered, self)

    def _answered(self, outcome: Outcome) -> None:
        if outcome.rejected is not None:
            self.problem.setText(messages.rejection(outcome.rejected))
            return
        self._shell.toast(self.tr("Canned reply saved"))
        self.accept()


def suggest_shortcut(body: str) -> str:
    """A first guess from the first telling word."""
    plain = unicodedata.normalize("NFKD", re.sub(r"\{\{[^{}]*\}\}", "", body))
    words = re.findall(r"[a-z0-9]{5,20}", plain.encode("ascii", "ignore").decode().lower())
    return words[0] if words else ""


def _title(body: str) -> str:
    lines = [line.strip() for line in body.splitlines() if len(line.strip()) > 12]
    return (lines[0] if lines else body.strip())[:60]
