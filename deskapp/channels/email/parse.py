"""Raw bytes → ParsedMail. Pure; no bytes make it raise anything but LimitExceeded.

It is run in the sandbox: what a hostile mail costs there, it costs nobody else.
"""

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import sha256
from html import escape
from typing import Final

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from deskapp.channels.email.addresses import parse_addresses
from deskapp.channels.email.bodies import Bodies, Leaf, collect
from deskapp.channels.email.headers import Headers, message_ids, parameters, split, text_of
from deskapp.channels.email.language import guess_language
from deskapp.channels.email.mime import Part, parse_tree
from deskapp.channels.email.parsed import (
    MAX_ADDRESSES,
    MAX_REFERENCES,
    MAX_SUBJECT_CHARS,
    MAX_TEXT_CHARS,
    UNNAMED_SERVER,
    Attachment,
    AuthHeader,
    LimitExceeded,
    MailSigns,
    ParsedMail,
    SanitisedHtml,
)
from deskapp.channels.email.quotes import split as split_quotes
from deskapp.channels.email.sanitise import sanitise
from deskapp.core.policies.display import display_filename, safe_name, strip_hidden
from deskapp.models.dto import Address

_EARLIEST_MS: Final = 0
_LATEST_MS: Final = 4_102_444_800_000  # 2100: beyond it a clock or a joker is wrong
_INSCRIPTIS: Final = ParserConfig(css=CSS_PROFILES["strict"], display_links=False)
_ROW: Final = re.compile(r"<(/?)(?:table|tbody|thead|tfoot|tr|caption)\b[^>]*>")
_CELL: Final = re.compile(r"<(/?)t[dh]\b[^>]*>")
_LIST_HEADERS: Final = (
    "list-id",
    "list-post",
    "list-unsubscribe",
    "mailing-list",
    "x-mailing-list",
)
_AUTO_RESPONSE: Final = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoreply-from")


def parse(raw: bytes, *, lean: bool = False) -> tuple[ParsedMail, tuple[bytes, ...]]:
    """The mail as data, and its attachments' bytes in the order of `ParsedMail.attachments`.

    `lean` leaves HTML and the search for quotes out: for a mail that cost too much with them.
    Raises LimitExceeded when the mail has too many parts, levels, headers or addresses.
    """
    tree = parse_tree(raw)
    headers = tree.headers
    bodies = collect(tree)
    html = None if lean else _html(bodies)
    text = _plain(bodies, html, lean)
    quotes = None if lean else split_quotes(text)
    authors = _addresses(headers, "from")
    attachments, blobs = _attachments(bodies.attachments)
    mail = ParsedMail(
        message_id=next(iter(message_ids(headers.get("message-id"))), ""),
        in_reply_to=next(iter(message_ids(headers.get("in-reply-to"))), ""),
        references=_references(headers),
        subject=safe_name(text_of(headers.get("subject")), MAX_SUBJECT_CHARS),
        date_at=parse_date(headers.get("date")),
        author=authors[0] if len(authors) == 1 and authors[0].address else None,
        author_text=safe_name(text_of(", ".join(headers.all("from")))),
        sender=next(iter(_addresses(headers, "sender")), None),
        reply_to=_addresses(headers, "reply-to"),
        to=_addresses(headers, "to"),
        cc=_addresses(headers, "cc"),
        text=text,
        visible_text=quotes.visible if quotes else text,
        quoted_text=quotes.quoted if quotes else "",
        html=html,
        attachments=attachments,
        auth_headers=_auth_headers(headers),
        list_id=safe_name(text_of(headers.get("list-id"))),
        bounced_message_id=_bounced_message_id(tree),
        signs=_signs(tree),
        language=guess_language(quotes.visible if quotes else text),
        defects=(*bodies.defects, *(("lean",) if lean else ())),
    )
    return mail, blobs


def parse_date(value: str) -> int | None:
    """A Date header in ms since the epoch, or None when there is none to be had from it."""
    try:
        date = parsedate_to_datetime(value[:200])
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        at = int(date.timestamp() * 1000)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return at if _EARLIEST_MS < at < _LATEST_MS else None


# -- headers --------------------------------------------------------------------------------


def _addresses(headers: Headers, name: str) -> tuple[Address, ...]:
    found: list[Address] = []
    for value in headers.all(name):
        found += parse_addresses(value, MAX_ADDRESSES + 1)
        if len(found) > MAX_ADDRESSES:
            raise LimitExceeded("addresses", f"over {MAX_ADDRESSES} addresses in {name}")
    return tuple(found)


def _references(headers: Headers) -> tuple[str, ...]:
    """The first reference, which began the thread, and the newest ones."""
    found = message_ids(" ".join(headers.all("references")))
    if len(found) > MAX_REFERENCES:
        found = [found[0], *found[-(MAX_REFERENCES - 1) :]]
    return tuple(found)


