"""Where one writes to colleagues: Enter sends, @ names somebody, files come along."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from deskapp.core.commands.messages import AttachmentRef
from deskapp.ui import messages
from deskapp.ui.composer import mentions
from deskapp.ui.composer.attachments import AttachmentBar, FileTooLarge
from deskapp.ui.composer.editor import Editor
from deskapp.ui.composer.popups import InlinePopup
from deskapp.ui.conversation.phrases import file_size
from deskapp.ui.conversation.work import Work
from deskapp.ui.i18n import Retranslates
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import Choice, Frame, IconButton, PrimaryButton, hbox, vbox

_DRAFT = "talk.draft."
_KEEP_MS = 400


class TalkBox(Retranslates, Frame):
    """`sent` carries the body, the files and the ids of those it names. What is typed is kept per room."""

    sent = Signal(str, object, object)

    def __init__(self, context: UiContext, shell: Shell, work: Work, ground: QWidget) -> None:
        """`ground`: over which widget the pop-up of names may stand."""
        super().__init__("card")
        self._context, self._shell = context, shell
        self._room_id = ""
        self._people: tuple[mentions.Person, ...] = ()
        self.editor = Editor()
        self.editor.enter_sends = True
        workspace = context.workspace
        self.files = AttachmentBar(work, workspace.blobs, workspace.new_id)
        self.popup = InlinePopup(ground)
        self._clip = IconButton("paperclip", on_click=self._choose_files)
        self.send = PrimaryButton(icon_name="send", on_click=self.submit)
        column = vbox(self, (13, 10, 8, 8), 6)
        column.addWidget(self.editor)
        column.addWidget(self.files)
        row = hbox()
        row.addWidget(self._clip)
        row.addStretch()
        row.addWidget(self.send)
        column.addLayout(row)
        self._keep = QTimer(self, singleShot=True, interval=_KEEP_MS)
        self._keep.timeout.connect(self.flush)
        self.editor.textChanged.connect(self._touched)
        self.editor.send.connect(self.submit)
        self.editor.typing_word.connect(self._on_word)
        self.editor.key_for_popup.connect(self._on_key)
        self.editor.left.connect(self._on_left)
        self.editor.files.connect(self.files.add_files)
        self.editor.picture.connect(self._paste)
        self.files.refused.connect(self._refused)
        self.popup.picked.connect(self._picked)
        self.retranslate()

    def retranslate(self) -> None:
        self.editor.setPlaceholderText(self.tr("Write to your colleagues; @ names one"))
        self.editor.setAccessibleName(self.tr("Message to colleagues"))
        self._clip.set_name(self.tr("Attach files"))
        self.send.setText(self.tr("Send"))

    def open(self, room_id: str, people: Sequence[tuple[str, str]]) -> None:
        """Another room, or who is in it changed. `people`: (id, name) of the others."""
        self._people = mentions.people(people)
        if room_id == self._room_id:
            return
        self.flush()
        self._room_id = room_id
        self.files.show_items(())
        self.editor.set_text(str(self._context.state.get(_DRAFT + room_id, "") or ""))
        self._keep.stop()

    def submit(self) -> None:
        """Send what is written, if anything is."""
        body, files = self.editor.text().strip(), self.files.items()
        if (not body and not files) or self.files.busy or not self._room_id:
            self.editor.setFocus()
            return
        named = mentions.mentioned(body, self._people)
        self.editor.set_text("")
        self.files.show_items(())
        self.flush()
        self.sent.emit(body, files, named)

    def put_back(self, room_id: str, body: str, files: tuple[AttachmentRef, ...]) -> None:
        """It did not go: the words are here again."""
        if room_id != self._room_id:
            kept = str(self._context.state.get(_DRAFT + room_id, "") or "")
            merged = f"{body}\n\n{kept}" if kept.strip() else body
            self._context.state.set(_DRAFT + room_id, merged)
            return
        typed = self.editor.text()
        self.editor.set_text(f"{body}\n\n{typed}" if typed.strip() else body)
        self.files.add_items(files)

    def flush(self) -> None:
        """Keep now what is typed."""
        self._keep.stop()
        if self._room_id:
            self._context.state.set(_DRAFT + self._room_id, self.editor.text())

    # -- inside --------------------------------------------------------------------------------

    def _touched(self) -> None:
        if not self._keep.isActive():
            self._keep.start()

    def _on_word(self, mark: str, query: str) -> None:
        if mark != "@" or not self.editor.hasFocus():
            self._put_away()
            return
        found = mentions.find(self._people, query)
        choices = [Choice(one.id, one.name, icon="user") for one in found]
        self.popup.offer(choices, {}, self, self.tr("Colleagues"))
        self.editor.popup_open = bool(choices)

    def _on_key(self, key: int) -> None:
        self.popup.key(key)
        self.editor.popup_open = not self.popup.isHidden()

    def _on_left(self) -> None:
        if self.window().focusWidget() is not self.editor:
            self._put_away()
        self.flush()

    def _put_away(self) -> None:
        self.editor.popup_open = False
        self.popup.hide()

    def _picked(self, key: str) -> None:
        self._put_away()
        name = next((one.name for one in self._people if one.id == key), "")
        self.editor.take_word("@")
        self.editor.insert(f"@{name} ")

    def _choose_files(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Attach files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.files.add_files([Path(n) for n in names]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _paste(self, image: QImage) -> None:
        number = str(len(self.files.items()) + 1)
        self.files.add_picture(image, self.tr("picture-%1.png").replace("%1", number))

    def _refused(self, name: str, error: Exception) -> None:
        if isinstance(error, FileTooLarge):
            words = self.tr("%1 is too large: at most %2.").replace("%2", file_size(25_000_000))
        else:
            words = self.tr("%1 could not be attached. %2")
            words = words.replace("%2", messages.job_error(error))
        self._shell.toast(words.replace("%1", name))
