"""The line under a chat's header: who waits and how long, who is there, on which page, how it ended."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from deskapp.core.policies.display import safe_name
from deskapp.core.ports import Clock
from deskapp.models.dto import AgentInfo, ChatInfo
from deskapp.models.enums import ActorKind, ChatState
from deskapp.ui.chat.deeds import ChatDeeds
from deskapp.ui.chat.pages import shown_page
from deskapp.ui.chat.talk import ChatTalk
from deskapp.ui.i18n import Retranslates
from deskapp.ui.shell.actions import shown
from deskapp.ui.theme import colour, icon_pixmap, theme, tokens
from deskapp.ui.when import duration
from deskapp.ui.widgets import Button, ElidedLabel, Pill, PlainLabel, hbox, plain_tip

HEIGHT = 40
_TICK_MS = 250
_LATE = 2
"""From so many times the time to accept on, red."""


def urgency(waited_ms: int, accept_ms: int) -> str:
    """The colour of waiting: calm ("accent"), then "warn", then "danger"."""
    if waited_ms < accept_ms:
        return "accent"
    return "warn" if waited_ms < _LATE * accept_ms else "danger"


class ChatBar(Retranslates, QWidget):
    """Hidden for tickets that are no chats. While somebody waits it counts."""

    def __init__(self, talk: ChatTalk, deeds: ChatDeeds, clock: Clock, me: str) -> None:
        super().__init__()
        self._talk, self._deeds, self._clock, self._me = talk, deeds, clock, me
        self._assignee: AgentInfo | None = None
        self._tone, self._share = "", 0.0
        self._said = ("", "", "")
        self.setFixedHeight(HEIGHT)
        self._sign = PlainLabel()
        self.text = ElidedLabel("", "muted")
        self.rating, self.verified = Pill(), Pill()
        for pill in (self.rating, self.verified):
            pill.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.mail = Button("", "link", on_click=deeds.by_mail)
        self.end = Button("", "link", on_click=deeds.end)
        self.unblock = Button("", "link", on_click=deeds.block)
        self.take = Button("", "primary", on_click=deeds.take)
        row = hbox(self, (18, 0, 18, 2), 8)
        row.addWidget(self._sign)
        row.addWidget(self.text, 1)
        for part in (self.verified, self.rating, self.mail, self.end, self.unblock, self.take):
            row.addWidget(part)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._show)
        talk.changed.connect(self._show)
        theme().changed.connect(self._show)
        self.hide()
        self.retranslate()

    def show_assignee(self, agent: AgentInfo | None) -> None:
        """Who answers it."""
        self._assignee = agent
        self._show()

    def retranslate(self) -> None:
        key = shown("T")
        self.take.setText(self.tr("Take"))
        self.take.setToolTip(plain_tip(self.tr("Take the chat (%1, or Enter)").replace("%1", key)))
        self.take.setAccessibleName(self.tr("Take the chat"))
        self.end.setText(self.tr("End chat"))
        self.mail.setText(self.tr("Answer by mail"))
        self.unblock.setText(self.tr("Unblock"))
        self._show()

    def waited_ms(self) -> int:
        """How long the visitor has been waiting for somebody, or for an answer; 0: not at all."""
        info = self._talk.info
        if info is None or not info.state.is_live:
            return 0
        since = info.started_at if info.state is ChatState.WAITING else info.waiting_since
        return max(0, self._clock.now() - since) if since is not None else 0

    # -- showing -------------------------------------------------------------------------------

    def _show(self) -> None:
        info = self._talk.info
        self.setVisible(info is not None)
        if info is None:
            self._tick.stop()
            return
        sign, ink, words = self._sentence(info)
        self._say(sign, getattr(tokens(), ink), words)
        self._show_parts(info)
        self._show_time(info)

    def _say(self, sign: str, ink: str, words: str) -> None:
        said = (sign, ink, words)
        if said != self._said:
            self._said = said
            self.text.setText(words)
            self.setAccessibleName(words)
            self._sign.setPixmap(icon_pixmap(sign, ink, 14, self.devicePixelRatioF()))

    def _show_parts(self, info: ChatInfo) -> None:
        waiting, ended = info.state is ChatState.WAITING, info.state is ChatState.ENDED
        gone = not self._talk.presence.online
        blocked = info.visitor.blocked
        self.take.setVisible(waiting)
        self.end.setVisible(info.state is ChatState.ACTIVE)
        able = self._deeds.has_mailbox()
        self.mail.setVisible(able and not blocked and not waiting and (ended or gone))
        self.unblock.setVisible(blocked)
        self.rating.setVisible(info.score > 0)
        if info.score:
            good = info.score > 1
            said = self.tr("Good") if good else self.tr("Bad")
            self.rating.set(said, "ok" if good else "bad", "thumb-up" if good else "thumb-down")
            comment = safe_name(info.comment, 300)
            self.rating.setToolTip(plain_tip(comment or self.tr("Rated by the visitor")))
        self.verified.setVisible(info.visitor.verified)
        if info.visitor.verified:
            self.verified.set(self.tr("Verified"), "ok", "shield")
            tip = self.tr("The site's own server has signed who this is: %1")
            tip = tip.replace("%1", safe_name(info.visitor.email))
            self.verified.setToolTip(plain_tip(tip))

    def _show_time(self, info: ChatInfo) -> None:
        waited, accept = self.waited_ms(), self._talk.accept_ms()
        waiting = info.state is ChatState.WAITING
        tone = urgency(waited, accept) if waiting or waited >= accept else ""
        share = min(1.0, waited / accept) if waiting else 0.0
        if (tone, share) != (self._tone, self._share):
            self._tone, self._share = tone, share
            self.update()
        counts = waited > 0 and info.state.is_live
        if counts != self._tick.isActive():
            if counts:
                self._tick.start()
            else:
                self._tick.stop()

    def _sentence(self, info: ChatInfo) -> tuple[str, str, str]:
        """Icon, colour and words."""
        name = safe_name(self._talk.name(), 60) or self.tr("The visitor")
        if info.visitor.blocked:
            return "ban", "danger", self.tr("This visitor is blocked.")
        match info.state:
            case ChatState.WAITING:
                return self._waiting(name)
            case ChatState.LEFT_MESSAGE:
                return "chat", "text3", self.tr("Left a message while nobody was online.")
            case ChatState.ENDED:
                by_visitor = info.ended_by == ActorKind.CONTACT
                words = self.tr("The visitor ended the chat.") if by_visitor \
                    else self.tr("The chat has ended.")  # fmt: skip
                return "minus", "text3", words
        return self._active(info, name)

    def _waiting(self, name: str) -> tuple[str, str, str]:
        waited, accept = self.waited_ms(), self._talk.accept_ms()
        words = self.tr("%1 is waiting · %2 of %3")
        if waited >= accept:
            words = self.tr("%1 has been waiting for %2")
        words = words.replace("%2", duration(waited // 1000))
        words = words.replace("%3", duration(accept // 1000)).replace("%1", name)
        return "clock", urgency(waited, accept), words

    def _active(self, info: ChatInfo, name: str) -> tuple[str, str, str]:
        presence = self._talk.presence
        parts = []
        agent = self._assignee
        if agent is not None and agent.id != self._me:
            parts.append(self.tr("Taken by %1").replace("%1", safe_name(agent.name, 40)))
        waited = self.waited_ms()
        if info.waiting_since is not None and waited >= self._talk.accept_ms():
            words = self.tr("%1 has been waiting for %2").replace("%2", duration(waited // 1000))
            parts.append(words.replace("%1", name))
        if not presence.online:
            parts.append(self.tr("No longer on the site"))
            return "circle", "text3", " · ".join(parts)
        page = shown_page(presence.page_title, presence.page_url)
        parts.append(self.tr("On the site"))
        return "globe", "ok", " · ".join([*parts, page] if page else parts)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = f"{self._tone}_weak" if self._tone else "surface"
        painter.fillRect(self.rect(), colour(ground))
        foot = QRectF(0, self.height() - 1, self.width(), 1)
        painter.fillRect(foot, colour("border"))
        if self._tone and self._share:
            painter.setPen(Qt.PenStyle.NoPen)
            wide = self.width() * self._share
            painter.fillRect(QRectF(0, self.height() - 2, wide, 2), colour(self._tone))
