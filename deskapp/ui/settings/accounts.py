"""Channels: the mailboxes through which the desk speaks."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from deskapp.core.api import ChangeSet
from deskapp.core.ports import Services
from deskapp.core.queries.desk import GetAccounts
from deskapp.models.dto import AccountInfo
from deskapp.models.enums import Channel
from deskapp.ui import messages
from deskapp.ui.settings.account_editor import AccountEditor
from deskapp.ui.settings.editing import Item, ItemList
from deskapp.ui.settings.rows import Sheet
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.widgets import EmptyState, PrimaryButton, hbox, vbox


class AccountsSheet(Sheet):
    """The list, or in its place one mailbox."""

    def __init__(self, context: UiContext, shell: Shell, services: Services) -> None:
        super().__init__()
        self.set_head(
            self.tr("Channels"), self.tr("Mailboxes that customers write to. Connect several.")
        )
        self._context, self._shell, self._services = context, shell, services
        self._accounts: tuple[AccountInfo, ...] = ()
        self.editor: AccountEditor | None = None
        self._overview = QWidget()
        column = vbox(self._overview, spacing=10)
        self.list = ItemList(self.tr("Mailboxes"), row=52)
        self.list.fit(8)
        self.list.clicked.connect(lambda _index: self._open_current())
        self.list.activated.connect(lambda _index: self._open_current())
        self._empty = EmptyState("mail")
        self._empty.set(
            self.tr("No mailbox yet"),
            self.tr("Connect the one that your customers write to; nothing in it is changed."),
        )
        self.add_button = PrimaryButton(
            self.tr("Connect a mailbox"), "plus", on_click=self.begin_new
        )
        column.addWidget(self.list)
        column.addWidget(self._empty)
        row = hbox()
        row.addWidget(self.add_button)
        row.addStretch()
        column.addLayout(row)
        self.add(self._overview)
        self.finish()
        context.bridge.changed.connect(self._on_change)
        self._read()

    def is_dirty(self) -> bool:
        return self.editor is not None

    def begin_new(self) -> None:
        """Open an empty mailbox page."""
        self._open(None)

    def open(self, account_id: str) -> None:
        """Open a mailbox's page."""
        account = next((a for a in self._accounts if a.id == account_id), None)
        if account is not None:
            self._open(account)

    def _open_current(self) -> None:
        self.open(self.list.current())

    def _open(self, account: AccountInfo | None) -> None:
        self._close()
        self._overview.hide()
        self.editor = AccountEditor(self._context, self._shell, self._services.mail, account)
        self.editor.left.connect(self._close)
        self.body.insertWidget(self.body.count() - 1, self.editor)
        self.editor.form.setFocus()

    def _close(self) -> None:
        if self.editor is not None:
            self.editor.hide()
            self.editor.deleteLater()
            self.editor = None
        self._overview.show()

    def _read(self) -> None:
        self._context.bridge.ask(GetAccounts(), self._show, self)

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("account"):
            self._read()

    def _show(self, accounts: tuple[AccountInfo, ...]) -> None:
        accounts = tuple(a for a in accounts if a.channel is Channel.EMAIL)
        self._accounts = accounts
        self.list.show_items([self._item(account) for account in accounts])
        self.list.setVisible(bool(accounts))
        self._empty.setVisible(not accounts)

    def _item(self, account: AccountInfo) -> Item:
        if not account.enabled:
            pill = (self.tr("Off"), "")
        elif account.problem:
            pill = (self.tr("Problem"), "bad")
        elif account.checked_at is None:
            pill = (self.tr("Connecting"), "accent")
        else:
            pill = (self.tr("Connected"), "ok")
        why = messages.problem(account.problem) if account.enabled else ""
        same = account.name == account.address
        detail = why or ("" if same else account.address)
        return Item(account.id, account.name, detail, "mail", pill=pill)
