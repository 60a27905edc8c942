"""Work aids: canned replies, saved views, notifications, ratings."""

from sqlalchemy import JSON, Column, Index, Integer, String, Text

from deskapp.models.tables.base import flag, number, ref, synced, words

canned_reply = synced(
    "canned_reply",
    words("folder"),
    Column("shortcut", Text, nullable=False),
    Column("title", Text, nullable=False),
    words("language"),
    Column("body", Text, nullable=False),
    Column("attachments", JSON, nullable=False),
    number("uses"),
    Column("last_used_at", Integer),
    Index("uq_canned_reply", "shortcut", "language", unique=True),
)

saved_view = synced(
    "saved_view",
    ref("agent_id", "agent"),
    Column("name", Text, nullable=False),
    Column("conditions", JSON, nullable=False),
    flag("match_all"),
    number("position"),
)

notification = synced(
    "notification",
    ref("agent_id", "agent"),
    Column("kind", String, nullable=False),
    ref("ticket_id", "ticket", nullable=True),
    words("title"),
    words("body"),
    Column("at", Integer, nullable=False),
    Column("played_at", Integer),
    Column("seen_at", Integer),
    Index("ix_notification_agent", "agent_id", "at"),
    Index("ix_notification_ticket", "ticket_id"),
)

rating = synced(
    "rating",
    ref("ticket_id", "ticket", index=True),
    ref("contact_id", "contact", index=True),
    Column("score", Integer, nullable=False),
    Column("scale", Integer, nullable=False),
    words("comment"),
    Column("at", Integer, nullable=False),
)
"""Satisfaction, 1…scale. Written by the channels that ask for it."""
