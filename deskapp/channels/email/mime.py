"""The tree of a MIME message as slices of the raw bytes: nothing is copied until a part is read.

The standard library reads line by line and holds a mail several times over: too slow and too big
for a mail with 25 MB of attachments under the parser's limits of time and memory.
"""

import binascii
from dataclasses import dataclass, field
from typing import Final

from deskapp.channels.email.headers import Headers, decode_base64, parameters, split
from deskapp.channels.email.parsed import MAX_DEPTH, MAX_PARTS, LimitExceeded

_TYPES: Final = frozenset(
    {"text", "image", "audio", "video", "application", "multipart", "message", "model", "font"}
)
_MAX_DELIMITER_TAIL: Final = 200
"""White space looked at after a boundary; without a limit, lines without end cost squares."""


@dataclass(slots=True)
class Part:
    """One entity. A multipart has `children` and no readable body of its own."""

    headers: Headers
    mime: str
    params: dict[str, str]
    raw: bytes = field(repr=False)
    start: int  # of the body in raw
    end: int
    children: list["Part"] = field(default_factory=list)

    @property
    def is_multipart(self) -> bool:
        return bool(self.children)

    def body(self, limit: int | None = None) -> bytes:
        """The body without its transfer encoding; with `limit`, of its first `limit` raw bytes."""
        end = self.end if limit is None else min(self.end, self.start + limit)
        data = self.raw[self.start : end]
        encoding = self.headers.get("content-transfer-encoding").lower()
        if "base64" in encoding:
            return decode_base64(data)
        if "quoted-printable" in encoding:
            return binascii.a2b_qp(data)
        if "uue" in encoding:
            return _uudecode(data)
        return data


class _Counter:
    def __init__(self) -> None:
        self.parts = 0


def parse_tree(raw: bytes) -> Part:
    """The whole message. Raises LimitExceeded beyond 1,000 parts, depth 50 or 2,000 headers."""
    return _entity(raw, 0, len(raw), 0, "text/plain", _Counter())


def _entity(raw: bytes, start: int, end: int, depth: int, fallback: str, count: _Counter) -> Part:
    count.parts += 1
    if count.parts > MAX_PARTS:
        raise LimitExceeded("parts", f"over {MAX_PARTS} parts")
    headers, body = split(raw, start, end)
    mime, params = parameters(headers.get("content-type"))
    if mime.partition("/")[0] not in _TYPES or mime.count("/") != 1 or len(mime) > 120:
        mime = "text/plain" if mime in ("text", "plain") else fallback
    part = Part(headers, mime, params, raw, body, end)
    boundary = params.get("boundary", "").rstrip()
    if mime.startswith("multipart/") and boundary:
        if depth >= MAX_DEPTH:
            raise LimitExceeded("depth", f"parts nested over {MAX_DEPTH} deep")
        inner = "message/rfc822" if mime == "multipart/digest" else "text/plain"
        for begin, stop in _slices(raw, body, end, boundary):
            part.children.append(_entity(raw, begin, stop, depth + 1, inner, count))
    return part


def _slices(raw: bytes, start: int, end: int, boundary: str) -> list[tuple[int, int]]:
    """(start, end) of each body part of a multipart, by its delimiter lines."""
    mark = b"--" + boundary.encode("utf-8", "replace")
    found: list[tuple[int, int]] = []
    opened = -1
    pos = raw.find(mark, start, end)
    while pos >= 0:
        after = pos + len(mark)
        horizon = min(end, after + _MAX_DELIMITER_TAIL)
        stop = raw.find(b"\n", after, horizon)
        stop = horizon if stop < 0 else stop
        rest = raw[after:stop].strip()
        if (pos == start or raw[pos - 1 : pos] == b"\n") and rest in (b"", b"--"):
            if opened >= 0:
                found.append((opened, _before_newline(raw, opened, pos)))
            opened = stop + 1
            if len(found) > MAX_PARTS:
                raise LimitExceeded("parts", f"over {MAX_PARTS} parts")
            if rest:
                return found
        pos = raw.find(mark, after, end)
    if 0 <= opened < end:  # cut off: the last part runs to the end
        found.append((opened, end))
    return found


def _before_newline(raw: bytes, start: int, pos: int) -> int:
    if pos > start and raw[pos - 1 : pos] == b"\n":
        pos -= 1
        if pos > start and raw[pos - 1 : pos] == b"\r":
            pos -= 1
    return pos


def _uudecode(data: bytes) -> bytes:
    lines = iter(data.splitlines())
    for line in lines:
        if line.startswith(b"begin "):
            break
    out = bytearray()
    for line in lines:
        if line.strip() in (b"", b"`", b"end"):
            break
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            # Some encoders pad lines wrongly; the first byte tells how much of it counts.
            size = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out += binascii.a2b_uu(line[:size])
            except binascii.Error:
                break
    return bytes(out)
