"""The place of a text where a search hit it, with the hits marked. Pure, and blind to case and accents."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from deskapp.core.policies.search_syntax import Term

LENGTH: Final = 160  # characters of an excerpt
LEAD: Final = 40  # characters before the first hit
DEPTH: Final = 50_000  # characters that are looked at

SNIPPET: Final = 160
"""Characters of a ticket's last words in a list, and of a notification."""

Marks = tuple[tuple[int, int], ...]


class _Folding(dict[int, int]):
    """Code point → its lower-case base letter, one for one, so that places stay the same."""

    def __missing__(self, code: int) -> int:
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        folded = ord(unicodedata.normalize("NFD", base)[0])
        self[code] = folded
        return folded


_FOLDING = _Folding()
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """`text` in lower case without accents, exactly as long."""
    return text.translate(_FOLDING)


class Highlighter:
    """Finds the terms of one search in many texts."""

    def __init__(self, terms: Sequence[Term]) -> None:
        patterns = [pattern for term in terms if (pattern := _pattern(term))]
        self._hits = re.compile("|".join(patterns)) if patterns else None

    def excerpt(self, text: str) -> tuple[str, Marks]:
        """Up to LENGTH characters around the first hit, and where in them the hits are: [start, end).

        Without a hit it is the beginning.
        """
        line = " ".join(unicodedata.normalize("NFC", text[:DEPTH]).split())
        if self._hits is None:
            return line[:LENGTH], ()
        folded = fold(line)
        first = self._hits.search(folded)
        if first is None:
            return line[:LENGTH], ()
        start = _word_start(
            line, max(0, min(first.start() - LEAD, len(line) - LENGTH)), first.start()
        )
        cut = line[start : start + LENGTH]
        marks = tuple(match.span() for match in self._hits.finditer(folded[start : start + LENGTH]))
        return cut, marks


def _pattern(term: Term) -> str:
    words = [re.escape(word) for word in _WORD.findall(fold(term.text))]
    if not words:
        return ""
    end = r"[^\W_]*" if term.prefix else r"(?![^\W_])"
    return r"(?<![^\W_])" + r"[\W_]+".join(words) + end


def _word_start(line: str, start: int, limit: int) -> int:
    """The beginning of a word at or after `start`, not after `limit`."""
    if start == 0:
        return 0
    space = line.find(" ", start - 1, limit)
    return space + 1 if space >= 0 else start


def snippet_of(body: str) -> str:
    """The first words on one line."""
    return " ".join(body[: SNIPPET * 4].split())[:SNIPPET]
