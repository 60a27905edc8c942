"""Web chat: the boxes on the shop's sites, how long a visitor waits, and from where it is reached."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from deskapp.core.api import ChangeSet
from deskapp.core.policies import chat_box
from deskapp.core.policies.display import safe_name
from deskapp.core.ports import Services
from deskapp.core.queries.desk import GetAccounts
from deskapp.models.dto import AccountInfo
from deskapp.models.enums import Channel
from deskapp.ui.chat.live import Live
from deskapp.ui.settings.chat_box_editor import BoxEditor
from deskapp.ui.settings.chat_box_new import NewBoxForm
from deskapp.ui.settings.chat_reach import ReachSection
from deskapp.ui.settings.editing import Item, ItemList
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.rows import Binder, Row, Sheet
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import EmptyState, PlainLabel, PrimaryButton, hbox, vbox


class ChatBoxesSheet(Sheet):
    """The list, the form of a new box, or in their place one box."""

    def __init__(
        self, context: UiContext, shell: Shell, services: Services, preferences: Preferences
    ) -> None:
        super().__init__(width=760)
        self.set_head(
            self.tr("Web chat"),
            self.tr("A chat box on your site; you answer here, beside everything else."),
        )
        self._context, self._shell, self._chat = context, shell, services.chat
        self._preferences = preferences
        self._boxes: tuple[AccountInfo, ...] = ()
        self._mailboxes: tuple[AccountInfo, ...] = ()
        self._open_next = ""
        self.live = Live(services.chat, self)
        self.editor: BoxEditor | None = None
        self.form: NewBoxForm | None = None
        self.list = ItemList(self.tr("Chat boxes"), row=52)
        self.list.fit(6)
        self.list.clicked.connect(lambda _index: self.open(self.list.current()))
        self.list.activated.connect(lambda _index: self.open(self.list.current()))
        self._empty = EmptyState("chat")
        self._empty.set(
            self.tr("No chat box yet"),
            self.tr("Three questions, then it stands on a test page of this computer."),
        )
        self.add_button = PrimaryButton(self.tr("Add a chat box"), "plus", on_click=self.begin_new)
        self.reach = ReachSection(context.bridge, services.chat, preferences, shell)
        self._overview = QWidget()
        self._build()
        self.add(self._overview)
        self.finish()
        self.live.server.connect(lambda _server: self._refresh())
        context.bridge.changed.connect(self._on_change)
        self._read()

    def _build(self) -> None:
        column = vbox(self._overview, spacing=10)
        column.addWidget(self._empty)
        column.addWidget(self.list)
        row = hbox()
        row.addWidget(self.add_button)
        row.addStretch()
        column.addLayout(row)
        bind = self._bind = Binder(self._preferences, self)
        self._rest = QWidget()
        rest = vbox(self._rest, spacing=0)
        rest.addSpacing(10)
        rest.addWidget(PlainLabel(self.tr("Waiting"), "strong"))
        rest.addSpacing(4)
        rest.addWidget(
            Row(
                self.tr("Take a chat within"),
                self.tr("After that the visitor reads that it may take longer."),
                bind.number("chat.accept_seconds", self.tr("s")),
                first=True,
            )
        )
        rest.addSpacing(18)
        rest.addWidget(PlainLabel(self.tr("Reach"), "strong"))
        rest.addSpacing(6)
        rest.addWidget(self.reach)
        column.addWidget(self._rest)

    def is_dirty(self) -> bool:
        if self.form is not None:
            return bool(self.form.site.text())
        return self.editor is not None and self.editor.is_dirty()

    # -- which part is shown -------------------------------------------------------------------

    def begin_new(self) -> None:
        """Ask the three questions."""
        self._close()
        self._overview.hide()
        self.form = NewBoxForm(self._context, self._preferences)
        self.form.left.connect(self._close)
        self.form.made.connect(self._made)
        self.body.insertWidget(self.body.count() - 1, self.form)
        self.form.setFocus()

    def open(self, box_id: str) -> None:
        """Show one box."""
        box = next((b for b in self._boxes if b.id == box_id), None)
        if box is None:
            return
        self._close()
        self._overview.hide()
        self.editor = BoxEditor(
            self._context, self._shell, self._chat, self._preferences, box, self._mailboxes
        )
        self.editor.left.connect(self._close)
        self.body.insertWidget(self.body.count() - 1, self.editor)
        self.editor.install.try_out.setFocus()

    def _made(self, box_id: str) -> None:
        """It is open as soon as the desk has told of it."""
        self._close()
        self._open_next = box_id
        self._read()

    def _close(self) -> None:
        for part in (self.editor, self.form):
            if part is not None:
                part.hide()
                part.deleteLater()
        self.editor = self.form = None
        self._overview.show()

    # -- following the desk --------------------------------------------------------------------

    def _read(self) -> None:
        self._context.bridge.ask(GetAccounts(), self._show, self)

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("account"):
            self._read()

    def _refresh(self) -> None:
        self.reach.refresh()
        if self.editor is not None:
            self.editor.refresh()

    def _show(self, accounts: tuple[AccountInfo, ...]) -> None:
        self._boxes = tuple(a for a in accounts if a.channel is Channel.WEBCHAT)
        self._mailboxes = tuple(a for a in accounts if a.channel is Channel.EMAIL)
        self.list.show_items([self._item(box) for box in self._boxes])
        self.list.setVisible(bool(self._boxes))
        self._empty.setVisible(not self._boxes)
        self._rest.setVisible(bool(self._boxes))
        if self._open_next and any(box.id == self._open_next for box in self._boxes):
            self.open(self._open_next)
            self._open_next = ""

    def _item(self, box: AccountInfo) -> Item:
        pill = (self.tr("On"), "ok") if box.enabled else (self.tr("Off"), "")
        sites = chat_box.read(box.settings).origins
        names = ", ".join(site.partition("://")[2] for site in sites)
        return Item(
            box.id, safe_name(box.name), names or self.tr("Only the test page"), "chat", pill=pill
        )
