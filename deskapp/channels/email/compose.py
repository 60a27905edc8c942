"""An answer → the bytes that go over SMTP. Pure: the same input makes the same bytes, always.

Everything a retry must repeat comes from outside (date, Message-ID); boundaries come from the
Message-ID. The output is seven-bit, its lines end in CRLF and nowhere else, and no line of a body
is a lone full stop, so no server can see a second mail in it.
"""

import binascii
import re
from base64 import encodebytes
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from string import ascii_letters, digits
from typing import Final

from deskapp.channels.email.addresses import clean_address
from deskapp.channels.email.markup import quote_html, quote_plain, to_html, to_plain
from deskapp.channels.email.parsed import MAX_REFERENCES
from deskapp.models.dto import Address

MAX_REFERENCES_BYTES: Final = 4_000
_CRLF: Final = "\r\n"
_FOLD: Final = 76
_MAX_TOKEN: Final = 900
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\u0085\u2028\u2029]")
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{3,500}>")
_MIME: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_PLAIN_CHARACTERS: Final = frozenset(ascii_letters + digits + "-._")
_PLAIN_FILENAME: Final = re.compile(r"[ !#-\[\]-~]{1,60}")
_UTF8: Final = "utf-8''"
_ATOM_PHRASE: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


class HeaderRefused(ValueError):
    """A value that must not go into a header: a line break in it could add headers of its own."""

    def __init__(self, header: str, reason: str) -> None:
        super().__init__(f"{header}: {reason}")
        self.header = header
        self.reason = reason


