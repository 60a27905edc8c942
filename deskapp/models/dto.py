"""What queries answer: frozen, plain, and safe to hand to any thread. Times are ms since the epoch, UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from deskapp.models.enums import (
    ActorKind,
    AgentState,
    Channel,
    ChatState,
    Delivery,
    FieldKind,
    MessageKind,
    NotificationKind,
    PointKind,
    TicketStatus,
)
from deskapp.models.ids import TicketKey


@dataclass(frozen=True, slots=True)
class AgentInfo:
    id: str
    name: str
    email: str
    state: AgentState


@dataclass(frozen=True, slots=True)
class TagInfo:
    id: str
    name: str
    uses: int = 0


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """A mailbox. `settings` holds server names, ports and switches, never a secret."""

    id: str
    channel: Channel
    name: str
    address: str
    enabled: bool
    signature: str
    settings: Mapping[str, object]
    authserv_id: str
    connected_at: int | None
    problem: str
    checked_at: int | None
    problem_detail: str = ""  # the server's own words about `problem`


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One line of the list."""

    key: TicketKey
    id: str
    number: int
    subject: str
    status: TicketStatus
    channel: Channel
    contact_id: str  # whom a merged contact was merged into
    contact_name: str
    assignee_id: str
    account_id: str
    snippet: str
    snippet_kind: MessageKind | None
    snippet_author: str
    updated_at: int
    unread: int
    needs_reply: bool
    snoozed_until: int | None
    held: int
    delivery: Delivery  # of the last outbound message; NONE when nothing is pending or failed
    tags: tuple[str, ...]
    spam: bool
    deleted: bool


@dataclass(frozen=True, slots=True)
class TicketIdPage:
    """All keys of a view in its order (up to the query's limit), and how many there are in all."""

    keys: tuple[int, ...]
    total: int
    seq: int


@dataclass(frozen=True, slots=True)
class ViewCount:
    view: str  # a ViewKey as core.queries.views writes it
    count: int


@dataclass(frozen=True, slots=True)
class SavedViewInfo:
    id: str
    name: str
    conditions: tuple["Condition", ...]
    match_all: bool
    position: int


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a saved view: `field` `operator` `value`. See core.queries.views for the vocabulary."""

    field: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Sidebar:
    accounts: tuple[AccountInfo, ...]
    tags: tuple[TagInfo, ...]
    saved_views: tuple[SavedViewInfo, ...]
    counts: Mapping[str, int]
    departments: tuple[tuple[str, str], ...] = ()  # (id, name), where there is more than one to see


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class AttachmentInfo:
    id: str
    filename: str  # data only: never a path
    mime: str
    size: int
    sha256: str
    content_id: str
    inline: bool


@dataclass(frozen=True, slots=True)
class MailVerdict:
    """SPF, DKIM and DMARC as the account's own server wrote them (RFC 8601). Empty: it wrote nothing."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    aligned: bool = False
    authserv_id: str = ""


