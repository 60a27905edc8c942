"""From what is written to a command, and back when it did not go."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from deskapp.core.api import Command, Outcome
from deskapp.core.commands.messages import AddNote, CancelSend, RecordInbound, SendReply
from deskapp.core.policies.preflight import Finding, check
from deskapp.models.enums import TicketStatus
from deskapp.ui import messages
from deskapp.ui.composer.guard import REFUSAL, newer_of
from deskapp.ui.composer.snapshot import FORWARD, HEARD, NOTE, Snapshot

if TYPE_CHECKING:
    from deskapp.ui.composer.composer import Composer


class Sending(QObject):
    """`send` looks first (preflight), then empties the composer at once and submits.

    Whatever is refused or fails comes back into the composer with the reason.
    """

    def __init__(self, composer: Composer) -> None:
        super().__init__(composer)
        self._composer = composer
        self._waiting: tuple[TicketStatus | None, bool] | None = None

    def send(self, status: TicketStatus | None = None, anyway: bool = False) -> bool:
        """Send what is written; False when something stands in the way (and is said there)."""
        composer = self._composer
        if composer.row is None:
            return False
        findings = self._findings()
        if any(finding.blocks for finding in findings) or (findings and not anyway):
            composer.box.bar.show_findings(findings, partial(self.send, status, True))
            return False
        if composer.files.busy:
            self._waiting = (status, True)
            composer.box.bar.show_findings((Finding("storing", True),), lambda: None)
            return False
        ticket_id, written = composer.row.id, composer.snapshot()
        command = self._command(ticket_id, written, status)
        hold = command.hold_ms if isinstance(command, SendReply) else 0
        composer.clear()
        bridge = composer.context.bridge
        future = composer.context.workspace.submit(command)
        bridge.watch(
            future,
            partial(self._answered, ticket_id, written, hold),
            composer,
            partial(self._failed, ticket_id, written),
        )
        return True

    def files_changed(self) -> None:
        """The last file may just have been stored: send what waits for it."""
        if self._waiting is not None and not self._composer.files.busy:
            (status, anyway), self._waiting = self._waiting, None
            self.send(status, anyway)

    def undo(self, message_id: str, ticket_id: str) -> None:
        """Take a message back that has not left; its words come back into the composer."""
        composer = self._composer
        composer.flush()

        def answered(outcome: Outcome) -> None:
            if outcome.rejected is not None:
                composer.shell.toast(messages.rejection(outcome.rejected))
            else:
                composer.expect_return(ticket_id)

        composer.context.bridge.send(CancelSend(message_id=message_id), answered, composer)

    def _findings(self) -> tuple[Finding, ...]:
        composer = self._composer
        outgoing = composer.outgoing()
        found = check(outgoing)
        most = composer.way.most()
        if most and len(outgoing.body.strip()) > most:
            found = (Finding("body_too_long", True, str(most)), *found)
        if outgoing.public and composer.by_mail() and (wrong := composer.recipients.invalid()):
            found = (Finding("address_invalid", True, wrong), *found)
        return found

    def _command(self, ticket_id: str, written: Snapshot, status: TicketStatus | None) -> Command:
        composer = self._composer
        message_id = composer.context.workspace.new_id()
        if written.mode == NOTE:
            return AddNote(
                ticket_id=ticket_id,
                message_id=message_id,
                body=written.body.strip(),
                attachments=written.attachments,
                mentions=composer.aids.mentioned(written.body),
            )
        if written.mode == HEARD:
            body = written.body.strip()
            return RecordInbound(ticket_id=ticket_id, message_id=message_id, body=body)
        by_mail, chat = composer.by_mail(), composer.way.is_chat()
        mailbox = composer.account() if chat and by_mail else None
        return SendReply(
            ticket_id=ticket_id,
            message_id=message_id,
            body=written.body.strip(),
            seen_order=written.seen_order,
            to=written.to if by_mail else (),
            cc=written.cc if by_mail else (),
            bcc=written.bcc if by_mail else (),
            subject=written.subject if by_mail else "",
            account_id=mailbox.id if mailbox else written.account_id if by_mail else "",
            in_reply_to=written.in_reply_to,
            attachments=written.attachments,
            forward=written.mode == FORWARD,
            hold_ms=composer.hold_ms(),
            set_status=status,
            canned_ids=written.canned_ids,
        )

    def _answered(self, ticket_id: str, written: Snapshot, hold: int, outcome: Outcome) -> None:
        composer = self._composer
        if outcome.rejected is not None:
            composer.put_back(ticket_id, written)
            composer.shell.toast(messages.rejection(outcome.rejected))
            if outcome.rejected.code == REFUSAL:
                composer.held_back.emit(ticket_id, newer_of(dict(outcome.rejected.params)))
            return
        message_id = str(outcome.result.get("message_id", ""))
        if hold and message_id:
            words = self.tr("It leaves in %1 s").replace("%1", str(hold // 1000))
            composer.shell.toast(words, partial(self.undo, message_id, ticket_id))

    def _failed(self, ticket_id: str, written: Snapshot, error: Exception) -> None:
        self._composer.put_back(ticket_id, written)
        self._composer.context.bridge.failed.emit(error)
