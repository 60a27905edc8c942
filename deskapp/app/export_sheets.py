"""What `export` writes: each file, its fields, where they come from, and what README.md says of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """`sql` is what is read; `kind` is text, number, time (ISO 8601, UTC), yes_no, or json."""

    name: str
    about: str
    sql: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One `<name>.jsonl`: a JSON object a line, one for each row of `source`."""

    name: str
    about: str
    source: str
    fields: tuple[Field, ...]
    order: str = "x.id"

    @property
    def query(self) -> str:
        columns = ", ".join(field.sql for field in self.fields)
        return f"SELECT {columns} FROM {self.source} ORDER BY {self.order}"  # noqa: S608


def _uid(table: str, key: str) -> str:
    """The id that other files use for the row that `key` points to; null for none."""
    return f"(SELECT r.uid FROM {table} r WHERE r.id = {key})"  # noqa: S608


def _list(item: str, source: str) -> str:
    return f"(SELECT json_group_array({item}) FROM {source})"  # noqa: S608


def _id() -> Field:
    return Field("id", "the row's own id (UUIDv7 without dashes)", "x.uid")


_ATTACHMENT = (
    "json_object('id', a.uid, 'filename', a.filename, 'mime', a.mime, 'size', a.size, "
    "'sha256', a.sha256, 'content_id', a.content_id, 'inline', json(iif(a.inline, 'true', 'false')))"
)

_DEPARTMENT = Field(
    "department_id", "of its department (departments)", _uid("department", "x.department_id")
)

TICKETS = Sheet(
    "tickets",
    "Tickets.",
    "ticket x",
    (
        _id(),
        Field("number", "what people call it by", "x.number", "number"),
        Field("subject", "", "x.subject"),
        Field("status", "new, open, waiting, solved or closed", "x.status"),
        Field("channel", "email, webchat, phone, counter or other", "x.channel"),
        Field(
            "account_id", "the mailbox it belongs to (accounts)", _uid("account", "x.account_id")
        ),
        Field("contact_id", "who it is from (contacts)", _uid("contact", "x.contact_id")),
        Field("assignee_id", "whose it is (agents)", _uid("agent", "x.assignee_id")),
        _DEPARTMENT,
        Field("merged_into", "the ticket it was merged into", _uid("ticket", "x.merged_into")),
        Field(
            "tags",
            "names",
            _list("g.name", "ticket_tag l JOIN tag g ON g.id = l.tag_id WHERE l.ticket_id = x.id"),
            "json",
        ),
        Field("created_at", "", "x.created_at", "time"),
        Field("updated_at", "", "x.updated_at", "time"),
        Field("first_reply_at", "when it was first answered", "x.first_reply_at", "time"),
        Field("solved_at", "", "x.solved_at", "time"),
        Field("snoozed_until", "", "x.snoozed_until", "time"),
        Field("needs_reply", "whether the customer spoke last", "x.needs_reply", "yes_no"),
        Field("language", "ISO 639-1, as far as it is known", "x.language"),
        Field("spam", "", "x.spam", "yes_no"),
        Field("deleted", "whether it is in the trash", "x.deleted", "yes_no"),
        Field("history", "whether it was imported as history", "x.history", "yes_no"),
    ),
)

