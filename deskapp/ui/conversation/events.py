"""What happened between messages, and why, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication

from deskapp.core.policies.display import safe_name
from deskapp.models.dto import EventView
from deskapp.models.enums import ActorKind, Channel, TicketStatus
from deskapp.ui.inbox.sentence import channel_name, status_name
from deskapp.ui.when import date_time, duration, until

translate = QCoreApplication.translate
Data = Mapping[str, object]

ICONS = {
    "ticket_created": "plus",
    "assigned": "user",
    "status_changed": "tick",
    "snoozed": "snooze",
    "woken": "snooze",
    "marked_spam": "ban",
    "unmarked_spam": "ban",
    "deleted": "trash",
    "restored": "undo",
    "change_undone": "undo",
    "send_cancelled": "undo",
    "merged_from": "merge",
    "merged_into": "merge",
    "unmerged": "merge",
    "unmerged_from": "merge",
    "message_split": "merge",
    "message_held": "user",
    "message_admitted": "user",
    "mail_unreadable": "alert",
    "policies_stopped": "alert",
    "acknowledged": "mail",
    "not_acknowledged": "mail",
    "rated": "star",
    "chat_started": "chat",
    "message_left": "chat",
    "chat_taken": "user",
    "chat_unanswered": "clock",
    "chat_ended": "minus",
    "chat_rated": "star",
    "identity_accepted": "shield",
    "identity_refused": "user",
    "visitor_blocked": "ban",
    "visitor_unblocked": "ban",
    "transcript_sent": "mail",
    "access_given": "users",
    "department_changed": "users",
}


def sentence(event: EventView, now: int, agent_name: str = "") -> str:
    """The line itself: "Assigned to Lucía · nobody else works here". `agent_name` is the reader's."""
    tell = _SENTENCES.get(event.kind)
    told = tell(event.data, now) if tell else event.kind.replace("_", " ")
    if event.kind == "assigned" and agent_name and event.data.get("agent") == agent_name:
        told = translate("events", "Assigned to you")
    parts = [told, _actor(event), why(str(event.data.get("why", "")))]
    return " · ".join(part for part in parts if part)


def receipt(event: EventView) -> str:
    """Everything that was written down about it: when, who, and each value."""
    lines = [date_time(event.at)]
    names = {
        "agent": translate("events", "Agent"),
        "candidates": translate("events", "Candidates"),
        "before": translate("events", "Before"),
        "after": translate("events", "After"),
        "address": translate("events", "Address"),
        "reason": translate("events", "Reason"),
        "rounds": translate("events", "Rounds"),
        "comment": translate("events", "Comment"),
        "page": translate("events", "Page"),
    }
    for key, name in names.items():
        value = event.data.get(key)
        if value not in (None, "", [], ()):
            lines.append(f"{name}: {_value(value)}")
    return "\n".join([*lines, *_answers(event.data)])


def why(code: str) -> str:
    """The reason behind an event in a few words; empty when it needs none."""
    return {
        "replied": translate("why", "by answering"),
        "only_agent": translate("why", "nobody else works here"),
        "took_chat": translate("why", "by taking the chat"),
        "other_department": translate("why", "it is another department's"),
        "light": translate("why", "they no longer answer customers"),
        "nobody_fits": translate("why", "nobody here may answer it"),
        "mentioned": translate("why", "mentioned in a note"),
        "assigned": translate("why", "the ticket was given to them"),
        "created": translate("why", "they wrote the ticket down"),
        "shared_queue": translate("why", "several people may take it"),
        "customer_wrote": translate("why", "the customer wrote"),
        "time_came": translate("why", "the time came"),
        "stranger": translate("why", "the sender takes no part in this ticket"),
        "signed_reference": translate("why", "it answers a mail of ours"),
        "reference": translate("why", "it answers a mail of this ticket"),
        "history": translate("why", "imported history"),
        "list": translate("why", "from a mailing list"),
        "bounce": translate("why", "a mail of ours came back"),
        "new_ticket": translate("why", "a new ticket"),
        "switched_off": translate("why", "acknowledgements are switched off"),
        "automatic_sender": translate("why", "the sender is a program"),
        "not_accepted": translate("why", "it is spam or held"),
        "no_address": translate("why", "there is no address"),
        "own_address": translate("why", "the sender is ourselves"),
        "nobody_reads": translate("why", "nobody reads that address"),
        "unknown_sender": translate("why", "the sender is not known"),
        "already_acknowledged": translate("why", "there was one already"),
        "daily_limit": translate("why", "one a day is enough"),
        "hourly_limit": translate("why", "too many automatic mails this hour"),
        "ticket_limit": translate("why", "too many automatic mails on this ticket"),
    }.get(code, "")


