"""What passed between this machine and its host lately: numbers alone, for whoever looks into it."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from deskapp.core.ports import Exchange
from deskapp.sync.client.problems import HostProblem
from deskapp.sync.protocol.messages import BootstrapPage, SyncAnswer

KEPT: Final = 60


class Ledger:
    """Written on the sync thread; `last` may be asked on any. `now` tells ms, `traffic` bytes so far."""

    def __init__(self, now: Callable[[], int], traffic: Callable[[], int]) -> None:
        self._now, self._traffic = now, traffic
        self._kept: deque[Exchange] = deque(maxlen=KEPT)
        self._sent = self._received = 0

    @contextmanager
    def exchange(self) -> Iterator[None]:
        """One turn, however it ends."""
        at, began, before = self._now(), monotonic(), self._traffic()
        self._sent = self._received = 0
        problem = "interrupted"
        try:
            yield
            problem = ""
        except HostProblem as error:
            problem = error.code
            raise
        finally:
            ms = round((monotonic() - began) * 1000)
            passed = self._traffic() - before
            self._kept.append(Exchange(at, ms, self._sent, self._received, passed, problem))

    def sent(self, commands: int) -> None:
        self._sent += commands

    def received(self, page: SyncAnswer | BootstrapPage) -> None:
        """Rows and removals."""
        removals = len(page.removals) if isinstance(page, SyncAnswer) else 0
        self._received += removals + sum(len(rows.rows) for rows in page.tables)

    def last(self) -> tuple[Exchange, ...]:
        """The newest first."""
        return tuple(reversed(tuple(self._kept)))
