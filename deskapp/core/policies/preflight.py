"""What to look at before an answer leaves. Pure; the window writes the sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from deskapp.core.policies.placeholders import is_variable, leftovers

_PROMISES: Final = re.compile(
    r"\b(?:attach(?:ed|ments?|ing)?|enclosed"
    r"|adjunt(?:[oa]s?|amos|ad[oa]s?|ando|ar(?:te|le|les|os)?)|anex(?:o|amos|ad[oa]s?))\b",
    re.IGNORECASE,
)
# What the customer sent, thanks for it, a question for it, or that there is none.
_NOT_OURS: Final = re.compile(
    r"\b(?:no|not|without|sin|ning[uú]n[ao]?|thanks|thank you|gracias)\b|\?$"
    r"|\b(?:your?|tus?|sus?|vuestr[oa]s?|usted(?:es)?)\s+(?:\w+\s+)?(?:attach|adjunt|anex)"
    r"|(?:attach|adjunt|anex)\w*\s+(?:that\s+)?(?:you\b|que\s+(?:me|nos|usted)\b)",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[^.!?\n]+\??")
MAX_SCANNED: Final = 50_000  # characters


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An answer as it would leave. `subject` None: it inherits the ticket's."""

    body: str
    subject: str | None = None
    recipients: int = 1
    attachments: int = 0
    needs_recipient: bool = True
    public: bool = True  # a note goes nowhere


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. With `blocks` it can't be sent as it is; otherwise the author decides.

    `code`: empty_body, no_recipient, unfilled_placeholder(detail: its name), braces_left(detail: the
    text), attachment_missing(detail: the word that promised it), empty_subject.
    """

    code: str
    blocks: bool
    detail: str = ""


def check(answer: Outgoing) -> tuple[Finding, ...]:
    """Everything worth a look, what blocks first."""
    found: list[Finding] = []
    if not answer.body.strip() and not answer.attachments:
        found.append(Finding("empty_body", True))
    if not answer.public:
        return tuple(found)
    if answer.needs_recipient and not answer.recipients:
        found.append(Finding("no_recipient", True))
    own = own_words(answer.body)
    left = leftovers(own)
    found += [Finding("unfilled_placeholder", True, name) for name in left if is_variable(name)]
    found += [Finding("braces_left", False, text) for text in left if not is_variable(text)]
    if not answer.attachments and (word := promised_attachment(own)):
        found.append(Finding("attachment_missing", False, word))
    if answer.subject is not None and not answer.subject.strip():
        found.append(Finding("empty_subject", False))
    return tuple(found)


def own_words(body: str) -> str:
    """`body` without the lines that quote somebody ("> …")."""
    lines = body[:MAX_SCANNED].splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith(">"))


def promised_attachment(text: str) -> str:
    """The word by which the author says that something is attached; empty when none does.

    A sentence about what the customer sent, or that says there is none, promises nothing.
    """
    for sentence in _SENTENCE.findall(text[:MAX_SCANNED]):
        match = _PROMISES.search(sentence)
        if match and not _NOT_OURS.search(sentence):
            return match[0]
    return ""
