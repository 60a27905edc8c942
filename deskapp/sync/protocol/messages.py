"""The frames and bodies of the protocol. JSON; times in ms since the epoch, UTC; ids are 32 hexadecimal digits."""

from typing import Any, Final

import msgspec

VERSION: Final = 1
SERVED: Final = (1,)
"""Versions that this program's host answers."""
COMMANDS: Final = 50
"""At most so many go up in one exchange."""
ROWS: Final = 2_000
"""At most about so many come down in one answer; `more` says that there are others."""


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client sends: a key that is not known here is refused."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a host sends: a newer one may say more."""


class WireCommand(Body, frozen=True, kw_only=True):
    """One entry of a device's outbox. `n` is its place in the device's order; `at` is only ever shown."""

    id: str
    n: int
    type: str
    version: int
    body: dict[str, Any]
    at: int = 0
    offline: bool = False  # it waited in the outbox while the host could not be reached


class Check(Body, frozen=True, kw_only=True):
    """Asks what a part of a scope comes to: from `entity` on, after the id `after`, of what is kept `since` (ms).

    `shape` is `protocol.tables.shape()`: a host whose rows look otherwise does not answer.
    """

    scope: str
    since: int
    shape: int
    entity: str = ""  # empty: from the beginning
    after: str = ""


class SyncRequest(Body, frozen=True, kw_only=True):
    """`cursors` is how far this device has followed each scope."""

    epoch: str
    cursors: dict[str, int] = {}
    commands: tuple[WireCommand, ...] = ()
    check: Check | msgspec.UnsetType = msgspec.UNSET


class WireResult(Answer, frozen=True, kw_only=True):
    """What became of a command. `rejected` is a code with its parameters."""

    id: str
    seq: int = 0
    result: dict[str, Any] = {}
    undo: dict[str, Any] | None = None  # an encoded command
    rejected: dict[str, Any] | None = None
    failed: bool = False  # a fault at the host: the command steps aside and may be tried again


class Rows(Answer, frozen=True, kw_only=True):
    """Rows of one table. Each begins with its uid; then the values of `columns`, references as uids."""

    entity: str
    columns: tuple[str, ...]
    rows: list[list[Any]]


class Removal(Answer, frozen=True, kw_only=True):
    """A row that is gone, or that this agent may no longer see."""

    entity: str
    id: str


class Sum(Answer, frozen=True, kw_only=True):
    """The rows of an entity after the id `after` up to `upto`: how many, and a hash over them."""

    entity: str
    after: str
    upto: str
    count: int
    hash: str


class Sums(Answer, frozen=True, kw_only=True):
    """What a part of a scope comes to, in the snapshot of its answer. No `entity`: that was the end of it."""

    scope: str
    parts: tuple[Sum, ...]
    entity: str = ""  # where to go on
    after: str = ""


class SyncAnswer(Answer, frozen=True, kw_only=True):
    """Results, rows and removals of one read snapshot.

    Removals are carried out before rows. A scope in `scopes` without a cursor of the client's is new to it:
    it is fetched by a bootstrap. One that the client has and that is missing here was lost: it is purged.
    """

    epoch: str
    scopes: tuple[str, ...]
    cursors: dict[str, int]
    results: tuple[WireResult, ...] = ()
    removals: tuple[Removal, ...] = ()
    tables: tuple[Rows, ...] = ()
    more: bool = False
    server_at: int = 0
    sums: Sums | None = None  # when they were asked for and nothing else is to come


class BootstrapPage(Answer, frozen=True, kw_only=True):
    """A line of the bootstrap's stream. `token` is where to go on after a break.

    The last one has `done`, the number of rows of each entity and a checksum over their ids.
    """

    tables: tuple[Rows, ...] = ()
    token: str = ""
    cursors: dict[str, int] = {}  # of the first page: from where the scopes are followed afterwards
    since: int = 0  # of the first page: all threads that were touched from there on (ms) are told
    total: int = 0  # of the first page: about how many rows there are
    done: bool = False
    counts: dict[str, int] = {}
    checksum: str = ""


class Hello(Answer, frozen=True, kw_only=True):
    """Who answers, and who asks, as far as the token says."""

    version: int
    served: tuple[int, ...]
    epoch: str
    desk: str
    schema: str
    agent_id: str = ""
    agent_name: str = ""
    role: str = ""
    scopes: tuple[str, ...] = ()
    server_at: int = 0


class Problem(Answer, frozen=True, kw_only=True):
    """Every error: a code for programs, and parameters for the sentence that the window makes of it."""

    code: str
    params: dict[str, Any] = {}
    retry_ms: int = 0
