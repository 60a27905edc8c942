"""What an agent typed → the HTML and the plain text of a mail.

Few marks and no surprises: `**bold**`, `*italic*` between spaces, `- ` and `1. ` lists, links,
`![name](cid:…)` for the agent's own inline images. A password with stars in it stays as it is.
"""

import re
from html import escape
from typing import Final

_INLINE: Final = re.compile(
    r"!\[(?P<alt>[^\[\]\n]{0,200})\]\((?P<cid>cid:[\w.@+-]{1,200})\)"
    r"|\[(?P<label>[^\[\]\n]{1,300})\]\((?P<target>(?:https?://|mailto:)[^\s()<>\"'`]{1,2000})\)"
    r"|(?P<url>\bhttps?://[^\s<>\"'`]{1,2000})"
    r"|(?P<address>(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-zA-Z]{2,24}\b)"
    r"|(?<![\w*])\*\*(?P<bold>[^\s*](?:[^*\n]{0,1000}[^\s*])?)\*\*(?![\w*])"
    r"|(?<![\w*])\*(?P<italic>[^\s*](?:[^*\n]{0,1000}[^\s*])?)\*(?![\w*])"
)
_IMAGE: Final = re.compile(r"!\[([^\[\]\n]{0,200})\]\(cid:[\w.@+-]{1,200}\)")
_BULLET: Final = re.compile(r"[-*•] (.+)")
_NUMBERED: Final = re.compile(r"(\d{1,3})[.)] (.+)")
_QUOTE: Final = 'style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex"'


def to_html(text: str, images: frozenset[str] = frozenset()) -> str:
    """`text` as HTML paragraphs, everything escaped; only content ids in `images` become images."""
    blocks = [_block(lines, images) for lines in _blocks(text)]
    return "\n".join(blocks)


def to_plain(text: str) -> str:
    """`text` as it is sent in plain: as typed, with images shown by their names."""
    return _IMAGE.sub(lambda m: f"[{m[1] or 'image'}]", text)


def quote_html(text: str) -> str:
    """Somebody else's plain text as a quote; all of it escaped."""
    body = "<br>\n".join(escape(line) for line in text.split("\n"))
    return f"<blockquote {_QUOTE}>{body}</blockquote>"


def quote_plain(text: str) -> str:
    return "\n".join(f">{line}" if line.startswith(">") else f"> {line}" for line in _lines(text))


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _blocks(text: str) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in _lines(text):
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _block(lines: list[str], images: frozenset[str]) -> str:
    if len(lines) > 1 and all(match := [_BULLET.fullmatch(line) for line in lines]):
        items = "".join(f"<li>{_inline(m[1], images)}</li>" for m in match if m)
        return f"<ul>{items}</ul>"
    if len(lines) > 1 and all(match := [_NUMBERED.fullmatch(line) for line in lines]):
        numbers = [int(m[1]) for m in match if m]
        if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            items = "".join(f"<li>{_inline(m[2], images)}</li>" for m in match if m)
            return f'<ol start="{numbers[0]}">{items}</ol>'
    return "<p>" + "<br>\n".join(_inline(line, images) for line in lines) + "</p>"


def _inline(text: str, images: frozenset[str]) -> str:
    out: list[str] = []
    pos = 0
    for match in _INLINE.finditer(text):
        out.append(_spaces(text[pos : match.start()]))
        out.append(_marked(match, images))
        pos = match.end()
    out.append(_spaces(text[pos:]))
    return "".join(out)


def _spaces(text: str) -> str:
    """Escaped, with runs of spaces kept: people line things up with them."""
    return escape(text).replace("  ", "&nbsp; ")


def _marked(match: re.Match[str], images: frozenset[str]) -> str:
    found = match.groupdict()
    if found["cid"]:
        if found["cid"][4:] not in images:
            return escape(match.group())
        return f'<img src="{escape(found["cid"])}" alt="{escape(found["alt"])}">'
    if found["label"]:
        return f'<a href="{escape(found["target"])}">{escape(found["label"])}</a>'
    if found["url"]:
        url = _without_trailing_marks(found["url"])
        return f'<a href="{escape(url)}">{escape(url)}</a>{escape(found["url"][len(url) :])}'
    if found["address"]:
        return f'<a href="mailto:{escape(found["address"])}">{escape(found["address"])}</a>'
    if found["bold"]:
        return f"<strong>{_spaces(found['bold'])}</strong>"
    return f"<em>{_spaces(found['italic'])}</em>"


def _without_trailing_marks(url: str) -> str:
    """A full stop or closing bracket after a URL belongs to the sentence."""
    while url and (url[-1] in ".,;:!?'*" or (url[-1] == ")" and url.count("(") < url.count(")"))):
        url = url[:-1]
    return url
