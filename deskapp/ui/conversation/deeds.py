"""What is done in a conversation: to the ticket from the header, to a message from its card."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from deskapp.core.api import Outcome
from deskapp.core.commands.messages import (
    AdmitMessage,
    RetrySend,
    SendNow,
    SplitMessage,
)
from deskapp.core.commands.tickets import (
    AssignTicket,
    DeleteTickets,
    MarkRead,
    MarkSpam,
    SetStatus,
    SetSubject,
    SnoozeTicket,
)
from deskapp.models.dto import MessageView
from deskapp.models.enums import Delivery, MessageKind, TicketStatus
from deskapp.ui.conversation.banners import Notice
from deskapp.ui.conversation.card import MessageCard
from deskapp.ui.conversation.formatting import Formatting
from deskapp.ui.conversation.surface import describe_link
from deskapp.ui.conversation.takeaway import Takeaway
from deskapp.ui.conversation.text import Link
from deskapp.ui.inbox.pickers import pick_agent, pick_snooze
from deskapp.ui.inbox.sentence import status_name
from deskapp.ui.shell.actions import Action
from deskapp.ui.theme import icon

if TYPE_CHECKING:
    from deskapp.ui.conversation.pane import ConversationPane


class Deeds(QObject):
    """Turns what the header and the view tell into commands."""

    def __init__(self, pane: ConversationPane) -> None:
        super().__init__(pane)
        self._pane = pane
        self.takeaway = Takeaway(pane)
        self.formatting = Formatting(pane)
        pane.header.assign_wanted.connect(self.assign)
        pane.header.snooze_wanted.connect(self.snooze)
        pane.header.more_wanted.connect(self._more)
        pane.header.resolve_wanted.connect(self.resolve)
        pane.header.renamed.connect(self._rename)
        pane.view.acted.connect(self.do)
        pane.view.opened.connect(self.open_link)
        pane.view.menu_wanted.connect(self._message_menu)
        pane.view.rich_wanted.connect(self.formatting.render)
        self._register()

    def _register(self) -> None:
        pane = self._pane
        start, take = pane.composer.start, self.takeaway
        for name, text, run, key, icon_name in (
            (
                "reply_all",
                lambda: self.tr("Reply to all"),
                partial(start, "reply_all"),
                "Shift+R",
                "reply-all",
            ),
            ("forward", lambda: self.tr("Forward"), partial(start, "forward"), "F", "forward"),
            (
                "first_unread",
                lambda: self.tr("Jump to the first unread message"),
                pane.view.go_to_unread,
                "Shift+J",
                "",
            ),
            ("messages", lambda: self.tr("Walk through the messages"), self._walk, "M", "rows"),
            (
                "rename",
                lambda: self.tr("Change the subject"),
                pane.header.start_rename,
                "F2",
                "pencil",
            ),
            (
                "print",
                lambda: self.tr("Print the conversation…"),
                take.print_all,
                "Ctrl+P",
                "print",
            ),
            (
                "pdf",
                lambda: self.tr("Save the conversation as PDF…"),
                take.pdf_all,
                "",
                "download",
            ),
        ):
            action = Action(f"conversation.{name}", text, run, key, self._some, icon_name)
            pane.context.actions.add(action)

    def clean_up(self) -> None:
        """Delete what was opened from the quarantine."""
        self.takeaway.clean_up()

    def _some(self) -> bool:
        return self._pane.row is not None and self._pane.isVisible()

    def _walk(self) -> None:
        view = self._pane.view
        view.setFocus()
        if view.current() is None:
            view.set_current(len(view.blocks) - 1)

    # -- the ticket ------------------------------------------------------------------------------

    def resolve(self) -> None:
        """Solve it, or open it again."""
        row = self._pane.row
        if row is None:
            return
        status = TicketStatus.SOLVED if row.status.is_active else TicketStatus.OPEN
        done = self.tr("Resolved") if row.status.is_active else self.tr("Open again")
        self._pane.shell.do(SetStatus(ticket_ids=(row.id,), status=status), done)

    def assign(self, anchor: QWidget) -> None:
        row = self._pane.row
        if row is None:
            return
        done = self.tr("Assigned")

        def picked(agent_id: str) -> None:
            had = row.assignee_id  # as it stood when the list of people was opened
            give = AssignTicket(ticket_ids=(row.id,), agent_id=agent_id, expected=had)
            self._pane.shell.do(give, done)

        pick_agent(self._pane.context.bridge, self._pane.window(), anchor, picked)

    def snooze(self, anchor: QWidget) -> None:
        row = self._pane.row
        if row is None:
            return
        done = self.tr("Snoozed")

        def picked(until: int) -> None:
            self._pane.shell.do(SnoozeTicket(ticket_ids=(row.id,), until=until), done)

        now = self._pane.context.clock.now()
        snoozed = row.snoozed_until is not None
        pick_snooze(self._pane.window(), anchor, now, picked, snoozed=snoozed)

    def _rename(self, subject: str) -> None:
        row = self._pane.row
        if row is not None:
            command = SetSubject(ticket_id=row.id, subject=subject)
            self._pane.shell.do(command, self.tr("Subject changed"))

    def _more(self, anchor: QWidget) -> None:
        row, shell, view = self._pane.row, self._pane.shell, self._pane.view
        if row is None:
            return
        ids = (row.id,)
        menu = QMenu(self._pane)
        states = menu.addMenu(icon("tick"), self.tr("Status"))
        for status in (TicketStatus.OPEN, TicketStatus.WAITING, *_ENDED):
            entry = states.addAction(status_name(status))
            entry.setCheckable(True)
            entry.setChecked(status is row.status)
            command = SetStatus(ticket_ids=ids, status=status)
            entry.triggered.connect(partial(self._do, command, status_name(status)))
        self._entry(menu, "pencil", self.tr("Change the subject"), self._pane.header.start_rename)
        self._entry(menu, "arrow-up-right", self.tr("First unread message"), view.go_to_unread)
        unread = MarkRead(ticket_ids=ids, read=False)
        words = self.tr("Mark as unread")
        self._entry(menu, "mail", words, lambda: shell.do(unread, self.tr("Marked as unread")))
        menu.addSeparator()
        self._pane.chat_deeds.fill_menu(menu)
        takeaway = self.takeaway
        self._entry(menu, "print", self.tr("Print…"), takeaway.print_all)
        self._entry(menu, "download", self.tr("Save as PDF…"), takeaway.pdf_all)
        menu.addSeparator()
        if not row.spam:
            spam = MarkSpam(ticket_ids=ids)
            block = MarkSpam(ticket_ids=ids, block_sender=True)
            done = self.tr("Moved to spam")
            self._entry(menu, "ban", self.tr("Spam"), lambda: shell.do(spam, done))
            words = self.tr("Spam, and block the sender")
            self._entry(menu, "ban", words, lambda: shell.do(block, done))
        if not row.deleted:
            delete, done_ = DeleteTickets(ticket_ids=ids), self.tr("Moved to the trash")
            self._entry(menu, "trash", self.tr("Delete"), lambda: shell.do(delete, done_))
        _pop_up(menu, anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))

    def _do(self, command: SetStatus, done: str) -> None:
        self._pane.shell.do(command, done)

    # -- a message -------------------------------------------------------------------------------

    def do(self, action: str, key: str) -> None:
        """`action` of a spot or a menu, on the message (or attachment) `key`."""
        deeds: dict[str, Callable[[str], object]] = {
            "toggle_quote": self.formatting.toggle_quote,
            "toggle_rich": self.formatting.toggle_rich,
            "details": self.formatting.toggle_details,
            "undo_send": self.undo_send,
            "send_now": lambda k: self._send(SendNow(message_id=k)),
            "retry_send": lambda k: self._send(RetrySend(message_id=k)),
            "admit": lambda k: self._send(AdmitMessage(message_id=k)),
            "split": self._split,
            "load_images": self.formatting.load_images,
            "reply": partial(self._answer, "reply"),
            "reply_all": partial(self._answer, "reply_all"),
            "forward": partial(self._answer, "forward"),
            "quote": self._quote,
            "attachment": self.takeaway.open_attachment,
            "attachment_menu": self.takeaway.attachment_menu,
            "source": self.takeaway.show_source,
            "eml": self.takeaway.save_eml,
            "print": self.takeaway.print_one,
            "pdf": self.takeaway.pdf_one,
            "canned": self._make_canned,
        }
        if action in deeds:
            deeds[action](key)

    def undo_send(self, message_id: str) -> None:
        """Take a message back; its text comes back into the composer."""
        if self._pane.row is not None:
            self._pane.composer.sending.undo(message_id, self._pane.row.id)

    def _send(self, command: SendNow | RetrySend | AdmitMessage) -> None:
        self._pane.context.bridge.send(command, self._pane.say_refused, self)

    def _split(self, message_id: str) -> None:
        ticket_id = self._pane.context.workspace.new_id()

        def answered(outcome: Outcome) -> None:
            self._pane.say_refused(outcome)
            if outcome.ok:
                number = str(outcome.result.get("number", ""))
                self._pane.shell.toast(self.tr("Moved to ticket #%1").replace("%1", number))

        command = SplitMessage(message_id=message_id, ticket_id=ticket_id)
        self._pane.context.bridge.send(command, answered, self)

    def _answer(self, mode: str, message_id: str) -> None:
        self._pane.composer.start(mode, self._message(message_id))

    def _quote(self, message_id: str) -> None:
        message = self._message(message_id)
        chosen = self._pane.view.selected_text()
        if message is not None:
            self._pane.composer.quote(chosen or message.text, message)

    def _make_canned(self, message_id: str) -> None:
        message = self._message(message_id)
        if message is not None:
            self._pane.composer.make_canned(message.text)

    def _message(self, message_id: str) -> MessageView | None:
        return self._pane.timeline.message(message_id) if self._pane.timeline else None

    def _message_menu(self, card: MessageCard, at: QPoint) -> None:
        message, key = card.message, card.message.id
        menu = QMenu(self._pane)
        note = message.kind is MessageKind.NOTE
        chosen = self._pane.view.selected_text()
        if not note:
            self._choice(menu, "reply", self.tr("Reply to this message"), "reply", key)
            self._choice(menu, "reply-all", self.tr("Reply to all"), "reply_all", key)
            self._choice(menu, "forward", self.tr("Forward"), "forward", key)
        words = self.tr("Quote selected text") if chosen else self.tr("Quote")
        self._choice(menu, "quote", words, "quote", key)
        view = self._pane.view
        view.set_current(view.blocks.index(card))
        if (link := view.hovered_link()) is not None:
            copy = partial(QGuiApplication.clipboard().setText, link.href)
            self._entry(menu, "link", self.tr("Copy the link's address"), copy)
        self._entry(menu, "copy", self.tr("Copy"), view.copy)
        menu.addSeparator()
        self._choice(menu, "info", self.tr("Details"), "details", key)
        if message.has_html and not card.too_heavy:
            words = self.tr("Plain text") if card.rich else self.tr("Show the original")
            self._choice(menu, "eye", words, "toggle_rich", key)
        if message.kind is MessageKind.OUTBOUND:
            self._choice(menu, "zap", self.tr("Create canned reply from this"), "canned", key)
        if message.kind is MessageKind.INBOUND:
            self._choice(menu, "merge", self.tr("Move to a ticket of its own"), "split", key)
        if message.delivery is Delivery.QUEUED:
            self._choice(menu, "undo", self.tr("Undo sending"), "undo_send", key)
        menu.addSeparator()
        if message.has_source:
            self._choice(menu, "file", self.tr("View source"), "source", key)
            self._choice(menu, "download", self.tr("Save as .eml…"), "eml", key)
        self._choice(menu, "print", self.tr("Print…"), "print", key)
        self._choice(menu, "download", self.tr("Save as PDF…"), "pdf", key)
        _pop_up(menu, at)

    def _choice(self, menu: QMenu, icon_name: str, text: str, action: str, key: str) -> None:
        self._entry(menu, icon_name, text, partial(self.do, action, key))

    @staticmethod
    def _entry(menu: QMenu, icon_name: str, text: str, run: Callable[[], object]) -> None:
        entry = menu.addAction(icon(icon_name), text)
        entry.triggered.connect(lambda _on=False: run())

    # -- links -----------------------------------------------------------------------------------

    def open_link(self, link: Link) -> None:
        """Open a link in the browser; one that pretends to lead elsewhere only after a second look."""
        words, odd = describe_link(link)
        if not odd:
            self.takeaway.open_url(link.href)
            return
        banners = self._pane.banners
        restore = self._pane._show_notices

        def go() -> None:
            restore()
            self.takeaway.open_url(link.href)

        banners.show_notices(
            [
                Notice(
                    words,
                    "alert",
                    "warn",
                    ((self.tr("Open anyway"), go), (self.tr("Stay here"), restore)),
                )
            ]
        )


_ENDED = (TicketStatus.SOLVED, TicketStatus.CLOSED)


def _pop_up(menu: QMenu, at: QPoint) -> None:
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)
