"""Which notices stand over a conversation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from deskapp.core.commands.messages import AdmitMessage
from deskapp.core.commands.tickets import DeleteTickets, MarkSpam, UnmergeTickets
from deskapp.core.policies.display import safe_name
from deskapp.models.dto import TicketRow
from deskapp.ui.conversation.banners import Notice

if TYPE_CHECKING:
    from deskapp.ui.conversation.pane import ConversationPane

translate = QCoreApplication.translate


def notices(pane: ConversationPane) -> list[Notice]:
    """Trash, spam, someone new, merged: what a person should know before answering."""
    row = pane.row
    if row is None:
        return []
    found = []
    if row.deleted:
        found.append(_deleted(pane, row))
    if row.spam:
        found.append(_spam(pane, row))
    found += _held(pane)
    found += _merged(pane)
    return found + pane.chat_deeds.notices()


def _deleted(pane: ConversationPane, row: TicketRow) -> Notice:
    command = DeleteTickets(ticket_ids=(row.id,), deleted=False)
    done = translate("notices", "Taken out of the trash")
    return Notice(
        translate("notices", "This ticket is in the trash."),
        "trash",
        "bad",
        ((translate("notices", "Restore"), lambda: pane.shell.do(command, done)),),
    )


def _spam(pane: ConversationPane, row: TicketRow) -> Notice:
    command = MarkSpam(ticket_ids=(row.id,), spam=False)
    done = translate("notices", "Taken out of spam")
    return Notice(
        translate("notices", "This ticket is spam: it is answered to nobody."),
        "ban",
        "bad",
        ((translate("notices", "Not spam"), lambda: pane.shell.do(command, done)),),
    )


def _held(pane: ConversationPane) -> list[Notice]:
    timeline = pane.timeline
    if timeline is None:
        return []
    found = []
    for message in [m for m in timeline.messages() if m.held][:3]:
        name = safe_name(message.author_name) or message.author_address
        words = translate("notices", "From someone new: %1 (%2) wrote into this ticket.")
        words = words.replace("%2", message.author_address).replace("%1", name)
        admit = AdmitMessage(message_id=message.id)
        done = translate("notices", "%1 takes part now").replace("%1", name)
        found.append(
            Notice(
                words,
                "user",
                "warn",
                (
                    (
                        translate("notices", "Let in"),
                        partial(pane.shell.do, admit, done),
                    ),
                    (
                        translate("notices", "Own ticket"),
                        partial(pane.deeds.do, "split", message.id),
                    ),
                ),
            )
        )
    return found


def _merged(pane: ConversationPane) -> list[Notice]:
    detail = pane.detail
    if detail is None:
        return []
    if detail.merged_into is not None:
        into = detail.merged_into
        words = translate("notices", "Merged into #%1 %2.")
        words = words.replace("%2", safe_name(into.subject)).replace("%1", str(into.number))
        undo = UnmergeTickets(ticket_ids=(detail.row.id,))
        return [
            Notice(
                words,
                "merge",
                "accent",
                (
                    (
                        translate("notices", "Open it"),
                        lambda: pane.shell.open_ticket(into.id),
                    ),
                    (translate("notices", "Separate"), lambda: pane.shell.do(undo)),
                ),
            )
        ]
    if not detail.merged_from:
        return []
    names = ", ".join(f"#{t.number} {safe_name(t.subject, 60)}" for t in detail.merged_from)
    words = translate("notices", "Holds also: %1").replace("%1", names)
    undo = UnmergeTickets(ticket_ids=tuple(t.id for t in detail.merged_from))
    done = translate("notices", "Separated again")
    return [
        Notice(
            words,
            "merge",
            "accent",
            ((translate("notices", "Separate"), lambda: pane.shell.do(undo, done)),),
        )
    ]
