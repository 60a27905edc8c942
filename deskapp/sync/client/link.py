"""A colleague's machine and its host, put together: the loop, the live line, and what the window is told."""

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future
from typing import Final, Protocol, TypeVar, cast

from sqlalchemy import select

from deskapp.core.api import Command, Connection, Outcome, Unavailable
from deskapp.core.ports import (
    Clock,
    ConnectionChanged,
    Inspection,
    LiveNews,
    Seen,
    TeamNews,
    Unsent,
)
from deskapp.models import tables as t
from deskapp.sync.client.blobs import TeamBlobs, Uploads
from deskapp.sync.client.chat import SiteWatch, news_of
from deskapp.sync.client.digest import ABSENCE_MS, Absence
from deskapp.sync.client.elsewhere import HostElsewhere
from deskapp.sync.client.http import HostTransport, Lanes
from deskapp.sync.client.ledger import Ledger
from deskapp.sync.client.line import SILENT
from deskapp.sync.client.live import LiveLine
from deskapp.sync.client.loop import SyncLoop
from deskapp.sync.client.problems import EpochChanged, HostProblem, OtherVersion, Revoked
from deskapp.sync.protocol import live as frames
from deskapp.sync.protocol.messages import (
    VERSION,
    BootstrapPage,
    Hello,
    SyncAnswer,
    SyncRequest,
    WireCommand,
    WireResult,
)
from deskapp.sync.protocol.residency import EVERYTHING
from deskapp.sync.replica import follow, pushed
from deskapp.sync.replica.cache import raw_of, scope_marks
from deskapp.sync.replica.replica import Replica
from deskapp.sync.replica.status import Status
from deskapp.sync.replica.transport import TICKET, ScopeGone, StartOver

N = TypeVar("N")

log = logging.getLogger(__name__)

SHOWN: Final = frozenset({"unreachable", "revoked", "certificate_changed", "version", "epoch"})
"""Problems that the window knows by name; for it any other is a host that cannot be reached."""


class Local(Protocol):
    """What a link needs of the replica's workspace. Only `do` waits."""

    @property
    def status(self) -> Status: ...

    def do(self, work: Callable[[Replica], object]) -> object: ...

    def do_later(self, work: Callable[[Replica], object]) -> "Future[object]": ...

    def unsent(self) -> tuple[Unsent, ...]: ...

    def resident(self, ticket_ids: Collection[str]) -> frozenset[str]: ...

    def look_at(self, ticket_id: str) -> None: ...


