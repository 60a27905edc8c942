"""How text that strangers chose is shown: names, file names, hosts and links. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

NAME_LIMIT: Final = 200
FILENAME_LIMIT: Final = 120
_NAME_ENDS: Final = 1_000
"""Characters looked at from either end of a file name."""

# Windows: programs, scripts, shortcuts, installers, disk images, macros, what opens any of these.
_WINDOWS_EXTENSIONS: Final = """
ace ade adp ani app appcontent-ms appinstaller application appref-ms appx appxbundle arj asp
aspx bas bat cab chm cmd cnt cer cla class com cpl crt csh dcr der desktopthemepack diagcab
diagcfg diagpkg dll docm dot dotm exe fxp gadget grp hlp hpj hta htc html htm img inf ins iqy
isp its iso jar jnlp job js jse ksh lib library-ms lnk mad maf mag mam maq mar mas mat mau mav
maw mcf mda mdb mde mdt mdw mdz mht mhtml msc msh msh1 msh1xml msh2 msh2xml mshxml msi msix
msixbundle msp mst msu ocx one onepkg ops osd pcd pif pl plg potm ppa ppam ppsm pptm prf prg
printerexport ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1 psm1 pst py pyc pyo pyw pyz pyzw reg
scf scr sct search-ms searchconnector-ms settingcontent-ms shb shs shtml sldm slk svg svgz swf
sys theme themepack tmp udl url vb vbe vbp vbs vhd vhdx vsmacros vsw vxd wbk website webpnp wim
wll wmf ws wsb wsc wsf wsh xbap xhtml xht xla xlam xll xlm xlsb xlsm xltm xml xnk xsl xslt
"""
_UNIX_EXTENSIONS: Final = """
action appimage apk bash bin command deb desktop dmg dylib elf fish ipa ksh mobileconfig o out
php phar pht phtml pkg prefpane rb rpm run scpt scptd service sh so tcsh terminal tool webloc
workflow xpi zsh
"""
DANGEROUS_EXTENSIONS: Final = frozenset([*_WINDOWS_EXTENSIONS.split(), *_UNIX_EXTENSIONS.split()])
"""Extensions (lower case, no dot) whose files can run code or fetch things when opened."""

_EXTENSION: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")
_RESERVED_STEMS: Final = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"}
)
_EVERYDAY: Final = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u034e\u0350-\u05ff\u2010-\u2027\u20a0-\u20bf]*"
)
"""Text in which nothing hides: looking at each character takes a while, and most text is such."""
# Shown as nothing though Unicode calls them letters or marks: Hangul and Khmer fillers and such.
_BLANKS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc")
_PATH_CHARACTERS: Final = str.maketrans(dict.fromkeys('/\\:*?"<>|∕⁄⧸／＼：⧵', "_"))


def has_hidden_characters(text: str) -> bool:
    """Whether `text` holds control, bidirectional or zero-width characters; line ends are not."""
    return any(_is_hidden(text, i) and c not in "\t\n\r" for i, c in enumerate(text))


def strip_hidden(text: str) -> str:
    """`text` without control, bidirectional and zero-width characters, line ends made spaces."""
    if _EVERYDAY.fullmatch(text):
        return text
    return "".join(
        " " if c in "\t\n\r\u2028\u2029" else "" if _is_hidden(text, i) else c
        for i, c in enumerate(text)
    )


def safe_name(text: str, limit: int = NAME_LIMIT) -> str:
    """A name or subject on one line: nothing hidden, single spaces, at most `limit` characters."""
    line = " ".join(strip_hidden(unicodedata.normalize("NFC", text[: limit * 8])).split())
    line = _limit_marks(line)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _is_hidden(text: str, i: int) -> bool:
    c = text[i]
    if c in _BLANKS:
        return True
    if c == "\u200d":  # zero-width joiner: part of emoji such as families and flags
        return not (i and unicodedata.category(text[i - 1]) in ("So", "Sk", "Mn"))
    return unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _limit_marks(text: str, most: int = 3) -> str:
    """At most `most` combining marks in a row: more of them paint over other lines."""
    kept: list[str] = []
    run = 0
    for c in text:
        run = run + 1 if unicodedata.combining(c) else 0
        if run <= most:
            kept.append(c)
    return "".join(kept)


# -- files ----------------------------------------------------------------------------------


def display_filename(name: str, fallback: str = "file") -> str:
    """A file name safe to show and to offer: one path part, nothing hidden, extension in sight.

    Runs of spaces are closed and a long name is cut in its middle.
    """
    if len(name) > 2 * _NAME_ENDS:
        name = name[:_NAME_ENDS] + name[-_NAME_ENDS:]
    one = safe_name(name, limit=2 * _NAME_ENDS).translate(_PATH_CHARACTERS)
    one = one.strip(" .") or fallback
    if one.split(".", 1)[0].rstrip().lower() in _RESERVED_STEMS:
        one = f"_{one}"
    if len(one) <= FILENAME_LIMIT:
        return one
    tail = one[-24:]
    return f"{one[: FILENAME_LIMIT - len(tail) - 1].rstrip()}…{tail}"


def extension(name: str) -> str:
    """The extension the system will act on: lower case, no dot, empty when there is none."""
    stem, _, ending = display_filename(name).rpartition(".")
    ending = unicodedata.normalize("NFKC", ending).strip().lower()
    return ending if stem and _EXTENSION.fullmatch(ending) else ""


def is_dangerous_file(name: str) -> bool:
    """Whether opening such a file could run code: it may be saved from here, never opened."""
    return extension(name) in DANGEROUS_EXTENSIONS


_DOCUMENTS: Final = """
pdf doc docx odt rtf txt xls xlsx ods csv ppt pptx odp jpg jpeg png gif webp heic tif tiff bmp
mp3 mp4 mov avi wav zip rar 7z
"""
_DOCUMENT_EXTENSIONS: Final = frozenset(_DOCUMENTS.split())


def pretends_to_be_document(name: str) -> bool:
    """`invoice.pdf.exe`, or a name whose hidden characters make it look like something else."""
    parts = display_filename(name).lower().split(".")
    doubled = (
        len(parts) > 2 and is_dangerous_file(name) and parts[-2].strip() in _DOCUMENT_EXTENSIONS
    )
    return doubled or has_hidden_characters(name)


# -- links ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LinkWarning:
    """Why a link deserves a second look.

    `code`: other_host, user_info, ip_address, look_alike or hidden.
    """

    code: str
    shown: str  # what the text claims; empty when it claims nothing
    host: str  # where the link really goes


_DOMAIN_IN_TEXT: Final = re.compile(
    r"(?P<url>(?:https?://|www\.)[^\s<>\"']{1,300})"
    r"|(?P<address>(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})"
    r"|(?<![\w@.-])(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w@-])",
    re.IGNORECASE,
)
_LATIN: Final = frozenset(
    "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿßāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįĵķĺļľłńņňōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷźżž·"
)
_FILE_LIKE: Final = _DOCUMENT_EXTENSIONS | DANGEROUS_EXTENSIONS - {
    "com",
    "app",
    "pl",
    "sh",
    "so",
    "py",
}


def link_host(url: str) -> str:
    """Host of an http(s) URL or domain of a mailto address, lower case; empty without one."""
    try:
        parts = urlsplit(url.strip())
        if parts.scheme == "mailto":
            return parts.path.split("?")[0].rpartition("@")[2].strip().lower()
        # Browsers read a backslash as a slash; the host ends there.
        host = urlsplit(url.strip().replace("\\", "/")).hostname or ""
    except ValueError:
        return ""
    return host.rstrip(".").lower()


def display_host(url: str) -> str:
    """The host of `url` to show: in its letters when they can't be mistaken, else in punycode."""
    host = link_host(url)
    labels = [_unicode_label(label) for label in re.split("[.。．｡]", host)]
    if _reads_unambiguously(labels):
        return ".".join(labels)
    return ".".join(_ascii_label(label) for label in labels)


