"""The read side: the SQL of every query. Runs on reader threads, answers DTOs.

A reader is imported when a query of its noun is first asked: the first paint needs only the views.
"""

import importlib
from collections.abc import Callable
from typing import Any

from deskapp.core.readers.base import Reading, reader_of

__all__ = ["Reading", "load_all", "reader_for"]

MODULES: dict[str, tuple[str, ...]] = {
    "views": ("views",),
    "tickets": ("tickets", "conversation"),
    "contacts": ("contacts", "suggestions"),
    "search": ("search",),
    "desk": ("desk",),
    "mail": ("mail",),
    "webchat": ("webchat",),
    "team": ("team",),
    "rooms": ("rooms",),
}
"""Modules of deskapp.core.queries, and where their readers are."""


def reader_for(query: type[Any]) -> Callable[[Reading, Any], Any]:
    """The function that answers queries of this type. Raises `KeyError` when there is none."""
    if query not in reader_of.registry:
        _load(query.__module__.rpartition(".")[2])
    return reader_of.registry[query]


def load_all() -> dict[type[Any], Callable[[Reading, Any], Any]]:
    """Import every reader and return the registry."""
    for noun in MODULES:
        _load(noun)
    return reader_of.registry


def _load(noun: str) -> None:
    for name in MODULES[noun]:
        importlib.import_module(f"deskapp.core.readers.{name}")
