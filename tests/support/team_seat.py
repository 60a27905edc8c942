"""A colleague's window over a fake desk and a fake link."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.core.api import Change, ChangeSet, Connection, Query
from deskapp.core.commands.messages import SendReply
from deskapp.core.ports import ConnectionChanged
from deskapp.core.queries.team import GetTeam
from deskapp.core.queries.tickets import GetConversation
from deskapp.models.dto import ConversationPage
from deskapp.models.enums import Role
from deskapp.models.team_dto import TeamMember
from deskapp.ui.conversation.pane import ConversationPane
from deskapp.ui.shell.main_window import MainWindow
from deskapp.ui.team.team import Team
from deskapp.ui.team.unsent import UnsentPanel
from tests.support.fake_team import FakeTeamLink
from tests.support.fake_workspace import FakeWorkspace, row
from tests.support.window import open_window

ONLINE = Connection("team", True, 1)


class Seat:
    """Two tickets in the list, none chosen."""

    def __init__(self, qtbot: QtBot, window: MainWindow, desk: FakeWorkspace) -> None:
        self.qtbot, self.window, self.desk = qtbot, window, desk
        desk.connection = ONLINE
        self.role = Role.AGENT
        answer = desk._answer
        desk._answer = lambda query: self._told(query) or answer(query)  # type: ignore[method-assign]
        self.link = FakeTeamLink()
        self.pane = ConversationPane(window.context, window)
        window.set_conversation(self.pane)
        self.team = Team(window, self.pane, self.link)
        self.now = window.context.clock.now()

    def _told(self, query: Query[Any]) -> object:
        """Nothing has been said in any ticket, and I am the only colleague."""
        if isinstance(query, GetConversation):
            return ConversationPage(query.ticket_id, (), None, 1, "")
        if isinstance(query, GetTeam):
            me = self.desk.agent
            return (TeamMember(me.id, me.name, me.email, self.role, False, (), me.state),)
        return None

    def until(self, what: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(what()))

    def become(self, connection: Connection) -> None:
        self.desk.connection = connection
        self.link.tell(ConnectionChanged())

    def touch_agents(self) -> None:
        """A commit that touched colleagues, told from another thread."""
        change = ChangeSet(2, (Change("agent", 1, "x", "upsert"),), frozenset(), False)
        tell = list(self.desk._listeners)
        self.desk._pool.submit(lambda: [listener(change) for listener in tell]).result()

    def line(self) -> str:
        return self.window.status.text.text()

    def panel(self) -> UnsentPanel:
        self.until(lambda: self.team.panel is not None)
        assert self.team.panel is not None
        return self.team.panel

    def reply(self, text: str = "Hola", ticket: int = 1) -> SendReply:
        return SendReply(ticket_id=row(ticket).id, message_id="m" * 32, body=text, seen_order=1)

    def close(self) -> None:
        if self.team.panel is not None:
            self.team.panel.accept()
        self.team.close()
        self.pane.close_down()
        assert not self.link.listeners
        self.link.close()


@contextmanager
def take_seat(qtbot: QtBot, app: QApplication) -> Iterator[Seat]:
    with open_window(app, [row(1), row(2)]) as (window, desk):
        seat = Seat(qtbot, window, desk)
        try:
            yield seat
        finally:
            seat.close()
