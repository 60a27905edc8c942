"""A chat box's settings: names, defaults, and what is refused. Pure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from deskapp.core.api import Rejected

ASK: Final = ("no", "optional", "required")
QUESTIONS: Final = 6
NOBODY: Final = {"en": "Visitor", "es": "Visitante"}
"""What a visitor without a name is called, in the desk's language."""
BODY: Final = 4_000
"""Characters of one chat message."""
FILE_BYTES: Final = 10 * 1024 * 1024

DEFAULTS: Mapping[str, object] = MappingProxyType(
    {
        "origins": (),  # sites on which the box may stand: "https://www.example.com"
        "language": "auto",  # auto (the browser's), en, es
        "colour": "#3554d1",
        "greeting": "",  # empty: the widget's own words
        "ask_name": "optional",
        "ask_email": "optional",
        "questions": (),  # of {"label", "kind": text|choice, "options", "required"}
        "preview": True,  # the agent sees what is being typed
        "files": True,
        "transcript": True,
        "mail_account": "",  # the mailbox of transcripts and of answers by mail; empty: the first
        "position": "right",  # right, left
        "theme": "auto",  # auto, light, dark
    }
)
_CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "language": ("auto", "en", "es"),
        "ask_name": ASK,
        "ask_email": ASK,
        "position": ("right", "left"),
        "theme": ("auto", "light", "dark"),
    }
)
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_TEXTS: Final = {"greeting": 300, "mail_account": 32}


@dataclass(frozen=True, slots=True)
class Question:
    """Asked before a chat, beside name and address. `options` are those of a choice."""

    label: str
    kind: str = "text"
    options: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatBox:
    """The settings of a box, all of them."""

    origins: tuple[str, ...]
    language: str
    colour: str
    greeting: str
    ask_name: str
    ask_email: str
    questions: tuple[Question, ...]
    preview: bool
    files: bool
    transcript: bool
    mail_account: str
    position: str
    theme: str


def read(settings: Mapping[str, object]) -> ChatBox:
    """The settings in force: what is stored, and the default of what is not."""
    values = {**DEFAULTS, **checked(settings)}
    questions = tuple(_question(item) for item in values.pop("questions"))  # type: ignore[attr-defined]
    return ChatBox(questions=questions, **values)  # type: ignore[arg-type]


def checked(settings: Mapping[str, object]) -> dict[str, object]:
    """`settings` as they are to be stored. Raises `Rejected`: origin_invalid(value), setting_invalid(name)."""
    return {name: _check(name, value) for name, value in settings.items()}


def _check(name: str, value: object) -> object:
    if name == "origins":
        return tuple(origin(str(item)) for item in _list(name, value))
    if name == "questions":
        items = _list(name, value)
        if len(items) > QUESTIONS:
            raise Rejected("setting_invalid", name=name)
        return tuple(_plain(_question(item)) for item in items)
    default = DEFAULTS.get(name)
    if default is None or type(value) is not type(default):
        raise Rejected("setting_invalid", name=name)
    fits = (
        value in _CHOICES[name]
        if name in _CHOICES
        else bool(_COLOUR.fullmatch(str(value)))
        if name == "colour"
        else len(str(value)) <= _TEXTS.get(name, 300)
    )
    if not fits:
        raise Rejected("setting_invalid", name=name)
    return value


def _list(name: str, value: object) -> tuple[object, ...]:
    if not isinstance(value, list | tuple):
        raise Rejected("setting_invalid", name=name)
    return tuple(value)


def origin(text: str) -> str:
    """`scheme://host[:port]` of a site's address, in lower case (RFC 6454). Raises `Rejected`: origin_invalid."""
    given = text.strip()
    try:
        parts = urlsplit(given if "://" in given else f"https://{given}")
        host, port = parts.hostname or "", parts.port
        host = host.encode("idna").decode("ascii")
    except (UnicodeError, ValueError):
        raise Rejected("origin_invalid", value=given[:80]) from None
    usable = parts.scheme in ("http", "https") and re.fullmatch(r"[a-z0-9.\-]+|[0-9a-f:]+", host)
    if not usable or parts.username is not None:
        raise Rejected("origin_invalid", value=given[:80])
    shown = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}" + (f":{port}" if port and port != usual else "")


def _question(item: object) -> Question:
    """One question, from a mapping. Raises `Rejected`: setting_invalid."""
    bad = Rejected("setting_invalid", name="questions")
    if not isinstance(item, Mapping):
        raise bad
    label, kind = item.get("label"), item.get("kind", "text")
    options = item.get("options", ())
    if not isinstance(label, str) or not 0 < len(label.strip()) <= 120:
        raise bad
    if kind not in ("text", "choice") or not isinstance(options, list | tuple):
        raise bad
    if not all(isinstance(o, str) and 0 < len(o) <= 80 for o in options) or len(options) > 20:
        raise bad
    if (kind == "choice") != bool(options):
        raise bad
    return Question(label.strip(), kind, tuple(options), item.get("required") is True)


def _plain(question: Question) -> dict[str, object]:
    return {
        "label": question.label,
        "kind": question.kind,
        "options": list(question.options),
        "required": question.required,
    }


def visitor_key(token_hash: str, email: str) -> str:
    """Under which a signed person is known whose browser was known as another's before."""
    return hashlib.sha256(f"{token_hash}:{email.lower()}".encode()).hexdigest()
