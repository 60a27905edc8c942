"""Looks by samples whether the full-text index has the words of the messages: no comparison with the host sees that.

The index keeps no texts of its own that it could be compared with; a bit that flipped within a word of it passes
for another word.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from deskapp.sync.protocol.messages import Sum
from deskapp.sync.replica import derived

MESSAGES: Final = 200
"""Of a slice that are looked up,"""
WORDS: Final = 6
"""by so many words of each."""
CHARS: Final = 20_000
_WORD: Final = re.compile(r"(?<![^\s.,;:!?])[A-Za-z0-9]{3,20}(?![^\s.,;:!?])")
"""Words that are taken for the same by whoever reads them: no accent, no joiner and no mark is near."""


def mend(raw: Any, parts: Sequence[Sum]) -> int:
    """Enter anew all messages of these slices, if one of them is not found by its words; how many."""
    mended = 0
    for part in parts:
        if part.entity == "message":
            rows = _messages(raw, part)
            step = max(len(rows) // MESSAGES, 1)
            if any(_is_missing(raw, position, body) for _, position, body in rows[::step]):
                derived.index_messages(raw, [key for key, _, _ in rows])
                mended += len(rows)
    return mended


def _messages(raw: Any, part: Sum) -> list[tuple[int, int, str]]:
    found = raw.execute(
        "SELECT id, position, substr(body, 1, ?) FROM message WHERE uid > ? AND uid <= ? ORDER BY uid",
        (CHARS, part.after, part.upto),
    )
    return found.fetchall()  # type: ignore[no-any-return]


def _is_missing(raw: Any, position: int, body: str) -> bool:
    return any(
        raw.execute(
            "SELECT 1 FROM message_fts WHERE message_fts MATCH ? AND rowid = ?",
            (f'"{word}"', position),
        ).fetchone()
        is None
        for word in _some(body, position)
    )


def _some(body: str, position: int) -> list[str]:
    """Of a message with many words: of the next one others."""
    words = sorted(set(_WORD.findall(body)))
    step = max(len(words) // WORDS, 1)
    return words[position % step :: step][:WORDS]
