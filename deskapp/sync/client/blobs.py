"""Blobs of a colleague's machine: kept here by what they hold, fetched from the host when they are missing."""

import contextlib
import hashlib
import logging
import re
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

import requests

from deskapp.core.ports import BlobStore
from deskapp.sync.client.http import PIECE, Lane, Lanes
from deskapp.sync.client.problems import HARD, HostProblem, Unreachable

log = logging.getLogger(__name__)

SLICES: Final = (32 * 1024, 512 * 1024)
"""What goes up at once, at least and at most: after a break no more than this is said again."""
QUICK_S: Final = 2.0
"""A slice that took less is followed by one of twice its size."""
TRIES: Final = 3
LONGEST_S: Final = 30.0
"""Between two tries to bring a file: twice as long each time."""
PART: Final = ".part"
_NAME: Final = re.compile(r"[0-9a-f]{64}")


class Kept(BlobStore, Protocol):
    """The blobs of this machine; its names are those that are here."""

    def remove(self, sha256: str) -> None: ...

    def __iter__(self) -> Iterator[str]: ...


class TeamBlobs:
    """A `core.ports.BlobStore`. Reading a blob that is not here waits for the host: never on the window's thread.

    A host that does not have it, or cannot be reached, is a FileNotFoundError. `incoming` is the folder for
    what has come only in part.
    """

    def __init__(self, local: Kept, incoming: Path, lanes: Lanes) -> None:
        self._local, self._incoming = local, incoming
        self._down: Lane = lanes.lane()
        self._up: Lane = lanes.lane()
        self._fetching = threading.Lock()
        self._keeping = threading.Lock()
        self._coming = ""  # what is being fetched, while it may be kept
        self._put_here: set[str] = set()  # and not brought to the host yet

    def put(self, data: bytes) -> str:
        with self._keeping:
            self._put_here.add(hashlib.sha256(data).hexdigest())
        return self._local.put(data)

    def put_many(self, items: Iterable[bytes]) -> list[str]:
        return [self.put(data) for data in items]

    def get(self, sha256: str) -> bytes:
        self._bring(sha256)
        try:
            return self._local.get(sha256)
        except ValueError:  # damaged on this disk: the host's is whole
            with self._fetching:
                return self._fetch(sha256)

    def open(self, sha256: str) -> BinaryIO:
        self._bring(sha256)
        return self._local.open(sha256)

    def size(self, sha256: str) -> int:
        self._bring(sha256)
        return self._local.size(sha256)

    def exists(self, sha256: str) -> bool:
        """Whether it is here already."""
        return self._local.exists(sha256)

    def forget(self, names: Collection[str]) -> None:
        """They are nobody's here any more: what is here of them goes, and what is on its way is not kept.

        What somebody has put here stays until it was brought to the host.
        """
        with self._keeping:
            if self._coming in names:
                self._coming = ""
            for name in names:
                self._remove(name)

    def forget_all_but(self, names: Collection[str]) -> None:
        """The others go likewise, whatever they are."""
        with self._keeping:
            self._coming = ""
            parts = (part.stem for part in self._incoming.glob(f"*{PART}"))
            for name in {*self._local, *parts}.difference(names):
                self._remove(name)

    def named_in(self, body: Any) -> Iterator[str]:
        """The blobs of this machine that a command's body names."""
        if isinstance(body, str):
            if _NAME.fullmatch(body) and self._local.exists(body):
                yield body
        elif isinstance(body, dict):
            for value in body.values():
                yield from self.named_in(value)
        elif isinstance(body, list | tuple):
            for value in body:
                yield from self.named_in(value)

    def upload(self, sha256: str) -> None:
        """Bring a blob to the host, from where it left off. Raises `HostProblem`."""
        total = self._local.size(sha256)
        offset = self._kept_there(sha256)
        refused, size = 0, SLICES[0]
        with self._local.open(sha256) as source:
            while offset is not None:
                source.seek(offset)
                began = time.monotonic()
                told = self._send(sha256, source.read(size), offset, total)
                quick = time.monotonic() - began < QUICK_S
                size = min(2 * size, SLICES[1]) if quick else SLICES[0]
                if told is not None and told <= offset:
                    refused += 1
                    if refused > TRIES:
                        raise Unreachable(reason="upload")
                offset = told
        with self._keeping:
            self._put_here.discard(sha256)

    def _bring(self, sha256: str) -> None:
        if self._local.exists(sha256):
            return
        with self._fetching:
            if not self._local.exists(sha256):  # somebody else may have brought it meanwhile
                self._fetch(sha256)

    def _fetch(self, sha256: str) -> bytes:
        with self._keeping:
            self._coming = sha256
        try:
            data = self._received(sha256)
            with self._keeping:
                if self._coming != sha256:
                    log.info("a blob came that may not be seen here any more")
                    raise FileNotFoundError(sha256)
                self._local.remove(sha256)  # a damaged one
                self._local.put(data)
            return data
        finally:
            with self._keeping:
                if self._coming != sha256:
                    self._drop_part(sha256)
                self._coming = ""

    def _received(self, sha256: str) -> bytes:
        """All of it, from where it broke off."""
        part = self._part(sha256)
        for left in reversed(range(TRIES)):
            try:
                self._receive(sha256, part)
                break
            except HostProblem as problem:
                if left and isinstance(problem, Unreachable) and part.exists():
                    continue  # it broke in the middle: go on from there
                log.info("a blob could not be fetched: %s", problem.code)
                raise FileNotFoundError(sha256) from problem
        data = part.read_bytes()
        part.unlink()
        if hashlib.sha256(data).hexdigest() != sha256:
            log.warning("the host sent another blob than the one asked for")
            raise FileNotFoundError(sha256)
        return data

    def _part(self, sha256: str) -> Path:
        return self._incoming / f"{sha256}{PART}"

    def _remove(self, sha256: str) -> None:
        if sha256 not in self._put_here:
            self._local.remove(sha256)
        self._drop_part(sha256)

    def _drop_part(self, sha256: str) -> None:
        with contextlib.suppress(
            PermissionError
        ):  # Windows: it is being written; `_fetch` sees to it
            self._part(sha256).unlink(missing_ok=True)

    def _receive(self, sha256: str, part: Path) -> None:
        have = part.stat().st_size if part.exists() else 0
        headers = {"Range": f"bytes={have}-", "Accept-Encoding": "identity"}
        with self._down.request(
            "GET", f"/v1/blobs/{sha256}", headers=headers, fine=(416,)
        ) as answer:
            if answer.status_code == 416:  # all of it is here
                return
            with part.open("ab" if answer.status_code == 206 else "wb") as sink:
                part.chmod(0o600)
                for piece in _pieces(answer):
                    sink.write(piece)

    def _kept_there(self, sha256: str) -> int | None:
        """How much of it the host has; None: all."""
        with self._up.request("HEAD", f"/v1/blobs/{sha256}", fine=(404,)) as answer:
            return (
                int(answer.headers.get("Upload-Offset", 0)) if answer.status_code == 404 else None
            )

    def _send(self, sha256: str, data: bytes, offset: int, total: int) -> int | None:
        headers = {
            "Content-Type": "application/octet-stream",
            "Upload-Offset": str(offset),
            "Upload-Length": str(total),
        }
        try:
            with self._up.request("PUT", f"/v1/blobs/{sha256}", data, headers) as answer:
                done = answer.status_code == 204
                return None if done else int(answer.headers.get("Upload-Offset", 0))
        except HostProblem as problem:
            if problem.code != "offset":
                raise
            return int(problem.params.get("offset", 0))


