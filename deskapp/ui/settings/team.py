"""Sharing the desk with a team: from where, with whom, and who sees what."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from deskapp.core.api import ChangeSet
from deskapp.core.policies.display import safe_name
from deskapp.core.ports import Services
from deskapp.core.queries.team import GetDepartments, GetTeam
from deskapp.models.enums import Role
from deskapp.models.team_dto import DepartmentInfo, TeamMember
from deskapp.ui.settings.editing import Item, ItemList
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.rows import Sheet
from deskapp.ui.settings.team_departments import DepartmentsPart
from deskapp.ui.settings.team_factor import FactorPart
from deskapp.ui.settings.team_intake import IntakePart
from deskapp.ui.settings.team_person import PersonEditor
from deskapp.ui.settings.team_sharing import SeatPart, SharingPart
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.team.join import JoinDialog
from deskapp.ui.team.live import HostLive, TeamLive
from deskapp.ui.team.words import role_name
from deskapp.ui.widgets import Button, PlainLabel, hbox, vbox


class TeamSheet(Sheet):
    """The overview, or in its place one colleague."""

    def __init__(
        self, context: UiContext, shell: Shell, services: Services, preferences: Preferences
    ) -> None:
        super().__init__(width=760)
        self.set_head(
            self.tr("Team"),
            self.tr("Colleagues work on this desk from their own computers, online or not."),
        )
        self._context, self._shell, self._services = context, shell, services
        self._members: tuple[TeamMember, ...] = ()
        self._departments: tuple[DepartmentInfo, ...] = ()
        self._open_next = ""
        host = services.team_host
        self.host = HostLive(host, self) if host is not None else None
        away = services.team if host is None else None
        self.live = TeamLive(away, self) if away is not None else None
        self.sharing: SharingPart | None = None
        self.seat: SeatPart | None = None
        self.factor: FactorPart | None = None
        self.editor: PersonEditor | None = None
        self.list = ItemList(self.tr("Colleagues"), row=46)
        self.list.fit(10)
        self.list.clicked.connect(lambda _index: self.open(self.list.current()))
        self.list.activated.connect(lambda _index: self.open(self.list.current()))
        self.add_button = Button(
            self.tr("Add a colleague"), icon_name="plus", on_click=self.begin_new
        )
        self.departments = DepartmentsPart(context, shell)
        self.intake = IntakePart(context, shell)
        self.locked = PlainLabel(role="small")
        self.locked.setWordWrap(True)
        other, again = self.tr("Join another team's desk…"), self.tr("Join again…")
        self.join = Button(other if host is not None else again, "link", on_click=self._join)
        self._overview = QWidget()
        self._build(preferences)
        self.add(self._overview)
        self.finish()
        context.bridge.changed.connect(self._on_change)
        self._read()

    def _build(self, preferences: Preferences) -> None:
        column = vbox(self._overview, spacing=8)
        if self.host is not None:
            self.sharing = SharingPart(self._shell, preferences, self.host)
            column.addWidget(self.sharing)
        if self.live is not None:
            self.seat = SeatPart(self._shell, self.live)
            self.live.moved.connect(self._show_seat)
            self._show_seat()
            column.addWidget(self.seat)
        if self._services.factor is not None:
            self.factor = FactorPart(self._context, self._shell, self._services.factor)
            column.addWidget(self.factor)
        column.addWidget(self.locked)
        column.addSpacing(10)
        column.addWidget(PlainLabel(self.tr("Colleagues"), "strong"))
        column.addWidget(self.list)
        row = hbox()
        row.addWidget(self.add_button)
        row.addStretch()
        column.addLayout(row)
        column.addSpacing(10)
        column.addWidget(PlainLabel(self.tr("Departments"), "strong"))
        column.addWidget(self.departments)
        column.addSpacing(10)
        column.addWidget(self.intake)
        self.join.setVisible(self._services.joiner is not None)
        below = hbox(margins=(0, 14, 0, 0))
        below.addWidget(self.join)
        below.addStretch()
        column.addLayout(below)

    def is_dirty(self) -> bool:
        dirty = self.editor is not None and self.editor.is_dirty()
        return dirty or self.departments.is_dirty()

    # -- which part is shown -------------------------------------------------------------------

    def begin_new(self) -> None:
        """Somebody who is not here yet."""
        self._show_editor(None)

    def open(self, agent_id: str) -> None:
        """Show one colleague."""
        member = next((one for one in self._members if one.id == agent_id), None)
        if member is not None:
            self._show_editor(member)

    def _show_editor(self, member: TeamMember | None) -> None:
        self._close()
        self._overview.hide()
        self.editor = PersonEditor(
            self._context, self._shell, member, self._departments, self.host, self.locked.text()
        )
        self.editor.left.connect(self._close)
        self.editor.made.connect(self._made)
        self.body.insertWidget(self.body.count() - 1, self.editor)
        self.editor.setFocus()

    def _made(self, agent_id: str) -> None:
        """Their page is open as soon as the desk has told of them: the invitation is there."""
        self._close()
        self._open_next = agent_id
        self._read()

    def _close(self) -> None:
        if self.editor is not None:
            self.editor.hide()
            self.editor.deleteLater()
            self.editor = None
        self._overview.show()

    def _join(self) -> None:
        joiner = self._services.joiner
        if joiner is not None:
            again = self._services.team_host is None
            dialog = JoinDialog(self._context.bridge, joiner, self.window(), again=again)
            dialog.joined.connect(joiner.open)
            dialog.open()

    # -- following the desk --------------------------------------------------------------------

    def _read(self) -> None:
        self._context.bridge.ask(GetDepartments(), self._have_departments, self)

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("agent", "department", "membership", "device", "account"):
            self._read()
            if self.editor is not None and self.editor.devices is not None:
                self.editor.devices.read()

    def _have_departments(self, departments: tuple[DepartmentInfo, ...]) -> None:
        self._departments = departments
        self.departments.show_departments(departments)
        self.intake.show_departments(departments)
        self._context.bridge.ask(GetTeam(), self._have_team, self)

    def _have_team(self, members: tuple[TeamMember, ...]) -> None:
        self._members = members
        self.list.show_items([self._item(one) for one in members])
        me = self._context.workspace.agent_id
        mine = next((one.role for one in members if one.id == me), Role.ADMIN)
        self._show_locked(mine)
        if self._open_next and any(one.id == self._open_next for one in members):
            agent_id, self._open_next = self._open_next, ""
            self.open(agent_id)
        elif self.editor is not None:
            current = self.editor.member_id()
            member = next((one for one in members if one.id == current), None)
            if member is not None:
                self.editor.show_member(member)

    def _show_locked(self, mine: Role) -> None:
        text = ""
        if mine is not Role.ADMIN:
            text = self.tr("Only an administrator changes this; you are here as: %1.")
            text = text.replace("%1", role_name(mine))
        self.locked.setText(text)
        self.locked.setVisible(bool(text))
        self.add_button.setEnabled(not text)
        self.departments.set_locked(bool(text))
        self.intake.set_locked(bool(text))

    def _show_seat(self) -> None:
        if self.seat is not None:
            now = self._context.clock.now()
            self.seat.show_connection(self._context.workspace.connection, now)

    def _item(self, one: TeamMember) -> Item:
        names = [d.name for d in self._departments if d.id in one.department_ids]
        where = ", ".join(map(safe_name, names))
        if one.role is Role.ADMIN or not self._departments:
            where = self.tr("sees everything")
        detail = f"{role_name(one.role)} · {where or self.tr('in no department')}"
        pill = (self.tr("Disabled"), "bad") if one.disabled else ("", "")
        name = safe_name(one.name)
        if one.id == self._context.workspace.agent_id:
            name = self.tr("%1 (you)").replace("%1", name)
        return Item(one.id, name, detail, "user", pill=pill)
