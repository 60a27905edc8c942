"""The desk's tables (SQLAlchemy Core). Times are ms since the epoch, UTC; `seq` is the commit that last touched a row.

Every synchronised row has an integer primary key (full-text search and joins need it) beside a unique UUID.
"""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _synced(name: str, *columns: Column[object] | Index) -> Table:
    """A table whose rows are told to other desks: id, uid and seq beside its own columns."""
    return Table(
        name,
        metadata,
        Column("id", Integer, primary_key=True),
        Column("uid", String(32), nullable=False, unique=True),
        Column("seq", Integer, nullable=False),
        *columns,
    )


def _ref(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(name, Integer, ForeignKey(f"{target}.id"), nullable=nullable, index=index)


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _int(name: str, default: int = 0) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text(str(default)))


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("0"))


# The desk ------------------------------------------------------------------------------------------------------

desk = Table("desk", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))
"""epoch, seq, position, name, created_at…"""

sync_log = Table(
    "sync_log",
    metadata,
    Column("scope", String, primary_key=True),
    Column("entity", String, primary_key=True),
    Column("key", Integer, primary_key=True),
    Column("uid", String(32), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("op", String, nullable=False),
    Index("ix_sync_log_scope_seq", "scope", "seq"),
)
"""Pointers, not payloads: the latest touch of each row in each scope, so it compacts itself."""

device = Table(
    "device",
    metadata,
    Column("uid", String(32), primary_key=True),
    Column("high_water", Integer, nullable=False),
)

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

counter = Table("counter", metadata, Column("key", String, primary_key=True), Column("value", Integer, nullable=False))

setting = _synced("setting", Column("key", String, nullable=False, unique=True), Column("value", JSON, nullable=False))

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
    _int("attempts"),
    _text("error"),
    Column("created_at", Integer, nullable=False),
    Column("settled_at", Integer),
    _ref("ticket_id", "ticket", nullable=True),
    _ref("message_id", "message", nullable=True, index=True),
    Index("ix_effect_due", "state", "due_at"),
)
"""What is to be done outside after the commit. `key` is its idempotency key."""

# People --------------------------------------------------------------------------------------------------------

agent = _synced(
    "agent",
    Column("name", Text, nullable=False),
    _text("email"),
    _text("state", "online"),
    _text("state_reason"),
    _flag("state_automatic"),
)

contact = _synced(
    "contact",
    Column("name", Text, nullable=False),
    _text("organisation"),
    _text("language"),
    Column("created_at", Integer, nullable=False),
    Column("updated_at", Integer, nullable=False),
    _ref("merged_into", "contact", nullable=True, index=True),
    Index("ix_contact_updated", "updated_at", "id"),
)

contact_point = _synced(
    "contact_point",
    _ref("contact_id", "contact", index=True),
    Column("kind", String, nullable=False),
    Column("value", Text, nullable=False),
    Column("display", Text, nullable=False),
    _flag("primary"),
    Index("ix_contact_point_kind_value", "kind", "value"),
    Index("uq_contact_point_email", "value", unique=True, sqlite_where=text("kind = 'email'")),
)

contact_note = _synced(
    "contact_note",
    _ref("contact_id", "contact", index=True),
    Column("body", Text, nullable=False),
    _ref("agent_id", "agent"),
    Column("at", Integer, nullable=False),
)

