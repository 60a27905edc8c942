"""Commands of web chat: what the channel hands in, and what an agent does with a chat.

The channel's own commands carry a visitor by the SHA-256 of the browser's token, never by the token.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from deskapp.core.api import Command, Offline
from deskapp.core.commands.messages import AttachmentRef
from deskapp.core.commands.registry import command


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorClaim:
    """Who a browser says it is. Everything but `token_hash` and `verified` is hostile text.

    `verified`: the site's own back end signed `email`, `name` and `external_id`.
    """

    token_hash: str  # SHA-256 of the token, 64 hexadecimal characters
    name: str = ""
    email: str = ""
    external_id: str = ""
    verified: bool = False
    language: str = ""  # en, es
    answers: tuple[tuple[str, str], ...] = ()  # (label, value)
    page_url: str = ""
    page_title: str = ""
    referrer: str = ""


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SaveChatBox(Command):
    """Make or change a chat box: an account of channel `webchat`, whose id is what the site's snippet names.

    `settings` keys are those of `core.policies.chat_box.DEFAULTS`. Rejected: name_empty, origin_invalid(value),
    setting_invalid(name).
    """

    TYPE: ClassVar[str] = "account.save_chat_box"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    account_id: str
    name: str
    enabled: bool = True
    settings: Mapping[str, object] = field(default_factory=dict)


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveChat(Command):
    """A visitor's message. It goes into the visitor's chat, or opens one.

    `client_id` is the browser's own id of the message: the same one again changes nothing. `leave`: nobody is
    online, the visitor leaves a message. The other ids are used when something new is needed.
    `result`: ticket_id, message_id, order, at, duplicate, opened. Rejected: visitor_blocked, box_closed, body_empty,
    body_too_long.
    """

    TYPE: ClassVar[str] = "chat.receive"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    account_id: str
    visitor: VisitorClaim
    client_id: str
    body: str
    attachments: tuple[AttachmentRef, ...] = ()
    leave: bool = False
    visitor_id: str
    contact_id: str
    ticket_id: str
    message_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyVisitor(Command):
    """A visitor who has a chat came back with another claim: a name typed later, a signature of the site."""

    TYPE: ClassVar[str] = "chat.identify"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    account_id: str
    visitor: VisitorClaim


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class MarkChat(Command):
    """How far the visitor's page has the conversation, and how far it was looked at (orders). Never goes back."""

    TYPE: ClassVar[str] = "chat.mark"
    OFFLINE: ClassVar[Offline] = Offline.LOCAL
    ticket_id: str
    delivered_to: int = 0
    seen_to: int = 0


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class ChatUnanswered(Command):
    """Timer: nobody has taken the chat in time. Written into its history; the visitor is told."""

    TYPE: ClassVar[str] = "chat.unanswered"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    ticket_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class TakeChat(Command):
    """I answer this one. Rejected: not_a_chat, chat_ended, chat_taken(name)."""

    TYPE: ClassVar[str] = "webchat.take"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    ticket_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class EndChat(Command):
    """End a chat, by its agent or (from the channel) by its visitor; what is written next opens another one."""

    TYPE: ClassVar[str] = "webchat.end"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    ticket_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptIdentity(Command):
    """The visitor is who the typed address says: chat and mail of that person are one contact's from now on.

    With a contact of that address the visitor's own is merged into it; without one the address becomes the
    visitor's contact point. Rejected: not_a_chat, no_claim. Undo: UnmergeContact, or RemoveContactPoint.
    """

    TYPE: ClassVar[str] = "webchat.accept_identity"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    ticket_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseIdentity(Command):
    """The typed address is not this person's: it is not suggested again."""

    TYPE: ClassVar[str] = "webchat.refuse_identity"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    ticket_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class BlockVisitor(Command):
    """End the chat and accept nothing more from that browser. Undo: BlockVisitor(blocked=False)."""

    TYPE: ClassVar[str] = "webchat.block"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    ticket_id: str
    blocked: bool = True


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SendTranscript(Command):
    """Mail the conversation to `address`, once for each chat and address and within the limits of automatic mail.

    Rejected: not_a_chat, address_invalid, no_account, not_answered (no agent has spoken), transcript_limit.
    """

    TYPE: ClassVar[str] = "webchat.transcript"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    ticket_id: str
    address: str
