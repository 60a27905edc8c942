"""Handlers of contacts: people are recognised by their contact points, and merged only by links."""

import unicodedata
from typing import Any

from sqlalchemy import Row, select

from deskapp.core.api import Outcome, Rejected
from deskapp.core.authority.tx import Tx
from deskapp.core.commands import contacts as c
from deskapp.core.handlers.base import done, handles
from deskapp.core.handlers.indexing import drop_point, index_contact, index_point
from deskapp.core.handlers.tags import tag_keys
from deskapp.core.policies.fields import normal_value
from deskapp.models import tables as t
from deskapp.models.dto import Address
from deskapp.models.enums import FieldKind, PointKind

NAME = 200


def clean_name(name: str) -> str:
    """A name on one line without control and format characters; it is shown as plain text everywhere."""
    return " ".join(
        "".join(
            ch for ch in name if unicodedata.category(ch) not in ("Cc", "Cf") or ch.isspace()
        ).split()
    )[:NAME]


def normal_point(tx: Tx, kind: PointKind, raw: str) -> tuple[str, str]:
    """(value, display): lower-case address, E.164 phone, bare upper-case id. Rejects point_invalid."""
    text = clean_name(raw)
    if kind is PointKind.EMAIL:
        if (
            text.count("@") != 1
            or text.startswith("@")
            or text.endswith("@")
            or any(ch in text for ch in ' ,;<>"()')
        ):
            raise Rejected("point_invalid", value=text)
        return text.lower(), text
    if kind is PointKind.PHONE:
        return _normal_phone(tx, text)
    value = "".join(ch for ch in text.upper() if ch.isalnum())
    if not value:
        raise Rejected("point_invalid", value=text)
    return value, text


def _normal_phone(tx: Tx, text: str) -> tuple[str, str]:
    import phonenumbers  # 60 ms: only when somebody types a phone

    country = (
        tx.connection.execute(
            select(t.setting.c.value).where(t.setting.c.key == "desk.country")
        ).scalar()
        or "ES"
    )
    try:
        number = phonenumbers.parse(text, str(country))
    except phonenumbers.NumberParseException as error:
        raise Rejected("point_invalid", value=text) from error
    if not phonenumbers.is_possible_number(number):
        raise Rejected("point_invalid", value=text)
    return (
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL),
    )


def contact_root(tx: Tx, row: Row[Any]) -> Row[Any]:
    while row.merged_into is not None:
        row = tx.at(t.contact, row.merged_into)
    return row


def contact_of_address(
    tx: Tx, person: Address | None, uid: str, *, at: int | None = None
) -> tuple[int, bool]:
    """(key, made now) of the contact with that mail address. All who give none share the one without a name."""
    address = (person.address if person else "").strip().lower()
    if address:
        p = t.contact_point.c
        point = tx.first(t.contact_point, p.kind == PointKind.EMAIL, p.value == address)
        if point:
            key = contact_root(tx, tx.at(t.contact, point.contact_id)).id
            tx.update(
                t.contact,
                key,
                updated_at=tx.now if at is None else max(at, tx.at(t.contact, key).updated_at),
            )
            return key, False
    else:
        found = tx.first(
            t.contact,
            t.contact.c.name == "",
            t.contact.c.id.not_in(select(t.contact_point.c.contact_id)),
        )
        if found:
            return found.id, False
    when = tx.now if at is None else at
    name = clean_name(person.name if person else "") or address.partition("@")[0]
    key = tx.insert(t.contact, uid=uid, name=name, created_at=when, updated_at=when)
    if address:
        insert_point(tx, key, tx.ids.new(), PointKind.EMAIL, address, address, primary=True)
    index_contact(tx, key)
    return key, True


def insert_point(
    tx: Tx, contact_key: int, uid: str, kind: PointKind, value: str, display: str, *, primary: bool
) -> int:
    """Add a contact point whose value is normal; returns its key."""
    key = tx.insert(
        t.contact_point,
        uid=uid,
        contact_id=contact_key,
        kind=kind,
        value=value,
        display=display,
        primary=primary,
    )
    index_point(tx, key, value)
    return key


