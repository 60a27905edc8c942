"""Handlers of canned replies."""

import re
from typing import Any

import msgspec
from sqlalchemy import Row

from deskapp.core.api import Outcome, Rejected
from deskapp.core.authority.tx import Tx
from deskapp.core.commands import canned as c
from deskapp.core.commands.messages import AttachmentRef
from deskapp.core.handlers.base import done, handles
from deskapp.core.policies import placeholders
from deskapp.models import tables as t

SHORTCUT = re.compile(r"[^\W_][\w-]{0,39}")


def as_command(row: Row[Any]) -> c.SaveCannedReply:
    return c.SaveCannedReply(
        canned_id=row.uid,
        shortcut=row.shortcut,
        title=row.title,
        body=row.body,
        language=row.language,
        folder=row.folder,
        attachments=msgspec.convert(row.attachments, tuple[AttachmentRef, ...]),
    )


@handles(c.SaveCannedReply)
def save(tx: Tx, cmd: c.SaveCannedReply) -> Outcome:
    shortcut = cmd.shortcut.strip().lstrip("/").lower()
    if not SHORTCUT.fullmatch(shortcut):
        raise Rejected("shortcut_invalid", shortcut=cmd.shortcut)
    if not cmd.title.strip():
        raise Rejected("title_empty")
    errors = placeholders.validate(cmd.body)
    if errors:
        raise Rejected(errors[0].code, detail=errors[0].detail)
    r = t.canned_reply.c
    taken = tx.first(
        t.canned_reply, r.shortcut == shortcut, r.language == cmd.language, r.uid != cmd.canned_id
    )
    if taken:
        raise Rejected("shortcut_taken", shortcut=shortcut)
    found = tx.find(t.canned_reply, cmd.canned_id)
    values = {
        "shortcut": shortcut,
        "title": cmd.title.strip(),
        "body": cmd.body,
        "language": cmd.language,
        "folder": "/".join(part.strip() for part in cmd.folder.split("/") if part.strip()),
        "attachments": msgspec.to_builtins(cmd.attachments),
    }
    if found is None:
        tx.insert(t.canned_reply, uid=cmd.canned_id, **values)
        return done(c.DeleteCannedReply(canned_id=cmd.canned_id))
    tx.update(t.canned_reply, found.id, **values)
    return done(as_command(found))


@handles(c.DeleteCannedReply)
def delete(tx: Tx, cmd: c.DeleteCannedReply) -> Outcome:
    row = tx.get(t.canned_reply, cmd.canned_id)
    tx.delete(t.canned_reply, row.id)
    return done(as_command(row))
