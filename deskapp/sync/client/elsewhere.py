"""What the host has and this machine does not keep: asked of it, and fetched when somebody wants to read it."""

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol, TypeVar, get_args

import msgspec

from deskapp.core.api import Query, Unavailable
from deskapp.core.policies.search_syntax import parse, zone_of
from deskapp.core.queries.search import Search
from deskapp.models.dto import SearchPage
from deskapp.sync.client.problems import HostProblem
from deskapp.sync.replica.replica import Replica
from deskapp.sync.replica.status import Status

R = TypeVar("R")
Progress = Callable[[float], None]

log = logging.getLogger(__name__)

GONE: Final = "not_found"


class Asks(Protocol):
    """The host's answers to queries (`HostTransport`). Raises `HostProblem`."""

    def query(self, name: str, body: Mapping[str, Any]) -> Any: ...


class Here(Protocol):
    """What is kept here (`ReplicaWorkspace`). Only `resident` waits, for the disk."""

    @property
    def status(self) -> Status: ...

    def do_later(self, work: Callable[[Replica], object]) -> "Future[object]": ...

    def resident(self, ticket_ids: Collection[str]) -> frozenset[str]: ...

    def look_at(self, ticket_id: str) -> None: ...


@dataclass(slots=True)
class _Wanted:
    """Who waits for a thread."""

    futures: list["Future[None]"] = field(default_factory=list)
    told: list[Progress] = field(default_factory=list)


class HostElsewhere:
    """A `core.api.Elsewhere`. `problem` answers why there is no contact now, None: there is; `wake` starts the loop."""

    def __init__(
        self,
        host: Asks,
        here: Here,
        *,
        wake: Callable[[], None],
        problem: Callable[[], HostProblem | None],
    ) -> None:
        self._host, self._here = host, here
        self._wake, self._problem = wake, problem
        self._lock = threading.Lock()
        self._wanted: dict[str, _Wanted] = {}
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="elsewhere")

    def close(self) -> None:
        """Close the lanes first, so that it does not wait for a silent host."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self.failed(Unavailable("unreachable"))

    # core.api.Elsewhere ----------------------------------------------------------------------------------------

    def ask(self, query: Query[R]) -> "Future[R]":
        return self._pool.submit(self._ask, query)

    def older(self, search: Search) -> "Future[SearchPage]":
        return self._pool.submit(self._older, search)

    def fetch(self, ticket_id: str, on_progress: Progress) -> "Future[None]":
        future: Future[None] = Future()
        future.set_running_or_notify_cancel()
        problem = self._problem()
        if problem is not None:
            future.set_exception(Unavailable(problem.code))
            return future

        def want(replica: Replica) -> None:
            replica.want_thread(ticket_id)
            with self._lock:
                wanted = self._wanted.setdefault(ticket_id, _Wanted())
                wanted.futures.append(future)
                wanted.told.append(on_progress)

        def wanted(asked: "Future[object]") -> None:
            if asked.exception() is not None:
                future.set_exception(asked.exception())
            self._wake()

        self._here.look_at(ticket_id)
        self._here.do_later(want).add_done_callback(wanted)
        return future

    def _ask(self, query: Query[R]) -> R:
        problem = self._problem()
        if problem is not None:
            raise Unavailable(problem.code)
        try:
            answer = self._host.query(type(query).__name__, msgspec.to_builtins(query))
            found: R = msgspec.convert(answer, answer_of(type(query)))
        except HostProblem as error:
            if error.code == GONE:
                raise LookupError(GONE) from error
            raise Unavailable(error.code) from error
        except msgspec.ValidationError as error:  # a newer host's
            log.warning("an answer of the host was not understood: %s", type(query).__name__)
            raise Unavailable("version") from error
        return found

    def _older(self, search: Search) -> SearchPage:
        since = self._here.status.since
        if not since:
            return SearchPage((), (), False)
        if search.before is None and not parse(search.text, zone_of(search.zone)).numbers:
            search = replace(search, before=since * 1000)  # in the order of messages: µs
        page = self._ask(search)
        here = self._here.resident([hit.row.id for hit in page.hits])
        hits = tuple(hit for hit in page.hits if hit.row.id not in here)
        return SearchPage(hits, (), page.more, page.before)

    # On the loop's thread --------------------------------------------------------------------------------------

    def progress(self, ticket_id: str, share: float) -> None:
        with self._lock:
            wanted = self._wanted.get(ticket_id)
            told = tuple(wanted.told) if wanted else ()
        for tell in told:
            tell(share)

    def came(self, replica: Replica) -> None:
        """An exchange is over; on the replica's thread, where nobody begins to want something meanwhile."""
        unfinished = replica.bootstrap.threads
        with self._lock:
            over = [uid for uid in self._wanted if uid not in unfinished]
            done = {uid: self._wanted.pop(uid) for uid in over}
        here = self._here.resident(done) if done else frozenset()
        for uid, wanted in done.items():
            for future in wanted.futures:
                if uid in here:
                    future.set_result(None)
                else:
                    future.set_exception(LookupError(uid))

    def failed(self, error: Unavailable) -> None:
        """There is no contact: nobody is left waiting."""
        with self._lock:
            done, self._wanted = self._wanted, {}
        for wanted in done.values():
            for future in wanted.futures:
                future.set_exception(error)


def answer_of(kind: type[Any]) -> Any:
    """The type of what a query is answered, as its class says: `class Search(Query[SearchPage])`."""
    return get_args(kind.__orig_bases__[0])[0]
