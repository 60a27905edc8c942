"""Handlers of who a visitor is: found by the browser, claimed by what was typed, accepted by an agent."""

from typing import Any

from sqlalchemy import Row, bindparam, select

from deskapp.core.api import Outcome, Rejected
from deskapp.core.authority.tx import Tx
from deskapp.core.commands import webchat as c
from deskapp.core.commands.contacts import RemoveContactPoint, UnmergeContact
from deskapp.core.handlers.base import done, handles
from deskapp.core.handlers.contacts import (
    clean_name,
    contact_of_address,
    contact_root,
    insert_point,
    merge_into,
    normal_point,
)
from deskapp.core.handlers.indexing import index_contact
from deskapp.core.policies.chat_box import NOBODY, visitor_key
from deskapp.core.readers.statements import Statement
from deskapp.models import tables as t
from deskapp.models.dto import Address
from deskapp.models.enums import PointKind

ANSWER = 500
LANGUAGES = ("en", "es")
SEEN_MS = 60_000
"""How exactly it is kept when a visitor was last seen: a write for every word would be too many."""

_VISITOR = Statement(
    select(t.visitor).where(
        t.visitor.c.account_id == bindparam("account"),
        t.visitor.c.token_hash == bindparam("token"),
    )
)


def known_visitor(tx: Tx, account_key: int, claim: c.VisitorClaim) -> Row[Any] | None:
    """The visitor of that browser. A browser that another signed person used before counts as a new one."""
    row = _visitor(tx, account_key, claim.token_hash)
    if row is not None and claim.verified and row.verified and _differs(row.email, claim.email):
        return _visitor(tx, account_key, visitor_key(claim.token_hash, claim.email))
    return row


def _visitor(tx: Tx, account_key: int, token_hash: str) -> Row[Any] | None:
    row: Row[Any] | None = _VISITOR.first(tx.connection, account=account_key, token=token_hash)
    return row


def _differs(one: str, other: str) -> bool:
    return one.lower() != other.strip().lower()


def visitor_of(tx: Tx, account_key: int, cmd: c.ReceiveChat) -> Row[Any]:
    """The visitor who writes, made if this is the first word; the claim is brought up to date."""
    row = known_visitor(tx, account_key, cmd.visitor)
    if row is not None:
        return update_claim(tx, row, cmd.visitor)
    claim = cmd.visitor
    taken = tx.first(t.visitor, token_hash=claim.token_hash)
    contact_key = _own_contact(tx, claim, cmd.contact_id, cmd.visitor_id)
    key = tx.insert(
        t.visitor,
        uid=cmd.visitor_id,
        account_id=account_key,
        token_hash=visitor_key(claim.token_hash, claim.email) if taken else claim.token_hash,
        contact_id=contact_key,
        answers=[],
        created_at=tx.now,
        seen_at=tx.now,
    )
    return update_claim(tx, tx.at(t.visitor, key), claim)


def _own_contact(tx: Tx, claim: c.VisitorClaim, uid: str, visitor_uid: str) -> int:
    """A contact of the visitor's own: a typed address proves nothing, so it is nobody's contact point yet."""
    name = clean_name(claim.name) or f"{_nobody(tx)} {visitor_uid[-4:].upper()}"
    key = tx.insert(t.contact, uid=uid, name=name, created_at=tx.now, updated_at=tx.now)
    index_contact(tx, key)
    return key


def _nobody(tx: Tx) -> str:
    setting = tx.first(t.setting, key="desk.language")
    return NOBODY.get(str(setting.value) if setting else "en", NOBODY["en"])


def update_claim(tx: Tx, row: Row[Any], claim: c.VisitorClaim) -> Row[Any]:
    """Take over what the visitor says now; what was verified is never replaced by what is only typed."""
    values: dict[str, Any] = {}
    if claim.language in LANGUAGES:
        values["language"] = claim.language
    if claim.answers:
        values["answers"] = [
            [clean_name(label), value.strip()[:ANSWER]] for label, value in claim.answers
        ]
    name, email = clean_name(claim.name), clean_name(claim.email).lower()
    if claim.verified or not row.verified:
        values |= {"name": name or row.name, "email": email or row.email}
        if email and email != row.email:
            values["refused"] = False
    if claim.verified:
        values |= {"verified": True, "external_id": clean_name(claim.external_id)}
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if changed or tx.now - row.seen_at >= SEEN_MS:
        tx.update(t.visitor, row.id, seen_at=tx.now, **changed)
        after = tx.at(t.visitor, row.id)
    else:
        after = row
    _name_contact(tx, row, after)
    if claim.verified and email and "@" in email:
        _join_verified(tx, after)
    return after


