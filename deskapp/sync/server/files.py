"""Blobs of the host: who may read which, and how they come in, piece by piece.

A hash is no permission. A blob is read by whoever sees something that refers to it, or has brought it here. The
same holds for a command that names one: else it could be attached to a note, and be read there.
"""

import hashlib
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, bindparam, func, select

from deskapp.core.ports import BlobStore
from deskapp.core.readers.statements import Statement, among
from deskapp.models import tables as t
from deskapp.sync.server.refusals import Refused
from deskapp.sync.server.rows import in_visible
from deskapp.sync.server.viewer import Viewer

MOST: Final = 64 * 1024 * 1024
"""Of one blob."""
WAITING: Final = 512 * 1024 * 1024
"""Of all that one agent has begun to bring."""
KEPT_S: Final = 30 * 86_400
"""How long what was brought, or begun, is remembered."""
NAME: Final = re.compile(r"[0-9a-f]{64}")
PART: Final = ".part"

_sha: ColumnElement[str] = bindparam("sha_")
_REFERRING: Final = tuple(
    map(
        Statement,
        (
            in_visible("attachment", t.attachment.c.sha256 == _sha),
            in_visible("message", t.message.c.raw_sha256 == _sha),
            in_visible("draft", func.instr(t.draft.c.attachments, _sha) > 0),
            in_visible("canned_reply", func.instr(t.canned_reply.c.attachments, _sha) > 0),
            in_visible("room_message", func.instr(t.room_message.c.attachments, _sha) > 0),
        ),
    )
)
_PICTURES: Final = Statement(
    select(t.message_html.c.message_id).where(
        t.message_html.c.remote_images.is_not(None),
        func.instr(t.message_html.c.remote_images, _sha) > 0,
    )
)
_SHOWING: Final = Statement(in_visible("message", among(t.message.c.id, "messages_")))


class Files:
    """`folder` is for what comes in; it is made when it is needed. Any thread may call it."""

    def __init__(self, blobs: BlobStore, folder: Path) -> None:
        self._blobs, self._folder = blobs, folder
        self._lock = threading.Lock()

    def size(self, sha256: str) -> int:
        return self._blobs.size(sha256)

    def may_read(self, connection: Connection, viewer: Viewer, sha256: str) -> bool:
        """Whether this agent sees something that refers to the blob, or has brought it."""
        if not NAME.fullmatch(sha256):
            return False
        return self._was_brought(viewer.uid, sha256) or _refers(connection, viewer, sha256)

    def readable(self, connection: Connection, viewer: Viewer, sha256: str) -> int:
        """Its size. Raises Refused("blob_not_found"), alike for one that is hidden and one that is not there."""
        if self.may_read(connection, viewer, sha256) and self._blobs.exists(sha256):
            return self._blobs.size(sha256)
        raise Refused("blob_not_found")

    def read(self, sha256: str, start: int, end: int, piece: int) -> Iterator[bytes]:
        """Its bytes from `start` to before `end`."""
        with self._blobs.open(sha256) as source:
            source.seek(start)
            while start < end and (data := source.read(min(piece, end - start))):
                start += len(data)
                yield data

    def kept(self, agent_id: str, sha256: str) -> int:
        """How much of it an agent has brought so far. Raises Refused("blob_not_found") for no hash."""
        part = self._part(agent_id, sha256)
        return part.stat().st_size if part.exists() else 0

    def take(self, agent_id: str, sha256: str, offset: int, total: int, data: bytes) -> int | None:
        """Take a piece; the number of bytes kept now, or None when the blob is complete and right.

        Raises Refused: offset (with where to go on), too_large, hash (all is forgotten), rate_limited; OSError when
        the disk does not take it.
        """
        part = self._part(agent_id, sha256)
        if not 0 <= total <= MOST or offset + len(data) > total:
            raise Refused("too_large", most=MOST)
        with self._lock:
            kept = self.kept(agent_id, sha256)
            if offset != kept:
                raise Refused("offset", offset=kept)
            part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _held(part.parent) + len(data) > WAITING:
                raise Refused("rate_limited", retry_ms=60_000)
            with part.open("ab") as sink:
                part.chmod(0o600)
                sink.write(data)
            if kept + len(data) < total:
                return kept + len(data)
            whole = part.read_bytes()
            if hashlib.sha256(whole).hexdigest() != sha256:
                part.unlink()
                raise Refused("hash")
        self._blobs.put(whole)
        self._mark(agent_id, sha256).touch(0o600)
        part.unlink(missing_ok=True)  # last: if the disk took less, nothing is said again
        return None

    def sweep(self) -> None:
        """Forget what is too old to be of use."""
        for file in self._folder.glob("*/*"):
            if time.time() - file.stat().st_mtime > KEPT_S:
                file.unlink(missing_ok=True)

    def _was_brought(self, agent_id: str, sha256: str) -> bool:
        return self._mark(agent_id, sha256).exists()

    def _mark(self, agent_id: str, sha256: str) -> Path:
        """Both names are made of hexadecimal digits alone."""
        if not NAME.fullmatch(sha256) or not agent_id.isalnum():
            raise Refused("blob_not_found")
        return self._folder / agent_id / sha256

    def _part(self, agent_id: str, sha256: str) -> Path:
        return self._mark(agent_id, sha256).with_suffix(PART)


def named_in(command: Any) -> Iterator[str]:
    """The blobs that a command refers to, however deep."""
    if is_dataclass(command):
        for field in fields(command):
            value = getattr(command, field.name)
            if field.name == "sha256" and isinstance(value, str):
                yield value
            else:
                yield from named_in(value)
    elif isinstance(command, list | tuple):
        for value in command:
            yield from named_in(value)


def _refers(connection: Connection, viewer: Viewer, sha256: str) -> bool:
    for statement in _REFERRING:
        if statement.run(connection, sha_=sha256, **viewer.bound).fetchone():
            return True
    pictures = _PICTURES.column(connection, sha_=sha256)
    if not pictures:
        return False
    return _SHOWING.run(connection, messages_=pictures, **viewer.bound).fetchone() is not None


def _held(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob(f"*{PART}"))
