"""Closed vocabularies. The string values are what the database and the wire carry."""

from enum import StrEnum


class TicketStatus(StrEnum):
    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    SOLVED = "solved"
    CLOSED = "closed"

    @property
    def is_active(self) -> bool:
        """Whether somebody still has to do something: not solved, not closed."""
        return self not in (TicketStatus.SOLVED, TicketStatus.CLOSED)


class Channel(StrEnum):
    EMAIL = "email"
    WEBCHAT = "webchat"
    PHONE = "phone"
    COUNTER = "counter"
    OTHER = "other"


class Bucket(StrEnum):
    """Where a ticket is kept; derived on every write, so that a view is one index range."""

    ACTIVE = "active"
    SNOOZED = "snoozed"
    DONE = "done"
    SPAM = "spam"
    TRASH = "trash"
    MERGED = "merged"


class MessageKind(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    NOTE = "note"


class Delivery(StrEnum):
    """State of an outbound message. NONE is for everything that is not sent anywhere."""

    NONE = "none"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # the connection broke after DATA: it may have been sent
    CANCELLED = "cancelled"
    DELIVERED = "delivered"  # of a chat: it is in the visitor's page
    SEEN = "seen"  # of a chat: the visitor has looked at it


class ChatState(StrEnum):
    WAITING = "waiting"  # nobody has taken it yet
    ACTIVE = "active"
    LEFT_MESSAGE = "left_message"  # nobody was online: the visitor left a message and an address
    ENDED = "ended"

    @property
    def is_live(self) -> bool:
        """Whether somebody may be sitting in front of it."""
        return self in (ChatState.WAITING, ChatState.ACTIVE)


class PointKind(StrEnum):
    """Kinds of contact point: a value by which a contact is recognised or reached."""

    EMAIL = "email"
    PHONE = "phone"
    NATIONAL_ID = "national_id"


class FieldKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    CHOICE = "choice"


class ActorKind(StrEnum):
    AGENT = "agent"
    CONTACT = "contact"
    SYSTEM = "system"


class Role(StrEnum):
    ADMIN = "admin"  # everything, in every department
    SUPERVISOR = "supervisor"
    AGENT = "agent"
    LIGHT = "light"  # reads and notes, never answers a customer


class AgentState(StrEnum):
    ONLINE = "online"
    AWAY = "away"
    EMAIL_ONLY = "email_only"
    INVISIBLE = "invisible"
    PAUSED = "paused"


class EffectState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # retries are used up: a person retries or drops it
    DROPPED = "dropped"


class NotificationKind(StrEnum):
    NEW_TICKET = "new_ticket"
    NEW_CHAT = "new_chat"
    CHAT_MESSAGE = "chat_message"
    CUSTOMER_REPLY = "customer_reply"
    SNOOZE_ENDED = "snooze_ended"
    SEND_FAILED = "send_failed"
    HELD_MESSAGE = "held_message"
    ACCOUNT_PROBLEM = "account_problem"
    MENTION = "mention"


class SortOrder(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