def _free_point(
    tx: Tx, contact_key: int, kind: PointKind, raw: str, *, but: int | None = None
) -> tuple[str, str]:
    """As `normal_point`; rejects point_taken when somebody has it: a mail address is one person's only.

    `but` is the key of the point that may have it.
    """
    value, display = normal_point(tx, kind, raw)
    p = t.contact_point.c
    for taken in tx.all(t.contact_point, p.kind == kind, p.value == value, p.id != (but or 0)):
        if taken.contact_id == contact_key or kind is PointKind.EMAIL:
            owner = tx.at(t.contact, taken.contact_id)
            raise Rejected("point_taken", value=display, contact_id=owner.uid, name=owner.name)
    return value, display


def _add_checked(tx: Tx, contact_key: int, point: c.NewPoint, *, primary: bool) -> None:
    value, display = _free_point(tx, contact_key, point.kind, point.value)
    p = t.contact_point.c
    mine = tx.all(t.contact_point, p.contact_id == contact_key, p.kind == point.kind)
    if primary:
        for other in mine:
            tx.update(t.contact_point, other.id, primary=False)
    insert_point(tx, contact_key, point.id, point.kind, value, display, primary=primary or not mine)


@handles(c.CreateContact)
def create(tx: Tx, cmd: c.CreateContact) -> Outcome:
    name = clean_name(cmd.name)
    if not name:
        raise Rejected("name_empty")
    key = tx.insert(
        t.contact,
        uid=cmd.contact_id,
        name=name,
        organisation=clean_name(cmd.organisation),
        language=cmd.language,
        created_at=tx.now,
        updated_at=tx.now,
    )
    for point in cmd.points:
        _add_checked(tx, key, point, primary=False)
    index_contact(tx, key)
    return done(contact_id=cmd.contact_id)


@handles(c.UpdateContact)
def update(tx: Tx, cmd: c.UpdateContact) -> Outcome:
    row = tx.get(t.contact, cmd.contact_id)
    wanted = {"name": cmd.name, "organisation": cmd.organisation, "language": cmd.language}
    values = {name: clean_name(value) for name, value in wanted.items() if value is not None}
    if values.get("name") == "":
        raise Rejected("name_empty")
    before = {name: getattr(row, name) for name in values}
    tx.update(t.contact, row.id, **values)
    index_contact(tx, row.id)
    _touch_tickets(tx, row.id)
    return done(c.UpdateContact(contact_id=row.uid, **before))


def _touch_tickets(tx: Tx, contact_key: int) -> None:
    """The latest tickets of a contact show its name: windows look at them again."""
    recent = (
        select(t.ticket.c.id)
        .where(t.ticket.c.contact_id == contact_key)
        .order_by(t.ticket.c.updated_at.desc())
    )
    for key in tx.connection.execute(recent.limit(50)).scalars().all():
        tx.touch(t.ticket, key)


@handles(c.AddContactPoint)
def add_point(tx: Tx, cmd: c.AddContactPoint) -> Outcome:
    row = tx.get(t.contact, cmd.contact_id)
    _add_checked(tx, row.id, cmd.point, primary=cmd.primary)
    tx.touch(t.contact, row.id)
    index_contact(tx, row.id)
    return done(c.RemoveContactPoint(point_id=cmd.point.id))


@handles(c.RemoveContactPoint)
def remove_point(tx: Tx, cmd: c.RemoveContactPoint) -> Outcome:
    row = tx.get(t.contact_point, cmd.point_id)
    tx.delete(t.contact_point, row.id)
    drop_point(tx, row.id)
    contact = tx.at(t.contact, row.contact_id)
    tx.touch(t.contact, contact.id)
    index_contact(tx, contact.id)
    point = c.NewPoint(row.uid, PointKind(row.kind), row.display)
    return done(c.AddContactPoint(contact_id=contact.uid, point=point, primary=row.primary))


