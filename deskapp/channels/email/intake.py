"""From raw bytes to the desk: what the mailboxes' workers and the importer share."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from deskapp.channels.email.authresults import TrustedServer, evaluate, observe
from deskapp.channels.email.autoreply import classify, may_acknowledge
from deskapp.channels.email.messageid import verify
from deskapp.channels.email.parsed import MAX_RAW_BYTES, AuthHeader, ParsedMail
from deskapp.channels.email.sandbox import MailParser, ParseResult, Unparseable
from deskapp.core.api import Command, Outcome, Rejected, Workspace
from deskapp.core.commands.mail import (
    IncomingMail,
    QuarantineMail,
    RawRef,
    ReceiveMail,
    StoreRawMail,
)
from deskapp.core.commands.messages import AttachmentRef
from deskapp.core.ports import BlobStore
from deskapp.core.queries.desk import GetAccounts
from deskapp.core.queries.mail import PendingRaw, PendingRawMails
from deskapp.models.dto import Address, MailVerdict

log = logging.getLogger(__name__)

POINTS: Final = (
    "fetched",
    "blobs_put",
    "raw_stored",
    "parsed",
    "attachments_put",
    "received",
    "marked_seen",
    "folder_recorded",
)
"""At each of these the process may die, and no mail is lost or doubled."""

MAX_TICKETS: Final = 20
"""How many of our own Message-IDs in one mail are looked at, the newest first."""


class Intake:
    """Takes raw mails in: stored first, then parsed, then received or put where a person sees them.

    Thread-safe. `reached` is called at each of `POINTS`.
    """

    def __init__(
        self,
        desk: Workspace,
        parser: MailParser,
        signing_key: bytes,
        reached: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.desk = desk
        self.reached = reached
        self._parser = parser
        self._signing_key = signing_key
        self._servers = ServersObserved()

    @property
    def blobs(self) -> BlobStore:
        return self.desk.blobs

    def submit(self, command: Command) -> Outcome:
        """Wait for the durable commit. Raises `Rejected`."""
        outcome = self.desk.submit(command).result()
        if outcome.rejected is not None:
            raise Rejected(outcome.rejected.code, **outcome.rejected.params)
        return outcome

    def take(self, refs: Sequence[RawRef]) -> list[Outcome]:
        """Store these raw mails, whose bytes are blobs already, and receive those that are new.

        Mails that were stored by an earlier try and never received are `resume`'s. Raises OSError
        when no parser can be started, and `Rejected` when the mailbox is gone; nothing is lost then.
        """
        if not refs:
            return []
        stored = self.submit(StoreRawMail(items=tuple(refs)))
        self.reached("raw_stored")
        new = stored.result["new"]
        assert isinstance(new, list | tuple)
        by_hash = {ref.sha256: ref for ref in refs}
        return [
            self.receive(PendingRaw(ref.sha256, ref.size, ref.account_id, ref.source, ref.history))
            for ref in (by_hash[sha256] for sha256 in new)
        ]

    def resume(self, source: str = "imap", wanted: Callable[[], bool] = lambda: True) -> int:
        """Receive what was stored and not received before the last end; how many there were."""
        done = 0
        tried: set[str] = set()
        while wanted():
            pending = self.desk.query(PendingRawMails(source)).result()
            fresh = [raw for raw in pending if raw.sha256 not in tried]
            if not fresh:
                break
            for raw in fresh:
                if not wanted():
                    break
                tried.add(raw.sha256)
                self.receive(raw)
                done += 1
        return done

    def receive(self, raw: PendingRaw) -> Outcome:
        """Turn one stored raw mail into a message, or into a ticket that shows why it is none."""
        command = self.prepare(raw)
        try:
            outcome = self.submit(command)
        except Rejected as rejected:
            if isinstance(command, QuarantineMail):
                raise
            log.warning("a mail was refused by the desk: %s", rejected.code)
            outcome = self.submit(self.quarantine(raw, rejected.code))
        self.reached("received")
        return outcome

    def prepare(self, raw: PendingRaw) -> ReceiveMail | QuarantineMail:
        """Parse a stored raw mail and keep its attachments; the command is not submitted yet."""
        result: ParseResult
        if raw.size > MAX_RAW_BYTES:
            result = Unparseable("too_large", f"{raw.size} bytes")
        else:
            result = self._parser.parse(self.blobs.get(raw.sha256))
        self.reached("parsed")
        if isinstance(result, Unparseable):
            return self.quarantine(raw, result.reason_code)
        refs = self._store_attachments(result.mail, result.attachments)
        self.reached("attachments_put")
        verdict = self._verdict(raw.account_id, result.mail)
        return ReceiveMail(
            mail=self.to_incoming(result.mail, raw.sha256, refs, verdict),
            account_id=raw.account_id,
            ticket_id=self.desk.new_id(),
            message_id=self.desk.new_id(),
            contact_id=self.desk.new_id(),
            history=raw.history,
        )

    def quarantine(self, raw: PendingRaw, reason: str) -> QuarantineMail:
        """The command that makes a mail a visible ticket with its source attached."""
        return QuarantineMail(
            raw_sha256=raw.sha256,
            account_id=raw.account_id,
            ticket_id=self.desk.new_id(),
            message_id=self.desk.new_id(),
            reason=reason,
            history=raw.history,
        )

    def to_incoming(
        self,
        mail: ParsedMail,
        raw_sha256: str,
        attachments: Sequence[AttachmentRef],
        verdict: MailVerdict,
    ) -> IncomingMail:
        """A parsed mail as the core takes it. A mail with two authors, or none, has no sender's address."""
        return IncomingMail(
            raw_sha256=raw_sha256,
            subject=mail.subject,
            rfc_message_id=mail.message_id,
            in_reply_to=mail.in_reply_to,
            references=mail.references,
            sender=mail.author or Address(mail.author_text, ""),
            reply_to=mail.reply_to,
            to=mail.to,
            cc=mail.cc,
            date_at=mail.date_at,
            text=mail.visible_text,
            quoted=mail.quoted_text,
            html=mail.html.html if mail.html else "",
            remote_images=mail.html.remote_images if mail.html else (),
            attachments=tuple(attachments),
            automatic=classify(mail).value,
            verdict=verdict,
            signed_tickets=self._signed_tickets(mail),
            language=mail.language,
            may_acknowledge=may_acknowledge(mail),
        )

    def learned_server(self, account_id: str) -> TrustedServer | None:
        """How the mailbox's own server signs its verdicts, and where; None while unsure."""
        return self._servers.of(account_id)

    def forget_server(self, account_id: str) -> None:
        """The mailbox may have moved: its server's name is what the desk says, or learned anew."""
        self._servers.forget(account_id)

    # -- parts ----------------------------------------------------------------------------------

    def _signed_tickets(self, mail: ParsedMail) -> tuple[str, ...]:
        """Tickets that the headers name under the desk's own key, nearest first."""
        named = [mail.in_reply_to, *reversed(mail.references), mail.bounced_message_id]
        found = (verify(value, self._signing_key) for value in named if value)
        return tuple(dict.fromkeys(ref.ticket_id for ref in found if ref))[:MAX_TICKETS]

    def _store_attachments(
        self, mail: ParsedMail, contents: Sequence[bytes]
    ) -> tuple[AttachmentRef, ...]:
        hashes = self.blobs.put_many(contents)
        return tuple(
            AttachmentRef(
                id=self.desk.new_id(),
                filename=part.filename,
                mime=part.mime,
                size=part.size,
                sha256=sha256,
                content_id=part.content_id,
                inline=part.inline,
            )
            for part, sha256 in zip(mail.attachments, hashes, strict=True)
        )

    def _verdict(self, account_id: str, mail: ParsedMail) -> MailVerdict:
        if not account_id:
            return MailVerdict()
        server = self._servers.observe(
            account_id, mail.auth_headers, lambda: self._known_server(account_id)
        )
        if server is None:
            return MailVerdict()
        domain = mail.author.address.rpartition("@")[2] if mail.author else ""
        return evaluate(mail.auth_headers, server.authserv_id, domain, server.hops)

    def _known_server(self, account_id: str) -> TrustedServer | None:
        """What was learned in earlier runs."""
        for account in self.desk.query(GetAccounts()).result():
            if account.id == account_id and account.authserv_id:
                hops = account.settings.get("authserv_hops")
                known = hops if isinstance(hops, int) else ServersObserved.ANYWHERE
                return TrustedServer(account.authserv_id, known)
        return None


