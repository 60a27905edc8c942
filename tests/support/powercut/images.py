"""What a disk may hold when the power goes: everything flushed, and any part of the rest."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

SECTOR = 512
_HEAD = struct.Struct("<cIQQ")


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded operation. See shim.c for the kinds."""

    kind: str
    path: str
    offset: int
    data: bytes


def read_record(record: Path) -> list[Step]:
    raw, at, steps = record.read_bytes(), 0, []
    while at < len(raw):
        kind, path_length, offset, length = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        path = raw[at : at + path_length].decode()
        at += path_length
        has_data = kind in (b"W", b"R")
        data = raw[at : at + length] if has_data else b""
        at += length
        steps.append(Step(kind.decode(), path, offset, data))
    return steps


@dataclass(slots=True)
class _File:
    """The bytes that are safe, and the writes and truncations that are not yet."""

    safe: bytearray = field(default_factory=bytearray)
    pending: list[Step] = field(default_factory=list)


def _apply(content: bytearray, step: Step) -> None:
    if step.kind == "T":
        del content[step.offset :]
        content.extend(bytes(step.offset - len(content)))
        return
    end = step.offset + len(step.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[step.offset : end] = step.data


class Disk:
    """A disk that has been told `steps`, and can lose its power at any moment.

    Names (create, rename, unlink, mkdir) become safe in their order, as a journalling file system
    keeps them: any flush makes all names before it safe; those after it are kept up to some point.
    Contents of a file are safe at its own flush; before that each sector may or may not be there.
    """

    def __init__(self) -> None:
        self._files: dict[int, _File] = {}
        self._names: dict[str, int] = {}
        self._safe_names: dict[str, int] = {}
        self._folders: set[str] = set()
        self._renamings: list[Step] = []
        self._next = 0
        self._made: dict[int, int] = {}

    def take(self, step: Step) -> None:
        """The process did this."""
        if step.kind in "WT":
            self._files[self._names[step.path]].pending.append(step)
        elif step.kind == "F":
            file = self._files[self._names[step.path]]
            for write in file.pending:
                _apply(file.safe, write)
            file.pending.clear()
            self._keep_names(len(self._renamings))
        elif step.kind == "D":
            self._keep_names(len(self._renamings))
        else:
            self._name(self._names, step, fresh=True)
            self._renamings.append(step)

    def _name(self, names: dict[str, int], step: Step, *, fresh: bool) -> None:
        if step.kind == "C":
            if fresh:
                self._made[id(step)] = self._next
                self._files[self._next] = _File()
                self._next += 1
            names[step.path] = self._made[id(step)]
        elif step.kind == "R":
            moved = names.pop(step.path, None)
            if moved is not None:
                names[step.data.decode()] = moved
        elif step.kind == "U":
            names.pop(step.path, None)
        elif step.kind == "M":
            self._folders.add(step.path)

    def _keep_names(self, count: int) -> None:
        for step in self._renamings[:count]:
            self._name(self._safe_names, step, fresh=False)
        del self._renamings[:count]

    def cut(self, target: Path, root: str, rng: Random) -> None:
        """Write below `target` what may be found after a power cut now."""
        names = dict(self._safe_names)
        for step in self._renamings[: rng.randint(0, len(self._renamings))]:
            self._name(names, step, fresh=False)
        for folder in sorted(self._folders):
            (target / Path(folder).relative_to(root)).mkdir(parents=True, exist_ok=True)
        for path, number in names.items():
            file = target / Path(path).relative_to(root)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(_survivors(self._files[number], rng))


def _survivors(file: _File, rng: Random) -> bytes:
    """Safe bytes, and of each pending write all, nothing, or some of its sectors."""
    content = bytearray(file.safe)
    keep = rng.choice((0.0, 0.5, 0.9, 1.0))
    for step in file.pending:
        if step.kind == "T":
            if rng.random() < keep:
                _apply(content, step)
            continue
        for part in _sectors(step):
            if rng.random() < keep:
                _apply(content, part)
    return bytes(content)


def _sectors(step: Step) -> Iterator[Step]:
    start = step.offset
    while start < step.offset + len(step.data):
        end = min((start // SECTOR + 1) * SECTOR, step.offset + len(step.data))
        yield Step("W", step.path, start, step.data[start - step.offset : end - step.offset])
        start = end


def acknowledged(steps: Sequence[Step], ack_file: str) -> list[str]:
    """Lines that the process wrote to `ack_file`: what it told somebody is done."""
    text = b"".join(step.data for step in steps if step.kind == "W" and step.path == ack_file)
    return text.decode().splitlines()
