"""Walking stored mail for import: mbox files, Maildirs, .eml files, folders of any of them.

Nothing is changed or unquoted: a mail's bytes are those in its file. Between two messages of an
mbox stand their "From " line and the empty line before it; these belong to neither. A file that is
no mailbox by its name and holds one mail is that mail, with the "From " line that it may begin with.
"""

import mmap
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_ENVELOPE: Final = re.compile(
    # "From ", a sender, a date with a time and a year; then a line that is a header.
    rb"^From [^\r\n]{0,300}\d{1,2}:\d{2}[^\r\n]{0,60}\d{4}[^\r\n]{0,60}\r?\n"
    rb"(?=[!-9;-~]{1,100}[ \t]*:|>From )",
    re.MULTILINE,
)
_STRICT_DATE: Final = re.compile(
    rb"From \S{0,200} +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct"
    rb"|Nov|Dec) [ \d]\d [ \d]\d:\d\d(?::\d\d)? [^\r\n]{0,20}\d{4}"
)
_HEADER_START: Final = re.compile(rb"(?:From |>From |[!-9;-~]{1,100}[ \t]*:)")
_MAILDIR: Final = ("cur", "new")
_MAILBOX_SUFFIXES: Final = frozenset({"", ".mbox", ".mbx"})
_IGNORED_SUFFIXES: Final = frozenset({".msf", ".dat", ".sqlite", ".json", ".html", ".lock"})


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail of an import. `done` and `total` count bytes over all sources, this one included."""

    source: str  # path, and for an mbox "#<number>", counted from 1
    raw: bytes
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is no mail, or could not be read. The walk goes on."""

    source: str
    reason: str  # not_mail, or the system's words
    done: int
    total: int


def walk(paths: Iterable[Path]) -> Iterator[StoredMail | Unreadable]:
    """Every mail under `paths`, in a stable order, one at a time: files of any size fit.

    Symbolic links inside folders are not followed. Raises FileNotFoundError for a path that is
    not there, before anything is read.
    """
    files = [file for path in paths for file in _files(path)]
    total = sum(size for _, size in files)
    before = 0
    for file, size in files:
        yield from _read(file, before, total)
        before += size


def split_mbox(data: bytes | mmap.mmap) -> Iterator[tuple[int, int]]:
    """(start, end) of each message of an mbox, in any of its dialects.

    A "From " line counts when it has a date and a header follows, and an empty line or the strict
    date of mail software goes before; so quoted and unquoted "From " in a text are both left alone.
    """
    start = -1
    for match in _ENVELOPE.finditer(data):
        if not _is_separator(data, match):
            continue
        if start >= 0:
            yield start, _end_of_message(data, start, match.start())
        start = match.end()
    if start >= 0:
        yield start, len(data)


def _is_separator(data: bytes | mmap.mmap, match: re.Match[bytes]) -> bool:
    at = match.start()
    blank_before = at == 0 or data[max(0, at - 2) : at] == b"\n\n"
    blank_before = blank_before or data[max(0, at - 4) : at] == b"\r\n\r\n"
    return blank_before or bool(_STRICT_DATE.match(match.group()))


def _end_of_message(data: bytes | mmap.mmap, start: int, separator: int) -> int:
    """The empty line before the next "From " line separates; it is no part of the message."""
    for blank in (b"\r\n\r\n", b"\n\n"):
        if data[max(start, separator - len(blank)) : separator] == blank:
            return separator - len(blank) // 2
    return separator


def _files(path: Path) -> list[tuple[Path, int]]:
    if path.is_file():
        return [(path, path.stat().st_size)]
    if not path.is_dir():
        raise FileNotFoundError(f"no such file or folder: {path}")
    found = []
    for folder, subfolders, names in os.walk(path):
        here = Path(folder)
        is_maildir = all((here / name).is_dir() for name in _MAILDIR)
        if is_maildir and "tmp" in subfolders:
            subfolders.remove("tmp")  # deliveries that never finished
        subfolders.sort()
        for name in sorted(names):
            file = here / name
            wanted = here.name in _MAILDIR or _looks_wanted(file)
            if wanted and file.is_file() and not file.is_symlink():
                found.append((file, file.stat().st_size))
    return found


def _looks_wanted(file: Path) -> bool:
    """By name only; what is inside is looked at when it is read."""
    return not file.name.startswith((".", "dovecot")) and (
        file.suffix.lower() not in _IGNORED_SUFFIXES
    )


def _read(file: Path, before: int, total: int) -> Iterator[StoredMail | Unreadable]:
    name = str(file)
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            head = stream.read(1_000)
            if not head.strip():
                return
            if not _HEADER_START.match(head.lstrip(b"\r\n")):
                yield Unreadable(name, "not_mail", before + size, total)
                return
            if head.startswith(b"From ") and _ENVELOPE.match(head):
                yield from _read_mbox(stream.fileno(), name, before, total)
                return
            stream.seek(0)
            yield StoredMail(name, stream.read(), before + size, total)
    except OSError as error:
        yield Unreadable(name, error.strerror or str(error), before, total)


def _read_mbox(fileno: int, name: str, before: int, total: int) -> Iterator[StoredMail]:
    with mmap.mmap(fileno, 0, access=mmap.ACCESS_READ) as data:
        parts = list(split_mbox(data))
        if len(parts) == 1 and Path(name).suffix.lower() not in _MAILBOX_SUFFIXES:
            yield StoredMail(name, data[:], before + len(data), total)
            return
        for number, (start, end) in enumerate(parts, start=1):
            yield StoredMail(f"{name}#{number}", data[start:end], before + end, total)