MESSAGES = Sheet(
    "messages",
    "Everything that was said, private notes included.",
    "message x LEFT JOIN message_html h ON h.message_id = x.id",
    (
        _id(),
        Field("ticket_id", "its ticket (tickets)", _uid("ticket", "x.ticket_id")),
        Field("order", "position in the conversation: unique, increasing", "x.position", "number"),
        Field("kind", "inbound, outbound or note (never sent)", "x.kind"),
        Field("channel", "email, webchat, phone, counter or other", "x.channel"),
        Field("at", "when it was written", "x.at", "time"),
        Field("account_id", "the mailbox it came or left by", _uid("account", "x.account_id")),
        Field("contact_id", "its author, if a customer", _uid("contact", "x.contact_id")),
        Field("agent_id", "its author, if an agent", _uid("agent", "x.agent_id")),
        Field("author_name", "as it was written then", "x.author_name"),
        Field("author_address", "as it was written then", "x.author_address"),
        Field("recipients", "to, cc and bcc: lists of [name, address]", "x.recipients", "json"),
        Field("subject", "", "x.subject"),
        Field("text", "the part that was newly written, as plain text", "x.body"),
        Field("quoted", "quotes and signature, as plain text", "x.quoted"),
        Field("html", "sanitised HTML, if it came as HTML", "h.html"),
        Field(
            "attachments",
            "id, filename, mime, size, sha256 (of attachments/), content_id, inline",
            _list(_ATTACHMENT, "attachment a WHERE a.message_id = x.id"),
            "json",
        ),
        Field("rfc_message_id", "its Message-ID header", "x.rfc_message_id"),
        Field("in_reply_to", "the Message-ID that it answers", "x.in_reply_to"),
        Field("raw_sha256", "its source: raw/<this>.eml", "x.raw_sha256"),
        Field(
            "delivery", "none, queued, sending, sent, failed, uncertain or cancelled", "x.delivery"
        ),
        Field("delivery_error", "why it could not be sent", "x.delivery_error"),
        Field("held", "whether it waits to be let in", "x.held", "yes_no"),
        Field("automatic", "auto_reply, bounce, list, bulk, or empty", "x.automatic"),
        Field("verdict", "SPF, DKIM and DMARC as the mailbox's server said", "x.verdict", "json"),
    ),
)

CONTACTS = Sheet(
    "contacts",
    "Customers.",
    "contact x",
    (
        _id(),
        Field("name", "", "x.name"),
        Field("organisation", "", "x.organisation"),
        Field("language", "ISO 639-1", "x.language"),
        Field("created_at", "", "x.created_at", "time"),
        Field("updated_at", "", "x.updated_at", "time"),
        Field("merged_into", "the contact it was merged into", _uid("contact", "x.merged_into")),
        Field(
            "points",
            "kind (email, phone, national_id), value (normalised), display, primary",
            _list(
                "json_object('kind', p.kind, 'value', p.value, 'display', p.display, "
                "'primary', json(iif(p.\"primary\", 'true', 'false')))",
                "contact_point p WHERE p.contact_id = x.id",
            ),
            "json",
        ),
        Field(
            "fields",
            "custom fields: key and value (custom_fields)",
            "(SELECT json_group_object(f.key, v.value) FROM contact_field v "
            "JOIN custom_field f ON f.id = v.field_id WHERE v.contact_id = x.id)",
            "json",
        ),
        Field(
            "tags",
            "names",
            _list(
                "g.name", "contact_tag l JOIN tag g ON g.id = l.tag_id WHERE l.contact_id = x.id"
            ),
            "json",
        ),
        Field(
            "notes",
            "body, agent_id, at (ms since 1970, UTC)",
            _list(
                "json_object('body', n.body, 'agent_id', r.uid, 'at', n.at)",
                "contact_note n LEFT JOIN agent r ON r.id = n.agent_id WHERE n.contact_id = x.id",
            ),
            "json",
        ),
    ),
)

EVENTS = Sheet(
    "events",
    "The history of each ticket: who did what, when, and why.",
    "ticket_event x",
    (
        _id(),
        Field("ticket_id", "its ticket (tickets)", _uid("ticket", "x.ticket_id")),
        Field("order", "position among the ticket's messages and events", "x.position", "number"),
        Field("at", "", "x.at", "time"),
        Field("kind", "what happened", "x.kind"),
        Field("actor_kind", "agent, contact or system", "x.actor_kind"),
        Field("actor_name", "as it was then", "x.actor_name"),
        Field("agent_id", "who did it, if an agent", _uid("agent", "x.agent_id")),
        Field("data", "the details, and for automatic decisions the reasons", "x.data", "json"),
    ),
)

CANNED = Sheet(
    "canned",
    "Canned replies.",
    "canned_reply x",
    (
        _id(),
        Field("folder", "", "x.folder"),
        Field("shortcut", "what is typed after the slash", "x.shortcut"),
        Field("title", "", "x.title"),
        Field("language", "empty: any", "x.language"),
        Field("body", "with Liquid placeholders", "x.body"),
        Field("attachments", "as in messages", "x.attachments", "json"),
        Field("uses", "", "x.uses", "number"),
        Field("last_used_at", "", "x.last_used_at", "time"),
    ),
)

