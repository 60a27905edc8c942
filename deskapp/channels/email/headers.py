"""Header blocks: splitting, RFC 2047 words, RFC 2231 parameters. Forgiving, linear, never raising.

The standard library's structured header classes raise on real mail, and some take a second on one
hostile header; these functions read what mailers wrote and give up on a piece, never on the mail.
"""

import binascii
import re
from dataclasses import dataclass
from typing import Final

from deskapp.channels.email.charsets import clean, decode
from deskapp.channels.email.parsed import MAX_HEADER_CHARS, MAX_HEADERS, LimitExceeded

_MAX_BLOCK_BYTES: Final = 4 * 1024 * 1024
_FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_PARAMETER: Final = re.compile(r';\s*([^\s=;"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
_MESSAGE_ID: Final = re.compile(r"<([^<>\s]{1,500})>")
_NO_SEMICOLON: Final = re.compile(r"^(\s{0,9}[^\s;=]{1,120})\s(?=[\w*-]{1,40}=)")
_MAX_PIECES: Final = 100


@dataclass(frozen=True, slots=True)
class Headers:
    """A header block in its order: (name in lower case, unfolded value as the sender wrote it)."""

    items: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.items if key == name]

    def get(self, name: str) -> str:
        """The first value of `name`, stripped; empty when there is none."""
        return next((value.strip() for key, value in self.items if key == name), "")

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.items)


def split(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The header block of raw[start:end], and where the body begins.

    Raises LimitExceeded for a block of over 4 MB or 2,000 fields.
    """
    fields: list[tuple[str, list[bytes]]] = []
    pos = start
    while pos < end:
        stop = raw.find(b"\n", pos, end)
        stop = end if stop < 0 else stop
        if stop - start > _MAX_BLOCK_BYTES:
            if not fields:
                break
            raise LimitExceeded("headers", f"a header block of over {_MAX_BLOCK_BYTES} bytes")
        line = raw[pos:stop].rstrip(b"\r")
        if not line:
            pos = stop + 1
            break
        if line[:1] in b" \t":
            if fields:
                fields[-1][1].append(line)
        elif match := _FIELD.match(line):
            fields.append((match[1].decode("ascii").lower(), [line[match.end() :]]))
            if len(fields) > MAX_HEADERS:
                raise LimitExceeded("headers", f"over {MAX_HEADERS} header fields")
        elif fields or not line.startswith((b"From ", b">From ")):
            break  # no header at all: the body began without its empty line
        pos = stop + 1
    items = tuple((name, _text(b"".join(lines)[:MAX_HEADER_CHARS])) for name, lines in fields)
    return Headers(items), min(pos, end)


_CONTROL: Final = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")


def _text(value: bytes) -> str:
    """Control characters are marked, not dropped: without them another address could come out."""
    return _CONTROL.sub("\ufffd", decode(value))


def decode_words(value: str) -> str:
    """`value` with its RFC 2047 encoded words read; a word that cannot be read stays as it is."""
    if "=?" not in value:
        return value
    out: list[str] = []
    pending: list[bytes] = []  # of neighbours in one charset, which may split a character
    charset = ""
    pos = 0
    for match in _WORD.finditer(value):
        between = value[pos : match.start()]
        data = _word_bytes(match[2], match[3])
        same = pending and not between.strip() and match[1].lower() == charset
        if pending and not (same and data is not None):
            out.append(decode(b"".join(pending), charset))
            pending.clear()
        if not same and (between.strip() or not out):
            out.append(between)
        if data is None:
            out.append(match.group())
        else:
            pending.append(data)
            charset = match[1].lower()
        pos = match.end()
    if pending:
        out.append(decode(b"".join(pending), charset))
    out.append(value[pos:])
    return clean("".join(out))


def _word_bytes(encoding: str, payload: str) -> bytes | None:
    if not payload.isascii():
        return None
    if encoding in "qQ":
        return binascii.a2b_qp(payload.encode("ascii"), header=True)
    return decode_base64(payload.encode("ascii"))


_NOT_BASE64: Final = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
)


def decode_base64(data: bytes) -> bytes:
    """As much of `data` as is base64; foreign characters are skipped, padding is mended."""
    data = data.translate(None, _NOT_BASE64).rstrip(b"=")
    if b"=" in data:
        data = data[: data.index(b"=")]
    if len(data) % 4 == 1:
        data = data[:-1]
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def text_of(value: str) -> str:
    """An unstructured header as one line of text."""
    return " ".join(decode_words(value).split())


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """`text/plain; charset=x` → ("text/plain", {"charset": "x"}), names in lower case.

    RFC 2231 continuations and charsets are put together, RFC 2047 words in values are read.
    """
    value = _NO_SEMICOLON.sub(r"\1;", value)
    main, semicolon, rest = value.partition(";")
    found: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in _PARAMETER.finditer(semicolon + rest):
        name, text = match[1].lower(), _unquote(match[2].strip())
        base, star, suffix = name.partition("*")
        if not star:
            found.setdefault(base, decode_words(text))
            continue
        index = suffix.rstrip("*")
        if index == "" or (index.isdecimal() and int(index[:4]) < _MAX_PIECES):
            encoded = suffix == "" or suffix.endswith("*")
            pieces.setdefault(base, {})[int(index[:4] or 0)] = (encoded, text)
    for base, parts in pieces.items():
        found[base] = _join_pieces([parts[i] for i in sorted(parts)])
    return main.strip().lower(), found


def _unquote(text: str) -> str:
    if len(text) >= 2 and text[0] == '"' and text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text.strip('"')


def _join_pieces(parts: list[tuple[bool, str]]) -> str:
    charset = ""
    data = bytearray()
    if parts[0][0] and parts[0][1].count("'") >= 2:
        charset, _, text = parts[0][1].split("'", 2)
        parts = [(True, text), *parts[1:]]
    for encoded, text in parts:
        data += _percent(text) if encoded else text.encode("utf-8", "replace")
    return clean(decode(bytes(data), charset or "utf-8"))


def _percent(text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), raw)


def message_ids(value: str) -> list[str]:
    """Message ids in `value`, in angle brackets, each once and in order.

    Some programs (Python's `EmailMessage`) write ids that do not fit into a line as encoded words
    (RFC 2047), which no id may be.
    """
    if "=?" in value:
        value = decode_words(value)
    return list(dict.fromkeys(f"<{one}>" for one in _MESSAGE_ID.findall(value)))