custom_field = _synced(
    "custom_field",
    Column("key", String, nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("options", JSON, nullable=False),
    _int("position"),
    _flag("hidden"),
)

contact_field = _synced(
    "contact_field",
    _ref("contact_id", "contact"),
    _ref("field_id", "custom_field"),
    Column("value", Text, nullable=False),
    Index("uq_contact_field", "contact_id", "field_id", unique=True),
    Index("ix_contact_field_value", "field_id", "value"),
)

merge_dismissal = _synced(
    "merge_dismissal",
    _ref("contact_id", "contact"),
    _ref("other_id", "contact"),
    Index("uq_merge_dismissal", "contact_id", "other_id", unique=True),
)

block_rule = _synced(
    "block_rule",
    Column("kind", String, nullable=False),
    Column("value", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Index("uq_block_rule", "kind", "value", unique=True),
)

# Channels ------------------------------------------------------------------------------------------------------

account = _synced(
    "account",
    Column("channel", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    _text("signature"),
    _flag("enabled"),
    Column("settings", JSON, nullable=False),
    _text("authserv_id"),
    Column("connected_at", Integer),
    _text("problem"),
    _text("problem_detail"),
    Column("checked_at", Integer),
    _flag("removed"),
)

mail_folder = Table(
    "mail_folder",
    metadata,
    Column("id", Integer, primary_key=True),
    _ref("account_id", "account"),
    Column("name", Text, nullable=False),
    Column("uidvalidity", Integer, nullable=False),
    Column("last_uid", Integer, nullable=False),
    Column("first_live_uid", Integer, nullable=False),
    Index("uq_mail_folder", "account_id", "name", "uidvalidity", unique=True),
)

raw_mail = Table(
    "raw_mail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("size", Integer, nullable=False),
    _ref("account_id", "account", nullable=True),
    Column("source", String, nullable=False),
    _flag("history"),
    Column("stored_at", Integer, nullable=False),
    _text("state", "stored"),  # stored, received, quarantined
    _text("reason"),
    _ref("message_id", "message", nullable=True),
    Index("ix_raw_mail_state", "state", sqlite_where=text("state = 'stored'")),
)
"""Raw mails, kept before anything parses them. The bytes are in the blob store."""

mail_seen = Table(
    "mail_seen",
    metadata,
    Column("id", Integer, primary_key=True),
    _ref("account_id", "account"),
    Column("folder", Text, nullable=False),
    Column("uidvalidity", Integer, nullable=False),
    Column("uid_no", Integer, nullable=False),
    _ref("raw_id", "raw_mail"),
    Index("uq_mail_seen", "account_id", "folder", "uidvalidity", "uid_no", unique=True),
)

# Tickets -------------------------------------------------------------------------------------------------------

ticket = _synced(
    "ticket",
    Column("number", Integer, nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("bucket", String, nullable=False),
    _flag("visible"),  # bucket is active, snoozed or done
    Column("channel", String, nullable=False),
    _ref("account_id", "account", nullable=True),
    _ref("contact_id", "contact"),
    _ref("assignee_id", "agent", nullable=True),
    _ref("merged_into", "ticket", nullable=True, index=True),
    Column("created_at", Integer, nullable=False),
    Column("updated_at", Integer, nullable=False),
    Column("solved_at", Integer),
    Column("first_reply_at", Integer),
    Column("snoozed_until", Integer),
    _flag("needs_reply"),
    _flag("spam"),
    _flag("deleted"),
    _flag("history"),
    _int("inbound_count"),
    _int("held_count"),
    _text("delivery", "none"),
    _text("snippet"),
    _text("snippet_kind"),
    _text("snippet_author"),
    _text("language"),
    Index("ix_ticket_bucket", "bucket", "updated_at", "id"),
    Index("ix_ticket_assignee", "bucket", "assignee_id", "updated_at", "id"),
    Index("ix_ticket_visible", "visible", "updated_at", "id"),
    Index("ix_ticket_account", "account_id", "bucket", "updated_at", "id"),
    Index("ix_ticket_contact", "contact_id", "updated_at", "id"),
    Index("ix_ticket_status", "status", "updated_at", "id"),
    Index(
        "ix_ticket_needs_reply",
        "updated_at",
        "id",
        sqlite_where=text("bucket = 'active' AND needs_reply = 1"),
    ),
    Index("ix_ticket_to_send", "updated_at", "id", sqlite_where=text("delivery <> 'none'")),
    Index("ix_ticket_snoozed", "snoozed_until", sqlite_where=text("snoozed_until IS NOT NULL")),
)

tag = _synced("tag", Column("name", Text, nullable=False, unique=True))

ticket_tag = _synced(
    "ticket_tag",
    _ref("ticket_id", "ticket"),
    _ref("tag_id", "tag"),
    Index("uq_ticket_tag", "ticket_id", "tag_id", unique=True),
    Index("ix_ticket_tag_tag", "tag_id", "ticket_id"),
)

contact_tag = _synced(
    "contact_tag",
    _ref("contact_id", "contact"),
    _ref("tag_id", "tag"),
    Index("uq_contact_tag", "contact_id", "tag_id", unique=True),
)

participant = _synced(
    "participant",
    _ref("ticket_id", "ticket"),
    Column("address", Text, nullable=False),
    Index("uq_participant", "ticket_id", "address", unique=True),
)
"""Mail addresses that take part in a ticket: who may join it by plain References."""

read_mark = _synced(
    "read_mark",
    _ref("ticket_id", "ticket"),
    _ref("agent_id", "agent"),
    Column("inbound_seen", Integer, nullable=False),
    Index("uq_read_mark", "ticket_id", "agent_id", unique=True),
)
"""How many inbound messages of a ticket an agent has seen: unread is the difference."""

message = _synced(
    "message",
    _ref("ticket_id", "ticket"),
    Column("position", Integer, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("channel", String, nullable=False),
    _ref("account_id", "account", nullable=True),
    _ref("contact_id", "contact", nullable=True),
    _ref("agent_id", "agent", nullable=True),
    _text("author_name"),
    _text("author_address"),
    Column("at", Integer, nullable=False),
    _text("subject"),
    _text("body"),
    _text("quoted"),
    _flag("has_html"),
    _int("remote_images"),
    _int("attachment_count"),
    Column("recipients", JSON),  # {"to": [[name, address]…], "cc": …, "bcc": …}
    Column("rfc_message_id", Text, index=True),
    _text("in_reply_to"),
    Column("raw_sha256", String(64)),
    _text("delivery", "none"),
    _text("delivery_error"),
    Column("deliver_at", Integer),
    _flag("held"),
    _text("automatic"),
    Column("verdict", JSON),
    Column("options", JSON),  # of an outbound mail: quote, forward, in_reply_to (uid), canned
    Index("ix_message_ticket", "ticket_id", "position"),
    Index("ix_message_pending", "delivery", sqlite_where=text("delivery IN ('queued','sending','failed','uncertain')")),
)

message_html = Table(
    "message_html",
    metadata,
    Column("message_id", Integer, ForeignKey("message.id"), primary_key=True),
    Column("html", Text, nullable=False),
    Column("remote_urls", JSON, nullable=False),
    Column("remote_images", JSON),  # {url: sha256}, once they were asked for
)
"""Sanitised HTML, apart from the message so that a conversation's rows stay short."""

attachment = _synced(
    "attachment",
    _ref("message_id", "message", nullable=True, index=True),
    Column("filename", Text, nullable=False),
    Column("mime", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    _text("content_id"),
    _flag("inline"),
)

ticket_event = _synced(
    "ticket_event",
    _ref("ticket_id", "ticket"),
    Column("position", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("actor_kind", String, nullable=False),
    _text("actor_name"),
    _ref("agent_id", "agent", nullable=True),
    Column("at", Integer, nullable=False),
    Column("data", JSON, nullable=False),
    Index("ix_ticket_event_ticket", "ticket_id", "position"),
)
"""Append-only: who, what, when, why."""

draft = _synced(
    "draft",
    _ref("ticket_id", "ticket"),
    _ref("agent_id", "agent"),
    Column("mode", String, nullable=False),
    _text("body"),
    _text("subject"),
    Column("recipients", JSON, nullable=False),
    Column("attachments", JSON, nullable=False),
    _text("account_uid"),
    _text("in_reply_to"),
    _int("seen_order"),
    Column("updated_at", Integer, nullable=False),
    Index("uq_draft", "ticket_id", "agent_id", unique=True),
)

automatic_mail = Table(
    "automatic_mail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", Text, nullable=False),
    _ref("ticket_id", "ticket"),
    Column("at", Integer, nullable=False),
    Index("ix_automatic_mail_address", "address", "at"),
    Index("ix_automatic_mail_ticket", "ticket_id", "at"),
)
"""Every automatic mail that was queued: the memory of the loop limits."""

# Work aids -----------------------------------------------------------------------------------------------------

canned_reply = _synced(
    "canned_reply",
    _text("folder"),
    Column("shortcut", Text, nullable=False),
    Column("title", Text, nullable=False),
    _text("language"),
    Column("body", Text, nullable=False),
    Column("attachments", JSON, nullable=False),
    _int("uses"),
    Column("last_used_at", Integer),
    Index("uq_canned_reply", "shortcut", "language", unique=True),
)

saved_view = _synced(
    "saved_view",
    _ref("agent_id", "agent"),
    Column("name", Text, nullable=False),
    Column("conditions", JSON, nullable=False),
    _flag("match_all"),
    _int("position"),
)

notification = _synced(
    "notification",
    _ref("agent_id", "agent"),
    Column("kind", String, nullable=False),
    _ref("ticket_id", "ticket", nullable=True),
    _text("title"),
    _text("body"),
    Column("at", Integer, nullable=False),
    Column("played_at", Integer),
    Column("seen_at", Integer),
    Index("ix_notification_agent", "agent_id", "at"),
)

rating = _synced(
    "rating",
    _ref("ticket_id", "ticket", index=True),
    _ref("contact_id", "contact", index=True),
    Column("score", Integer, nullable=False),
    Column("scale", Integer, nullable=False),
    _text("comment"),
    Column("at", Integer, nullable=False),
)
"""Satisfaction, 1…scale. Written by the channels that ask for it."""

FULL_TEXT = (
    "CREATE VIRTUAL TABLE message_fts USING fts5(subject, body, author, content='', contentless_delete=1, "
    "tokenize=\"unicode61 remove_diacritics 2\", prefix='1 2 3')",
    "CREATE VIRTUAL TABLE contact_fts USING fts5(name, organisation, points, content='', contentless_delete=1, "
    "tokenize=\"unicode61 remove_diacritics 2\", prefix='1 2 3')",
    "CREATE VIRTUAL TABLE point_fts USING fts5(value, content='', contentless_delete=1, "
    "tokenize=\"trigram\")",
)
"""`message_fts.rowid` is `message.position` (so that rowid order is newest first), `contact_fts.rowid` is
`contact.id`, `point_fts.rowid` is `contact_point.id` (substrings of addresses, digits and national ids)."""
