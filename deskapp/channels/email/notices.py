"""Mails that the desk writes by itself: acknowledgements, and transcripts of chats.

Sent with an empty envelope sender (RFC 3834): nothing of them is ever answered by a machine.
"""

import re
from collections.abc import Callable

from deskapp.channels.email import compose as c
from deskapp.channels.email import phrases as p
from deskapp.channels.email.delivery import Courier, domain_of, sender_of, told
from deskapp.channels.email.messageid import sign
from deskapp.channels.email.problems import MailProblem
from deskapp.channels.email.smtp import SubmissionBroken
from deskapp.core.api import Rejected, Workspace
from deskapp.core.authority.effects import Effect, retry_at
from deskapp.core.commands.mail import SettleEffect
from deskapp.core.policies.placeholders import render, validate, variables
from deskapp.core.policies.settings import value_of
from deskapp.core.ports import Clock
from deskapp.core.queries.desk import GetSettings
from deskapp.core.queries.mail import Acknowledgement, AcknowledgementOf, SendingAccount
from deskapp.core.queries.webchat import ChatMessage, Transcript, TranscriptOf
from deskapp.models.dto import Address
from deskapp.models.enums import MessageKind


def own_text(ticket: Acknowledgement) -> str:
    """The mailbox's own words for an acknowledgement, with number and names put in.

    Words that are no template that can be filled are sent as they stand.
    """
    text = str(ticket.account.settings.get("acknowledge_text") or "")
    values = {
        "ticket.number": str(ticket.ticket_number),
        "account.name": ticket.account.name,
        "contact.name": ticket.contact_name,
        "contact.first_name": ticket.contact_name.split(" ")[0],
    }
    if "{{" not in text or validate(text) or not set(variables(text)) <= set(values):
        return text
    filled = render(text, values)
    words = filled.text
    for name in filled.missing:  # the desk knows no name: "Hola {{ … }}," becomes "Hola,"
        words = re.sub(r"[ ]?\{\{ " + re.escape(name) + r" \}\}", "", words)
    return words


class Notices:
    """Carries out `email.acknowledge` and `email.transcript`. Used by several threads at once."""

    def __init__(
        self, desk: Workspace, courier: Courier, signing_key: bytes, *, clock: Clock
    ) -> None:
        self._desk = desk
        self._courier = courier
        self._signing_key = signing_key
        self._clock = clock

    def acknowledge(self, effect: Effect) -> None:
        """Payload: ticket_id, address. Nothing of the customer's is echoed."""

        def write() -> tuple[SendingAccount, c.Outgoing]:
            ticket = self._desk.query(AcknowledgementOf(str(effect.payload["ticket_id"]))).result()
            return ticket.account, self._acknowledgement(effect, ticket)

        self._send(effect, write)

    def transcribe(self, effect: Effect) -> None:
        """Payload: ticket_id, account_id, address. What was said in a chat, to whoever took part in it."""

        def write() -> tuple[SendingAccount, c.Outgoing]:
            payload = effect.payload
            query = TranscriptOf(str(payload["ticket_id"]), str(payload["account_id"]))
            chat = self._desk.query(query).result()
            return chat.account, self._transcript(effect, chat)

        self._send(effect, write)

    # -- writing --------------------------------------------------------------------------------

    def _acknowledgement(self, effect: Effect, ticket: Acknowledgement) -> c.Outgoing:
        words = p.phrases_in(ticket.language, self._desk_language())
        subject, body = p.acknowledgement(
            words, own_text(ticket), ticket.ticket_number, ticket.account.name
        )
        return self._outgoing(
            effect,
            ticket.ticket_id,
            ticket.account,
            subject,
            body,
            in_reply_to=ticket.in_reply_to,
            references=ticket.references,
        )

    def _transcript(self, effect: Effect, chat: Transcript) -> c.Outgoing:
        words = p.phrases_in(chat.language, self._desk_language())
        subject, body = p.transcript(
            words,
            chat.box_name,
            chat.started_at,
            [(m.at, self._speaker(words, m), _said(m)) for m in chat.messages],
            None,
        )
        return self._outgoing(effect, chat.ticket_id, chat.account, subject, body)

    @staticmethod
    def _speaker(words: p.Phrases, message: ChatMessage) -> str:
        return words.you if message.kind is MessageKind.INBOUND else message.author_name

    def _outgoing(
        self,
        effect: Effect,
        ticket_id: str,
        account: SendingAccount,
        subject: str,
        body: str,
        in_reply_to: str = "",
        references: tuple[str, ...] = (),
    ) -> c.Outgoing:
        return c.Outgoing(
            # The effect's own id stands for the message: the same on every try.
            message_id=sign(ticket_id, effect.id, domain_of(account.address), self._signing_key),
            sent_at=effect.created_at,
            sender=sender_of(account),
            to=(Address("", str(effect.payload["address"])),),
            subject=subject,
            body=body,
            in_reply_to=in_reply_to,
            references=references,
            automatic=True,
        )

    # -- sending --------------------------------------------------------------------------------

    def _send(self, effect: Effect, write: Callable[[], tuple[SendingAccount, c.Outgoing]]) -> None:
        try:
            account, outgoing = write()
            mail = c.compose(outgoing)
        except (LookupError, c.HeaderRefused) as error:
            self._settle(effect, f"address_invalid: {error}")
            return
        try:
            self._submit(account, mail)
        except SubmissionBroken:  # perhaps sent: better none than two
            self._settle(effect)
        except MailProblem as problem:
            again = retry_at(self._clock.now(), effect.attempts) if problem.passing else None
            self._settle(effect, told(problem), again)
        else:
            self._settle(effect)

    def _submit(self, account: SendingAccount, mail: c.Composed) -> None:
        """With an empty envelope sender; under our own where a server does not take that."""
        try:
            with self._courier.sending(account) as submission:
                submission.submit("", mail.recipients, mail.raw)
        except MailProblem as problem:
            if problem.code != "submission_refused":
                raise
            with self._courier.sending(account) as submission:
                submission.submit(mail.envelope_from, mail.recipients, mail.raw)

    def _settle(self, effect: Effect, error: str = "", again: int | None = None) -> None:
        report = SettleEffect(effect_id=effect.id, ok=not error, error=error, retry_at=again)
        outcome = self._desk.submit(report).result()
        if outcome.rejected is not None:
            raise Rejected(outcome.rejected.code, **outcome.rejected.params)

    def _desk_language(self) -> str:
        values = self._desk.query(GetSettings()).result().values
        return str(value_of(values, "desk.language"))


def _said(message: ChatMessage) -> str:
    """The words, and the names of the files."""
    files = [f"[{file.filename}]" for file in message.attachments]
    return "\n".join([*([message.text] if message.text else []), *files])
