"""Which scopes this machine follows and how far, and the fetching of those that are new to it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from zlib import crc32

from deskapp.sync.protocol.messages import BootstrapPage, SyncAnswer
from deskapp.sync.replica import cache as c
from deskapp.sync.replica.apply import Applier
from deskapp.sync.replica.derived import listed
from deskapp.sync.replica.residency import Window
from deskapp.sync.replica.transport import AGAIN, ASIDE, OLDER, TICKET

_OLDER_SINCE, _AGAIN_SINCE = "older_since", "again_since:"
_INCOMPLETE = """
SELECT uid FROM ticket WHERE uid IN (SELECT value FROM json_each(?)) AND (
    uid IN (SELECT ticket_uid FROM left_out) OR NOT EXISTS (
        SELECT 1 FROM ticket_event WHERE ticket_id = ticket.id AND kind = 'ticket_created'))
"""
"""Tickets that came in part: they were not kept here and have stirred again, or some of it came before them."""


class BootstrapMismatch(Exception):
    """What came is not what the host counted. The scope is fetched from the beginning."""


class Bootstrap:
    """The marks of all scopes, as they are in the cache; `building` while the first copy is fetched.

    `transaction` opens one in which a page is written; `window` says how much is fetched. `repaired` is called
    in the last transaction of a scope that was fetched again, with the time since when all of it came.
    """

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[Applier]],
        window: Window,
        repaired: Callable[[Applier, str, int], None],
    ) -> None:
        self._transaction = transaction
        self._window = window
        self._repaired = repaired
        self._marks: dict[str, c.ScopeMark] = {}
        self._totals: dict[str, int] = {}
        self.building = True

    def load(self, raw: Any) -> None:
        self._marks = c.scope_marks(raw)
        self._totals = {}
        self.building = bool(c.mark(raw, c.BUILDING))

    @property
    def cursors(self) -> Mapping[str, int]:
        """How far each scope is followed that is here in full."""
        return {name: mark.cursor for name, mark in self._marks.items() if mark.done}

    @property
    def unfinished(self) -> list[tuple[str, str]]:
        """(scope, token) of what is to be fetched, in the order in which it is: what all refer to first."""
        names = [name for name, mark in self._marks.items() if not mark.done]
        return [(name, self._marks[name].token) for name in sorted(names, key=_order)]

    @property
    def progress(self) -> float:
        """0…1 of the rows of which the host has told how many there are."""
        came = sum(sum(self._marks[name].counts.values()) for name in self._totals)
        return min(came / max(sum(self._totals.values()), 1), 1.0)

    def follow(self, raw: Any, answer: SyncAnswer) -> list[str]:
        """Take up the scopes that are new to this machine; returns those that were lost."""
        for name in answer.scopes:
            if name not in self._marks:
                self._set(raw, name, c.ScopeMark(0))
        held = set(answer.scopes)
        lost = [n for n in self._marks if n not in held and not n.startswith(ASIDE)]
        for name in lost:
            for prefix in ("", OLDER, AGAIN):
                self.forget(raw, prefix + name)
        return lost

    def advance(self, raw: Any, cursors: Mapping[str, int]) -> None:
        """What was told up to there is written in the same transaction."""
        for name, cursor in cursors.items():
            mark = self._marks.get(name)
            if mark is not None and mark.done and mark.cursor != cursor:
                self._set(raw, name, replace(mark, cursor=cursor))

    def want_threads(self, raw: Any, arrived: Collection[str]) -> None:
        """Tickets that came in part are to be fetched whole."""
        if arrived:
            for (uid,) in raw.execute(_INCOMPLETE, listed(arrived)).fetchall():
                self._set(raw, TICKET + uid, c.ScopeMark(0))
                raw.execute("DELETE FROM left_out WHERE ticket_uid = ?", (uid,))

    def want_thread(self, raw: Any, uid: str) -> None:
        """A ticket is to be fetched, unless it is here."""
        here = raw.execute("SELECT 1 FROM ticket WHERE uid = ?", (uid,)).fetchone()
        if not here and TICKET + uid not in self._marks:
            self._set(raw, TICKET + uid, c.ScopeMark(0))

    @property
    def threads(self) -> set[str]:
        """Tickets that are still to be fetched."""
        return {n.removeprefix(TICKET) for n in self._marks if n.startswith(TICKET)}

    def want_older(self, raw: Any) -> None:
        """The window was made larger: of each scope what is older is to be fetched."""
        c.set_mark(raw, _OLDER_SINCE, 0)
        for name in self.cursors:
            self._set(raw, OLDER + name, c.ScopeMark(0))

    def _grown(self, raw: Any) -> None:
        """When nothing older is left to be fetched the window is as large as was wanted."""
        since = int(c.mark(raw, _OLDER_SINCE, "0"))
        if not self.growing and since < self._window.since:
            self._window.move(raw, since)

    def drop_older(self, raw: Any) -> None:
        """What was being fetched of the older part is not wanted any more."""
        for name in [name for name in self._marks if name.startswith(OLDER)]:
            self._set(raw, name, None)

    @property
    def growing(self) -> bool:
        """Whether something older is still to be fetched."""
        return any(name.startswith(OLDER) for name in self._marks)

    def want_again(self, raw: Any, scope: str) -> None:
        """What is here of a scope differs from the host: all of it is to be fetched, and the rest to go."""
        raw.execute("DELETE FROM fetched")
        self._set(raw, AGAIN + scope, c.ScopeMark(0))

    @property
    def repairing(self) -> bool:
        """Whether a scope is fetched again: whatever is told meanwhile is remembered."""
        return any(name.startswith(AGAIN) for name in self._marks)

    def _came(self, raw: Any, scope: str, pages: Sequence[BootstrapPage], *, done: bool) -> None:
        """Learn from when on everything is here: from where the least of the scopes has it."""
        since = max((page.since for page in pages), default=0)
        if scope.startswith(OLDER):
            since = max(since, int(c.mark(raw, _OLDER_SINCE, "0")))
            c.set_mark(raw, _OLDER_SINCE, since)
            if done:
                self._grown(raw)
        elif not scope.startswith(ASIDE) and since > self._window.since:
            self._window.move(raw, since)

    def pages(self, scope: str, pages: Sequence[BootstrapPage]) -> None:
        """Write some pages, and where to go on after them. Raises `BootstrapMismatch`."""
        mark = self._marks.get(scope)
        if mark is None:  # it was lost meanwhile
            return
        adds_up = True
        for page in pages:
            if page.total:
                self._totals[scope] = page.total
            mark = _after(mark, page, page.cursors.get(scope, mark.cursor))
            same = (dict(page.counts), page.checksum) == (mark.counts, f"{mark.checksum:08x}")
            adds_up = same or not page.done
        with self._transaction() as applier:
            for page in pages:
                if page.since and scope.startswith(AGAIN):
                    c.set_mark(applier.raw, _AGAIN_SINCE + scope, page.since)
                applier.write(page.tables)
            applier.finish()
            after = mark if adds_up else c.ScopeMark(0)
            once = scope.startswith(ASIDE) and after.done
            if once and scope.startswith(AGAIN):
                since = int(c.mark(applier.raw, _AGAIN_SINCE + scope, "0"))
                self._repaired(applier, scope.removeprefix(AGAIN), since)
            self._set(applier.raw, scope, None if once else after)
            self._came(applier.raw, scope, pages, done=once)
        if not adds_up:
            raise BootstrapMismatch(scope)

    def forget(self, raw: Any, scope: str) -> None:
        """The host has no such scope any more."""
        if scope in self._marks:
            self._set(raw, scope, None)
            if scope.startswith(OLDER):
                self._grown(raw)

    def built(self, raw: Any) -> None:
        c.set_mark(raw, c.BUILDING, "")
        self.building = False

    def _set(self, raw: Any, name: str, mark: c.ScopeMark | None) -> None:
        c.set_scope(raw, name, mark)
        if mark is None:
            self._marks.pop(name, None)
            self._totals.pop(name, None)
        else:
            self._marks[name] = mark


def _after(mark: c.ScopeMark, page: BootstrapPage, cursor: int) -> c.ScopeMark:
    counts, checksum = dict(mark.counts), mark.checksum
    for rows in page.tables:
        counts[rows.entity] = counts.get(rows.entity, 0) + len(rows.rows)
        checksum = crc32("".join([row[0] for row in rows.rows]).encode(), checksum)
    return c.ScopeMark(cursor, page.token, counts, checksum, page.done)


def _order(scope: str) -> tuple[int, str]:
    kinds = ("desk", "department", "person", "ticket", "again", "older")
    kind = scope.partition(":")[0]
    return (kinds.index(kind) if kind in kinds else len(kinds), scope)
