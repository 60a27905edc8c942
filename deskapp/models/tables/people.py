"""Agents and contacts."""

from sqlalchemy import JSON, Column, Index, Integer, String, Text, text

from deskapp.models.tables.base import flag, number, ref, synced, words

agent = synced(
    "agent",
    Column("name", Text, nullable=False),
    words("email"),
    words("state", "online"),
    words("state_reason"),
    flag("state_automatic"),
    words("role", "admin"),
    flag("disabled"),
)

contact = synced(
    "contact",
    Column("name", Text, nullable=False),
    words("organisation"),
    words("language"),
    Column("created_at", Integer, nullable=False),
    Column("updated_at", Integer, nullable=False),
    ref("merged_into", "contact", nullable=True, index=True),
    Index("ix_contact_updated", "updated_at", "id"),
)

contact_point = synced(
    "contact_point",
    ref("contact_id", "contact", index=True),
    Column("kind", String, nullable=False),
    Column("value", Text, nullable=False),
    Column("display", Text, nullable=False),
    flag("primary"),
    Index("ix_contact_point_kind_value", "kind", "value", "contact_id"),
    Index("uq_contact_point_email", "value", unique=True, sqlite_where=text("kind = 'email'")),
)

contact_note = synced(
    "contact_note",
    ref("contact_id", "contact", index=True),
    Column("body", Text, nullable=False),
    ref("agent_id", "agent"),
    Column("at", Integer, nullable=False),
)

custom_field = synced(
    "custom_field",
    Column("key", String, nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("options", JSON, nullable=False),
    number("position"),
    flag("hidden"),
)

contact_field = synced(
    "contact_field",
    ref("contact_id", "contact"),
    ref("field_id", "custom_field"),
    Column("value", Text, nullable=False),
    Index("uq_contact_field", "contact_id", "field_id", unique=True),
    Index("ix_contact_field_value", "field_id", "value"),
)

merge_dismissal = synced(
    "merge_dismissal",
    ref("contact_id", "contact"),
    ref("other_id", "contact"),
    Index("uq_merge_dismissal", "contact_id", "other_id", unique=True),
)

block_rule = synced(
    "block_rule",
    Column("kind", String, nullable=False),
    Column("value", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Index("uq_block_rule", "kind", "value", unique=True),
)
