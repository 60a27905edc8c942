"""The window: rail, rooms, status line, toasts, and the keys that lead everywhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from deskapp.core.api import Command, Outcome
from deskapp.core.queries import views
from deskapp.ui import messages
from deskapp.ui.i18n import Retranslates
from deskapp.ui.shell.actions import Action
from deskapp.ui.shell.context import Room, UiContext
from deskapp.ui.shell.inbox_room import InboxRoom
from deskapp.ui.shell.rail import Rail
from deskapp.ui.shell.status_line import StatusLine
from deskapp.ui.theme.tokens import RAIL_WIDTH
from deskapp.ui.widgets import Toast, ToastStack, hbox, vbox
from deskapp.ui.widgets.toast import STAYS_MS

INBOX = "inbox"
_OF_INBOX = ("list", "ticket", "conversation", "panes")
_GEOMETRY = "window.geometry"
_LEAST = (720, 420)


class MainWindow(Retranslates, QMainWindow):
    """Is the `Shell` that panes ask. Rooms are built when they are first opened.

    `closing` is asked when the user closes the window: a False keeps it (hidden, if `to_tray` is
    set). `quitting` fires once the window really goes.
    """

    quitting = Signal()
    counted = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self.to_tray: Callable[[], bool] = lambda: False
        self._rooms: dict[str, Room] = {}
        self._built: dict[str, QWidget] = {}
        self._room = ""
        self._stack = QStackedWidget()
        self.inbox = InboxRoom(context, self)
        self.inbox.begin()
        self.rail = Rail(context, self)
        self.rail.chosen.connect(self.show_room)
        self.status = StatusLine(context, self)
        self.toasts = ToastStack(self._build(), RAIL_WIDTH + 12)
        self._register()
        self.add_room(Room(INBOX, lambda: self.tr("Inbox"), "inbox", lambda: self.inbox, 0, "G, I"))
        self.inbox.views.counted.connect(self._on_counts)
        context.bridge.failed.connect(self._on_failed)
        context.actions.allowed = self._is_on_screen
        context.actions.listen(self)
        self._restore_geometry()
        self.retranslate()
        self.show_room(INBOX)

    def start(self) -> None:
        """Begin to read. Call once, right after the window is shown."""
        self.inbox.start()
        self.rail.reload()
        self.status.reload()

    # -- Shell -------------------------------------------------------------------------------

    def open_ticket(self, ticket_id: str) -> None:
        self.show_room(INBOX)
        self.inbox.open_ticket(ticket_id)

    def open_view(self, view: str) -> None:
        self.show_room(INBOX)
        self.inbox.open_view(view)

    def search(self, text: str) -> None:
        self.show_room(INBOX)
        self.inbox.search(text)

    def show_room(self, name: str) -> None:
        room = self._rooms.get(name)
        if room is None:
            return
        if name not in self._built:
            self._built[name] = room.build()
            self._stack.addWidget(self._built[name])
        entered, self._room = self._room != name, name
        self._stack.setCurrentWidget(self._built[name])
        if entered:
            _home(self._built[name]).setFocus()
        self.rail.show_room(name)

    def do(self, command: Command, done: str = "") -> None:
        def settled(outcome: Outcome) -> None:
            if outcome.rejected is not None:
                self.toast(messages.rejection(outcome.rejected))
            elif done:
                undo = outcome.undo
                self.toast(done, (lambda: self._undo(undo)) if undo is not None else None)

        self.context.bridge.send(command, settled, self)

    def toast(
        self, text: str, undo: Callable[[], None] | None = None, *, stays: bool = False
    ) -> None:
        """`stays`: until somebody closes it."""
        action = self.tr("Undo") if undo is not None else ""
        stays_ms = 0 if stays else STAYS_MS
        self.toasts.add(Toast(text, action, undo, stays_ms, self.tr("Close")))

    # -- for the application -----------------------------------------------------------------

    @property
    def room(self) -> str:
        """The name of the room on screen."""
        return self._room

    def add_room(self, room: Room) -> None:
        """Enter a room: its place in the rail, its key, its way into the palette."""
        self._rooms[room.name] = room
        self.rail.add(room)
        self.context.actions.add(
            Action(
                f"room.{room.name}",
                lambda: self.tr("Go to %1").replace("%1", room.title()),
                lambda: self.show_room(room.name),
                room.shortcut,
                icon=room.icon,
            )
        )

    def set_conversation(self, pane: QWidget) -> None:
        """Fill the middle slot with a `ConversationPane`."""
        self.inbox.set_conversation(pane)

    def set_customer(self, pane: QWidget) -> None:
        """Fill the right slot with a `CustomerPane`."""
        self.inbox.set_customer(pane)

    def raise_up(self) -> None:
        """Bring the window to the front, from the tray or from behind others."""
        self.setWindowState(self.windowState() & ~self.windowState().WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def retranslate(self) -> None:
        self.setWindowTitle("deskapp")

    # -- inside ------------------------------------------------------------------------------

    def _build(self) -> QWidget:
        centre = QWidget()
        row = hbox(spacing=0)
        row.addWidget(self.rail)
        row.addWidget(self._stack, 1)
        column = vbox(centre, spacing=0)
        column.addLayout(row, 1)
        column.addWidget(self.status)
        self.setCentralWidget(centre)
        return centre

    def _register(self) -> None:
        self.context.actions.add(
            Action(
                "palette.open",
                lambda: self.tr("Find actions and conversations"),
                self._open_palette,
                "Ctrl+K",
                palette=False,
            ),
            Action("shortcuts.show", lambda: self.tr("Keyboard shortcuts"), self._show_sheet, "?"),
            Action(
                "edit.undo", lambda: self.tr("Undo"), self._undo_last, "Z", self._can_undo, "undo"
            ),
        )

    def _is_on_screen(self, action_id: str) -> bool:
        """The keys of list and conversation do nothing in other rooms: nobody sees what they do."""
        kind = action_id.partition(".")[0]
        return self._room == INBOX or kind not in _OF_INBOX or action_id == "ticket.create"

    def _open_palette(self) -> None:
        from deskapp.ui.palette.palette import Palette

        Palette(self.context, self, self).open_over(self)

    def _show_sheet(self) -> None:
        from deskapp.ui.shell.shortcut_sheet import ShortcutSheet

        ShortcutSheet(self.context.actions, self).open()

    def _can_undo(self) -> bool:
        return any(toast.undoable for toast in self.toasts.toasts())

    def _undo_last(self) -> None:
        for toast in reversed(self.toasts.toasts()):
            if toast.undoable:
                toast.button.click()
                return

    def _undo(self, command: Command) -> None:
        def settled(outcome: Outcome) -> None:
            if outcome.rejected is not None:
                self.toast(messages.rejection(outcome.rejected))
            else:
                self.inbox.pane.feed.refresh()

        self.context.bridge.send(command, settled, self)

    def _on_counts(self, counts: dict[str, int]) -> None:
        self.rail.set_badge(INBOX, counts.get(views.MINE, 0))
        self.counted.emit(counts)

    def _on_failed(self, error: Exception) -> None:
        """What nobody else answers for. Its details are in the log of whoever raised it."""
        if isinstance(error, LookupError):
            return
        trouble = messages.trouble(str(getattr(error, "code", "")))
        text = trouble or self.tr("Something went wrong. Details are in the log.")
        if not any(toast.text() == trouble for toast in self.toasts.toasts()):
            self.toast(text, stays=bool(trouble))

    def _restore_geometry(self) -> None:
        self.setMinimumSize(*_LEAST)
        saved = self.context.state.get(_GEOMETRY)
        if not isinstance(saved, str) or not self.restoreGeometry(
            QByteArray.fromBase64(saved.encode("ascii", "ignore"))
        ):
            self.resize(1440, 900)

    def closeEvent(self, event: QCloseEvent) -> None:
        geometry = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        self.context.state.set(_GEOMETRY, geometry)
        if self.to_tray():
            event.ignore()
            self.hide()
            return
        event.accept()
        self.quitting.emit()


def _home(room: QWidget) -> QWidget:
    """Where the keyboard is on entering: a room's `home`, its list and not a field.

    No focus proxy: Tab would jump from before the room to it, over all that stands between.
    """
    home = getattr(room, "home", room)
    assert isinstance(home, QWidget)
    return home
