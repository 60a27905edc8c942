"""What a mail is after parsing: plain data, bounded in every direction, ready for the wire."""

from dataclasses import dataclass
from typing import Final

from deskapp.models.dto import Address

MAX_PARTS: Final = 1_000
MAX_DEPTH: Final = 50
MAX_ADDRESSES: Final = 1_000
MAX_RAW_BYTES: Final = 64 * 1024 * 1024
MAX_HEADERS: Final = 2_000
MAX_HEADER_CHARS: Final = 64 * 1024
"""Of one header; what is longer is cut."""
MAX_REFERENCES: Final = 50
MAX_TEXT_CHARS: Final = 1_000_000
MAX_SUBJECT_CHARS: Final = 1_000


class LimitExceeded(Exception):
    """The mail is bigger than a limit allows. `code` names the limit: parts, depth, addresses…"""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is no body text. Its bytes travel apart, at the same index."""

    filename: str  # safe to show; data only, never a path
    mime: str  # as the sender said, lower case: a claim
    size: int
    sha256: str
    content_id: str  # without angle brackets; empty without one
    inline: bool


UNNAMED_SERVER: Final = "unnamed"
"""Stands for the authserv-id where a server leaves it out, as Microsoft's do."""


@dataclass(frozen=True, slots=True)
class AuthHeader:
    """One Authentication-Results header, as it stood.

    `hops` counts the Received headers above it: what our own server wrote has few, and what the
    sender wrote has more.
    """

    authserv_id: str
    value: str
    hops: int


@dataclass(frozen=True, slots=True)
class MailSigns:
    """Signs in the headers that no person wrote this mail, or that no answer is wanted."""

    auto_submitted: str = ""  # RFC 3834 keyword, lower case; empty without the header or for "no"
    auto_response: bool = False  # X-Autoreply, X-Autorespond and their kin
    suppress: bool = False  # X-Auto-Response-Suppress asks for silence
    precedence: str = ""  # lower case
    list_headers: bool = False
    feedback_id: bool = False  # bulk senders' campaign marks
    bounce: bool = False  # a delivery status report (RFC 3464)
    null_return_path: bool = False


@dataclass(frozen=True, slots=True)
class SanitisedHtml:
    """HTML without anything active. Remote images read `remote:<index of remote_images>`."""

    html: str
    remote_images: tuple[str, ...] = ()
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMail:
    """A mail as data. Text is plain and printable; times are ms since the epoch, UTC.

    `author` is None unless exactly one address wrote the mail; `author_text` is what the header
    said, for showing. `text` is the whole body, split into `visible_text` (newly written) and
    `quoted_text` (quotes and signature).
    """

    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    date_at: int | None = None
    author: Address | None = None
    author_text: str = ""
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    text: str = ""
    visible_text: str = ""
    quoted_text: str = ""
    html: SanitisedHtml | None = None
    attachments: tuple[Attachment, ...] = ()
    auth_headers: tuple[AuthHeader, ...] = ()  # topmost first
    list_id: str = ""
    bounced_message_id: str = ""  # of the mail that a delivery status report is about
    signs: MailSigns = MailSigns()
    language: str = ""  # ISO 639-1 guess; empty when unsure
    defects: tuple[str, ...] = ()  # codes of what had to be repaired or left out
