"""What leaves the conversation: files, sources, paper, links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, QUrl
from PySide6.QtGui import QCursor, QDesktopServices, QFontDatabase
from PySide6.QtWidgets import QDialog, QFileDialog, QMenu, QPlainTextEdit

from deskapp.core.policies.display import display_filename, is_dangerous_file, safe_name
from deskapp.core.queries.tickets import GetConversation, GetMessageSource
from deskapp.models.dto import AttachmentInfo, ConversationPage, MessageView
from deskapp.ui import messages
from deskapp.ui.conversation import files, printing
from deskapp.ui.theme import icon
from deskapp.ui.widgets import vbox

if TYPE_CHECKING:
    from deskapp.ui.conversation.pane import ConversationPane

MOST_SOURCE = 1_000_000  # bytes shown
_ALL = 100_000
_SCHEMES = ("http", "https", "mailto")


class Takeaway(QObject):
    """Opens, saves and prints. Disk work is done by the pane's workers."""

    def __init__(self, pane: ConversationPane) -> None:
        super().__init__(pane)
        self._pane = pane
        self.folder = files.quarantine_folder()

    def clean_up(self) -> None:
        """Delete what was opened."""
        files.clear_quarantine(self.folder)

    # -- links and attachments -------------------------------------------------------------------

    def open_url(self, href: str) -> None:
        """Only the web and mail; anything else is not a link."""
        url = QUrl(href, QUrl.ParsingMode.StrictMode)
        if not url.isValid():
            url = QUrl(href, QUrl.ParsingMode.TolerantMode)
        if url.scheme().lower() in _SCHEMES:
            QDesktopServices.openUrl(url)

    def attachment(self, attachment_id: str) -> AttachmentInfo | None:
        timeline = self._pane.timeline
        every = [a for m in timeline.messages() for a in m.attachments] if timeline else []
        return next((a for a in every if a.id == attachment_id), None)

    def open_attachment(self, attachment_id: str) -> None:
        """Open from the quarantine; what can run code is offered for saving instead."""
        found = self.attachment(attachment_id)
        if found is None:
            return
        if is_dangerous_file(found.filename):
            words = self.tr("%1 can run code. It is only saved, never opened from here.")
            self._pane.shell.toast(words.replace("%1", display_filename(found.filename)))
            self.save_attachment(attachment_id)
            return
        job = partial(
            files.put_in_quarantine,
            self._pane.context.workspace.blobs,
            found.sha256,
            found.filename,
            self.folder,
        )
        self._pane.work.run(job, self._open_file, self._say_error)

    def save_attachment(self, attachment_id: str) -> None:
        found = self.attachment(attachment_id)
        if found is not None:
            name = display_filename(found.filename)
            self._ask_where(name, partial(self._save_blob, found.sha256))

    def attachment_menu(self, attachment_id: str) -> None:
        found = self.attachment(attachment_id)
        if found is None:
            return
        menu = QMenu(self._pane)
        if not is_dangerous_file(found.filename):
            entry = menu.addAction(icon("external"), self.tr("Open"))
            entry.triggered.connect(lambda _on=False: self.open_attachment(attachment_id))
        entry = menu.addAction(icon("download"), self.tr("Save as…"))
        entry.triggered.connect(lambda _on=False: self.save_attachment(attachment_id))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(QCursor.pos())

    def _open_file(self, path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _save_blob(self, sha256: str, target: Path) -> None:
        blobs = self._pane.context.workspace.blobs
        self._pane.work.run(
            partial(files.save_as, blobs, sha256, target), self._say_saved, self._say_error
        )

    # -- sources ---------------------------------------------------------------------------------

    def show_source(self, message_id: str) -> None:
        """The raw bytes, as text, in a window of their own."""
        blobs = self._pane.context.workspace.blobs

        def read(sha256: str) -> bytes:
            with blobs.open(sha256) as source:
                return source.read(MOST_SOURCE)

        def got(sha256: str) -> None:
            if sha256:
                self._pane.work.run(partial(read, sha256), self._show_text, self._say_error)

        self._pane.context.bridge.ask(GetMessageSource(message_id), got, self)

    def _show_text(self, raw: bytes) -> None:
        dialog = QDialog(self._pane.window())
        dialog.setWindowTitle(self.tr("Source"))
        text = QPlainTextEdit()
        text.setReadOnly(True)
        text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        text.setPlainText(raw.decode("utf-8", "replace"))
        text.setAccessibleName(self.tr("Source"))
        vbox(dialog, (12, 12, 12, 12)).addWidget(text)
        dialog.resize(760, 560)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_eml(self, message_id: str) -> None:
        def got(sha256: str) -> None:
            if sha256:
                name = f"{display_filename(self._title(message_id))}.eml"
                self._ask_where(name, partial(self._save_blob, sha256))

        self._pane.context.bridge.ask(GetMessageSource(message_id), got, self)

    # -- paper -----------------------------------------------------------------------------------

    def print_one(self, message_id: str) -> None:
        if message := self._message(message_id):
            self._print((message,))

    def pdf_one(self, message_id: str) -> None:
        if message := self._message(message_id):
            self._pdf((message,))

    def print_all(self) -> None:
        self._whole(self._print)

    def pdf_all(self) -> None:
        self._whole(self._pdf)

    def _whole(self, then: Callable[[Sequence[MessageView]], None]) -> None:
        row = self._pane.row
        if row is None:
            return

        def got(page: ConversationPage) -> None:
            told = tuple(item for item in page.items if isinstance(item, MessageView))
            then(told)

        self._pane.context.bridge.ask(GetConversation(row.id, _ALL), got, self)

    def _print(self, told: Sequence[MessageView]) -> None:
        printing.print_document(printing.paper(self._heading(), told), self._pane.window())

    def _pdf(self, told: Sequence[MessageView]) -> None:
        def save(target: Path) -> None:
            if printing.save_pdf(printing.paper(self._heading(), told), target):
                self._say_saved(target)
            else:
                self._say_error(PermissionError(13, "not written"))

        self._ask_where(f"{display_filename(self._heading())}.pdf", save)

    def _heading(self) -> str:
        row = self._pane.row
        return f"#{row.number} {safe_name(row.subject)}" if row is not None else ""

    def _title(self, message_id: str) -> str:
        message = self._message(message_id)
        return safe_name(message.subject, 80) if message and message.subject else "message"

    def _message(self, message_id: str) -> MessageView | None:
        return self._pane.timeline.message(message_id) if self._pane.timeline else None

    # -- asking and telling ------------------------------------------------------------------------

    def _ask_where(self, name: str, then: Callable[[Path], None]) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        dialog = QFileDialog(self._pane.window(), self.tr("Save as"), folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda path: then(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _say_saved(self, path: Path) -> None:
        self._pane.shell.toast(self.tr("Saved: %1").replace("%1", path.name))

    def _say_error(self, error: Exception) -> None:
        if isinstance(error, FileNotFoundError | ValueError):
            self._pane.shell.toast(self.tr("This file is no longer there, or it is damaged."))
        else:
            self._pane.shell.toast(messages.job_error(error))
