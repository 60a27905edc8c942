"""The way from a machine to the desk, in one process: everything goes through JSON, and may get lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

import msgspec

from deskapp.sync.protocol.messages import BootstrapPage, Hello, SyncAnswer, SyncRequest
from deskapp.sync.replica.transport import OtherEpoch, ScopeGone, StartOver, Unreachable
from deskapp.sync.server.bootstrap import pages
from deskapp.sync.server.exchange import Exchange
from deskapp.sync.server.refusals import Refused


@dataclass
class Line:
    """What one device of one agent sees of a host. `page` is the size of a bootstrap's page."""

    exchange: Exchange
    agent_id: str
    device: str
    page: int = 500

    def hello(self) -> Hello:
        with self.exchange.snapshot() as connection:
            sql = "SELECT value FROM desk WHERE key = 'epoch'"
            epoch = connection.exec_driver_sql(sql).scalar()
        return Hello(version=1, served=(1,), epoch=str(epoch), desk="", schema="")

    def sync(self, request: SyncRequest) -> SyncAnswer:
        try:
            answer = self.exchange.sync(self.agent_id, self.device, request)
        except Refused as refusal:
            raise _meaning(refusal) from refusal
        return msgspec.json.decode(msgspec.json.encode(answer), type=SyncAnswer)

    def bootstrap(
        self, scope: str, token: str, days: int = 90, until: int = 0
    ) -> Iterator[BootstrapPage]:
        size = self.page
        try:
            for page in pages(self.exchange, self.agent_id, scope, token, days, until, size=size):
                yield msgspec.json.decode(msgspec.json.encode(page), type=BootstrapPage)
        except Refused as refusal:
            raise _meaning(refusal) from refusal


def _meaning(refusal: Refused) -> Exception:
    known = {"epoch_changed": OtherEpoch, "cursor": StartOver, "not_found": ScopeGone}
    return known[refusal.code](refusal.code) if refusal.code in known else refusal


@dataclass
class Storm(Line):
    """A line in bad weather: requests and answers get lost, come twice, or come late."""

    random: Random = field(default_factory=Random)
    drop: float = 0.0
    down: bool = False
    meanwhile: Callable[[], None] = lambda: None
    """What goes on at the desk between two pages of a bootstrap."""
    late: list[SyncRequest] = field(default_factory=list)
    """Requests that are still under way: they arrive when they like, and nobody waits for their answer."""

    def hello(self) -> Hello:
        self._maybe_lost()
        return super().hello()

    def sync(self, request: SyncRequest) -> SyncAnswer:
        request = msgspec.json.decode(msgspec.json.encode(request), type=SyncRequest)
        if not self.down and self.random.random() < self.drop:
            self.late.append(request)
            raise Unreachable("the request is late")
        self._maybe_lost()
        if self.random.random() < self.drop:
            super().sync(request)  # it arrives twice
        answer = super().sync(request)
        self._maybe_lost()
        self.deliver_late()
        return answer

    def bootstrap(
        self, scope: str, token: str, days: int = 90, until: int = 0
    ) -> Iterator[BootstrapPage]:
        for page in super().bootstrap(scope, token, days, until):
            if self.down or self.random.random() < self.drop / 10:
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
