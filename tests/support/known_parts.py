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

from deskapp.system.blobs import FileBlobs


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
