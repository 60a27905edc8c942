"""Web chat: who writes from a site, and the live side of their tickets."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, text

from deskapp.models.tables.base import flag, metadata, number, ref, synced, words

visitor = synced(
    "visitor",
    ref("account_id", "account"),
    Column("token_hash", String(64), nullable=False, unique=True),
    ref("contact_id", "contact", index=True),
    words("name"),
    words("email"),
    words("external_id"),
    flag("verified"),
    words("language"),
    Column("answers", JSON, nullable=False),  # [[label, value]…] of the questions before a chat
    Column("created_at", Integer, nullable=False),
    Column("seen_at", Integer, nullable=False),
    flag("blocked"),
    flag("refused"),  # an agent said that the typed address is not this person's
)
"""A browser that has written. It is known by the SHA-256 of its token; the token itself is never kept.

`name` and `email` are what the visitor typed: a claim, unless `verified` by the site's signature.
"""

chat = synced(
    "chat",
    Column("ticket_id", Integer, ForeignKey("ticket.id"), nullable=False, unique=True),
    ref("visitor_id", "visitor", index=True),
    Column("state", String, nullable=False),
    Column("started_at", Integer, nullable=False),
    Column("waiting_since", Integer),  # the oldest word of the visitor that nobody has answered
    Column("taken_at", Integer),
    Column("unanswered_at", Integer),  # nobody took it in time
    Column("ended_at", Integer),
    words("ended_by"),  # contact, agent
    number("delivered_to"),  # positions: what the visitor's page has, and what was looked at
    number("seen_to"),
    words("page_url"),
    words("page_title"),
    words("referrer"),
    Index("ix_chat_live", "started_at", sqlite_where=text("state IN ('waiting', 'active')")),
)

chat_received = Table(
    "chat_received",
    metadata,
    Column("id", Integer, primary_key=True),
    ref("visitor_id", "visitor"),
    Column("client_id", String(64), nullable=False),
    ref("message_id", "message"),
    Index("uq_chat_received", "visitor_id", "client_id", unique=True),
    Index("ix_chat_received_message", "message_id"),
)
"""Which of the browser's messages are here: the same one again changes nothing."""
