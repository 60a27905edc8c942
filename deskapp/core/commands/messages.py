"""Commands on what is said in a ticket."""

from dataclasses import dataclass
from typing import ClassVar

from deskapp.core.api import Command, Offline
from deskapp.core.commands.registry import command
from deskapp.models.dto import Address
from deskapp.models.enums import TicketStatus


@dataclass(frozen=True, slots=True)
class AttachmentRef:
    """A blob that is already stored. `filename` is data, never a path."""

    id: str
    filename: str
    mime: str
    size: int
    sha256: str
    content_id: str = ""
    inline: bool = False


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SendReply(Command):
    """Answer the customer. On the e-mail channel it leaves after `hold_ms`; elsewhere it is recorded.

    `seen_order` is the last conversation item that the author saw; 0: not known. Rejected: no_recipient,
    unknown_account, ticket_deleted, newer_message(name, at, order). Undo: CancelSend while it is held.
    `result`: message_id, deliver_at.

    newer_message: somebody has spoken whom the author had not heard. By mail, or out of an offline queue, that is any
    newer public message of another person; in a live chat, where visitors write in bursts, only a colleague's answer.
    Nothing is written then: the words are still with whoever sent the command, and the window (or the outbox) puts
    them back into the composer, beside that message.
    """

    TYPE: ClassVar[str] = "message.send_reply"
    ticket_id: str
    message_id: str
    body: str
    seen_order: int
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    subject: str = ""  # empty: "Re: " and the ticket's
    account_id: str = ""  # empty: the ticket's
    in_reply_to: str = ""  # message id; empty: the last inbound one
    attachments: tuple[AttachmentRef, ...] = ()
    quote: bool = True
    forward: bool = False
    hold_ms: int = 10_000
    set_status: TicketStatus | None = None
    canned_ids: tuple[str, ...] = ()


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(Command):
    """A private note: it can never reach a customer.

    Who is mentioned is notified, and may see the ticket from then on.
    """

    TYPE: ClassVar[str] = "message.add_note"
    ticket_id: str
    message_id: str
    body: str
    attachments: tuple[AttachmentRef, ...] = ()
    mentions: tuple[str, ...] = ()  # ids of agents


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordInbound(Command):
    """What a customer said on the phone or at the counter, written down by an agent."""

    TYPE: ClassVar[str] = "message.record_inbound"
    ticket_id: str
    message_id: str
    body: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSend(Command):
    """Take back a reply that has not left; it is a draft again. Rejected: already_sent."""

    TYPE: ClassVar[str] = "message.cancel_send"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    message_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SendNow(Command):
    """Do not wait for the hold to end."""

    TYPE: ClassVar[str] = "message.send_now"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    message_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RetrySend(Command):
    """Try a failed message again, under the same Message-ID."""

    TYPE: ClassVar[str] = "message.retry_send"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    message_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class AdmitMessage(Command):
    """Let a held message in: its sender takes part from now on."""

    TYPE: ClassVar[str] = "message.admit"
    message_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SplitMessage(Command):
    """Move a message (held or not) to a ticket of its own. `result`: ticket_id, number."""

    TYPE: ClassVar[str] = "message.split"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    message_id: str
    ticket_id: str  # of the new ticket


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRemoteImages(Command):
    """Fetch the remote images of one message, once, at an agent's wish."""

    TYPE: ClassVar[str] = "message.load_remote_images"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    message_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft(Command):
    """What is being typed in a ticket, one draft for each agent and ticket. An empty one is removed.

    `mode` is the composer's: reply, reply_all, forward, note, or inbound (what the customer said
    elsewhere, to become a RecordInbound). `draft_id` is the draft from which it goes on ("": there was none): another
    one, that the desk has given back meanwhile, stays above it. None: it takes the place of whatever is there.
    """

    TYPE: ClassVar[str] = "draft.save"
    OFFLINE: ClassVar[Offline] = Offline.LOCAL
    ticket_id: str
    mode: str
    body: str
    subject: str = ""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    attachments: tuple[AttachmentRef, ...] = ()
    account_id: str = ""
    in_reply_to: str = ""
    seen_order: int = 0
    draft_id: str | None = None


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardDraft(Command):
    """Only the draft that `draft_id` names; None: whatever is there. Undo: SaveDraft of what it was."""

    TYPE: ClassVar[str] = "draft.discard"
    OFFLINE: ClassVar[Offline] = Offline.LOCAL
    ticket_id: str
    draft_id: str | None = None
