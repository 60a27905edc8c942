"""What has not reached the team's desk: what waits, what was refused and why, and what to do with each."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from deskapp.core.ports import Unsent
from deskapp.core.queries.views import ALL, TicketKeysOf, TicketRows
from deskapp.models.dto import TicketRow
from deskapp.ui.bridge import Latest
from deskapp.ui.settings.editing import Item, ItemList
from deskapp.ui.shell.context import Shell, UiContext
from deskapp.ui.team import words
from deskapp.ui.team.deeds import deed, deed_icon, refusal, ticket_of, written
from deskapp.ui.team.live import TeamLive
from deskapp.ui.when import relative_time
from deskapp.ui.widgets import Button, EmptyState, PlainLabel, PrimaryButton, hbox, vbox

_SIZE = (620, 520)
_NAMED = 500  # tickets that are named at most; the others are known by what was written


class UnsentPanel(QDialog):
    """Follows the outbox while it is open. Nothing leaves it without a person's second word.

    `join_again` opens the way back for a computer that was shut out, or does not know the host any more.
    """

    def __init__(
        self,
        context: UiContext,
        shell: Shell,
        live: TeamLive,
        parent: QWidget,
        join_again: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(parent)
        self._can_join = join_again is not None
        self.join_again = PrimaryButton(self.tr("Join again…"), on_click=join_again)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Not sent yet"))
        self.resize(*_SIZE)
        self._context, self._shell, self._live = context, shell, live
        self._items: tuple[Unsent, ...] = ()
        self._rows: dict[str, TicketRow] = {}
        self._keys_slot, self._rows_slot = (
            Latest(context.bridge, self),
            Latest(context.bridge, self),
        )
        self._title = PlainLabel(role="title")
        self._advice = PlainLabel(role="muted")
        for label in (self._title, self._advice):
            label.setWordWrap(True)
        self.list = ItemList(self.tr("Not sent yet"), row=46)
        self._empty = EmptyState("check-check")
        self._empty.set(
            self.tr("Everything has been sent"),
            self.tr("What you write while the desk is out of reach waits here."),
        )
        self.repaired = PlainLabel(role="small")
        self.repaired.setWordWrap(True)
        self.reason = PlainLabel(role="error")
        self.reason.setWordWrap(True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(96)
        self.text.setAccessibleName(self.tr("What was written"))
        self._buttons, self._question = self._make_buttons(), self._make_question()
        self._build()
        self.list.chosen.connect(lambda _key: self._moved_on())
        self.list.activated.connect(lambda _index: self._open_ticket())
        self.list.deleted.connect(lambda _key: self._ask())
        live.moved.connect(self.refresh)
        self._again = QTimer(self, interval=words.MINUTE)
        self._again.timeout.connect(self.refresh)
        self._again.start()
        self.refresh()
        self.list.setFocus()

    def _build(self) -> None:
        column = vbox(self, (20, 18, 20, 16), 8)
        column.addWidget(self._title)
        column.addWidget(self._advice)
        column.addWidget(self.join_again, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.repaired)
        column.addWidget(self.list, 1)
        column.addWidget(self._empty, 1)
        for widget in (self.reason, self.text, self._buttons, self._question):
            column.addWidget(widget)

    def _make_buttons(self) -> QWidget:
        box = QWidget()
        self.retry = Button(self.tr("Try again"), icon_name="refresh", on_click=self._retry)
        self.copy = Button(self.tr("Copy text"), icon_name="copy", on_click=self._copy)
        self.visit = Button(self.tr("Open the conversation"), on_click=self._open_ticket)
        self.discard = Button(self.tr("Discard…"), on_click=self._ask)
        row = hbox(box)
        for button in (self.retry, self.copy, self.visit, self.discard):
            row.addWidget(button)
        row.addStretch()
        row.addWidget(Button(self.tr("Close"), "ghost", on_click=self.accept))
        return box

    def _make_question(self) -> QWidget:
        box = QWidget()
        words_ = PlainLabel(self.tr("It will never be sent, and its text is gone. No undo."))
        words_.setWordWrap(True)
        self.sure = Button(self.tr("Discard for good"), "danger", on_click=self._discard)
        row = hbox(box)
        row.addWidget(words_, 1)
        row.addWidget(self.sure)
        row.addWidget(Button(self.tr("Keep it"), "ghost", on_click=self._keep))
        return box

    # -- following the outbox ------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the outbox again."""
        before = self.list.current()
        self._items = self._live.unsent()
        connection = self._context.workspace.connection
        title = words.advice_title(connection.problem)
        self._title.setText(title or self._count())
        self._advice.setText(words.advice(connection))
        self.join_again.setVisible(self._can_join and connection.problem in words.OUTSIDE)
        self._advice.setVisible(bool(self._items) or bool(title) or not connection.online)
        self._show_repaired(connection.repaired_at)
        self._show()
        if not self.list.current() and self._items:
            refused = [item.command_id for item in self._items if item.refusal]
            self.list.select((refused or [self._items[0].command_id])[0], silent=True)
        if self.list.current() != before:
            self._keep(focus=False)
        self._show_current()
        self._name_tickets()

    def _show_repaired(self, at: int) -> None:
        when = relative_time(at, self._context.clock.now()) if at else ""
        text = self.tr("A part of this computer's copy differed from the host and was mended: %1")
        self.repaired.setText(text.replace("%1", when))
        self.repaired.setVisible(at > 0)

    def _count(self) -> str:
        refused = sum(1 for item in self._items if item.refusal)
        if refused:
            return self.tr("%n could not be done", "", refused)
        return self.tr("%n unsent", "", len(self._items)) if self._items else self.windowTitle()

    def _show(self) -> None:
        self.list.show_items([self._item(item) for item in self._items])
        for widget in (self.list, self.text, self._buttons):
            widget.setVisible(bool(self._items))
        self._empty.setVisible(not self._items)
        if not self._items:
            self._question.hide()

    def _item(self, item: Unsent) -> Item:
        pill = (self.tr("Refused"), "bad") if item.refusal else (self.tr("Waiting"), "")
        row = self._rows.get(ticket_of(item))
        about = [f"#{row.number} {row.subject}" if row.number else row.subject] if row else []
        about += [" ".join(written(item).split())[:200]]
        detail = " · ".join(part for part in about if part)
        at = relative_time(item.at, self._context.clock.now())
        return Item(
            item.command_id, deed(item), detail, deed_icon(item), pill=pill, beside=(at, "")
        )

    def _name_tickets(self) -> None:
        wanted = dict.fromkeys(ticket_of(item) for item in self._items)
        new = tuple(t for t in wanted if t and t not in self._rows)[:_NAMED]
        if new:
            self._keys_slot.ask(TicketKeysOf(ALL, new), self._have_keys)

    def _have_keys(self, keys: tuple[int, ...]) -> None:
        if keys:
            self._rows_slot.ask(TicketRows(keys), self._have_rows)

    def _have_rows(self, rows: tuple[TicketRow, ...]) -> None:
        self._rows |= {row.id: row for row in rows}
        self._show()

    # -- the current one -----------------------------------------------------------------------

    def _current(self) -> Unsent | None:
        key = self.list.current()
        return next((item for item in self._items if item.command_id == key), None)

    def _moved_on(self) -> None:
        """A question is about the line it was asked for."""
        self._keep(focus=False)
        self._show_current()

    def _show_current(self) -> None:
        item = self._current()
        if item is None:
            self.reason.hide()
            return
        text = written(item)
        if self.text.toPlainText() != text:
            self.text.setPlainText(text)
        self.text.setVisible(bool(text))
        self.reason.setText(refusal(item))
        self.reason.setVisible(bool(item.refusal))
        self.copy.setEnabled(bool(text))
        self.visit.setEnabled(bool(ticket_of(item)))

    def _retry(self) -> None:
        item = self._current()
        if item is not None and item.refusal:
            self._live.retry(item.command_id)
        else:
            self._live.sync_now()
        self.refresh()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._shell.toast(self.tr("Copied"))

    def _open_ticket(self) -> None:
        item = self._current()
        if item is not None and ticket_of(item):
            self.accept()
            self._shell.open_ticket(ticket_of(item))

    def _ask(self) -> None:
        self._buttons.hide()
        self._question.show()
        self.sure.setFocus()

    def _keep(self, focus: bool = True) -> None:
        self._question.hide()
        self._buttons.setVisible(bool(self._items))
        if focus:
            self.list.setFocus()

    def _discard(self) -> None:
        item = self._current()
        self._keep()
        if item is not None:
            self._live.discard(item.command_id)
        self.refresh()
