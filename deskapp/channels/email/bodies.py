"""Which parts of a MIME tree are what its author wrote, and which come attached."""

from dataclasses import dataclass, field
from typing import Final

from deskapp.channels.email.charsets import clean, decode
from deskapp.channels.email.headers import parameters
from deskapp.channels.email.mime import Part
from deskapp.channels.email.parsed import MAX_TEXT_CHARS

Piece = tuple[bool, str]
"""(whether it is HTML, the text)"""

_MAX_BODY_BYTES: Final = 6 * MAX_TEXT_CHARS
_BODY_TYPES: Final = ("text/plain", "text/html")
_SHADOWS: Final = frozenset({"text/x-amp-html", "text/watch-html", "text/enriched"})
"""Further renditions of a body that has been given as plain text or HTML."""


@dataclass(frozen=True, slots=True)
class Leaf:
    part: Part
    inline: bool


@dataclass(slots=True)
class Bodies:
    """`plain` and `rich` are the same words, as the plainest and as the richest rendition."""

    plain: list[Piece] = field(default_factory=list)
    rich: list[Piece] = field(default_factory=list)
    attachments: list[Leaf] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


def collect(tree: Part) -> Bodies:
    """Walk the tree once. Messages within the message are attachments; their parts stay inside."""
    bodies = Bodies()
    bodies.plain, bodies.rich = _walk(tree, bodies, alone=True)
    return bodies


def _walk(part: Part, bodies: Bodies, *, alone: bool) -> tuple[list[Piece], list[Piece]]:
    """(plain pieces, rich pieces) of `part`; what is neither goes to bodies.attachments."""
    if not part.is_multipart:
        return _leaf(part, bodies, alone=alone)
    if part.mime == "multipart/alternative":
        return _alternatives(part, bodies)
    plain: list[Piece] = []
    rich: list[Piece] = []
    for child in part.children:
        child_plain, child_rich = _walk(child, bodies, alone=False)
        plain += child_plain
        rich += child_rich
    return plain, rich


def _alternatives(part: Part, bodies: Bodies) -> tuple[list[Piece], list[Piece]]:
    offers = [
        _walk(child, bodies, alone=False) for child in part.children if child.mime not in _SHADOWS
    ]
    offers = [offer for offer in offers if _has_words(offer[0]) or _has_words(offer[1])]
    if not offers:
        return [], []
    plain = next((p for p, _ in offers if not any(is_html for is_html, _ in p)), offers[0][0])
    rich = next((r for _, r in reversed(offers) if any(h for h, _ in r)), offers[-1][1])
    return plain, rich


def _has_words(pieces: list[Piece]) -> bool:
    return any(text.strip() for _, text in pieces)


def _leaf(part: Part, bodies: Bodies, *, alone: bool) -> tuple[list[Piece], list[Piece]]:
    disposition, params = parameters(part.headers.get("content-disposition"))
    named = bool(params.get("filename") or part.params.get("name"))
    if part.mime in _BODY_TYPES and disposition != "attachment" and (alone or not named):
        piece = (part.mime == "text/html", _text(part, bodies))
        return [piece], [piece]
    if part.mime.startswith("multipart/"):
        bodies.defects.append("empty_multipart")
        # Its boundary never came: what it holds is still what somebody wrote.
        piece = (False, _text(part, bodies))
        return ([piece], [piece]) if piece[1].strip() else ([], [])
    inline = disposition != "attachment" and bool(part.headers.get("content-id"))
    bodies.attachments.append(Leaf(part, inline or disposition == "inline"))
    return [], []


def _text(part: Part, bodies: Bodies) -> str:
    if part.end - part.start > _MAX_BODY_BYTES:
        bodies.defects.append("text_cut")
    return clean(decode(part.body(_MAX_BODY_BYTES), part.params.get("charset", "")))
