"""The frame of the composer and what stands in it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from deskapp.core.ports import BlobStore
from deskapp.models.enums import Channel
from deskapp.ui.composer.attachments import AttachmentBar
from deskapp.ui.composer.editor import Editor
from deskapp.ui.composer.preflight_bar import PreflightBar
from deskapp.ui.composer.recipients import Recipients
from deskapp.ui.composer.snapshot import HEARD, NOTE
from deskapp.ui.composer.tabs import Tabs
from deskapp.ui.conversation.text import visible
from deskapp.ui.conversation.work import Work
from deskapp.ui.i18n import Retranslates, number
from deskapp.ui.shell.actions import shown
from deskapp.ui.theme import colour, theme
from deskapp.ui.widgets import Button, ElidedLabel, IconButton, Line, PlainLabel, hbox, vbox

_RADIUS = 10


def application() -> QApplication:
    """The one there is."""
    found = QApplication.instance()
    assert isinstance(found, QApplication)
    return found


class ComposerBox(Retranslates, QWidget):
    """Tabs, people, text, signature, files, findings, buttons. A note is yellow all over."""

    clip_clicked = Signal()
    emoji_clicked = Signal(QWidget)
    canned_clicked = Signal()
    send_clicked = Signal()
    send_and_clicked = Signal(QWidget)

    def __init__(
        self,
        work: Work,
        blobs: BlobStore,
        new_id: Callable[[], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._note, self._heard, self._by_mail, self._chat = False, False, True, False
        self._shown: tuple[object, ...] = ()
        self.tabs, self.recipients, self.editor = Tabs(), Recipients(), Editor()
        self.signature = ElidedLabel("", "small")
        self.signature.setContentsMargins(13, 0, 13, 4)
        self.remark = PlainLabel("", "small")
        self.remark.setWordWrap(True)
        self.remark.setContentsMargins(13, 4, 13, 0)
        self.remark.hide()
        self.counter = PlainLabel("", "small")
        self.counter.hide()
        self.files = AttachmentBar(work, blobs, new_id)
        self.bar = PreflightBar(self._go_to_placeholder)
        self.clip = IconButton("paperclip", on_click=self.clip_clicked.emit)
        self.smile = IconButton("smile", on_click=lambda: self.emoji_clicked.emit(self.smile))
        self.zap = IconButton("zap", on_click=self.canned_clicked.emit)
        self.send_and = Button(on_click=lambda: self.send_and_clicked.emit(self.send_and))
        self.send = Button("", "primary", "send", self.send_clicked.emit)
        self._build()
        theme().changed.connect(self.update)
        application().focusChanged.connect(self.update)
        self.retranslate()

    def _build(self) -> None:
        text = vbox(margins=(13, 8, 13, 8))
        text.addWidget(self.editor)
        foot = hbox(margins=(8, 6, 8, 6), spacing=2)
        for button in (self.clip, self.smile, self.zap):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.counter)
        foot.addSpacing(8)
        foot.addWidget(self.send_and)
        foot.addSpacing(6)
        foot.addWidget(self.send)
        column = vbox(self, (1, 1, 1, 1), 0)
        column.addWidget(self.tabs)
        column.addWidget(self.recipients)
        column.addWidget(self.remark)
        column.addLayout(text)
        column.addWidget(self.signature)
        column.addWidget(self.files)
        column.addWidget(self.bar)
        column.addWidget(Line())
        column.addLayout(foot)

    def show_mode(self, mode: str, channel: Channel, people: bool, signature: str) -> None:
        shown = (mode, channel, people, signature)
        if shown == self._shown:
            return
        self._shown = shown
        self._note, self._heard = mode == NOTE, mode == HEARD
        self._chat = channel is Channel.WEBCHAT and not people and not self._note
        self._by_mail = channel is Channel.EMAIL or people
        self.editor.enter_sends = self._chat
        self.recipients.setVisible(people)
        lines = (line.strip() for line in visible(signature).split("\n"))
        self.signature.setText("-- " + " · ".join(line for line in lines if line))
        self.signature.setVisible(bool(signature.strip()))
        self.send_and.setVisible(not self._note and not self._heard)
        self.retranslate()
        self.update()

    def count(self, length: int, most: int) -> None:
        """Say how much room is left, once there is little. `most` 0: as much as one likes."""
        near = bool(most) and length > most * 0.9
        self.counter.setVisible(near)
        if near:
            words = self.tr("%1 of %2 characters")
            self.counter.setText(words.replace("%2", number(most)).replace("%1", number(length)))
            self.counter.set_role("error" if length > most else "small")

    def say(self, remark: str) -> None:
        """A line under the people, or none."""
        self.remark.setText(remark)
        self.remark.setVisible(bool(remark))

    def retranslate(self) -> None:
        self.clip.set_name(self.tr("Attach files"))
        self.smile.set_name(self.tr("Emoji"), ":")
        self.zap.set_name(self.tr("Canned replies"), "/")
        self.signature.setAccessibleName(self.tr("Signature"))
        self.send_and.setText(self.tr("Send and… ▾"))
        if self._note:
            name, hint = self.tr("Add note"), self.tr("Only colleagues can read this")
        elif self._heard:
            name, hint = self.tr("Write down"), self.tr("What did the customer say?")
        elif self._chat:
            name, hint = self.tr("Send"), self.tr("Write a message; / for canned replies")
        elif not self._by_mail:
            name, hint = self.tr("Write down"), self.tr("What did you answer?")
            self.send_and.setText(self.tr("Write down and… ▾"))
        else:
            name, hint = self.tr("Send"), self.tr("Write an answer; / for canned replies")
        self.send.setText(name)
        self.send.setToolTip(shown("Return" if self._chat else "Ctrl+Return"))
        self.editor.setPlaceholderText(hint)
        kind = self.tr("Internal note") if self._note else self.tr("Answer")
        self.editor.setAccessibleName(kind)
        self.editor.setAccessibleDescription(hint)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inside = QApplication.focusWidget()
        focused = inside is not None and self.isAncestorOf(inside)
        edge = "accent" if focused else "border"
        if self._note:
            edge = "warn" if focused else "note_border"
        painter.setPen(QPen(colour(edge), 1))
        painter.setBrush(colour("note" if self._note else "surface"))
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, _RADIUS, _RADIUS)

    def _go_to_placeholder(self, name: str) -> None:
        for spelling in (f"{{{{ {name} }}}}", f"{{{{{name}}}}}", name):
            if self.editor.select_next(spelling):
                return
