"""Who I am at this desk, and whether I am there."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit

from deskapp.core.api import ChangeSet, Command, Outcome
from deskapp.core.commands.desk import SaveAgent, SetAgentState
from deskapp.core.queries.desk import GetAgents
from deskapp.models.dto import AgentInfo
from deskapp.models.enums import AgentState
from deskapp.ui import messages
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.rows import Binder, Row, Sheet
from deskapp.ui.shell.context import UiContext
from deskapp.ui.shell.rail import state_name
from deskapp.ui.widgets import PlainLabel


class ProfileSheet(Sheet):
    def __init__(self, context: UiContext, preferences: Preferences) -> None:
        super().__init__()
        self.set_head(
            self.tr("Profile and state"),
            self.tr("Your name fills replies and signs your notes; your state is for colleagues."),
        )
        self._context = context
        self._me: AgentInfo | None = None
        self.name, self.mail = QLineEdit(), QLineEdit()
        self.state = QComboBox()
        self.reason = QLineEdit()
        for field in (self.name, self.mail, self.reason):
            field.setMinimumWidth(260)
        for state in AgentState:
            self.state.addItem(state_name(state), state)
        self._error = PlainLabel(role="error")
        self._error.hide()
        self._reason_row = Row(
            self.tr("Reason for the break"), self.tr("Colleagues see it."), self.reason
        )
        idle = Binder(preferences, self).number(
            "presence.idle_minutes", self.tr("min"), self.tr("Never")
        )
        self.add(
            Row(self.tr("Name"), "", self.name, first=True),
            Row(self.tr("Mail"), self.tr("Only for colleagues; not a mailbox."), self.mail),
            Row(self.tr("State"), self.tr("On a break, nothing rings."), self.state),
            self._reason_row,
            Row(
                self.tr("Away by itself after"),
                self.tr("When nobody touches keyboard or mouse. Back at the first touch."),
                idle,
            ),
            self._error,
        )
        self.finish()
        self.name.editingFinished.connect(self._save)
        self.mail.editingFinished.connect(self._save)
        self.state.activated.connect(lambda _row: self._set_state())
        self.reason.editingFinished.connect(self._set_state)
        context.bridge.changed.connect(self._on_change)
        self._read()

    def _read(self) -> None:
        self._context.bridge.ask(GetAgents(), self._show, self)

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("agent"):
            self._read()

    def _show(self, agents: tuple[AgentInfo, ...]) -> None:
        mine = self._context.workspace.agent_id
        me = next((agent for agent in agents if agent.id == mine), None)
        if me is None:
            return
        self._me = me
        for field, text in ((self.name, me.name), (self.mail, me.email)):
            if not (field.hasFocus() and field.isModified()):
                field.setText(text)
        self.state.setCurrentIndex(self.state.findData(me.state))
        self._reason_row.setVisible(me.state is AgentState.PAUSED)

    def _save(self) -> None:
        me = self._me
        name, mail = self.name.text().strip(), self.mail.text().strip()
        if me is not None and (name, mail) != (me.name, me.email):
            self._send(SaveAgent(agent_id=me.id, name=name, email=mail))

    def _set_state(self) -> None:
        state = AgentState(self.state.currentData())
        self._reason_row.setVisible(state is AgentState.PAUSED)
        paused = state is AgentState.PAUSED
        reason = self.reason.text().strip() if paused else ""
        if self._me is not None and (state is not self._me.state or reason):
            self._send(SetAgentState(state=state, reason=reason))

    def _send(self, command: Command) -> None:
        self._context.bridge.send(command, self._answered, self)

    def _answered(self, outcome: Outcome) -> None:
        self._error.setVisible(not outcome.ok)
        if outcome.rejected is not None:
            self._error.setText(messages.rejection(outcome.rejected))
