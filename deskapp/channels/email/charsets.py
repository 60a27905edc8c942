"""Bytes that claim to be in some character set → text that can be stored, whatever they hold."""

import codecs
import re
from typing import Final

# What senders write, against what they mean. Browsers read the ISO-8859-1 label as Windows-1252.
_ALIASES: Final = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "ansi": "cp1252",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "tis-620": "cp874",
}
# Python codecs that are no character sets, or that can blow up or fail on purpose.
_REFUSED: Final = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
)
_UNWANTED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def decode(data: bytes, charset: str = "") -> str:
    """`data` as text: by `charset` if it fits, else by UTF-8, else Windows-1252. Never raises."""
    if data.isascii() and not _is_stateful(charset):
        return data.decode("ascii")
    declared = _codec(charset)
    for name in (declared, "utf-8"):
        if name:
            try:
                return data.decode(name)
            except (UnicodeError, ValueError, LookupError):
                continue
    return data.decode(declared if declared and declared != "utf-8" else "cp1252", "replace")


def clean(text: str) -> str:
    """`text` with `\\n` line ends and without control characters and lone surrogates."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNWANTED.sub("", text)


def _is_stateful(charset: str) -> bool:
    """Whether seven-bit bytes may mean something other than ASCII."""
    name = charset.lower()
    return any(part in name for part in ("utf-7", "utf-16", "utf-32", "2022", "hz", "ebcdic", "cp"))


def _codec(charset: str) -> str:
    name = charset.strip().strip("\"'").lower().partition("*")[0]
    name = _ALIASES.get(name, name)
    if not name or len(name) > 40 or not name.isascii():
        return ""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    if found.name.replace("_", "-") in _REFUSED or not getattr(found, "_is_text_encoding", True):
        return ""
    return found.name