@handles(c.ChangeContactPoint)
def change_point(tx: Tx, cmd: c.ChangeContactPoint) -> Outcome:
    row = tx.get(t.contact_point, cmd.point_id)
    kind = PointKind(row.kind)
    value, display = _free_point(tx, row.contact_id, kind, cmd.value, but=row.id)
    tx.update(t.contact_point, row.id, value=value, display=display)
    index_point(tx, row.id, value)
    tx.touch(t.contact, row.contact_id)
    index_contact(tx, row.contact_id)
    return done(c.ChangeContactPoint(point_id=row.uid, value=row.display))


@handles(c.MakePointPrimary)
def make_primary(tx: Tx, cmd: c.MakePointPrimary) -> Outcome:
    row = tx.get(t.contact_point, cmd.point_id)
    root = contact_root(tx, tx.at(t.contact, row.contact_id))
    p = t.contact_point.c
    # The person's own first, then those of whom was merged into it: as they are shown.
    before = [
        point
        for key in _merged_family(tx, root.id)
        for point in tx.all(t.contact_point, p.contact_id == key, p.kind == row.kind, p.primary)
        if point.id != row.id
    ]
    for other in before:
        tx.update(t.contact_point, other.id, primary=False)
        tx.touch(t.contact, other.contact_id)
    tx.update(t.contact_point, row.id, primary=True)
    tx.touch(t.contact, row.contact_id)
    tx.touch(t.contact, root.id)
    return done(c.MakePointPrimary(point_id=before[0].uid) if before else None)


def _merged_family(tx: Tx, key: int) -> list[int]:
    """A contact and all that were merged into it, by whatever detour."""
    found = [key]
    for one in found:
        found += [row.id for row in tx.all(t.contact, t.contact.c.merged_into == one)]
    return found


@handles(c.SetContactField)
def set_field(tx: Tx, cmd: c.SetContactField) -> Outcome:
    row = tx.get(t.contact, cmd.contact_id)
    field = tx.first(t.custom_field, t.custom_field.c.key == cmd.key)
    if field is None:
        raise Rejected("field_not_found", key=cmd.key)
    value = normal_value(FieldKind(field.kind), cmd.value, tuple(field.options))
    f = t.contact_field.c
    found = tx.first(t.contact_field, f.contact_id == row.id, f.field_id == field.id)
    if value:
        tx.put(t.contact_field, {"contact_id": row.id, "field_id": field.id}, value=value)
    elif found:
        tx.delete(t.contact_field, found.id)
    tx.touch(t.contact, row.id)
    return done(
        c.SetContactField(contact_id=row.uid, key=cmd.key, value=found.value if found else "")
    )


@handles(c.AddContactNote)
def add_note(tx: Tx, cmd: c.AddContactNote) -> Outcome:
    row = tx.get(t.contact, cmd.contact_id)
    if not cmd.body.strip():
        raise Rejected("body_empty")
    tx.insert(
        t.contact_note,
        uid=cmd.note_id,
        contact_id=row.id,
        body=cmd.body.strip(),
        agent_id=tx.actor.key,
        at=tx.now,
    )
    tx.touch(t.contact, row.id)
    return done(c.RemoveContactNote(note_id=cmd.note_id))


@handles(c.RemoveContactNote)
def remove_note(tx: Tx, cmd: c.RemoveContactNote) -> Outcome:
    row = tx.get(t.contact_note, cmd.note_id)
    tx.delete(t.contact_note, row.id)
    contact = tx.at(t.contact, row.contact_id)
    tx.touch(t.contact, contact.id)
    return done(c.AddContactNote(contact_id=contact.uid, note_id=tx.ids.new(), body=row.body))


