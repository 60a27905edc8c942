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
from deskapp.sync.replica.transport import TICKET

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

    `transaction` opens one in which a page is written.
    """

    def __init__(self, transaction: Callable[[], AbstractContextManager[Applier]]) -> None:
        self._transaction = transaction
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
        lost = [n for n in self._marks if n not in held and not n.startswith(TICKET)]
        for name in lost:
            self._set(raw, name, None)
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
                applier.write(page.tables)
            applier.finish()
            after = mark if adds_up else c.ScopeMark(0)
            thread = scope.startswith(TICKET) and after.done
            self._set(applier.raw, scope, None if thread else after)
        if not adds_up:
            raise BootstrapMismatch(scope)

    def forget(self, raw: Any, scope: str) -> None:
        """The host has no such scope any more."""
        self._set(raw, scope, None)

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
    kinds = ("desk", "department", "person", "ticket")
    kind = scope.partition(":")[0]
    return (kinds.index(kind) if kind in kinds else len(kinds), scope)
