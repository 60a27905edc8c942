"""The secret with which a site signs who its visitors are: shown, copied, renewed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from deskapp.core.ports import LiveChat
from deskapp.ui import messages
from deskapp.ui.bridge import Bridge
from deskapp.ui.shell.context import Shell
from deskapp.ui.widgets import Button, Frame, PlainLabel, hbox, vbox


class IdentityCard(Frame):
    """The secret is asked for when somebody wants to see it, and not before."""

    def __init__(self, bridge: Bridge, chat: LiveChat, shell: Shell, box_id: str) -> None:
        super().__init__("card")
        self._bridge, self._chat, self._shell, self._box_id = bridge, chat, shell, box_id
        lead = PlainLabel(
            self.tr(
                "A typed address proves nothing. If customers sign in on your site, its server can sign"
                " who they are: then their chats are theirs at once, and nobody can pretend to be them."
                " Give this secret to your site's server; never put it into a page."
            ),
            "muted",
        )
        lead.setWordWrap(True)
        self.field = QLineEdit()
        self.field.setReadOnly(True)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setPlaceholderText("•" * 24)
        self.field.setAccessibleName(self.tr("Secret for signed identities"))
        self.show_button = Button(self.tr("Show"), icon_name="eye", on_click=self._toggle)
        self.copy_button = Button(self.tr("Copy"), icon_name="copy", on_click=self._copy)
        self.renew_button = Button(self.tr("Renew…"), on_click=self._ask)
        self._sure = PlainLabel(
            self.tr("What was signed with the old one is no longer believed."), "error"
        )
        self._sure.setWordWrap(True)
        self.sure_button = Button(self.tr("Renew now"), "danger", on_click=self._renew)
        row = hbox(spacing=6)
        row.addWidget(self.field, 1)
        for button in (self.show_button, self.copy_button, self.renew_button):
            row.addWidget(button)
        below = hbox(spacing=8)
        below.addWidget(self._sure, 1)
        below.addWidget(self.sure_button)
        column = vbox(self, (16, 12, 16, 12), 8)
        column.addWidget(lead)
        column.addLayout(row)
        column.addLayout(below)
        self._ask_again(False)

    def _toggle(self) -> None:
        if self.field.echoMode() == QLineEdit.EchoMode.Normal:
            self._hide_secret()
        else:
            self._fetch(self._reveal)

    def _copy(self) -> None:
        self._fetch(self._to_clipboard)

    def _ask(self) -> None:
        self._ask_again(True)
        self.sure_button.setFocus()

    def _renew(self) -> None:
        self._ask_again(False)
        renewed = self._chat.identity_secret(self._box_id, renew=True)
        self._bridge.watch(renewed, self._renewed, self, self._failed)

    def _fetch(self, then: Callable[[str], None]) -> None:
        secret = self._chat.identity_secret(self._box_id)
        self._bridge.watch(secret, then, self, self._failed)

    def _renewed(self, secret: str) -> None:
        self._reveal(secret)
        self._shell.toast(self.tr("There is a new secret"))

    def _reveal(self, secret: str) -> None:
        self.field.setText(secret)
        self.field.setCursorPosition(0)
        self.field.setEchoMode(QLineEdit.EchoMode.Normal)
        self.show_button.setText(self.tr("Hide"))

    def _hide_secret(self) -> None:
        self.field.clear()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_button.setText(self.tr("Show"))

    def _to_clipboard(self, secret: str) -> None:
        QGuiApplication.clipboard().setText(secret)
        self._shell.toast(self.tr("Copied"))

    def _failed(self, error: Exception) -> None:
        self._shell.toast(messages.job_error(error))

    def _ask_again(self, on: bool) -> None:
        self._sure.setVisible(on)
        self.sure_button.setVisible(on)
