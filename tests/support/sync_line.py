"""The way from a machine to the desk, in one process: everything goes through JSON, and may get lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING

import msgspec

from deskapp.core.api import Query
from deskapp.sync.protocol.messages import BootstrapPage, Hello, SyncAnswer, SyncRequest
from deskapp.sync.replica.transport import OtherEpoch, ScopeGone, StartOver, Unreachable
from deskapp.sync.server.bootstrap import pages
from deskapp.sync.server.exchange import epoch_of
from deskapp.sync.server.refusals import Refused

if TYPE_CHECKING:
    from tests.support.sync_desk import Desk

_encode, _request = msgspec.json.Encoder().encode, msgspec.json.Decoder(SyncRequest).decode
_answer, _page = msgspec.json.Decoder(SyncAnswer).decode, msgspec.json.Decoder(BootstrapPage).decode


@dataclass
class Line:
    """What one device of one agent sees of a host. `page` is the size of a bootstrap's page.

    The exchange is the desk's of this moment: after a crash it is another one.
    """

    desk: "Desk | SimpleNamespace"
    agent_id: str
    device: str
    page: int = 500

    def hello(self) -> Hello:
        with self.desk.exchange.snapshot() as connection:
            epoch = epoch_of(connection)
        return Hello(version=1, served=(1,), epoch=epoch, desk="", schema="")

    def sync(self, request: SyncRequest) -> SyncAnswer:
        try:
            answer = self.desk.exchange.sync(self.agent_id, self.device, request)
        except Refused as refusal:
            raise _meaning(refusal) from refusal
        return _answer(_encode(answer))

    def bootstrap(
        self, scope: str, token: str, days: int = 90, until: int = 0
    ) -> Iterator[BootstrapPage]:
        try:
            for page in pages(
                self.desk.exchange, self.agent_id, scope, token, days, until, size=self.page
            ):
                yield _page(_encode(page))
        except Refused as refusal:
            raise _meaning(refusal) from refusal

    def ask(self, query: Query[object]) -> object:
        """What the host answers to that agent's machine. Raises LookupError."""
        return self.desk.authority._read(query, self.agent_id, True)


def _meaning(refusal: Refused) -> Exception:
    known = {"epoch_changed": OtherEpoch, "cursor": StartOver, "not_found": ScopeGone}
    return known[refusal.code](refusal.code) if refusal.code in known else refusal


@dataclass
class Storm(Line):
    """A line in bad weather: requests and answers get lost, come twice, or come late."""

    random: Random = field(default_factory=Random)
    drop: float = 0.0
    down: bool = False
    deaf: bool = False
    """One way only: what the machine says arrives, what the desk answers does not."""
    meanwhile: Callable[[], None] = lambda: None
    """What goes on at the desk between two pages of a bootstrap."""
    late: list[SyncRequest] = field(default_factory=list)
    """Requests that are still under way: they arrive when they like, and nobody waits for their answer."""
    last: SyncAnswer | None = None
    """The last answer that arrived."""
    server_at: int = 0
    """Of the last answer that arrived and was the last of its pull."""

    def hello(self) -> Hello:
        self._maybe_lost()
        if self.deaf:
            raise Unreachable("the answer is lost")
        return super().hello()

    def sync(self, request: SyncRequest) -> SyncAnswer:
        request = _request(_encode(request))
        if not self.down and self.random.random() < self.drop:
            self.late.append(request)
            raise Unreachable("the request is late")
        self._maybe_lost()
        self.deliver_late()  # before the answer: what comes after it is not told by it
        if self.random.random() < self.drop:
            super().sync(request)  # it arrives twice
        answer = super().sync(request)
        self._maybe_lost()
        if self.deaf:
            raise Unreachable("the answer is lost")
        self.last = answer
        if not answer.more:
            self.server_at = answer.server_at
        return answer

    def bootstrap(
        self, scope: str, token: str, days: int = 90, until: int = 0
    ) -> Iterator[BootstrapPage]:
        for page in super().bootstrap(scope, token, days, until):
            seen = self.desk.visible(
                self.agent_id
            )  # nothing has happened at the desk since it was read
            told = [(rows.entity, row[0]) for rows in page.tables for row in rows.rows]
            hidden = [one for one in told if one[1] not in seen[one[0]]]
            assert not hidden, f"a first copy told {hidden}"
            if self.down or self.deaf or self.random.random() < self.drop / 10:
                raise Unreachable("broken off")
            yield page
            self.meanwhile()

    def deliver_late(self) -> None:
        """Some of what is under way arrives, in any order."""
        self.random.shuffle(self.late)
        while self.late and self.random.random() < 0.7:
            try:
                super().sync(self.late.pop())
            except (StartOver, Refused):
                continue

    def _maybe_lost(self) -> None:
        if self.down or self.random.random() < self.drop:
            raise Unreachable("lost")
