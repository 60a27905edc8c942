"""Text from a browser as the desk takes it: without control and direction characters, and short."""

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

NAME: Final = 120
EMAIL: Final = 254
LABEL: Final = 120
ANSWER: Final = 500
TITLE: Final = 200
URL: Final = 500
FILE_NAME: Final = 150
COMMENT: Final = 1_000
PREVIEW: Final = 1_000

_HIDDEN: Final = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def line(text: str, limit: int) -> str:
    """One line: no control, format or direction characters, at most `limit` characters."""
    kept = (
        ch if unicodedata.category(ch) not in _HIDDEN else " " if ch.isspace() else ""
        for ch in text[: limit * 4]
    )
    return " ".join("".join(kept).split())[:limit].rstrip()


def words(text: str) -> str:
    """What was written: lines and tabs stay; other controls and what turns the direction of text go.

    Zero-width joiners stay, emoji are made of them.
    """
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def url(text: str) -> str:
    """An http(s) address without user, password and fragment; empty for anything else."""
    text = line(text, URL)
    try:
        parts = urlsplit(text)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    return parts._replace(netloc=host, fragment="").geturl()


def file_name(text: str) -> str:
    """The last part of a name, as data; "file" when nothing is left."""
    name = line(re.split(r"[/\\]", text)[-1], FILE_NAME * 2)
    if len(name) > FILE_NAME:
        stem, dot, ending = name.rpartition(".")
        keep = FILE_NAME - len(ending) - 1
        name = f"{stem[:keep]}.{ending}" if dot and len(ending) <= 10 else name[:FILE_NAME]
    return name.strip(". ") or "file"
