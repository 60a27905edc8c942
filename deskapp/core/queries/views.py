"""Lists of tickets.

A view is named by a string, so that it can be a counter's key, a setting's key and a part of a URL:
`mine`, `unassigned`, `needs_reply`, `snoozed`, `to_send`, `all`, `done`, `spam`, `trash`,
`account:<id>`, `department:<id>`, `tag:<name>`, `saved:<id>`, `contact:<id>`, `status:<status>`.
"""

from dataclasses import dataclass

from deskapp.core.api import Query
from deskapp.models.dto import Condition, Sidebar, TicketIdPage, TicketRow
from deskapp.models.enums import SortOrder

MINE = "mine"
UNASSIGNED = "unassigned"
NEEDS_REPLY = "needs_reply"
SNOOZED = "snoozed"
TO_SEND = "to_send"
ALL = "all"
DONE = "done"
SPAM = "spam"
TRASH = "trash"

FIELDS: dict[str, tuple[str, ...]] = {
    "status": ("is", "is_not"),  # new, open, waiting, solved, closed
    "tag": ("has", "has_not"),  # a tag's name
    "contact": ("is", "contains"),  # id; part of a name, mail address or organisation
    "text": ("contains",),  # full text
    "account": ("is", "is_not"),  # id
    "channel": ("is", "is_not"),
    "assignee": ("is", "is_not"),  # id, "me", "" for nobody
    "needs_reply": ("is",),  # yes, no
    "created": ("before", "after", "within_days"),  # ISO date, or a number of days
    "updated": ("before", "after", "within_days"),
}
"""What a saved view may test: field → operators."""


@dataclass(frozen=True, slots=True)
class TicketIds(Query[TicketIdPage]):
    """Keys of a view in its order. `limit` None: all of them."""

    view: str
    order: SortOrder = SortOrder.NEWEST
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class TicketRows(Query[tuple[TicketRow, ...]]):
    """Rows of these keys, in their order; a key that is gone is left out."""

    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TicketKeysOf(Query[tuple[int, ...]]):
    """Keys of these ids that still belong to `view` (a ChangeSet arrived: which rows are in?)."""

    view: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GetSidebar(Query[Sidebar]):
    """Everything that the views column shows, with counts by view name."""


@dataclass(frozen=True, slots=True)
class PreviewView(Query[int]):
    """How many tickets a saved view would hold, while it is being built."""

    conditions: tuple[Condition, ...]
    match_all: bool = True
