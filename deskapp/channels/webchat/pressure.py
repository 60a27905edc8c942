"""Whether the desk keeps up with its visitors. When not, they stand in line, so that agents do not have to."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Final

UNDER_WAY: Final = 12
"""So many messages of visitors may be on their way into the desk: an agent's word is behind hardly more than these."""
AHEAD: Final = 1.5
"""So many times as many as the desk takes while one comes are called besides, for they are not there at once;"""
AHEAD_MOST: Final = 500
"""but no more than these."""
JUDGED_S: Final = 0.5
LIKE_THE_LAST: Final = 0.1
"""How much one who comes says about how long the others take."""
CALLED_S: Final = 5.0
"""Who does not come when called in this time keeps nobody waiting."""
AGAIN_S: Final = 60.0
PACE_S: Final = 0.02
"""When to ask without having been called, for the first in line and for each behind: hardly ever."""
LINE: Final = 100_000
"""As many as are remembered; who comes then is told to come back, without a place."""


class Pressure:
    """For one thread; `now` tells seconds, monotonic.

    Who comes while enough messages are under way, or while others wait, gets a place at the end of the line, and is
    called when it is their turn: as many as leave the desk are let into it, so that it is always busy and never more
    than that, however fast it is.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._under_way = 0
        self._ahead = 0.0
        self._way = 0.0  # s from being called until being here
        self._taken, self._judged_at = 0, now()
        self._line: OrderedDict[Hashable, Callable[[], bool]] = OrderedDict()
        self._called: dict[Hashable, float] = {}

    @contextmanager
    def one(self) -> Iterator[None]:
        """Something of a visitor is on its way into the desk until the block ends."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._taken += 1
            self.call()

    def wait(self, message: Hashable, call: Callable[[], bool]) -> float:
        """After how many seconds that message may come; 0: now.

        `call` calls it before, and tells whether anybody is there to hear it.
        """
        called_at = self._called.pop(message, None)
        if called_at is not None:
            self._way += (self._now() - called_at - self._way) * LIKE_THE_LAST
            return 0.0
        if not self._line and self._under_way < UNDER_WAY:
            return 0.0
        if message in self._line or len(self._line) < LINE:
            self._line[message] = call
        return AGAIN_S + PACE_S * len(self._line)

    def call(self) -> None:
        """Call as many as there is room for. Also to be done now and then, for those who do not come."""
        now = self._now()
        if now - self._judged_at >= JUDGED_S:
            self._judge(now)
        while self._line and self._has_room():
            message, hears = self._line.popitem(last=False)
            if hears():
                self._called[message] = now

    def _judge(self, now: float) -> None:
        late = now - CALLED_S
        self._called = {one: at for one, at in self._called.items() if at > late}
        rate = self._taken / (now - self._judged_at)
        self._ahead = min(AHEAD * self._way * rate, AHEAD_MOST)
        self._taken, self._judged_at = 0, now

    def _has_room(self) -> bool:
        return self._under_way + len(self._called) < UNDER_WAY + self._ahead
