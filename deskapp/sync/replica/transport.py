"""What a replica asks of its host, whatever carries it."""

from collections.abc import Iterator
from typing import Protocol

from deskapp.sync.protocol.messages import BootstrapPage, Hello, SyncAnswer, SyncRequest

TICKET = "ticket:"
"""Before a ticket's uid: the name under which a single thread is fetched, as a scope is."""
OLDER = "older:"
"""Before a scope: the name under which its older part is fetched, once the window was made larger."""
AGAIN = "again:"
"""Before a scope: the name under which all of it is fetched once more, because what is here was found to differ."""
ASIDE = (TICKET, OLDER, AGAIN)
"""What is fetched beside the scopes that are followed; their cursors go on as they were."""


class Unreachable(Exception):
    """The host did not answer, or not in a way that says anything. It may have done what it was asked."""


class StartOver(Exception):
    """The host does not know what this machine says it has: everything is to be fetched again."""


class OtherEpoch(StartOver):
    """The host is not the one that this machine followed: it was restored from a backup."""


class ScopeGone(Exception):
    """The host has no such scope, or none for this agent."""


class Transport(Protocol):
    """Calls block. Each raises `Unreachable`; a refusal of the host is the carrier's own exception."""

    def hello(self) -> Hello: ...

    def sync(self, request: SyncRequest) -> SyncAnswer:
        """Raises `OtherEpoch` when `request.epoch` is not the host's, `StartOver` for cursors that it never gave."""

    def bootstrap(
        self, scope: str, token: str, days: int, until: int = 0
    ) -> Iterator[BootstrapPage]:
        """The rows of a scope, or those of `ticket:<uid>`, from the beginning or from where `token` says.

        Of the last `days`; `until`: only what a copy from that time (ms) on does not have. Raises `ScopeGone`.
        """
