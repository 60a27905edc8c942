"""A colleague's window onto the desk: reads from the cache, writes at once, and tells the host when it can."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, TypeVar

from deskapp.core.api import (
    ChangeSet,
    Command,
    Connection,
    Elsewhere,
    Offline,
    Outcome,
    Query,
)
from deskapp.core.commands.messages import CancelSend
from deskapp.core.ports import BlobStore, Clock, Ids, Unsent
from deskapp.core.queries.tickets import GetConversation, GetTicket
from deskapp.core.readers import Reading, reader_for
from deskapp.sync.replica.cache import DAMAGE, is_damage
from deskapp.sync.replica.outbox import Entry
from deskapp.sync.replica.replica import Replica
from deskapp.sync.replica.residency import resident
from deskapp.sync.replica.status import Status
from deskapp.sync.replica.submission import Job
from deskapp.sync.replica.writer import ReplicaWriter

log = logging.getLogger(__name__)

R = TypeVar("R")
READERS = 3
LOOKED_AT = 50
"""So many of the tickets that were read last stay, whatever their age: one of them is on the screen."""


class Link(Protocol):
    """The way to the host. No call waits."""

    @property
    def connection(self) -> Connection: ...

    def wake(self) -> None:
        """There is something to be sent."""

    def offline(self) -> bool:
        """Whether what is given now waits until the host can be reached again."""

    def online(self, command: Command, command_id: str) -> "Future[Outcome]":
        """Have the host carry it out now."""

    def status_moved(self) -> None:
        """What `Workspace.connection` says is another now."""


class ReplicaWorkspace:
    """`core.api.Workspace` on another machine than the desk's. `attach` a link before the first command."""

    def __init__(
        self,
        folder: Path,
        *,
        agent_id: str,
        clock: Clock,
        ids: Ids,
        blobs: BlobStore,
        forget_blobs: Callable[[frozenset[str]], None] = lambda _: None,
        keep_blobs: Callable[[frozenset[str]], None] = lambda _: None,
    ) -> None:
        self._agent_id = agent_id
        self._clock = clock
        self._ids = ids
        self._blobs = blobs
        self._link: Link | None = None
        self._elsewhere: Elsewhere | None = None
        self._lock = threading.Lock()
        self._looked_at: OrderedDict[str, None] = OrderedDict()
        self._subscribers: list[Callable[[ChangeSet], None]] = []
        self._replica = Replica(
            folder,
            agent_id=agent_id,
            clock=clock,
            ids=ids,
            publish=self._publish,
            forget_blobs=forget_blobs,
            keep_blobs=keep_blobs,
            on_status=self._status_moved,
            in_use=self._in_use,
            readers=READERS,
        )
        if self.status.made in ("damaged", "agent"):
            keep_blobs(frozenset(self._replica.outbox.kept_files))
        self._writer = ReplicaWriter(self._replica)
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    def attach(self, link: Link, elsewhere: Elsewhere | None = None) -> None:
        self._link, self._elsewhere = link, elsewhere

    def close(self) -> None:
        """Keep what was given, then let go of the files. Close the link first. May be called twice."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._writer.close()

    # Workspace -------------------------------------------------------------------------------------------------

    @property
    def agent_id(self) -> str:
        return self._agent_id

    @property
    def blobs(self) -> BlobStore:
        return self._blobs

    @property
    def connection(self) -> Connection:
        if self._link is None:
            return Connection("team", False, self.status.complete_to, problem="unreachable")
        return self._link.connection

    @property
    def elsewhere(self) -> Elsewhere | None:
        return self._elsewhere

    def new_id(self) -> str:
        return self._ids.new()

    def submit(self, command: Command, command_id: str | None = None) -> "Future[Outcome]":
        uid = command_id or self._ids.new()
        link = self._link
        if command.OFFLINE is Offline.ONLINE and link is not None:
            if isinstance(command, CancelSend) and link.offline():
                return self._take_back(command, uid, link)
            return link.online(command, uid)
        kept = self._writer.submit(Job(command, uid), offline=link is None or link.offline())
        if link is not None:
            kept.add_done_callback(lambda _: link.wake())
        return kept

    def _take_back(self, command: CancelSend, uid: str, link: Link) -> "Future[Outcome]":
        """A reply that has not left this machine is taken back here; any other is the host's to take back."""
        answer: Future[Outcome] = Future()
        answer.set_running_or_notify_cancel()

        def pass_on(outcome: "Future[Outcome]") -> None:
            _hand_over(outcome, answer)

        def taken(done: "Future[object]") -> None:
            if done.exception() is not None or not isinstance(done.result(), Outcome):
                link.online(command, uid).add_done_callback(pass_on)
            else:
                answer.set_result(done.result())  # type: ignore[arg-type]

        later = self.do_later(lambda replica: replica.take_back(command.message_id, uid))
        later.add_done_callback(taken)
        return answer

    def query(self, query: Query[R]) -> "Future[R]":
        if isinstance(query, GetConversation | GetTicket) and query.ticket_id:
            self.look_at(query.ticket_id)
        return self._pool.submit(self._read, query)

    def _in_use(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._looked_at)

    def _read(self, query: Query[R]) -> R:
        try:
            with self._replica.cache.reading() as connection:
                reading = Reading(connection, self._agent_id, self._clock.now())
                answer: R = reader_for(type(query))(reading, query)
                return answer
        except DAMAGE as error:
            if is_damage(error):
                log.warning("the cache is damaged; it is fetched again")
                self.do_later(lambda replica: replica.rebuild())
            raise

    def subscribe(self, callback: Callable[[ChangeSet], None]) -> Callable[[], None]:
        with self._lock:
            self._subscribers.append(callback)

        def unsubscribe() -> None:
            with self._lock:
                if callback in self._subscribers:
                    self._subscribers.remove(callback)

        return unsubscribe

    # For the link ----------------------------------------------------------------------------------------------

    @property
    def status(self) -> Status:
        return self._replica.status

    def do_later(self, work: Callable[[Replica], object]) -> "Future[object]":
        """Carry out a piece of work on the replica's own thread."""
        return self._writer.do_later(work)

    def do(self, work: Callable[[Replica], object]) -> object:
        """As `do_later`, and wait for it. Not from the replica's own thread."""
        return self._writer.do_later(work).result()

    def check(self) -> "Future[object]":
        """Look through the cache (2 s for each GB); a damaged one is fetched again."""
        return self._pool.submit(self._check)

    def _check(self) -> str:
        found = self._replica.cache.damage()
        if found:
            log.warning("the cache is damaged (%s); it is fetched again", found)
            self.do(lambda replica: replica.rebuild())
        return found

    def resident(self, ticket_ids: Collection[str]) -> frozenset[str]:
        """Those of these tickets that are here. Waits for the disk."""
        with self._replica.cache.reading() as connection:
            return frozenset(resident(connection, ticket_ids))

    def look_at(self, ticket_id: str) -> None:
        """Somebody looks at it: it stays here for a while."""
        with self._lock:
            self._looked_at[ticket_id] = None
            self._looked_at.move_to_end(ticket_id)
            if len(self._looked_at) > LOOKED_AT:
                self._looked_at.popitem(last=False)

    def unsent(self) -> tuple[Unsent, ...]:
        """What waits, and what was refused; the oldest first."""
        return tuple(map(_unsent, self._replica.outbox.shown))

    # On the replica's thread -----------------------------------------------------------------------------------

    def _publish(self, changes: ChangeSet) -> None:
        with self._lock:
            subscribers = list(self._subscribers)
        for callback in subscribers:
            callback(changes)

    def _status_moved(self) -> None:
        if self._link is not None:
            self._link.status_moved()


def _hand_over(done: "Future[Outcome]", to: "Future[Outcome]") -> None:
    error = done.exception()
    if error is not None:
        to.set_exception(error)
    else:
        to.set_result(done.result())


def _unsent(entry: Entry) -> Unsent:
    try:
        command: object = entry.command()
    except ValueError:  # a newer program's
        command = None
    return Unsent(entry.id, command, entry.at, entry.code, entry.params or None)