class Uploads:
    """Brings files to the host on a lane of its own: what is written beside a large one does not wait for it.

    `upload` is `TeamBlobs.upload`; `on_done` is called when one is there, or will never be. One that cannot be
    brought now is tried again, at the latest with the next exchange; the others come after it, as their commands do.
    """

    def __init__(self, upload: Callable[[str], None], on_done: Callable[[], None]) -> None:
        self._upload, self._on_done = upload, on_done
        self._lock = threading.Lock()
        self._settled: set[str] = set()
        self._queued: set[str] = set()
        self._closing, self._wanted = threading.Event(), threading.Event()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="uploads")

    def missing(self, names: Iterable[str]) -> bool:
        """Whether one of them is not there yet; then it is on its way. Never waits."""
        with self._lock:
            new = [name for name in names if name not in self._settled]
            for name in new:
                if name not in self._queued and not self._closing.is_set():
                    self._queued.add(name)
                    self._pool.submit(self._bring, name)
        if new:
            self._wanted.set()
        return bool(new)

    def settled(self, name: str) -> bool:
        """Whether it is there, or will never be."""
        with self._lock:
            return name in self._settled

    def forget(self) -> None:
        """The host is another than before, or somebody wants that all is tried again."""
        with self._lock:
            self._settled.clear()

    def close(self) -> None:
        """Close the lanes first, so that it does not wait for a silent host."""
        with self._lock:
            self._closing.set()
        self._wanted.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _bring(self, name: str) -> None:
        settled = self._tried(name)
        with self._lock:
            self._queued.discard(name)
            if settled:
                self._settled.add(name)
        if settled:
            self._on_done()

    def _tried(self, name: str) -> bool:
        """Whether it is there now or will never be; no only when nothing is tried any more."""
        unread = 0
        for tries in count():
            pause_s = min(2.0 ** min(tries, 10), LONGEST_S)
            self._wanted.clear()
            try:
                self._upload(name)
                return True
            except HARD:
                return False
            except Unreachable as problem:
                self._closing.wait(problem.wait_s)
                pause_s = max(pause_s - problem.wait_s, 0)
            except (HostProblem, OSError, ValueError) as error:
                unread += 1
                if not _may_pass(error) or unread == TRIES:
                    # The command goes without it, and the host says so: nothing waits for ever.
                    log.info("a file could not be brought to the host: %s", error)
                    return True
            self._wanted.wait(pause_s)
            if self._closing.is_set():
                break
        return False


def _may_pass(error: Exception) -> bool:
    """A disk's, here or there: what was kept of it at the host is not what was sent."""
    lost = isinstance(error, FileNotFoundError)
    return (isinstance(error, OSError) and not lost) or getattr(error, "code", "") == "hash"


def _pieces(answer: requests.Response) -> Iterator[bytes]:
    try:
        yield from answer.iter_content(PIECE)
    except (requests.RequestException, OSError) as error:
        raise Unreachable(reason=type(error).__name__) from error
