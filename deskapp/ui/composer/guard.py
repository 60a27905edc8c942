"""An answer that came back because somebody spoke whom its author had not read: a line over the composer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from deskapp.core.commands.messages import SendReply
from deskapp.core.policies.display import safe_name
from deskapp.models.dto import TicketRow
from deskapp.ui.composer.snapshot import FORWARD, REPLY, Snapshot
from deskapp.ui.conversation.banners import Banner, Notice
from deskapp.ui.i18n import Retranslates
from deskapp.ui.when import clock
from deskapp.ui.widgets import clear, vbox

if TYPE_CHECKING:
    from deskapp.ui.composer.composer import Composer

REFUSAL = "newer_message"


@dataclass(frozen=True, slots=True)
class Newer:
    """Who spoke, and when (ms; 0: not known)."""

    name: str = ""
    at: int = 0


class BlindReplyGuard(Retranslates, QWidget):
    """Remembers which tickets have such an answer; it is in their composer, as a draft."""

    def __init__(self, composer: Composer) -> None:
        super().__init__()
        self._composer = composer
        self._held: dict[str, Newer] = {}
        self._shown = ""
        self._column = vbox(self, (18, 6, 18, 0), 0)
        composer.held_back.connect(self._on_held)
        composer.cleared.connect(self._on_cleared)
        self.hide()

    def show_ticket(self, row: TicketRow | None) -> None:
        """Another ticket is on screen."""
        self._shown = row.id if row is not None else ""
        self.retranslate()

    def bring_back(self, ticket_id: str, written: Snapshot, newer: Newer) -> None:
        """Put words that did not leave into the composer, which shows this ticket."""
        self._composer.put_back(ticket_id, written)
        self._on_held(ticket_id, newer)

    def text(self) -> str:
        """What the line says; empty while there is none."""
        newer = self._held.get(self._shown)
        if newer is None:
            return ""
        name = safe_name(newer.name) or self.tr("Somebody")
        if newer.at:
            words = self.tr("%1 wrote at %2, before your answer left. Look before you send.")
            return words.replace("%2", clock(newer.at)).replace("%1", name)
        words = self.tr("%1 wrote before your answer left. Look before you send.")
        return words.replace("%1", name)

    def retranslate(self) -> None:
        clear(self._column)
        text = self.text()
        if text:
            actions = (
                (self.tr("Send again"), self._again),
                (self.tr("Discard"), self._composer.discard),
            )
            self._column.addWidget(Banner(Notice(text, "alert", "warn", actions)))
        self.setVisible(bool(text))

    def _on_held(self, ticket_id: str, newer: Newer) -> None:
        self._held[ticket_id] = newer
        self.retranslate()

    def _on_cleared(self, ticket_id: str) -> None:
        if self._held.pop(ticket_id, None) is not None:
            self.retranslate()

    def _again(self) -> None:
        self._composer.sending.send()


def newer_of(params: object) -> Newer:
    """From what came with the refusal."""
    known = params if isinstance(params, dict) else {}
    at = known.get("at", 0)
    return Newer(str(known.get("name", "")), at if isinstance(at, int) else 0)


def as_written(command: SendReply) -> Snapshot:
    """The composer's state from which `command` was made."""
    return Snapshot(
        mode=FORWARD if command.forward else REPLY,
        body=command.body,
        subject=command.subject,
        to=command.to,
        cc=command.cc,
        bcc=command.bcc,
        attachments=command.attachments,
        account_id=command.account_id,
        in_reply_to=command.in_reply_to,
        seen_order=command.seen_order,
        canned_ids=command.canned_ids,
    )
