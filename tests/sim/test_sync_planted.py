"""The simulation is worth something: each of these bugs, put in on purpose, is found."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
import pytest

from deskapp.sync.protocol.live import News, Part
from deskapp.sync.protocol.messages import SyncAnswer, SyncRequest
from deskapp.sync.replica import derived, local, pushed, replica, undo
from deskapp.sync.replica.apply import Applier
from deskapp.sync.replica.bootstrap import Bootstrap
from deskapp.sync.replica.keys import Keys
from deskapp.sync.replica.outbox import Entry, Outbox
from deskapp.sync.replica.replica import Replica
from deskapp.sync.server import exchange, push
from deskapp.sync.server.exchange import Exchange
from tests.support.sync_history import Fault, History

TRIES = 100
"""Histories in which a bug must show; most show in the first."""

Patch = pytest.MonkeyPatch


def no_idempotency(patch: Patch) -> None:
    """The host runs a command as often as it arrives."""
    run = Exchange._submit

    def again(self: Exchange, agent_id: str, device: str, one: Any) -> Any:
        return run(
            self, agent_id, device, msgspec.structs.replace(one, id=self.authority.ids.new())
        )

    patch.setattr(Exchange, "_submit", again)


def no_undo(patch: Patch) -> None:
    """What was done here is not taken back before the host's rows come."""
    patch.setattr(replica, "restore", lambda raw: undo.Undone())


def results_apart(patch: Patch) -> None:
    """The rows of an answer are from before its commands."""
    sync = Exchange.sync

    def apart(self: Exchange, agent_id: str, device: str, request: SyncRequest) -> SyncAnswer:
        rows = sync(self, agent_id, device, msgspec.structs.replace(request, commands=()))
        answer = sync(self, agent_id, device, request)
        return msgspec.structs.replace(rows, results=answer.results)

    patch.setattr(Exchange, "sync", apart)


def rows_lost(patch: Patch) -> None:
    """The cursor moves on, but what an answer says of agents' own marks is not written."""
    write = Applier.write
    patch.setattr(
        Applier,
        "write",
        lambda self, tables: write(self, [t for t in tables if t.entity != "read_mark"]),
    )


def exits_ignored(patch: Patch) -> None:
    """A ticket that went to another department stays."""
    patch.setattr(Applier, "_remove_tickets", lambda self, found: None)


def scopes_kept(patch: Patch) -> None:
    """A lost department is not purged."""
    patch.setattr(Applier, "purge", lambda self, scope: None)


def ends_stay_open(patch: Patch) -> None:
    """A reference whose target comes later leads nowhere for ever."""
    patch.setattr(Applier, "_close_ends", lambda self, target, uids, keys: None)


def outbox_in_memory(patch: Patch) -> None:
    """What a person did is only remembered, not written, before it is sent."""
    add = Outbox._insert

    def remember(self: Outbox, entry: Entry) -> int:
        n = add(self, entry)
        self._db.execute("DELETE FROM command WHERE n = ?", (n,))
        return n

    patch.setattr(Outbox, "_insert", remember)


def index_left(patch: Patch) -> None:
    """Words of what was removed are still found."""
    patch.setattr(derived, "drop_messages", lambda raw, positions: None)


def counts_left(patch: Patch) -> None:
    """The counters do not follow the rows."""
    patch.setattr(derived, "move_counts", lambda raw, before, after: False)


def threads_in_part(patch: Patch) -> None:
    """A ticket whose beginning came before the ticket itself is not fetched whole."""
    patch.setattr(Bootstrap, "want_threads", lambda self, raw, arrived: None)


def keys_again(patch: Patch) -> None:
    """A key is given to a new row while a row made here still holds it."""

    def careless(self: Keys, raw: Any, table: str) -> Iterator[int]:
        if table not in self._next:
            (last,) = raw.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
            self._next[table] = itertools.count(last + 1)
        return self._next[table]

    patch.setattr(Keys, "_counter", careless)
    patch.setattr(local.log, "exception", lambda *_: None)


def never_settled(patch: Patch) -> None:
    """What the host has answered waits on."""
    patch.setattr(Replica, "_settle", lambda self, settled: None)


def seen_elsewhere(patch: Patch) -> None:
    """A ticket that left one scope goes, though the agent sees it by another."""

    class _Nothing:
        def column(self, *_: Any, **__: Any) -> list[str]:
            return []

    patch.setattr(exchange, "still_seen", lambda entity: _Nothing())


def _of_parts(patch: Patch, change: Callable[[Part], Part]) -> None:
    """Every part of what is pushed is another before it is written."""
    write = pushed.write

    def changed(replica: Replica, news: Sequence[News]) -> bool:
        return write(replica, [
            msgspec.structs.replace(one, parts=tuple(map(change, one.parts))) for one in news
        ])  # fmt: skip

    patch.setattr(pushed, "write", changed)


def gaps_ignored(patch: Patch) -> None:
    """News is written though something before it is missing."""
    _of_parts(patch, lambda part: msgspec.structs.replace(part, since=0))


def news_in_any_order(patch: Patch) -> None:
    """News is written though what came after it is here already."""

    def write(replica: Replica, news: Sequence[News]) -> bool:
        for one in news if not replica.waits and news[0].epoch == replica.epoch else ():
            scopes = tuple(replica.bootstrap.cursors)
            for part in one.parts:
                replica.answered([SyncAnswer(
                    epoch=one.epoch, scopes=scopes, cursors={part.scope: part.cursor},
                    removals=part.removals, tables=part.tables,
                )])  # fmt: skip
        return True

    patch.setattr(pushed, "write", write)


def rights_as_before(patch: Patch) -> None:
    """Who lost a department is sent what is new there."""
    patch.setattr(push, "RIGHTS", frozenset())


BUGS: tuple[Callable[[Patch], None], ...] = (
    no_idempotency,
    no_undo,
    results_apart,
    rows_lost,
    exits_ignored,
    scopes_kept,
    ends_stay_open,
    outbox_in_memory,
    index_left,
    counts_left,
    threads_in_part,
    keys_again,
    never_settled,
    seen_elsewhere,
    gaps_ignored,
    news_in_any_order,
    rights_as_before,
)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(bug: Callable[[Patch], None], monkeypatch: Patch) -> None:
    bug(monkeypatch)
    for seed in range(TRIES):
        try:
            History(seed, drop=0.3, disasters=8).run()
        except (Fault, AssertionError, LookupError):
            return
    pytest.fail(f"{TRIES} histories did not find it")
