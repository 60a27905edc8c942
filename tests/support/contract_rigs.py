"""The same desk seen from elsewhere: stories told to a window whose desk is on another machine."""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar, cast

import msgspec

from deskapp.core.api import Command, Connection, Outcome, Query, Rejection
from deskapp.core.authority.workspace import SYSTEM, LocalWorkspace
from deskapp.core.commands.registry import encode_command
from deskapp.core.queries.webchat import FindVisitor
from deskapp.sync.protocol.messages import WireCommand
from deskapp.sync.replica.follow import outcome_of, step
from deskapp.sync.replica.workspace import ReplicaWorkspace
from deskapp.sync.server.exchange import Exchange
from tests.support.desk import DeskRig, SeededIds, open_rig
from tests.support.sync_line import Line

R = TypeVar("R")


class WireLink:
    """The way to the host without a network: everything goes through JSON and happens when it is asked for."""

    def __init__(self, line: Line, workspace: ReplicaWorkspace) -> None:
        self._line, self._workspace = line, workspace
        self._n = 1_000_000

    @property
    def connection(self) -> Connection:
        return Connection("team", True, self._workspace.status.complete_to)

    def wake(self) -> None:
        """The rig follows after each command."""

    def offline(self) -> bool:
        return False

    def status_moved(self) -> None:
        """Nobody looks."""

    def follow(self) -> None:
        step(self._workspace.do, self._line)

    def online(self, command: Command, command_id: str) -> "Future[Outcome]":
        self._n += 1
        body = msgspec.to_builtins(encode_command(command)["body"])
        wire = WireCommand(
            id=command_id, n=self._n, type=command.TYPE, version=command.VERSION, body=body
        )
        done = step(self._workspace.do, self._line, (wire,))
        answer: Future[Outcome] = Future()
        answer.set_result(outcome_of(done.results[command_id]))
        return answer


@dataclass
class TeamRig(DeskRig):
    """The agent works through a replica; the desk itself (mail, timers) where it always does."""

    replica: ReplicaWorkspace | None = None
    link: WireLink | None = None

    def submit(self, command: Command) -> Outcome:
        """What the agent sees in the end: the host's refusal, if it refuses."""
        assert self.replica is not None
        uid = self.new()
        outcome = super()._wait(self.replica.submit(command, uid))
        self.follow()
        for refused in self.replica.unsent():
            if refused.command_id == uid and refused.refusal:
                params = dict(refused.params or {})
                return Outcome(uid, 0, rejected=Rejection(refused.refusal, params))  # type: ignore[arg-type]
        return outcome

    def desk(self, command: Command) -> Outcome:
        outcome = super().desk(command)
        self.follow()
        return outcome

    def ask(self, query: Query[R]) -> R:
        if isinstance(query, FindVisitor):  # how a browser is recognised stays at the desk
            return self._wait(self.authority.query(query, SYSTEM))
        self.follow()
        return super().ask(query)

    def follow(self) -> None:
        assert self.link is not None
        self.link.follow()


def open_team_rig(folder: Path) -> Iterator[TeamRig]:
    """As `open_rig`, for an agent of a team's desk."""
    for solo in open_rig(folder):
        (folder / "colleague").mkdir()
        exchange = Exchange(solo.authority)
        replica = ReplicaWorkspace(
            folder / "colleague",
            agent_id=solo.workspace.agent_id,
            clock=solo.clock,
            ids=SeededIds(solo.clock, 77),
            blobs=solo.authority.blobs,
        )
        host = SimpleNamespace(exchange=exchange)
        link = WireLink(Line(host, solo.workspace.agent_id, "d" * 32), replica)
        replica.attach(link)
        workspace = cast(LocalWorkspace, replica)
        rig = TeamRig(solo.authority, workspace, solo.clock, solo.path, replica=replica, link=link)
        rig.follow()
        try:
            yield rig
        finally:
            replica.close()
            exchange.close()
