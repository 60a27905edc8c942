"""The registry of handlers: what each command does."""

from collections.abc import Callable
from typing import Any, TypeVar

from deskapp.core.api import Command, Outcome
from deskapp.core.authority.tx import Tx

C = TypeVar("C", bound=Command)
Handler = Callable[[Tx, Any], Outcome]

HANDLERS: dict[type[Command], Handler] = {}


def handles(command: type[C]) -> Callable[[Callable[[Tx, C], Outcome]], Callable[[Tx, C], Outcome]]:
    """Decorator: this function carries out commands of that type, or raises `Rejected`."""

    def register(function: Callable[[Tx, C], Outcome]) -> Callable[[Tx, C], Outcome]:
        if command in HANDLERS:
            raise TypeError(f"{command.__name__} has a handler already")
        HANDLERS[command] = function
        return function

    return register


def done(undo: Command | None = None, **result: object) -> Outcome:
    """A handler's answer; the executor adds the command's id and seq."""
    return Outcome("", 0, result, undo)
