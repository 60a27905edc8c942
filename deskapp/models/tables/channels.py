"""Accounts, and the raw mail that came through them."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text, text

from deskapp.models.tables.base import flag, metadata, ref, synced, words

account = synced(
    "account",
    Column("channel", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    words("signature"),
    flag("enabled"),
    Column("settings", JSON, nullable=False),
    words("authserv_id"),
    Column("connected_at", Integer),
    words("problem"),
    words("problem_detail"),
    Column("checked_at", Integer),
    flag("removed"),
    ref("department_id", "department", nullable=True),  # of the tickets that come in here
)

mail_folder = Table(
    "mail_folder",
    metadata,
    Column("id", Integer, primary_key=True),
    ref("account_id", "account"),
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
    ref("account_id", "account", nullable=True),
    Column("source", String, nullable=False),
    flag("history"),
    Column("stored_at", Integer, nullable=False),
    words("state", "stored"),  # stored, received, quarantined
    words("reason"),
    ref("message_id", "message", nullable=True),
    Index("ix_raw_mail_state", "state", sqlite_where=text("state = 'stored'")),
)
"""Raw mails, kept before anything parses them. The bytes are in the blob store."""

mail_seen = Table(
    "mail_seen",
    metadata,
    Column("id", Integer, primary_key=True),
    ref("account_id", "account"),
    Column("folder", Text, nullable=False),
    Column("uidvalidity", Integer, nullable=False),
    Column("uid_no", Integer, nullable=False),
    ref("raw_id", "raw_mail"),
    Index("uq_mail_seen", "account_id", "folder", "uidvalidity", "uid_no", unique=True),
)
