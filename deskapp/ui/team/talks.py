"""Puts the team's own conversations into a window: their room in the rail, its badge, the ways to them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from deskapp.core.api import ChangeSet
from deskapp.core.policies.display import safe_name
from deskapp.core.ports import Services
from deskapp.core.queries.rooms import GetRooms
from deskapp.models.dto import TicketRow
from deskapp.models.team_dto import RoomInfo
from deskapp.ui.bridge import Latest
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.shell.actions import Action
from deskapp.ui.shell.context import Room, UiContext
from deskapp.ui.shell.main_window import MainWindow
from deskapp.ui.team.talk_cards import names

ROOM = "talk"
_ORDER = 30


class Rooms(QObject):
    """The rooms that I am in, the last spoken in first; `changed` when anything about them did."""

    changed = Signal()

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._me = context.workspace.agent_id
        self._slot = Latest(context.bridge, self)
        self.known = False
        self.rooms: tuple[RoomInfo, ...] = ()
        context.bridge.changed.connect(self._on_change)

    def read(self) -> None:
        self._slot.ask(GetRooms(), self._have)

    def room(self, room_id: str) -> RoomInfo | None:
        return next((room for room in self.rooms if room.id == room_id), None)

    def others(self, room: RoomInfo) -> list[str]:
        """Names of those who are in it beside me."""
        return [safe_name(one.name) for one in room.members if one.agent_id != self._me]

    def title(self, room: RoomInfo) -> str:
        """A group's own name, or the names of the others."""
        return safe_name(room.name) or names(self.others(room)) or self.tr("Only you")

    def unread(self) -> int:
        return sum(room.unread for room in self.rooms)

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("room", "room_member", "room_message"):
            self.read()

    def _have(self, rooms: tuple[RoomInfo, ...]) -> None:
        self.rooms, self.known = rooms, True
        self.changed.emit()


class Talks(QObject):
    """The room is there once the desk is a team's: at a colleague's machine, or where it is shared.

    `asked` carries the id of a room that is to be shown, and the place of a message in it (0: the newest).
    """

    asked = Signal(str, int)

    def __init__(self, window: MainWindow, services: Services, preferences: Preferences) -> None:
        super().__init__(window)
        self._window, self._context = window, window.context
        self._team, self._preferences = services.team_host is None, preferences
        self._row: TicketRow | None = None
        self._begun = False
        self.rooms = Rooms(window.context, self)
        self.rooms.changed.connect(self._count)
        window.inbox.current_changed.connect(self._on_current)
        preferences.changed.connect(self._look)
        self._look()

    def _look(self) -> None:
        if self._begun or not (self._team or self._preferences.flag("team.enabled")):
            return
        self._begun = True
        self._window.add_room(
            Room(ROOM, lambda: self.tr("Team chat"), "chat", self._build, _ORDER, "G, T")
        )
        self._context.actions.add(
            Action(
                "talk.new", lambda: self.tr("Talk with colleagues…"), self.begin_new, icon="plus"
            ),
            Action(
                "ticket.talk",
                lambda: self.tr("Talk with colleagues about this conversation…"),
                self._about_ticket,
                enabled=self._has_ticket,
                icon="chat",
            ),
        )
        self.rooms.read()

    def begin_new(self, ticket: TicketRow | None = None) -> None:
        """Ask with whom; their room is opened."""
        from deskapp.ui.team.talk_new import NewTalkDialog

        dialog = NewTalkDialog(self._context, self._window, ticket)
        dialog.opened.connect(self.open)
        dialog.open()

    def open(self, room_id: str, place: int = 0) -> None:
        """Bring a room to the front, at a message of it."""
        self._context.state.set("talk.room", room_id)
        self._window.show_room(ROOM)
        self.asked.emit(room_id, place)

    def _build(self) -> QWidget:
        from deskapp.ui.team.talk_page import TalkPage

        page = TalkPage(self._context, self._window, self.rooms, self.begin_new)
        self.asked.connect(page.open)
        return page

    def _on_current(self, row: TicketRow | None) -> None:
        self._row = row

    def _has_ticket(self) -> bool:
        return self._row is not None

    def _about_ticket(self) -> None:
        self.begin_new(self._row)

    def _count(self) -> None:
        self._window.rail.set_badge(ROOM, self.rooms.unread())
