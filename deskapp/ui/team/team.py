"""Puts the team into a window: the connection in the status line, what waits, the digest after an absence."""

from __future__ import annotations

from PySide6.QtCore import QObject

from deskapp.core.api import ChangeSet
from deskapp.core.ports import Digest, Joiner, TeamLink
from deskapp.core.queries.team import GetTeam
from deskapp.models.enums import Role
from deskapp.models.team_dto import TeamMember
from deskapp.ui.conversation.pane import ConversationPane
from deskapp.ui.shell.actions import Action
from deskapp.ui.shell.main_window import MainWindow
from deskapp.ui.team import words
from deskapp.ui.team.breaks import Breaks
from deskapp.ui.team.held_back import HeldBack
from deskapp.ui.team.inspector import Inspector
from deskapp.ui.team.join import JoinDialog
from deskapp.ui.team.live import TeamLive
from deskapp.ui.team.presence import Presence
from deskapp.ui.team.unsent import UnsentPanel


class Team(QObject):
    """Who else is there, and what they did meanwhile. `close` lets go of the link.

    `away`: the desk is elsewhere, and what is done here may have to wait.
    """

    def __init__(
        self,
        window: MainWindow,
        conversation: ConversationPane,
        link: TeamLink,
        *,
        away: bool = True,
        joiner: Joiner | None = None,
    ) -> None:
        super().__init__(window)
        self._joiner = joiner
        self._window, self._context, self._conversation = window, window.context, conversation
        self._explained = ""
        self.live = TeamLive(link, self)
        self.panel: UnsentPanel | None = None
        self.presence = Presence(conversation, self.live)
        window.inbox.current_changed.connect(self.presence.show_ticket)
        self.live.digest.connect(self._on_digest)
        self.breaks = Breaks(window.context, self)
        self.breaks.ended.connect(self._on_digest)
        window.context.bridge.changed.connect(self._on_change)
        self._read_role()
        if away:
            self._follow_the_outbox()

    def _follow_the_outbox(self) -> None:
        window = self._window
        self.held_back = HeldBack(window, self._conversation, self.live)
        self.live.moved.connect(self._on_moved)
        window.status.set_team(self.live, self.open_unsent)
        window.context.actions.add(
            Action(
                "team.unsent", lambda: self.tr("What is not sent yet"), self.open_unsent,
                icon="upload",
            ),
            Action("team.sync", lambda: self.tr("Connect to the team now"), self.live.sync_now,
                   icon="refresh"),
        )  # fmt: skip
        self._on_moved()

    def close(self) -> None:
        self.presence.leave()
        self.live.close()

    def open_unsent(self) -> None:
        """Show what waits, and why."""
        if self.panel is not None:
            self.panel.raise_()
            return
        again = self.join_again if self._joiner is not None else None
        self.panel = UnsentPanel(self._context, self._window, self.live, self._window, again)
        self.panel.finished.connect(self._closed)
        self.panel.open()

    def offer_inspector(self) -> None:
        """For whoever looks into how this window and its host agree."""
        self._context.actions.add(
            Action("team.inspect", lambda: self.tr("Look into synchronising"), self._inspect)
        )

    def _inspect(self) -> None:
        Inspector(self._context, self.live, self._window).show()

    def join_again(self) -> None:
        """With a new invitation; what waits here stays."""
        if self._joiner is not None:
            above = self.panel or self._window
            dialog = JoinDialog(self._context.bridge, self._joiner, above, again=True)
            dialog.joined.connect(self._joiner.open)
            dialog.open()

    def _on_change(self, change: ChangeSet) -> None:
        if change.touches("agent"):
            self._read_role()

    def _read_role(self) -> None:
        self._context.bridge.ask(GetTeam(), self._have_team, self)

    def _have_team(self, members: tuple[TeamMember, ...]) -> None:
        me = self._context.workspace.agent_id
        mine = next((one.role for one in members if one.id == me), Role.AGENT)
        self._conversation.composer.set_notes_only(mine is Role.LIGHT)

    def _closed(self, _result: int) -> None:
        self.panel = None

    def _on_moved(self) -> None:
        """What stops the work and does not pass by itself is explained once, without being asked."""
        problem = self._context.workspace.connection.problem
        if problem in words.STOPPED and problem != self._explained:
            self.open_unsent()
        self._explained = problem

    def _on_digest(self, digest: Digest) -> None:
        text = words.digest(digest)
        if text:
            self._window.toast(text, stays=True)  # what arrives with it would push it out
