"""Words for PostgreSQL's text search, as vectors and queries in its own notation. Pure.

The words are those that SQLite's index finds: letters and digits, without case and accents. The server's own parser
is not asked: it takes an address, a number or a link for one word, and no stemmer ever sees what was folded.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from deskapp.core.policies.excerpts import fold
from deskapp.core.policies.search_syntax import SearchText, Term, clean, is_searchable

SUBJECT, BODY, AUTHOR = "A", "B", "C"
"""Where in a message a word stands: the weights of its positions."""
PIECE: Final = 3
"""Characters of the pieces by which a part of an address or number is found."""
LAST: Final = 16_383
"""The last position that a vector can tell."""
LONGEST: Final = 500
"""Characters of a word; the server takes 2,046 bytes."""
_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile("[\u0300-\u036f]")


def message_vector(subject: str, body: str, author: str) -> str:
    return _vector((_words(subject), SUBJECT), (_words(body), BODY), (_words(author), AUTHOR))


def contact_vector(name: str, organisation: str, points: str) -> str:
    return _vector((_words(name), ""), (_words(organisation), ""), (_words(points), ""))


def point_vector(value: str) -> str:
    """Pieces side by side, so that any part is a phrase of them."""
    return _vector((_pieces(value), ""))


def message_query(parsed: SearchText) -> str:
    """The terms and `from:`; empty when there are none."""
    senders = [Term(value, prefix=True) for value in parsed.values("from")]
    parts = [_term(term) for term in parsed.terms]
    parts += [_term(sender, AUTHOR) for sender in senders]
    return _both(parts)


def words_query(text: str) -> str:
    """Every word of `text`, the last as a prefix; empty for no words."""
    words = [word for word in clean(text).split() if is_searchable(word)]
    return _both(_term(Term(word, n == len(words))) for n, word in enumerate(words, start=1))


def part_query(piece: str) -> str:
    """A part of an address or number, of three characters or more."""
    return " <-> ".join(_quoted(each) for each in _pieces(piece))


def _words(text: str) -> list[str]:
    composed = unicodedata.normalize("NFC", text)
    return [word[:LONGEST] for word in _WORD.findall(_MARKS.sub("", fold(composed)))]


def _pieces(text: str) -> list[str]:
    plain = fold(unicodedata.normalize("NFC", text)).replace("\0", " ")
    return [plain[at : at + PIECE] for at in range(len(plain) - PIECE + 1)]


def _vector(*parts: tuple[list[str], str]) -> str:
    """Each part begins beyond the last one: a phrase is not found across two of them."""
    places: dict[str, list[str]] = {}
    at = 0
    for words, weight in parts:
        for word in words:
            at += 1
            places.setdefault(word, []).append(f"{min(at, LAST)}{weight}")
        at += 1
    return " ".join(f"{_quoted(word)}:{','.join(found)}" for word, found in places.items())


def _term(term: Term, weight: str = "") -> str:
    """Its words side by side; the last may go on."""
    words = _words(term.text)
    marks = [weight] * (len(words) - 1) + ["*" * term.prefix + weight]
    said = " <-> ".join(
        _quoted(word) + (f":{mark}" if mark else "")
        for word, mark in zip(words, marks, strict=False)
    )
    return f"({said})" if said else ""


def _both(parts: Iterable[str]) -> str:
    return " & ".join(part for part in parts if part)


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
