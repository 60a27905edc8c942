"""Sharing a desk with a team, as the window sees it (`core.ports.TeamHost`): quiet until it is switched on.

The server's libraries are imported when it is, off the window's thread.
"""

import logging
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from deskapp.app.webchat import SWITCH_S
from deskapp.core.api import ChangeSet
from deskapp.core.authority.workspace import SYSTEM
from deskapp.core.policies.settings import flag
from deskapp.core.ports import Enrolment, FactorState, HostState, Invitation, LiveChat
from deskapp.core.queries.desk import GetSettings
from deskapp.sync.server.seat import HostSeat

if TYPE_CHECKING:
    from deskapp.app.bootstrap import Desk
    from deskapp.sync.server.host import Host, Place
    from deskapp.sync.server.second_factor import SecondFactors

log = logging.getLogger(__name__)

INCOMING = "incoming"
"""The folder, in the desk's own, for blobs that machines of the team are bringing."""


def make_host(
    desk: "Desk",
    chat: LiveChat | None = None,
    place: "Place | None" = None,
    seat: "HostSeat | None" = None,
) -> "Host":
    """The host of a desk, not yet started. Without `place` it follows the desk's settings.

    `seat` is for the person at its own window; `serve` has none.
    """
    from deskapp.sync.server.host import Host

    folder = desk.profile.folder / INCOMING
    own = (desk.who.agent_id, seat) if seat is not None else None
    return Host(desk.authority, desk.secrets, folder, place=place, chat=chat, own=own)


class TeamSharing:
    """The team's server of an open desk, from the first moment on. Without `start` nothing listens."""

    def __init__(self, desk: "Desk", chat: LiveChat, *, start: bool = True) -> None:
        self._desk, self._chat = desk, chat
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="team-start")
        self._host: Host | None = None
        self.seat = HostSeat()
        self.factor = OwnFactor(desk, self._pool)
        self._subscribers: list[Callable[[HostState], None]] = []
        self._unsubscribe: Callable[[], None] = lambda: None
        desk.host = self
        desk.on_close(self.close)
        if start:
            self._unsubscribe = desk.authority.subscribe(self._changed)
            self._pool.submit(self._look)

    def _changed(self, changes: ChangeSet) -> None:
        if self._host is None and changes.touches("setting"):
            try:
                self._pool.submit(self._look)
            except RuntimeError:
                log.debug("the desk is being closed")

    def _look(self) -> None:
        """Start the host when it is switched on; from then on it follows the settings by itself."""
        try:
            settings = self._desk.authority.query(GetSettings(), SYSTEM).result()
            if self._host is None and flag(settings.values, "team.enabled"):
                sys.setswitchinterval(SWITCH_S)
                self._host = make_host(self._desk, self._chat, seat=self.seat)
                self._host.subscribe(self._tell)
                self._host.start()
        except Exception as error:
            log.exception("the team's server could not be started")
            self._tell(HostState(problem="failed", detail=str(error)))

    def close(self) -> None:
        """Stop listening. May be called twice; the desk calls it when it closes."""
        self._unsubscribe()
        self._pool.shutdown(wait=True, cancel_futures=True)
        if self._host is not None:
            self._host.stop()

    def _tell(self, state: HostState) -> None:
        for callback in tuple(self._subscribers):
            callback(state)

    # TeamHost ---------------------------------------------------------------------------------------------------

    def state(self) -> HostState:
        return self._host.state() if self._host else HostState()

    def subscribe(self, callback: Callable[[HostState], None]) -> Callable[[], None]:
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return unsubscribe

    def invite(self, agent_id: str) -> "Future[Invitation]":
        """Its future raises LookupError while nothing runs."""
        if self._host is not None and self._host.state().running:
            return self._host.invite(agent_id)
        failed: Future[Invitation] = Future()
        failed.set_exception(LookupError("the team's server does not run"))
        return failed

    def withdraw(self, agent_id: str) -> None:
        if self._host is not None:
            self._host.withdraw(agent_id)

    def set_password(self, agent_id: str, password: str) -> "Future[None]":
        return self._pool.submit(self._set_password, agent_id, password)

    def factor_of(self, agent_id: str) -> "Future[FactorState]":
        return self.factor.of(agent_id)

    def _set_password(self, agent_id: str, password: str) -> None:
        from deskapp.sync.server.passwords import set_password

        set_password(self._desk.authority, agent_id, password)


class OwnFactor:
    """A `core.ports.SecondFactor` where the desk is. Its futures raise `sync.server.refusals.Refused`."""

    def __init__(self, desk: "Desk", pool: ThreadPoolExecutor) -> None:
        self._desk, self._pool = desk, pool
        self._factors: SecondFactors | None = None

    def state(self) -> "Future[FactorState]":
        return self.of(self._desk.who.agent_id)

    def of(self, agent_id: str) -> "Future[FactorState]":
        """A colleague's, too."""
        return self._pool.submit(lambda: self._mine().state(agent_id))

    def begin(self) -> "Future[Enrolment]":
        return self._pool.submit(lambda: self._mine().begin(self._desk.who.agent_id))

    def confirm(self, code: str) -> "Future[tuple[str, ...]]":
        return self._pool.submit(lambda: self._mine().confirm(self._desk.who.agent_id, code))

    def remove(self, code: str) -> "Future[None]":
        return self._pool.submit(lambda: self._mine().remove(self._desk.who.agent_id, code))

    def _mine(self) -> "SecondFactors":
        """On the pool's one thread."""
        if self._factors is None:
            from deskapp.sync.server.second_factor import SecondFactors

            self._factors = SecondFactors(self._desk.authority, self._desk.secrets)
        return self._factors
