"""Handlers of drafts: what is being typed, one for each agent and ticket."""

from dataclasses import replace
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
    if not cmd.body.strip() and not cmd.attachments:
        return discard_draft(tx, c.DiscardDraft(ticket_id=cmd.ticket_id, draft_id=cmd.draft_id))
    ticket = _ticket(tx, cmd.ticket_id)
    where = {"ticket_id": ticket.id, "agent_id": tx.actor.key}
    found = tx.first(t.draft, **where)
    if found is not None and not _is_meant(found, cmd.draft_id):
        cmd = _below(_as_command(cmd.ticket_id, found), cmd)
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
    found = tx.first(t.draft, ticket_id=ticket.id, agent_id=tx.actor.key)
    if found is None or not _is_meant(found, cmd.draft_id):
        return done()
    tx.delete(t.draft, found.id)
    return done(_as_command(cmd.ticket_id, found))


def _is_meant(draft: Row[Any], draft_id: str | None) -> bool:
    return draft_id is None or draft.uid == draft_id


def _below(came: c.SaveDraft, typed: c.SaveDraft) -> c.SaveDraft:
    body = "\n\n".join(words for words in (came.body, typed.body) if words.strip())
    return replace(typed, body=body, attachments=came.attachments + typed.attachments)


def restore_as_draft(tx: Tx, message: Row[Any]) -> None:
    """A message that did not leave becomes its author's draft; what is typed there already stays below it.

    The draft is another one then, and goes by the message's id: on each machine the same.
    """
    author = message.agent_id or tx.actor.key
    found = tx.first(t.draft, ticket_id=message.ticket_id, agent_id=author)
    if found is not None:
        tx.delete(t.draft, found.id)
    typed = f"\n\n{found.body}" if found and found.body.strip() else ""
    options = message.options or {}
    refs = [
        c.AttachmentRef(a.uid, a.filename, a.mime, a.size, a.sha256, a.content_id, a.inline)
        for a in tx.all(t.attachment, t.attachment.c.message_id == message.id)
    ]
    account = tx.at(t.account, message.account_id).uid if message.account_id else ""
    tx.insert(
        t.draft,
        uid=None if tx.first(t.draft, uid=message.uid) else message.uid,
        ticket_id=message.ticket_id,
        agent_id=author,
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
