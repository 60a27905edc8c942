"""A stranger's HTML → HTML that a rich text widget can show without reading, running or hanging.

nh3 decides on every tag, attribute and scheme, before and after; between its two passes the
result is cut to size: Qt's cost doubles with each level of nested tables.
"""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

import nh3

from deskapp.channels.email.html_size import HIDDEN_MARK, bound_input, cut_to_size
from deskapp.channels.email.parsed import SanitisedHtml
from deskapp.core.policies.display import has_hidden_characters

_MAX_URL: Final = 4_000
_MAX_SPAN: Final = 50
_MAX_PIXELS: Final = 2_000
MAX_REMOTE_IMAGES: Final = 500

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
_LINK: Final = re.compile(r"(?:https?://|mailto:)[^\s<>\"'`\x00-\x20]+", re.IGNORECASE)
_IMAGE_URL: Final = re.compile(r"https?://[^\s<>\"'`\x00-\x20]+", re.IGNORECASE)
_CID: Final = re.compile(r"cid:[^\s<>\"'`\x00-\x20]{1,500}", re.IGNORECASE)
_REMOTE: Final = re.compile(r"remote:(\d{1,4})")
_HIDDEN: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_HEX: Final = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})")
_RGB: Final = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})[\s,/\d.%]{0,20}\)")
_COLOUR_NAMES: Final = frozenset(
    {
        *("aqua", "black", "blue", "fuchsia", "gray", "green", "lime", "maroon", "navy", "olive"),
        *("orange", "purple", "red", "silver", "teal", "white", "yellow", "darkblue", "darkred"),
        *("darkgreen", "darkgray", "lightgray", "lightblue", "lightyellow", "brown", "pink"),
    }
)
_STYLE_WORDS: Final = {
    "font-style": frozenset({"normal", "italic", "oblique"}),
    "font-weight": frozenset({"normal", "bold", "600", "700", "800", "900"}),
    "text-align": frozenset({"left", "right", "center", "justify"}),
    "text-decoration": frozenset({"none", "underline", "line-through"}),
    "vertical-align": frozenset({"top", "middle", "bottom", "baseline", "sub", "super"}),
}
_LENGTH: Final = re.compile(r"\s*(\d{1,6})(?:\.\d{1,6})?\s*(%|px)?\s*")


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
            return _colour(value)
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
    bounded, truncated = bound_input(html)
    run = _Pass(first=True)
    cleaned = nh3.clean(
        _mark_hidden(bounded),
        tags=set(TAGS),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes={**_ATTRIBUTES, "*": {*_ATTRIBUTES["*"], HIDDEN_MARK}},
        attribute_filter=run.attribute,
        url_schemes={"http", "https", "mailto", "cid"},
        link_rel=None,
    )
    cut, was_cut = cut_to_size(_REORDERING.sub("", cleaned))
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


_STYLE_ATTRIBUTE: Final = re.compile(
    r"""\sstyle\s*=\s*(?:"[^"<>]{0,2000}"|'[^'<>]{0,2000}')""", re.IGNORECASE
)

# With these a text reads otherwise than it is: `\u202efdp.exe` as `exe.pdf`.
_REORDERING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


def _mark_hidden(html: str) -> str:
    """Mark what its sender hid (preview lines and such): it is taken out with its content."""
    if not _HIDDEN.search(html):
        return html
    return _STYLE_ATTRIBUTE.sub(
        lambda m: f' {HIDDEN_MARK}="1"' if _HIDDEN.search(m.group()) else m.group(), html
    )


def _style(value: str) -> str:
    kept = []
    for declaration in value[:4_000].split(";"):
        name, _, setting = declaration.partition(":")
        name, setting = name.strip().lower(), setting.strip().lower()
        if name in ("color", "background-color"):
            setting = _colour(setting) or ""
        elif setting not in _STYLE_WORDS.get(name, ()):
            continue
        if setting:
            kept.append(f"{name}:{setting}")
    return ";".join(kept)


def _colour(value: str) -> str | None:
    """A colour that Qt knows, as `#rrggbb`, `#rgb` or a name."""
    value = value.strip().lower()
    if value in _COLOUR_NAMES:
        return value
    if match := _HEX.fullmatch(value):
        return f"#{match[1]}"
    if match := _RGB.fullmatch(value):
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in match.groups())
    return None


def _bounded(value: str, most: int, *, percent: bool) -> str | None:
    match = _LENGTH.fullmatch(value)
    if not match:
        return None
    if match[2] == "%":
        return f"{min(int(match[1]), 100)}%" if percent else None
    return str(min(int(match[1]), most))


def _tidy_url(value: str) -> str:
    """As browsers do: no white space around, no line ends or tabs inside, what is not seen escaped."""
    url = re.sub(r"[\t\n\r]", "", value.strip()).replace(" ", "%20")
    if url.isascii():
        return url
    return "".join(quote(c) if has_hidden_characters(c) else c for c in url)
