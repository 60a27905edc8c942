"""Handlers of mail that came in: raw first, then on the ticket where it belongs."""

from typing import Any

from sqlalchemy import Row, select

from deskapp.core.api import Outcome, Rejected
from deskapp.core.authority.tx import Tx, key_of
from deskapp.core.commands import mail as c
from deskapp.core.handlers.base import done, handles
from deskapp.core.handlers.contacts import contact_of_address, is_blocked
from deskapp.core.handlers.conversation import (
    NewMessage,
    add_message,
    change_ticket,
    new_ticket,
    root_of,
    settle_ticket,
    take_part,
)
from deskapp.core.policies.threading import Candidate, Join, Placement, place
from deskapp.models import tables as t
from deskapp.models.dto import Address
from deskapp.models.enums import Channel, Delivery, MessageKind, TicketStatus

REFERENCES = 40


@handles(c.StoreRawMail)
def store_raw(tx: Tx, cmd: c.StoreRawMail) -> Outcome:
    new = []
    for ref in cmd.items:
        account = tx.get(t.account, ref.account_id) if ref.account_id else None
        found = tx.connection.execute(
            select(t.raw_mail.c.id).where(t.raw_mail.c.sha256 == ref.sha256)
        ).scalar()
        if found is None:
            result = tx.connection.execute(
                t.raw_mail.insert().values(
                    sha256=ref.sha256,
                    size=ref.size,
                    account_id=account.id if account else None,
                    source=ref.source,
                    history=ref.history,
                    stored_at=tx.now,
                )
            )
            found = key_of(result)
            new.append(ref.sha256)
        if account and ref.uid:
            _remember_uid(tx, account.id, ref, found)
    return done(new=new)


def _remember_uid(tx: Tx, account_key: int, ref: c.RawRef, raw_key: int) -> None:
    seen = t.mail_seen.c
    where = (
        seen.account_id == account_key,
        seen.folder == ref.folder,
        seen.uidvalidity == ref.uidvalidity,
    )
    if tx.first(t.mail_seen, *where, seen.uid_no == ref.uid) is None:
        tx.connection.execute(
            t.mail_seen.insert().values(
                account_id=account_key,
                folder=ref.folder,
                uidvalidity=ref.uidvalidity,
                uid_no=ref.uid,
                raw_id=raw_key,
            )
        )


def _raw(tx: Tx, sha256: str) -> Row[Any]:
    row = tx.connection.execute(select(t.raw_mail).where(t.raw_mail.c.sha256 == sha256)).first()
    if row is None:
        raise Rejected("raw_not_stored", sha256=sha256)
    return row


def _settle_raw(tx: Tx, raw: Row[Any], state: str, message_key: int, reason: str = "") -> None:
    tx.connection.execute(
        t.raw_mail.update()
        .where(t.raw_mail.c.id == raw.id)
        .values(state=state, message_id=message_key, reason=reason)
    )


def _known(tx: Tx, raw: Row[Any]) -> Outcome | None:
    if raw.message_id is None:
        return None
    message = tx.at(t.message, raw.message_id)
    return done(
        message_id=message.uid,
        ticket_id=tx.at(t.ticket, message.ticket_id).uid,
        duplicate=True,
        held=False,
    )


@handles(c.ReceiveMail)
def receive(tx: Tx, cmd: c.ReceiveMail) -> Outcome:
    raw = _raw(tx, cmd.mail.raw_sha256)
    known = _known(tx, raw) or _delivered_twice(tx, cmd, raw)
    if known:
        return known
    account = tx.get(t.account, cmd.account_id) if cmd.account_id else None
    own = {row.address.lower() for row in tx.all(t.account)}
    sender = cmd.mail.sender.address.strip().lower()
    from_us = cmd.history and sender in own  # only in history may From say that a mail was ours
    other = (
        next((a for a in cmd.mail.to + cmd.mail.cc if a.address.lower() not in own), None)
        if from_us
        else None
    )
    person = other or cmd.mail.sender
    contact_key, _ = contact_of_address(tx, person, cmd.contact_id, at=_when(tx, cmd))
    placement = place(
        _candidates(tx, cmd.mail, sender, contact_key),
        automatic=cmd.mail.automatic,
        history=cmd.history,
    )
    spam = not cmd.history and is_blocked(tx, sender)
    ticket_key = placement.ticket_key
    opens = ticket_key is None and not cmd.history
    known_contact = opens and _is_known(tx, contact_key)  # asked before this mail counts as well
    if ticket_key is None:
        ticket_key = _open_ticket(tx, cmd, contact_key, account.id if account else None, spam)
    reply_to = _answers_to(tx, cmd, placement)
    message_key = _write(tx, cmd, placement, ticket_key, contact_key, account, from_us, reply_to)
    _settle_raw(tx, raw, "received", message_key)
    if placement.join is not Join.HOLD:
        people = [sender, *(a.address for a in reply_to)]
        people += [a.address for a in cmd.mail.to + cmd.mail.cc] if from_us else []
        take_part(tx, ticket_key, [a for a in people if a.lower() not in own])
    settle_ticket(tx, ticket_key)
    _announce(tx, cmd, placement, ticket_key, message_key, known_contact=known_contact, spam=spam)
    return done(
        ticket_id=tx.at(t.ticket, ticket_key).uid,
        message_id=cmd.message_id,
        held=placement.join is Join.HOLD,
        duplicate=False,
    )


