"""Sending: the effect `email.send`, with an honest report of what became of it.

A mail is composed once, stored, and handed to the submission server. The desk learns that it is
being sent just before the last line leaves: an end of the program before that is simply tried again,
under the same Message-ID; after it nobody can tell, and a person is asked.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from deskapp.channels.email import compose as c
from deskapp.channels.email import phrases as p
from deskapp.channels.email.credentials import Credentials
from deskapp.channels.email.imap import Mailbox
from deskapp.channels.email.messageid import sign
from deskapp.channels.email.presets import keeps_sent
from deskapp.channels.email.problems import MailProblem
from deskapp.channels.email.settings import MailSettings
from deskapp.channels.email.smtp import Submission, SubmissionBroken
from deskapp.channels.email.transport import Line
from deskapp.core.api import Command, Outcome, Rejected, Workspace
from deskapp.core.authority.effects import Effect, retry_at
from deskapp.core.commands.mail import ReportDelivery, SettleEffect
from deskapp.core.policies.settings import value_of
from deskapp.core.ports import Clock
from deskapp.core.queries.desk import GetSettings
from deskapp.core.queries.mail import (
    AnsweredMessage,
    OutgoingMail,
    OutgoingMessage,
    SendingAccount,
)
from deskapp.models.dto import Address, AttachmentInfo
from deskapp.models.enums import Delivery

log = logging.getLogger(__name__)

POINTS: Final = ("composed", "data_sent", "sending_told", "accepted", "sent_told")
"""At each of these the process may die: no mail is lost, and none is sent twice without a word."""

GRACE_SECONDS: Final = 5.0
"""How long the end of the app waits for a mail that is on its way."""
INTERRUPTED: Final = "uncertain"
_CONTENT_ID: Final = re.compile(r"[\w.@+-]{1,200}", re.ASCII)

CredentialsOf = Callable[[str, MailSettings], Credentials]


class Courier:
    """Carries mails to the submission servers of the desk's mailboxes. Used by several threads at once."""

    def __init__(
        self,
        desk: Workspace,
        credentials: CredentialsOf,
        signing_key: bytes,
        *,
        clock: Clock,
        reached: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._desk = desk
        self._credentials = credentials
        self._signing_key = signing_key
        self._clock = clock
        self._reached = reached
        self._at_work = ConnectionsAtWork()

    def stop(self) -> None:
        """Let what is being sent end; what takes long is cut off, and told as it stands."""
        self._at_work.end(GRACE_SECONDS)

    # -- replies --------------------------------------------------------------------------------

    def send(self, effect: Effect) -> None:
        """Effect `email.send`, payload: message_id."""
        message_id = str(effect.payload["message_id"])
        try:
            mail = self._desk.query(OutgoingMail(message_id)).result()
        except LookupError:
            self._do(SettleEffect(effect_id=effect.id, ok=False, error="message_gone"))
            return
        if (
            mail.delivery is Delivery.SENDING
        ):  # the last run ended between the last line and the answer
            self._report(effect, message_id, Delivery.UNCERTAIN, INTERRUPTED)
            return
        try:
            composed = self._prepare(effect, mail)
            self._submit(effect, mail, composed)
        except c.HeaderRefused as refused:
            self._report(effect, message_id, Delivery.FAILED, f"address_invalid: {refused}")
        except (FileNotFoundError, ValueError) as error:
            self._report(effect, message_id, Delivery.FAILED, f"attachment_missing: {error}")
        except SubmissionBroken as broken:
            self._report(
                effect, message_id, Delivery.UNCERTAIN, f"uncertain: {broken.problem.detail}"
            )
        except MailProblem as problem:
            self._failed(effect, message_id, problem)
        else:
            self._report(effect, message_id, Delivery.SENT)
            self._reached("sent_told")
            self._copy_to_sent(mail.account, composed.raw)

    def _prepare(self, effect: Effect, mail: OutgoingMessage) -> c.Composed:
        """The mail as bytes, stored and told to the desk before anybody else sees it."""
        signed = mail.rfc_message_id or sign(
            mail.ticket_id, mail.id, domain_of(mail.account.address), self._signing_key
        )
        composed = c.compose(self._outgoing(mail, signed))
        if mail.raw_sha256:  # an earlier try: byte for byte the same again
            kept = self._desk.blobs.get(mail.raw_sha256)
            composed = c.Composed(composed.envelope_from, composed.recipients, kept)
        else:
            self._do(
                ReportDelivery(
                    effect_id=effect.id,
                    message_id=mail.id,
                    delivery=Delivery.QUEUED,
                    rfc_message_id=signed,
                    raw_sha256=self._desk.blobs.put(composed.raw),
                )
            )
        self._reached("composed")
        return composed

    def _outgoing(self, mail: OutgoingMessage, signed: str) -> c.Outgoing:
        answered = mail.answered
        return c.Outgoing(
            message_id=signed,
            sent_at=mail.at,
            sender=sender_of(mail.account),
            to=mail.to,
            cc=mail.cc,
            bcc=mail.bcc,
            subject=mail.subject,
            body=mail.body,
            signature=mail.account.signature,
            quotation=self._quotation(mail, answered) if answered else None,
            files=self._files(mail),
            in_reply_to=answered.rfc_message_id if answered and not mail.forward else "",
            references=mail.references if not mail.forward else (),
        )

    def _quotation(self, mail: OutgoingMessage, answered: AnsweredMessage) -> c.Quotation | None:
        words = p.phrases_in(mail.language, self._desk_language())
        if mail.forward:
            head = p.forward_header(
                words, answered.author, answered.to, answered.at, answered.subject, None
            )
            return c.Quotation(head, f"{answered.text}\n\n{answered.quoted}".strip())
        if not mail.quote:
            return None
        # What they quoted themselves is not sent around again.
        return c.Quotation(p.attribution(words, answered.author, answered.at, None), answered.text)

    def _files(self, mail: OutgoingMessage) -> tuple[c.File, ...]:
        """The agent's own; a forwarded mail brings its files along, each once."""
        own = tuple(self._file(one) for one in mail.attachments)
        if not mail.forward or mail.answered is None:
            return own
        there = {one.sha256 for one in mail.attachments}
        brought = {a.sha256: a for a in mail.answered.attachments if a.sha256 not in there}
        return own + tuple(self._file(replace(one, inline=False)) for one in brought.values())

    def _file(self, one: AttachmentInfo) -> c.File:
        shown = one.inline and _CONTENT_ID.fullmatch(one.content_id)
        data = self._desk.blobs.get(one.sha256)
        return c.File(one.filename, one.mime, data, one.content_id if shown else "")

    def _submit(self, effect: Effect, mail: OutgoingMessage, composed: c.Composed) -> None:
        def tell() -> None:
            self._reached("data_sent")
            self._report(effect, mail.id, Delivery.SENDING)
            self._reached("sending_told")

        with self.sending(mail.account) as submission:
            submission.submit(composed.envelope_from, composed.recipients, composed.raw, tell)
        self._reached("accepted")

    def _failed(self, effect: Effect, message_id: str, problem: MailProblem) -> None:
        again = retry_at(self._clock.now(), effect.attempts) if problem.passing else None
        delivery = Delivery.FAILED if again is None else Delivery.QUEUED
        self._report(effect, message_id, delivery, told(problem), again)

    # -- shared ---------------------------------------------------------------------------------

    @contextmanager
    def sending(self, account: SendingAccount) -> Iterator[Submission]:
        """A submission that is signed in; while the block runs the end of the app waits for it."""
        settings = MailSettings.of(account.settings, account.address)
        with (
            self._at_work.line() as line,
            Submission.connect(settings.smtp, settings.trusted_certificate, line) as submission,
        ):
            self._credentials(account.id, settings).sign_in(submission)
            with self._at_work.sending(line):
                yield submission

    def _copy_to_sent(self, account: SendingAccount, raw: bytes) -> None:
        """For the person's other mail programs. The mail has left: a failure here is no failure of it."""
        settings = MailSettings.of(account.settings, account.address)
        if not settings.copy_to_sent or keeps_sent(settings.smtp.host) or not settings.imap.host:
            return
        try:
            with (
                self._at_work.line() as line,
                Mailbox.connect(settings.imap, settings.trusted_certificate, line) as mailbox,
            ):
                self._credentials(account.id, settings).sign_in(mailbox)
                folder = settings.sent_folder or mailbox.sent_folder()
                if folder:
                    at = datetime.fromtimestamp(self._clock.now() / 1000, UTC)
                    mailbox.append_sent(folder, raw, at)
        except MailProblem as problem:
            log.info("no copy in the Sent folder of mailbox %s: %s", account.id, problem.code)

    def _desk_language(self) -> str:
        values = self._desk.query(GetSettings()).result().values
        return str(value_of(values, "desk.language"))

    def _report(
        self,
        effect: Effect,
        message_id: str,
        delivery: Delivery,
        error: str = "",
        again: int | None = None,
    ) -> None:
        self._do(
            ReportDelivery(
                effect_id=effect.id,
                message_id=message_id,
                delivery=delivery,
                error=error,
                retry_at=again,
            )
        )

    def _do(self, command: Command) -> Outcome:
        outcome = self._desk.submit(command).result()
        if outcome.rejected is not None:
            raise Rejected(outcome.rejected.code, **outcome.rejected.params)
        return outcome


class ConnectionsAtWork:
    """The connections that are in use, so that the end of the app need not wait for all of them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._lines: set[Line] = set()
        self._sending: set[Line] = set()
        self._ending = False

    @contextmanager
    def line(self) -> Iterator[Line]:
        """For one connection. Raises a passing `MailProblem` once all is to end."""
        with Line() as line:
            with self._changed:
                self._refuse_at_the_end()
                self._lines.add(line)
            try:
                yield line
            finally:
                with self._changed:
                    self._lines.discard(line)

    @contextmanager
    def sending(self, line: Line) -> Iterator[None]:
        """A mail is on its way on `line` while the block runs. Raises like `line`."""
        with self._changed:
            self._refuse_at_the_end()
            self._sending.add(line)
        try:
            yield
        finally:
            with self._changed:
                self._sending.discard(line)
                self._changed.notify_all()

    def end(self, seconds: float) -> None:
        """Break off what sends nothing; wait so long for the others, then break them off, too."""
        with self._changed:
            self._ending = True
            for line in self._lines - self._sending:
                line.interrupt()
            self._changed.wait_for(lambda: not self._sending, seconds)
            for line in self._lines:
                line.interrupt()

    def _refuse_at_the_end(self) -> None:
        if self._ending:
            raise MailProblem("disconnected")


def told(problem: MailProblem) -> str:
    """As the window reads it: the code, and the server's words."""
    return f"{problem.code}: {problem.detail}" if problem.detail else problem.code


def sender_of(account: SendingAccount) -> Address:
    """Who customers see. A mailbox that was never named is called by its address: that is no name."""
    return Address("" if "@" in account.name else account.name, account.address)


def domain_of(address: str) -> str:
    """The host part of our Message-IDs."""
    domain = address.rpartition("@")[2]
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return "localhost"
