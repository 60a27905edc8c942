"""Who works at the desk: departments, access to single tickets, passwords, and the team's own rooms."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from deskapp.models.tables.base import flag, metadata, number, ref, synced, words

department = synced(
    "department",
    Column("name", Text, nullable=False),
    number("position"),
    flag("removed"),
)
"""A unit of visibility. A ticket without one is everybody's."""

membership = synced(
    "membership",
    ref("agent_id", "agent"),
    ref("department_id", "department"),
    Index("uq_membership", "agent_id", "department_id", unique=True),
)

ticket_access = synced(
    "ticket_access",
    ref("ticket_id", "ticket"),
    ref("agent_id", "agent"),
    Column("why", String, nullable=False),  # mentioned, assigned
    Index("uq_ticket_access", "ticket_id", "agent_id", unique=True),
    Index("ix_ticket_access_agent", "agent_id"),
)
"""Who may see one ticket of a department that is not theirs."""

credential = Table(
    "credential",
    metadata,
    Column("agent_id", Integer, ForeignKey("agent.id"), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("changed_at", Integer, nullable=False),
)
"""Argon2id hashes; never told to another machine."""

second_factor = Table(
    "second_factor",
    metadata,
    Column("agent_id", Integer, ForeignKey("agent.id"), primary_key=True),
    Column("used_step", Integer, nullable=False),
    Column("recovery", JSON, nullable=False),
    Column("set_at", Integer, nullable=False),
)
"""Whose devices pair with a code of an app, too. The secret is in the encrypted store, not here.

`used_step` is the time step of the last code that was taken: it and those before are no good any more. `recovery`
are SHA-256s of one-time codes that are left.
"""

invitation = Table(
    "invitation",
    metadata,
    Column("agent_id", Integer, ForeignKey("agent.id"), primary_key=True),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("until_at", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
)
"""Open links, by the SHA-256 of their secret; `tries` counts wrong passwords down."""

preference = synced(
    "preference",
    ref("agent_id", "agent"),
    Column("key", String, nullable=False),
    Column("value", JSON, nullable=False),
    Index("uq_preference", "agent_id", "key", unique=True),
)
"""Settings that a person has otherwise than the desk."""

room = synced(
    "room",
    Column("kind", String, nullable=False),  # direct, group
    words("name"),
    ref("ticket_id", "ticket", nullable=True),
    number("last_position"),
)

room_member = synced(
    "room_member",
    ref("room_id", "room"),
    ref("agent_id", "agent"),
    number("seen_to"),
    Index("uq_room_member", "room_id", "agent_id", unique=True),
)

room_message = synced(
    "room_message",
    ref("room_id", "room"),
    ref("agent_id", "agent"),
    Column("position", Integer, nullable=False),
    words("body"),
    Column("attachments", JSON, nullable=False),
    Column("mentions", JSON, nullable=False),  # uids of agents
    Column("at", Integer, nullable=False),
    Index("ix_room_message_room", "room_id", "position"),
)
"""What colleagues say to each other; never seen by a customer."""
