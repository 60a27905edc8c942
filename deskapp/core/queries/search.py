"""Search over everything local."""

from dataclasses import dataclass

from deskapp.core.api import Query
from deskapp.models.dto import SearchPage


@dataclass(frozen=True, slots=True)
class Search(Query[SearchPage]):
    """Words (the last one as a prefix), "phrases", and `from: to: tag: status: account: assignee: channel:
    before: after: is:unread|needs_reply|snoozed|held|spam|trash has:attachment #number`. Accent-blind, newest
    first; what is in spam, in the trash or held is found only when it is asked for by `is:`."""

    text: str
    limit: int = 50
    before: int | None = None  # SearchPage.before of the page above
    zone: str = "UTC"  # IANA name of the time zone in which `before:` and `after:` are days
