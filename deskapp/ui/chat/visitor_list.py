"""Everybody who is on the site now, as a list that reads only what is looked at."""

from __future__ import annotations

from collections import OrderedDict
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
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from deskapp.core.policies.display import display_host, safe_name
from deskapp.core.ports import SiteVisitor
from deskapp.ui.chat.pages import shown_page, shown_url
from deskapp.ui.theme import base_font, tokens
from deskapp.ui.when import clock, relative_time
from deskapp.ui.widgets import paint_avatar, paint_pill, pill_width

ROW = 52
CHUNK = 64
_CHUNKS = 24
_NEAR = 3
_Index = QModelIndex | QPersistentModelIndex
Read = Callable[[int, int], tuple[SiteVisitor, ...]]


class VisitorModel(QAbstractListModel):
    """`read` gives a slice, at once. What was read is kept until `renew`."""

    def __init__(
        self, read: Read, describe: Callable[[SiteVisitor], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._read, self._describe = read, describe
        self._total = 0
        self._chunks: OrderedDict[int, tuple[SiteVisitor, ...]] = OrderedDict()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else self._total

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        visitor = self.at(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return visitor
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._describe(visitor) if visitor is not None else ""
        return None

    def at(self, row: int) -> SiteVisitor | None:
        """Who stands there; None when nobody does any more."""
        if not 0 <= row < self._total:
            return None
        number, place = divmod(row, CHUNK)
        chunk = self._chunks.get(number)
        if chunk is None:
            chunk = self._chunks[number] = self._read(number * CHUNK, CHUNK)
            while len(self._chunks) > _CHUNKS:
                self._chunks.popitem(last=False)
        else:
            self._chunks.move_to_end(number)
        return chunk[place] if place < len(chunk) else None

    def renew(self, total: int) -> None:
        """People came, went or turned a page; `total` are there now."""
        self._chunks.clear()
        before = self._total
        if total > before:
            self.beginInsertRows(QModelIndex(), before, total - 1)
            self._total = total
            self.endInsertRows()
        elif total < before:
            self.beginRemoveRows(QModelIndex(), total, before - 1)
            self._total = total
            self.endRemoveRows()
        if total:
            self.dataChanged.emit(self.index(0), self.index(total - 1))

    def find(self, visitor_id: str, near: int) -> int:
        """Where somebody stands who stood at `near` a moment ago; -1 when gone, or far away."""
        middle = near // CHUNK
        for step in sorted(range(-_NEAR, _NEAR + 1), key=abs):
            first = (middle + step) * CHUNK
            for row in range(max(0, first), min(self._total, first + CHUNK)):
                visitor = self.at(row)
                if visitor is not None and visitor.id == visitor_id:
                    return row
        return -1


class Columns:
    """How wide each column is in a row of `width` px: who, page, where from, since, on this page."""

    def __init__(self, width: int) -> None:
        inner = width - 2 * 16
        self.roomy = inner > 760
        self.who = round(inner * (0.24 if self.roomy else 0.36))
        self.source = round(inner * 0.2) if self.roomy else 0
        self.since = 72 if self.roomy else 0
        self.now = 84
        self.page = inner - self.who - self.source - self.since - self.now

    def rects(self, row: QRect) -> dict[str, QRect]:
        left, found = row.left() + 16, {}
        for name in ("who", "page", "source", "since", "now"):
            wide = getattr(self, name)
            found[name] = QRect(left, row.top(), max(0, wide - 12), row.height())
            left += wide
        return found


class VisitorPainter(QStyledItemDelegate):
    """Two lines: who and how they are known, the page and its address."""

    def __init__(
        self,
        now: Callable[[], int],
        box_name: Callable[[str], str],
        words: Callable[[], dict[str, str]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._now, self._box_name, self._words = now, box_name, words

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        visitor: SiteVisitor | None = index.data()
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, rect, option.state)
        if visitor is not None:
            self._cells(painter, Columns(rect.width()).rects(rect), visitor)
        painter.restore()

    def _ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        t = tokens()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(t.accent_weak))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(t.raised))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(t.border))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(t.accent))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))

    def _cells(self, painter: QPainter, cells: dict[str, QRect], visitor: SiteVisitor) -> None:
        t, words, now = tokens(), self._words(), self._now()
        who = cells["who"]
        face = QRectF(who.left(), who.center().y() - 13, 26, 26)
        name = safe_name(visitor.name, 60)
        paint_avatar(painter, face, name or "?", visitor.id)
        text = who.adjusted(36, 0, 0, 0)
        upper, lower = text.adjusted(0, 7, 0, -25), text.adjusted(0, 26, 0, -7)
        if visitor.ticket_id:
            wide = round(pill_width(words["in_chat"]))
            font = base_font(13, 600 if name else 400)
            named = QFontMetrics(font).horizontalAdvance(name or words["visitor"])
            left = upper.left() + min(named + 8, upper.width() - wide)
            if upper.width() - wide > 60:
                box = QRectF(left, upper.center().y() - 9, wide, 19)
                paint_pill(painter, box, words["in_chat"], "accent")
                upper = upper.adjusted(0, 0, -wide - 6, 0)
        ink = t.text if name else t.text3
        self._text(
            painter, upper, name or words["visitor"], base_font(13, 600 if name else 400), ink
        )
        self._text(painter, lower, self._box_name(visitor.box_id), base_font(12), t.text3)
        page = cells["page"]
        upper, lower = page.adjusted(0, 7, 0, -25), page.adjusted(0, 26, 0, -7)
        title = shown_page(visitor.page_title, visitor.page_url, 160)
        self._text(painter, upper, title, base_font(13), t.text)
        self._text(painter, lower, shown_url(visitor.page_url, 200), base_font(12), t.text3)
        source = safe_name(display_host(visitor.referrer), 80)
        self._text(painter, cells["source"], source or words["direct"], base_font(12.5), t.text2)
        if cells["since"].width():
            self._text(painter, cells["since"], clock(visitor.came_at), base_font(12.5), t.text2)
        here = relative_time(visitor.page_at, now)
        self._text(
            painter, cells["now"], here, base_font(12.5, 500), t.text2, Qt.AlignmentFlag.AlignRight
        )

    def _text(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        font: QFont,
        ink: str,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        if rect.width() <= 0:
            return
        painter.setFont(font)
        painter.setPen(QColor(ink))
        fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | side, fitting)
