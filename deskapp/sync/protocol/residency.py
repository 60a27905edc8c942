"""What a machine keeps of what its agent may see: the one rule, for the host that sends and the machine that lets go.

Open and snoozed tickets, those assigned to the agent, and those that were touched since a time; and what was merged
into one of them, because it shows there. A thread is kept whole or not at all.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from deskapp.models import tables as t
from deskapp.models.enums import Bucket

DAYS: Final = 90
DAY_MS: Final = 86_400_000
EVERYTHING: Final = 36_500
"""In days: a window that nothing falls out of."""
MERGES: Final = 2
"""Merges into what was merged, that are followed to where it shows."""


def kept(ticket: Any, since: str = "since_", depth: int = MERGES) -> ColumnElement[bool]:
    """Whether a row of `ticket` is kept; `since` names the bound time (ms), `agent_` is the agent's key."""
    own: ColumnElement[bool] = or_(
        ticket.c.bucket == Bucket.ACTIVE,
        ticket.c.bucket == Bucket.SNOOZED,
        ticket.c.updated_at >= bindparam(since),
        func.coalesce(ticket.c.assignee_id, 0) == bindparam("agent_"),  # never null: it is negated
    )
    if not depth:
        return own
    into = t.ticket.alias(f"into_{since}{depth}")
    shown = select(into.c.id).where(into.c.id == ticket.c.merged_into, kept(into, since, depth - 1))
    return or_(own, and_(ticket.c.merged_into.is_not(None), shown.exists()))


def since_of(now: int, days: int) -> int:
    """Where a window of so many days begins (ms); 0 when nothing falls out of it."""
    return max(now - days * DAY_MS, 0) if days < EVERYTHING else 0
