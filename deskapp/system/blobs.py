"""Blobs on files: `blobs/ab/cdef…`, named by the SHA-256 of what they hold, never changed."""

import hashlib
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from deskapp.system.paths import FOLDER_MODE, flush_folder, private_folder

_NAME = re.compile(r"[0-9a-f]{64}")
_PART = ".part-"
_FLUSHERS = 4


class FileBlobs:
    """A `core.ports.BlobStore` on a folder. Any thread may call it.

    A blob is written under another name, flushed, renamed, and the folder's entry is flushed
    before `put` returns. Only a digest names a blob: anything else raises `ValueError` before
    the disk is touched.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders: set[str] = set()
        self._lock = threading.Lock()

    def put(self, data: bytes) -> str:
        return self.put_many([data])[0]

    def put_many(self, items: Iterable[bytes]) -> list[str]:
        """Store all, consuming `items` one by one. Flushes run side by side, each folder's once."""
        names: list[str] = []
        parts: dict[Path, Path] = {}
        folders: dict[Path, None] = {}
        try:
            for data in items:
                name = hashlib.sha256(data).hexdigest()
                names.append(name)
                path = self.path(name)
                # One that is there may be another thread's, whose folder is not flushed yet.
                folders[path.parent] = None
                if path not in parts and not _has_size(path, len(data)):
                    self._make_folder(path.parent)
                    parts[path] = _write_part(path.parent, data)
            _each(_flush_file, parts.values())
            for path, part in parts.items():
                _name(part, path)
        except BaseException:
            for part in parts.values():
                part.unlink(missing_ok=True)
            raise
        _each(flush_folder, folders)
        return names

    def get(self, sha256: str) -> bytes:
        data = self.path(sha256).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError(f"blob {sha256} is damaged")
        return data

    def open(self, sha256: str) -> BinaryIO:
        """The blob for reading in pieces; what is read this way is not checked."""
        return self.path(sha256).open("rb")

    def size(self, sha256: str) -> int:
        return self.path(sha256).stat().st_size

    def exists(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def path(self, sha256: str) -> Path:
        """Where the blob of this digest is, or would be."""
        if not _NAME.fullmatch(sha256):
            raise ValueError(f"not the name of a blob: {sha256[:80]!r}")
        return self._root / sha256[:2] / sha256[2:]

    def remove(self, sha256: str) -> None:
        """Nothing refers to it any more. One that is not there is no error."""
        self.path(sha256).unlink(missing_ok=True)

    def __iter__(self) -> Iterator[str]:
        """The names of all blobs, in order; constant memory for any number."""
        if not self._root.is_dir():
            return
        for folder in sorted(entry.name for entry in os.scandir(self._root) if entry.is_dir()):
            for file in sorted(entry.name for entry in os.scandir(self._root / folder)):
                if _NAME.fullmatch(folder + file):
                    yield folder + file

    def sweep(self, older_than_s: float) -> int:
        """Remove what writes left that were killed so long ago. Returns how many."""
        left = 0
        for part in self._root.glob(f"*/{_PART}*"):
            if time.time() - part.stat().st_mtime >= older_than_s:
                part.unlink(missing_ok=True)
                left += 1
        return left

    def _make_folder(self, folder: Path) -> None:
        with self._lock:
            if folder.name in self._folders:
                return
            if not self._root.is_dir():
                private_folder(self._root)
                flush_folder(self._root.parent)
            folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
            flush_folder(self._root)
            self._folders.add(folder.name)


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _write_part(folder: Path, data: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=_PART, dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _flush_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _name(part: Path, path: Path) -> None:
    try:
        part.replace(path)
    except PermissionError:
        # Windows: somebody reads the same bytes under that name right now.
        if not _has_size(path, part.stat().st_size):
            raise
        part.unlink()


def _each(flush: Callable[[Path], None], paths: Collection[Path]) -> None:
    """Flush each. Four at a time take a third of the time: they share the journal's commits."""
    if len(paths) < _FLUSHERS:
        for path in paths:
            flush(path)
        return
    with ThreadPoolExecutor(_FLUSHERS, thread_name_prefix="flush") as pool:
        for _ in pool.map(flush, paths):
            pass
