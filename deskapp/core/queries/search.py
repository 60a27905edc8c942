"""Search over everything local."""

from dataclasses import dataclass

from deskapp.core.api import Query
from deskapp.models.dto import SearchPage


@dataclass(frozen=True, slots=True)
class Search(Query[SearchPage]):
    """Words (the last one as a prefix), "phrases", and `from: to: tag: status: account: assignee: channel:
    before: after: is:unread|needs_reply|snoozed has:attachment #number`. Accent-blind, newest first."""

    text: str
    limit: int = 50
    before: int | None = None  # what the page before said
