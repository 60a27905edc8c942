"""What colleagues did while I was away from a desk that went on: told when I am back."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal

from deskapp.core.api import ChangeSet
from deskapp.core.queries.desk import GetAgents
from deskapp.core.queries.team import GetDigest
from deskapp.core.queries.views import MINE, TicketIds
from deskapp.models.dto import AgentInfo, TicketIdPage
from deskapp.models.enums import AgentState
from deskapp.ui.shell.context import UiContext

BREAK_MS: Final = 600_000
"""A shorter one is none."""
_AWAY: Final = (AgentState.AWAY, AgentState.PAUSED)


class Breaks(QObject):
    """`ended` carries the `Digest` of a break; nobody is told what happens at a desk with one person."""

    ended = Signal(object)

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._since: int | None = None
        self._mine: tuple[int, ...] = ()
        context.bridge.changed.connect(self._on_change)
        self._read()

    @property
    def away(self) -> bool:
        return self._since is not None

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("agent"):
            self._read()

    def _read(self) -> None:
        self._context.bridge.ask(GetAgents(), self._have_agents, self)

    def _have_agents(self, agents: tuple[AgentInfo, ...]) -> None:
        me = self._context.workspace.agent_id
        state = next((one.state for one in agents if one.id == me), None)
        if len(agents) < 2 or state is None:
            self._since = None
        elif state in _AWAY:
            self._leave()
        elif self._since is not None:
            self._return(self._since)

    def _leave(self) -> None:
        if self._since is None:
            self._since = self._context.clock.now()
            self._context.bridge.ask(TicketIds(MINE), self._have_mine, self)

    def _have_mine(self, page: TicketIdPage) -> None:
        self._mine = tuple(page.keys)

    def _return(self, since: int) -> None:
        self._since = None
        if self._context.clock.now() - since >= BREAK_MS:
            query = GetDigest(since, self._mine)
            self._context.bridge.ask(query, self.ended.emit, self)