def _is_known(tx: Tx, contact_key: int) -> bool:
    """Whether the desk wrote to a contact, or somebody vouched for a mail of theirs.

    That mail came in their name is not enough: whoever forges one could forge two.
    """
    m = t.message.c
    wrote_to = (
        select(m.id)
        .join(t.ticket, t.ticket.c.id == m.ticket_id)
        .where(t.ticket.c.contact_id == contact_key, m.kind == MessageKind.OUTBOUND)
    )
    vouched_for = (
        select(m.id)
        .join(t.ticket, t.ticket.c.id == m.ticket_id)
        .where(
            t.ticket.c.contact_id == contact_key,
            m.contact_id == contact_key,
            m.verdict["aligned"].as_boolean(),
        )
    )
    return any(tx.connection.execute(found.limit(1)).first() for found in (wrote_to, vouched_for))


def _when(tx: Tx, cmd: c.ReceiveMail) -> int | None:
    """When a mail of the history was written; None (now) for mail that has just come in."""
    if not cmd.history:
        return None
    return min(max(cmd.mail.date_at or 0, 0), tx.now) if cmd.mail.date_at else tx.now


def _delivered_twice(tx: Tx, cmd: c.ReceiveMail, raw: Row[Any]) -> Outcome | None:
    """The same mail by another way (two folders, two of our addresses): same id, sender, subject and words.

    Two files of an import are never taken for one another, unless they are the same to the byte.
    """
    if not cmd.mail.rfc_message_id:
        return None
    m = t.message.c
    for row in tx.all(
        t.message, m.rfc_message_id == cmd.mail.rfc_message_id, m.kind == MessageKind.INBOUND
    ):
        first = tx.connection.execute(
            select(t.raw_mail.c.source).where(t.raw_mail.c.sha256 == row.raw_sha256)
        ).scalar()
        alike = (row.author_address, row.subject, row.body) == (
            cmd.mail.sender.address,
            cmd.mail.subject[:400],
            cmd.mail.text,
        )
        if alike and not (first == "import" and raw.source == "import"):
            _settle_raw(tx, raw, "received", row.id)
            return done(
                ticket_id=tx.at(t.ticket, row.ticket_id).uid,
                message_id=row.uid,
                held=row.held,
                duplicate=True,
            )
    return None


def _candidates(tx: Tx, mail: c.IncomingMail, sender: str, contact_key: int) -> list[Candidate]:
    """Tickets that the headers point at: by signed references, then by In-Reply-To and References, nearest first."""
    found: dict[int, bool] = {}
    for uid in mail.signed_tickets:
        row = tx.find(t.ticket, uid)
        if row is not None:
            found.setdefault(root_of(tx, row).id, True)
    wanted = (
        [mail.in_reply_to, *reversed(mail.references)]
        if mail.in_reply_to
        else list(reversed(mail.references))
    )
    for reference in dict.fromkeys(wanted[:REFERENCES]):
        keys = tx.connection.execute(
            select(t.message.c.ticket_id).where(t.message.c.rfc_message_id == reference).limit(3)
        ).scalars()
        for key in keys:
            found.setdefault(root_of(tx, tx.at(t.ticket, key)).id, False)
    return [
        Candidate(key, signed, _takes_part(tx, key, sender, contact_key))
        for key, signed in found.items()
    ]


def _takes_part(tx: Tx, ticket_key: int, sender: str, contact_key: int) -> bool:
    if not sender:
        return False
    if tx.at(t.ticket, ticket_key).contact_id == contact_key:
        return True
    part = t.participant.c
    return tx.first(t.participant, part.ticket_id == ticket_key, part.address == sender) is not None


def _open_ticket(
    tx: Tx, cmd: c.ReceiveMail, contact_key: int, account_key: int | None, spam: bool
) -> int:
    return new_ticket(
        tx,
        uid=cmd.ticket_id,
        subject=cmd.mail.subject,
        channel=Channel.EMAIL,
        contact_key=contact_key,
        account_key=account_key,
        status=TicketStatus.SOLVED if cmd.history else TicketStatus.NEW,
        at=_when(tx, cmd),
        spam=spam,
        history=cmd.history,
        language=cmd.mail.language,
    )


def _answers_to(tx: Tx, cmd: c.ReceiveMail, placement: Placement) -> tuple[Address, ...]:
    """Reply-To, as far as it may be followed on a ticket that is there already.

    In a forged mail it would draw our answers, and what they quote, to somebody else; so there, of
    a mail that nobody vouches for, only addresses count that take part.
    """
    asked = cmd.mail.reply_to
    if placement.ticket_key is None or cmd.history or cmd.mail.verdict.aligned:
        return asked
    part = t.participant.c
    here = {row.address for row in tx.all(t.participant, part.ticket_id == placement.ticket_key)}
    return tuple(one for one in asked if one.address.lower() in here)


