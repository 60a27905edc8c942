"""The window of what is kept here: what falls out of it goes, and when it is made larger, what is older comes."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, not_, select

from deskapp.core.readers.statements import Statement, among
from deskapp.models import tables as t
from deskapp.sync.protocol.residency import (
    DAY_MS,
    DAYS,
    EVERYTHING,
    MERGES,
    kept,
    since_of,
)
from deskapp.sync.replica import cache as c
from deskapp.sync.replica.outbox import Outbox

HOUR_MS: Final = 3_600_000
AT_ONCE: Final = 500
"""Threads that go in one commit: whoever writes meanwhile does not wait long."""
_DAYS, _SINCE, _LOOKED = "days", "since", "window_looked_at"
_UID: Final = re.compile(r"[0-9a-f]{32}")

_FALLEN: Final = Statement(
    select(t.ticket.c.uid, t.ticket.c.id)
    .where(not_(kept(t.ticket)), ~among(t.ticket.c.id, "used_"))
    .where(t.ticket.c.id.not_in(select(t.draft.c.ticket_id)))
    .limit(bindparam("limit_"))
)
_OF_MESSAGES: Final = Statement(
    select(t.message.c.ticket_id).where(among(t.message.c.uid, "uids_")).distinct()
)
_TICKETS: Final = Statement(select(t.ticket.c.id).where(among(t.ticket.c.uid, "uids_")))
_AROUND: Final = Statement(
    select(t.ticket.c.merged_into)
    .where(among(t.ticket.c.id, "keys_"), t.ticket.c.merged_into.is_not(None))
    .union(select(t.ticket.c.id).where(among(t.ticket.c.merged_into, "keys_")))
)


def fallen(
    connection: Connection, since: int, agent_key: int, used: Collection[str]
) -> dict[str, int]:
    """(uid → key) of some threads outside the window from `since` on, but for those with a draft.

    `used`: uids of tickets, or of what was said in them, that stay, with all that shows as one with them.
    """
    keys = set(_TICKETS.column(connection, uids_=used))
    keys |= set(_OF_MESSAGES.column(connection, uids_=used))
    for _ in range(MERGES):
        keys |= set(_AROUND.column(connection, keys_=keys))
    rows = _FALLEN.run(connection, since_=since, agent_=agent_key, used_=keys, limit_=AT_ONCE)
    return dict(rows.fetchall())


def resident(connection: Connection, uids: Collection[str]) -> set[str]:
    """Those of these tickets that are here."""
    here = select(t.ticket.c.uid).where(t.ticket.c.uid.in_(list(uids)))
    return set(connection.execute(here).scalars())


def named_in(body: Any) -> Iterator[str]:
    """Every uid in what a command says."""
    if isinstance(body, str):
        if _UID.fullmatch(body):
            yield body
    elif isinstance(body, Mapping):
        for value in body.values():
            yield from named_in(value)
    elif isinstance(body, list | tuple):
        for value in body:
            yield from named_in(value)


def unsent(outbox: Outbox) -> set[str]:
    """The uids that anything names which has not reached the host, or was typed only."""
    entries = (*outbox.pending, *outbox.refused, *(draft.entry for draft in outbox.drafts))
    typed = {draft.ticket_id for draft in outbox.drafts}
    return typed.union(*(set(named_in(entry.body)) for entry in entries))


class Window:
    """How much is kept here: chosen for this machine, and remembered beside what was not sent.

    `since`: everything that was touched from there on (ms, by the host's clock) is here, once the copy is whole.
    """

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.days = int(outbox.mark(_DAYS) or DAYS)
        self.since = 0
        self._looked_at = 0

    def load(self, raw: Any) -> None:
        self.since = int(c.mark(raw, _SINCE, "0"))
        self._looked_at = int(c.mark(raw, _LOOKED, "0"))

    def choose(self, days: int) -> None:
        """Keep the last so many days from now on."""
        self.days = min(max(days, 1), EVERYTHING)
        self._outbox.set_mark(_DAYS, str(self.days))
        self._looked_at = 0

    def is_due(self, now: int) -> bool:
        return now - self._looked_at >= HOUR_MS

    def looked(self, raw: Any, now: int) -> None:
        self._looked_at = now
        c.set_mark(raw, _LOOKED, now)

    def wanted(self, now: int) -> int:
        return since_of(now, self.days)

    def grew(self, now: int) -> bool:
        """Whether there is something older to be fetched."""
        return self.since - self.wanted(now) >= DAY_MS

    def move(self, raw: Any, since: int) -> None:
        self.since = since
        c.set_mark(raw, _SINCE, since)
