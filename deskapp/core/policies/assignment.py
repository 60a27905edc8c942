"""Who a new ticket goes to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assignment:
    """`agent_key` None: it waits in "unassigned". `why` and `candidates` go into the receipt."""

    agent_key: int | None
    why: str
    candidates: tuple[str, ...]


def assign_new(agents: Sequence[tuple[int, str]]) -> Assignment:
    """A desk with one person gives everything to that person; with several, the queue is shared."""
    names = tuple(name for _, name in agents)
    if len(agents) == 1:
        return Assignment(agents[0][0], "only_agent", names)
    return Assignment(None, "shared_queue", names)
