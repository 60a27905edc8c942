"""Whether the desk keeps up with its visitors. When not, they are told to wait, so that agents do not have to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

UNDER_WAY: Final = 40
"""So many messages of visitors may be on their way into the desk; an agent's word is behind no more than these."""
AGAIN_S: Final = (1.0, 4.0)
"""After how long to try again, between the two, so that not all come back together."""


class Pressure:
    """For one thread."""

    def __init__(self) -> None:
        self._under_way = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Something of a visitor is on its way into the desk until the block ends."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    def wait(self, client_id: str) -> float:
        """After how many seconds the message of that id (hexadecimal) may come; 0: now."""
        if self._under_way < UNDER_WAY:
            return 0.0
        first, last = AGAIN_S
        return first + (last - first) * (int(client_id[-2:], 16) / 255)
