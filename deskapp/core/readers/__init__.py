"""The read side: the SQL of every query. Runs on reader threads, answers DTOs."""

from collections.abc import Callable
from typing import Any

from deskapp.core.readers.base import Reading, reader_of

__all__ = ["READERS", "Reading", "reader_of"]

READERS: dict[type[Any], Callable[[Reading, Any], Any]] = reader_of.registry

from deskapp.core.readers import (  # noqa: E402,F401  importing registers them
    contacts,
    conversation,
    desk,
    mail,
    search,
    suggestions,
    tickets,
    views,
)