_SMALL = (
    Sheet(
        "tags",
        "Tags of tickets and contacts.",
        "tag x",
        (_id(), Field("name", "", "x.name")),
    ),
    Sheet(
        "accounts",
        "Mailboxes and chat boxes. Passwords, tokens and keys are never exported.",
        "account x",
        (
            _id(),
            Field("channel", "", "x.channel"),
            Field("name", "", "x.name"),
            Field("address", "", "x.address"),
            Field("signature", "", "x.signature"),
            Field("enabled", "", "x.enabled", "yes_no"),
            Field("removed", "", "x.removed", "yes_no"),
            Field("settings", "servers, ports, switches", "x.settings", "json"),
            Field("connected_at", "", "x.connected_at", "time"),
            _DEPARTMENT,
        ),
    ),
    Sheet(
        "agents",
        "The people of the desk.",
        "agent x",
        (
            _id(),
            Field("name", "", "x.name"),
            Field("email", "", "x.email"),
            Field("role", "admin, supervisor, agent or light", "x.role"),
            Field("disabled", "whether they may no longer come in", "x.disabled", "yes_no"),
            Field(
                "departments",
                "names",
                _list(
                    "d.name",
                    "membership l JOIN department d ON d.id = l.department_id WHERE l.agent_id = x.id",
                ),
                "json",
            ),
        ),
    ),
    Sheet(
        "departments",
        "Who may see which tickets. A ticket without a department is everybody's.",
        "department x",
        (
            _id(),
            Field("name", "", "x.name"),
            Field("position", "its place among them", "x.position", "number"),
            Field("removed", "", "x.removed", "yes_no"),
        ),
    ),
    Sheet(
        "ticket_access",
        "Who may see a single ticket of another department.",
        "ticket_access x",
        (
            _id(),
            Field("ticket_id", "", _uid("ticket", "x.ticket_id")),
            Field("agent_id", "", _uid("agent", "x.agent_id")),
            Field("why", "mentioned or assigned", "x.why"),
        ),
    ),
    Sheet(
        "rooms",
        "Where colleagues talk to each other.",
        "room x",
        (
            _id(),
            Field("kind", "direct or group", "x.kind"),
            Field("name", "", "x.name"),
            Field("ticket_id", "the ticket it is about", _uid("ticket", "x.ticket_id")),
            Field(
                "members",
                "agents",
                _list(
                    "a.uid",
                    "room_member l JOIN agent a ON a.id = l.agent_id WHERE l.room_id = x.id",
                ),
                "json",
            ),
        ),
    ),
    Sheet(
        "room_messages",
        "What they said.",
        "room_message x",
        (
            _id(),
            Field("room_id", "", _uid("room", "x.room_id")),
            Field("agent_id", "its author", _uid("agent", "x.agent_id")),
            Field("position", "its order in the room", "x.position", "number"),
            Field("at", "", "x.at", "time"),
            Field("body", "", "x.body"),
            Field("attachments", "", "x.attachments", "json"),
            Field("mentions", "agents", "x.mentions", "json"),
        ),
    ),
    Sheet(
        "custom_fields",
        "Fields of contacts that this desk added.",
        "custom_field x",
        (
            _id(),
            Field("key", "the key in a contact's `fields`", "x.key"),
            Field("label", "", "x.label"),
            Field("kind", "text, number, date, boolean or choice", "x.kind"),
            Field("options", "of a choice", "x.options", "json"),
            Field("hidden", "whether it was deleted", "x.hidden", "yes_no"),
        ),
    ),
    Sheet(
        "preferences",
        "Settings that an agent has otherwise than the desk.",
        "preference x",
        (
            _id(),
            Field("agent_id", "", _uid("agent", "x.agent_id")),
            Field("key", "", "x.key"),
            Field("value", "", "x.value", "json"),
        ),
    ),
    Sheet(
        "saved_views",
        "Each agent's own views.",
        "saved_view x",
        (
            _id(),
            Field("agent_id", "", _uid("agent", "x.agent_id")),
            Field("name", "", "x.name"),
            Field("conditions", "lists of field, operator and value", "x.conditions", "json"),
            Field("match_all", "all conditions, or any", "x.match_all", "yes_no"),
        ),
    ),
    Sheet(
        "drafts",
        "What was being typed.",
        "draft x",
        (
            _id(),
            Field("ticket_id", "", _uid("ticket", "x.ticket_id")),
            Field("agent_id", "", _uid("agent", "x.agent_id")),
            Field("mode", "reply, reply_all, forward or note", "x.mode"),
            Field("subject", "", "x.subject"),
            Field("body", "", "x.body"),
            Field("recipients", "as in messages", "x.recipients", "json"),
            Field("attachments", "as in messages", "x.attachments", "json"),
            Field("updated_at", "", "x.updated_at", "time"),
        ),
    ),
    Sheet(
        "ratings",
        "What customers thought of it.",
        "rating x",
        (
            _id(),
            Field("ticket_id", "", _uid("ticket", "x.ticket_id")),
            Field("contact_id", "", _uid("contact", "x.contact_id")),
            Field("score", "1 to scale", "x.score", "number"),
            Field("scale", "", "x.scale", "number"),
            Field("comment", "", "x.comment"),
            Field("at", "", "x.at", "time"),
        ),
    ),
    Sheet(
        "visitors",
        "Browsers that have written through a chat box. Their tokens are not known to the desk.",
        "visitor x",
        (
            _id(),
            Field("account_id", "the chat box (accounts)", _uid("account", "x.account_id")),
            Field("contact_id", "whose chats these are", _uid("contact", "x.contact_id")),
            Field("name", "what was typed, or signed by the site", "x.name"),
            Field("email", "what was typed, or signed by the site", "x.email"),
            Field("external_id", "the site's own id of this person", "x.external_id"),
            Field("verified", "whether the site signed who it is", "x.verified", "yes_no"),
            Field("language", "", "x.language"),
            Field("answers", "lists of question and answer", "x.answers", "json"),
            Field("created_at", "", "x.created_at", "time"),
            Field("seen_at", "", "x.seen_at", "time"),
            Field("blocked", "", "x.blocked", "yes_no"),
        ),
    ),
    Sheet(
        "chats",
        "The live side of tickets that came through a chat box.",
        "chat x",
        (
            _id(),
            Field("ticket_id", "its ticket (tickets)", _uid("ticket", "x.ticket_id")),
            Field("visitor_id", "who wrote (visitors)", _uid("visitor", "x.visitor_id")),
            Field("state", "waiting, active, left_message or ended", "x.state"),
            Field("started_at", "", "x.started_at", "time"),
            Field("waiting_since", "since when nobody has answered", "x.waiting_since", "time"),
            Field("taken_at", "", "x.taken_at", "time"),
            Field("unanswered_at", "when it was not taken in time", "x.unanswered_at", "time"),
            Field("ended_at", "", "x.ended_at", "time"),
            Field("ended_by", "contact or agent", "x.ended_by"),
            Field("delivered_to", "order up to which the page had it", "x.delivered_to", "number"),
            Field("seen_to", "order up to which the visitor looked", "x.seen_to", "number"),
            Field("page_url", "where it began", "x.page_url"),
            Field("page_title", "", "x.page_title"),
            Field("referrer", "", "x.referrer"),
        ),
    ),
    Sheet(
        "block_rules",
        "Whose mail goes to spam.",
        "block_rule x",
        (
            _id(),
            Field("kind", "sender or domain", "x.kind"),
            Field("value", "", "x.value"),
            Field("at", "", "x.at", "time"),
        ),
    ),
    Sheet(
        "settings",
        "The desk's settings that differ from what they are at first.",
        "setting x",
        (Field("key", "", "x.key"), Field("value", "", "x.value", "json")),
    ),
)

SHEETS = (TICKETS, MESSAGES, CONTACTS, EVENTS, CANNED, *_SMALL)

RAW = (
    "SELECT sha256 FROM raw_mail UNION "
    "SELECT raw_sha256 FROM message WHERE raw_sha256 IS NOT NULL AND raw_sha256 <> ''"
)
"""Digests of mails as they came or left."""

ATTACHMENTS = (
    "SELECT sha256 FROM attachment UNION "
    "SELECT json_extract(j.value, '$.sha256') FROM draft d, json_each(d.attachments) j UNION "
    "SELECT json_extract(j.value, '$.sha256') FROM canned_reply c, json_each(c.attachments) j UNION "
    "SELECT json_extract(j.value, '$.sha256') FROM room_message r, json_each(r.attachments) j UNION "
    "SELECT j.value FROM message_html h, json_each(h.remote_images) j"
)
"""Digests of everything that was attached, and of remote images that were loaded."""
