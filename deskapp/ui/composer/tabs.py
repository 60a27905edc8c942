"""The upper line of the composer: reply or note, and from where it leaves."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from deskapp.core.policies.display import safe_name
from deskapp.models.dto import AccountInfo
from deskapp.models.enums import Channel
from deskapp.ui.composer.snapshot import BY_MAIL, FORWARD, HEARD, NOTE, REPLY, REPLY_ALL
from deskapp.ui.i18n import Retranslates
from deskapp.ui.inbox.sentence import channel_name
from deskapp.ui.theme import icon
from deskapp.ui.widgets import Button, hbox


class Tabs(Retranslates, QWidget):
    """`mode_wanted` carries a mode, `account_wanted` the id of the mailbox it is to leave from; empty:
    by chat."""

    mode_wanted = Signal(str)
    account_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode, self._channel = REPLY, Channel.EMAIL
        self._accounts: tuple[AccountInfo, ...] = ()
        self._account_id = ""
        self.notes_only = False
        self._shown: tuple[object, ...] = ()
        self.reply = Button(kind="tab", on_click=self._on_reply)
        self.heard = Button(kind="tab", on_click=lambda: self.mode_wanted.emit(HEARD))
        self.note = Button(kind="tab", on_click=lambda: self.mode_wanted.emit(NOTE))
        self.how = Button(kind="link", on_click=self._choose_how)
        self.account = Button(kind="link", on_click=self._choose_account)
        row = hbox(self, (10, 7, 8, 0), 12)
        for tab in (self.reply, self.how, self.heard, self.note):
            row.addWidget(tab)
        row.addStretch(1)
        row.addWidget(self.account)
        self.retranslate()

    def show_state(
        self,
        mode: str,
        channel: Channel,
        accounts: tuple[AccountInfo, ...],
        account_id: str,
    ) -> None:
        state = (mode, channel, accounts, account_id, self.notes_only)
        if state != self._shown:
            self._shown = state
            self._mode, self._channel = mode, channel
            self._accounts, self._account_id = accounts, account_id
            self.retranslate()

    def retranslate(self) -> None:
        by_mail, chat = self._channel is Channel.EMAIL, self._channel is Channel.WEBCHAT
        mode = self._mode
        self.reply.setText(self._reply_name() if by_mail or chat else self.tr("Our answer"))
        self.heard.setText(self.tr("What the customer said"))
        self.note.setText(self.tr("Internal note"))
        self.note.setIcon(icon("lock", "warn" if mode == NOTE else "text3", 12))
        self.reply.setVisible(not self.notes_only)
        self.heard.setVisible(not by_mail and not chat and not self.notes_only)
        self.how.setVisible(by_mail and mode not in (NOTE, HEARD))
        self.how.setText("▾")
        self.how.setAccessibleName(self.tr("Reply, reply to all or forward"))
        self.reply.setChecked(mode not in (NOTE, HEARD))
        self.heard.setChecked(mode == HEARD)
        self.note.setChecked(mode == NOTE)
        if chat and mode != NOTE:
            self._show_way()
        else:
            self._show_account(by_mail and mode != NOTE)

    def _reply_name(self) -> str:
        return {
            REPLY_ALL: self.tr("Reply to all"),
            FORWARD: self.tr("Forward"),
            BY_MAIL: self.tr("Reply by mail"),
        }.get(self._mode, self.tr("Reply"))

    def _show_way(self) -> None:
        """A chat may be answered in the chat or by mail."""
        chosen = next((a for a in self._accounts if a.id == self._account_id), None)
        by_mail = self._mode in (BY_MAIL, FORWARD)
        name = channel_name(Channel.EMAIL if by_mail else Channel.WEBCHAT)
        if by_mail and chosen is not None:
            name = safe_name(chosen.name or chosen.address)
        self.account.setText((f"{name} ▾" if self._accounts else name).replace("&", "&&"))
        self.account.setAccessibleName(self.tr("Answer by: %1").replace("%1", name))
        self.account.setEnabled(bool(self._accounts))
        self.account.setVisible(True)

    def _show_account(self, by_mail: bool) -> None:
        if not by_mail:
            self.account.setText("" if self._mode == NOTE else channel_name(self._channel))
            self.account.setVisible(self._mode != NOTE)
            self.account.setEnabled(False)
            return
        chosen = next((a for a in self._accounts if a.id == self._account_id), None)
        name = safe_name(chosen.name or chosen.address) if chosen else channel_name(self._channel)
        many = len(self._accounts) > 1
        self.account.setText((f"{name} ▾" if many else name).replace("&", "&&"))
        self.account.setAccessibleName(self.tr("Sent from %1").replace("%1", name))
        self.account.setEnabled(many)
        self.account.setVisible(True)

    def _on_reply(self) -> None:
        self.mode_wanted.emit(self._mode if self._mode not in (NOTE, HEARD) else REPLY)

    def _choose_how(self) -> None:
        menu = QMenu(self)
        for mode, name, icon_name in (
            (REPLY, self.tr("Reply"), "reply"),
            (REPLY_ALL, self.tr("Reply to all"), "reply-all"),
            (FORWARD, self.tr("Forward"), "forward"),
        ):
            entry = menu.addAction(icon(icon_name), name)
            entry.triggered.connect(partial(self._emit_mode, mode))
        _open(menu, self.how)

    def _choose_account(self) -> None:
        menu = QMenu(self)
        chat = self._channel is Channel.WEBCHAT
        if chat:
            entry = menu.addAction(icon("chat"), channel_name(Channel.WEBCHAT))
            entry.triggered.connect(partial(self._emit_account, ""))
        for account in self._accounts:
            entry = menu.addAction(f"{safe_name(account.name)} <{account.address}>")
            if chat:
                entry.setIcon(icon("mail"))
            else:
                entry.setCheckable(True)
                entry.setChecked(account.id == self._account_id)
            entry.triggered.connect(partial(self._emit_account, account.id))
        _open(menu, self.account)

    def _emit_mode(self, mode: str, _on: bool = False) -> None:
        self.mode_wanted.emit(mode)

    def _emit_account(self, account_id: str, _on: bool = False) -> None:
        self.account_wanted.emit(account_id)


def _open(menu: QMenu, anchor: QWidget) -> None:
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))