@dataclass(frozen=True, slots=True)
class File:
    """An attachment. With a `content_id` it is an inline image of the HTML part."""

    filename: str
    mime: str
    data: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """The answered mail's plain text under an attribution in the customer's language."""

    attribution: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A mail to send. `body` and `signature` are what the agent typed; `sent_at` is ms, UTC."""

    message_id: str
    sent_at: int
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str = ""
    body: str = ""
    signature: str = ""
    quotation: Quotation | None = None
    files: tuple[File, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Composed:
    """What SMTP needs. `recipients` includes Bcc, whose addresses are nowhere in `raw`."""

    envelope_from: str
    recipients: tuple[str, ...]
    raw: bytes


def compose(mail: Outgoing) -> Composed:
    """Build the mail. Raises HeaderRefused for line breaks and unusable addresses in headers."""
    recipients = [_address("To", one.address) for one in (*mail.to, *mail.cc, *mail.bcc)]
    if not recipients:
        raise HeaderRefused("To", "nobody to send to")
    sender = _address("From", mail.sender.address)
    return Composed(
        # Also for automatic mail, where RFC 3834 would like it empty: submission servers refuse that.
        envelope_from=sender,
        recipients=tuple(dict.fromkeys(recipients)),
        raw=("".join(_headers(mail)) + _body(mail)).encode("ascii"),
    )


def reference_chain(
    message_id: str, references: tuple[str, ...], in_reply_to: str
) -> tuple[str, ...]:
    """References for an answer to the mail with these headers (RFC 5322, 3.6.4), bounded."""
    chain = list(references) or [in_reply_to]
    chain = [one for one in dict.fromkeys([*chain, message_id]) if _MESSAGE_ID.fullmatch(one)]
    if len(chain) > MAX_REFERENCES:
        chain = [chain[0], *chain[-(MAX_REFERENCES - 1) :]]
    while len(chain) > 2 and sum(map(len, chain)) > MAX_REFERENCES_BYTES:
        del chain[1]
    return tuple(chain)


# -- headers --------------------------------------------------------------------------------


def _headers(mail: Outgoing) -> list[str]:
    date = format_datetime(datetime.fromtimestamp(mail.sent_at // 1000, UTC))
    found = [
        _field("Date", date),
        _field("From", _mailbox("From", mail.sender)),
        _addresses("To", mail.to),
        _addresses("Cc", mail.cc),
        _addresses("Reply-To", mail.reply_to),
        _field("Subject", _encoded("Subject", mail.subject, len("Subject: "))),
        _field("Message-ID", _message_id(mail.message_id)),
    ]
    if not mail.to:
        found[2] = _field("To", "undisclosed-recipients:;")
    answered = _checked("In-Reply-To", mail.in_reply_to)
    if _MESSAGE_ID.fullmatch(answered):  # not every mailer's ids can be repeated
        found.append(_field("In-Reply-To", answered))
    chain = reference_chain(answered, mail.references, "")
    if chain:
        found.append(
            _field("References", f"{_CRLF} ".join(_checked("References", x) for x in chain))
        )
    if mail.automatic:
        found.append(_field("Auto-Submitted", "auto-replied"))
        found.append(_field("X-Auto-Response-Suppress", "All"))
    found.append(_field("MIME-Version", "1.0"))
    return found


def _field(name: str, value: str) -> str:
    """One header line; `value` has been checked, and folded where it can be long."""
    return f"{name}: {value}{_CRLF}"


def _checked(header: str, value: str) -> str:
    if _CONTROL.search(value):
        raise HeaderRefused(header, "control characters")
    return value.encode("utf-8", "replace").decode("utf-8")


def _message_id(value: str) -> str:
    if not _MESSAGE_ID.fullmatch(value):
        raise HeaderRefused("Message-ID", "not a message id")
    return value


def _address(header: str, value: str) -> str:
    """The address in ASCII, its domain by IDNA."""
    address = clean_address(_checked(header, value))
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = ""
    if not local or not ascii_domain or not local.isascii() or len(address) > 254:
        raise HeaderRefused(header, "not a usable address")
    return f"{local}@{ascii_domain}"


def _addresses(header: str, people: tuple[Address, ...]) -> str:
    if not people:
        return ""
    return _field(header, f",{_CRLF} ".join(_mailbox(header, one) for one in people))


def _mailbox(header: str, person: Address) -> str:
    address = _address(header, person.address)
    name = " ".join(_checked(header, person.name).split())
    if not name:
        return address
    if not name.isascii() or len(name) > _FOLD:
        phrase = f"{_encoded_words(name, len(header) + 2)}{_CRLF}"
    elif _ATOM_PHRASE.fullmatch(name) and "=?" not in name:
        phrase = name
    else:
        phrase = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{phrase} <{address}>"


def _encoded(header: str, text: str, used: int) -> str:
    """Unstructured text: as it is when that is safe, else as encoded words."""
    text = " ".join(_checked(header, text).split())
    if text.isascii() and "=?" not in text and max(map(len, text.split() or [""])) < _FOLD:
        return _folded(text, used)
    return _encoded_words(text, used)


def _folded(text: str, used: int) -> str:
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        room = _FOLD - (used if not lines else 1)
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return f"{_CRLF} ".join([*lines, line])


def _encoded_words(text: str, used: int) -> str:
    """RFC 2047 words of at most 75 characters, never splitting a character."""
    words: list[str] = []
    chunk = b""
    room = (_FOLD - used - len(_word(b""))) // 4 * 3
    for c in text:
        data = c.encode("utf-8")
        if chunk and len(chunk) + len(data) > max(room, 9):
            words.append(_word(chunk))
            chunk = b""
            room = 45
        chunk += data
    return f"{_CRLF} ".join([*words, _word(chunk)])


def _word(data: bytes) -> str:
    return f"=?utf-8?B?{binascii.b2a_base64(data, newline=False).decode('ascii')}?="


# -- body -----------------------------------------------------------------------------------


def _body(mail: Outgoing) -> str:
    """The MIME entity: its Content-Type header, an empty line, its content."""
    boundaries = _Boundaries(mail.message_id)
    inline = [one for one in mail.files if one.content_id]
    text = _text_part("plain", _plain(mail))
    rich = _text_part("html", _html(mail, frozenset(one.content_id for one in inline)))
    if inline:
        rich = _multipart("related", [rich, *map(_file_part, inline)], boundaries)
    entity = _multipart("alternative", [text, rich], boundaries)
    attached = [_file_part(one) for one in mail.files if not one.content_id]
    return _multipart("mixed", [entity, *attached], boundaries) if attached else entity


def _plain(mail: Outgoing) -> str:
    blocks = [to_plain(mail.body).strip("\n")]
    if mail.signature.strip():
        blocks.append(f"-- \n{to_plain(mail.signature).strip()}")
    if mail.quotation:
        quote = quote_plain(mail.quotation.text.strip("\n"))
        blocks.append(f"{mail.quotation.attribution}\n{quote}")
    return "\n\n".join(blocks) + "\n"


def _html(mail: Outgoing, images: frozenset[str]) -> str:
    blocks = [to_html(mail.body, images)]
    shown = set(re.findall(r'<img src="cid:([^"]+)"', blocks[0]))
    blocks += [
        f'<p><img src="cid:{one.content_id}" alt=""></p>'
        for one in mail.files
        if one.content_id and one.content_id not in shown
    ]
    if mail.signature.strip():
        blocks.append(f'<div class="signature">-- <br>\n{to_html(mail.signature)}</div>')
    if mail.quotation:
        attribution = to_html(mail.quotation.attribution)
        blocks.append(f"{attribution}\n{quote_html(mail.quotation.text.strip(chr(10)))}")
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n'
        + "\n".join(blocks)
        + "\n</body></html>\n"
    )


class _Boundaries:
    """Boundary after boundary, from the Message-ID; no quoted-printable or base64 holds `=_`."""

    def __init__(self, message_id: str) -> None:
        self._seed = message_id
        self._count = 0

    def next(self) -> str:
        self._count += 1
        digest = sha256(f"{self._count} {self._seed}".encode()).hexdigest()
        return f"=_{digest[:32]}"


def _multipart(subtype: str, parts: list[str], boundaries: _Boundaries) -> str:
    boundary = boundaries.next()
    head = f'Content-Type: multipart/{subtype};{_CRLF} boundary="{boundary}"{_CRLF}{_CRLF}'
    body = "".join(f"--{boundary}{_CRLF}{part}{_CRLF}" for part in parts)
    return f"{head}{body}--{boundary}--{_CRLF}"


def _text_part(subtype: str, text: str) -> str:
    return (
        f"Content-Type: text/{subtype}; charset=utf-8{_CRLF}"
        f"Content-Transfer-Encoding: quoted-printable{_CRLF}{_CRLF}{quoted_printable(text)}"
    )


def quoted_printable(text: str) -> str:
    """`text` in quoted-printable with CRLF; no line is long, `.` or begins with `From `."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    data = binascii.b2a_qp(text.encode("utf-8", "replace"), istext=True).decode("ascii")
    lines = (_guarded(line) for line in data.split("\n"))
    return _CRLF.join(lines)


