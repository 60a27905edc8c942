"""The desk's tags, most used first."""

from __future__ import annotations

from deskapp.core.api import ChangeSet
from deskapp.core.queries.desk import GetTags
from deskapp.models.dto import TagInfo
from deskapp.ui.i18n import number
from deskapp.ui.settings.editing import Item, ItemList
from deskapp.ui.settings.rows import Sheet
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import Button, PlainLabel, SearchBox


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
        self._empty = PlainLabel(self.tr("No tags yet."), "small")
        self.open_button = Button(self.tr("See its conversations"), on_click=self._open)
        self.open_button.setEnabled(False)
        self.list.chosen.connect(lambda _key: self.open_button.setEnabled(True))
        self.add(self.search)
        self.body.addSpacing(8)
        self.add(self._empty, self.list)
        self.body.addSpacing(8)
        self.add_left(self.open_button)
        self.finish()
        context.bridge.changed.connect(self._on_change)
        self._read()

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
        self.list.show_items(
            [Item(tag.name, tag.name, icon="tag", pill=(number(tag.uses), "")) for tag in shown]
        )
        self._empty.setVisible(not shown)
        self.list.setVisible(bool(shown))
        self.open_button.setEnabled(bool(self.list.current()))

    def _open(self) -> None:
        if self.list.current():
            self._shell.open_view(f"tag:{self.list.current()}")
