"""What notifications and sounds are called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from deskapp.models.dto import NotificationInfo
from deskapp.models.enums import NotificationKind
from deskapp.ui import messages


def kind_name(kind: NotificationKind) -> str:
    """What happened, as a heading."""
    names = {
        NotificationKind.NEW_TICKET: QCoreApplication.translate("Notify", "New conversation"),
        NotificationKind.NEW_CHAT: QCoreApplication.translate("Notify", "New chat"),
        NotificationKind.CHAT_MESSAGE: QCoreApplication.translate("Notify", "Chat message"),
        NotificationKind.CUSTOMER_REPLY: QCoreApplication.translate("Notify", "Customer answered"),
        NotificationKind.SNOOZE_ENDED: QCoreApplication.translate("Notify", "Snooze is over"),
        NotificationKind.SEND_FAILED: QCoreApplication.translate("Notify", "Could not be sent"),
        NotificationKind.HELD_MESSAGE: QCoreApplication.translate("Notify", "From someone new"),
        NotificationKind.ACCOUNT_PROBLEM: QCoreApplication.translate("Notify", "Mailbox problem"),
        NotificationKind.MENTION: QCoreApplication.translate("Notify", "A colleague mentions you"),
    }
    return names[kind]


def sound_name(sound: str) -> str:
    """A sound by its voice; "none" is silence."""
    names = {
        "customer": QCoreApplication.translate("Notify", "Three bells"),
        "reply": QCoreApplication.translate("Notify", "Two bells"),
        "colleague": QCoreApplication.translate("Notify", "Knock"),
        "reminder": QCoreApplication.translate("Notify", "One bell"),
        "failure": QCoreApplication.translate("Notify", "Low horn"),
        "none": QCoreApplication.translate("Notify", "None"),
    }
    return names.get(sound, sound)


KIND_ICONS = {
    NotificationKind.NEW_TICKET: "inbox",
    NotificationKind.NEW_CHAT: "chat",
    NotificationKind.CHAT_MESSAGE: "chat",
    NotificationKind.CUSTOMER_REPLY: "reply",
    NotificationKind.SNOOZE_ENDED: "snooze",
    NotificationKind.SEND_FAILED: "alert",
    NotificationKind.HELD_MESSAGE: "user",
    NotificationKind.ACCOUNT_PROBLEM: "wifi-off",
    NotificationKind.MENTION: "users",
}


def headline(item: NotificationInfo) -> str:
    """Who it is from, or what it is about."""
    return item.title or kind_name(item.kind)


def body(item: NotificationInfo) -> str:
    """What is below the headline: the kind, the ticket and its subject, in one line."""
    if item.kind is NotificationKind.ACCOUNT_PROBLEM:
        return messages.problem(item.body)
    number = f"#{item.ticket_number}" if item.ticket_number else ""
    return " · ".join(part for part in (kind_name(item.kind), number, item.body) if part)


ROOM_TARGET = "room:"


def target(item: NotificationInfo) -> str:
    """Where pressing it leads: the id of a ticket, or `room:<id>:<place of the message>`; empty: nowhere."""
    if item.room_id:
        return f"{ROOM_TARGET}{item.room_id}:{item.room_position}"
    return item.ticket_id