class HostLink:
    """A `core.ports.TeamLink`."""

    def __init__(
        self,
        lanes: Lanes,
        local: Local,
        blobs: TeamBlobs,
        *,
        agent_id: str,
        clock: Clock,
    ) -> None:
        self._lanes, self._local, self._clock = lanes, local, clock
        self._blobs = blobs
        self._uploads = Uploads(blobs.upload, self.wake)
        self._ledger = Ledger(clock.now, lanes.traffic)
        self._carrier = _Carrier(lanes, blobs, self._uploads, self._ledger)
        self._agent_id = agent_id
        self._heard_at: int | None = None
        self._lock = threading.Lock()
        self._purged = False
        self._there: dict[str, Seen] = {}
        self._team = _Subscribers[TeamNews]()
        self._chat = _Subscribers[LiveNews]()
        self.site = SiteWatch(lambda: self._line.send(frames.AskVisitors()), self._chat.tell)
        self._loop = SyncLoop(self._exchange, self._on_state, self._write)
        self.elsewhere = HostElsewhere(
            self._carrier.host, local, wake=self.wake, problem=lambda: self._loop.problem
        )
        self._carrier.on_thread = self.elsewhere.progress
        self._line = LiveLine(lanes, self._on_frame, self._on_line)

    def start(self) -> None:
        if not self._lanes.token:
            self._revoked()
            return
        self._local.do_later(self._hold_back)
        self._loop.start()
        self._line.start()

    def close(self) -> None:
        self._lanes.close()
        self._line.close()
        self._loop.close()
        self.elsewhere.close()
        self._uploads.close()

    # For the workspace -----------------------------------------------------------------------------------------

    @property
    def connection(self) -> Connection:
        status, problem = self._local.status, self._loop.problem
        code = problem.code if problem is not None else ""
        if self._purged:
            code = Revoked.code
        return Connection(
            mode="team",
            online=not code,
            complete_to=status.complete_to,
            unsent=status.waiting.unsent,
            oldest_unsent_at=status.waiting.oldest_at,
            refused=status.waiting.refused,
            problem=code if not code or code in SHOWN else "unreachable",
            first_sync=status.first_sync,
            host=self._lanes.addresses[0],
            fingerprint=self._lanes.context.fingerprint,
            repaired_at=status.repaired_at,
            trouble=status.trouble,
        )

    def wake(self) -> None:
        """A command waits."""
        self._loop.wake()

    def online(self, command: Command, command_id: str) -> "Future[Outcome]":
        return self._loop.online(command, command_id)

    def offline(self) -> bool:
        """Whether what is written now waits for the host to come back."""
        return self._loop.problem is not None

    def status_moved(self) -> None:
        self._team.tell(ConnectionChanged())

    # TeamLink --------------------------------------------------------------------------------------------------

    def subscribe(self, callback: Callable[[TeamNews], None]) -> Callable[[], None]:
        return self._team.add(callback)

    def unsent(self) -> tuple[Unsent, ...]:
        return self._local.unsent()

    def retry(self, command_id: str) -> None:
        def again(replica: Replica) -> None:
            self._uploads.forget()  # it may have been refused for a file
            if replica.retry(command_id):
                self.wake()

        self._local.do_later(again)

    def discard(self, command_id: str) -> None:
        self._local.do_later(lambda replica: replica.discard(command_id))

    def sync_now(self) -> None:
        self._line.try_now()
        self._loop.sync_now()

    def look_at(self, ticket_id: str, typing: bool = False) -> None:
        self._line.look_at(ticket_id, typing)

    def seen(self, ticket_id: str) -> tuple[Seen, ...]:
        with self._lock:
            return tuple(one for one in self._there.values() if one.ticket_id == ticket_id)

    def kept_days(self) -> int:
        days = self._local.status.days
        return days if days < EVERYTHING else 0

    def keep_days(self, days: int) -> None:
        def choose(replica: Replica) -> None:
            replica.choose_window(days or EVERYTHING)
            self.wake()

        self._local.do_later(choose)

    def inspect(self) -> "Future[Inspection]":
        def look(replica: Replica) -> Inspection:
            with replica.cache.reading() as connection:
                marks = scope_marks(raw_of(connection))
            with self._lock:
                there = tuple(self._there.values())
            cursors = tuple(sorted((name, mark.cursor) for name, mark in marks.items()))
            return Inspection(replica.epoch, cursors, self._ledger.last(), there)

        return cast("Future[Inspection]", self._local.do_later(look))

    # For web chat ----------------------------------------------------------------------------------------------

    def subscribe_chat(self, callback: Callable[[LiveNews], None]) -> Callable[[], None]:
        return self._chat.add(callback)

    def chat_typing(self, ticket_id: str, typing: bool) -> None:
        self._line.send(frames.ChatTyping(ticket=ticket_id, typing=typing))

    # On the threads of the replica, the loop and the line ------------------------------------------------------

    def _hold_back(self, replica: Replica) -> None:
        """What names a file that is not at the host yet waits for it, and nothing else does."""
        replica.missing = lambda body: self._uploads.missing(self._blobs.named_in(body))

    def _exchange(self, urgent: Sequence[WireCommand]) -> dict[str, WireResult]:
        self._carrier.absence = self._absence()
        with self._ledger.exchange():
            done = follow.step(self._local.do, self._carrier, urgent)
        self._heard_at = self._clock.now()
        digest = self._carrier.absence.digest() if self._carrier.absence else None
        self._carrier.absence = None
        self._local.do(self.elsewhere.came)
        if digest is not None:
            self._team.tell(digest)
        return dict(done.results)

    def _write(self, news: Sequence[frames.News]) -> bool:
        return bool(self._local.do(lambda replica: pushed.write(replica, news)))

    def _absence(self) -> Absence | None:
        """Since the host was heard last: by our clock, or by its own when this program has just begun."""
        status = self._local.status
        if self._heard_at is not None:
            away = self._clock.now() - self._heard_at
        else:
            away = self._carrier.hello().server_at - status.complete_to
        if away < ABSENCE_MS or not status.complete_to or status.first_sync is not None:
            return None
        mine: set[str] = set()
        self._local.do(lambda replica: mine.update(_tickets_of(replica, self._agent_id)))
        return Absence(status.complete_to, self._agent_id, frozenset(mine))

    def _on_state(self, problem: HostProblem | None) -> None:
        if isinstance(problem, Revoked):
            self._revoked()
        if problem is not None:
            self._forget_the_others()
            self.elsewhere.failed(Unavailable(problem.code))
        self.status_moved()

    def _revoked(self) -> None:
        """Nothing of the desk stays here, but what this person wrote and could not send."""
        with self._lock:
            first, self._purged = not self._purged, True
        if first:
            log.info("this device was revoked; what it had of the desk is deleted")
            self._local.do_later(lambda replica: replica.rebuild(shut_out=True))
            self._lanes.close()
            self.status_moved()

    def _on_line(self, problem: HostProblem | None) -> None:
        if problem is not None and problem.params.get("reason") == SILENT:
            self._lanes.context.hang_up()  # what waits on a dead wire waits no more
        self._loop.line_moved(problem)

    def _on_frame(self, frame: frames.HostFrame) -> None:
        if isinstance(frame, frames.Poke):
            self._loop.wake()
        elif isinstance(frame, frames.News):
            self._loop.told(frame)
        elif isinstance(frame, frames.SeenFrame):
            seen = Seen(frame.agent, frame.ticket, frame.typing)
            with self._lock:
                if frame.ticket:
                    self._there[frame.agent] = seen
                else:
                    self._there.pop(frame.agent, None)
            self._team.tell(seen)
        elif isinstance(frame, frames.Visitors):
            self.site.told(frame)
        elif isinstance(frame, frames.ChatNews):
            news = news_of(frame)
            if news is not None:
                self._chat.tell(news)

    def _forget_the_others(self) -> None:
        with self._lock:
            there, self._there = self._there, {}
        for agent_id in there:
            self._team.tell(Seen(agent_id, ""))


