"""What commits brought, read and written down once for all lines that follow: a part for each scope.

A part tells what was *written* in its scope. What is only told there (a ticket that came from elsewhere, with more
in it than was written), what left it for another place, and what is too much, is no part: whoever follows is poked
and pulls, for a pull knows what each agent sees besides.
"""

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, select

from deskapp.core.authority.scopes import PERSONAL, SHARED, person
from deskapp.core.readers.statements import Statement, among
from deskapp.models import tables as t
from deskapp.sync.protocol.live import NEWS_BYTES, Part
from deskapp.sync.protocol.messages import Removal, Rows
from deskapp.sync.protocol.tables import ENTITIES
from deskapp.sync.server.devices import Session
from deskapp.sync.server.exchange import Exchange, epoch_of
from deskapp.sync.server.rows import KINDS, OWN, as_rows, still_there, written
from deskapp.sync.server.viewer import Viewer, viewers_of
from deskapp.sync.server.wire import framed

ROWS: Final = 1_000
"""A part of more is not made: so much is pulled."""
LEVEL: Final = 1
PERSON: Final = person("")
"""How the scopes begin that are one agent's. Of what is told there, PERSONAL is sent; tickets and rooms are pulled."""
RIGHTS: Final = frozenset({"agent", "membership", "department"})
"""What decides who follows what; all of it is told in the scope that everybody follows."""

_encode: Final = msgspec.json.Encoder().encode
_SEQ: Final = Statement(select(t.desk.c.value).where(t.desk.c.key == "seq"))
_COUNTS: Final = Statement(
    select(t.scope.c.name, t.scope.c.seq).where(among(t.scope.c.name, "scopes_"))
)
_log = t.sync_log.c
_TOUCHED: Final = Statement(
    select(_log.entity, _log.uid, _log.op)
    .where(_log.scope == bindparam("scope_"), _log.seq > bindparam("after_"))
    .limit(bindparam("limit_"))
)
_GOOD: Final = Statement(
    select(t.device.c.uid)
    .join(t.agent, t.agent.c.id == t.device.c.agent_id)
    .where(t.device.c.revoked_at.is_(None), t.agent.c.disabled.is_(False))
)


@dataclass(frozen=True, slots=True)
class Rights:
    """Of one snapshot: which devices are good, and whose scopes are which. `seq` is the desk's last commit in it."""

    seq: int
    devices: frozenset[str]
    viewers: Mapping[str, Viewer]


@dataclass(slots=True)
class Round:
    """What is to be told of one snapshot. `moved` are the scopes that went on; `parts` what of them can be sent.

    `rights` is given when they may be others than in the round before; they are those of the commit `rights_seq`.
    """

    devices: frozenset[str]
    moved: frozenset[str]
    parts: Mapping[str, bytes]
    rights: Rights | None
    rights_seq: int
    epoch: str
    at: int
    _frames: dict[frozenset[str], bytes | None] = field(default_factory=dict)
    _ready: dict[bytes, bytes] = field(default_factory=dict)

    def frame(self, scopes: frozenset[str]) -> bytes | None:
        """A packed `News` of all these scopes; None when one of them has to be pulled. Made once."""
        if scopes not in self._frames:
            parts = [self.parts[scope] for scope in sorted(scopes) if scope in self.parts]
            whole = len(parts) == len(scopes) and sum(map(len, parts)) < NEWS_BYTES - 1_000
            self._frames[scopes] = self._packed(parts) if whole else None
        return self._frames[scopes]

    def ready(self, frame: bytes) -> bytes:
        """As it goes over the line. Made once."""
        found = self._ready.get(frame)
        if found is None:
            found = self._ready[frame] = framed(frame)
        return found

    def _packed(self, parts: list[bytes]) -> bytes:
        head = b'{"t":"news","epoch":%b,"server_at":%d,"parts":[' % (_encode(self.epoch), self.at)
        return zlib.compress(head + b",".join(parts) + b"]}", LEVEL)


