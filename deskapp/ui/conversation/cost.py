"""What laying out a piece of HTML would cost, told without doing it. Pure.

Qt lays out HTML on the interpreter's time: it can be neither interrupted nor moved to a worker, so
what would take too long must be known before. The cost doubles with every table around a text,
because each level asks its content for two widths. The constants were measured (Qt 6.11, one core of
a small server); on hand-made extremes the guess is within a factor of three of what it then takes.
"""

from __future__ import annotations

import re

_PIECE = re.compile(r"<(?P<end>/?)(?P<tag>[a-zA-Z][\w-]*+)(?P<rest>[^<>]*+)>|(?P<text>[^<]+)|<")
_SPAN = re.compile(r"(colspan|rowspan)\s*=\s*[\"']?(\d{1,6})", re.IGNORECASE)
_BLOCKS = frozenset("p div li ul ol dl dd dt blockquote pre br hr h1 h2 h3 h4 h5 h6 img".split())
_RUN_MS = 0.012  # a run of text, or a block
_CHARACTER_MS = 0.00023
_PLACE_MS = 0.005  # each place of the grid that a cell covers
_DEEPEST = 60


def layout_ms(html: str) -> float:
    """Milliseconds that a layout of `html` takes, roughly."""
    total, depth = 0.0, 0
    for match in _PIECE.finditer(html):
        weight = float(1 << min(depth, _DEEPEST))
        text, tag = match["text"], (match["tag"] or "").lower()
        if text is not None:
            if not text.isspace():
                total += weight * (_RUN_MS + _CHARACTER_MS * len(text))
        elif match["end"]:
            depth -= tag == "table" and depth > 0
        else:
            total += weight * _RUN_MS * (tag in _BLOCKS)
            depth += tag == "table"
            if tag in ("td", "th"):
                total += weight * _PLACE_MS * _places(match["rest"])
    return total


def _places(attributes: str) -> int:
    """How many places of the grid a cell with these attributes covers."""
    if "span" not in attributes.lower():
        return 1
    spans = {name.lower(): int(value) for name, value in _SPAN.findall(attributes)}
    return max(1, spans.get("colspan", 1)) * max(1, spans.get("rowspan", 1))
