"""What is done to the tickets that are selected: resolve, assign, snooze, tag, merge, put away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from deskapp.core.api import Command
from deskapp.core.commands.team import MoveTicket
from deskapp.core.commands.tickets import (
    AddTags,
    AssignTicket,
    DeleteTickets,
    MarkRead,
    MarkSpam,
    MergeTickets,
    RemoveTags,
    SetStatus,
    SnoozeTicket,
)
from deskapp.core.queries.views import SPAM, TRASH, TicketRows
from deskapp.models.dto import TicketRow
from deskapp.models.enums import TicketStatus
from deskapp.ui.inbox.feed import ListFeed
from deskapp.ui.inbox.pickers import pick_agent, pick_department, pick_snooze, pick_tag
from deskapp.ui.inbox.ticket_list import TicketList
from deskapp.ui.shell.actions import Action
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.theme import icon

Rows = tuple[TicketRow, ...]
_IN_MENU = tuple(
    f"ticket.{deed}"
    for deed in (
        "resolve",
        "assign",
        "take",
        "snooze",
        "tag",
        "unread",
        "spam",
        "delete",
        "move",
        "merge",
    )
)


class TicketActions(QObject):
    """Each works on all selected tickets. Pop-ups open at `anchor`, or in the window's middle.

    `beside` is the ticket being read when the list does not hold it: it is meant when nothing is
    selected.
    """

    def __init__(
        self, context: UiContext, shell: Shell, tickets: TicketList, feed: ListFeed
    ) -> None:
        super().__init__(tickets)
        self._context, self._shell = context, shell
        self._list, self._feed = tickets, feed
        self.beside: TicketRow | None = None

    def register(self) -> None:
        """Enter them into the window's registry."""
        some = self.any
        self._context.actions.add(
            Action("ticket.resolve", lambda: self.tr("Resolve"), self.resolve, "E", some, "tick"),
            Action("ticket.assign", lambda: self.tr("Assign…"), self.assign, "A", some, "user"),
            Action(
                "ticket.take", lambda: self.tr("Assign to me"), self.take, "Shift+A", some, "user"
            ),
            Action("ticket.snooze", lambda: self.tr("Snooze…"), self.snooze, "S", some, "snooze"),
            Action("ticket.tag", lambda: self.tr("Label…"), self.tag, "L", some, "tag"),
            Action(
                "ticket.unread", lambda: self.tr("Mark as unread"), self.unread, "U", some, "mail"
            ),
            Action("ticket.spam", lambda: self.tr("Spam"), self.spam, "!", some, "ban"),
            Action("ticket.delete", lambda: self.tr("Delete"), self.delete, "#", some, "trash"),
            Action(
                "ticket.move", lambda: self.tr("Move to department…"), self.move, "", some, "layers"
            ),
            Action("ticket.merge", lambda: self.tr("Merge"), self.merge, "", self.several, "merge"),
        )

    # -- what is asked -----------------------------------------------------------------------

    def any(self) -> bool:
        chosen = self._list.selected_count() > 0 or self._list.current_key() is not None
        return chosen or self.beside is not None

    def several(self) -> bool:
        return self._list.selected_count() > 1

    def menu(self, parent: QWidget) -> QMenu:
        """A menu of everything that may be done now."""
        menu = QMenu(parent)
        for action in self._context.actions:
            if action.id in _IN_MENU and action.enabled():
                entry = menu.addAction(icon(action.icon), action.text())
                entry.triggered.connect(lambda _on=False, call=action.callback: call())
        return menu

    # -- the actions -------------------------------------------------------------------------

    def resolve(self) -> None:
        """Solve what is open; when all of it is solved already, open it again."""

        def act(rows: Rows) -> None:
            open_ones = [row for row in rows if row.status.is_active]
            status = TicketStatus.SOLVED if open_ones else TicketStatus.OPEN
            done = (
                self.tr("%n ticket(s) resolved", None, len(open_ones))
                if open_ones
                else self.tr("%n ticket(s) opened again", None, len(rows))
            )
            which = tuple(open_ones) or rows
            self._do(which, SetStatus(ticket_ids=_ids(which), status=status), done)

        self._with_rows(act)

    def assign(self, anchor: QWidget | None = None) -> None:
        def picked(agent_id: str) -> None:
            self._with_rows(lambda rows: self._assign(rows, agent_id))

        pick_agent(self._context.bridge, self._list.window(), anchor, picked)

    def take(self) -> None:
        me = self._context.workspace.agent_id
        self._with_rows(lambda rows: self._assign(rows, me))

    def move(self, anchor: QWidget | None = None) -> None:
        def picked(department_id: str) -> None:
            self._with_rows(lambda rows: self._move(rows, department_id))

        pick_department(self._context.bridge, self._list.window(), anchor, picked)

    def snooze(self, anchor: QWidget | None = None) -> None:
        row = self._list.current_row()

        def picked(until: int) -> None:
            self._with_rows(lambda rows: self._snooze(rows, until))

        pick_snooze(
            self._list.window(),
            anchor,
            self._context.clock.now(),
            picked,
            snoozed=row is not None and row.snoozed_until is not None,
        )

    def tag(self, anchor: QWidget | None = None) -> None:
        def ask(rows: Rows) -> None:
            shared = set.intersection(*(set(row.tags) for row in rows))
            pick_tag(
                self._context.bridge,
                self._list.window(),
                anchor,
                sorted(shared),
                lambda name, add: self._tag(rows, name, add),
            )

        self._with_rows(ask)

    def unread(self) -> None:
        self._with_rows(
            lambda rows: self._do(
                rows,
                MarkRead(ticket_ids=_ids(rows), read=False),
                self.tr("%n ticket(s) marked as unread", None, len(rows)),
            )
        )

    def spam(self) -> None:
        """Into spam; in the spam view, out of it."""
        into = self._feed.view != SPAM

        def act(rows: Rows) -> None:
            done = (
                self.tr("%n ticket(s) moved to spam", None, len(rows))
                if into
                else self.tr("%n ticket(s) taken out of spam", None, len(rows))
            )
            self._do(rows, MarkSpam(ticket_ids=_ids(rows), spam=into), done)

        self._with_rows(act)

    def delete(self) -> None:
        """Into the trash; in the trash, back out of it."""
        into = self._feed.view != TRASH

        def act(rows: Rows) -> None:
            done = (
                self.tr("%n ticket(s) moved to the trash", None, len(rows))
                if into
                else self.tr("%n ticket(s) restored", None, len(rows))
            )
            self._do(rows, DeleteTickets(ticket_ids=_ids(rows), deleted=into), done)

        self._with_rows(act)

    def merge(self) -> None:
        """Link the selected tickets into the oldest of them."""

        def act(rows: Rows) -> None:
            target = min(rows, key=lambda row: row.number)
            others = tuple(row for row in rows if row.id != target.id)
            done = self.tr("Merged into #%1").replace("%1", str(target.number))
            self._do(others, MergeTickets(ticket_ids=_ids(others), into_id=target.id), done)

        self._with_rows(act)

    # -- doing -------------------------------------------------------------------------------

    def _assign(self, rows: Rows, agent_id: str) -> None:
        done = self.tr("%n ticket(s) assigned", None, len(rows))
        had = {row.assignee_id for row in rows}
        expected = had.pop() if len(had) == 1 else None
        give = AssignTicket(ticket_ids=_ids(rows), agent_id=agent_id, expected=expected)
        self._do(rows, give, done)

    def _move(self, rows: Rows, department_id: str) -> None:
        """One by one: each may cost its assignee the sight of it."""
        for place, row in enumerate(rows):
            last = place == len(rows) - 1
            done = self.tr("%n ticket(s) moved", None, len(rows)) if last else ""
            self._do((row,), MoveTicket(ticket_id=row.id, department_id=department_id), done)

    def _snooze(self, rows: Rows, until: int) -> None:
        done = (
            self.tr("%n ticket(s) snoozed", None, len(rows))
            if until
            else self.tr("%n ticket(s) woken", None, len(rows))
        )
        self._do(rows, SnoozeTicket(ticket_ids=_ids(rows), until=until), done)

    def _tag(self, rows: Rows, name: str, add: bool) -> None:
        command: Command
        if add:
            command = AddTags(ticket_ids=_ids(rows), tags=(name,))
            done = self.tr("Label “%1” added")
        else:
            command = RemoveTags(ticket_ids=_ids(rows), tags=(name,))
            done = self.tr("Label “%1” removed")
        self._do(rows, command, done.replace("%1", name))

    def _do(self, rows: Rows, command: Command, done: str) -> None:
        if rows:
            self._feed.expect(row.key for row in rows)
            self._shell.do(command, done)

    def _with_rows(self, act: Callable[[Rows], None]) -> None:
        """Hand over the selected rows; those that were never on screen are read first."""
        current = self._list.current_key()
        keys = self._list.selected_keys() or ([current] if current is not None else [])
        if not keys:
            if self.beside is not None:
                act((self.beside,))
            return
        cached = [self._list.row_of(key) for key in keys]
        rows = tuple(row for row in cached if row is not None)
        if len(rows) == len(keys):
            act(rows)
        else:
            self._context.bridge.ask(TicketRows(tuple(keys)), act, self)


def _ids(rows: Rows) -> tuple[str, ...]:
    return tuple(row.id for row in rows)
