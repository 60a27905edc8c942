"""A stranger's HTML → HTML that a rich text widget can show without reading, running or hanging.

nh3 decides on every tag, attribute and scheme, before and after; between its two passes the
result is cut to size: Qt's cost doubles with each level of nested tables.
"""

import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Final

import nh3

from deskapp.channels.email.parsed import SanitisedHtml

MAX_INPUT_CHARS: Final = 1_500_000
MAX_CHARS: Final = 200_000
MAX_NODES: Final = 5_000
MAX_BOX_DEPTH: Final = 12
"""Of tables, lists and quotes in each other: what Qt lays out as frames."""
MAX_DEPTH: Final = 60
"""Of all elements in each other."""
MAX_WORD: Final = 200
_RESERVE: Final = 2_000
"""Characters kept for closing tags and for the breaks of long words."""
MAX_REMOTE_IMAGES: Final = 500
_MAX_URL: Final = 4_000
_MAX_SPAN: Final = 50
_MAX_PIXELS: Final = 2_000

TAGS: Final = frozenset(
    {
        *("a", "abbr", "b", "big", "blockquote", "br", "caption", "center", "cite", "code", "dd"),
        *("del", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i"),
        *("img", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small", "span"),
        *("strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
        *("tt", "u", "ul", "var"),
    }
)
_DROPPED_WHOLE: Final = {
    *("script", "style", "title", "head", "svg", "math", "iframe", "object", "embed", "applet"),
    *("noscript", "noembed", "noframes", "template", "select", "textarea", "audio", "video"),
    *("canvas", "frameset", "xml", "form-data"),
}
_SIZED: Final = {"width", "height", "align", "valign", "bgcolor"}
_ATTRIBUTES: Final = {
    "*": {"dir", "style"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "font": {"color"},
    "table": {*_SIZED, "border", "cellpadding", "cellspacing"},
    "tr": {"align", "valign", "bgcolor"},
    "td": {*_SIZED, "colspan", "rowspan"},
    "th": {*_SIZED, "colspan", "rowspan"},
    "div": {"align"},
    "p": {"align"},
    "ol": {"start", "type"},
    "ul": {"type"},
}
ATTRIBUTES: Final = {name: frozenset(allowed) for name, allowed in _ATTRIBUTES.items()}
STYLES: Final = frozenset(
    {
        *("background-color", "color", "font-style", "font-weight", "text-align"),
        *("text-decoration", "vertical-align"),
    }
)
_BOXES: Final = frozenset({"table", "ul", "ol", "dl", "blockquote"})
_ONLY_INSIDE: Final = {
    "tr": ("table", "tbody", "thead", "tfoot"),
    "td": ("tr",),
    "th": ("tr",),
    **dict.fromkeys(("tbody", "thead", "tfoot", "caption"), ("table",)),
}
_VOID: Final = frozenset({"br", "hr", "img"})

_LINK: Final = re.compile(r"(?:https?://|mailto:)[^\s<>\"'`\x00-\x20]+", re.IGNORECASE)
_IMAGE_URL: Final = re.compile(r"https?://[^\s<>\"'`\x00-\x20]+", re.IGNORECASE)
_CID: Final = re.compile(r"cid:[^\s<>\"'`\x00-\x20]{1,500}", re.IGNORECASE)
_REMOTE: Final = re.compile(r"remote:(\d{1,4})")
_STYLE_VALUE: Final = re.compile(r"#[0-9a-f]{3,8}|[a-z-]{1,30}|\d{1,4}|rgba?\([\d\s,.%]{1,40}\)")
_HIDDEN: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{1,30}")
_LENGTH: Final = re.compile(r"\s*(\d{1,6})(?:\.\d{1,6})?\s*(%|px)?\s*")
_WORD: Final = re.compile(rf"\S{{{MAX_WORD + 1},}}")
_HALF_ENTITY: Final = re.compile(r"&[a-z]{0,4}$")
_MARK: Final = "data-hidden"


@dataclass(slots=True)
class _Pass:
    """One run over one mail: collects remote images on the first pass, lets their marks by after."""

    first: bool
    remote: dict[str, int] = field(default_factory=dict)

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        """nh3's filter: the value to keep, or None to drop the attribute."""
        if name == "href":
            return self._link(value)
        if name == "src":  # asked of every element, also of those that will be dropped
            return self._image(value) if tag == "img" else None
        if name == "style":
            return _style(value) or None
        if name in ("bgcolor", "color"):
            return value if _COLOUR.fullmatch(value) else None
        if name in ("colspan", "rowspan"):
            return _bounded(value, _MAX_SPAN, percent=False)
        if name in ("width", "height", "border", "cellpadding", "cellspacing", "start"):
            most = _MAX_PIXELS if name in ("width", "height") else _MAX_SPAN
            return _bounded(value, 99_999 if name == "start" else most, percent=name == "width")
        if name == "alt":
            return value[:500]
        return value if len(value) <= 20 else None

    def _link(self, value: str) -> str | None:
        url = _tidy_url(value)
        return url if len(url) <= _MAX_URL and _LINK.fullmatch(url) else None

    def _image(self, value: str) -> str | None:
        url = _tidy_url(value)
        if _CID.fullmatch(url):
            return f"cid:{url[4:]}"
        if not self.first:
            mark = _REMOTE.fullmatch(url)
            return url if mark and int(mark[1]) < len(self.remote) else None
        if len(url) > _MAX_URL or not _IMAGE_URL.fullmatch(url):
            return None
        if url not in self.remote and len(self.remote) >= MAX_REMOTE_IMAGES:
            return None
        return f"remote:{self.remote.setdefault(url, len(self.remote))}"


def sanitise(html: str) -> SanitisedHtml:
    """Safe HTML for a text browser, the remote images it would show, and whether it was cut.

    Links go to http, https and mailto only; images are `cid:…` or `remote:<n>`, whose URL stands
    in `remote_images[n]` and nowhere else.
    """
    bounded, truncated = _bound_input(html)
    run = _Pass(first=True)
    cleaned = nh3.clean(
        _mark_hidden(bounded),
        tags=set(TAGS),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes={**_ATTRIBUTES, "*": {*_ATTRIBUTES["*"], _MARK}},
        attribute_filter=run.attribute,
        url_schemes={"http", "https", "mailto", "cid"},
        link_rel=None,
    )
    cut, was_cut = _cut_to_size(cleaned)
    final = nh3.clean(
        cut,
        tags=set(TAGS),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes=_ATTRIBUTES,
        attribute_filter=_Pass(first=False, remote=run.remote).attribute,
        url_schemes={"http", "https", "mailto", "cid", "remote"},
        link_rel=None,
    )
    return SanitisedHtml(final.strip(), tuple(run.remote), truncated or was_cut)


_DATA_URL: Final = re.compile(r"data:[^\s\"'<>]{200,}", re.IGNORECASE)
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?P<long>[^>]{20000})?")
_SELF_CLOSING: Final = frozenset(
    {
        *("p", "li", "td", "th", "tr", "tbody", "dd", "dt", "option", "br", "hr", "img", "input"),
        *("meta", "link", "col", "area", "base", "wbr", "param", "source", "o", "v", "w"),
    }
)
_MAX_ROUGH_DEPTH: Final = 1_000
_MAX_ENTITIES: Final = 100_000


def _bound_input(html: str) -> tuple[str, bool]:
    """`html` up to where it would cost an HTML parser squares: endless nesting, tags or entities.

    Images within the text (`data:`) are never shown and go first: they can be most of the mail.
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


_STYLE_ATTRIBUTE: Final = re.compile(
    r"""\sstyle\s*=\s*(?:"[^"<>]{0,2000}"|'[^'<>]{0,2000}')""", re.IGNORECASE
)


def _mark_hidden(html: str) -> str:
    """Mark what its sender hid (preview lines and such): it is taken out with its content."""
    if not _HIDDEN.search(html):
        return html
    return _STYLE_ATTRIBUTE.sub(
        lambda m: f' {_MARK}="1"' if _HIDDEN.search(m.group()) else m.group(), html
    )


def _style(value: str) -> str:
    kept = []
    for declaration in value[:4_000].split(";"):
        name, _, setting = declaration.partition(":")
        name, setting = name.strip().lower(), setting.strip().lower()
        if name in STYLES and _STYLE_VALUE.fullmatch(setting):
            kept.append(f"{name}:{setting}")
    return ";".join(kept)


def _bounded(value: str, most: int, *, percent: bool) -> str | None:
    match = _LENGTH.fullmatch(value)
    if not match:
        return None
    if match[2] == "%":
        return f"{min(int(match[1]), 100)}%" if percent else None
    return str(min(int(match[1]), most))


def _tidy_url(value: str) -> str:
    """As browsers do: no white space around, no line ends or tabs inside, spaces escaped."""
    return re.sub(r"[\t\n\r]", "", value.strip()).replace(" ", "%20")


# -- size -----------------------------------------------------------------------------------


class _Spent(Exception):
    """Nothing more fits."""


def _cut_to_size(html: str) -> tuple[str, bool]:
    """nh3's output within the limits, and whether anything was cut or flattened."""
    cutter = _Cutter()
    try:
        cutter.feed(html)
        cutter.close()
    except _Spent:
        cutter.truncated = True
    return cutter.result(), cutter.truncated


class _Cutter(HTMLParser):
    """Copies well-formed HTML, leaving out what its sender hid and the frames that nest too deep.

    A stack instead of a tree or a recursion: how deep the input goes is its sender's choice.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.truncated = False
        self._out: list[str] = []
        self._open: list[tuple[str, bool]] = []  # (tag, whether it was copied)
        self._depth = 0
        self._boxes = 0
        self._hidden = 0  # how many elements are open since the hidden one
        self._nodes = MAX_NODES
        self._chars = MAX_CHARS - _RESERVE

    def result(self) -> str:
        closing = [f"</{tag}>" for tag, copied in reversed(self._open) if copied]
        return "".join([*self._out, *closing])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        void = tag in _VOID
        if self._hidden or any(name == _MARK for name, _ in attrs):
            self._hidden += not void
            return
        if tag == "img" and not any(name == "src" for name, _ in attrs):
            return  # its source was refused
        self._nodes -= 1
        flat = not void and not self._fits(tag)
        if not flat:
            self._write(_start_tag(tag, attrs))
            self._depth += not void
            self._boxes += tag in _BOXES
        if not void:
            self._open.append((tag, not flat))

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            self._hidden -= 1
            return
        if not self._open:
            return
        tag, copied = self._open.pop()
        if copied:
            self._depth -= 1
            self._boxes -= tag in _BOXES
            self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        text = escape(data[: self._chars], quote=False)
        fits = len(data) <= self._chars and len(text) <= self._chars
        if not fits:
            text = _HALF_ENTITY.sub("", text[: self._chars])
        self._chars -= len(text)
        self._out.append(_WORD.sub(_broken, text))
        if not fits:
            raise _Spent

    def _fits(self, tag: str) -> bool:
        """Whether the frame of `tag` is copied; where it is not, its content still is."""
        if self._depth >= MAX_DEPTH or (tag in _BOXES and self._boxes >= MAX_BOX_DEPTH):
            self.truncated = True
            return False
        if tag in _ONLY_INSIDE:  # a cell or row goes with the table that was flattened
            inner = self._open[-1] if self._open else ("", False)
            return inner[1] and inner[0] in _ONLY_INSIDE[tag]
        return True

    def _write(self, markup: str) -> None:
        self._chars -= len(markup)
        if self._nodes < 0 or self._chars < 0:
            raise _Spent
        self._out.append(markup)


def _start_tag(tag: str, attrs: list[tuple[str, str | None]]) -> str:
    kept = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs)
    return f"<{tag}{kept}>"


def _broken(word: re.Match[str]) -> str:
    text = word.group()
    return "\u200b".join(text[i : i + MAX_WORD] for i in range(0, len(text), MAX_WORD))
