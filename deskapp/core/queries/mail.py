"""What the e-mail channel asks the desk: where it stopped reading, and what it is to send."""

from collections.abc import Mapping
from dataclasses import dataclass

from deskapp.core.api import Query
from deskapp.models.dto import Address, AttachmentInfo
from deskapp.models.enums import Delivery


@dataclass(frozen=True, slots=True)
class FolderMark:
    """How far a folder was read; the newest UIDVALIDITY of each folder."""

    folder: str
    uidvalidity: int
    last_uid: int
    first_live_uid: int


@dataclass(frozen=True, slots=True)
class FolderMarks(Query[tuple[FolderMark, ...]]):
    account_id: str


@dataclass(frozen=True, slots=True)
class PendingRaw:
    """A raw mail that is stored and was not received yet. `size` is what the server said."""

    sha256: str
    size: int
    account_id: str
    source: str
    history: bool


@dataclass(frozen=True, slots=True)
class PendingRawMails(Query[tuple[PendingRaw, ...]]):
    """Oldest first. Empty text: of any source (imap, import)."""

    source: str = ""
    limit: int = 200


@dataclass(frozen=True, slots=True)
class SendingAccount:
    """The mailbox through which a mail leaves. `settings` as `SaveAccount` takes them."""

    id: str
    name: str
    address: str
    signature: str
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AnsweredMessage:
    """The message that is answered or forwarded: what may be quoted of it. Never a note."""

    id: str
    author: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    at: int
    subject: str
    text: str
    quoted: str
    rfc_message_id: str
    attachments: tuple[AttachmentInfo, ...]


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """All that a mail is made of. `references` are Message-IDs of the public thread, oldest first."""

    id: str
    ticket_id: str
    ticket_number: int
    account: SendingAccount
    author_name: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    subject: str
    body: str
    at: int
    rfc_message_id: str  # of an earlier try; empty before the first
    raw_sha256: str  # of an earlier try
    delivery: Delivery
    forward: bool
    answered: AnsweredMessage | None
    quote: bool
    references: tuple[str, ...]
    attachments: tuple[AttachmentInfo, ...]
    language: str  # of the ticket; empty when unknown


@dataclass(frozen=True, slots=True)
class OutgoingMail(Query[OutgoingMessage]):
    """Raises LookupError when the message is gone, or is none that leaves by mail."""

    message_id: str


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What an acknowledgement may say. Nothing that a customer wrote, but the id it answers.

    `contact_name` is the desk's own name for a contact it knew before; empty for anybody new.
    """

    ticket_id: str
    ticket_number: int
    account: SendingAccount
    in_reply_to: str
    language: str  # of the ticket; empty when unknown
    references: tuple[str, ...]
    contact_name: str = ""


@dataclass(frozen=True, slots=True)
class AcknowledgementOf(Query[Acknowledgement]):
    """Raises LookupError when the ticket or its mailbox is gone."""

    ticket_id: str


@dataclass(frozen=True, slots=True)
class RemoteImagesOf(Query[tuple[str, ...]]):
    """Addresses of a message's remote images."""

    message_id: str
