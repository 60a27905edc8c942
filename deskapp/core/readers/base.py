"""What a reader is handed, and the registry that finds it by the type of its query."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, select

from deskapp.core.api import Query
from deskapp.core.readers.statements import Statement
from deskapp.models import tables as t

R = TypeVar("R")
Q = TypeVar("Q", bound=Query[Any])

_AGENT_KEY = Statement(select(t.agent.c.id).where(t.agent.c.uid == bindparam("uid")))


@dataclass(frozen=True, slots=True)
class Reading:
    """One query at work: a connection in a read snapshot, who asks, and what time it is (ms, UTC).

    `restricted`: only what that agent may see (`readers.visibility`), because it is answered to another machine.
    """

    connection: Connection
    agent_id: str
    now: int
    restricted: bool = False

    def agent_key(self) -> int:
        """The asking agent's integer key; 0 for the desk itself."""
        return int(_AGENT_KEY.scalar(self.connection, uid=self.agent_id) or 0)


class _Registry:
    def __init__(self) -> None:
        self.registry: dict[type[Any], Callable[[Reading, Any], Any]] = {}

    def __call__(
        self, query: type[Query[R]]
    ) -> Callable[[Callable[[Reading, Q], R]], Callable[[Reading, Q], R]]:
        """Decorator: this function answers queries of that type."""

        def register(function: Callable[[Reading, Q], R]) -> Callable[[Reading, Q], R]:
            if query in self.registry:
                raise TypeError(f"{query.__name__} has a reader already")
            self.registry[query] = function
            return function

        return register


reader_of = _Registry()
