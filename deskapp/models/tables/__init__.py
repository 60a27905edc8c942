"""The desk's tables (SQLAlchemy Core).

Every synchronised row has an integer primary key (full-text search and joins need it) beside a unique UUID.
"""

from deskapp.models.tables.aids import canned_reply, notification, rating, saved_view
from deskapp.models.tables.base import metadata
from deskapp.models.tables.channels import account, mail_folder, mail_seen, raw_mail
from deskapp.models.tables.desk import (
    command_result,
    counter,
    desk,
    device,
    effect,
    scope,
    setting,
    sync_log,
)
from deskapp.models.tables.people import (
    agent,
    block_rule,
    contact,
    contact_field,
    contact_note,
    contact_point,
    custom_field,
    merge_dismissal,
)
from deskapp.models.tables.search import FULL_TEXT
from deskapp.models.tables.team import (
    credential,
    department,
    membership,
    room,
    room_member,
    room_message,
    ticket_access,
)
from deskapp.models.tables.tickets import (
    attachment,
    automatic_mail,
    contact_tag,
    draft,
    message,
    message_html,
    participant,
    read_mark,
    tag,
    ticket,
    ticket_event,
    ticket_tag,
)
from deskapp.models.tables.webchat import chat, chat_received, visitor

__all__ = [
    "FULL_TEXT",
    "account",
    "agent",
    "attachment",
    "automatic_mail",
    "block_rule",
    "canned_reply",
    "chat",
    "chat_received",
    "command_result",
    "contact",
    "contact_field",
    "contact_note",
    "contact_point",
    "contact_tag",
    "counter",
    "credential",
    "custom_field",
    "department",
    "desk",
    "device",
    "draft",
    "effect",
    "mail_folder",
    "mail_seen",
    "membership",
    "merge_dismissal",
    "message",
    "message_html",
    "metadata",
    "notification",
    "participant",
    "rating",
    "raw_mail",
    "read_mark",
    "room",
    "room_member",
    "room_message",
    "saved_view",
    "scope",
    "setting",
    "sync_log",
    "tag",
    "ticket",
    "ticket_access",
    "ticket_event",
    "ticket_tag",
    "visitor",
]