class _Carrier:
    """The replica's transport: the blobs that a command names are at the host before it is."""

    def __init__(self, lanes: Lanes, blobs: TeamBlobs, uploads: Uploads, ledger: Ledger) -> None:
        self.host, self._blobs, self._uploads = HostTransport(lanes), blobs, uploads
        self._ledger = ledger
        self.absence: Absence | None = None
        self.on_thread: Callable[[str, float], None] = lambda _id, _share: None

    def hello(self) -> Hello:
        hello = self.host.hello()
        if VERSION not in hello.served:
            raise OtherVersion(ours=VERSION, theirs=hello.version)
        return hello

    def sync(self, request: SyncRequest) -> SyncAnswer:
        for command in request.commands:  # of the outbox none that waits for a file is among them
            for sha256 in self._blobs.named_in(command.body):
                if not self._uploads.settled(sha256):
                    self._blobs.upload(sha256)
        self._ledger.sent(len(request.commands))
        try:
            answer = self.host.sync(request)
        except HostProblem as problem:
            if isinstance(problem, EpochChanged):
                self._uploads.forget()
            if problem.code == "cursor":
                raise StartOver("it never told us what we think it did") from problem
            raise
        self._ledger.received(answer)
        if self.absence is not None:
            self.absence.see(answer)
        return answer

    def bootstrap(
        self, scope: str, token: str, days: int, until: int = 0
    ) -> Iterator[BootstrapPage]:
        ticket_id = scope.removeprefix(TICKET) if scope.startswith(TICKET) else ""
        came, total = 0, 0
        try:
            for page in self.host.bootstrap(scope, token, days, until):
                self._ledger.received(page)
                yield page
                came, total = (
                    came + sum(len(rows.rows) for rows in page.tables),
                    total or page.total,
                )
                if ticket_id:
                    self.on_thread(ticket_id, min(came / max(total, 1), 1.0))
        except HostProblem as problem:
            if problem.code == "not_found":
                raise ScopeGone(scope) from problem
            raise


class _Subscribers(dict[int, Callable[[N], None]]):
    """Who is told; from any thread."""

    def add(self, callback: Callable[[N], None]) -> Callable[[], None]:
        key = id(callback)  # it is kept, so no other has it meanwhile
        self[key] = callback

        def leave() -> None:
            self.pop(key, None)

        return leave

    def tell(self, news: N) -> None:
        for callback in tuple(self.values()):
            callback(news)


def _tickets_of(replica: Replica, agent_id: str) -> set[str]:
    mine = (
        select(t.ticket.c.uid)
        .join(t.agent, t.agent.c.id == t.ticket.c.assignee_id)
        .where(t.agent.c.uid == agent_id)
    )
    with replica.cache.reading() as connection:
        return set(connection.execute(mine).scalars())
