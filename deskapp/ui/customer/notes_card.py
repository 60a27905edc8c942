"""What colleagues should know about a customer. Never sent to anybody."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from deskapp.core.commands.contacts import AddContactNote, RemoveContactNote
from deskapp.models.dto import ContactDetail, ContactNoteInfo
from deskapp.ui.customer.section import Section
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.when import relative_time
from deskapp.ui.widgets import Frame, IconButton, PlainLabel, clear, hbox, vbox


class NotesCard(Section):
    """Notes, newest first, and a field for one more (Ctrl+Return keeps it)."""

    def __init__(self, context: UiContext, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__("notes", parent)
        self._context, self._shell = context, shell
        self._contact_id = ""
        self._notes: tuple[ContactNoteInfo, ...] = ()
        self._list = vbox(spacing=6)
        self._field = _NoteField()
        self._field.hide()
        self.body.addLayout(self._list)
        self.body.addWidget(self._field)
        self._field.kept.connect(self._add)
        self._field.left.connect(lambda: self._write(False))
        self.action.clicked.connect(lambda: self._write(True))
        self.retranslate()

    def retranslate(self) -> None:
        self.set_title(self.tr("Notes"), self.tr("+ Add"))
        name = self.tr("A note for colleagues; Ctrl+Return keeps it")
        self._field.setPlaceholderText(name)
        self._field.setAccessibleName(name)
        self._show_notes()

    def show_contact(self, detail: ContactDetail) -> None:
        if detail.info.id != self._contact_id:
            self._keep_unfinished()
            self._contact_id = detail.info.id
            self._write(False)
        if detail.notes != self._notes:
            self._notes = detail.notes
            self._show_notes()

    def _keep_unfinished(self) -> None:
        """What was being written about the customer before is kept, never dropped."""
        if self._contact_id and self._field.text():
            self._add(self._field.text())

    def _write(self, on: bool) -> None:
        self._field.setVisible(on)
        if on:
            self._field.setFocus()
        else:
            self._field.clear()

    def _add(self, body: str) -> None:
        note_id = self._context.workspace.new_id()
        self._shell.do(AddContactNote(contact_id=self._contact_id, note_id=note_id, body=body))
        self._write(False)

    def _show_notes(self) -> None:
        clear(self._list)
        for note in sorted(self._notes, key=lambda note: -note.at):
            self._list.addWidget(self._note(note))

    def _note(self, note: ContactNoteInfo) -> QWidget:
        frame = Frame("note")
        column = vbox(frame, (9, 6, 5, 7), 2)
        at = relative_time(note.at, self._context.clock.now())
        head = hbox(spacing=4)
        head.addWidget(PlainLabel(f"{note.author_name} · {at}", "small"), 1)
        name = self.tr("Remove this note")
        head.addWidget(IconButton("x", name, lambda: self._remove(note), size=12))
        column.addLayout(head)
        body = PlainLabel(note.body)
        body.setWordWrap(True)
        body.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(body)
        return frame

    def _remove(self, note: ContactNoteInfo) -> None:
        self._shell.do(RemoveContactNote(note_id=note.id), self.tr("Note removed"))


class _NoteField(QPlainTextEdit):
    kept = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(72)
        self.setTabChangesFocus(True)

    def text(self) -> str:
        return self.toPlainText().strip()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.text():
                self.kept.emit(self.text())
        elif event.key() == Qt.Key.Key_Escape and not self.text():
            self.left.emit()
        else:
            super().keyPressEvent(event)
