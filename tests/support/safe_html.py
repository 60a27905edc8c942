"""What sanitised HTML may hold at most, written down apart from the sanitiser."""

import re
from html.parser import HTMLParser

_TAGS = set(
    "a abbr b big blockquote br caption center cite code dd del div dl dt em font h1 h2 h3 h4 h5 h6 "
    "hr i img ins kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th "
    "thead tr tt u ul var".split()
)
_COLOUR = r"(#[0-9a-f]{3}|#[0-9a-f]{6}|[a-z]+)"
_VALUES = {
    "href": r"(https?://|mailto:)[^\s<>\"'`]+",
    "src": r"cid:[^\s<>\"'`]+|remote:\d+",
    "style": rf"((background-color|color):{_COLOUR};?|font-style:\w+;?|font-weight:\w+;?"
    r"|text-align:\w+;?|text-decoration:[\w-]+;?|vertical-align:\w+;?)*",
    "color": _COLOUR,
    "bgcolor": _COLOUR,
    "colspan": r"\d{1,2}",
    "rowspan": r"\d{1,2}",
    "width": r"\d{1,4}%?",
    "height": r"\d{1,4}",
    "border": r"\d{1,2}",
    "cellpadding": r"\d{1,2}",
    "cellspacing": r"\d{1,2}",
    "start": r"\d{1,5}",
    "alt": r".{0,500}",
    "dir": r".{0,20}",
    "align": r".{0,20}",
    "valign": r".{0,20}",
    "type": r".{0,20}",
}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.tags: list[str] = []
        self.depth = 0
        self.tables = 0
        self.deepest_table = 0
        self.longest_word = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in _TAGS:
            self.problems.append(f"<{tag}>")
        if tag == "table":
            self.tables += 1
            self.deepest_table = max(self.deepest_table, self.tables)
        for name, value in attrs:
            allowed = _VALUES.get(name)
            if not allowed or not re.fullmatch(allowed, value or "", re.DOTALL | re.IGNORECASE):
                self.problems.append(f"{tag} {name}={value!r}")

    def handle_endtag(self, tag: str) -> None:
        self.tables -= tag == "table"

    def handle_data(self, data: str) -> None:
        self.longest_word = max([self.longest_word, *map(len, re.split(r"[\s\u200b]", data))])

    def handle_comment(self, data: str) -> None:
        self.problems.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.problems.append(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self.problems.append(f"<![{data}>")

    def handle_pi(self, data: str) -> None:
        self.problems.append(f"<?{data}>")


def read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def problems(html: str) -> list[str]:
    """Every tag, attribute and value in `html` that is not allowed."""
    return read(html).problems
