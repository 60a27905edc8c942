"""What a node's disk holds when its process is killed, or its power is cut, at a moment of the history.

In WAL mode all that was committed since the last checkpoint stands in the log. `synchronous=FULL` flushes it with
each commit; anything weaker leaves the end of it, sector by sector, to chance. (`tests/sim/test_power_cut.py` holds
that against the writes of the real driver; here it is a rule, so that a cut costs a copy of two small files.)
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any, Final

FULL: Final = 2
UNCHECKED: Final = 2_000 * 4_096
"""A log that grew to this may have been brought into the file in part: nothing of it is taken away."""
WAL: Final = "-wal"
LIFE: Final = slice(16, 24)
"""Where a log has what is another each time it begins anew."""


class Crash(BaseException):
    """The node stopped within what it did; what its disk holds is in its `Disk`."""


class Disk:
    """The database files of one node in `folder`, and the image that was taken of them."""

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        self._folder = folder
        self._names = names
        self._image: dict[str, bytes] | None = None
        self._flushed: dict[str, tuple[bytes, int]] = {}

    def stop(self, flushed: Mapping[str, bool], random: Random, *, power: bool) -> None:
        """Keep what is on the disk now. With `power` cut, what was not `flushed` (by name) is lost from its end."""
        image: dict[str, bytes] = {}
        for name in self._names:
            file, log = self._folder / name, self._folder / f"{name}{WAL}"
            if file.exists():
                image[file.name] = file.read_bytes()
            if log.exists():
                data = log.read_bytes()
                if power and not flushed.get(name, True) and len(data) < UNCHECKED:
                    cut = random.randrange(len(data) + 1)
                    data = data[: max(cut, self._kept(name, data))]
                image[log.name] = data
        self._image = image

    def flushed(self, name: str) -> None:
        """What the log of that file holds now was brought to the disk."""
        log = self._folder / f"{name}{WAL}"
        if log.exists():
            data = log.read_bytes()
            self._flushed[name] = data[LIFE], len(data)

    def _kept(self, name: str, data: bytes) -> int:
        life, size = self._flushed.get(name, (b"", 0))
        return size if data[LIFE] == life else 0

    def put_back(self) -> None:
        """The files are as they were kept. The node must have let go of them."""
        assert self._image is not None
        for name in self._names:
            for path in self._folder.glob(f"{name}*"):
                path.unlink()
        for name, data in self._image.items():
            (self._folder / name).write_bytes(data)
        self._image = None

    @property
    def stopped(self) -> bool:
        return self._image is not None

    def copy(self, into: Path) -> None:
        """As a backup taken while the node runs: whole commits only, for nobody writes at this moment."""
        into.mkdir()
        for name in self._names:
            for path in (self._folder / name, self._folder / f"{name}{WAL}"):
                if path.exists():
                    shutil.copy(path, into / path.name)

    def replace_by(self, copy: Path) -> None:
        for name in self._names:
            for path in self._folder.glob(f"{name}*"):
                path.unlink()
        for path in copy.iterdir():
            shutil.copy(path, self._folder / path.name)


def flushes(raw: Any) -> bool:
    """Whether every commit of that connection is on the disk when it is answered."""
    (level,) = raw.execute("PRAGMA synchronous").fetchone()
    return int(level) >= FULL
