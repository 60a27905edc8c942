"""What a host sends by itself, to machines in bad weather: frames get lost, come twice, late, and in another order."""

import contextlib
import zlib
from collections.abc import Sequence
from random import Random

import msgspec

from deskapp.core.api import ChangeSet
from deskapp.core.commands.team import RegisterDevice
from deskapp.sync.protocol.live import News
from deskapp.sync.replica import pushed
from deskapp.sync.server.devices import Session
from deskapp.sync.server.push import Follower, Rights, Rounds
from deskapp.sync.server.refusals import Refused
from deskapp.sync.server.viewer import viewer_of
from tests.support.sync_world import WAIT, Desk, Machine

LATE = 6
"""So many frames may be under way to a machine."""


class Pushes:
    """A live line to each machine. `drop` is how often a frame goes astray."""

    def __init__(
        self, desk: Desk, machines: Sequence[Machine], random: Random, drop: float
    ) -> None:
        self._desk, self._random, self.drop = desk, random, drop
        self._rounds = Rounds(desk.exchange)
        self._touched: set[str] = set()
        self._lines: dict[str, Follower] = {}
        for machine in machines:
            with contextlib.suppress(Refused):  # of a disabled agent
                self._lines[machine.agent_id] = self._follower(machine)
        self.under_way: dict[str, list[bytes]] = {machine.agent_id: [] for machine in machines}
        self._poked: set[str] = set()
        self.written = 0  # frames that were of use
        self._unsubscribe = desk.authority.subscribe(self._changed)

    def close(self) -> None:
        self._unsubscribe()

    def _follower(self, machine: Machine) -> Follower:
        agent, device = machine.agent_id, machine.device
        register = RegisterDevice(device_id=device, agent_id=agent, name="PC", key_hash=device * 2)
        self._desk.authority.submit_as_desk(register).result(WAIT)
        with self._desk.exchange.snapshot() as connection:
            viewer = viewer_of(connection, agent)
        return Follower(session=Session(device, agent), viewer=viewer, seq=0, follows=True)

    def _changed(self, changes: ChangeSet) -> None:
        self._touched |= changes.scopes.keys()

    def round(self) -> list[str]:
        """Tell all machines what has happened. Answers what somebody was sent who may not see it."""
        touched, self._touched = self._touched, set()
        done = self._rounds.read(touched, set(self._lines))
        if done.rights is not None:
            self._take(done.rights)
        faults: list[str] = []
        for agent, line in self._lines.items():
            scopes = done.moved & set(line.viewer.scopes)
            frames = line.frames(done, scopes) if scopes else []
            if frames is None:
                self._poked.add(agent)
            faults += self._leaks(agent, frames) if frames else []
            self.under_way[agent] = [*self.under_way[agent], *(frames or ())][-LATE:]
        return faults

    def _take(self, rights: Rights) -> None:
        for agent, line in list(self._lines.items()):
            if agent in rights.viewers:
                line.viewer, line.seq = rights.viewers[agent], rights.seq
            else:  # disabled: the line is closed
                del self._lines[agent]

    def _leaks(self, agent: str, frames: Sequence[bytes]) -> list[str]:
        shown = self._desk.visible(agent)
        told = [(rows.entity, row[0]) for frame in frames for part in news_of(frame).parts
                for rows in part.tables for row in rows.rows]  # fmt: skip
        return [f"{e} {uid} was sent to {agent}" for e, uid in told if uid not in shown[e]]

    def deliver(self, machine: Machine) -> bool:
        """Some of what is under way arrives, in any order. Whether the machine has a reason to pull."""
        poked = machine.agent_id in self._poked
        self._poked.discard(machine.agent_id)
        frames = self.under_way[machine.agent_id]
        if self._random.random() < self.drop:
            self._random.shuffle(frames)
        while frames and self._random.random() < 0.9:
            frame = frames.pop(0)
            if self._random.random() < self.drop:
                continue
            if self._random.random() < self.drop:
                frames.append(frame)  # it comes twice
            before = dict(machine.replica.bootstrap.cursors)
            poked |= not pushed.write(machine.replica, [news_of(frame)])
            self.written += before != dict(machine.replica.bootstrap.cursors)
        return poked


def news_of(frame: bytes) -> News:
    return msgspec.json.decode(zlib.decompress(frame), type=News)
