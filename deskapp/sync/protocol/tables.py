"""Which tables travel, and how their columns look on the wire.

A row travels by its uid; a reference travels as the uid of what it refers to, so that no desk's integer keys
(which would tell how much there is that one may not see) leave it. What only the authority needs stays there.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final
from zlib import crc32

from deskapp.models import tables as t

ENTITIES: Final = (
    "department",
    "agent",
    "membership",
    "account",
    "setting",
    "preference",
    "tag",
    "custom_field",
    "canned_reply",
    "saved_view",
    "block_rule",
    "contact",
    "contact_point",
    "contact_note",
    "contact_field",
    "contact_tag",
    "merge_dismissal",
    "visitor",
    "ticket",
    "ticket_access",
    "ticket_tag",
    "participant",
    "message",
    "attachment",
    "ticket_event",
    "read_mark",
    "draft",
    "chat",
    "rating",
    "notification",
    "room",
    "room_member",
    "room_message",
)
"""In an order in which what a row refers to comes before it."""

STAYS: Final = {
    "account": {"settings", "authserv_id", "problem_detail"},
    "visitor": {"token_hash"},
}
"""Columns that never leave the authority: where a mailbox is, how a visitor is recognised."""

HTML: Final = ("html", "html_remote_urls", "html_remote_images")
"""Of `message_html`; a message carries them as columns of its own, null when it has none."""

PARTS: Final = frozenset(
    {"ticket_access", "ticket_tag", "participant", "message", "ticket_event", "read_mark", "draft",
     "chat", "rating"}
)  # fmt: skip
"""Rows of a ticket: they are kept where their ticket is, and go with it."""


@dataclass(frozen=True, slots=True)
class WireColumn:
    """`target` is the table that a reference points to; empty for a plain value."""

    name: str
    target: str = ""


@cache
def columns_of(entity: str) -> tuple[WireColumn, ...]:
    """The columns of an entity on the wire, without its uid, which always comes first."""
    table = t.metadata.tables[entity]
    own = tuple(
        WireColumn(
            str(column.name), next((key.column.table.name for key in column.foreign_keys), "")
        )
        for column in table.columns
        if column.name not in {"id", "uid", "seq"} | STAYS.get(entity, set())
    )
    return own + tuple(map(WireColumn, HTML)) if entity == "message" else own


@cache
def shape() -> int:
    """Of all rows as they travel: two programs with the same one mean the same by a hash over them."""
    text = [f"{entity}:{','.join(c.name for c in columns_of(entity))}" for entity in ENTITIES]
    return crc32("\n".join(text).encode())
