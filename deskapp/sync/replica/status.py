"""How a replica stands, and what one change of it came to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from deskapp.core.api import Change, ChangeSet
from deskapp.models.disk import FAILED, problem_of
from deskapp.sync.protocol.residency import DAYS
from deskapp.sync.replica.apply import Applier
from deskapp.sync.replica.local import LocalTx
from deskapp.sync.replica.outbox import NOTHING, Waiting
from deskapp.sync.replica.undo import Undone

ERRORS: Final = "disk_errors"
"""A disk that fails stops nothing here: what is not in the outbox is at the host."""


def trouble_of(error: BaseException) -> str:
    """As `Connection.trouble` says it; empty for what is not the disk's."""
    found = problem_of(error)
    return ERRORS if found == FAILED else found


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
    trouble: str = ""  # of this machine's disk


class News:
    """What one rebase came to."""

    def __init__(self) -> None:
        self.undone: Undone | None = None
        self.applier: Applier | None = None
        self.lost: Iterable[str] = ()
        self.more = False
        self.txs: list[LocalTx] = []


def change_set(seq: int, txs: Sequence[LocalTx], news: News | None) -> ChangeSet | None:
    """What a window may look at again after a rebase, or after `txs` alone; None: nothing."""
    changes: dict[tuple[str, int], Change] = {}
    tickets: set[str] = set()
    counts = any(tx.counts_moved for tx in txs)
    if news is not None and news.undone is not None and news.applier is not None:
        changes |= {(e, k): Change(e, k, uid, "upsert") for e, k, uid in news.undone.rows}
        changes |= news.applier.changes
        tickets |= news.undone.tickets | news.applier.tickets
        counts |= news.undone.counts or news.applier.counts
    for tx in txs:
        changes |= tx.changes
        tickets |= tx.seen_tickets
    return ChangeSet(seq, tuple(changes.values()), frozenset(tickets), counts) if changes else None
