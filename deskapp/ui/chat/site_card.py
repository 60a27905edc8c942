"""Where the visitor of a chat is, whence it came, and what it answered: a card beside the conversation."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from deskapp.core.policies.display import display_host, safe_name
from deskapp.core.ports import Clock
from deskapp.ui.chat.pages import shown_page, shown_path, shown_url
from deskapp.ui.chat.talk import ChatTalk
from deskapp.ui.customer.rows import RowPool
from deskapp.ui.customer.section import Section
from deskapp.ui.shell.context import Shell
from deskapp.ui.when import relative_time

_TICK_MS = 30_000
Line = tuple[str, str, str, str]  # icon, text, hint, what is copied


class SiteCard(Section):
    """Rows that copy when pressed. Hidden for tickets that are no chats."""

    def __init__(self, shell: Shell, talk: ChatTalk, clock: Clock) -> None:
        super().__init__("site")
        self._shell, self._talk, self._clock = shell, talk, clock
        self._lines: list[Line] = []
        self._rows = RowPool(self.body, self._copy)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self.retranslate)
        talk.changed.connect(self.retranslate)
        self.retranslate()

    def texts(self) -> list[str]:
        """What the rows say, from top to bottom."""
        return [text for _icon, text, _hint, _copied in self._lines]

    def retranslate(self) -> None:
        self.set_title(self.tr("On the site"))
        info = self._talk.info
        self.show_if(info is not None)
        self._lines = self._tell() if info is not None else []
        for row, (icon_name, text, hint, copied) in zip(
            self._rows.take(len(self._lines)), self._lines, strict=True
        ):
            row.set(icon_name, text, hint)
            row.setAccessibleDescription(self.tr("Press to copy") if copied else "")
        if info is not None and not self._tick.isActive():
            self._tick.start()
        elif info is None:
            self._tick.stop()

    def _tell(self) -> list[Line]:
        info, presence, now = self._talk.info, self._talk.presence, self._clock.now()
        assert info is not None
        here = presence.online
        url = presence.page_url if here else info.page_url
        title = presence.page_title if here else info.page_title
        lines: list[Line] = []
        if page := shown_page(title, url):
            hint = self.tr("now") if here else relative_time(info.started_at, now)
            lines.append(("globe", page, hint, shown_url(url, 2_000)))
        path = shown_path(url)
        if path and path != shown_page(title, url):
            lines.append(("link", path, "", shown_url(url, 2_000)))
        if source := safe_name(display_host(info.referrer), 80):
            lines.append(("arrow-up-right", self.tr("From %1").replace("%1", source), "", source))
        since = relative_time(info.started_at, now)
        lines.append(("clock", self.tr("Chat since %1").replace("%1", since), "", ""))
        lines += self._said()
        return lines

    def _said(self) -> list[Line]:
        """What the visitor gave: answers, an address, a rating."""
        info = self._talk.info
        assert info is not None
        lines: list[Line] = []
        for label, value in info.visitor.answers:
            answer = safe_name(value, 120)
            lines.append(("help", f"{safe_name(label, 60)}: {answer}", "", answer))
        if mail := safe_name(info.visitor.email, 120):
            sure = self.tr("verified") if info.visitor.verified else self.tr("unverified")
            lines.append(("shield" if info.visitor.verified else "at", mail, sure, mail))
        if info.score:
            good = info.score > 1
            words = self.tr("Rated good") if good else self.tr("Rated bad")
            comment = safe_name(info.comment, 200)
            said = f"{words}: “{comment}”" if comment else words
            lines.append(("thumb-up" if good else "thumb-down", said, "", comment))
        return lines

    def _copy(self, number: int) -> None:
        copied = self._lines[number][3]
        if copied:
            QGuiApplication.clipboard().setText(copied)
            self._shell.toast(self.tr("Copied: %1").replace("%1", copied))
