"""The views column: what there is to look at, with live counts."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from deskapp.core.api import ChangeSet
from deskapp.core.commands.desk import DeleteView
from deskapp.core.policies.display import safe_name
from deskapp.core.queries import views
from deskapp.core.queries.views import GetSidebar
from deskapp.models.dto import SavedViewInfo, Sidebar
from deskapp.models.enums import Channel
from deskapp.ui.i18n import Retranslates, count
from deskapp.ui.inbox.sentence import CHANNEL_ICONS
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.theme import base_font, icon, icon_pixmap, tokens
from deskapp.ui.widgets import Frame, OverlayBar, vbox

ROW = 29
HEADING = 35
TAGS_SHOWN = 8
REFRESH_MS = 200
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: a view, or a heading when `view` is empty."""

    text: str
    view: str = ""
    icon: str = ""
    count: int | None = None
    hot: bool = False
    note: str = ""  # of a heading: what somebody must act on there


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show(self, entries: list[Entry]) -> None:
        """Patch the lines where they only changed; start again where they are others."""
        old, self.entries = self.entries, entries
        if [entry.view for entry in old] == [entry.view for entry in entries]:
            for row, (before, after) in enumerate(zip(old, entries, strict=True)):
                if before != after:
                    self.dataChanged.emit(self.index(row), self.index(row))
        else:
            self.beginResetModel()
            self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if index.isValid() and not self.entries[index.row()].view:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            shown = entry.note if entry.count is None else count(entry.count)
            return f"{entry.text}, {shown}" if shown else entry.text
        return None


