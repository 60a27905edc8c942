"""Lines over a conversation that say what is special about it and offer what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from deskapp.ui.theme import colour, icon_pixmap, theme, tokens
from deskapp.ui.widgets import Button, PlainLabel, clear, hbox, vbox

_GROUNDS = {
    "": ("raised", "text2"),
    "warn": ("warn_weak", "warn"),
    "bad": ("danger_weak", "danger"),
    "accent": ("accent_weak", "accent"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One line. `actions` are (label, what it does)."""

    text: str
    icon: str
    kind: str = ""
    actions: tuple[tuple[str, Callable[[], object]], ...] = ()


class Banner(QWidget):
    """A notice, painted on its own ground."""

    def __init__(self, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notice = notice
        self._picture = PlainLabel()
        words = PlainLabel(notice.text)
        words.setWordWrap(True)
        row = hbox(self, (12, 8, 8, 8), 8)
        row.addWidget(self._picture)
        row.addWidget(words, 1)
        for label, act in notice.actions:
            row.addWidget(Button(label, "link", on_click=act))
        self.setAccessibleName(notice.text)
        theme().changed.connect(self._tint)
        self._tint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, ink = _GROUNDS[self._notice.kind]
        painter.setPen(colour(ink if self._notice.kind else "border"))
        painter.setBrush(colour(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)

    def _tint(self) -> None:
        ink = getattr(tokens(), _GROUNDS[self._notice.kind][1])
        self._picture.setPixmap(icon_pixmap(self._notice.icon, ink, 15, self.devicePixelRatioF()))


class Banners(QWidget):
    """The stack of notices; without any it takes no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = vbox(self, (18, 8, 18, 0), 6)
        self._notices: tuple[Notice, ...] = ()
        self.hide()

    def show_notices(self, notices: Sequence[Notice]) -> None:
        if self._notices and tuple(notices) == self._notices:
            return  # whoever is on one of its buttons stays there
        clear(self._column)
        self._notices = tuple(notices)
        for notice in notices:
            self._column.addWidget(Banner(notice))
        self.setVisible(bool(notices))

    def texts(self) -> tuple[str, ...]:
        """What they say now."""
        return tuple(notice.text for notice in self._notices)
