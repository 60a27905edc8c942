"""The form of a backup file: a gzipped tar, written and read as one stream of any size.

In this order: `manifest.json`, `desk.sqlite`, `secrets.store` or `secrets.sealed`, `ui.json`, and
`blobs/ab/cdef…` by name. The manifest: format, app_version, made_at (ms), schema, epoch, seq,
tickets, messages, secrets (machine, passphrase, none), files (name → size and SHA-256 of
everything that is no blob) and blobs (count and bytes; a blob's name is its SHA-256).
"""

import gzip
import hashlib
import io
import json
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

from deskapp.system.errors import KnownError

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "desk.sqlite"
SECRETS = "secrets.store"
SEALED = "secrets.sealed"
UI_STATE = "ui.json"
FILES = (DATABASE, SECRETS, SEALED, UI_STATE)

_BLOB = re.compile(r"blobs/([0-9a-f]{2})/([0-9a-f]{62})")
_MANIFEST_LIMIT = 1 << 20
_CHUNK = 1 << 18
_FASTEST = 1
_BROKEN = (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error)


@dataclass(frozen=True, slots=True)
class FileMark:
    size: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    app_version: str
    made_at: int
    schema: str
    epoch: str
    seq: int
    tickets: int
    messages: int
    secrets: str
    files: dict[str, FileMark] = field(default_factory=dict)
    blob_count: int = 0
    blob_bytes: int = 0
    format: int = FORMAT

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()

    @classmethod
    def from_json(cls, data: bytes, path: Path) -> "Manifest":
        """Raises KnownError: backup_newer, backup_damaged."""
        try:
            document: dict[str, Any] = json.loads(data)
            if document["format"] != FORMAT:
                raise KnownError("backup_newer", version=str(document["app_version"])[:40])
            files = {str(name): FileMark(**mark) for name, mark in document.pop("files").items()}
            manifest = cls(**document, files=files)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise damaged(path, "its table of contents cannot be read") from error
        if not set(files) <= set(FILES) or DATABASE not in files:
            raise damaged(path, "its table of contents is not one of a desk")
        return manifest


def damaged(path: Path, reason: str) -> KnownError:
    return KnownError("backup_damaged", path=str(path), reason=reason)


def mark_of(path: Path) -> FileMark:
    """Size and SHA-256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return FileMark(file.tell(), digest.hexdigest())


class ArchiveWriter:
    """Writes the stream, as a context manager. Members come in the order above; blobs last."""

    def __init__(self, out: BinaryIO, manifest: Manifest) -> None:
        self._gzip = gzip.GzipFile("", "wb", _FASTEST, out, mtime=0)
        self._tar = tarfile.open(fileobj=self._gzip, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        data = manifest.to_json()
        self.add(MANIFEST, io.BytesIO(data), len(data))

    def add(self, name: str, file: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, file)
        self._tar.members.clear()  # type: ignore[attr-defined]  # it would remember a million of them

    def add_path(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self.add(name, file, path.stat().st_size)

    def __enter__(self) -> "ArchiveWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._tar.close()
            self._gzip.close()
        else:
            # Abandoned: it would still end the stream when it is collected.
            self._gzip.fileobj = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the stream: `blob` is its digest, empty for one of `FILES`."""

    name: str
    blob: str
    size: int
    file: IO[bytes]


def copy_checked(member: Member, manifest: Manifest, out: BinaryIO | None, path: Path) -> None:
    """Copy a member's contents to `out` (None: nowhere) and compare them to what they should be."""
    digest = hashlib.sha256()
    while chunk := _read(member, path):
        digest.update(chunk)
        if out is not None:
            out.write(chunk)
    if member.blob:
        good = digest.hexdigest() == member.blob
    else:
        good = manifest.files.get(member.name) == FileMark(member.size, digest.hexdigest())
    if not good:
        raise damaged(path, f"{member.name} is not what it was")


def _read(member: Member, path: Path) -> bytes:
    try:
        return member.file.read(_CHUNK)
    except _BROKEN as error:
        raise damaged(path, "it ends early or is no backup") from error


def read(source: BinaryIO, path: Path) -> Iterator[Manifest | Member]:
    """The manifest, then each member, in the order they stand.

    Nothing in the stream can name a path: a member is one of `FILES`, or a blob by its digest.
    Anything else, a second one of a name, a link, or a stream that ends early raises
    KnownError("backup_damaged"). Contents are not checked here; see `copy_checked`.
    """
    try:
        with gzip.GzipFile(fileobj=source) as plain, tarfile.open(fileobj=plain, mode="r|") as tar:
            yield _manifest(tar, path)
            yield from _members(tar, path)
            _drain(plain)
    except _BROKEN as error:
        raise damaged(path, "it ends early or is no backup") from error


def sealed_secrets(path: Path) -> bytes:
    """The secrets of a backup, under its passphrase. KnownError: backup_without_passphrase, and
    those of `read`."""
    with path.open("rb") as source:
        stream = read(source, path)
        manifest = next(stream)
        assert isinstance(manifest, Manifest)
        for member in stream if SEALED in manifest.files else ():
            if isinstance(member, Member) and member.name == SEALED:
                sealed = io.BytesIO()
                copy_checked(member, manifest, sealed, path)
                return sealed.getvalue()
    raise KnownError("backup_without_passphrase", path=str(path))


def _drain(plain: gzip.GzipFile) -> None:
    """Read to the end, where gzip keeps the checksum of everything."""
    while plain.read(_CHUNK):
        pass


def _manifest(tar: tarfile.TarFile, path: Path) -> Manifest:
    info = tar.next()
    if info is None or info.name != MANIFEST or not info.isreg() or info.size > _MANIFEST_LIMIT:
        raise damaged(path, "it does not begin with a table of contents")
    file = tar.extractfile(info)
    assert file is not None
    return Manifest.from_json(file.read(), path)


def _members(tar: tarfile.TarFile, path: Path) -> Iterator[Member]:
    seen: set[str] = set()
    last_blob = ""
    while (info := tar.next()) is not None:
        tar.members.clear()  # type: ignore[attr-defined]
        blob = _BLOB.fullmatch(info.name)
        known = (blob and info.name > last_blob) or (info.name in FILES and info.name not in seen)
        if not info.isreg() or not known:
            raise damaged(path, "it holds a file that no backup holds")
        if blob:
            last_blob = info.name
        else:
            seen.add(info.name)
        file = tar.extractfile(info)
        assert file is not None
        yield Member(info.name, blob[1] + blob[2] if blob else "", info.size, file)