class ViewsPane(Retranslates, Frame):
    """`chosen` carries the key of the view that the user picked (core.queries.views)."""

    chosen = Signal(str)
    edit_view = Signal(object)  # SavedViewInfo
    counted = Signal(object)  # counts by view

    def __init__(self, context: UiContext, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__("side", parent)
        self._context, self._shell = context, shell
        self._sidebar = Sidebar((), (), (), {})
        self._queue = ""
        self._view = ""
        self._model = _Entries(self)
        self.list = QListView()
        self.list.setProperty("side", True)
        self.list.setModel(self._model)
        self.list.setItemDelegate(_EntryPainter(self._model, self.list))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        column = vbox(self, (8, 12, 8, 8), 0)
        column.addWidget(self.list)
        OverlayBar(self.list, self)
        self._soon = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._soon.timeout.connect(self.reload)
        context.bridge.changed.connect(self._on_change)
        self.retranslate()

    def reload(self) -> None:
        """Read counts, accounts, tags and saved views again."""
        self._context.bridge.ask(GetSidebar(), self._show, self)

    def show_view(self, view: str) -> None:
        """Mark `view` as the one on screen; an unknown one marks nothing."""
        self._view = view
        self._mark()

    def show_queue(self, words: str) -> None:
        """Say how many chats wait for somebody; empty: none does."""
        if words != self._queue:
            self._queue = words
            self._model.show(self._entries())

    def title(self, view: str) -> str:
        """What `view` is called here; its key when it is not in the column."""
        return next((e.text for e in self._model.entries if e.view == view), view)

    def views(self) -> list[str]:
        """Keys of all views, from top to bottom."""
        return [entry.view for entry in self._model.entries if entry.view]

    def retranslate(self) -> None:
        self.list.setAccessibleName(self.tr("Views"))
        self._model.show(self._entries())
        self._mark()

    def _on_change(self, change: ChangeSet) -> None:
        lists = ("account", "tag", "saved_view", "department", "membership")
        if (change.counts or change.touches(*lists)) and not self._soon.isActive():
            self._soon.start()

    def _show(self, sidebar: Sidebar) -> None:
        self._sidebar = sidebar
        self._model.show(self._entries())
        self._mark()
        self.counted.emit(sidebar.counts)

    def _entries(self) -> list[Entry]:
        side = self._sidebar
        entries = [
            self._entry(self.tr("My inbox"), views.MINE, "inbox"),
            self._entry(self.tr("Unassigned"), views.UNASSIGNED, "user"),
            self._entry(self.tr("Needs reply"), views.NEEDS_REPLY, "reply"),
            self._entry(self.tr("Snoozed"), views.SNOOZED, "snooze"),
            self._entry(self.tr("To send"), views.TO_SEND, "send"),
        ]
        entries.append(Entry(self.tr("Everything")))
        entries += [
            self._entry(self.tr("All"), views.ALL, "layers"),
            self._entry(self.tr("Solved"), views.DONE, "check-square"),
            self._entry(self.tr("Spam"), views.SPAM, "ban"),
            self._entry(self.tr("Trash"), views.TRASH, "trash"),
        ]
        if side.departments:
            entries.append(Entry(self.tr("Departments")))
            entries += [
                self._entry(safe_name(name), f"department:{uid}", "layers")
                for uid, name in side.departments
            ]
        entries += self._accounts(self.tr("Mailboxes"), Channel.EMAIL)
        entries += self._accounts(self.tr("Web chat"), Channel.WEBCHAT)
        if side.tags:
            entries.append(Entry(self.tr("Labels")))
            entries += [
                self._entry(tag.name, f"tag:{tag.name}", "tag") for tag in side.tags[:TAGS_SHOWN]
            ]
        if side.saved_views:
            entries.append(Entry(self.tr("My views")))
            entries += [self._entry(v.name, f"saved:{v.id}", "filter") for v in side.saved_views]
        return entries

    def _accounts(self, heading: str, channel: Channel) -> list[Entry]:
        """The mailboxes, or the chat boxes, under their heading."""
        found = [account for account in self._sidebar.accounts if account.channel is channel]
        chat = channel is Channel.WEBCHAT
        if not found:
            return []
        lines = [
            self._entry(safe_name(a.name) or a.address, f"account:{a.id}", CHANNEL_ICONS[channel])
            for a in found
        ]
        return [Entry(heading, note=self._queue if chat else ""), *lines]

    def _entry(self, text: str, view: str, icon_name: str) -> Entry:
        return Entry(text, view, icon_name, self._sidebar.counts.get(view))

    def _mark(self) -> None:
        for row, entry in enumerate(self._model.entries):
            if entry.view and entry.view == self._view:
                flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
                self.list.selectionModel().setCurrentIndex(self._model.index(row), flag)
                return
        self.list.clearSelection()

    def _choose(self, index: QModelIndex) -> None:
        view = self._model.entries[index.row()].view
        if view:
            self.chosen.emit(view)

    def _open_menu(self, at: QPoint) -> None:
        saved = self._saved_at(self.list.indexAt(at))
        if saved is None:
            return
        menu = QMenu(self)
        change = menu.addAction(icon("pencil"), self.tr("Change…"))
        change.triggered.connect(lambda: self.edit_view.emit(saved))
        delete = menu.addAction(icon("trash"), self.tr("Delete"))
        done = self.tr("View “%1” deleted").replace("%1", saved.name)
        delete.triggered.connect(lambda: self._shell.do(DeleteView(view_id=saved.id), done))
        menu.popup(self.list.viewport().mapToGlobal(at))

    def _saved_at(self, index: QModelIndex) -> SavedViewInfo | None:
        if not index.isValid():
            return None
        view = self._model.entries[index.row()].view
        return next((v for v in self._sidebar.saved_views if f"saved:{v.id}" == view), None)


class _EntryPainter(QStyledItemDelegate):
    def __init__(self, model: _Entries, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(80, ROW if self._model.entries[index.row()].view else HEADING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        entry = self._model.entries[index.row()]
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if entry.view:
            self._view(painter, rect.adjusted(0, 0, 0, -1), entry, option.state)
        else:
            self._heading(painter, rect.adjusted(8, 15, -8, -4), entry)
        painter.restore()

    def _heading(self, painter: QPainter, rect: QRect, entry: Entry) -> None:
        painter.setFont(base_font(11, 600))
        metrics = painter.fontMetrics()
        if entry.note:
            painter.setPen(QColor(tokens().danger))
            painter.drawText(rect, _RIGHT, entry.note)
            rect = rect.adjusted(0, 0, -metrics.horizontalAdvance(entry.note) - 6, 0)
        painter.setPen(QColor(tokens().text3))
        text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, _LEFT, text)

    def _view(self, painter: QPainter, rect: QRect, entry: Entry, state: QStyle.StateFlag) -> None:
        t = tokens()
        on = bool(state & QStyle.StateFlag.State_Selected)
        if on or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.accent_weak if on else t.hover))
            painter.drawRoundedRect(QRectF(rect), 6, 6)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(t.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        ink = t.accent if on else t.text2
        ratio = painter.device().devicePixelRatioF()
        picture = icon_pixmap(entry.icon, ink, 15, ratio)
        painter.drawPixmap(rect.left() + 8, rect.center().y() - 7, picture)
        inner = rect.adjusted(32, 0, -8, 0)
        if entry.count:
            number = count(entry.count)
            font = base_font(12, 600 if entry.hot else 500)
            painter.setFont(font)
            painter.setPen(QColor(t.danger if entry.hot else t.accent if on else t.text3))
            painter.drawText(inner, _RIGHT, number)
            inner.setRight(inner.right() - QFontMetrics(font).horizontalAdvance(number) - 8)
        font = base_font(13, 600 if on else 400)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        fitting = QFontMetrics(font).elidedText(
            entry.text, Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, _LEFT, fitting)


_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
