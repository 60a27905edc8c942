"""Questions about chats: the window's, and the channel's."""

from dataclasses import dataclass

from deskapp.core.api import Query
from deskapp.core.queries.mail import SendingAccount
from deskapp.models.dto import AttachmentInfo, ChatInfo, OpenChat
from deskapp.models.enums import ChatState, MessageKind


@dataclass(frozen=True, slots=True)
class GetChat(Query[ChatInfo | None]):
    """The live side of a ticket; None when it is no chat. Raises LookupError for an unknown ticket."""

    ticket_id: str


@dataclass(frozen=True, slots=True)
class GetOpenChats(Query[tuple[OpenChat, ...]]):
    """Chats that are waiting or active, who has waited longest first."""


# What the channel asks ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KnownVisitor:
    """A visitor who has written before, and the conversation that goes on (empty: none).

    `last_ticket_id` is the newest conversation, over or not: what was said at its end must reach the page.
    """

    id: str
    blocked: bool
    name: str
    email: str
    verified: bool
    ticket_id: str
    last_ticket_id: str = ""


@dataclass(frozen=True, slots=True)
class FindVisitor(Query[KnownVisitor | None]):
    """`email`: of a claim that the site signed; empty otherwise."""

    account_id: str
    token_hash: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """What a visitor may see of a message: never a note, never a held one."""

    id: str
    client_id: str  # of a message of the visitor's; empty otherwise
    kind: MessageKind  # inbound, outbound
    author_name: str
    text: str
    at: int
    order: int
    attachments: tuple[AttachmentInfo, ...]


@dataclass(frozen=True, slots=True)
class ChatMessages(Query[tuple[ChatMessage, ...]]):
    """Messages after `after`, oldest first; without `after` the newest `limit`."""

    ticket_id: str
    after: int = 0
    limit: int = 200


@dataclass(frozen=True, slots=True)
class ChatProgress:
    """Where a chat stands, for its visitor. `place`: in the queue, 1 is next; 0 when it was taken or is over."""

    ticket_id: str
    state: ChatState
    agent_name: str
    place: int
    seen_by_agent: int  # order of the visitor's last message that an agent has seen
    delivered_to: int
    unanswered: bool
    solved: bool
    score: int  # 0: not rated
    blocked: bool


@dataclass(frozen=True, slots=True)
class GetChatProgress(Query[ChatProgress]):
    """Raises LookupError when there is no such chat."""

    ticket_id: str


@dataclass(frozen=True, slots=True)
class ChatNews:
    """`messages`: as of `ChatMessages`."""

    progress: ChatProgress
    messages: tuple[ChatMessage, ...]


@dataclass(frozen=True, slots=True)
class GetChatNews(Query[ChatNews]):
    """What a page of a visitor's does not have yet, in one look. Raises LookupError: no ticket, or no chat."""

    ticket_id: str
    after: int = 0
    limit: int = 200


@dataclass(frozen=True, slots=True)
class GetManyChatNews(Query[tuple[ChatNews | None, ...]]):
    """The same for many pages in one look; None where there is no chat."""

    asked: tuple[GetChatNews, ...]


@dataclass(frozen=True, slots=True)
class ChatAttachment(Query[AttachmentInfo | None]):
    """A file that the visitor of this chat may have: of a public message in it; None otherwise."""

    ticket_id: str
    attachment_id: str


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether somebody can answer now. `agents` are the names of those online."""

    online: bool
    agents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GetAvailability(Query[Availability]):
    pass


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation to be mailed."""

    ticket_id: str
    ticket_number: int
    account: SendingAccount
    box_name: str
    language: str
    started_at: int
    messages: tuple[ChatMessage, ...]


@dataclass(frozen=True, slots=True)
class TranscriptOf(Query[Transcript]):
    """Raises LookupError when the chat or the mailbox is gone."""

    ticket_id: str
    account_id: str
