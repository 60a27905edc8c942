"""Text of messages made ready to be painted: harmless characters, links, positions as Qt counts them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from deskapp.core.policies.display import strip_hidden

LONG_TEXT = 6_000
"""Characters of a message that are shown before "Show all"."""
LONG_LINES = 120
_TRAILING = ".,;:!?'\"”»…"
_LINK = re.compile(
    r"(?P<url>\b(?:https?://|www\.)[^\s<>\"“”«»{}|\\^`\u2028]{2,2000})"
    r"|(?P<mailto>\bmailto:)?(?P<address>(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b)",
    re.IGNORECASE,
)
_MARKS = re.compile(
    r"!\[[^\[\]\n]{0,200}\]\(cid:[\w.@+-]{1,200}\)"
    r"|(?<![\w*])\*\*(?P<bold>[^\s*](?:[^*\n]{0,1000}[^\s*])?)\*\*(?![\w*])"
)
_MENTION = re.compile(r"(?<![\w@.])@[^\W\d_][\w.-]{0,40}")


@dataclass(frozen=True, slots=True)
class Link:
    """`start` and `end` are positions in UTF-16 units, `shown` is what the reader sees."""

    start: int
    end: int
    href: str
    shown: str


def visible(text: str) -> str:
    """`text` as it may be painted: nothing hidden or reordering, line ends only "\\n"."""
    lines = (strip_hidden(line) for line in text.splitlines())
    return "\n".join(lines).strip("\n")


def shortened(text: str) -> tuple[str, bool]:
    """The beginning of a very long text, and whether anything was left out."""
    lines = text.split("\n", LONG_LINES)
    cut = "\n".join(lines[:LONG_LINES])[:LONG_TEXT]
    return cut, len(cut) < len(text)


def units(text: str) -> int:
    """Length in UTF-16 units, as Qt counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def slice_units(text: str, start: int, end: int) -> str:
    """The part of `text` between two positions in UTF-16 units."""
    if text.isascii():
        return text[start:end]
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * start : 2 * end].decode("utf-16-le", "replace")


def find_links(text: str) -> tuple[Link, ...]:
    """Web and mail addresses in a plain text."""
    return tuple(_link(text, match) for match in _LINK.finditer(text))


def find_mentions(text: str) -> tuple[tuple[int, int], ...]:
    """Where colleagues are named in a note, in UTF-16 units."""
    return tuple(
        (units(text[: match.start()]), units(text[: match.end()]))
        for match in _MENTION.finditer(text)
    )


def unmarked(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Our own text without the marks of bold words and inline pictures, and where it is bold."""
    if "**" not in text and "](cid:" not in text:
        return text, ()
    pieces: list[str] = []
    bold: list[tuple[int, int]] = []
    done = length = 0
    for match in _MARKS.finditer(text):
        pieces += [text[done : match.start()], match["bold"] or ""]
        length += units(pieces[-2])
        if match["bold"]:
            bold.append((length, length + units(match["bold"])))
            length = bold[-1][1]
        done = match.end()
    return "".join([*pieces, text[done:]]).strip("\n"), tuple(bold)


def word_at(text: str, position: int) -> tuple[int, int]:
    """The word around a position, in UTF-16 units; an empty range between words."""
    for match in re.finditer(r"\w+", text):
        start, end = units(text[: match.start()]), units(text[: match.end()])
        if start <= position <= end:
            return start, end
        if start > position:
            break
    return position, position


def _link(text: str, match: re.Match[str]) -> Link:
    shown = match.group()
    if match["url"]:
        shown = shown.rstrip(_TRAILING)
        while shown.endswith((")", "]")) and shown.count(")") > shown.count("("):
            shown = shown[:-1].rstrip(_TRAILING)
        href = shown if "://" in shown else f"https://{shown}"
    else:
        href = f"mailto:{match['address']}"
    start = units(text[: match.start()])
    return Link(start, start + units(shown), href, shown)
