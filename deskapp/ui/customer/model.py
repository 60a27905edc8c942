"""The list of customers: pages are read as they are scrolled to, rows are painted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from deskapp.core.queries.contacts import FindContacts
from deskapp.models.dto import ContactInfo
from deskapp.ui.bridge import Bridge, Latest
from deskapp.ui.i18n import count
from deskapp.ui.theme import base_font, tokens
from deskapp.ui.widgets import paint_avatar, paint_pill, pill_width

PAGE = 100
ROW = 56
_Index = QModelIndex | QPersistentModelIndex


class ContactListModel(QAbstractListModel):
    """Customers that fit a text. `loaded` fires after each page, with whether it was the first."""

    loaded = Signal(bool)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ContactInfo] = []
        self._text = ""
        self._more = False
        self._reading = Latest(bridge, self)

    def find(self, text: str) -> None:
        """Show who fits `text`; everybody, latest first, when it is empty."""
        self._text = text.strip()
        self._read(0, PAGE)

    def refresh(self) -> None:
        """Read again what is loaded."""
        self._read(0, max(PAGE, len(self._rows)))

    def contact(self, row: int) -> ContactInfo | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, contact_id: str) -> int:
        """-1 when it is not loaded."""
        return next((i for i, info in enumerate(self._rows) if info.id == contact_id), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        info = self.contact(index.row())
        if info is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return info
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(info)
        return None

    def canFetchMore(self, parent: _Index) -> bool:
        return not parent.isValid() and self._more

    def fetchMore(self, parent: _Index) -> None:
        if self.canFetchMore(parent):
            self._more = False
            self._read(len(self._rows), PAGE)

    def _read(self, offset: int, limit: int) -> None:
        query = FindContacts(self._text, limit=limit, offset=offset)
        self._reading.ask(query, lambda found: self._show(found, offset, limit))

    def _show(self, found: Sequence[ContactInfo], offset: int, limit: int) -> None:
        if offset:
            known = {info.id for info in self._rows}
            fresh = [info for info in found if info.id not in known]
            if fresh:
                last = len(self._rows) + len(fresh) - 1
                self.beginInsertRows(QModelIndex(), len(self._rows), last)
                self._rows += fresh
                self.endInsertRows()
        elif [info.id for info in found] == [info.id for info in self._rows]:
            self._rows = list(found)
            if found:
                self.dataChanged.emit(self.index(0), self.index(len(found) - 1))
        else:
            self.beginResetModel()
            self._rows = list(found)
            self.endResetModel()
        self._more = len(found) == limit
        self.loaded.emit(offset == 0)


def shown_name(info: ContactInfo) -> str:
    """A name for those who gave none: how to reach them, or that nobody knows."""
    first = info.points[0].display if info.points else ""
    return info.name or first or QCoreApplication.translate("ContactListModel", "Unknown sender")


def second_line(info: ContactInfo) -> str:
    """Organisation and how to reach them."""
    point = next((p.display for p in info.points if p.primary), "") or next(
        (p.display for p in info.points), ""
    )
    return " · ".join(part for part in (info.organisation, point) if part)


def spoken(info: ContactInfo) -> str:
    """A row as one sentence."""
    opens = QCoreApplication.translate(
        "ContactListModel", "%n open conversation(s)", None, info.open_tickets
    )
    return ", ".join(part for part in (shown_name(info), second_line(info), opens) if part)


class ContactDelegate(QStyledItemDelegate):
    """Paints a `ContactInfo` in one go."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        info: ContactInfo = index.data()
        rect = QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, rect, option.state)
        name = shown_name(info)
        paint_avatar(painter, QRectF(rect.left() + 14, rect.top() + 12, 32, 32), name, info.id)
        area = rect.adjusted(56, 9, -14, -9)
        if info.open_tickets:
            text = count(info.open_tickets)
            width = pill_width(text)
            pill = QRectF(area.right() - width, rect.center().y() - 9, width, 19)
            paint_pill(painter, pill, text, "accent")
            area.setRight(round(pill.left()) - 8)
        half = area.height() // 2
        self._text(painter, area.adjusted(0, 0, 0, -half), name, 13, 500, tokens().text)
        line = second_line(info)
        self._text(painter, area.adjusted(0, half, 0, 0), line, 12.5, 400, tokens().text3)
        painter.restore()

    def _ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        t = tokens()
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(t.accent_weak if selected else t.hover))
        if selected:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(t.accent))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(t.border))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(t.accent)))
            painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -1.5))

    def _text(
        self, painter: QPainter, area: QRect, text: str, px: float, weight: int, ink: str
    ) -> None:
        font = base_font(px, weight)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        fitting = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, fitting)
