"""Compares what is here with what the host has, a slice after another; a part that differs is fetched again.

Both sides go through the same rows by the same statements, in the snapshot of one answer and with nothing local
on top. The host's sums are only ever compared with: what is here is counted here.
"""
# ruff: noqa: S608  # the names in these statements are those of our own tables

import logging
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from deskapp.sync.protocol.messages import Check, Removal, Sum, Sums
from deskapp.sync.protocol.tables import ENTITIES, columns_of, shape
from deskapp.sync.replica import cache as c
from deskapp.sync.replica.apply import Applier
from deskapp.sync.server.rows import KINDS, OWN, summed, unseen
from deskapp.sync.server.sums import END, hash_of, rows_of

log = logging.getLogger(__name__)

HOUR_MS: Final = 3_600_000
AN_HOUR_FOR: Final = 50_000
"""So many rows are gone through in an hour at most: 300 machines of a large desk do not keep its host busy."""
AT_ONCE: Final = 8
"""Slices that are asked for in one step of the loop; the others follow with the next ones."""
_DUE, _DOUBTED = "check_due", "doubted:"


class Checker:
    """Which slice is next, and when the next walk begins. `scopes` are those that are followed."""

    def __init__(self) -> None:
        self._left: list[str] = []
        self._place = ("", "")
        self._rows = 0
        self._due = 0

    def load(self, raw: Any) -> None:
        self._left, self._place, self._rows = [], ("", ""), 0
        self._due = int(c.mark(raw, _DUE, "0"))

    def next(self, scopes: Collection[str], since: int, now: int) -> Check | None:
        """What to ask now; None: all was compared not long ago."""
        self._left = [scope for scope in self._left if scope in scopes]
        if not self._left:
            if now < self._due:
                return None
            self._left, self._place, self._rows = sorted(scopes), ("", ""), 0
        if not self._left:
            return None
        entity, after = self._place
        return Check(scope=self._left[0], since=since, shape=shape(), entity=entity, after=after)

    def took(self, raw: Any, sums: Sums, now: int) -> None:
        """That slice fits: on to the next one, or to rest."""
        self._rows += sum(part.count for part in sums.parts)
        self._place = (sums.entity, sums.after)
        if not sums.entity and self._left:
            scope = self._left.pop(0)
            c.set_mark(raw, _DOUBTED + scope, "")
        self._rest(raw, now)

    def doubt(self, raw: Any, scope: str, now: int) -> bool:
        """That scope differs. Whether to fetch it again: not, when that was done and did not help."""
        before = c.mark(raw, _DOUBTED + scope)
        c.set_mark(raw, _DOUBTED + scope, now)
        self._place = ("", "")
        if before:
            self._left.remove(scope)
            self._rest(raw, now)
        return not before

    @property
    def resting(self) -> bool:
        """Whether all was compared."""
        return not self._left

    def unanswered(self, raw: Any, now: int) -> None:
        """The host has no sums for this program."""
        self._left = []
        self._rest(raw, now)

    def _rest(self, raw: Any, now: int) -> None:
        if not self._left:
            self._due = now + HOUR_MS * max(1, self._rows // AN_HOUR_FOR)
            c.set_mark(raw, _DUE, self._due)


def differing(connection: Connection, sums: Sums, bound: Mapping[str, Any]) -> str:
    """The entity in which what is here is not what the host has; empty: it is the same. `bound`: see `bound_of`."""
    kind = sums.scope.partition(":")[0]
    raw = c.raw_of(connection)
    return next((p.entity for p in sums.parts if not _fits(connection, raw, kind, p, bound)), "")


def _fits(connection: Connection, raw: Any, kind: str, part: Sum, bound: Mapping[str, Any]) -> bool:
    entity = part.entity
    most = part.count + 1  # one too many is enough
    rows = list(rows_of(connection, entity, kind, bound, part.after, part.upto, most))
    if len(rows) != part.count:
        return False
    place = {column.name: at for at, column in enumerate(columns_of(entity), start=1)}
    by_uid = {row[0]: row for row in rows}
    for uid, name, target in _open_ends(raw, entity, part.after, part.upto):
        if (
            uid in by_uid
        ):  # it refers to what is not here, or not to be seen: that is the host's business
            by_uid[uid][place[name]] = target
    return hash_of(rows) == part.hash


def _open_ends(raw: Any, entity: str, after: str, upto: str) -> Iterable[tuple[str, str, str]]:
    return raw.execute(  # type: ignore[no-any-return]
        f"SELECT here.uid, d.name, d.target_uid FROM dangling AS d JOIN {entity} AS here "
        "ON here.id = d.key WHERE d.entity = ? AND here.uid > ? AND here.uid <= ?",
        (entity, after, upto),
    )


def bound_of(
    raw: Any, scopes: Collection[str], scope: str, agent_key: int, since: int
) -> dict[str, Any]:
    """Values for the statements, in this machine's own keys."""
    keys = dict(raw.execute("SELECT 'department:' || uid, id FROM department").fetchall())
    return {
        "agent_": agent_key,
        "departments_": [keys[name] for name in scopes if name in keys],
        "key_": keys.get(scope, 0),
        "since_": since,
    }


def strays(connection: Connection, bound: Mapping[str, Any]) -> list[Removal]:
    """What is here and in no scope that is followed, so that no comparison comes by it."""
    return [
        Removal(entity=entity, id=uid)
        for entity in ENTITIES
        if entity == "ticket" or entity in OWN
        for uid in unseen(entity).column(connection, **bound)
    ]


def sweep(applier: Applier, connection: Connection, scope: str, bound: Mapping[str, Any]) -> None:
    """Take out what is here of a scope and was not told while it was fetched again."""
    kind, gone = scope.partition(":")[0], []
    for entity in ENTITIES:
        if entity in KINDS[kind]:
            told = applier.raw.execute("SELECT uid FROM fetched WHERE entity = ?", (entity,))
            known = {uid for (uid,) in told}
            found = summed(entity, kind).run(connection, **bound, after_="", upto_=END, limit_=-1)
            gone += [Removal(entity=entity, id=row[0]) for row in found if row[0] not in known]
    applier.remove(gone)
