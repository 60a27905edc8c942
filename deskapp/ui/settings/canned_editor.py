"""One canned reply: title, shortcut, folder, language, text with placeholders, attachments."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from deskapp.core.api import Outcome, Rejection
from deskapp.core.commands.canned import SaveCannedReply
from deskapp.core.commands.messages import AttachmentRef
from deskapp.core.policies import placeholders
from deskapp.core.policies.display import display_filename
from deskapp.core.policies.placeholders import TemplateError
from deskapp.models.dto import CannedReplyInfo, CustomFieldInfo
from deskapp.ui import messages
from deskapp.ui.customer.flow import FlowLayout
from deskapp.ui.languages import NATIVE_NAMES
from deskapp.ui.settings.placeholder_text import PlaceholderHighlighter, preview, variable_names
from deskapp.ui.shell.context import UiContext
from deskapp.ui.widgets import (
    Button,
    Frame,
    IconButton,
    PlainLabel,
    PrimaryButton,
    clear,
    hbox,
    vbox,
)

_CHECK_MS = 300
_DRAFTS = "canned.drafts"
_NEW = "new"
_TEXTS = ("title", "shortcut", "folder", "language", "body")


@dataclass(frozen=True, slots=True)
class _Form:
    """What is on the page, as it is kept while it is not saved."""

    title: str = ""
    shortcut: str = ""
    folder: str = ""
    language: str = ""
    body: str = ""
    attachments: tuple[AttachmentRef, ...] = ()


class CannedEditor(Frame):
    """`saved` carries the id. Unsaved text is kept per reply (`unsaved`), also over a restart."""

    saved = Signal(str)
    delete_wanted = Signal(str)
    changed = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__("card")
        self._context = context
        self._reply: CannedReplyInfo | None = None
        self._names = variable_names()
        self._drafts = _read_drafts(context.state.get(_DRAFTS))
        self._attachments: tuple[AttachmentRef, ...] = ()
        self._filling = False
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="canned")
        self.destroyed.connect(lambda _gone=None, pool=self._worker: pool.shutdown(wait=False))
        self.title, self.shortcut, self.body = QLineEdit(), QLineEdit(), QPlainTextEdit()
        self.folder, self.language = QComboBox(), QComboBox()
        self.folder.setEditable(True)
        self.folder.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.body.setTabChangesFocus(True)
        self.body.setMinimumHeight(150)
        self._highlighter = PlaceholderHighlighter(self.body.document())
        self._chips = QWidget()
        self._chip_flow = FlowLayout(self._chips, gap=4)
        self._preview = PlainLabel(role="small")
        self._mistakes, self._error = PlainLabel(role="error"), PlainLabel(role="error")
        self._files = vbox(spacing=2)
        self.remove = Button(
            self.tr("Delete"), "danger", on_click=lambda: self.delete_wanted.emit(self.reply_id)
        )
        self._check = QTimer(self, singleShot=True, interval=_CHECK_MS)
        self._build()
        self._connect()
        self.show_fields(())

    # -- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        self.language.addItem(self.tr("Any language"), "")
        for code, name in NATIVE_NAMES.items():
            self.language.addItem(name, code)
        self.shortcut.setPlaceholderText("/")
        for label in (self._preview, self._mistakes, self._error):
            label.setWordWrap(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        texts = (
            (self.tr("Title"), self.title, 0, 0), (self.tr("Shortcut"), self.shortcut, 0, 2),
            (self.tr("Folder"), self.folder, 1, 0), (self.tr("Language"), self.language, 1, 2),
        )  # fmt: skip
        for text, field, row, place in texts:
            label = PlainLabel(text)
            label.setBuddy(field)
            field.setAccessibleName(text)
            grid.addWidget(label, row, place)
            grid.addWidget(field, row, place + 1)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(3, 2)
        folder = self.folder.lineEdit()
        if folder is not None:
            folder.setAccessibleName(self.tr("Folder"))
        self.body.setAccessibleName(self.tr("Text of the reply"))
        column = vbox(self, (16, 14, 16, 14), 10)
        column.addLayout(grid)
        column.addWidget(self._chips)
        column.addWidget(self.body, 1)
        column.addWidget(self._preview)
        column.addLayout(self._files)
        column.addWidget(self._mistakes)
        column.addWidget(self._error)
        buttons = hbox()
        buttons.addWidget(PrimaryButton(self.tr("Save"), on_click=self.submit))
        buttons.addWidget(
            Button(self.tr("Attach…"), icon_name="paperclip", on_click=self._ask_file)
        )
        buttons.addStretch()
        buttons.addWidget(self.remove)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self.title.textChanged.connect(self._on_typed)
        self.shortcut.textChanged.connect(self._on_typed)
        self.folder.editTextChanged.connect(self._on_typed)
        self.language.currentIndexChanged.connect(self._on_typed)
        self.body.textChanged.connect(self._on_typed)
        self._check.timeout.connect(self._validate)

    def show_fields(self, custom: Sequence[CustomFieldInfo]) -> None:
        """The desk's own fields are placeholders too."""
        self._names = variable_names(custom)
        self._highlighter.set_names(self._names)
        while self._chip_flow.count():
            item = self._chip_flow.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for variable, name in self._names.items():
            chip = Button(name, "chip", on_click=partial(self._insert, variable))
            chip.setToolTip("{{ " + variable + " }}")
            self._chip_flow.addWidget(chip)
        self._show_preview()

    def show_folders(self, folders: Sequence[str]) -> None:
        """The folders there are, to choose from; a new one is simply written."""
        typed = self.folder.currentText()
        self._filling = True
        self.folder.clear()
        self.folder.addItems(["", *folders])
        self.folder.setEditText(typed)
        self._filling = False

    # -- what is on the page -----------------------------------------------------------------

    @property
    def reply_id(self) -> str:
        """Of the reply that is open; empty for a new one."""
        return self._reply.id if self._reply is not None else ""

    def unsaved(self) -> set[str]:
        """Ids of the replies that have unsaved text."""
        return set(self._drafts)

    def is_dirty(self) -> bool:
        return (self.reply_id or _NEW) in self._drafts

    def open(self, reply: CannedReplyInfo | None) -> None:
        """Show a reply (None: a new one), with what was typed in it and not saved."""
        self._reply = reply
        kept = self._drafts.get(self.reply_id or _NEW)
        self._fill(kept or _form_of(reply))
        self._error.hide()
        self.remove.setVisible(reply is not None)

    def forget(self, reply_id: str) -> None:
        """Drop what was typed in a reply and not saved."""
        if self._drafts.pop(reply_id or _NEW, None) is not None:
            self._keep_drafts()

    def _fill(self, form: _Form) -> None:
        self._filling = True
        self.title.setText(form.title)
        self.shortcut.setText(form.shortcut)
        self.folder.setEditText(form.folder)
        self.language.setCurrentIndex(max(0, self.language.findData(form.language)))
        self.body.setPlainText(form.body)
        self._attachments = form.attachments
        self._show_files()
        self._filling = False
        self._show_preview()
        self._check.start()

    def _form(self) -> _Form:
        return _Form(
            title=self.title.text().strip(),
            shortcut=self.shortcut.text().strip().lstrip("/"),
            folder=self.folder.currentText().strip(),
            language=str(self.language.currentData() or ""),
            body=self.body.toPlainText(),
            attachments=self._attachments,
        )

    def _on_typed(self) -> None:
        if not self._filling:
            self._error.hide()
            self._on_edit()

    def _on_edit(self) -> None:
        if self._filling:
            return
        form, key = self._form(), self.reply_id or _NEW
        known = key in self._drafts
        if form == _form_of(self._reply):
            self._drafts.pop(key, None)
        else:
            self._drafts[key] = form
        self._keep_drafts()
        if known != (key in self._drafts):
            self.changed.emit()
        self._show_preview()
        self._check.start()

    def _keep_drafts(self) -> None:
        kept = {key: asdict(form) for key, form in self._drafts.items()}
        self._context.state.set(_DRAFTS, kept)

    def _insert(self, variable: str) -> None:
        self.body.insertPlainText("{{ " + variable + " }}")
        self.body.setFocus()

    def _show_preview(self) -> None:
        text = preview(self.body.toPlainText(), self._names)
        self._preview.setText(text)
        self._preview.setVisible("{" in self.body.toPlainText())

    # -- checking and saving -----------------------------------------------------------------

    def _validate(self) -> None:
        # The template library takes a quarter of a second to load: never on this thread.
        body = self.body.toPlainText()
        checked = self._worker.submit(placeholders.validate, body)
        self._context.bridge.watch(checked, lambda found: self._show_errors(body, found), self)

    def _show_errors(self, body: str, errors: tuple[TemplateError, ...]) -> None:
        if body != self.body.toPlainText():
            return
        texts = [messages.rejection(Rejection(e.code, {"detail": e.detail})) for e in errors]
        self._mistakes.setText("\n".join(dict.fromkeys(texts)))
        self._mistakes.setVisible(bool(texts))

    def submit(self) -> None:
        """Save it."""
        form = self._form()
        new = self._reply is None
        canned_id = self._context.workspace.new_id() if new else self.reply_id
        command = SaveCannedReply(
            canned_id=canned_id,
            shortcut=form.shortcut,
            title=form.title,
            body=form.body,
            language=form.language,
            folder=form.folder,
            attachments=form.attachments,
        )
        key = self.reply_id or _NEW
        self._context.bridge.send(
            command, lambda outcome: self._answered(outcome, canned_id, key), self
        )

    def _answered(self, outcome: Outcome, canned_id: str, key: str) -> None:
        if outcome.rejected is not None:
            text = messages.rejection(outcome.rejected)
            self._error.setText(text)
            self._error.setVisible(text not in self._mistakes.text())
            return
        self.forget("" if key == _NEW else key)
        if key == _NEW and self._reply is None:
            self.open(None)
        self.saved.emit(canned_id)

    # -- attachments -------------------------------------------------------------------------

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Attach"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.attach)
        dialog.open()

    def attach(self, paths: Sequence[str]) -> None:
        """Take in files that the person chose; they are read off this thread."""
        for path in paths:
            stored = self._worker.submit(self._store, Path(path))
            self._context.bridge.watch(stored, self._attached, self, self._not_attached)

    def _store(self, path: Path) -> AttachmentRef:
        """On the worker."""
        data = path.read_bytes()
        workspace = self._context.workspace
        return AttachmentRef(
            id=workspace.new_id(),
            filename=path.name,
            mime=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            size=len(data),
            sha256=workspace.blobs.put(data),
        )

    def _attached(self, reference: AttachmentRef) -> None:
        self._attachments = (*self._attachments, reference)
        self._show_files()
        self._on_edit()

    def _not_attached(self, error: Exception) -> None:
        self._error.setText(messages.job_error(error))
        self._error.show()

    def _detach(self, reference: AttachmentRef) -> None:
        self._attachments = tuple(a for a in self._attachments if a.id != reference.id)
        self._show_files()
        self._on_edit()

    def _show_files(self) -> None:
        clear(self._files)
        for reference in self._attachments:
            box = QWidget()
            row = hbox(box, spacing=6)
            name = display_filename(reference.filename)
            row.addWidget(PlainLabel(name))
            take = self.tr("Take out: %1").replace("%1", name)
            row.addWidget(IconButton("x", take, partial(self._detach, reference), size=12))
            row.addStretch()
            self._files.addWidget(box)


def _form_of(reply: CannedReplyInfo | None) -> _Form:
    if reply is None:
        return _Form()
    references = tuple(
        AttachmentRef(a.id, a.filename, a.mime, a.size, a.sha256, a.content_id, a.inline)
        for a in reply.attachments
    )
    return _Form(reply.title, reply.shortcut, reply.folder, reply.language, reply.body, references)


def _read_drafts(kept: object) -> dict[str, _Form]:
    """What was kept, as far as it is what we wrote."""
    drafts = {}
    for key, values in kept.items() if isinstance(kept, dict) else ():
        if not isinstance(values, dict):
            continue
        title, shortcut, folder, language, body = (str(values.get(name, "")) for name in _TEXTS)
        drafts[str(key)] = _Form(title, shortcut, folder, language, body)
    return drafts
