"""In which order commands go up: as they were given, but what a file must reach the host for holds up only its own."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from deskapp.sync.replica.outbox import Entry
from deskapp.sync.replica.residency import named_in

SHARED: Final = frozenset(
    {"account_id", "agent_id", "assignee_id", "author_id", "canned_ids", "client_id",
     "department_id", "department_ids", "member_ids", "mentions"}
)  # fmt: skip
"""Fields that name what many commands are about: no order follows from these."""


def sendable(
    waiting: Iterable[Entry], missing: Callable[[Mapping[str, Any]], bool]
) -> Iterator[Entry]:
    """Those that may go now. `missing`: a body names a file that is not at the host yet.

    Whatever names the same ticket (message, contact, room) as one that has to wait, waits behind it.
    """
    held: set[str] = set()
    for entry in waiting:
        about = set(_about(entry.body))
        if missing(entry.body) or about & held:
            held |= about
        else:
            yield entry


def _about(body: Mapping[str, Any]) -> Iterator[str]:
    for name, value in body.items():
        if name not in SHARED:
            yield from named_in(value)
