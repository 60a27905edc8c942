"""Canned replies: folders at the left, one reply with its placeholders at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from deskapp.core.api import ChangeSet
from deskapp.core.commands.canned import DeleteCannedReply
from deskapp.core.queries.desk import GetCannedReplies, GetCustomFields
from deskapp.models.dto import CannedReplyInfo
from deskapp.ui.languages import native_name
from deskapp.ui.settings.canned_editor import CannedEditor
from deskapp.ui.settings.editing import Item, ItemList
from deskapp.ui.settings.rows import Sheet
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import Button, SearchBox, hbox, vbox


class CannedSheet(Sheet):
    """What is typed and not saved yet is kept for each reply, here and over a restart."""

    def __init__(self, context: UiContext, shell: Shell) -> None:
        super().__init__(width=1040)
        self.set_head(
            self.tr("Canned replies"),
            self.tr("Type / in an answer to find one. They fill in names by themselves."),
        )
        self._context, self._shell = context, shell
        self._replies: tuple[CannedReplyInfo, ...] = ()
        self.search = SearchBox()
        self.search.set_texts(self.tr("Search replies"), clear=self.tr("Clear the search"))
        self.search.changed.connect(lambda _text: self._show())
        self.list = ItemList(self.tr("Canned replies"))
        self.list.setMinimumHeight(460)
        self.list.chosen.connect(self.open)
        self.list.deleted.connect(self._delete)
        self.editor = CannedEditor(context)
        self.editor.saved.connect(self._on_saved)
        self.editor.delete_wanted.connect(self._delete)
        self.editor.changed.connect(self._show)
        sides = QWidget()
        row = hbox(sides, spacing=20)
        row.addWidget(self._left(), 4)
        row.addWidget(self.editor, 7)
        self.body.addWidget(sides, 1)
        context.bridge.changed.connect(self._on_change)
        self.begin_new()
        self._read()
        self._read_fields()

    def _left(self) -> QWidget:
        side = QWidget()
        column = vbox(side, spacing=6)
        head = hbox(spacing=6)
        head.addWidget(self.search, 1)
        head.addWidget(Button(self.tr("New"), icon_name="plus", on_click=self.begin_new))
        column.addLayout(head)
        column.addWidget(self.list, 1)
        return side

    def is_dirty(self) -> bool:
        return self.editor.is_dirty()

    def begin_new(self) -> None:
        """Open an empty reply, in the folder of the one that is open."""
        self.list.select("", silent=True)
        self.editor.open(None)

    def open(self, reply_id: str) -> None:
        """Open a reply by its id."""
        reply = next((r for r in self._replies if r.id == reply_id), None)
        if reply is not None:
            self.list.select(reply_id, silent=True)
            self.editor.open(reply)

    def _read(self) -> None:
        self._context.bridge.ask(GetCannedReplies(), self._fill, self)

    def _read_fields(self) -> None:
        self._context.bridge.ask(GetCustomFields(), self.editor.show_fields, self)

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("canned_reply"):
            self._read()
        if change.touches("custom_field"):
            self._read_fields()

    def _fill(self, replies: Sequence[CannedReplyInfo]) -> None:
        self._replies = tuple(replies)
        self.editor.show_folders(sorted({r.folder for r in replies if r.folder}))
        self._show()
        opened = next((r for r in replies if r.id == self.editor.reply_id), None)
        if opened is not None and not self.editor.is_dirty():
            self.editor.open(opened)

    def _show(self) -> None:
        words = self.search.text().casefold().split()
        unsaved = self.editor.unsaved()
        shown = [
            reply
            for reply in sorted(self._replies, key=lambda r: (r.folder, r.title.casefold()))
            if all(w in _searchable(reply).casefold() for w in words)
        ]
        self.list.show_items([self._item(reply, reply.id in unsaved) for reply in shown])

    def _item(self, reply: CannedReplyInfo, unsaved: bool) -> Item:
        language = native_name(reply.language) if reply.language else ""
        used = self.tr("used %n time(s)", "", reply.uses) if reply.uses else ""
        detail = " · ".join(part for part in (f"/{reply.shortcut}", language, used) if part)
        group = reply.folder or self.tr("Without a folder")
        pill = (self.tr("Unsaved"), "warn") if unsaved else ("", "")
        return Item(reply.id, reply.title, detail, group=group, pill=pill)

    def _on_saved(self, reply_id: str) -> None:
        self._shell.toast(self.tr("Reply saved"))
        self._read()
        self.list.select(reply_id, silent=True)

    def _delete(self, reply_id: str) -> None:
        self._shell.do(DeleteCannedReply(canned_id=reply_id), self.tr("Reply deleted"))
        if reply_id == self.editor.reply_id:
            self.editor.forget(reply_id)
            self.begin_new()


def _searchable(reply: CannedReplyInfo) -> str:
    """All that a person may look for."""
    return f"{reply.title} {reply.shortcut} {reply.folder} {reply.body}"