def _guarded(line: str) -> str:
    """Escape a leading full stop or `From `, which some server on the way may change."""
    if not line.startswith((".", "From ")):
        return line
    guarded = f"={ord(line[0]):02X}{line[1:]}"
    if len(guarded) <= _FOLD:
        return guarded
    cut = guarded.rfind("=", _FOLD - 4, _FOLD - 1)  # not through an escape
    cut = cut if cut > 0 else _FOLD - 1
    return f"{guarded[:cut]}={_CRLF}{_guarded(guarded[cut:])}"


def _file_part(file: File) -> str:
    mime = file.mime.strip().lower()
    if not _MIME.fullmatch(mime) or mime.startswith(("multipart/", "message/")):
        mime = "application/octet-stream"
    lines = [f"Content-Type: {mime}"]
    kind = "attachment"
    if file.content_id:
        if not re.fullmatch(r"[\w.@+-]{1,200}", file.content_id, re.ASCII):
            raise HeaderRefused("Content-ID", "not a content id")
        lines.append(f"Content-ID: <{file.content_id}>")
        kind = "inline"
    lines.append(f"Content-Disposition: {kind}{_filename_parameters(file.filename)}")
    lines.append("Content-Transfer-Encoding: base64")
    body = encodebytes(file.data).decode("ascii").replace("\n", _CRLF)
    return _CRLF.join([*lines, "", body])


def _filename_parameters(filename: str) -> str:
    """`filename` as it is when short and ASCII, else by RFC 2231 in continuations."""
    name = _checked("Content-Disposition", filename) or "file"
    if _PLAIN_FILENAME.fullmatch(name):
        return f'; filename="{name}"'
    encoded = "".join(
        chr(b) if chr(b) in _PLAIN_CHARACTERS else f"%{b:02X}" for b in name.encode("utf-8")
    )
    pieces = re.findall(r"(?:%..|.){1,18}", _UTF8 + encoded)
    if len(pieces) == 1:
        return f";{_CRLF} filename*={pieces[0]}"
    return "".join(f";{_CRLF} filename*{i}*={piece}" for i, piece in enumerate(pieces))