def _name_contact(tx: Tx, before: Row[Any], after: Row[Any]) -> None:
    """The contact made for the visitor is called as the visitor is, until an agent calls it otherwise."""
    contact = tx.at(t.contact, after.contact_id)
    if not after.name or contact.name == after.name:
        return
    if contact.name in (before.name, f"{_nobody(tx)} {after.uid[-4:].upper()}"):
        tx.update(t.contact, contact.id, name=after.name, updated_at=tx.now)
        index_contact(tx, contact.id)


def _join_verified(tx: Tx, row: Row[Any]) -> None:
    """The site vouches for the address: its contact is the visitor's, with nobody asked."""
    known, _ = contact_of_address(tx, Address(row.name, row.email), tx.ids.new())
    own = tx.at(t.contact, row.contact_id)
    if contact_root(tx, own).id != known:
        merge_into(tx, own, tx.at(t.contact, known))


@handles(c.IdentifyVisitor)
def identify(tx: Tx, cmd: c.IdentifyVisitor) -> Outcome:
    box = tx.get(t.account, cmd.account_id)
    row = known_visitor(tx, box.id, cmd.visitor)
    if row is not None:
        update_claim(tx, row, cmd.visitor)
    return done()


def chat_and_visitor(tx: Tx, ticket_uid: str) -> tuple[Row[Any], Row[Any], Row[Any]]:
    """Ticket, chat and visitor. Rejects not_a_chat."""
    ticket = tx.get(t.ticket, ticket_uid)
    chat = tx.first(t.chat, ticket_id=ticket.id)
    if chat is None:
        raise Rejected("not_a_chat")
    return ticket, chat, tx.at(t.visitor, chat.visitor_id)


def contact_claimed(tx: Tx, email: str) -> Row[Any] | None:
    """The contact whose address was typed."""
    p = t.contact_point.c
    point = tx.first(t.contact_point, p.kind == PointKind.EMAIL, p.value == email)
    return contact_root(tx, tx.at(t.contact, point.contact_id)) if point else None


@handles(c.AcceptIdentity)
def accept(tx: Tx, cmd: c.AcceptIdentity) -> Outcome:
    ticket, _, visitor = chat_and_visitor(tx, cmd.ticket_id)
    if not visitor.email:
        raise Rejected("no_claim")
    own, known = tx.at(t.contact, visitor.contact_id), contact_claimed(tx, visitor.email)
    if known is None:
        value, display = normal_point(tx, PointKind.EMAIL, visitor.email)
        root = contact_root(tx, own)
        point = insert_point(
            tx, root.id, tx.ids.new(), PointKind.EMAIL, value, display, primary=True
        )
        index_contact(tx, root.id)
        undo: Any = RemoveContactPoint(point_id=tx.at(t.contact_point, point).uid)
    elif contact_root(tx, own).id == known.id:
        return done(contact_id=known.uid)
    else:
        merge_into(tx, own, known)
        undo = UnmergeContact(contact_id=own.uid)
    tx.touch(t.ticket, ticket.id)
    tx.event(ticket.id, "identity_accepted", address=visitor.email)
    return done(undo, contact_id=known.uid if known else contact_root(tx, own).uid)


@handles(c.RefuseIdentity)
def refuse(tx: Tx, cmd: c.RefuseIdentity) -> Outcome:
    ticket, _, visitor = chat_and_visitor(tx, cmd.ticket_id)
    tx.update(t.visitor, visitor.id, refused=True)
    tx.touch(t.ticket, ticket.id)
    tx.event(ticket.id, "identity_refused", address=visitor.email)
    return done()
