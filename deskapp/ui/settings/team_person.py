"""One colleague: who they are, what they may do, what they see, and on which devices they work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from deskapp.core.api import Command, Outcome
from deskapp.core.commands.desk import SaveAgent
from deskapp.core.commands.team import DisableAgent, SetMembership, SetRole
from deskapp.core.policies.display import safe_name
from deskapp.models.enums import Role
from deskapp.models.team_dto import DepartmentInfo, TeamMember
from deskapp.ui import messages
from deskapp.ui.settings.rows import Row
from deskapp.ui.settings.team_devices import DevicesPart
from deskapp.ui.settings.team_invite import InviteDialog
from deskapp.ui.settings.team_password import FactorResetPart, PasswordPart
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.team.live import HostLive
from deskapp.ui.team.words import role_means, role_name
from deskapp.ui.widgets import Button, Frame, PlainLabel, PrimaryButton, Switch, hbox, vbox


@dataclass(frozen=True, slots=True)
class _Form:
    name: str
    email: str
    role: Role
    departments: frozenset[str]


class PersonEditor(QWidget):
    """`member` None: somebody new. `left` fires when it is to be closed; `made` carries a new id."""

    left = Signal()
    made = Signal(str)

    def __init__(
        self,
        context: UiContext,
        shell: Shell,
        member: TeamMember | None,
        departments: Sequence[DepartmentInfo],
        host: HostLive | None,
        locked: str = "",
    ) -> None:
        """`locked`: why nothing may be changed here; empty: it may."""
        super().__init__()
        self._context, self._shell, self._host = context, shell, host
        self._member, self._locked = member, locked
        self._id = member.id if member is not None else context.workspace.new_id()
        self._pending: list[Command] = []
        self.name, self.email, self.role = QLineEdit(), QLineEdit(), QComboBox()
        self.switches: dict[str, Switch] = {}
        self.devices: DevicesPart | None = None
        self.error = PlainLabel(role="error")
        self.error.setWordWrap(True)
        self.error.hide()
        self._means = PlainLabel(role="small")
        self.save = PrimaryButton(self.tr("Save"), on_click=self.submit)
        self.disable = Button(on_click=self._disable)
        self.invite = Button(
            self.tr("Invite a device…"), icon_name="link", on_click=self.open_invitation
        )
        self._build(departments)
        self._before = self._form()
        if member is not None:
            self.show_member(member)
        self.role.currentIndexChanged.connect(lambda _row: self._show_means())
        self._show_means()

    # -- building ------------------------------------------------------------------------------

    def _build(self, departments: Sequence[DepartmentInfo]) -> None:
        back = Button(self.tr("All colleagues"), "ghost", "arrow-left", on_click=self.left.emit)
        head = hbox()
        head.addWidget(back)
        head.addStretch()
        column = vbox(self, spacing=12)
        column.addLayout(head)
        column.addWidget(self._make_card(departments))
        if self._locked:
            reason = PlainLabel(self._locked, "small")
            reason.setWordWrap(True)
            column.addWidget(reason)
        column.addWidget(self.error)
        foot = hbox()
        foot.addWidget(self.save)
        foot.addStretch()
        foot.addWidget(self.disable)
        column.addLayout(foot)
        if self._member is not None:
            self._add_devices(column)
        else:
            self.disable.hide()
        for field in (self.name, self.email):
            field.returnPressed.connect(self.submit)
        self.setFocusProxy(self.name)
        for control in (self.name, self.email, self.role, *self.switches.values(), self.save,
                        self.disable):  # fmt: skip
            control.setEnabled(not self._locked)

    def _make_card(self, departments: Sequence[DepartmentInfo]) -> QWidget:
        card = Frame("card")
        self.name.setPlaceholderText(self.tr("First and last name"))
        self.name.setMaxLength(120)
        for role in (Role.AGENT, Role.LIGHT, Role.SUPERVISOR, Role.ADMIN):
            self.role.addItem(role_name(role), role)
        for field in (self.name, self.email, self.role):
            field.setMinimumWidth(260)
        column = vbox(card, (16, 6, 16, 8), 0)
        column.addWidget(Row(self.tr("Name"), "", self.name, first=True))
        mail = self.tr("Only for colleagues; not a mailbox.")
        column.addWidget(Row(self.tr("Mail"), mail, self.email))
        column.addWidget(Row(self.tr("Role"), "", self.role))
        column.addWidget(self._means)
        column.addSpacing(6)
        for one in departments:
            name = safe_name(one.name)
            switch = self.switches[one.id] = Switch(name)
            column.addWidget(Row(self.tr("Sees %1").replace("%1", name), "", switch))
        return card

    def _add_devices(self, column: QVBoxLayout) -> None:
        column.addSpacing(8)
        column.addWidget(PlainLabel(self.tr("Devices"), "strong"))
        if self._host is None:
            away = self.tr("Devices are invited and shut out on the computer that has the desk.")
            column.addWidget(PlainLabel(away, "small"))
            self.invite.hide()
            return
        self.devices = DevicesPart(self._context, self._shell, self._id)
        self.devices.show_connected(self._host.now().connected)
        self._host.changed.connect(self._on_host)
        column.addWidget(self.devices)
        row = hbox()
        row.addWidget(self.invite)
        row.addStretch()
        column.addLayout(row)
        column.addSpacing(8)
        column.addWidget(
            PasswordPart(self._context, self._shell, self._host, self._id, self._locked)
        )
        if self._id != self._context.workspace.agent_id:
            column.addWidget(
                FactorResetPart(self._context, self._shell, self._host, self._id, self._locked)
            )
        self._show_invite()

    # -- the state as a value ------------------------------------------------------------------

    def _form(self) -> _Form:
        chosen = frozenset(key for key, switch in self.switches.items() if switch.isChecked())
        role = Role(self.role.currentData())
        return _Form(" ".join(self.name.text().split()), self.email.text().strip(), role, chosen)

    def member_id(self) -> str:
        """Whose page it is; empty while somebody is new."""
        return self._member.id if self._member is not None else ""

    def is_dirty(self) -> bool:
        return self._form() != self._before

    def show_member(self, member: TeamMember) -> None:
        """As the desk has it now; what is being changed here stays."""
        self._member = member
        off = self.tr("Let work again") if member.disabled else self.tr("Disable")
        self.disable.setText(off)
        if not self.is_dirty():
            self.name.setText(member.name)
            self.email.setText(member.email)
            self.role.setCurrentIndex(self.role.findData(member.role))
            for key, switch in self.switches.items():
                switch.setChecked(key in member.department_ids)
            self._before = self._form()
        self._show_invite()

    def _show_means(self) -> None:
        role = Role(self.role.currentData())
        self._means.setText(role_means(role))
        for switch in self.switches.values():
            switch.setEnabled(not self._locked and role is not Role.ADMIN)

    def _show_invite(self) -> None:
        member = self._member
        shared = self._host is not None and self._host.now().running
        able = shared and member is not None and not member.disabled and not self._locked
        self.invite.setEnabled(able)
        why = "" if able else self.tr("Share the desk first: there is a switch on the page before.")
        self.invite.setToolTip(why if not shared else "")

    def _on_host(self, _state: object) -> None:
        if self.devices is not None and self._host is not None:
            self.devices.show_connected(self._host.now().connected)
        self._show_invite()

    # -- changing ------------------------------------------------------------------------------

    def submit(self) -> None:
        """Store what differs; one command after the other, so that each refusal is told."""
        now, before, new = self._form(), self._before, self._member is None
        changes: list[Command] = []
        if new or (now.name, now.email) != (before.name, before.email):
            changes.append(SaveAgent(agent_id=self._id, name=now.name, email=now.email))
        if now.role is not (Role.AGENT if new else before.role):
            changes.append(SetRole(agent_id=self._id, role=now.role))
        if now.departments != (frozenset() if new else before.departments):
            wanted = tuple(sorted(now.departments))
            changes.append(SetMembership(agent_id=self._id, department_ids=wanted))
        self._pending = changes
        self.error.hide()
        self.save.setEnabled(False)
        self._next()

    def _next(self) -> None:
        if self._pending:
            self._context.bridge.send(self._pending.pop(0), self._answered, self)
            return
        self.save.setEnabled(True)
        self._before = self._form()
        if self._member is None:
            self.made.emit(self._id)
        else:
            self._shell.toast(self.tr("Saved"))

    def _answered(self, outcome: Outcome) -> None:
        if outcome.rejected is None:
            self._next()
            return
        self._pending = []
        self.save.setEnabled(True)
        self.error.setText(messages.rejection(outcome.rejected))
        self.error.show()

    def _disable(self) -> None:
        member = self._member
        if member is None:
            return
        name = safe_name(member.name)
        off = self.tr("%1 may no longer work here; what they wrote stays")
        done = self.tr("%1 may work here again") if member.disabled else off
        command = DisableAgent(agent_id=member.id, disabled=not member.disabled)
        self._shell.do(command, done.replace("%1", name))

    def open_invitation(self) -> None:
        """Show a code, a link and a picture for one more device."""
        if self._host is not None and self._member is not None:
            InviteDialog(self._context, self._host, self._member, self.window()).open()
