"""Paints a row of the list: three lines of 76 px, or two of 48 in the compact density."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPen,
    QPixmap,
    QStaticText,
    QTransform,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from deskapp.models.dto import TicketRow
from deskapp.ui.inbox.model import Excerpt, TicketListModel
from deskapp.ui.inbox.sentence import CHANNEL_ICONS, pill, snippet, subject, who
from deskapp.ui.theme import base_font, icon_pixmap, tokens
from deskapp.ui.theme.tokens import ROW_HEIGHT, ROW_HEIGHT_COMPACT
from deskapp.ui.when import relative_time
from deskapp.ui.widgets.avatar import paint_avatar
from deskapp.ui.widgets.pill import HEIGHT as PILL_HEIGHT
from deskapp.ui.widgets.pill import paint_pill, pill_width

PAD = 14
AVATAR = 32
_GAP = 10
_CENTRE = Qt.AlignmentFlag.AlignCenter


@lru_cache(maxsize=16)
def _font(px: float, weight: int) -> QFont:
    return base_font(px, weight)


@lru_cache(maxsize=16)
def _metrics(px: float, weight: int) -> QFontMetrics:
    return QFontMetrics(_font(px, weight))


@lru_cache(maxsize=512)
def _avatar(name: str, key: str, size: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_avatar(painter, QRectF(0, 0, size, size), name, key)
    painter.end()
    return pixmap


class TicketDelegate(QStyledItemDelegate):
    """One delegate for every row. `now` gives the present; `checking` whether avatars tick."""

    def __init__(self, model: TicketListModel, now: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._now = now
        self.me = ""
        self.compact = False
        self.checking = False

    def row_height(self) -> int:
        return ROW_HEIGHT_COMPACT if self.compact else ROW_HEIGHT

    def sizeHint(self, _option: QStyleOptionViewItem, _index: object) -> QSize:
        return QSize(120, self.row_height())

    def avatar_rect(self, row: QRect) -> QRect:
        """Where the avatar of the row in `row` is: a click there ticks it."""
        size = 24 if self.compact else AVATAR
        top = (row.height() - size) // 2 if self.compact else 9
        return QRect(row.left() + PAD, row.top() + top, size, size)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        position: int = index.row()  # type: ignore[attr-defined]
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        self._ground(painter, rect, state)
        row = self._model.row_at(position)
        if row is None:
            self._placeholder(painter, rect)
        else:
            self._face(painter, rect, row, state)
            selected = bool(state & QStyle.StateFlag.State_Selected)
            inner = rect.adjusted(PAD + self.avatar_rect(rect).width() + _GAP, 0, -PAD, 0)
            if self.compact:
                self._compact(painter, inner, row, selected)
            else:
                self._full(painter, inner, row, selected)
        painter.restore()

    def _ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        t = tokens()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(t.accent_weak))
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(t.accent))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(t.raised))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(t.border))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(t.accent), 1))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))

    def _placeholder(self, painter: QPainter, rect: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().raised))
        face = self.avatar_rect(rect)
        painter.drawEllipse(face)
        left = face.right() + _GAP
        for line, share in ((15, 0.45), (34, 0.7), (52, 0.6))[: 2 if self.compact else 3]:
            width = (rect.right() - PAD - left) * share
            painter.drawRoundedRect(QRectF(left, rect.top() + line, width, 9), 4, 4)

    def _face(
        self, painter: QPainter, rect: QRect, row: TicketRow, state: QStyle.StateFlag
    ) -> None:
        face = self.avatar_rect(rect)
        ratio = painter.device().devicePixelRatioF()
        ticked = self.checking and bool(state & QStyle.StateFlag.State_Selected)
        if not ticked:
            picture = _avatar(who(row), row.contact_id, face.width(), ratio)
            painter.drawPixmap(face.topLeft(), picture)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().accent))
        painter.drawEllipse(face)
        tick = icon_pixmap("tick", tokens().on_accent, 16, ratio)
        painter.drawPixmap(face.center() - QPoint(7, 7), tick)

    def _full(self, painter: QPainter, rect: QRect, row: TicketRow, selected: bool) -> None:
        t = tokens()
        top = rect.top() + 9
        first = QRect(rect.left(), top, rect.width(), 19)
        self._who(painter, first, row)
        weight = 600 if row.unread else 400
        second = QRect(rect.left(), top + 19, rect.width(), 19)
        paint_line(painter, second, subject(row), 13, weight, t.text)
        third = QRect(rect.left(), top + 38, rect.width(), 19)
        self._tail(painter, third, row, selected)
        excerpt = self._model.excerpt(row.key)
        if excerpt is not None and excerpt.text:
            _marked(painter, third, excerpt)
        else:
            paint_line(painter, third, snippet(row, self.me), 12.5, 400, t.text3)

    def _compact(self, painter: QPainter, rect: QRect, row: TicketRow, selected: bool) -> None:
        first = QRect(rect.left(), rect.top() + 5, rect.width(), 19)
        self._who(painter, first, row)
        second = QRect(rect.left(), rect.top() + 24, rect.width(), 19)
        self._tail(painter, second, row, selected)
        excerpt = self._model.excerpt(row.key)
        if excerpt is not None and excerpt.text:
            _marked(painter, second, excerpt)
        else:
            weight = 600 if row.unread else 400
            paint_line(painter, second, subject(row), 13, weight, tokens().text)

    def _who(self, painter: QPainter, rect: QRect, row: TicketRow) -> None:
        """Name, channel, and the time at the right."""
        t = tokens()
        when = relative_time(row.updated_at, self._now())
        width = _width(when, 11.5, 400)
        paint_line(painter, QRect(rect.right() - width, rect.top(), width + 1, rect.height()), when,
              11.5, 400, t.text3)  # fmt: skip
        room = QRect(rect.topLeft(), QSize(rect.width() - width - 14 - 12, rect.height()))
        weight = 600 if row.unread else 500
        left = rect.left() + paint_line(painter, room, who(row), 13, weight, t.text) + 6
        ratio = painter.device().devicePixelRatioF()
        picture = icon_pixmap(CHANNEL_ICONS[row.channel], t.text3, 14, ratio)
        painter.drawPixmap(left, rect.center().y() - 6, picture)

    def _tail(self, painter: QPainter, rect: QRect, row: TicketRow, selected: bool) -> None:
        """Unread badge and pill at the right of `rect`; takes their room away from it."""
        if row.unread:
            self._badge(painter, rect, str(min(row.unread, 99)))
        text, kind, icon_name = pill(row, self._now())
        if text:
            width = min(pill_width(text, bool(icon_name)), rect.width() * 0.6)
            box = QRectF(rect.right() + 1 - width, rect.top(), width, PILL_HEIGHT)
            paint_pill(painter, box, text, kind, icon_name, "surface" if selected else "")
            rect.setRight(round(box.left()) - 7)
        elif icon_name:
            ratio = painter.device().devicePixelRatioF()
            picture = icon_pixmap(icon_name, tokens().text3, 14, ratio)
            painter.drawPixmap(rect.right() - 13, rect.center().y() - 6, picture)
            rect.setRight(rect.right() - 20)

    def _badge(self, painter: QPainter, rect: QRect, text: str) -> None:
        t = tokens()
        width = max(17, _metrics(10.5, 600).horizontalAdvance(text) + 10)
        box = QRectF(rect.right() + 1 - width, rect.top() + 1, width, 17)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.accent))
        painter.drawRoundedRect(box, 8.5, 8.5)
        painter.setFont(_font(10.5, 600))
        painter.setPen(QColor(t.on_accent))
        painter.drawText(box, _CENTRE, text)
        rect.setRight(round(box.left()) - 7)


def paint_line(painter: QPainter, rect: QRect, text: str, px: float, weight: int, ink: str) -> int:
    """Paint one line at the left of `rect`, elided; returns how wide it is."""
    painter.setFont(_font(px, weight))
    painter.setPen(QColor(ink))
    top = rect.top() + (rect.height() - _metrics(px, weight).height()) // 2
    line = _shaped(text, px, weight, rect.width())
    painter.drawStaticText(rect.left(), top, line)
    return round(line.size().width())


@lru_cache(maxsize=64)
def _width(text: str, px: float, weight: int) -> int:
    return _metrics(px, weight).horizontalAdvance(text)


@lru_cache(maxsize=512)
def _shaped(text: str, px: float, weight: int, width: int) -> QStaticText:
    """A line elided to `width` and ready to be painted: shaping it takes longer than painting it."""
    line = QStaticText(_metrics(px, weight).elidedText(text, Qt.TextElideMode.ElideRight, width))
    line.setTextFormat(Qt.TextFormat.PlainText)
    line.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    line.prepare(QTransform(), _font(px, weight))
    return line


def _marked(painter: QPainter, rect: QRect, excerpt: Excerpt) -> None:
    """An excerpt with what was found on a coloured ground, beginning near the first mark."""
    text, marks = _near_first_mark(excerpt, rect.width())
    metrics = _metrics(12.5, 400)
    t = tokens()
    painter.setFont(_font(12.5, 400))
    x = float(rect.left())
    base = rect.top() + (rect.height() + metrics.ascent() - metrics.descent()) / 2
    for piece, found in _pieces(text, marks):
        room = int(rect.right() - x)
        shown = metrics.elidedText(piece, Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(shown)
        if found:
            painter.fillRect(QRectF(x, rect.top() + 2, width, rect.height() - 4), QColor(t.note))
        painter.setPen(QColor(t.text if found else t.text3))
        painter.drawText(QPointF(x, base), shown)
        x += width
        if shown != piece or x >= rect.right() - 8:
            break


def _near_first_mark(excerpt: Excerpt, width: int) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Cut off the beginning where the first mark would be out of sight."""
    metrics = _metrics(12.5, 400)
    if not excerpt.marks:
        return metrics.elidedText(excerpt.text, Qt.TextElideMode.ElideRight, width), ()
    start, end = excerpt.marks[0]
    if metrics.horizontalAdvance(excerpt.text[:end]) <= width:
        return excerpt.text, excerpt.marks
    cut = max(0, excerpt.text.rfind(" ", 0, max(0, start - 12)) + 1)
    shift = 1 - cut
    marks = tuple((a + shift, b + shift) for a, b in excerpt.marks if a >= cut)
    return "…" + excerpt.text[cut:], marks


def _pieces(text: str, marks: tuple[tuple[int, int], ...]) -> list[tuple[str, bool]]:
    pieces, at = [], 0
    for start, end in marks:
        if start >= at:
            pieces += [(text[at:start], False), (text[start:end], True)]
            at = end
    pieces.append((text[at:], False))
    return [(piece, found) for piece, found in pieces if piece]
