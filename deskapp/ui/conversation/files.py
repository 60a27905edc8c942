"""Files of strangers on this computer: opened from a quarantine, saved where a person says.

A name is only ever shown and offered. What is written to the disk carries a name made safe, in a
folder of its own, without permission to run, and marked as coming from outside where the system
knows such a mark. All functions block: they are for a worker.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import time
from pathlib import Path

from deskapp.core.policies.display import display_filename, is_dangerous_file
from deskapp.core.ports import BlobStore

_CHUNK = 1 << 20
_DAY_S = 24 * 3600


class FileRefused(ValueError):
    """This kind of file is never opened from here."""


def put_in_quarantine(blobs: BlobStore, sha256: str, filename: str, folder: Path) -> Path:
    """Write a blob into a fresh folder under `folder`, read-only; returns where it is.

    Raises `FileRefused` for what could run, OSError when it can't be written.
    """
    if is_dangerous_file(filename):
        raise FileRefused(filename)
    for one in (folder.parent, folder):  # of both: `parents` knows no mode
        one.mkdir(parents=True, exist_ok=True, mode=0o700)
    own = Path(tempfile.mkdtemp(prefix="open-", dir=folder))
    target = own / display_filename(filename)
    _copy(blobs, sha256, target)
    _mark_as_foreign(target)
    target.chmod(stat.S_IRUSR)
    return target


def save_as(blobs: BlobStore, sha256: str, target: Path) -> Path:
    """Write a blob to the place a person chose, as a whole or not at all. Raises OSError."""
    part = target.with_name(f"{target.name}.part")
    try:
        _copy(blobs, sha256, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    _mark_as_foreign(target)
    return target


def clear_quarantine(folder: Path) -> None:
    """Delete what was opened from this program, and what others left a day ago or earlier; what another program
    still holds stays."""
    before = time.time() - _DAY_S
    left = [own for own in folder.parent.glob("*/open-*") if own.stat().st_mtime < before]
    for own in {*folder.glob("open-*"), *left}:
        for path in own.iterdir():
            try:
                path.chmod(stat.S_IRUSR | stat.S_IWUSR)
            except OSError:
                continue
        shutil.rmtree(own, ignore_errors=True)


def quarantine_folder() -> Path:
    """Where opened files are put: private to this user, and to this program, beside which another may run."""
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return Path(tempfile.gettempdir()) / f"deskapp-{user}" / f"{os.getpid()}"


def _copy(blobs: BlobStore, sha256: str, target: Path) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(target, flags | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as sink, blobs.open(sha256) as source:
        shutil.copyfileobj(source, sink, _CHUNK)


def _mark_as_foreign(path: Path) -> None:
    """Tell the system that the file came from outside: the mark of the web, or macOS's quarantine."""
    try:
        if sys.platform == "win32":
            Path(f"{path}:Zone.Identifier").write_text("[ZoneTransfer]\r\nZoneId=3\r\n", "ascii")
        elif sys.platform == "linux":
            os.setxattr(path, b"user.xdg.origin.url", b"about:mail")
    except OSError:
        return  # the file system knows no such marks
