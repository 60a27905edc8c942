"""Commands on the accounts (mailboxes) through which the desk speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from deskapp.core.api import Command, Offline
from deskapp.core.commands.registry import command


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class SaveAccount(Command):
    """Make or change a mailbox. Passwords go to the secret store, never in here.

    `settings` keys: imap_host, imap_port, imap_security (tls, starttls, none), smtp_host, smtp_port,
    smtp_security, username, auth (password, oauth), oauth_provider, folders (list of str), mark_seen (bool),
    copy_to_sent (bool), sent_folder, history_days (int), poll_seconds (int), trusted_certificate
    (SHA-256 hex or ""). Rejected: address_invalid, address_taken, setting_invalid(name).
    """

    TYPE: ClassVar[str] = "account.save"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    account_id: str
    name: str
    address: str
    signature: str = ""
    enabled: bool = True
    settings: Mapping[str, object] = field(default_factory=dict)


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveAccount(Command):
    """Disconnect a mailbox; its tickets stay."""

    TYPE: ClassVar[str] = "account.remove"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    account_id: str


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAccount(Command):
    """What the channel saw at its last check: a problem code (empty: none) and what it learned."""

    TYPE: ClassVar[str] = "account.report"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    account_id: str
    problem: str = ""
    detail: str = ""
    authserv_id: str = ""  # how the mailbox's server signs its verdicts (RFC 8601); empty: unsure
    authserv_hops: int | None = None  # how many Received headers it puts above them


@command
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFolder(Command):
    """How far an IMAP folder was read (RFC 9051: UIDVALIDITY, and the highest UID that is stored)."""

    TYPE: ClassVar[str] = "account.record_folder"
    OFFLINE: ClassVar[Offline] = Offline.ONLINE
    account_id: str
    folder: str
    uidvalidity: int
    last_uid: int
    first_live_uid: int  # UIDs below it are history: silent