def _write(
    tx: Tx,
    cmd: c.ReceiveMail,
    placement: Placement,
    ticket_key: int,
    contact_key: int,
    account: Row[Any] | None,
    from_us: bool,
    reply_to: tuple[Address, ...],
) -> int:
    mail = cmd.mail
    return add_message(
        tx,
        NewMessage(
            ticket_key=ticket_key,
            uid=cmd.message_id,
            kind=MessageKind.OUTBOUND if from_us else MessageKind.INBOUND,
            channel=Channel.EMAIL,
            body=mail.text,
            at=_when(tx, cmd),
            account_key=account.id if account else None,
            contact_key=None if from_us else contact_key,
            author_name=mail.sender.name,
            author_address=mail.sender.address,
            subject=mail.subject,
            quoted=mail.quoted,
            html=mail.html,
            remote_urls=mail.remote_images,
            attachments=mail.attachments,
            recipients={"to": mail.to, "cc": mail.cc, "reply_to": reply_to},
            rfc_message_id=mail.rfc_message_id,
            in_reply_to=mail.in_reply_to,
            raw_sha256=mail.raw_sha256,
            delivery=Delivery.SENT if from_us else Delivery.NONE,
            held=placement.join is Join.HOLD,
            automatic=mail.automatic,
            verdict=mail.verdict,
        ),
    )


def _announce(
    tx: Tx,
    cmd: c.ReceiveMail,
    placement: Placement,
    ticket_key: int,
    message_key: int,
    *,
    known_contact: bool,
    spam: bool,
) -> None:
    """Tell the policies. History and spam stay silent."""
    if cmd.history or spam:
        return
    facts = {
        "message_key": message_key,
        "automatic": cmd.mail.automatic,
        # Whom a forged mail names is no acquaintance of its author's.
        "known_contact": known_contact and cmd.mail.verdict.dmarc != "fail",
        "may_acknowledge": cmd.mail.may_acknowledge,
        "aligned": cmd.mail.verdict.aligned,
        "address": cmd.mail.sender.address,
        "why": placement.why,
    }
    kind = {Join.NEW: "ticket_created", Join.JOIN: "customer_replied", Join.HOLD: "message_held"}[
        placement.join
    ]
    if placement.join is Join.HOLD:
        tx.event(ticket_key, "message_held", address=cmd.mail.sender.address, why=placement.why)
    tx.happened(kind, ticket_key, **facts)


@handles(c.QuarantineMail)
def quarantine(tx: Tx, cmd: c.QuarantineMail) -> Outcome:
    """A ticket without words, marked, whose source can be opened: visible, never lost."""
    raw = _raw(tx, cmd.raw_sha256)
    known = _known(tx, raw)
    if known:
        return known
    account = tx.get(t.account, cmd.account_id) if cmd.account_id else None
    contact_key, _ = contact_of_address(tx, None, tx.ids.new())
    ticket_key = new_ticket(
        tx,
        uid=cmd.ticket_id,
        subject="",
        channel=Channel.EMAIL,
        contact_key=contact_key,
        account_key=account.id if account else None,
        status=TicketStatus.SOLVED if cmd.history else TicketStatus.NEW,
        history=cmd.history,
    )
    message_key = add_message(
        tx,
        NewMessage(
            ticket_key=ticket_key,
            uid=cmd.message_id,
            kind=MessageKind.INBOUND,
            channel=Channel.EMAIL,
            body="",
            account_key=account.id if account else None,
            contact_key=contact_key,
            raw_sha256=cmd.raw_sha256,
            automatic="unreadable",
        ),
    )
    _settle_raw(tx, raw, "quarantined", message_key, cmd.reason)
    settle_ticket(tx, ticket_key)
    tx.event(ticket_key, "mail_unreadable", reason=cmd.reason)
    if not cmd.history:
        tx.happened(
            "ticket_created",
            ticket_key,
            message_key=message_key,
            automatic="unreadable",
            known_contact=False,
            aligned=False,
            address="",
            why="unreadable",
        )
    return done(ticket_id=cmd.ticket_id, message_id=cmd.message_id, duplicate=False)


def wake_for_customer(tx: Tx, ticket_key: int) -> None:
    """A customer's word ends a snooze, reopens what was solved and brings back what was thrown away."""
    row = tx.at(t.ticket, ticket_key)
    values: dict[str, Any] = {}
    if row.snoozed_until is not None:
        values["snoozed_until"] = None
        tx.event(ticket_key, "woken", why="customer_wrote")
    if row.deleted:
        values["deleted"] = False
        tx.event(ticket_key, "restored", why="customer_wrote")
    if values:
        change_ticket(tx, row, **values)
    if row.status in (TicketStatus.SOLVED, TicketStatus.CLOSED, TicketStatus.WAITING):
        settle_ticket(tx, ticket_key, status=TicketStatus.OPEN)
        tx.event(
            ticket_key,
            "status_changed",
            before=row.status,
            after=TicketStatus.OPEN,
            why="customer_wrote",
        )
