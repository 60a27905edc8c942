"""The desk's tags, most used first: see what has one, rename it, or take it off everything."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from deskapp.core.api import ChangeSet, Command, Outcome
from deskapp.core.commands.tags import DeleteTag, RenameTag
from deskapp.core.queries.desk import GetTags
from deskapp.models.dto import TagInfo
from deskapp.ui import messages
from deskapp.ui.i18n import number
from deskapp.ui.settings.editing import Item, ItemList
from deskapp.ui.settings.rows import Sheet
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import Button, PlainLabel, PrimaryButton, SearchBox, hbox, vbox


class TagsSheet(Sheet):
    def __init__(self, context: UiContext, shell: Shell) -> None:
        super().__init__()
        self.set_head(
            self.tr("Tags"),
            self.tr("A tag is made by using it: press L on a conversation, or + on a customer."),
        )
        self._context, self._shell = context, shell
        self._tags: tuple[TagInfo, ...] = ()
        self.search = SearchBox()
        self.search.set_texts(self.tr("Search tags"), clear=self.tr("Clear the search"))
        self.search.changed.connect(lambda _text: self._show())
        self.list = ItemList(self.tr("Tags"), row=34)
        self.list.fit(12)
        self.list.activated.connect(lambda _index: self._open())
        self.list.deleted.connect(lambda _key: self._ask())
        self.list.chosen.connect(lambda _key: self._close())
        self._empty = PlainLabel(self.tr("No tags yet."), "small")
        self._buttons = self._make_buttons()
        self._renaming, self._deleting = self._make_renaming(), self._make_deleting()
        self._error = PlainLabel(role="error")
        self._error.setWordWrap(True)
        self.add(self.search)
        self.body.addSpacing(8)
        self.add(self._empty, self.list)
        self.body.addSpacing(8)
        self.add(self._buttons, self._renaming, self._deleting, self._error)
        self.finish()
        self._close()
        context.bridge.changed.connect(self._on_change)
        self._read()

    def is_dirty(self) -> bool:
        return not self._renaming.isHidden() and self.name.text() != self.list.current()

    def _make_buttons(self) -> QWidget:
        box = QWidget()
        row = hbox(box)
        self.open_button = Button(self.tr("See its conversations"), on_click=self._open)
        self.rename_button = Button(self.tr("Rename…"), on_click=self._rename)
        self.delete_button = Button(self.tr("Delete…"), on_click=self._ask)
        for button in (self.open_button, self.rename_button, self.delete_button):
            row.addWidget(button)
        row.addStretch()
        return box

    def _make_renaming(self) -> QWidget:
        box = QWidget()
        row = hbox(box)
        self.name = QLineEdit()
        self.name.setMaxLength(60)
        self.name.setAccessibleName(self.tr("The tag's new name"))
        self.name.returnPressed.connect(self._save)
        row.addWidget(self.name, 1)
        row.addWidget(PrimaryButton(self.tr("Rename"), on_click=self._save))
        row.addWidget(Button(self.tr("Cancel"), "ghost", on_click=self._close))
        return box

    def _make_deleting(self) -> QWidget:
        box = QWidget()
        column = vbox(box, spacing=6)
        self._question = PlainLabel()
        self._question.setWordWrap(True)
        row = hbox()
        self._sure = Button(self.tr("Delete for good"), "danger", on_click=self._delete)
        row.addWidget(self._sure)
        row.addWidget(Button(self.tr("Keep it"), "ghost", on_click=self._close))
        row.addStretch()
        column.addWidget(self._question)
        column.addLayout(row)
        return box

    # -- what there is --------------------------------------------------------------------------

    def _read(self) -> None:
        self._context.bridge.ask(GetTags(), self._fill, self)

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("tag", "ticket_tag", "contact_tag"):
            self._read()

    def _fill(self, tags: tuple[TagInfo, ...]) -> None:
        self._tags = tags
        self._show()

    def _show(self) -> None:
        text = self.search.text().casefold().strip()
        shown = [tag for tag in self._tags if text in tag.name.casefold()]
        before = self.list.current()
        self.list.show_items(
            [Item(tag.name, tag.name, icon="tag", pill=(number(tag.uses), "")) for tag in shown]
        )
        self._empty.setVisible(not shown)
        self.list.setVisible(bool(shown))
        self._enable()
        if self.list.current() != before:
            self._close()

    def _enable(self) -> None:
        for button in (self.open_button, self.rename_button, self.delete_button):
            button.setEnabled(bool(self.list.current()))

    def _open(self) -> None:
        if self.list.current():
            self._shell.open_view(f"tag:{self.list.current()}")

    # -- changing it ----------------------------------------------------------------------------

    def _close(self) -> None:
        """Back to the buttons; nothing is being changed."""
        self._step(self._buttons)
        self._enable()

    def _step(self, shown: QWidget) -> None:
        for box in (self._buttons, self._renaming, self._deleting):
            box.setVisible(box is shown)
        self._error.hide()

    def _rename(self) -> None:
        self.name.setText(self.list.current())
        self._step(self._renaming)
        self.name.selectAll()
        self.name.setFocus()

    def _save(self) -> None:
        before, after = self.list.current(), " ".join(self.name.text().split())
        if after == before:
            self._close()
        else:
            done = self.tr("“%1” is now called “%2”").replace("%1", before).replace("%2", after)
            self._send(RenameTag(tag=before, name=after), done)

    def _ask(self) -> None:
        uses = next((tag.uses for tag in self._tags if tag.name == self.list.current()), 0)
        text = self.tr("Takes “%1” off %n conversation(s) and all customers. No undo.", "", uses)
        self._question.setText(text.replace("%1", self.list.current()))
        self._step(self._deleting)
        self._sure.setFocus()

    def _delete(self) -> None:
        name = self.list.current()
        self._send(DeleteTag(tag=name), self.tr("“%1” was deleted").replace("%1", name))

    def _send(self, command: Command, done: str) -> None:
        def answered(outcome: Outcome) -> None:
            if outcome.rejected is not None:
                self._error.setText(messages.rejection(outcome.rejected))
                self._error.show()
                return
            self._close()
            undo = outcome.undo
            self._shell.toast(done, (lambda: self._shell.do(undo)) if undo is not None else None)

        self._context.bridge.send(command, answered, self)
