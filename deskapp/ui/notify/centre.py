"""The notification centre: everything that rang, when it was played and when it was seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from deskapp.core.api import ChangeSet
from deskapp.core.commands.notifications import MarkNotificationsSeen
from deskapp.core.queries.desk import GetNotifications
from deskapp.models.dto import NotificationInfo
from deskapp.models.enums import NotificationKind
from deskapp.ui.i18n import Retranslates
from deskapp.ui.notify.words import KIND_ICONS, body, headline, target
from deskapp.ui.settings.editing import Item, ItemList
from deskapp.ui.settings.ways import show_page
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.when import clock, relative_time
from deskapp.ui.widgets import Button, EmptyState, Frame, PlainLabel, hbox, vbox

_MOST = 300
_EVERY_MS = 60_000


class NotificationCentre(Retranslates, QWidget):
    """Pressing a line opens its ticket, or the mailbox's settings."""

    def __init__(
        self, context: UiContext, shell: Shell, leads_to: Callable[[str], object] | None = None
    ) -> None:
        """`leads_to` opens a `words.target`; without it only tickets are."""
        super().__init__()
        self._context, self._shell = context, shell
        self._leads_to = leads_to or shell.open_ticket
        self._items: tuple[NotificationInfo, ...] = ()
        self._title = PlainLabel(role="title")
        self._all_seen = Button(on_click=self._see_all)
        self._settings = Button("", "link", on_click=lambda: show_page(context, shell, "sound"))
        self.list = ItemList("", row=48)
        self._empty = EmptyState("bell")
        bar = Frame("bar")
        head = hbox(bar, (18, 0, 14, 0), 10)
        head.addWidget(self._title, 1)
        head.addWidget(self._settings)
        head.addWidget(self._all_seen)
        pane = Frame("pane")
        inside = vbox(pane, (14, 10, 14, 10))
        inside.addWidget(self.list, 1)
        inside.addWidget(self._empty, 1)
        column = vbox(self, spacing=0)
        column.addWidget(bar)
        column.addWidget(pane, 1)
        self.home = self.list
        self.list.clicked.connect(lambda _index: self._open())
        self.list.activated.connect(lambda _index: self._open())
        context.bridge.changed.connect(self._on_change)
        self._again = QTimer(self, interval=_EVERY_MS)
        self._again.timeout.connect(self._show)
        self._again.start()
        self.retranslate()
        self._read()

    def retranslate(self) -> None:
        self._title.setText(self.tr("Notifications"))
        self._all_seen.setText(self.tr("Mark all as seen"))
        self._settings.setText(self.tr("Sound and notifications"))
        self.list.setAccessibleName(self.tr("Notifications"))
        self._empty.set(
            self.tr("Nothing has rung yet"),
            self.tr("New mail, failed sends and mailbox problems are listed here."),
        )
        self._show()

    def _read(self) -> None:
        self._context.bridge.ask(GetNotifications(limit=_MOST), self._fill, self)

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("notification"):
            self._read()

    def _fill(self, items: Sequence[NotificationInfo]) -> None:
        self._items = tuple(items)
        self._show()

    def _show(self) -> None:
        self.list.show_items([self._item(item) for item in self._items])
        self.list.setVisible(bool(self._items))
        self._empty.setVisible(not self._items)
        self._all_seen.setEnabled(any(item.seen_at is None for item in self._items))

    def _item(self, item: NotificationInfo) -> Item:
        at = relative_time(item.at, self._context.clock.now())
        played = (
            self.tr("played %1").replace("%1", clock(item.played_at))
            if item.played_at is not None
            else self.tr("silent")
        )
        seen = self.tr("seen %1").replace("%1", clock(item.seen_at)) if item.seen_at else ""
        rang = " · ".join(part for part in (played, seen) if part)
        pill = ("", "") if item.seen_at is not None else (self.tr("New"), "accent")
        words = headline(item), body(item)
        return Item(item.id, *words, KIND_ICONS[item.kind], pill=pill, beside=(at, rang))

    def _open(self) -> None:
        item = next((item for item in self._items if item.id == self.list.current()), None)
        if item is None:
            return
        if item.seen_at is None:
            command = MarkNotificationsSeen(notification_ids=(item.id,))
            self._context.bridge.send(command, None, self)
        if target(item):
            self._leads_to(target(item))
        elif item.kind is NotificationKind.MENTION:
            self._shell.show_room("talk")
        elif item.kind is NotificationKind.ACCOUNT_PROBLEM:
            show_page(self._context, self._shell, "channels")

    def _see_all(self) -> None:
        self._context.bridge.send(MarkNotificationsSeen(), None, self)
