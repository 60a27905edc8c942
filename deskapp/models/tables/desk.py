"""The desk itself: marks, change log, command results, counters, settings, effects."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text

from deskapp.models.tables.base import metadata, number, ref, synced, words

desk = Table(
    "desk", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False)
)
"""epoch, seq, position, name, created_at…"""

sync_log = Table(
    "sync_log",
    metadata,
    Column("scope", String, primary_key=True),
    Column("entity", String, primary_key=True),
    Column("uid", String(32), primary_key=True),
    Column("key", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("op", String, nullable=False),
    Index("ix_sync_log_scope_seq", "scope", "seq"),
)
"""Pointers, not payloads: the latest touch of each row in each scope, so it compacts itself.

A row is named by its uid: the keys of rows that are gone come again. `seq` counts the scope's own commits:
whoever follows one scope learns nothing of the others.
"""

scope = Table(
    "scope",
    metadata,
    Column("name", String, primary_key=True),
    Column("seq", Integer, nullable=False),
)
"""desk, department:<uid>, person:<uid>: how many commits have touched it."""

device = Table(
    "device",
    metadata,
    Column("uid", String(32), primary_key=True),
    Column("high_water", Integer, nullable=False),
    ref("agent_id", "agent", nullable=True),
    words("name"),
    Column("token_hash", String(64)),
    Column("created_at", Integer),
    Column("seen_at", Integer),
    Column("revoked_at", Integer),
    Index("uq_device_token_hash", "token_hash", unique=True),
)
"""Who sends commands in an order of its own. Another machine's has an agent and the SHA-256 of its token."""

command_result = Table(
    "command_result",
    metadata,
    Column("command_id", String(32), primary_key=True),
    Column("device", String(32), nullable=False),
    Column("n", Integer, nullable=False),
    Column("type", String, nullable=False),
    Column("agent_id", Integer, nullable=False),
    Column("at", Integer, nullable=False, index=True),
    Column("outcome", JSON, nullable=False),
    sqlite_with_rowid=False,
)

counter = Table(
    "counter",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Integer, nullable=False),
)

setting = synced(
    "setting",
    Column("key", String, nullable=False, unique=True),
    Column("value", JSON, nullable=False),
)

effect = Table(
    "effect",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", String(32), nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("payload", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("due_at", Integer, nullable=False),
    number("attempts"),
    words("error"),
    Column("created_at", Integer, nullable=False),
    Column("settled_at", Integer),
    ref("ticket_id", "ticket", nullable=True),
    ref("message_id", "message", nullable=True, index=True),
    Index("ix_effect_due", "state", "due_at"),
)
"""What is to be done outside after the commit. `key` is its idempotency key."""
