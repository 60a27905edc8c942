"""The chats that are open now, over the list of tickets: who has waited longest stands first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QFrame, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from deskapp.core.policies.display import safe_name, strip_hidden
from deskapp.models.dto import OpenChat
from deskapp.models.enums import ChatState
from deskapp.ui.chat.bar import urgency
from deskapp.ui.i18n import Retranslates
from deskapp.ui.inbox.delegate import paint_line
from deskapp.ui.theme import base_font, theme, tokens
from deskapp.ui.when import duration
from deskapp.ui.widgets import ElidedLabel, Frame, hbox, paint_avatar, vbox
from deskapp.ui.widgets.uniform_list import UniformList

ROW = 44
SHOWN = 4
_TICK_MS = 1_000
_FACE, _RING = 24, 30
_FULL = 16  # parts of a degree, as Qt counts arcs
_Index = QModelIndex | QPersistentModelIndex


def waits_since(chat: OpenChat) -> int | None:
    """Since when the visitor waits, for somebody or for an answer; None: for nothing."""
    return chat.started_at if chat.state is ChatState.WAITING else chat.waiting_since


class _Chats(QAbstractListModel):
    def __init__(self, describe: Callable[[OpenChat], str], parent: QObject) -> None:
        super().__init__(parent)
        self._describe = describe
        self.chats: tuple[OpenChat, ...] = ()

    def show(self, chats: tuple[OpenChat, ...]) -> None:
        if [c.ticket_id for c in chats] == [c.ticket_id for c in self.chats]:
            before, self.chats = self.chats, chats
            for row, (old, new) in enumerate(zip(before, chats, strict=True)):
                if old != new:
                    self.dataChanged.emit(self.index(row), self.index(row))
            return
        self.beginResetModel()
        self.chats = chats
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.chats)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        chat = self.chats[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return chat
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._describe(chat)
        return None


class ChatList(UniformList):
    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__(ROW)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.opened.emit(index.data().ticket_id)
            return
        super().keyPressEvent(event)


class ChatStrip(Retranslates, Frame):
    """`opened` carries a ticket's id, `ticked` fires each second while anybody waits. Without an open
    chat it takes no room."""

    opened = Signal(str)
    ticked = Signal()

    def __init__(self, now: Callable[[], int], accept_ms: Callable[[], int], me: str) -> None:
        super().__init__("pane")
        self.now, self.accept_ms, self.me = now, accept_ms, me
        self.current = ""  # the ticket on screen
        self._model = _Chats(self.sentence, self)
        self.heading = ElidedLabel("", "group")
        self.list = ChatList()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_ChatPainter(self))
        self.list.clicked.connect(self._clicked)
        self.list.opened.connect(self.opened)
        head = hbox(margins=(14, 8, 14, 3))
        head.addWidget(self.heading, 1)
        column = vbox(self, spacing=0)
        column.addLayout(head)
        column.addWidget(self.list)
        foot = Frame("line")
        column.addWidget(foot)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        theme().changed.connect(self.list.viewport().update)
        self.hide()
        self.retranslate()

    @property
    def chats(self) -> tuple[OpenChat, ...]:
        """As they stand, who has waited longest first."""
        return self._model.chats

    def show_chats(self, chats: tuple[OpenChat, ...]) -> None:
        self._model.show(chats)
        high = ROW * min(SHOWN, len(chats))
        self.list.setFixedHeight(high)
        self.setVisible(bool(chats))
        if any(waits_since(chat) is not None for chat in chats):
            self._tick.start()
        else:
            self._tick.stop()
        self._mark()
        self._head()

    def show_current(self, ticket_id: str) -> None:
        """Which of them is being read."""
        self.current = ticket_id
        self._mark()

    def waiting(self) -> tuple[int, int]:
        """How many wait for somebody to take them, and since when the first does (0: nobody)."""
        since = [c.started_at for c in self.chats if c.state is ChatState.WAITING]
        return len(since), min(since, default=0)

    def waited_ms(self, chat: OpenChat) -> int:
        since = waits_since(chat)
        return max(0, self.now() - since) if since is not None else 0

    def sentence(self, chat: OpenChat) -> str:
        """A chat as one sentence, for screen readers."""
        parts = [safe_name(chat.name, 60), self._state(chat)]
        if chat.unread:
            parts.append(self.tr("%n unread", "", chat.unread))
        return ", ".join(part for part in parts if part)

    def retranslate(self) -> None:
        self._head()
        self.list.setAccessibleName(self.tr("Open chats"))
        self.list.viewport().update()

    def _head(self) -> None:
        number, since = self.waiting()
        words = self.tr("Chats")
        if number:
            waited = duration(max(0, self.now() - since) // 1000)
            words = self.tr("Chats · %n waiting, %1", "", number).replace("%1", waited)
        self.heading.setText(words)

    def _state(self, chat: OpenChat) -> str:
        waited = duration(self.waited_ms(chat) // 1000)
        if chat.state is ChatState.WAITING:
            return self.tr("waits for somebody for %1").replace("%1", waited)
        if chat.waiting_since is not None:
            return self.tr("waits for an answer for %1").replace("%1", waited)
        return self.tr("answered")

    def _mark(self) -> None:
        ids = [chat.ticket_id for chat in self.chats]
        if self.current in ids:
            self.list.setCurrentIndex(self._model.index(ids.index(self.current)))
        elif self.list.currentIndex().isValid():
            self.list.clearSelection()
            self.list.setCurrentIndex(QModelIndex())

    def _clicked(self, index: QModelIndex) -> None:
        self.opened.emit(self.chats[index.row()].ticket_id)

    def _on_tick(self) -> None:
        self.ticked.emit()
        if self.isVisible():
            self._head()
            self.list.viewport().update()  # the rings fill


class _ChatPainter(QStyledItemDelegate):
    """A face in a ring that fills as the visitor waits, the name, the last words, what is unread."""

    def __init__(self, strip: ChatStrip) -> None:
        super().__init__(strip)
        self._strip = strip

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(120, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        chat: OpenChat = index.data()
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, rect, option.state)
        self._ring(painter, rect, chat)
        self._words(painter, rect.adjusted(14 + _RING + 9, 0, -14, 0), chat)
        painter.restore()

    def _ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        t = tokens()
        on = bool(state & QStyle.StateFlag.State_Selected)
        box = QRectF(rect).adjusted(6, 1, -6, -1)
        if on or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.accent_weak if on else t.hover))
            painter.drawRoundedRect(box, 6, 6)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(t.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _ring(self, painter: QPainter, rect: QRect, chat: OpenChat) -> None:
        t = tokens()
        inset = (_RING - _FACE) / 2
        ring = QRectF(rect.left() + 14, rect.center().y() - _RING / 2 + 0.5, _RING, _RING)
        face = ring.adjusted(inset, inset, -inset, -inset)
        paint_avatar(painter, face, chat.name, chat.contact_id)
        if waits_since(chat) is None:
            return
        waited, accept = self._strip.waited_ms(chat), self._strip.accept_ms()
        line = ring.adjusted(1, 1, -1, -1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(t.border), 2))
        painter.drawEllipse(line)
        painter.setPen(QPen(QColor(getattr(t, urgency(waited, accept))), 2))
        share = min(1.0, waited / accept)
        painter.drawArc(line, 90 * _FULL, -round(360 * _FULL * share))

    def _words(self, painter: QPainter, rect: QRect, chat: OpenChat) -> None:
        t = tokens()
        upper, lower = rect.adjusted(0, 4, 0, -21), rect.adjusted(0, 21, 0, -4)
        waits = waits_since(chat) is not None
        if waits:
            waited, accept = self._strip.waited_ms(chat), self._strip.accept_ms()
            tone = urgency(waited, accept)
            ink = t.text3 if tone == "accent" else getattr(t, tone)
            said = duration(waited // 1000)
            upper = self._at_right(painter, upper, said, base_font(12, 500), ink)
        weight = 600 if chat.unread or chat.state is ChatState.WAITING else 500
        paint_line(painter, upper, safe_name(chat.name, 80), 13, weight, t.text)
        if chat.unread:
            lower = self._unread(painter, lower, chat.unread)
        words = " ".join(strip_hidden(chat.snippet).split())
        paint_line(painter, lower, words, 12, 400, t.text3)

    def _unread(self, painter: QPainter, rect: QRect, unread: int) -> QRect:
        t, text, font = tokens(), str(min(unread, 99)), base_font(10, 600)
        wide = max(16, QFontMetrics(font).horizontalAdvance(text) + 8)
        box = QRectF(rect.right() - wide + 1, rect.center().y() - 7.5, wide, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.accent))
        painter.drawRoundedRect(box, 8, 8)
        painter.setFont(font)
        painter.setPen(QColor(t.on_accent))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        return rect.adjusted(0, 0, -wide - 8, 0)

    def _at_right(self, painter: QPainter, rect: QRect, text: str, font: QFont, ink: str) -> QRect:
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(rect, _RIGHT, text)
        return rect.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(text) - 8, 0)


_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


def neighbour(chats: tuple[OpenChat, ...], current: str, step: int) -> str:
    """The chat `step` places on, around the end; the first when none of them is on screen."""
    ids = [chat.ticket_id for chat in chats]
    if not ids:
        return ""
    if current not in ids:
        return ids[0 if step > 0 else -1]
    return ids[(ids.index(current) + step) % len(ids)]


def longest(chats: tuple[OpenChat, ...]) -> str:
    """The chat whose visitor has waited longest; one that waits for nothing only if none does."""
    waiting = [(since, chat) for chat in chats if (since := waits_since(chat)) is not None]
    if waiting:
        return min(waiting, key=lambda pair: pair[0])[1].ticket_id
    return chats[0].ticket_id if chats else ""
