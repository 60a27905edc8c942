"""A demo desk, opened to be asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from deskapp.app.bootstrap import open_desk
from deskapp.core.api import Query, Workspace
from deskapp.system.paths import Profile

R = TypeVar("R")
WAIT_SECONDS = 90


@dataclass(frozen=True, slots=True)
class StandingClock:
    """Always the same moment."""

    at: int

    def now(self) -> int:
        return self.at


@dataclass
class DemoDesk:
    workspace: Workspace

    def ask(self, query: Query[R]) -> R:
        return self.workspace.query(query).result(WAIT_SECONDS)


def open_demo(profile: Profile, now: int) -> Iterator[DemoDesk]:
    """Open, yield, close. As a fixture's body."""
    with open_desk(profile, clock=StandingClock(now)) as desk:
        yield DemoDesk(desk.workspace)
