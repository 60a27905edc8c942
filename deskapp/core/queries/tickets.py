"""One ticket and its conversation."""

from dataclasses import dataclass

from deskapp.core.api import Query
from deskapp.models.dto import ConversationPage, MessageHtml, MessageView, OutboxItem, TicketDetail


@dataclass(frozen=True, slots=True)
class GetTicket(Query[TicketDetail]):
    """By id, or by number when `ticket_id` is empty."""

    ticket_id: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class GetConversation(Query[ConversationPage]):
    """The newest `limit` items, or those above `before` (an `order`). Merged tickets' messages included."""

    ticket_id: str
    limit: int = 50
    before: int | None = None


@dataclass(frozen=True, slots=True)
class GetMessage(Query[MessageView]):
    message_id: str


@dataclass(frozen=True, slots=True)
class GetMessageHtml(Query[MessageHtml]):
    message_id: str


@dataclass(frozen=True, slots=True)
class GetMessageSource(Query[str]):
    """SHA-256 of the raw bytes as they came or left; empty when there are none."""

    message_id: str


@dataclass(frozen=True, slots=True)
class GetOutbox(Query[tuple[OutboxItem, ...]]):
    """What waits or failed; nothing in here is silent."""
