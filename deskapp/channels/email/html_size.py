"""How much of a mail's HTML is kept: what a parser can take, and what Qt can lay out at once.

Measured on Qt 6.11: every level of nested tables doubles the layout of what is inside; a cell of
a table's grid costs 60 µs whether anything is in it or not; a table-free mail costs next to nothing.
"""

import re
from html import escape
from html.parser import HTMLParser
from typing import Final

MAX_INPUT_CHARS: Final = 1_500_000
MAX_CHARS: Final = 200_000
MAX_NODES: Final = 5_000
MAX_DEPTH: Final = 60
"""Of all elements in each other."""
MAX_BOX_DEPTH: Final = 12
"""Of tables, lists and quotes in each other: what Qt lays out as frames."""
TABLE_BUDGET: Final = 12_000
"""Elements, and fifties of characters, weighed by two to the power of the tables around them:
about 300 ms of layout. Tables that nest deeper than this allows are flattened."""
MAX_EMPTY_CELLS: Final = 4_000
"""Cells of tables' grids that spans and uneven rows leave empty, weighed likewise."""
MAX_IMAGES: Final = 500
MAX_WORD: Final = 200
HIDDEN_MARK: Final = "data-hidden"
"""Attribute of elements that are left out with all that is in them."""

_RESERVE: Final = 2_000
"""Characters kept for closing tags and for the breaks of long words."""
_MAX_ROUGH_DEPTH: Final = 1_000
_MAX_ENTITIES: Final = 100_000
_CHARS_LIKE_A_TAG: Final = 50
_LINES_LIKE_A_NODE: Final = 4

_BOXES: Final = frozenset({"table", "ul", "ol", "dl", "blockquote"})
_VOID: Final = frozenset({"br", "hr", "img"})
_ONLY_INSIDE: Final = {
    "tr": ("table", "tbody", "thead", "tfoot"),
    "td": ("tr",),
    "th": ("tr",),
    **dict.fromkeys(("tbody", "thead", "tfoot", "caption"), ("table",)),
}
_SELF_CLOSING: Final = frozenset(
    {
        *("p", "li", "td", "th", "tr", "tbody", "dd", "dt", "option", "br", "hr", "img", "input"),
        *("meta", "link", "col", "area", "base", "wbr", "param", "source", "o", "v", "w"),
    }
)
_DATA_URL: Final = re.compile(r"data:[^\s\"'<>]{200,}", re.IGNORECASE)
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?P<long>[^>]{20000})?")
_CLEAN_TAG: Final = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_WORD: Final = re.compile(rf"\S{{{MAX_WORD + 1},}}")
_HALF_ENTITY: Final = re.compile(r"&[a-z]{0,4}$")

_Attributes = list[tuple[str, str | None]]


def bound_input(html: str) -> tuple[str, bool]:
    """`html` up to where it would cost an HTML parser squares, and whether that cut it.

    Endless nesting, tags and entities do. Images within the text (`data:`) are never shown and go
    first: they can be most of the mail.
    """
    html = _DATA_URL.sub("", html)
    pieces = html.split("&", _MAX_ENTITIES)
    room = MAX_INPUT_CHARS
    if len(pieces) > _MAX_ENTITIES:
        room = min(room, len(html) - len(pieces[-1]) - 1)
    depth = 0
    for tag in _TAG.finditer(html, 0, room):
        if tag["long"]:
            return html[: tag.start()], True
        if tag[2].lower() not in _SELF_CLOSING:
            depth = max(0, depth + (-1 if tag[1] else 1))
        if depth > _MAX_ROUGH_DEPTH:
            return html[: tag.start()], True
    return html[:room], len(html) > room


def cut_to_size(html: str) -> tuple[str, bool]:
    """nh3's output within the limits, and whether anything was left out of it.

    Frames that nest too deep go, what is in them stays; that is no cut.
    """
    cutter = _Cutter(_affordable_depth(html))
    try:
        cutter.feed(html)
        cutter.close()
    except _Spent:
        return cutter.result(), True
    return cutter.result(), False


def _affordable_depth(html: str) -> int:
    """How deep tables may nest in `html` for its layout to stay within TABLE_BUDGET."""
    weights = [0] * (MAX_BOX_DEPTH + 1)
    depth = 0
    end = 0
    for tag in _CLEAN_TAG.finditer(html):
        weights[min(max(depth, 0), MAX_BOX_DEPTH)] += tag.start() - end
        end = tag.end()
        if tag[2] == "table":
            depth += -1 if tag[1] else 1
        if not tag[1]:
            weights[min(max(depth, 0), MAX_BOX_DEPTH)] += _CHARS_LIKE_A_TAG
    budget = TABLE_BUDGET * _CHARS_LIKE_A_TAG
    for cap in range(MAX_BOX_DEPTH, 0, -1):
        if sum(n * (2 ** min(d, cap) - 1) for d, n in enumerate(weights)) <= budget:
            return cap
    return 0


class _Spent(Exception):
    """Nothing more fits."""


class _Grid:
    """The rows and columns of one table, as far as it has been read."""

    def __init__(self) -> None:
        self.empty = 0  # cells of the grid in which no cell begins
        self._rows = 0
        self._columns = 0
        self._cells = 0
        self._used = 0  # columns of this row
        self._carried: list[tuple[int, int]] = []  # (rows to come, columns) of row spans

    def with_row(self) -> int:
        """How many cells are empty once a row is begun."""
        self._rows += 1
        self._used = sum(columns for _, columns in self._carried)
        self._carried = [(rows - 1, columns) for rows, columns in self._carried if rows > 1]
        return self._rows * self._columns - self._cells

    def with_cell(self, columns: int, rows: int) -> int:
        """How many cells are empty if a cell of these spans comes next."""
        width = max(self._columns, self._used + columns)
        return (self._rows + rows - 1) * width - self._cells - 1

    def add(self, columns: int, rows: int) -> None:
        self._used += columns
        self._columns = max(self._columns, self._used)
        self._cells += 1
        if rows > 1:
            self._carried.append((rows - 1, columns))