def _auth_headers(headers: Headers) -> tuple[AuthHeader, ...]:
    found: list[AuthHeader] = []
    hops = 0
    for name, value in headers.items:
        if name == "received":
            hops += 1
        elif name == "authentication-results" and len(found) < 20:
            # The id ends at the first semicolon; a version number or a comment may follow it.
            words = re.sub(r"\([^()]*\)", " ", value.partition(";")[0]).split() or ["="]
            server = UNNAMED_SERVER if "=" in " ".join(words[:2]) else words[0].lower()
            found.append(AuthHeader(server, value.strip(), hops))
    return tuple(found)


def _signs(tree: Part) -> MailSigns:
    headers = tree.headers
    auto = headers.get("auto-submitted").partition(";")[0].strip().lower()[:40]
    return_path = headers.get("return-path")
    return MailSigns(
        auto_submitted="" if auto == "no" else auto,
        auto_response=any(headers.has(name) for name in _AUTO_RESPONSE),
        suppress=headers.get("x-auto-response-suppress").lower() not in ("", "none"),
        precedence=headers.get("precedence").lower()[:40],
        list_headers=any(headers.has(name) for name in _LIST_HEADERS),
        feedback_id=headers.has("feedback-id") or headers.has("x-campaign-id"),
        bounce=_is_report(tree),
        null_return_path=return_path.replace(" ", "") == "<>",
    )


def _is_report(tree: Part) -> bool:
    if tree.mime != "multipart/report":
        return False
    kind = tree.params.get("report-type", "").lower()
    return kind == "delivery-status" or any(
        part.mime.startswith("message/") and "delivery-status" in part.mime
        for part in tree.children
    )


def _bounced_message_id(tree: Part) -> str:
    if not _is_report(tree):
        return ""
    for part in tree.children:
        if part.mime in ("message/rfc822", "text/rfc822-headers", "message/global"):
            data = part.body(200_000)
            inner, _ = split(data, 0, len(data))
            return next(iter(message_ids(inner.get("message-id"))), "")
    return ""


# -- body -----------------------------------------------------------------------------------


def _html(bodies: Bodies) -> SanitisedHtml | None:
    if not any(is_html for is_html, _ in bodies.rich):
        return None
    source = "<hr>".join(
        content if is_html else f"<pre>{escape(content)}</pre>" for is_html, content in bodies.rich
    )
    found = sanitise(source)
    return found if found.html else None


def _plain(bodies: Bodies, html: SanitisedHtml | None, lean: bool) -> str:
    if any(is_html for is_html, _ in bodies.plain) and bodies.plain == bodies.rich and html:
        text = html_to_text(html.html)
    else:
        text = "\n\n".join(
            content if not is_html else ("" if lean else html_to_text(sanitise(content).html))
            for is_html, content in bodies.plain
        )
    lines = (line.rstrip() for line in text[:MAX_TEXT_CHARS].split("\n"))
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines)).strip("\n")


def html_to_text(html: str) -> str:
    """Sanitised HTML as plain text, a table's row on a line.

    Mails use tables for layout: drawn as columns they would be wide, and could be made endless.
    """
    if not html.strip():
        return ""
    html = _CELL.sub(lambda m: " " if m[1] else "", _ROW.sub(r"<\1div>", html))
    return str(get_text(f"<div>{html}</div>", _INSCRIPTIS)).replace("\u200b", "")


# -- attachments ----------------------------------------------------------------------------


def _attachments(leaves: list[Leaf]) -> tuple[tuple[Attachment, ...], tuple[bytes, ...]]:
    found: list[Attachment] = []
    blobs: list[bytes] = []
    for i, leaf in enumerate(leaves):
        data = leaf.part.body()
        found.append(
            Attachment(
                filename=_filename(leaf.part, i + 1),
                mime=leaf.part.mime,
                size=len(data),
                sha256=sha256(data).hexdigest(),
                content_id=_content_id(leaf.part),
                inline=leaf.inline,
            )
        )
        blobs.append(data)
    return tuple(found), tuple(blobs)


_EXTENSIONS: Final = {
    "image/jpeg": "jpg",
    "image/svg+xml": "svg",
    "text/plain": "txt",
    "text/html": "html",
    "text/calendar": "ics",
    "text/vcard": "vcf",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/pkcs7-signature": "p7s",
    "application/pgp-signature": "asc",
    "message/rfc822": "eml",
    "message/delivery-status": "txt",
    "text/rfc822-headers": "txt",
    "audio/mpeg": "mp3",
}


def _filename(part: Part, number: int) -> str:
    disposition = parameters(part.headers.get("content-disposition"))[1]
    name = disposition.get("filename") or part.params.get("name") or ""
    if not name and part.mime == "message/rfc822":
        inner, _ = split(part.raw, part.start, part.end)
        name = text_of(inner.get("subject"))[:80] or "message"
        name = f"{name}.eml"
    kind, _, subtype = part.mime.partition("/")
    ending = _EXTENSIONS.get(part.mime) or (subtype if kind in ("image", "audio", "video") else "")
    fallback = f"{kind}-{number}.{ending}" if ending.isalnum() else f"{kind}-{number}"
    return display_filename(name, fallback)


def _content_id(part: Part) -> str:
    value = strip_hidden(part.headers.get("content-id")).strip().strip("<>")
    return value if len(value) <= 500 and not re.search(r"[\s<>\"']", value) else ""