def link_warning(text: str, href: str) -> LinkWarning | None:
    """What to warn of before opening `href` from a link that reads `text`; None: nothing odd."""
    host = link_host(href)
    shown_host = display_host(href)
    if not host:
        return None
    if has_hidden_characters(text) and _DOMAIN_IN_TEXT.search(strip_hidden(text)):
        return LinkWarning("hidden", strip_hidden(text), shown_host)
    claim = _claimed_host(strip_hidden(text))
    if claim and _site(claim) != _site(host):
        return LinkWarning("other_host", claim, shown_host)
    if (
        href.lstrip()[:7].lower() != "mailto:"
        and "@" in re.split(r"[/?#\\]", href.partition("//")[2])[0]
    ):
        return LinkWarning("user_info", claim, shown_host)
    if _is_ip_address(host):
        return LinkWarning("ip_address", claim, shown_host)
    if shown_host.startswith("xn--") or ".xn--" in shown_host:
        return LinkWarning("look_alike", claim, shown_host)
    return None


def _claimed_host(text: str) -> str:
    match = _DOMAIN_IN_TEXT.search(text)
    if not match:
        return ""
    found = match.group().rpartition("@")[2] if match["address"] else match.group()
    if "://" in found:
        return link_host(found)
    host = link_host(f"http://{found}")
    return "" if host.rpartition(".")[2] in _FILE_LIKE else host


def _site(host: str) -> str:
    host = ".".join(_ascii_label(label) for label in host.split("."))
    return host.removeprefix("www.")


def _is_ip_address(host: str) -> bool:
    """Also the forms browsers accept: decimal, octal, hexadecimal, IPv6."""
    return ":" in host or bool(
        re.fullmatch(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}", host)
    )


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    folded = unicodedata.normalize("NFKC", label).lower()
    if folded.isascii():
        return folded
    return "xn--" + folded.encode("punycode").decode("ascii")


def _script(c: str) -> str:
    if c.isascii() or c in _LATIN:
        return "LATIN"
    word = unicodedata.name(c, "?").split()[0]
    return "HAN" if word in ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL") else word


def _reads_unambiguously(labels: list[str]) -> bool:
    """Latin throughout, or one other script throughout, top-level domain included.

    Cyrillic or Greek letters before an ASCII ending are how `аррӏе.com` is made.
    """
    letters = "".join(labels)
    if letters.isascii():
        return True
    if has_hidden_characters(letters) or unicodedata.normalize("NFKC", letters) != letters:
        return False
    scripts = [{_script(c) for c in label if c.isalpha()} or {"LATIN"} for label in labels]
    if all(found == {"LATIN"} for found in scripts):
        return all(c.isascii() or c in _LATIN for c in letters)
    if any(len(found) > 1 for found in scripts):
        return False
    used = set().union(*scripts)
    return used == {"HAN"} | (used & {"LATIN"}) or len(used) == 1