def _actor(event: EventView) -> str:
    if event.actor_kind is not ActorKind.AGENT or not event.actor_name:
        return ""
    return safe_name(event.actor_name)


def _answers(data: Data) -> list[str]:
    """What a visitor answered to the questions before the chat."""
    answers = data.get("answers")
    pairs = answers if isinstance(answers, list | tuple) else ()
    return [": ".join(safe_name(str(part)) for part in pair[:2]) for pair in pairs]


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(safe_name(str(item)) for item in value)
    text = str(value)
    return status_name(TicketStatus(text)) if text in set(TicketStatus) else safe_name(text)


def _assigned(data: Data, _now: int) -> str:
    agent = safe_name(str(data.get("agent", "")))
    if not agent:
        return translate("events", "Assigned to nobody")
    return translate("events", "Assigned to %1").replace("%1", agent)


def _status(data: Data, _now: int) -> str:
    return translate("events", "Now: %1").replace("%1", _value(data.get("after", "")))


def _created(data: Data, _now: int) -> str:
    channel = str(data.get("channel", ""))
    name = channel_name(Channel(channel)) if channel in set(Channel) else channel
    return translate("events", "Ticket opened · %1").replace("%1", name)


def _snoozed(data: Data, now: int) -> str:
    moment = data.get("until")
    if not isinstance(moment, int):
        return translate("events", "Snoozed")
    return translate("events", "Snoozed until %1").replace("%1", until(moment, now))


def _rated(data: Data, now: int) -> str:
    if data.get("scale") == 2:
        return _chat_rated(data, now)
    words = translate("events", "Rated %1 of %2")
    return words.replace("%1", str(data.get("score", ""))).replace("%2", str(data.get("scale", "")))


def _chat_rated(data: Data, _now: int) -> str:
    """A thumb: 2 is up, 1 is down."""
    good = data.get("score") == 2 or data.get("good") is True
    told = translate("events", "Rated good") if good else translate("events", "Rated bad")
    comment = safe_name(str(data.get("comment") or ""))
    return f"{told}: “{comment}”" if comment else told


def _started(words: Callable[[], str]) -> Callable[[Data, int], str]:
    def tell(data: Data, _now: int) -> str:
        page = safe_name(str(data.get("page") or ""), 80)
        parts = (words(), page, " · ".join(_answers(data)))
        return " · ".join(part for part in parts if part)

    return tell


def _timed(words: Callable[[], str]) -> Callable[[Data, int], str]:
    """A sentence with how long it took."""

    def tell(data: Data, _now: int) -> str:
        seconds = data.get("seconds")
        return words().replace("%1", duration(seconds if isinstance(seconds, int) else 0))

    return tell


def _ended(data: Data, _now: int) -> str:
    if data.get("ended_by") == ActorKind.CONTACT:
        return translate("events", "The visitor ended the chat")
    return translate("events", "The chat was ended")


def _subject(data: Data, _now: int) -> str:
    before, after = (safe_name(str(data.get(key, ""))) for key in ("before", "after"))
    words = translate("events", "Subject changed from “%1” to “%2”")
    return words.replace("%2", after).replace("%1", before)


