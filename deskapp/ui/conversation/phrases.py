"""Sentences about messages: what state one is in, why it failed, what is odd about its sender."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from deskapp.models.dto import Address, MailVerdict, MessageView
from deskapp.models.enums import Channel, Delivery, MessageKind, TicketStatus
from deskapp.ui import messages

translate = QCoreApplication.translate


STATUS_KINDS = {
    TicketStatus.NEW: "accent",
    TicketStatus.OPEN: "",
    TicketStatus.WAITING: "accent",
    TicketStatus.SOLVED: "ok",
    TicketStatus.CLOSED: "",
}
"""The look of a status pill."""


def file_size(size: int) -> str:
    """ "1.2 MB", as the language writes it."""
    return QLocale().formattedDataSize(
        max(size, 0), 1 if size >= 1024 else 0, QLocale.DataSizeFormat.DataSizeTraditionalFormat
    )


def delivery_word(message: MessageView) -> str:
    """One word after the time of a message of ours; empty when there is nothing to say."""
    return {
        Delivery.SENDING: translate("delivery", "sending…"),
        Delivery.SENT: translate("delivery", "sent"),
        Delivery.DELIVERED: translate("delivery", "delivered"),
        Delivery.SEEN: translate("delivery", "seen"),
        Delivery.CANCELLED: translate("delivery", "taken back"),
    }.get(message.delivery, "")


def delivery_sentence(message: MessageView, now: int) -> str:
    """What an agent must know or may act on; empty when all is well."""
    if message.delivery is Delivery.QUEUED:
        return _queued(message, now)
    if message.delivery is Delivery.FAILED:
        return translate("delivery", "Not sent: %1").replace("%1", failure(message.delivery_error))
    if message.delivery is Delivery.UNCERTAIN:
        return translate(
            "delivery",
            "The connection broke at the last moment. It may have been sent; a retry may send it twice.",
        )
    return ""


def _queued(message: MessageView, now: int) -> str:
    if message.deliver_at is None or message.deliver_at <= now:
        if message.delivery_error:
            reason = failure(message.delivery_error)
            return translate("delivery", "Waiting to be sent again: %1").replace("%1", reason)
        return translate("delivery", "Waiting to be sent")
    seconds = -(-(message.deliver_at - now) // 1000)
    if seconds <= 90 and not message.delivery_error:
        return translate("delivery", "Leaves in %1 s").replace("%1", str(seconds))
    minutes = -(-seconds // 60)
    if not message.delivery_error:
        return translate("delivery", "Leaves in %1 min").replace("%1", str(minutes))
    words = translate("delivery", "Next try in %1 min: %2").replace("%1", str(minutes))
    return words.replace("%2", failure(message.delivery_error))


def failure(error: str) -> str:
    """A delivery error in plain words: a code of the mail channel, perhaps with the server's words."""
    code, _, detail = error.partition(":")
    if not code.strip():
        return translate("failure", "The reason is not known.")
    if code.strip() not in messages.PROBLEMS:
        return " ".join(error.split())[:300]
    words = messages.problem(code.strip())
    return f"{words} ({' '.join(detail.split())[:200]})" if detail.strip() else words


def verdict_warning(message: MessageView) -> str:
    """What is wrong with the sender of a mail, as the account's own server saw it; else empty."""
    if message.kind is not MessageKind.INBOUND or message.channel is not Channel.EMAIL:
        return ""
    verdict = message.verdict
    if verdict.dmarc == "fail":
        return translate("verdict", "May be forged: the sender's domain does not vouch for it")
    if "fail" in (verdict.spf, verdict.dkim) and not verdict.aligned:
        return translate("verdict", "The sender could not be verified")
    return ""


def verdict_line(verdict: MailVerdict) -> str:
    """SPF, DKIM and DMARC for the details of a message."""
    parts = (("SPF", verdict.spf), ("DKIM", verdict.dkim), ("DMARC", verdict.dmarc))
    said = " · ".join(f"{name} {result}" for name, result in parts if result)
    return f"{said} ({verdict.authserv_id})" if said and verdict.authserv_id else said


def address_line(addresses: tuple[Address, ...]) -> str:
    """ "Ana <ana@shop.es>, bo@shop.es"."""
    return ", ".join(f"{a.name} <{a.address}>" if a.name else a.address for a in addresses)


def link_warning_words(code: str, shown: str, host: str) -> str:
    """What `core.policies.display.LinkWarning` means."""
    sentences = {
        "other_host": translate("link", "It reads “%1” but leads to %2."),
        "user_info": translate("link", "Its address hides where it leads: %2."),
        "ip_address": translate("link", "It leads to a bare number instead of a name: %2."),
        "look_alike": translate("link", "Its name imitates another one: %2."),
        "hidden": translate("link", "It contains hidden characters. It leads to %2."),
    }
    sentence = sentences.get(code, translate("link", "It leads to %2."))
    return sentence.replace("%2", host).replace("%1", shown)
