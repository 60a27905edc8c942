"""From a chat box to a site: a page to try it on, and the line to put on the site."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from deskapp.core.ports import LiveChat
from deskapp.ui.settings.chat_parts import CopyText
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.shell.context import Shell
from deskapp.ui.widgets import Frame, PlainLabel, PrimaryButton, Segmented, hbox, vbox

COMPUTER, PUBLIC = "computer", "public"


class InstallCard(Frame):
    """For one box. Follows the server: the test page is there once it runs."""

    def __init__(self, chat: LiveChat, preferences: Preferences, shell: Shell, box_id: str) -> None:
        super().__init__("card")
        self._chat, self._preferences, self._shell = chat, preferences, shell
        self._box_id = box_id
        self.try_out = PrimaryButton(
            self.tr("Open the test page"), "external", on_click=self.open_test_page
        )
        self._state = PlainLabel("", "small")
        self._state.setWordWrap(True)
        self.where = Segmented(
            ((COMPUTER, self.tr("To try it here")), (PUBLIC, self.tr("For the internet")))
        )
        self.where.chosen.connect(lambda _key: self.refresh())
        self.snippet = CopyText(self.tr("Code for your site"), least=4)
        self.snippet.copied.connect(lambda: shell.toast(self.tr("Copied")))
        self._hint = PlainLabel("", "small")
        self._hint.setWordWrap(True)
        self._build()
        preferences.changed.connect(self.refresh)
        self.where.choose(PUBLIC if preferences.text("chat.public_url") else COMPUTER)
        self.refresh()

    def _build(self) -> None:
        first = hbox(spacing=12)
        first.addWidget(self.try_out)
        first.addWidget(self._state, 1)
        second = hbox(spacing=8)
        second.addWidget(PlainLabel(self.tr("Code for your site"), "strong"), 1)
        second.addWidget(self.where)
        column = vbox(self, (16, 14, 16, 14), 10)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.snippet)
        column.addWidget(self._hint)

    def refresh(self) -> None:
        """How it stands now."""
        page = self._chat.test_page(self._box_id)
        self.try_out.setEnabled(bool(page))
        running = self.tr("A page of this desk with the box on it, in your browser.")
        self._state.setText(running if page else self.tr("The chat server is starting…"))
        public = self.where.key() == PUBLIC
        self.snippet.show_text(self._chat.snippet(self._box_id, public))
        if public and not self._preferences.text("chat.public_url"):
            hint = self.tr("Write the public address under Reach first.")
        elif public:
            hint = self.tr(
                "Before </body> of every page. It works on the sites named for this box."
            )
        else:
            hint = self.tr("Only browsers of this computer reach it.")
        self._hint.setText(hint)

    def open_test_page(self) -> None:
        page = self._chat.test_page(self._box_id)
        if page:
            QDesktopServices.openUrl(QUrl(page))
