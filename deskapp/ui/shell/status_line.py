"""The line at the foot: connected or not, complete up to when, how much is unsent. Always true."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from deskapp.core.api import ChangeSet, Connection
from deskapp.core.queries.desk import GetAccounts, GetDeskStatus
from deskapp.core.queries.views import TO_SEND
from deskapp.models.dto import AccountInfo, DeskStatus
from deskapp.models.enums import Channel
from deskapp.ui import messages
from deskapp.ui.i18n import Retranslates
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.team.live import TeamLive
from deskapp.ui.team.words import STOPPED, standing
from deskapp.ui.theme import icon_pixmap, theme, tokens
from deskapp.ui.when import relative_time
from deskapp.ui.widgets import Button, ElidedLabel, Frame, PlainLabel, hbox, restyle

HEIGHT = 26
_EVERY_MS = 20_000
_SOON_MS = 150
"""Commits in so short a time are read together."""


class StatusLine(Retranslates, Frame):
    """Calm when all is well; amber or red only for what a person must act on."""

    def __init__(self, context: UiContext, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__("status", parent)
        self._context, self._shell = context, shell
        self._status: DeskStatus | None = None
        self._accounts: tuple[AccountInfo, ...] = ()
        self._boxes = False
        self._offline_since: int | None = None
        self._was_online = False
        self.setFixedHeight(HEIGHT)
        self._sign = PlainLabel()
        self.text = ElidedLabel(role="small")
        self.unsent = Button("", "link", on_click=lambda: shell.open_view(TO_SEND))
        self.failed = Button("", "link", on_click=lambda: shell.open_view(TO_SEND))
        self.failed.setProperty("tone", "danger")
        self.chat = Button("", "link", on_click=self._on_chat)
        self.chat.hide()
        self._chat_click: Callable[[], object] = lambda: None
        self.outbox = Button("", "link", on_click=self._on_outbox)
        self.outbox.hide()
        self._outbox_click: Callable[[], object] = lambda: None
        row = hbox(self, (14, 0, 14, 0), 6)
        row.addWidget(self._sign)
        row.addWidget(self.text, 1)
        row.addWidget(self.outbox)
        row.addWidget(self.chat)
        row.addWidget(self.failed)
        row.addWidget(self.unsent)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.reload)
        self._timer.start()
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self.reload)
        context.bridge.changed.connect(self._on_change)
        theme().changed.connect(self.retranslate)
        self.retranslate()

    def reload(self) -> None:
        self._context.bridge.ask(GetDeskStatus(), self._show_status, self)
        self._context.bridge.ask(GetAccounts(), self._show_accounts, self)

    def set_team(self, live: TeamLive, open_outbox: Callable[[], object]) -> None:
        """This window is a colleague's: follow the connection to the host."""
        self._outbox_click = open_outbox
        live.moved.connect(self.retranslate)
        self.retranslate()

    def say_chat(
        self, text: str, tone: str = "", on_click: Callable[[], object] = lambda: None
    ) -> None:
        """What keeps a chat's visitors from being answered; empty: nothing."""
        self.chat.setText(text.replace("&", "&&"))
        self.chat.setProperty("tone", tone)
        restyle(self.chat)
        self._chat_click = on_click
        self.chat.setVisible(bool(text))

    def _on_outbox(self) -> None:
        self._outbox_click()

    def _on_chat(self) -> None:
        self._chat_click()

    def retranslate(self) -> None:
        connection = self._context.workspace.connection
        self._note(connection)
        sign, ink, text = self._sentence(connection)
        self.text.setText(text)
        self._sign.setPixmap(icon_pixmap(sign, ink, 13, self.devicePixelRatioF()))
        status = self._status
        self.unsent.setVisible(status is not None and status.unsent > 0)
        self.failed.setVisible(status is not None and status.failed > 0)
        if status is not None:
            self.unsent.setText(self.tr("%n waiting to be sent", None, status.unsent))
            self.failed.setText(self.tr("%n could not be sent", None, status.failed))
        self._show_outbox(connection)

    def _note(self, connection: Connection) -> None:
        """Since when there is no host; nobody knows for a window that began without one."""
        if connection.online:
            self._offline_since = None
        elif self._was_online:
            self._offline_since = self._context.clock.now()
        self._was_online = connection.online

    def _show_outbox(self, connection: Connection) -> None:
        """The way to what waits, was refused, or stands in the way."""
        stopped = connection.problem in STOPPED
        if connection.refused:
            text = self.tr("%n could not be done", "", connection.refused)
        elif stopped:
            text = self.tr("What to do")
        else:
            text = self.tr("See what waits") if connection.unsent else ""
        tone = "danger" if connection.refused or stopped else ""
        if self.outbox.property("tone") != tone:
            self.outbox.setProperty("tone", tone)
            restyle(self.outbox)
        self.outbox.setText(text)
        self.outbox.setVisible(bool(text))

    def _sentence(self, connection: Connection) -> tuple[str, str, str]:
        """Icon, colour and text of what there is to say."""
        t, now = tokens(), self._context.clock.now()
        if connection.trouble:
            return "alert", t.danger, messages.trouble(connection.trouble)
        enabled = [account for account in self._accounts if account.enabled]
        broken = [account for account in enabled if account.problem]
        team = connection.mode == "team"
        if team and not (broken and connection.online):
            found = standing(connection, now, self._offline_since)
            return found.icon, getattr(t, found.token), found.text
        if broken:
            return "alert", t.warn, self._trouble(broken[0], now)
        if self._status is None:
            return "circle", t.text3, self.tr("Opening the desk…")
        if not enabled:
            none = self.tr("No mailbox connected yet")
            off = self.tr("Every mailbox is switched off")
            if self._boxes and not self._accounts:
                return "tick", t.ok, self.tr("Web chat is on")
            return "circle", t.text3, off if self._accounts else none
        return self._complete(enabled, now)

    def _trouble(self, account: AccountInfo, now: int) -> str:
        why = messages.problem(account.problem) or account.problem
        if account.checked_at is None:
            since = self.tr("never read so far")
        else:
            when = relative_time(account.checked_at, now)
            since = self.tr("complete up to %1").replace("%1", when)
        return f"{account.address}: {why} ({since})"

    def _complete(self, accounts: Sequence[AccountInfo], now: int) -> tuple[str, str, str]:
        read = [account.checked_at for account in accounts if account.checked_at is not None]
        if len(read) < len(accounts):
            return "refresh", tokens().text3, self.tr("Reading the mailbox for the first time…")
        when = relative_time(min(read), now)
        text = self.tr("Connected. Complete up to %1.").replace("%1", when)
        return "tick", tokens().ok, text

    def _show_status(self, status: DeskStatus) -> None:
        self._status = status
        self.retranslate()

    def _show_accounts(self, accounts: tuple[AccountInfo, ...]) -> None:
        self._accounts = tuple(a for a in accounts if a.channel is Channel.EMAIL)
        self._boxes = any(a.enabled and a.channel is Channel.WEBCHAT for a in accounts)
        self.retranslate()

    def _on_change(self, change: ChangeSet) -> None:
        due = change.counts or change.touches("account", "effect")
        if due and not self._soon.isActive():
            self._soon.start()