@handles(c.TagContact)
def tag_contact(tx: Tx, cmd: c.TagContact) -> Outcome:
    row, link = tx.get(t.contact, cmd.contact_id), t.contact_tag.c
    added, removed = [], []
    for name, key in tag_keys(tx, cmd.add).items():
        if tx.first(t.contact_tag, link.contact_id == row.id, link.tag_id == key) is None:
            tx.insert(t.contact_tag, contact_id=row.id, tag_id=key)
            added.append(name)
    for name in cmd.remove:
        tag = tx.first(t.tag, t.tag.c.name == name)
        found = (
            tx.first(t.contact_tag, link.contact_id == row.id, link.tag_id == tag.id)
            if tag
            else None
        )
        if found:
            tx.delete(t.contact_tag, found.id)
            removed.append(name)
    tx.touch(t.contact, row.id)
    return done(c.TagContact(contact_id=row.uid, add=tuple(removed), remove=tuple(added)))


@handles(c.MergeContacts)
def merge(tx: Tx, cmd: c.MergeContacts) -> Outcome:
    row, into = tx.get(t.contact, cmd.contact_id), contact_root(tx, tx.get(t.contact, cmd.into_id))
    if contact_root(tx, row).id == into.id:
        raise Rejected("merge_into_itself")
    merge_into(tx, row, into)
    return done(c.UnmergeContact(contact_id=row.uid), contact_id=into.uid)


def merge_into(tx: Tx, row: Row[Any], into: Row[Any]) -> None:
    """Link a contact into another one; nothing is overwritten."""
    tx.update(t.contact, row.id, merged_into=into.id, updated_at=tx.now)
    tx.update(t.contact, into.id, updated_at=tx.now)
    _touch_tickets(tx, row.id)


@handles(c.UnmergeContact)
def unmerge(tx: Tx, cmd: c.UnmergeContact) -> Outcome:
    row = tx.get(t.contact, cmd.contact_id)
    if row.merged_into is None:
        return done()
    into = tx.at(t.contact, row.merged_into)
    tx.update(t.contact, row.id, merged_into=None, updated_at=tx.now)
    tx.touch(t.contact, into.id)
    _touch_tickets(tx, row.id)
    return done(c.MergeContacts(contact_id=row.uid, into_id=into.uid))


@handles(c.DismissMergeSuggestion)
def dismiss(tx: Tx, cmd: c.DismissMergeSuggestion) -> Outcome:
    first, second = sorted(
        (tx.get(t.contact, cmd.contact_id).id, tx.get(t.contact, cmd.other_id).id)
    )
    tx.put(t.merge_dismissal, {"contact_id": first, "other_id": second})
    return done()


def block(tx: Tx, kind: str, value: str, uid: str | None = None) -> str:
    """Block a sender or a domain; returns the rule's uid. Rejects block_invalid."""
    value = clean_name(value).lower().lstrip("@")
    if kind not in ("sender", "domain") or not value or (kind == "sender") != ("@" in value):
        raise Rejected("block_invalid", value=value)
    found = tx.first(t.block_rule, t.block_rule.c.kind == kind, t.block_rule.c.value == value)
    if found:
        return str(found.uid)
    return str(
        tx.at(t.block_rule, tx.insert(t.block_rule, uid=uid, kind=kind, value=value, at=tx.now)).uid
    )


def is_blocked(tx: Tx, address: str) -> bool:
    """Whether mail from this address goes to spam; a domain's rule holds for its subdomains too."""
    labels = address.partition("@")[2].split(".")
    domains = [".".join(labels[i:]) for i in range(len(labels))]
    rule = t.block_rule.c
    sender = tx.first(t.block_rule, rule.kind == "sender", rule.value == address)
    return (
        sender is not None
        or tx.first(t.block_rule, rule.kind == "domain", rule.value.in_(domains)) is not None
    )


@handles(c.BlockSender)
def block_sender(tx: Tx, cmd: c.BlockSender) -> Outcome:
    uid = block(tx, cmd.kind, cmd.value, cmd.rule_id)
    return done(c.UnblockSender(rule_id=uid), rule_id=uid)


@handles(c.UnblockSender)
def unblock(tx: Tx, cmd: c.UnblockSender) -> Outcome:
    row = tx.get(t.block_rule, cmd.rule_id)
    tx.delete(t.block_rule, row.id)
    return done(c.BlockSender(rule_id=tx.ids.new(), kind=row.kind, value=row.value))
