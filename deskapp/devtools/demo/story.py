"""What each step of a ticket does to the desk."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from deskapp.channels.email import compose as c
from deskapp.core.commands.effects import StartEffect
from deskapp.core.commands.mail import RawRef, ReportDelivery
from deskapp.core.commands.messages import (
    AddNote,
    AttachmentRef,
    RecordInbound,
    SaveDraft,
    SendReply,
)
from deskapp.core.commands.tickets import (
    AddTags,
    AssignTicket,
    CreateTicket,
    DeleteTickets,
    MarkRead,
    MarkSpam,
    MergeTickets,
    RateConversation,
    SetStatus,
    SnoozeTicket,
    WakeTicket,
)
from deskapp.core.commands.webchat import (
    AcceptIdentity,
    EndChat,
    ReceiveChat,
    TakeChat,
    VisitorClaim,
)
from deskapp.core.queries.tickets import GetOutbox
from deskapp.devtools.demo import files
from deskapp.devtools.demo.content import Account, Contact, Step, Ticket
from deskapp.devtools.demo.mails import Inbound, Said, as_html, build
from deskapp.devtools.demo.stage import Stage
from deskapp.models.dto import Address
from deskapp.models.enums import Channel, Delivery, TicketStatus

_STRANGER: Final = re.compile(r"(.*\S)\s*<(.+)>")
_PROBLEMS: Final = {
    "address_refused": "550 5.1.1 <{to}>: Recipient address rejected: User unknown",
    "message_refused": "552 5.3.4 Message size exceeds the limit of this server",
}


@dataclass(slots=True)
class Cast:
    """Everybody and everything that the story names, by key."""

    contacts: dict[str, tuple[Contact, str]] = field(default_factory=dict)
    accounts: dict[str, tuple[Account, str]] = field(default_factory=dict)
    canned: dict[str, str] = field(default_factory=dict)
    tickets: dict[str, "Thread"] = field(default_factory=dict)
    chat_box: str = ""
    mails: int = 0
    chats: int = 0


class Thread:
    """One ticket of the story, from its first step to its last."""

    def __init__(self, ticket: Ticket, stage: Stage, cast: Cast) -> None:
        self.ticket, self._stage, self._cast = ticket, stage, cast
        self.id = ""
        self._said: list[Said] = []
        self._last_sender = Address("", "")
        self._account, self._account_id = cast.accounts[ticket.account]
        self._visitor: VisitorClaim | None = None

    def play(self, step: Step, until: int | None = None) -> None:
        """Do one step at the stage's time. `until` is when a snooze ends."""
        verb, _, words = step.what.partition(" ")
        if verb == "snooze":
            assert until is not None
            self._stage.do(SnoozeTicket(ticket_ids=(self.id,), until=until))
            return
        _VERBS[verb](self, step, words)

    def wake(self, until: int) -> None:
        """The end of a snooze, as the desk's timer does it."""
        self._stage.as_desk(WakeTicket(ticket_id=self.id, until=until))

    # What customers say ------------------------------------------------------------------------

    def mail(
        self,
        step: Step,
        who: str,
        *,
        html: bool = False,
        automatic: bool = False,
        trusted: bool = True,
    ) -> None:
        """A mail comes in through the channel's own intake."""
        sender, language, signature = self._sender(who or self.ticket.who)
        self._cast.mails += 1
        number = self._cast.mails
        subject = self.ticket.subject
        answers = self._said[-1] if self._said else None
        raw = build(
            Inbound(
                rfc_id=f"<{number}.{abs(self._stage.clock.now())}@{sender.address.partition('@')[2]}>",
                sender=sender,
                to=Address(self._account.name, self._account.address),
                subject=f"Re: {subject}" if answers else subject,
                text=step.text if not html or "<" in step.text else as_html(step.text),
                at=self._stage.clock.now() - 4_000,
                language=language,
                cc=self.ticket.cc,
                signature="" if automatic else signature,
                files=step.files,
                html=html,
                automatic=automatic,
                trusted=trusted,
                answers=answers,
                references=tuple(said.rfc_id for said in self._said[:-1]),
            )
        )
        sha256 = self._stage.blobs.put(raw)
        ref = RawRef(sha256, len(raw), self._account_id, "INBOX", 1, number)
        (outcome,) = self._stage.intake.take([ref])
        self.id = self.id or str(outcome.result["ticket_id"])
        if not outcome.result["held"]:
            self._last_sender = sender
            rfc_id = re.search(rb"^Message-ID:\s*(<[^>]+>)", raw, re.MULTILINE)
            assert rfc_id is not None
            said = Said(rfc_id[1].decode(), sender, step.text.strip(), self._stage.clock.now())
            self._said.append(said)

    def html(self, step: Step, who: str) -> None:
        self.mail(step, who, html=True)

    def forged(self, step: Step, who: str) -> None:
        self.mail(step, who, trusted=False)

    def automatic(self, step: Step, who: str) -> None:
        self.mail(step, who, automatic=True)

    def said(self, step: Step, _: str) -> None:
        """What we heard on the phone or at the counter and wrote down."""
        if self.id:
            self._stage.do(
                RecordInbound(
                    ticket_id=self.id, message_id=self._stage.new_id(), body=step.text.strip()
                )
            )
            return
        self.id = self._stage.new_id()
        self._stage.do(
            CreateTicket(
                ticket_id=self.id,
                subject=self.ticket.subject,
                channel=Channel(self.ticket.channel),
                contact_id=self._cast.contacts[self.ticket.who][1],
                body=step.text.strip(),
                message_id=self._stage.new_id(),
            )
        )

    def chat(self, step: Step, page: str) -> None:
        """A visitor writes on the site; the address that was typed is that of the ticket's contact."""
        self._cast.chats += 1
        new = self._stage.new_id
        outcome = self._stage.as_desk(
            ReceiveChat(
                account_id=self._cast.chat_box,
                visitor=self._claim(page),
                client_id=f"{self._cast.chats:032x}",
                body=step.text.strip(),
                attachments=self._files(step),
                visitor_id=new(),
                contact_id=new(),
                ticket_id=new(),
                message_id=new(),
            )
        )
        self.id = str(outcome.result["ticket_id"])

    def _claim(self, page: str) -> VisitorClaim:
        if self._visitor is None:
            name, address = "", ""
            if self.ticket.who:
                sender, _, _ = self._sender(self.ticket.who)
                name, address = sender.name.split()[0], sender.address
            title, _, path = page.rpartition(" ")
            self._visitor = VisitorClaim(
                token_hash=f"{self._cast.chats:064x}",
                name=name,
                email=address,
                language="es",
                page_url=f"https://www.tallernorte.example{path}",
                page_title=title,
                referrer="https://www.google.com/",
            )
        return self._visitor

    def take(self, _: Step, __: str) -> None:
        self._stage.do(TakeChat(ticket_id=self.id))

    def accept(self, _: Step, __: str) -> None:
        self._stage.do(AcceptIdentity(ticket_id=self.id))

    def end(self, _: Step, __: str) -> None:
        self._stage.as_desk(EndChat(ticket_id=self.id))

    def thumb(self, step: Step, words: str) -> None:
        """The visitor's thumb, `up` or `down`."""
        score = 2 if words == "up" else 1
        comment = step.text.strip()
        self._stage.as_desk(
            RateConversation(ticket_id=self.id, score=score, scale=2, comment=comment)
        )

    def _sender(self, who: str) -> tuple[Address, str, str]:
        """Address, language and signature of a contact by key, or of a stranger as written."""
        stranger = _STRANGER.fullmatch(who)
        if stranger:
            return Address(stranger[1], stranger[2]), "es", ""
        contact, _ = self._cast.contacts[who]
        return Address(contact.name, contact.mails[0]), contact.language, contact.signature

    # What we say -------------------------------------------------------------------------------

    def reply(self, step: Step, words: str) -> None:
        by_mail = self.ticket.channel == Channel.EMAIL
        given = words.split()
        status = next((TicketStatus(w) for w in given if w in set(TicketStatus)), None)
        canned = tuple(self._cast.canned[w[1:]] for w in given if w.startswith("/"))
        message_id, text = self._stage.new_id(), step.text.strip()
        self._stage.do(
            SendReply(
                ticket_id=self.id,
                message_id=message_id,
                body=text,
                seen_order=0,
                to=(self._last_sender,) if by_mail else (),
                cc=tuple(Address("", one) for one in self.ticket.cc) if by_mail else (),
                attachments=self._files(step),
                hold_ms=0,
                set_status=status,
                canned_ids=canned,
            )
        )
        if by_mail:
            problem = next((w for w in given if w.startswith(("!", "?"))), "")
            self._deliver(message_id, text, step, problem)

    def _deliver(self, message_id: str, text: str, step: Step, problem: str) -> None:
        """Post the mail and tell the desk what became of it; its customer answers what was posted."""
        outbox = self._stage.ask(GetOutbox())
        effect_id = next(item.effect_id for item in outbox if item.message_id == message_id)
        self._stage.as_desk(StartEffect(effect_id=effect_id))
        now = self._stage.clock.now()
        sender = Address(self._account.name, self._account.address)
        rfc_id = f"<{message_id}@{self._account.address.partition('@')[2]}>"
        last = self._said[-1] if self._said else None
        mail = c.Outgoing(
            message_id=rfc_id,
            sent_at=now,
            sender=sender,
            to=(self._last_sender,),
            cc=tuple(Address("", one) for one in self.ticket.cc),
            subject=f"Re: {self.ticket.subject}",
            body=text,
            signature=self._account.signature,
            files=tuple(c.File(name, *files.make(name)) for name in step.files),
            in_reply_to=last.rfc_id if last else "",
            references=tuple(said.rfc_id for said in self._said),
        )
        delivery, error = Delivery.SENT, ""
        if problem.startswith("!"):
            words = _PROBLEMS[problem[1:]].format(to=self._last_sender.address)
            delivery, error = Delivery.FAILED, f"{problem[1:]}: {words}"
        elif problem:
            delivery, error = Delivery.UNCERTAIN, "uncertain"
        self._stage.as_desk(
            ReportDelivery(
                effect_id=effect_id,
                message_id=message_id,
                delivery=delivery,
                error=error,
                rfc_message_id=rfc_id,
                raw_sha256=self._stage.blobs.put(c.compose(mail).raw),
            )
        )
        if delivery is Delivery.SENT:
            self._said.append(Said(rfc_id, sender, text, now))

    def note(self, step: Step, _: str) -> None:
        self._stage.do(
            AddNote(
                ticket_id=self.id,
                message_id=self._stage.new_id(),
                body=step.text.strip(),
                attachments=self._files(step),
            )
        )

    def draft(self, step: Step, mode: str) -> None:
        self._stage.do(
            SaveDraft(
                ticket_id=self.id,
                mode=mode or "reply",
                body=step.text.strip(),
                to=(self._last_sender,) if mode != "note" else (),
            )
        )

    def _files(self, step: Step) -> tuple[AttachmentRef, ...]:
        refs = []
        for name in step.files:
            mime, data = files.make(name)
            sha256 = self._stage.blobs.put(data)
            refs.append(AttachmentRef(self._stage.new_id(), name, mime, len(data), sha256))
        return tuple(refs)

    # What we do --------------------------------------------------------------------------------

    def status(self, _: Step, words: str) -> None:
        self._stage.do(SetStatus(ticket_ids=(self.id,), status=TicketStatus(words)))

    def tag(self, _: Step, words: str) -> None:
        names = tuple(name.strip() for name in words.split(","))
        self._stage.do(AddTags(ticket_ids=(self.id,), tags=names))

    def rate(self, step: Step, words: str) -> None:
        self._stage.do(
            RateConversation(ticket_id=self.id, score=int(words), comment=step.text.strip())
        )

    def merge(self, _: Step, words: str) -> None:
        into = self._cast.tickets[words].id
        self._stage.do(MergeTickets(ticket_ids=(self.id,), into_id=into))

    def read(self, _: Step, __: str) -> None:
        self._stage.do(MarkRead(ticket_ids=(self.id,)))

    def unassign(self, _: Step, __: str) -> None:
        self._stage.do(AssignTicket(ticket_ids=(self.id,), agent_id=""))

    def spam(self, _: Step, __: str) -> None:
        self._stage.do(MarkSpam(ticket_ids=(self.id,)))

    def trash(self, _: Step, __: str) -> None:
        self._stage.do(DeleteTickets(ticket_ids=(self.id,)))


_VERBS: Final[dict[str, Callable[[Thread, Step, str], None]]] = {
    verb.__name__: verb
    for verb in (
        Thread.mail,
        Thread.html,
        Thread.forged,
        Thread.automatic,
        Thread.said,
        Thread.chat,
        Thread.take,
        Thread.accept,
        Thread.end,
        Thread.thumb,
        Thread.reply,
        Thread.note,
        Thread.draft,
        Thread.status,
        Thread.tag,
        Thread.rate,
        Thread.merge,
        Thread.read,
        Thread.unassign,
        Thread.spam,
        Thread.trash,
    )
}
