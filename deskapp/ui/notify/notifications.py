"""Puts the parts together for a window: alerts, toasts, tray, presence, and the rail's bell."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from deskapp.core.commands.notifications import MarkNotificationsSeen
from deskapp.core.commands.webchat import TakeChat
from deskapp.core.ports import Services
from deskapp.core.queries.views import MINE, UNASSIGNED
from deskapp.models.dto import TicketRow
from deskapp.ui.notify.centre import NotificationCentre
from deskapp.ui.notify.controller import AlertController
from deskapp.ui.notify.presence import Presence
from deskapp.ui.notify.tray import Tray
from deskapp.ui.notify.words import ROOM_TARGET
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.shell.actions import Action
from deskapp.ui.shell.context import Room
from deskapp.ui.shell.main_window import INBOX, MainWindow
from deskapp.ui.widgets import Toast

ROOM = "notifications"
_ORDER = 60
_STAYS_MS = 8_000
_CALLS = 3


class _News(Toast):
    """Its button opens something: the key for Undo leaves it alone."""

    @property
    def undoable(self) -> bool:
        return False


class Notifications(QObject):
    """Everything that tells a person something happened. `close` makes it fall silent.

    `room_wanted` carries the id of a room of colleagues, and the place of a message in it.
    """

    room_wanted = Signal(str, int)

    def __init__(
        self,
        window: MainWindow,
        services: Services,
        preferences: Preferences,
        tray: QSystemTrayIcon | None,
    ) -> None:
        super().__init__(window)
        context = window.context
        self._window, self._preferences = window, preferences
        self.alerts = AlertController(context, services, preferences, self._in_front, self)
        self.presence = Presence(context, preferences, services.idle, self)
        self.tray: Tray | None = None
        if tray is not None:
            self.tray = Tray(
                tray, window, preferences, window.raise_up, window.rail.state_menu, self._leave
            )
            window.to_tray = lambda: preferences.flag("window.close_to_tray") and tray.isVisible()
        window.add_room(
            Room(
                ROOM,
                lambda: self.tr("Notifications"),
                "bell",
                lambda: NotificationCentre(context, window, self._open),
                _ORDER,
                "G, N",
            )
        )
        window.inbox.current_changed.connect(self._on_current)
        window.counted.connect(self._on_counts)
        window.installEventFilter(self)
        self._register()
        self._calls: dict[str, Toast] = {}  # by ticket
        self.alerts.announced.connect(self._toast)
        self.alerts.called.connect(self._call)
        self.alerts.answered.connect(self._hang_up)
        self.alerts.open_wanted.connect(self._open)
        self.alerts.unseen.connect(lambda number: window.rail.set_badge(ROOM, number))

    def _register(self) -> None:
        def mute_text() -> str:
            on = self._preferences.flag("alerts.enabled")
            return self.tr("Switch notifications off") if on else self.tr("Switch notifications on")

        self._window.context.actions.add(
            Action("notifications.mute", mute_text, self._toggle, icon="volume-off"),
            Action(
                "notifications.seen",
                lambda: self.tr("Mark all notifications as seen"),
                lambda: self._window.do(MarkNotificationsSeen()),
                icon="bell",
            ),
        )

    def _toggle(self) -> None:
        self._preferences.set("alerts.enabled", not self._preferences.flag("alerts.enabled"))

    def close(self) -> None:
        """Stop every sound and let go of the window; for the end of the application."""
        self._window.removeEventFilter(self)
        if self.tray is not None:
            self.tray.close()
        self.alerts.silence()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.WindowActivate, QEvent.Type.WindowDeactivate):
            self.alerts.look()
        return super().eventFilter(watched, event)

    def _in_front(self) -> bool:
        return self._window.isActiveWindow() and self._window.room == INBOX

    def _on_current(self, row: TicketRow | None) -> None:
        self.alerts.set_current(row.id if row is not None else "")

    def _on_counts(self, counts: dict[str, int]) -> None:
        if self.tray is not None:
            self.tray.set_unread(counts.get(MINE, 0) + counts.get(UNASSIGNED, 0))

    def _toast(self, title: str, text: str, ticket_id: str) -> None:
        said = f"{title}: {text}" if text else title
        toast = _News(
            said, self.tr("Open"), lambda: self._open(ticket_id), _STAYS_MS, self.tr("Close")
        )
        self._window.toasts.add(toast)

    def _call(self, title: str, text: str, ticket_id: str) -> None:
        """A visitor waits: the toast stays until anybody takes the chat, or it is closed by hand.

        Of many the first few have one: they wait longest, and all stand over the list of tickets.
        """
        if len(self._calls) >= _CALLS:
            return
        said = f"{title}: {text}" if text else title
        toast = _News(said, self.tr("Take"), lambda: self._take(ticket_id), 0, self.tr("Close"))
        self._calls[ticket_id] = toast
        toast.closed.connect(lambda: self._calls.pop(ticket_id, None))
        self._window.toasts.add(toast)

    def _hang_up(self, ticket_id: str) -> None:
        toast = self._calls.get(ticket_id)
        if toast is not None:
            toast.dismiss()

    def _take(self, ticket_id: str) -> None:
        self._window.do(TakeChat(ticket_id=ticket_id))
        self._open(ticket_id)

    def _open(self, leads_to: str) -> None:
        self._window.raise_up()
        if leads_to.startswith(ROOM_TARGET):
            room_id, _, place = leads_to.removeprefix(ROOM_TARGET).partition(":")
            self.room_wanted.emit(room_id, int(place))
        elif leads_to:
            self._window.open_ticket(leads_to)
        else:
            self._window.show_room(ROOM)

    def _leave(self) -> None:
        self._window.to_tray = lambda: False
        self._window.close()
        QApplication.quit()