class ServersObserved:
    """What the latest mails of each mailbox say about its own server. Thread-safe.

    A server once known keeps its name: what strangers write into their mails never changes it. Its
    place is the highest at which its name was seen, where nobody but it can write.
    """

    WINDOW: Final = 50
    ANYWHERE: Final = 10

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, deque[Sequence[AuthHeader]]] = {}
        self._known: dict[str, TrustedServer] = {}

    def observe(
        self,
        account_id: str,
        headers: Sequence[AuthHeader],
        earlier: Callable[[], TrustedServer | None],
    ) -> TrustedServer | None:
        """The mailbox's server, after one more mail; `earlier`: what was learned in earlier runs."""
        with self._lock:
            known = self._known.get(account_id) or earlier() or self._learn(account_id, headers)
            if known is None:
                return None
            if headers and headers[0].authserv_id == known.authserv_id:
                known = TrustedServer(known.authserv_id, min(known.hops, headers[0].hops))
            self._known[account_id] = known
            return known

    def of(self, account_id: str) -> TrustedServer | None:
        with self._lock:
            return self._known.get(account_id)

    def forget(self, account_id: str) -> None:
        """The mailbox may have moved to another server."""
        with self._lock:
            self._known.pop(account_id, None)
            self._seen.pop(account_id, None)

    def _learn(self, account_id: str, headers: Sequence[AuthHeader]) -> TrustedServer | None:
        """A server that marks nearly every mail: one that does not leaves strangers' marks on top."""
        seen = self._seen.setdefault(account_id, deque(maxlen=self.WINDOW))
        seen.append(headers)
        marked = sum(1 for one in seen if one)
        return observe(list(seen)) if marked * 5 >= len(seen) * 4 else None
