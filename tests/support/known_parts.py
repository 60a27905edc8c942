"""Runs a program whose unfinished files have names that can be foretold: `… -m tests.support.known_parts PROGRAM`.

PROGRAM is a command line of this Python: its path, `-m`, a module, and what that is given. A disk that fails can be
put under files alone whose names are known before (`full_disk.under`).
"""

import itertools
import runpy
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

from deskapp.system.blobs import FileBlobs

CALLS = {"openat": 6, "write": 3, "rename,renameat": 2, "fsync": 3}
"""What keeps a file, and by which time each fails first at the latest."""


def strikes(chance: Random, kinds: int = len(CALLS)) -> list[str]:
    """These calls fail soon, and now and then again, for each thread: between two failures a file can be kept."""
    found = []
    for calls, latest in chance.sample([*CALLS.items()], kinds):
        first, again = chance.randint(1, latest), 4 * latest + chance.randint(1, 9)
        found.append(f"{calls}:error={chance.choice(('ENOSPC', 'EIO'))}:when={first}+{again}")
    return found


def _names() -> Iterator[str]:
    """In place of random ones: the first that is free."""
    return map(str, itertools.count())


def blob_files(folder: Path, sha256: str) -> list[Path]:
    """A blob in this folder of blobs, what it is while it is written, and where both are."""
    path = FileBlobs(folder).path(sha256)
    return [path, path.with_name(".part-0"), path.parent]


if __name__ == "__main__":
    tempfile._get_candidate_names = _names  # type: ignore[attr-defined]
    sys.argv = sys.argv[3:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
