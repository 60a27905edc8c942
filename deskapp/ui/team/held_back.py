"""Answers from the queue that the host sent back: each returns to its composer, beside what was newer."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from deskapp.core.api import Outcome
from deskapp.core.commands.messages import SendReply
from deskapp.core.ports import Unsent
from deskapp.models.dto import TicketRow
from deskapp.ui.composer.guard import REFUSAL, as_written, newer_of
from deskapp.ui.conversation.pane import ConversationPane
from deskapp.ui.shell.main_window import MainWindow
from deskapp.ui.team.live import TeamLive
from deskapp.ui.widgets import Toast


class HeldBack(QObject):
    """What was refused stays in the outbox until the desk has it as a draft: nothing is lost between."""

    def __init__(self, window: MainWindow, pane: ConversationPane, live: TeamLive) -> None:
        super().__init__(window)
        self._window, self._pane, self._live = window, pane, live
        self._told: dict[str, Toast | None] = {}  # None: it was closed
        self._under_way: set[str] = set()
        live.moved.connect(self.look)
        window.inbox.current_changed.connect(self._on_current)
        self.look()

    def look(self) -> None:
        """Bring back what belongs to the ticket on screen; tell of the others, once."""
        if not self._window.context.workspace.connection.refused:
            return
        for unsent in self._live.unsent():
            command = unsent.command
            if unsent.refusal == REFUSAL and isinstance(command, SendReply):
                row = self._pane.row
                if row is not None and row.id == command.ticket_id:
                    self._bring_back(unsent, command)
                elif unsent.command_id not in self._told:
                    self._tell(unsent.command_id, command.ticket_id)

    def _on_current(self, _row: TicketRow | None) -> None:
        self.look()

    def _tell(self, command_id: str, ticket_id: str) -> None:
        text = self.tr("An answer of yours came back: somebody wrote before it left.")
        toast = Toast(
            text,
            self.tr("Look"),
            partial(self._window.open_ticket, ticket_id),
            stays_ms=0,
            close_name=self.tr("Close"),
        )
        toast.closed.connect(partial(self._told.update, {command_id: None}))
        self._told[command_id] = self._window.toasts.add(toast)

    def _bring_back(self, unsent: Unsent, command: SendReply) -> None:
        if unsent.command_id in self._under_way:
            return
        self._under_way.add(unsent.command_id)
        if toast := self._told.get(unsent.command_id):
            toast.dismiss()
        composer, written = self._pane.composer, as_written(command)
        newer = newer_of(dict(unsent.params or {}))
        if written.body.strip() in composer.snapshot().body:  # it came back before, and was kept
            composer.held_back.emit(command.ticket_id, newer)
        else:
            self._pane.guard.bring_back(command.ticket_id, written, newer)
        self._window.context.bridge.send(
            composer.snapshot().as_draft(command.ticket_id),
            partial(self._kept, unsent.command_id),
            self,
        )

    def _kept(self, command_id: str, outcome: Outcome) -> None:
        self._under_way.discard(command_id)
        if outcome.ok:
            self._live.discard(command_id)
