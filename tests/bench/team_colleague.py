"""The whole machine of an agent: transport, live line, loop and replica."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path

from deskapp.core.api import ChangeSet
from deskapp.sync.client.http import HostTransport, Lanes
from deskapp.sync.client.live import LiveLine
from deskapp.sync.client.loop import SyncLoop
from deskapp.sync.client.tls import look_at
from deskapp.sync.protocol import live as frames
from deskapp.sync.protocol.messages import WireCommand, WireResult
from deskapp.sync.replica import pushed
from deskapp.sync.replica.follow import step
from deskapp.sync.replica.replica import Replica
from deskapp.system.clock import SystemClock
from tests.bench.team_desk import GIVE_UP_S, IDS, Desk, Server


class Colleague:
    """A whole machine of an agent. `at` says when (perf_counter) each message was first told to its window."""

    def __init__(self, desk: Desk, server: Server, folder: Path) -> None:
        address = f"127.0.0.1:{server.port}"
        self.at: dict[str, float] = {}
        self.told = threading.Condition()
        self.pulls = self.pokes = 0
        self._lanes = Lanes([address], look_at(address, 10).fingerprint, desk.tokens[0])
        self._transport = HostTransport(self._lanes)
        folder.mkdir()
        self._replica = Replica(
            folder, agent_id=desk.agents[0], clock=SystemClock(), ids=IDS, publish=self._publish
        )
        self._loop = SyncLoop(self._exchange, lambda _: None, self._write)
        self._live = LiveLine(self._lanes, self._frame, self._loop.line_moved)
        self._exchange(())
        self._loop.start()
        self._live.start()

    def _publish(self, changes: ChangeSet) -> None:
        now = time.perf_counter()
        with self.told:
            for change in changes.changes:
                if change.entity == "message":
                    self.at.setdefault(change.id, now)
            self.told.notify_all()

    def _frame(self, frame: frames.HostFrame) -> None:
        if isinstance(frame, frames.Poke):
            self.pokes += 1
            self._loop.wake()
        elif isinstance(frame, frames.News):
            self._loop.told(frame)

    def _exchange(self, urgent: Sequence[WireCommand]) -> dict[str, WireResult]:
        self.pulls += 1
        return dict(step(lambda work: work(self._replica), self._transport, urgent).results)

    def _write(self, news: Sequence[frames.News]) -> bool:
        return pushed.write(self._replica, news)

    def has(self, message: str) -> float:
        """When it was there."""
        with self.told:
            if not self.told.wait_for(lambda: message in self.at, GIVE_UP_S):
                raise TimeoutError("a reply never came to a colleague")
            return self.at[message]

    def close(self) -> None:
        self._lanes.close()
        self._live.close()
        self._loop.close()
        self._replica.close()
