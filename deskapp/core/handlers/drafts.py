"""Handlers of drafts: what is being typed, one for each agent and ticket."""

from typing import Any

import msgspec
from sqlalchemy import Row

from deskapp.core.api import Outcome, Rejected
from deskapp.core.authority.tx import Tx
from deskapp.core.commands import messages as c
from deskapp.core.handlers.base import done, handles
from deskapp.models import tables as t
from deskapp.models.dto import Address


def _ticket(tx: Tx, uid: str) -> Row[Any]:
    """The ticket that an agent writes in."""
    if tx.actor.key is None:
        raise Rejected("not_allowed", command="draft")
    return tx.get(t.ticket, uid)


def _people(recipients: dict[str, list[list[str]]], name: str) -> tuple[Address, ...]:
    return tuple(Address(*person) for person in recipients.get(name, []))


def _as_command(ticket_uid: str, row: Row[Any]) -> c.SaveDraft:
    return c.SaveDraft(
        ticket_id=ticket_uid,
        mode=row.mode,
        body=row.body,
        subject=row.subject,
        to=_people(row.recipients, "to"),
        cc=_people(row.recipients, "cc"),
        bcc=_people(row.recipients, "bcc"),
        attachments=msgspec.convert(row.attachments, tuple[c.AttachmentRef, ...]),
        account_id=row.account_uid,
        in_reply_to=row.in_reply_to,
        seen_order=row.seen_order,
    )


@handles(c.SaveDraft)
def save_draft(tx: Tx, cmd: c.SaveDraft) -> Outcome:
    ticket = _ticket(tx, cmd.ticket_id)
    where = {"ticket_id": ticket.id, "agent_id": tx.actor.key}
    if not cmd.body.strip() and not cmd.attachments:
        return discard_draft(tx, c.DiscardDraft(ticket_id=cmd.ticket_id))
    people = {"to": cmd.to, "cc": cmd.cc, "bcc": cmd.bcc}
    tx.put(
        t.draft,
        where,
        mode=cmd.mode,
        body=cmd.body,
        subject=cmd.subject,
        recipients={name: [[a.name, a.address] for a in group] for name, group in people.items()},
        attachments=msgspec.to_builtins(cmd.attachments),
        account_uid=cmd.account_id,
        in_reply_to=cmd.in_reply_to,
        seen_order=cmd.seen_order,
        updated_at=tx.now,
    )
    return done()


@handles(c.DiscardDraft)
def discard_draft(tx: Tx, cmd: c.DiscardDraft) -> Outcome:
    ticket = _ticket(tx, cmd.ticket_id)
    found = tx.first(t.draft, t.draft.c.ticket_id == ticket.id, t.draft.c.agent_id == tx.actor.key)
    if found is None:
        return done()
    tx.delete(t.draft, found.id)
    return done(_as_command(cmd.ticket_id, found))


def restore_as_draft(tx: Tx, message: Row[Any]) -> None:
    """A message that did not leave becomes its author's draft; what is typed there already stays below it."""
    author = message.agent_id or tx.actor.key
    found = tx.first(
        t.draft, t.draft.c.ticket_id == message.ticket_id, t.draft.c.agent_id == author
    )
    typed = f"\n\n{found.body}" if found and found.body.strip() else ""
    options = message.options or {}
    refs = [
        c.AttachmentRef(a.uid, a.filename, a.mime, a.size, a.sha256, a.content_id, a.inline)
        for a in tx.all(t.attachment, t.attachment.c.message_id == message.id)
    ]
    account = tx.at(t.account, message.account_id).uid if message.account_id else ""
    tx.put(
        t.draft,
        {"ticket_id": message.ticket_id, "agent_id": author},
        mode="forward" if options.get("forward") else "reply",
        body=message.body + typed,
        subject=message.subject,
        recipients=message.recipients or {},
        attachments=msgspec.to_builtins(refs),
        account_uid=account,
        in_reply_to=options.get("in_reply_to", ""),
        seen_order=message.position,
        updated_at=tx.now,
    )