def _contact(data: Data, _now: int) -> str:
    after = safe_name(str(data.get("after", "")))
    return translate("events", "Now a ticket of %1").replace("%1", after)


def _let_in(data: Data, _now: int) -> str:
    agent = safe_name(str(data.get("agent", "")))
    return translate("events", "%1 may see this ticket").replace("%1", agent)


def _department(data: Data, _now: int) -> str:
    after = safe_name(str(data.get("after", "")))
    if not after:
        return translate("events", "Now everybody's")
    return translate("events", "Moved to %1").replace("%1", after)


def _numbered(words: Callable[[], str]) -> Callable[[Data, int], str]:
    """A sentence with another ticket's number and subject."""

    def tell(data: Data, _now: int) -> str:
        other = f"#{data.get('number', '')} {safe_name(str(data.get('subject', '')))}".strip()
        return words().replace("%1", other)

    return tell


def _addressed(words: Callable[[], str]) -> Callable[[Data, int], str]:
    def tell(data: Data, _now: int) -> str:
        return words().replace("%1", safe_name(str(data.get("address", ""))))

    return tell


def _plain(words: Callable[[], str]) -> Callable[[Data, int], str]:
    return lambda _data, _now: words()


_SENTENCES: Mapping[str, Callable[[Data, int], str]] = {
    "ticket_created": _created,
    "assigned": _assigned,
    "status_changed": _status,
    "snoozed": _snoozed,
    "rated": _rated,
    "subject_changed": _subject,
    "contact_changed": _contact,
    "woken": _plain(lambda: translate("events", "No longer snoozed")),
    "marked_spam": _plain(lambda: translate("events", "Marked as spam")),
    "unmarked_spam": _plain(lambda: translate("events", "Not spam")),
    "deleted": _plain(lambda: translate("events", "Moved to the trash")),
    "restored": _plain(lambda: translate("events", "Taken out of the trash")),
    "change_undone": _plain(lambda: translate("events", "A change was undone")),
    "send_cancelled": _plain(lambda: translate("events", "A reply was taken back before it left")),
    "mail_unreadable": _plain(
        lambda: translate("events", "This mail could not be read; its source is attached")
    ),
    "policies_stopped": _plain(lambda: translate("events", "Rules were stopped: they never ended")),
    "access_given": _let_in,
    "department_changed": _department,
    "merged_into": _numbered(lambda: translate("events", "Merged into %1")),
    "merged_from": _numbered(lambda: translate("events", "%1 was merged into this ticket")),
    "unmerged_from": _numbered(lambda: translate("events", "Separated from %1")),
    "unmerged": _numbered(lambda: translate("events", "%1 was separated from this ticket")),
    "message_split": _numbered(lambda: translate("events", "A message was moved to %1")),
    "message_held": _addressed(lambda: translate("events", "A message of %1 is held")),
    "message_admitted": _addressed(lambda: translate("events", "%1 was let in")),
    "acknowledged": _addressed(lambda: translate("events", "Receipt acknowledged to %1")),
    "not_acknowledged": _plain(lambda: translate("events", "Receipt not acknowledged")),
    "chat_started": _started(lambda: translate("events", "Chat started")),
    "message_left": _started(lambda: translate("events", "Message left: nobody was online")),
    "chat_taken": _timed(lambda: translate("events", "Chat taken after %1")),
    "chat_unanswered": _timed(lambda: translate("events", "Nobody took the chat within %1")),
    "chat_ended": _ended,
    "chat_rated": _chat_rated,
    "identity_accepted": _addressed(lambda: translate("events", "Accepted as %1")),
    "identity_refused": _addressed(lambda: translate("events", "Not %1")),
    "visitor_blocked": _plain(lambda: translate("events", "Visitor blocked")),
    "visitor_unblocked": _plain(lambda: translate("events", "Visitor no longer blocked")),
    "transcript_sent": _addressed(lambda: translate("events", "Transcript mailed to %1")),
}
