"""What waits in the outbox, in plain words: one sentence for each command that can be queued."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from deskapp.core.api import Command, Rejection
from deskapp.core.ports import Unsent
from deskapp.ui import messages

DEEDS: dict[str, object] = {
    "message.send_reply": QT_TRANSLATE_NOOP("Deeds", "Reply to the customer"),
    "message.add_note": QT_TRANSLATE_NOOP("Deeds", "Note"),
    "message.record_inbound": QT_TRANSLATE_NOOP("Deeds", "What a customer said"),
    "message.admit": QT_TRANSLATE_NOOP("Deeds", "Let a held message in"),
    "ticket.create": QT_TRANSLATE_NOOP("Deeds", "New ticket"),
    "ticket.set_status": QT_TRANSLATE_NOOP("Deeds", "Change the state of a ticket"),
    "ticket.set_subject": QT_TRANSLATE_NOOP("Deeds", "Change a subject"),
    "ticket.add_tags": QT_TRANSLATE_NOOP("Deeds", "Add tags"),
    "ticket.remove_tags": QT_TRANSLATE_NOOP("Deeds", "Take tags off"),
    "ticket.snooze": QT_TRANSLATE_NOOP("Deeds", "Snooze a ticket"),
    "ticket.mark_spam": QT_TRANSLATE_NOOP("Deeds", "Mark as spam, or not"),
    "ticket.revert": QT_TRANSLATE_NOOP("Deeds", "Undo a change of tickets"),
    "ticket.set_contact": QT_TRANSLATE_NOOP("Deeds", "Give a ticket to another customer"),
    "ticket.mark_read": QT_TRANSLATE_NOOP("Deeds", "Mark as read or unread"),
    "ticket.rate": QT_TRANSLATE_NOOP("Deeds", "A customer's rating"),
    "contact.create": QT_TRANSLATE_NOOP("Deeds", "New customer"),
    "contact.update": QT_TRANSLATE_NOOP("Deeds", "Change a customer's details"),
    "contact.add_point": QT_TRANSLATE_NOOP("Deeds", "Add a customer's address or telephone"),
    "contact.remove_point": QT_TRANSLATE_NOOP("Deeds", "Remove a customer's address or telephone"),
    "contact.change_point": QT_TRANSLATE_NOOP("Deeds", "Change a customer's address or telephone"),
    "contact.make_primary": QT_TRANSLATE_NOOP("Deeds", "Prefer another address of a customer"),
    "contact.set_field": QT_TRANSLATE_NOOP("Deeds", "Change a customer's field"),
    "contact.add_note": QT_TRANSLATE_NOOP("Deeds", "Note on a customer"),
    "contact.remove_note": QT_TRANSLATE_NOOP("Deeds", "Remove a note on a customer"),
    "contact.tag": QT_TRANSLATE_NOOP("Deeds", "Tag a customer"),
    "contact.dismiss_merge": QT_TRANSLATE_NOOP("Deeds", "Two customers are not the same"),
    "contact.block": QT_TRANSLATE_NOOP("Deeds", "Block a sender"),
    "contact.unblock": QT_TRANSLATE_NOOP("Deeds", "Unblock a sender"),
    "canned.save": QT_TRANSLATE_NOOP("Deeds", "Save a canned reply"),
    "canned.delete": QT_TRANSLATE_NOOP("Deeds", "Remove a canned reply"),
    "view.save": QT_TRANSLATE_NOOP("Deeds", "Save a view"),
    "view.delete": QT_TRANSLATE_NOOP("Deeds", "Remove a view"),
    "preference.set": QT_TRANSLATE_NOOP("Deeds", "Change a setting of your own"),
    "room.open": QT_TRANSLATE_NOOP("Deeds", "Open a conversation with colleagues"),
    "room.post": QT_TRANSLATE_NOOP("Deeds", "Message to colleagues"),
    "room.rename": QT_TRANSLATE_NOOP("Deeds", "Name a conversation with colleagues"),
    "room.change_members": QT_TRANSLATE_NOOP("Deeds", "Change who takes part among colleagues"),
    "room.mark_seen": QT_TRANSLATE_NOOP("Deeds", "Mark colleagues' messages as read"),
}
"""By the command's TYPE."""
_OTHER = QT_TRANSLATE_NOOP("Deeds", "Another change")
_TEXTS = ("body", "subject", "name", "title")
_ICONS = {
    "message.send_reply": "reply",
    "message.add_note": "lock",
    "contact.add_note": "lock",
    "room.post": "users",
}


def deed(unsent: Unsent) -> str:
    """What it does, as a heading."""
    kind = unsent.command.TYPE if isinstance(unsent.command, Command) else ""
    return QCoreApplication.translate("Deeds", str(DEEDS.get(kind, _OTHER)))


def deed_icon(unsent: Unsent) -> str:
    kind = unsent.command.TYPE if isinstance(unsent.command, Command) else ""
    return _ICONS.get(kind, "pencil")


def written(unsent: Unsent) -> str:
    """What somebody typed for it; empty when nothing was."""
    for name in _TEXTS:
        text = getattr(unsent.command, name, "")
        if isinstance(text, str) and text.strip():
            return text
    return ""


def ticket_of(unsent: Unsent) -> str:
    """The ticket it is about, the first of several; empty: none."""
    one = getattr(unsent.command, "ticket_id", "")
    many = getattr(unsent.command, "ticket_ids", ())
    return str(one or (many[0] if many else ""))


def refusal(unsent: Unsent) -> str:
    """Why the host refused it; empty while it waits."""
    if not unsent.refusal:
        return ""
    params = {name: _value(value) for name, value in (unsent.params or {}).items()}
    return messages.rejection(Rejection(unsent.refusal, params))


def _value(value: object) -> str | int:
    return value if isinstance(value, str | int) else str(value)
