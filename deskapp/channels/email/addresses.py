"""Address headers (RFC 5322 and what mailers make of it) → names and addresses, in one pass."""

import re
from dataclasses import dataclass, field
from typing import Final

from deskapp.channels.email.headers import decode_words
from deskapp.core.policies.display import has_hidden_characters, safe_name
from deskapp.models.dto import Address

_ADDRESS: Final = re.compile(
    r'(?:[^\s@<>()\[\]",;:\\\x00-\x1f\ufffd]{1,128}|"[^"\\\x00-\x1f\ufffd]{1,128}")'
    r"@(?:[^\s@<>()\[\]\",;:\\\x00-\x1f\ufffd]{1,253}|\[[0-9A-Fa-f:.IPv]{3,60}\])"
)
_QUOTED_PAIR: Final = re.compile(r"\\(.)")


@dataclass(slots=True)
class _Mailbox:
    """What is gathered of one mailbox while scanning."""

    phrase: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


def parse_addresses(value: str, limit: int) -> list[Address]:
    """Up to `limit` mailboxes of an address header; one without a usable address keeps its name.

    Anything nested (comments), quoted or grouped is read in time linear to `value`.
    """
    found: list[Address] = []
    for box in _mailboxes(value):
        found.extend(_addresses(box))
        if len(found) >= limit:
            break
    return found[:limit]


def clean_address(text: str) -> str:
    """`text` as an address with its domain in lower case, or empty when it is none."""
    text = text.strip()
    if text.startswith("@"):  # an obsolete source route: @relay,@relay:user@host
        text = text.rpartition(":")[2]
    if not _ADDRESS.fullmatch(text) or has_hidden_characters(text):
        return ""
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def _addresses(box: _Mailbox) -> list[Address]:
    phrase = "".join(box.phrase).strip()
    comment = " ".join(box.comments).strip()
    if box.angles:
        name = phrase or comment
        return [Address(_name(name), clean_address(angle)) for angle in box.angles]
    if address := clean_address(phrase):
        return [Address(_name(comment), address)]
    words = phrase.split()
    at = [word for word in words if clean_address(word)]
    if len(at) == 1:
        rest = " ".join(word for word in words if word != at[0])
        return [Address(_name(rest or comment), clean_address(at[0]))]
    return [Address(_name(phrase or comment), "")] if phrase or comment else []


def _name(text: str) -> str:
    return safe_name(decode_words(text)).strip("\"' ")


def _mailboxes(value: str) -> list[_Mailbox]:
    """Split `value` at its top-level commas and semicolons; quotes, angles, comments apart."""
    boxes = [_Mailbox()]
    grouped = ";" in value
    i, size = 0, len(value)
    while i < size:
        c = value[i]
        box = boxes[-1]
        if c == '"':
            text, i = _quoted(value, i)
            # A quoted local part stays quoted: it is part of an address, not a name.
            box.phrase.append(f'"{text}"' if value[i : i + 1] == "@" else text)
            continue
        if c == "(":
            text, i = _comment(value, i)
            box.comments.append(text)
            continue
        if c == "<":
            stop = value.find(">", i)
            stop = size if stop < 0 else stop
            box.angles.append(value[i + 1 : stop])
            i = stop + 1
            continue
        if c in ",;":
            boxes.append(_Mailbox())
        elif c == ":" and grouped:
            box.phrase.clear()  # the name of a group
        else:
            box.phrase.append(c)
        i += 1
    return boxes


def _quoted(value: str, start: int) -> tuple[str, int]:
    """The quoted string that opens at `start`, and the place after it; unclosed: up to the end."""
    i = start + 1
    while i < len(value) and value[i] != '"':
        i += 2 if value[i] == "\\" else 1
    return _QUOTED_PAIR.sub(r"\1", value[start + 1 : i]), i + 1


def _comment(value: str, start: int) -> tuple[str, int]:
    """The comment that opens at `start`, nested ones flattened, and the place after it."""
    depth, i = 0, start
    text: list[str] = []
    while i < len(value):
        c = value[i]
        if c == "\\":
            text.append(value[i + 1 : i + 2])
            i += 1
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            if depth == 0:
                return "".join(text), i + 1
        else:
            text.append(c)
        i += 1
    return "".join(text), i
