"""How a replica stands, and what one change of it came to."""

from collections.abc import Iterable
from dataclasses import dataclass

from deskapp.sync.protocol.residency import DAYS
from deskapp.sync.replica.apply import Applier
from deskapp.sync.replica.local import LocalTx
from deskapp.sync.replica.outbox import NOTHING, Waiting
from deskapp.sync.replica.undo import Undone


@dataclass(frozen=True, slots=True)
class Status:
    """`complete_to` is the host's time (ms) up to which all is here; `first_sync` 0…1 while it is fetched."""

    epoch: str = ""
    seq: int = 0
    complete_to: int = 0
    first_sync: float | None = None
    waiting: Waiting = NOTHING
    made: str = ""  # why the cache was made anew: new, damaged, schema, agent
    days: int = DAYS  # how much is kept
    repaired_at: int = (
        0  # when a part of what is here was last found to differ from the host; 0: never
    )
    since: int = 0  # the time (ms) from which on all that was touched is here; 0: everything


class News:
    """What one rebase came to."""

    def __init__(self) -> None:
        self.undone: Undone | None = None
        self.applier: Applier | None = None
        self.lost: Iterable[str] = ()
        self.more = False
        self.txs: list[LocalTx] = []
