"""The one door to a desk. A window knows `Workspace` and nothing behind it."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar

from deskapp.core.ports import BlobStore

if TYPE_CHECKING:
    from deskapp.core.queries.search import Search
    from deskapp.models.dto import SearchPage

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Offline(StrEnum):
    """What may be done with a command while the authority cannot be reached."""

    QUEUE = "queue"
    ONLINE = "online"
    LOCAL = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A named write. Subclasses are frozen dataclasses with a TYPE, a VERSION and an OFFLINE policy.

    The same object is the UI action, the outbox row, the wire format, the CLI call and the audit
    entry. A command never carries a secret.
    """

    TYPE: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1
    OFFLINE: ClassVar[Offline] = Offline.QUEUE


class Query(Generic[R_co]):
    """A named read. Subclasses are frozen dataclasses; the type parameter is what they answer."""

    __slots__ = ()


class Rejected(Exception):
    """A command that the desk refuses. `code` and `params` are data; the UI writes the sentence."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: Mapping[str, str | int] = params


@dataclass(frozen=True, slots=True)
class Rejection:
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The authority's answer to a command, given after its commit is on the disk.

    `result` holds ids and numbers of what was made. `undo`, when there is one, is the command that
    takes this one back. A rejected command changed nothing.
    """

    command_id: str
    seq: int
    result: Mapping[str, object] = field(default_factory=dict)
    undo: Command | None = None
    rejected: Rejection | None = None

    @property
    def ok(self) -> bool:
        return self.rejected is None


@dataclass(frozen=True, slots=True)
class Change:
    """One touched row. `entity` is a table's name; `key` is its integer key, `id` its UUID."""

    entity: str
    key: int
    id: str
    op: str  # upsert, exit


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one commit touched, in commit order. `tickets` are the ids of tickets to look at again.

    `whole`: everything may be another, keys included (the copy of a desk was fetched, or thrown away).
    """

    seq: int
    changes: tuple[Change, ...]
    tickets: frozenset[str]
    counts: bool  # whether any view's count moved
    scopes: Mapping[str, int] = field(default_factory=dict)  # touched scopes, and their counts now
    whole: bool = False

    def touches(self, *entities: str) -> bool:
        return self.whole or any(change.entity in entities for change in self.changes)


@dataclass(frozen=True, slots=True)
class Connection:
    """Whether this window is complete. A solo desk is always online.

    `complete_to` is the time (ms) up to which it knows everything; of a solo desk and a host its last `seq`.
    `problem` is a code while it is offline: unreachable, revoked, certificate_changed, version, epoch;
    empty while all is well.
    """

    mode: str  # solo, host, team
    online: bool
    complete_to: int
    unsent: int = 0  # commands that wait to be answered by the host
    oldest_unsent_at: int | None = None
    refused: int = 0  # commands that the host refused and nobody has looked at
    problem: str = ""
    first_sync: float | None = None  # 0…1 while the first copy is fetched
    host: str = ""  # host:port where the desk was last reached; empty: it is here
    fingerprint: str = ""  # SHA-256 of the certificate that is trusted there; empty: a public one
    repaired_at: int = (
        0  # when what is here last differed from the host and was mended (ms); 0: never
    )
    trouble: str = ""  # of this computer's own disk: disk_full, disk_failed, disk_errors


class Unavailable(Exception):
    """What only the desk itself has cannot be had now. `code` says why: as `Connection.problem`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Elsewhere(Protocol):
    """What the desk has and this machine does not keep. No call blocks; futures raise `Unavailable`."""

    def ask(self, query: Query[R]) -> "Future[R]":
        """As `Workspace.query`, of all that this agent may see. Rows have no key of this machine: 0."""

    def older(self, search: "Search") -> "Future[SearchPage]":
        """What is found in tickets that are not here; `before` of the page asks for more."""

    def fetch(self, ticket_id: str, on_progress: Callable[[float], None]) -> "Future[None]":
        """Bring a whole thread here, to stay while somebody looks at it. Raises `LookupError` when there is none.

        `on_progress` is told 0…1, on a worker thread.
        """


class Workspace(Protocol):
    """What a window may do with a desk. Every method may be called from any thread and never blocks."""

    def submit(self, command: Command, command_id: str | None = None) -> "Future[Outcome]":
        """Queue `command`; the future resolves after the durable commit (or with a rejection).

        The same `command_id` again answers as the first time and changes nothing.
        """

    def query(self, query: Query[R]) -> "Future[R]":
        """Read on a reader thread. The future raises `LookupError` for an id that is not there."""

    def subscribe(self, callback: Callable[[ChangeSet], None]) -> Callable[[], None]:
        """Call `callback` on the authority's thread after each commit; returns the unsubscriber."""

    def new_id(self) -> str:
        """A fresh UUIDv7 for what a command is about to make."""

    @property
    def agent_id(self) -> str:
        """Who works at this window."""

    @property
    def connection(self) -> Connection: ...

    @property
    def elsewhere(self) -> Elsewhere | None:
        """The way to what is not kept here; None: all of the desk is here."""

    @property
    def blobs(self) -> BlobStore: ...
