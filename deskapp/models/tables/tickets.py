"""Tickets, what is said in them, and their history."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text, text

from deskapp.models.tables.base import flag, metadata, number, ref, synced, words

ticket = synced(
    "ticket",
    Column("number", Integer, nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("bucket", String, nullable=False),
    flag("visible"),  # bucket is active, snoozed or done
    Column("channel", String, nullable=False),
    ref("account_id", "account", nullable=True),
    ref("contact_id", "contact"),
    ref("assignee_id", "agent", nullable=True),
    ref("merged_into", "ticket", nullable=True, index=True),
    Column("created_at", Integer, nullable=False),
    Column("updated_at", Integer, nullable=False),
    Column("solved_at", Integer),
    Column("first_reply_at", Integer),
    Column("snoozed_until", Integer),
    flag("needs_reply"),
    flag("spam"),
    flag("deleted"),
    flag("history"),
    number("inbound_count"),
    number("held_count"),
    words("delivery", "none"),
    words("snippet"),
    words("snippet_kind"),
    words("snippet_author"),
    words("language"),
    ref("department_id", "department", nullable=True),
    number("access_count"),  # rows of ticket_access
    # A partial index names its columns in the key as well, or SQLite prefers a full one.
    Index("ix_ticket_bucket", "bucket", "updated_at", "id"),
    Index("ix_ticket_assignee", "bucket", "assignee_id", "updated_at", "id"),
    Index("ix_ticket_visible", "visible", "updated_at", "id"),
    Index("ix_ticket_account", "account_id", "bucket", "updated_at", "id"),
    Index("ix_ticket_contact", "contact_id", "bucket", "updated_at", "id"),
    Index(
        "ix_ticket_department",
        "department_id",
        "bucket",
        "updated_at",
        "id",
        sqlite_where=text("department_id IS NOT NULL"),
    ),
    Index("ix_ticket_status", "visible", "status", "updated_at", "id"),
    Index(
        "ix_ticket_needs_reply",
        "bucket",
        "needs_reply",
        "updated_at",
        "id",
        sqlite_where=text("bucket = 'active' AND needs_reply = 1"),
    ),
    Index("ix_ticket_to_send", "updated_at", "id", sqlite_where=text("delivery <> 'none'")),
    Index(
        "ix_ticket_snoozed",
        "bucket",
        "snoozed_until",
        "id",
        sqlite_where=text("bucket = 'snoozed'"),
    ),
)

tag = synced("tag", Column("name", Text, nullable=False, unique=True))

ticket_tag = synced(
    "ticket_tag",
    ref("ticket_id", "ticket"),
    ref("tag_id", "tag"),
    Index("uq_ticket_tag", "ticket_id", "tag_id", unique=True),
    Index("ix_ticket_tag_tag", "tag_id", "ticket_id"),
)

contact_tag = synced(
    "contact_tag",
    ref("contact_id", "contact"),
    ref("tag_id", "tag"),
    Index("uq_contact_tag", "contact_id", "tag_id", unique=True),
)

participant = synced(
    "participant",
    ref("ticket_id", "ticket"),
    Column("address", Text, nullable=False),
    Index("uq_participant", "ticket_id", "address", unique=True),
)
"""Mail addresses that take part in a ticket: who may join it by plain References."""

read_mark = synced(
    "read_mark",
    ref("ticket_id", "ticket"),
    ref("agent_id", "agent"),
    Column("inbound_seen", Integer, nullable=False),
    Index("uq_read_mark", "ticket_id", "agent_id", unique=True),
)
"""How many inbound messages of a ticket an agent has seen: unread is the difference."""

message = synced(
    "message",
    ref("ticket_id", "ticket"),
    Column("position", Integer, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("channel", String, nullable=False),
    ref("account_id", "account", nullable=True),
    ref("contact_id", "contact", nullable=True),
    ref("agent_id", "agent", nullable=True),
    words("author_name"),
    words("author_address"),
    Column("at", Integer, nullable=False),
    words("subject"),
    words("body"),
    words("quoted"),
    flag("has_html"),
    number("remote_images"),
    number("attachment_count"),
    Column("recipients", JSON),  # {"to": [[name, address]…], "cc": …, "bcc": …}
    Column("rfc_message_id", Text, index=True),
    words("in_reply_to"),
    Column("raw_sha256", String(64)),
    words("delivery", "none"),
    words("delivery_error"),
    Column("deliver_at", Integer),
    flag("held"),
    words("automatic"),
    Column("verdict", JSON),
    Column("options", JSON),  # of an outbound mail: quote, forward, in_reply_to (uid), canned
    Index("ix_message_ticket", "ticket_id", "position", "held", "kind"),
    Index(
        "ix_message_pending",
        "delivery",
        sqlite_where=text("delivery IN ('queued','sending','failed','uncertain')"),
    ),
)

message_html = Table(
    "message_html",
    metadata,
    Column("message_id", Integer, ForeignKey("message.id"), primary_key=True),
    Column("html", Text, nullable=False),
    Column("remote_urls", JSON, nullable=False),
    Column("remote_images", JSON),  # {url: sha256}, once they were asked for
    Index("ix_message_html_images", "message_id", sqlite_where=text("remote_images IS NOT NULL")),
)
"""Sanitised HTML, apart from the message so that a conversation's rows stay short."""

attachment = synced(
    "attachment",
    ref("message_id", "message", nullable=True, index=True),
    Column("filename", Text, nullable=False),
    Column("mime", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    words("content_id"),
    flag("inline"),
)

ticket_event = synced(
    "ticket_event",
    ref("ticket_id", "ticket"),
    Column("position", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("actor_kind", String, nullable=False),
    words("actor_name"),
    ref("agent_id", "agent", nullable=True),
    Column("at", Integer, nullable=False),
    Column("data", JSON, nullable=False),
    Index("ix_ticket_event_ticket", "ticket_id", "position"),
)
"""Append-only: who, what, when, why."""

draft = synced(
    "draft",
    ref("ticket_id", "ticket"),
    ref("agent_id", "agent"),
    Column("mode", String, nullable=False),
    words("body"),
    words("subject"),
    Column("recipients", JSON, nullable=False),
    Column("attachments", JSON, nullable=False),
    words("account_uid"),
    words("in_reply_to"),
    number("seen_order"),
    Column("updated_at", Integer, nullable=False),
    Index("uq_draft", "ticket_id", "agent_id", unique=True),
)

automatic_mail = Table(
    "automatic_mail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", Text, nullable=False),
    ref("ticket_id", "ticket"),
    Column("at", Integer, nullable=False),
    Index("ix_automatic_mail_address", "address", "at"),
    Index("ix_automatic_mail_ticket", "ticket_id", "at"),
)
"""Every automatic mail that was queued: the memory of the loop limits."""
