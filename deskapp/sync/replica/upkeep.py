"""Sees to it that as much is here as is wanted, and that it is right. All in the transactions of the replica."""

import logging
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Connection

from deskapp.sync.protocol.messages import Sums
from deskapp.sync.replica import cache as c
from deskapp.sync.replica import derived
from deskapp.sync.replica.apply import Applier
from deskapp.sync.replica.bootstrap import Bootstrap
from deskapp.sync.replica.checking import Checker, bound_of, differing, strays, sweep
from deskapp.sync.replica.indexing import mend
from deskapp.sync.replica.local import LocalRunner
from deskapp.sync.replica.outbox import Outbox
from deskapp.sync.replica.residency import Window, fallen, unsent

log = logging.getLogger(__name__)

REPAIRED = "repaired_at"
_DIFFERS = "what is here of %s differs from the host (%s): %s"


class Upkeep:
    """`in_use` answers the tickets that a person looks at."""

    def __init__(
        self, outbox: Outbox, runner: LocalRunner, in_use: Callable[[], Collection[str]]
    ) -> None:
        self._outbox = outbox
        self._runner = runner
        self._in_use = in_use
        self.window = Window(outbox)
        self.checker = Checker()

    @property
    def repaired_at(self) -> int:
        """When what is here was last found to differ from the host (ms); 0: never."""
        return int(self._outbox.mark(REPAIRED) or 0)

    def load(self, raw: Any) -> None:
        self.window.load(raw)
        self.checker.load(raw)

    def fallen(self, connection: Connection, touched: Collection[str]) -> dict[str, int]:
        """Some threads that fell out of the window; none of `touched`, which something waits for that was done here."""
        actor = self._runner.actor(connection)
        if actor is None or actor.key is None:
            return {}
        used = {*self._in_use(), *touched, *unsent(self._outbox)}
        return fallen(connection, self.window.since, actor.key, used)

    def compare(
        self, connection: Connection, applier: Applier, sums: Sums, copy: Bootstrap, now: int
    ) -> None:
        """Without what is local, and with all that the same answer told: it must be the same here."""
        raw = c.raw_of(connection)
        bound = self._bound(connection, copy, sums.scope, self.window.since)
        entity = differing(connection, sums, bound)
        if entity:
            again = self.checker.doubt(raw, sums.scope, now)
            what = "it is fetched again" if again else "fetching it again did not help"
            log.warning(_DIFFERS, sums.scope, entity, what)
            if again:
                copy.want_again(raw, sums.scope)
            self._outbox.set_mark(REPAIRED, str(now))
            return
        if mend(raw, sums.parts):
            log.warning(_DIFFERS, sums.scope, "words", "they are entered anew")
            self._outbox.set_mark(REPAIRED, str(now))
        self.checker.took(raw, sums, now)
        found = strays(connection, bound) if self.checker.resting and bound["agent_"] else []
        if found:
            log.warning(_DIFFERS, "no scope", found[0].entity, "it is taken out")
            applier.remove(found)
            self._put_right(applier)
            self._outbox.set_mark(REPAIRED, str(now))

    def repaired(
        self, connection: Connection, applier: Applier, copy: Bootstrap, scope: str, since: int
    ) -> None:
        """All of a scope has come again: what did not is not the host's."""
        since = max(since, self.window.since)
        sweep(applier, connection, scope, self._bound(connection, copy, scope, since))
        applier.raw.execute("DELETE FROM fetched")
        self._put_right(applier)

    def _put_right(self, applier: Applier) -> None:
        applier.finish()
        derived.put_right(applier.raw)
        applier.counts = True

    def _bound(
        self, connection: Connection, copy: Bootstrap, scope: str, since: int
    ) -> dict[str, Any]:
        actor, raw = self._runner.actor(connection), c.raw_of(connection)
        key = actor.key if actor and actor.key else 0
        return bound_of(raw, copy.cursors, scope, key, since)