class _Cutter(HTMLParser):
    """Copies well-formed HTML, leaving out what its sender hid and the frames that cost too much.

    A stack instead of a tree or a recursion: how deep the input goes is its sender's choice.
    """

    def __init__(self, table_depth: int) -> None:
        super().__init__(convert_charrefs=True)
        self._max_tables = table_depth
        self._out: list[str] = []
        self._open: list[tuple[str, bool]] = []  # (tag, whether it was copied)
        self._grids: list[_Grid] = []
        self._boxes = 0
        self._depth = 0
        self._pre = 0
        self._hidden = 0  # how many elements are open since the hidden one
        self._nodes = MAX_NODES
        self._chars = MAX_CHARS - _RESERVE
        self._images = MAX_IMAGES
        self._empty_cells = MAX_EMPTY_CELLS

    def result(self) -> str:
        closing = [f"</{tag}>" for tag, copied in reversed(self._open) if copied]
        return "".join([*self._out, *closing])

    def handle_starttag(self, tag: str, attrs: _Attributes) -> None:
        if self._hidden or any(name == HIDDEN_MARK for name, _ in attrs):
            self._hidden += tag not in _VOID
            return
        self._nodes -= 1
        if tag in _VOID:
            if tag != "img" or self._takes_image(attrs):
                self._write(_start_tag(tag, attrs))
            return
        copied = self._fits(tag)
        if copied and tag in ("td", "th"):
            copied, attrs = self._takes_cell(attrs)
        if copied:
            self._write(_start_tag(tag, attrs))
            self._count(tag, 1)
        self._open.append((tag, copied))

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            self._hidden -= 1
        elif self._open:
            tag, copied = self._open.pop()
            if copied:
                self._count(tag, -1)
                self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        kept = self._within_lines(data)[: self._chars] if self._pre else data[: self._chars]
        text = escape(_WORD.sub(_broken, kept), quote=False).replace("\xa0", "&nbsp;")
        cut = len(kept) < len(data) or len(text) > self._chars
        if cut:
            text = _HALF_ENTITY.sub("", text[: self._chars])
        self._chars -= len(text)
        self._out.append(text)
        if cut:
            raise _Spent

    def _within_lines(self, data: str) -> str:
        """Preformatted text: each of its lines is laid out as a block."""
        room = _LINES_LIKE_A_NODE * max(0, self._nodes)
        lines = data.split("\n", room)[:room]
        self._nodes -= len(lines) // _LINES_LIKE_A_NODE
        return "\n".join(lines)

    def _count(self, tag: str, step: int) -> None:
        self._depth += step
        self._boxes += step * (tag in _BOXES)
        self._pre += step * (tag == "pre")
        if tag == "table" and step > 0:
            self._grids.append(_Grid())
        elif tag == "table":
            self._grids.pop()

    def _fits(self, tag: str) -> bool:
        """Whether the frame of `tag` is copied; where it is not, its content still is."""
        if self._depth >= MAX_DEPTH or (tag in _BOXES and self._boxes >= MAX_BOX_DEPTH):
            return False
        if tag == "table":
            return len(self._grids) < self._max_tables
        if tag in _ONLY_INSIDE:  # a cell or row goes with the table that was flattened
            inner = self._open[-1] if self._open else ("", False)
            if not inner[1] or inner[0] not in _ONLY_INSIDE[tag]:
                return False
        return tag != "tr" or self._affords(self._grids[-1].with_row())

    def _takes_image(self, attrs: _Attributes) -> bool:
        self._images -= 1
        return self._images >= 0 and any(name == "src" for name, _ in attrs)

    def _takes_cell(self, attrs: _Attributes) -> tuple[bool, _Attributes]:
        """Whether a cell is copied, and with which attributes: without spans before not at all."""
        grid = self._grids[-1]
        values = dict(attrs)
        columns = max(1, int(values.get("colspan") or 1))
        rows = max(1, int(values.get("rowspan") or 1))
        if not self._affords(grid.with_cell(columns, rows)):
            columns = rows = 1
            attrs = [one for one in attrs if one[0] not in ("colspan", "rowspan")]
            if not self._affords(grid.with_cell(1, 1)):
                return False, attrs
        grid.add(columns, rows)
        return True, attrs

    def _affords(self, empty: int) -> bool:
        """Whether the innermost table may have `empty` cells; if so, they are accounted for."""
        grid = self._grids[-1]
        more = (empty - grid.empty) * 2 ** (len(self._grids) - 1)
        if more > self._empty_cells:
            return False
        self._empty_cells -= more
        grid.empty = empty
        return True

    def _write(self, markup: str) -> None:
        self._chars -= len(markup)
        if self._nodes < 0 or self._chars < 0:
            raise _Spent
        self._out.append(markup)


def _start_tag(tag: str, attrs: _Attributes) -> str:
    kept = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs)
    return f"<{tag}{kept}>"


def _broken(word: re.Match[str]) -> str:
    text = word.group()
    return "\u200b".join(text[i : i + MAX_WORD] for i in range(0, len(text), MAX_WORD))