@dataclass(frozen=True, slots=True)
class MessageView:
    id: str
    ticket_id: str
    kind: MessageKind
    channel: Channel
    author_name: str
    author_address: str
    author_id: str  # of the contact or the agent; empty when unknown
    at: int
    subject: str
    text: str  # the part that was newly written
    quoted: str  # quotes and signature, folded away
    has_html: bool
    has_source: bool
    attachments: tuple[AttachmentInfo, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    delivery: Delivery
    delivery_error: str
    deliver_at: int | None  # while QUEUED: when it leaves
    held: bool
    automatic: bool
    verdict: MailVerdict
    remote_images: int
    order: int  # position in the conversation, unique and increasing


@dataclass(frozen=True, slots=True)
class EventView:
    """A line between messages: who did what, and why."""

    id: str
    kind: str
    actor_kind: ActorKind
    actor_name: str
    at: int
    data: Mapping[str, object]
    order: int


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """Messages and events, oldest first. `before` loads the page above it; None at the top."""

    ticket_id: str
    items: tuple[MessageView | EventView, ...]
    before: int | None
    last_order: int
    first_unread: str


@dataclass(frozen=True, slots=True)
class MessageHtml:
    """Sanitised HTML. `images` maps `cid:` ids and `remote:` numbers to blobs that may be shown."""

    message_id: str
    html: str
    images: Mapping[str, str]
    remote_urls: tuple[str, ...]
    remote_loaded: bool


@dataclass(frozen=True, slots=True)
class DraftInfo:
    ticket_id: str
    mode: str  # reply, reply_all, forward, note
    body: str
    subject: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    attachments: tuple[AttachmentInfo, ...]
    account_id: str
    in_reply_to: str  # message id that is answered or forwarded
    seen_order: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class MergedTicket:
    id: str
    number: int
    subject: str


@dataclass(frozen=True, slots=True)
class TicketDetail:
    row: TicketRow
    assignee: AgentInfo | None
    account: AccountInfo | None
    created_at: int
    language: str
    merged_into: MergedTicket | None
    merged_from: tuple[MergedTicket, ...]
    draft: DraftInfo | None
    reply_to: tuple[Address, ...]  # whom an answer goes to
    reply_all_cc: tuple[Address, ...]
    last_inbound_id: str


@dataclass(frozen=True, slots=True)
class ContactPointInfo:
    id: str
    kind: PointKind
    value: str  # normalised: lower-case mail address, E.164 phone
    display: str
    primary: bool


@dataclass(frozen=True, slots=True)
class CustomFieldInfo:
    id: str
    key: str
    label: str
    kind: FieldKind
    options: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class ContactNoteInfo:
    id: str
    body: str
    author_name: str
    at: int


@dataclass(frozen=True, slots=True)
class ContactInfo:
    id: str
    name: str
    organisation: str
    language: str
    since: int
    points: tuple[ContactPointInfo, ...]
    tags: tuple[str, ...]
    open_tickets: int
    tickets: int


@dataclass(frozen=True, slots=True)
class ContactTicket:
    key: TicketKey
    id: str
    number: int
    subject: str
    status: TicketStatus
    channel: Channel
    updated_at: int


@dataclass(frozen=True, slots=True)
class ContactDetail:
    info: ContactInfo
    fields: Mapping[str, str]  # by CustomFieldInfo.key
    notes: tuple[ContactNoteInfo, ...]
    tickets: tuple[ContactTicket, ...]  # newest first
    blocked: bool
    satisfaction: float | None  # 0…1, the mean of its ratings
    ratings: int
    merged: tuple[ContactInfo, ...]


@dataclass(frozen=True, slots=True)
class MergeSuggestion:
    """Two contacts that look like one. `evidence` names what they share: (kind, value).

    Kinds: phone, national_id, email (the part before the @, with similar names), name, organisation.
    """

    contact: ContactInfo
    other: ContactInfo
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SearchHit:
    row: TicketRow
    excerpt: str
    marks: tuple[tuple[int, int], ...]  # [start, end) in excerpt
    message_id: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Hits newest first, one for each ticket. `before` asks for the next page; None at the end."""

    hits: tuple[SearchHit, ...]
    contacts: tuple[ContactInfo, ...]
    more: bool
    before: int | None = None


@dataclass(frozen=True, slots=True)
class CannedReplyInfo:
    id: str
    folder: str  # a path such as "Shipping/Returns"
    shortcut: str
    title: str
    language: str
    body: str  # Liquid, from the allow-list of core.policies.placeholders
    attachments: tuple[AttachmentInfo, ...]
    uses: int
    last_used_at: int | None


@dataclass(frozen=True, slots=True)
class NotificationInfo:
    id: str
    kind: NotificationKind
    ticket_id: str
    ticket_number: int
    title: str
    body: str
    at: int
    played_at: int | None
    seen_at: int | None
    room_id: str = ""  # of a mention among colleagues, with the place of the message in it
    room_position: int = 0


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """Something that has yet to leave, or could not."""

    effect_id: str
    kind: str
    state: str
    ticket_id: str
    message_id: str
    due_at: int
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class DeskStatus:
    """What the status bar says. Always true."""

    seq: int
    changed_at: int
    unsent: int
    oldest_unsent_at: int | None
    failed: int


@dataclass(frozen=True, slots=True)
class BlockRule:
    id: str
    kind: str  # sender, domain
    value: str
    at: int


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """Every desk setting by its key; see core.policies.settings for keys and defaults."""

    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VisitorInfo:
    """Who writes from a site. `name` and `email` are what was typed: a claim, unless `verified`."""

    id: str
    contact_id: str
    name: str
    email: str
    external_id: str
    verified: bool
    language: str
    answers: tuple[tuple[str, str], ...]  # (label, value) of the questions before the chat
    blocked: bool


@dataclass(frozen=True, slots=True)
class ChatInfo:
    """The live side of a ticket. `possibly` is the contact whose address the visitor typed, unverified."""

    ticket_id: str
    account_id: str
    box_name: str
    state: ChatState
    visitor: VisitorInfo
    possibly: ContactInfo | None
    can_accept: bool  # there is a claim that nobody has accepted or refused
    started_at: int
    waiting_since: int | None
    taken_at: int | None
    unanswered_at: int | None
    ended_at: int | None
    ended_by: str  # contact, agent
    page_url: str
    page_title: str
    referrer: str
    score: int  # 0: not rated; else 1 (bad) or 2 (good)
    comment: str


@dataclass(frozen=True, slots=True)
class OpenChat:
    """A chat that somebody may be sitting in front of."""

    key: TicketKey
    ticket_id: str
    number: int
    name: str
    snippet: str
    state: ChatState
    assignee_id: str
    started_at: int
    waiting_since: int | None
    unread: int
    contact_id: str = ""
