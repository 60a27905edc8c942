"""Commands by which the e-mail channel (and the importer) hands in what it fetched, and reports what it sent."""

from dataclasses import dataclass, field
from typing import ClassVar

from deskapp.core.api import Command, Offline
from deskapp.core.commands.messages import AttachmentRef
from deskapp.core.commands.registry import command
from deskapp.models.dto import Address, MailVerdict
from deskapp.models.enums import Delivery


@dataclass(frozen=True, slots=True)
class RawRef:
    """Where raw bytes, already in the blob store, came from. (account, folder, uidvalidity, uid) is unique."""

    sha256: str
    size: int
    account_id: str = ""
    folder: str = ""
    uidvalidity: int = 0
    uid: int = 0
    source: str = "imap"  # imap, import
    history: bool = False


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRawMail(Command):
    """Raw first: from this commit on the mail cannot be lost. `result`: new (list of sha256 not known before)."""

    TYPE: ClassVar[str] = "mail.store_raw"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    items: tuple[RawRef, ...]


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """A parsed mail as the core needs it. All text is plain; `html` is sanitised."""

    raw_sha256: str
    subject: str = ""
    rfc_message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sender: Address = field(default_factory=lambda: Address("", ""))
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    date_at: int | None = None
    text: str = ""  # newly written part
    quoted: str = ""
    html: str = ""
    remote_images: tuple[str, ...] = ()
    attachments: tuple[AttachmentRef, ...] = ()
    automatic: str = ""  # "", auto_reply, bounce, list, bulk: RFC 3834 and practice
    verdict: MailVerdict = field(default_factory=MailVerdict)
    signed_tickets: tuple[
        str, ...
    ] = ()  # ticket ids whose HMAC-signed Message-ID the headers carry
    language: str = ""
    may_acknowledge: bool = True  # False: a person wrote it and asks machines to be silent


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveMail(Command):
    """Turn a stored raw mail into a message, on a ticket that is found or made.

    `ticket_id` and `message_id` are used when new ones are needed. A raw mail that was received before
    changes nothing. `result`: ticket_id, message_id, held, duplicate.
    """

    TYPE: ClassVar[str] = "mail.receive"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    mail: IncomingMail
    account_id: str
    ticket_id: str
    message_id: str
    contact_id: str
    history: bool = False


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineMail(Command):
    """A mail that cannot be parsed becomes a visible ticket with its source attached."""

    TYPE: ClassVar[str] = "mail.quarantine"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    raw_sha256: str
    account_id: str
    ticket_id: str
    message_id: str
    reason: str
    history: bool = False


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDelivery(Command):
    """What became of an outbound message. The effect's own row is settled in the same transaction."""

    TYPE: ClassVar[str] = "mail.report_delivery"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    effect_id: str
    message_id: str
    delivery: Delivery
    error: str = ""
    rfc_message_id: str = ""
    raw_sha256: str = ""
    retry_at: int | None = None


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SettleEffect(Command):
    """An effect that is no message's delivery: done, or to be tried again at `retry_at`, or failed for good."""

    TYPE: ClassVar[str] = "effect.settle"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    effect_id: str
    ok: bool
    error: str = ""
    retry_at: int | None = None


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRemoteImages(Command):
    """Fetched remote images of a message: (url, sha256); an empty hash: it could not be had."""

    TYPE: ClassVar[str] = "mail.store_remote_images"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    effect_id: str
    message_id: str
    images: tuple[tuple[str, str], ...]
