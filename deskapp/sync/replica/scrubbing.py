"""Overwrites what SQLite leaves in the unused space of its pages.

`secure_delete` overwrites what is deleted; but rows that move to another page when one is split stay, as they were,
in the page from which they came (`rebuildPage` in SQLite's btree.c). By the format of its files
(https://sqlite.org/fileformat2.html, 1.3, 1.6) nothing is ever read between a page's array of cells and the first
cell, so what stands there may be overwritten beside those who read.
"""

import os
from pathlib import Path
from typing import Final

HEAD: Final = 100
"""Bytes before the first page's own head: the file's."""
TREES: Final = {2: 12, 5: 12, 10: 8, 13: 8}
"""The first byte of a b-tree's page, and how long its head is."""
MOST_PAGES: Final = 2 << 24
"""From here on the first byte of a page that overflows, of the number of the next one, could look like a tree's."""
PIECE: Final = 4 * 1024 * 1024
"""Bytes that are read at once: a power of two, as the size of a page is, and larger."""


class Scrubber:
    """Keeps a handle of the file: where locks are POSIX's, closing any handle of a file ends all locks on it that
    this process holds. So it is opened before and closed after whoever else has the file open."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("r+b", buffering=0)

    def close(self) -> None:
        self._file.close()

    def scrub(self) -> int:
        """How many pages had something left, which is overwritten and on the disk now.

        All of the database has to be in the file (its log empty), and nobody may write meanwhile, or keep pages in
        memory from which they will. Who reads may go on. Takes 0.7 s for each GB. Raises OSError.
        """
        self._file.seek(0)
        page_size = _page_size(self._file.read(HEAD))
        size = os.fstat(self._file.fileno()).st_size
        if size // page_size >= MOST_PAGES:
            raise OSError(f"the file is too large: {size} bytes")
        found = 0
        for begin in range(0, size, PIECE):
            self._file.seek(begin)
            data = self._file.read(PIECE)
            for at in range(0, len(data) - page_size + 1, page_size):
                first, last = _gap(data, at, HEAD if begin + at == 0 else 0, page_size)
                if data.count(0, first, last) < last - first:
                    self._file.seek(begin + first)
                    self._file.write(bytes(last - first))
                    found += 1
        if found:
            os.fsync(self._file.fileno())
        return found


def _page_size(head: bytes) -> int:
    """0 is never answered: a file with pages that map others (auto_vacuum) is none of ours, nor is an empty one."""
    size = int.from_bytes(head[16:18], "big")
    if not head.startswith(b"SQLite format 3\0") or any(head[52:56]):
        raise OSError("this is no file that can be overwritten in part")
    return 65_536 if size == 1 else size


def _gap(data: bytes, at: int, head: int, page_size: int) -> tuple[int, int]:
    """From where to where the page that begins at `at` has nothing; of no length when it is no page of a tree."""
    here = at + head
    length = TREES.get(data[here])
    if length is None:
        return at, at
    cells = int.from_bytes(data[here + 3 : here + 5], "big")
    content = int.from_bytes(data[here + 5 : here + 7], "big") or 65_536
    first = head + length + 2 * cells
    return (at + first, at + content) if first <= content <= page_size else (at, at)
