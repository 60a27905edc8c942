"""Away when nobody touches keyboard or mouse, and back at the first touch."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from deskapp.core.api import ChangeSet
from deskapp.core.commands.desk import SetAgentState
from deskapp.core.ports import IdleWatch
from deskapp.core.queries.desk import GetAgents
from deskapp.models.dto import AgentInfo
from deskapp.models.enums import AgentState
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.shell.context import UiContext

WATCH_MS = 15_000
WATCH_AWAY_MS = 1_000
_MADE_AWAY = "presence.made_away"


class Presence(QObject):
    """Only ever changes Online to Away, and back what it changed itself; also over a restart."""

    def __init__(
        self,
        context: UiContext,
        preferences: Preferences,
        idle: IdleWatch,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._preferences, self._idle = context, preferences, idle
        self._state: AgentState | None = None
        self._timer = QTimer(self, interval=WATCH_MS)
        self._timer.timeout.connect(self.look)
        context.bridge.changed.connect(self._on_change)
        self._timer.start()
        self._read()

    def look(self) -> None:
        """Compare how long nothing was touched with what is set."""
        minutes = self._preferences.number("presence.idle_minutes")
        idle = self._idle.seconds()
        if self._made_away():
            if self._state is not AgentState.AWAY:
                self._remember(False)  # the person chose another state meanwhile
            elif idle < (minutes or 1) * 60:
                self._set(AgentState.ONLINE)
        elif self._state is AgentState.ONLINE and minutes and idle >= minutes * 60:
            self._set(AgentState.AWAY)

    def _set(self, state: AgentState) -> None:
        self._state = state
        self._remember(state is AgentState.AWAY)
        self._context.bridge.send(SetAgentState(state=state, automatic=True), None, self)

    def _made_away(self) -> bool:
        return self._context.state.get(_MADE_AWAY) is True

    def _remember(self, away: bool) -> None:
        self._context.state.set(_MADE_AWAY, away)
        self._timer.setInterval(WATCH_AWAY_MS if away else WATCH_MS)

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("agent"):
            self._read()

    def _read(self) -> None:
        self._context.bridge.ask(GetAgents(), self._show, self)

    def _show(self, agents: tuple[AgentInfo, ...]) -> None:
        me = self._context.workspace.agent_id
        self._state = next((agent.state for agent in agents if agent.id == me), None)
        self._timer.setInterval(WATCH_AWAY_MS if self._made_away() else WATCH_MS)