@dataclass(slots=True, eq=False, kw_only=True)
class Follower:
    """Who is told: a device, and what its agent sees as of the desk's commit `seq`.

    `follows`: it takes news. `news`: a frame is on its way to it, and no other is sent meanwhile.
    """

    session: Session
    viewer: Viewer
    seq: int
    follows: bool = False
    news: bool = False

    def frames(self, done: Round, scopes: Collection[str]) -> list[bytes] | None:
        """What to send of these scopes; None: poke. Nobody is sent what came after they may have lost a scope.

        What is this agent's alone comes by itself, after what it is about: the rest is packed once for all.
        """
        sure = self.seq >= done.rights_seq and self.session.device in done.devices
        if not sure or not self.follows or self.news:
            return None
        own = frozenset(scope for scope in scopes if scope.startswith(PERSON))
        frames = [done.frame(some) for some in (frozenset(scopes) - own, own) if some]
        whole = [frame for frame in frames if frame is not None]
        return whole if len(whole) == len(frames) else None


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a scope was told: its own count, and the desk's last commit that was looked at."""

    count: int
    seq: int


class Rounds:
    """For one thread at a time. Each round looks at every scope that one before asked for, until it is forgotten:
    what is written since a round is what has a later `seq` than that."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._counts: dict[str, int] = {}
        self._seq = 0  # the desk's last commit when these were read
        self._rights_seq = 0

    def read(self, scopes: Collection[str], agents: Collection[str]) -> Round:
        """What is new in `scopes`, those that somebody follows; `agents` are all who do."""
        with self._exchange.snapshot() as connection:
            seq = seq_of(connection)
            wanted = {SHARED, *scopes, *self._counts}
            counts: dict[str, int] = dict(_COUNTS.run(connection, scopes_=wanted).fetchall())
            parts: dict[str, bytes] = {}
            moved, rights = set(), None
            for scope, count in counts.items():
                before = self._counts.get(scope)
                if before == count:
                    continue
                moved.add(scope)
                place = None if before is None else _Place(before, self._seq)
                touched = _touched(connection, scope, place) if place else None
                if scope == SHARED and (touched is None or touched.keys() & RIGHTS):
                    rights = read_rights(connection, agents)
                    self._rights_seq = seq
                part = _part(connection, scope, place, count, touched) if place else None
                if part is not None:
                    parts[scope] = part
            self._counts |= counts
            self._seq = seq
            return Round(
                frozenset(_GOOD.column(connection)), frozenset(moved), parts, rights,
                self._rights_seq, epoch_of(connection), self._exchange.authority.clock.now(),
            )  # fmt: skip

    def forget(self, scopes: Collection[str]) -> None:
        """Nobody follows them any more."""
        for scope in scopes:
            self._counts.pop(scope, None)


def seq_of(connection: Connection) -> int:
    """The desk's last commit in this snapshot."""
    return int(_SEQ.scalar(connection) or 0)


def read_rights(connection: Connection, agents: Collection[str]) -> Rights:
    devices = frozenset(_GOOD.column(connection))
    return Rights(seq_of(connection), devices, viewers_of(connection, agents))


_Touched = dict[str, dict[str, set[str]]]
"""By entity and `op`, the uids that a log names."""


def _touched(connection: Connection, scope: str, place: _Place) -> _Touched | None:
    """None when there are too many to be sent."""
    found: _Touched = {}
    given = {"scope_": scope, "after_": place.count, "limit_": ROWS + 1}
    entries = _TOUCHED.run(connection, **given).fetchall()
    for entity, uid, op in entries:
        found.setdefault(entity, {}).setdefault(op, set()).add(uid)
    return found if len(entries) <= ROWS else None


def _part(
    connection: Connection, scope: str, place: _Place, count: int, touched: _Touched | None
) -> bytes | None:
    kind, _, home = scope.partition(":")
    sent = PERSONAL if kind == "person" else KINDS[kind] - OWN
    if touched is None or not touched.keys() <= sent:
        return None
    tables: list[Rows] = []
    removals: list[Removal] = []
    given = {"home_": home} if home else {}
    for entity in (one for one in ENTITIES if one in touched):
        here, gone = (sorted(touched[entity].get(op, ())) for op in ("upsert", "exit"))
        if here:
            found: Any = written(entity, kind).run(
                connection, uids_=here, since_=place.seq, **given
            )
            rows = as_rows(entity, found.fetchall())
            if len(rows.rows) < len(here):
                return None
            tables.append(rows)
        if gone and still_there(entity).column(connection, uids_=gone):
            return None
        removals += [Removal(entity=entity, id=uid) for uid in gone]
    return _encode(
        Part(
            scope=scope, since=place.count, cursor=count,
            removals=tuple(removals), tables=tuple(tables),
        )
    )  # fmt: skip
