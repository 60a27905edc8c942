"""What to look at before an answer leaves. Pure; the window writes the sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from deskapp.core.policies.placeholders import is_variable, leftovers

_NEVER_MIND = r"(?:no|not|without|never|sin|ning[uú]n[ao]?|nunca)"
_PROMISES: Final = re.compile(
    r"\b(?P<word>"
    # English: "attached is", "I attach", "see the attachment", "enclosed"
    r"(?:i(?:'ve|’ve| have)?|we(?:'ve|’ve| have)?|is|are|find|see|please|the|an|as|in|here|you)\s+"
    r"(?:\w+\s+){0,2}?attach(?:ed|ment|ments|ing)?"
    r"|attached|(?:find|please find|is|are) enclosed|enclosed (?:is|are|you|please|find)"
    # Spanish: "adjunto el", "te adjuntamos", "en el archivo adjunto", "anexo"
    r"|adjunt(?:o|a|os|as|amos|é|e|ado|ada|ados|adas|ando|ar(?:te|le|les|os)?)"
    r"|anex(?:o|amos|ado|ada|ados|adas|ando)|en anexo"
    r")\b",
    re.IGNORECASE,
)
_THEIRS: Final = re.compile(
    rf"\b{_NEVER_MIND}\b|\b(?:you|your|usted|ustedes|tu|su|vuestr[oa])\s+(?:\w+\s+){{0,2}}"
    r"(?:attach|adjunt|anex)|(?:attach\w*|adjunt\w*|anex\w*)\s+(?:that\s+)?"
    r"(?:you|tu\b|su\b|que\s+(?:me|nos)\b|usted)|\b(?:gracias|thanks|thank you)\b",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[^.!?\n]+")
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
    for sentence in _SENTENCE.findall(text):
        match = _PROMISES.search(sentence)
        if match and not _THEIRS.search(sentence):
            return match["word"].split()[-1]
    return ""
