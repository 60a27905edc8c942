"""With whom: one colleague for a conversation of two, several for a group; also who is in a group."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QLineEdit, QListView, QWidget

from deskapp.core.api import Command, Outcome
from deskapp.core.commands.rooms import ChangeMembers, OpenRoom, RenameRoom
from deskapp.core.policies.display import safe_name
from deskapp.core.policies.rooms import DIRECT, GROUP, NAME
from deskapp.core.queries.team import GetTeam
from deskapp.models.dto import TicketRow
from deskapp.models.team_dto import RoomInfo, TeamMember
from deskapp.ui import messages
from deskapp.ui.composer import mentions
from deskapp.ui.shell.context import UiContext
from deskapp.ui.widgets import Button, PlainLabel, PrimaryButton, SearchBox, hbox, vbox

_ROW = 30  # px
_ID = int(Qt.ItemDataRole.UserRole)


class NewTalkDialog(QDialog):
    """`opened` carries the room's id. With `room`, the members and name of a group are changed."""

    opened = Signal(str)

    def __init__(
        self,
        context: UiContext,
        parent: QWidget,
        ticket: TicketRow | None = None,
        room: RoomInfo | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Talk with colleagues") if room is None else self.tr("Group"))
        self.resize(420, 480)
        self._context, self._ticket, self._room = context, ticket, room
        self._me = context.workspace.agent_id
        self._chosen = {one.agent_id for one in room.members} - {self._me} if room else set()
        self._people: tuple[mentions.Person, ...] = ()
        self._pending: list[Command] = []
        self.search = SearchBox()
        self.search.set_texts(self.tr("Search colleagues"), clear=self.tr("Clear the search"))
        self._model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setAccessibleName(self.tr("Colleagues"))
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.name = QLineEdit(room.name if room is not None else "")
        self.name.setMaxLength(NAME)
        self.name.setPlaceholderText(self.tr("Name of the group (optional)"))
        self.name.setAccessibleName(self.tr("Name of the group (optional)"))
        self.error = PlainLabel(role="error")
        self.error.setWordWrap(True)
        self.error.hide()
        go = self.tr("Start") if room is None else self.tr("Save")
        self.go = PrimaryButton(go, on_click=self.submit)
        self.go.setDefault(True)
        self._build()
        self.search.changed.connect(lambda _text: self._show())
        self.search.moved.connect(lambda _by: self.list.setFocus())
        self.list.activated.connect(self._toggle)
        self._model.itemChanged.connect(self._on_item)
        context.bridge.ask(GetTeam(), self._have, self)
        self._look()

    def _build(self) -> None:
        column = vbox(self, (20, 18, 20, 16), 10)
        if self._ticket is not None:
            words = self.tr("About #%1 %2").replace("%1", str(self._ticket.number))
            about = PlainLabel(words.replace("%2", safe_name(self._ticket.subject)), "muted")
            about.setWordWrap(True)
            column.addWidget(about)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self.name)
        column.addWidget(self.error)
        foot = hbox()
        foot.addStretch()
        foot.addWidget(Button(self.tr("Cancel"), on_click=self.reject))
        foot.addWidget(self.go)
        column.addLayout(foot)

    def _have(self, members: tuple[TeamMember, ...]) -> None:
        others = [one for one in members if one.id != self._me]
        usable = [one for one in others if not one.disabled or one.id in self._chosen]
        self._people = mentions.people([(one.id, one.name) for one in usable])
        self._show()

    def _show(self) -> None:
        self._model.clear()
        for person in mentions.find(self._people, self.search.text(), most=None):
            item = QStandardItem(person.name)
            item.setData(person.id, _ID)
            item.setCheckable(True)
            item.setSizeHint(QSize(0, _ROW))
            on = person.id in self._chosen
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            self._model.appendRow(item)

    def _toggle(self) -> None:
        item = self._model.itemFromIndex(self.list.currentIndex())
        on = item.checkState() is Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)

    def _on_item(self, item: QStandardItem) -> None:
        key = str(item.data(_ID))
        if item.checkState() is Qt.CheckState.Checked:
            self._chosen.add(key)
        else:
            self._chosen.discard(key)
        self._look()

    def _is_group(self) -> bool:
        several = len(self._chosen) > 1 or self._ticket is not None
        return several or self._room is not None

    def _look(self) -> None:
        self.name.setVisible(self._is_group())
        self.go.setEnabled(bool(self._chosen))

    def submit(self) -> None:
        """Open the room, or change it."""
        if not self._chosen:
            return
        self.go.setEnabled(False)
        self._pending = self._changes(self._room) if self._room is not None else [self._opening()]
        self._next("")

    def _opening(self) -> Command:
        group = self._is_group()
        return OpenRoom(
            room_id=self._context.workspace.new_id(),
            kind=GROUP if group else DIRECT,
            member_ids=tuple(sorted(self._chosen)),
            name=self.name.text().strip() if group else "",
            ticket_id=self._ticket.id if self._ticket is not None else "",
        )

    def _changes(self, room: RoomInfo) -> list[Command]:
        before = {one.agent_id for one in room.members} - {self._me}
        found: list[Command] = []
        if self.name.text().strip() != room.name:
            found.append(RenameRoom(room_id=room.id, name=self.name.text().strip()))
        if self._chosen != before:
            came, gone = sorted(self._chosen - before), sorted(before - self._chosen)
            found.append(ChangeMembers(room_id=room.id, add=tuple(came), remove=tuple(gone)))
        return found

    def _next(self, room_id: str) -> None:
        if self._pending:
            command = self._pending.pop(0)
            answered = partial(self._answered, command)
            self._context.bridge.send(command, answered, self)
            return
        self.accept()
        if room_id:
            self.opened.emit(room_id)

    def _answered(self, command: Command, outcome: Outcome) -> None:
        if outcome.rejected is not None:
            self._pending = []
            self.error.setText(messages.rejection(outcome.rejected))
            self.error.show()
            self._look()
            return
        asked = command.room_id if isinstance(command, OpenRoom) else ""
        self._next(str(outcome.result.get("room_id", asked)))
