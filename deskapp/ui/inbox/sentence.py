"""What the desk's own words are called in the user's language, and a row read as one sentence."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication

from deskapp.core.policies.display import strip_hidden
from deskapp.models.dto import TicketRow
from deskapp.models.enums import Channel, Delivery, MessageKind, TicketStatus
from deskapp.ui.when import relative_time, until


def now_ms() -> int:
    """The present for what is only shown."""
    return time.time_ns() // 1_000_000


def status_name(status: TicketStatus) -> str:
    """A status as people say it."""
    names = {
        TicketStatus.NEW: QCoreApplication.translate("words", "New"),
        TicketStatus.OPEN: QCoreApplication.translate("words", "Open"),
        TicketStatus.WAITING: QCoreApplication.translate("words", "Waiting for customer"),
        TicketStatus.SOLVED: QCoreApplication.translate("words", "Solved"),
        TicketStatus.CLOSED: QCoreApplication.translate("words", "Closed"),
    }
    return names[status]


def channel_name(channel: Channel) -> str:
    """A channel as people say it."""
    names = {
        Channel.EMAIL: QCoreApplication.translate("words", "E-mail"),
        Channel.WEBCHAT: QCoreApplication.translate("words", "Web chat"),
        Channel.PHONE: QCoreApplication.translate("words", "Phone"),
        Channel.COUNTER: QCoreApplication.translate("words", "Counter"),
        Channel.OTHER: QCoreApplication.translate("words", "Other"),
    }
    return names[channel]


CHANNEL_ICONS = {
    Channel.EMAIL: "mail",
    Channel.WEBCHAT: "chat",
    Channel.PHONE: "phone",
    Channel.COUNTER: "store",
    Channel.OTHER: "note",
}


def who(row: TicketRow) -> str:
    """The customer's name for the first line."""
    return strip_hidden(row.contact_name) or QCoreApplication.translate("words", "Unknown sender")


def subject(row: TicketRow) -> str:
    return strip_hidden(row.subject) or QCoreApplication.translate("words", "(no subject)")


def snippet(row: TicketRow, me: str = "") -> str:
    """The last words with whose they are: "You: …", "Note by Iván: …". `me` is the user's name."""
    words = strip_hidden(row.snippet)
    if row.snippet_kind is MessageKind.OUTBOUND:
        mine = not row.snippet_author or row.snippet_author == me
        author = (
            QCoreApplication.translate("words", "You") if mine else row.snippet_author.split(" ")[0]
        )
        return f"{author}: {words}"
    if row.snippet_kind is MessageKind.NOTE:
        author = row.snippet_author.split(" ")[0]
        lead = (
            QCoreApplication.translate("words", "Note by %1").replace("%1", author)
            if author
            else QCoreApplication.translate("words", "Note")
        )
        return f"{lead}: {words}"
    return words


def pill(row: TicketRow, now: int) -> tuple[str, str, str]:
    """The one thing to know about a row at a glance: text, kind and icon of its pill.

    All are empty when there is nothing to say; that it needs a reply is an icon alone.
    """
    if row.delivery in (Delivery.FAILED, Delivery.UNCERTAIN):
        return QCoreApplication.translate("words", "Not sent"), "bad", "alert"
    if row.held:
        return QCoreApplication.translate("words", "Someone new"), "warn", ""
    if row.delivery in (Delivery.QUEUED, Delivery.SENDING):
        return QCoreApplication.translate("words", "Sending"), "accent", ""
    if row.snoozed_until is not None and row.snoozed_until > now:
        return until(row.snoozed_until, now), "", "snooze"
    if row.status in (TicketStatus.SOLVED, TicketStatus.CLOSED):
        return status_name(row.status), "ok", ""
    if row.status is TicketStatus.WAITING:
        return QCoreApplication.translate("words", "Waiting"), "accent", ""
    if row.status is TicketStatus.NEW:
        return status_name(row.status), "warn", ""
    if row.needs_reply:
        return "", "", "reply"
    return "", "", ""


def row_sentence(row: TicketRow) -> str:
    """Everything a row shows, as a screen reader says it."""
    now = now_ms()
    parts = [
        who(row),
        channel_name(row.channel),
        subject(row),
        snippet(row),
        relative_time(row.updated_at, now),
        pill(row, now)[0] or status_name(row.status),
    ]
    if row.needs_reply:
        parts.append(QCoreApplication.translate("words", "Needs reply"))
    if row.unread:
        parts.append(QCoreApplication.translate("words", "%n unread", "", row.unread))
    if row.tags:
        parts.append(", ".join(row.tags))
    return ". ".join(part for part in parts if part) + "."
