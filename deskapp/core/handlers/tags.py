"""Handlers of the desk's tags."""

from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Row, select

from deskapp.core.api import Outcome, Rejected
from deskapp.core.authority.tx import Tx
from deskapp.core.commands import tags as c
from deskapp.core.handlers.base import done, handles
from deskapp.models import tables as t
from deskapp.models.dto import Condition

LENGTH = 60


def tag_name(raw: str) -> str:
    """A tag's name on one line. Rejects tag_invalid."""
    name = " ".join(raw.split())
    if not name or len(name) > LENGTH:
        raise Rejected("tag_invalid", tag=raw)
    return name


def tag_keys(tx: Tx, names: tuple[str, ...]) -> dict[str, int]:
    """Keys of tags by name; those that are not there yet are made. Rejects tag_invalid."""
    keys = {}
    for raw in names:
        name = tag_name(raw)
        found = tx.first(t.tag, t.tag.c.name == name)
        keys[name] = found.id if found else tx.insert(t.tag, name=name)
    return keys


def _tag(tx: Tx, name: str) -> Row[Any]:
    row = tx.first(t.tag, t.tag.c.name == name)
    if row is None:
        raise Rejected("tag_not_found", tag=name)
    return row


@handles(c.RenameTag)
def rename(tx: Tx, cmd: c.RenameTag) -> Outcome:
    row, name = _tag(tx, cmd.tag), tag_name(cmd.name)
    if name == row.name:
        return done()
    if tx.first(t.tag, t.tag.c.name == name):
        raise Rejected("tag_taken", tag=name)
    tx.update(t.tag, row.id, name=name)
    tx.move_count(f"tag:{row.name}", f"tag:{name}")
    _touch_tagged(tx, row.id)
    _rename_in_views(tx, row.name, name)
    return done(c.RenameTag(tag=name, name=row.name))


def _touch_tagged(tx: Tx, tag_key: int) -> None:
    """Everything that shows the tag is to be looked at again."""
    for table, link, owner in (
        (t.ticket, t.ticket_tag, t.ticket_tag.c.ticket_id),
        (t.contact, t.contact_tag, t.contact_tag.c.contact_id),
    ):
        tx.touch_all(table, table.c.id.in_(select(owner).where(link.c.tag_id == tag_key)))


def _rename_in_views(tx: Tx, before: str, after: str) -> None:
    for view in tx.all(t.saved_view):
        old = msgspec.convert(view.conditions, tuple[Condition, ...])
        new = tuple(
            replace(one, value=after) if (one.field, one.value) == ("tag", before) else one
            for one in old
        )
        if new != old:
            values = msgspec.to_builtins(new)
            tx.update(t.saved_view, view.id, conditions=values)


@handles(c.DeleteTag)
def delete(tx: Tx, cmd: c.DeleteTag) -> Outcome:
    row = _tag(tx, cmd.tag)
    _touch_tagged(tx, row.id)
    on_tickets = tx.delete_all(t.ticket_tag, t.ticket_tag.c.tag_id == row.id)
    on_contacts = tx.delete_all(t.contact_tag, t.contact_tag.c.tag_id == row.id)
    tx.move_count(f"tag:{row.name}")
    tx.delete(t.tag, row.id)
    return done(tickets=on_tickets, contacts=on_contacts)
