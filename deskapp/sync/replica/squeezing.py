"""Takes the words of what left this agent's sight out of the cache's files.

A row that is deleted is overwritten at once; the full-text index only notes that its words are not wanted. They
go when the index is written anew, which is done in pieces: whoever writes does not wait for all of it. At the end
what SQLite left in its pages is overwritten, and its log emptied.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

from sqlalchemy import Connection

from deskapp.sync.replica import cache as c
from deskapp.sync.replica import derived

PAGES: Final = 500
"""Of an index (4 KiB each) that are written in one piece."""
REST: Final = 50
"""Times as long as it took it rests: an index of a million messages is not written anew for every ticket that moves."""
LONGEST_MS: Final = 3_600_000
FEW: Final = 8
"""After so few pieces it need not rest at all."""


class Squeezing:
    """Belongs to the replica's thread. `transaction` opens one on the cache; `leave_nothing` lets go what its files
    have beside the rows, if nobody reads what was; `now` answers ms."""

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[Connection]],
        leave_nothing: Callable[[], bool],
        now: Callable[[], int],
    ) -> None:
        self._transaction, self._leave_nothing, self._now = transaction, leave_nothing, now
        self._left: list[tuple[str, int]] = []  # indices with the size of their next piece
        self._wanted = False
        self._took, self._pieces, self._not_before = 0, 0, 0

    def load(self, raw: Any) -> None:
        self._left, self._wanted = [], bool(c.mark(raw, c.TO_SQUEEZE))

    def want(self, raw: Any, *, at_once: bool = False) -> None:
        """Something is gone that this agent may not see any more."""
        self._wanted = True
        c.set_mark(raw, c.TO_SQUEEZE, "1")
        if at_once:
            self._not_before = 0

    @property
    def due(self) -> bool:
        rest = self._not_before - self._now()
        rested = rest <= 0 or rest > LONGEST_MS  # the clock was set back
        return bool(self._left) or (self._wanted and rested)

    def step(self) -> bool:
        """Do a piece of what is due; whether there is more. At the end no word of it is left in the files."""
        if not self.due:
            return False
        began = self._now()
        try:
            self._piece()
        except BaseException:
            self._left, self._wanted = [], True
            raise
        ended = self._now()
        self._took += max(ended - began, 0)
        self._pieces += 1
        if not self._left:
            rest = min(REST * self._took, LONGEST_MS) if self._pieces > FEW else 0
            self._not_before = ended + rest
            self._took, self._pieces = 0, 0
        return bool(self._left)

    def _piece(self) -> None:
        if not self._left:  # what is deleted from here on is for the next time
            self._left, self._wanted = [(name, -PAGES) for name in derived.INDICES], False
        name, pages = self._left.pop()
        with self._transaction() as connection:
            if derived.merge(c.raw_of(connection), name, pages):
                self._left.append((name, PAGES))
        if not self._left:
            self._finish()

    def _finish(self) -> None:
        """The log still has the pages as they were."""
        if not self._leave_nothing():
            self._wanted = True
        if not self._wanted:
            with self._transaction() as connection:
                c.set_mark(c.raw_of(connection), c.TO_SQUEEZE, "")
