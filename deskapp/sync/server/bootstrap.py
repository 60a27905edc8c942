"""A first copy, streamed from the tables: pages of one entity after another, each a snapshot of its own.

What changes meanwhile is repaired by following the scope from the cursor of the first page, which was taken
before any row was read. A page's token holds nothing but where the client itself has come to.
"""

import base64
import zlib
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import bindparam, select

from deskapp.core.authority.scopes import SHARED, department, person
from deskapp.core.readers.statements import Statement
from deskapp.models import tables as t
from deskapp.sync.protocol.messages import BootstrapPage
from deskapp.sync.protocol.residency import DAYS, EVERYTHING, since_of
from deskapp.sync.protocol.tables import ENTITIES
from deskapp.sync.server.exchange import Exchange
from deskapp.sync.server.refusals import Refused
from deskapp.sync.server.rows import IN_THREADS, KINDS, as_rows, count, page
from deskapp.sync.server.viewer import Viewer, viewer_of

PAGE: Final = 300
"""Rows of a page. Messages are long, and a slow line should not have to say much twice."""
TICKET: Final = "ticket:"
"""Before a ticket's uid: its thread alone, of any age, for whoever may see it."""

_COUNT: Final = Statement(select(t.scope.c.seq).where(t.scope.c.name == bindparam("scope_")))


class _Place(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """Where a stream has come to: after `after` in `entity`, with what was counted so far."""

    scope: str
    since: int
    entity: str
    after: str
    counts: dict[str, int]
    checksum: int
    until: int = 0  # only what is older than a window from there on; 0: all


def pages(
    exchange: Exchange,
    agent_id: str,
    scope: str,
    token: str = "",
    days: int = DAYS,
    until: int = 0,
    *,
    size: int = PAGE,
) -> Iterator[BootstrapPage]:
    """The rows of a scope, or of one thread (`ticket:<uid>`), from the beginning or from `token` on.

    `until`: only threads that a window from that time (ms) on does not have: this one was made larger.
    Raises Refused: not_found (no such scope, or not this agent's), invalid (the token), revoked; also between
    two pages.
    """
    place = _read(token, scope) if token else _start(exchange, scope, days, until)
    if not token:
        yield _first(exchange, agent_id, place)
    following = _following(place)
    if place.entity not in following:
        raise Refused("invalid", field="token")
    for entity in following[following.index(place.entity) :]:
        if entity != place.entity:
            place.entity, place.after = entity, ""
        while rows := _next(exchange, agent_id, place, size):
            _count_in(place, rows)
            yield BootstrapPage(tables=(as_rows(entity, rows),), token=_written(place))
            if len(rows) < size:
                break
    yield BootstrapPage(
        done=True, counts=place.counts, checksum=f"{place.checksum:08x}", token=_written(place)
    )


def checksum(uids: Iterator[str], start: int = 0) -> int:
    """CRC-32 over the uids in the order in which they were sent."""
    return zlib.crc32("".join(uids).encode(), start)


def _following(place: _Place) -> list[str]:
    """What is told, in order: of an older part only what belongs to threads."""
    held = KINDS[_kind(place.scope)]
    return [e for e in ENTITIES if e in held and (not place.until or e in IN_THREADS)]


def _start(exchange: Exchange, scope: str, days: int, until: int) -> _Place:
    since = since_of(exchange.authority.clock.now(), min(max(days, 0), EVERYTHING))
    place = _Place(scope, since, "", "", {}, 0, until)
    place.entity = _following(place)[0]
    return place


def _first(exchange: Exchange, agent_id: str, place: _Place) -> BootstrapPage:
    kind = _kind(place.scope)
    with exchange.snapshot() as connection:
        bound = _bound(viewer_of(connection, agent_id), place)
        cursor = _COUNT.scalar(connection, scope_=place.scope) or 0
        counts = (count(entity, kind, bool(place.until)) for entity in _following(place))
        total = sum(one.scalar(connection, **bound) for one in counts)
    if kind == "ticket" and not total:
        raise Refused("not_found")
    cursors = {} if kind == "ticket" or place.until else {place.scope: cursor}
    return BootstrapPage(cursors=cursors, since=place.since, total=total, token=_written(place))


def _next(exchange: Exchange, agent_id: str, place: _Place, size: int) -> list[tuple[Any, ...]]:
    with exchange.snapshot() as connection:
        bound = _bound(viewer_of(connection, agent_id), place)
        wanted = page(place.entity, _kind(place.scope), bool(place.until))
        rows = wanted.run(connection, **bound, after_=place.after, limit_=size)
        return list(rows.fetchall())


def _bound(viewer: Viewer, place: _Place) -> dict[str, Any]:
    """Values of the conditions. Raises Refused("not_found") for what this agent does not follow."""
    scope = place.scope
    bound: dict[str, Any] = {**viewer.bound, "since_": place.since, "until_": place.until}
    if scope.startswith(TICKET):
        return {**bound, "key_": scope.removeprefix(TICKET)}
    if scope in (SHARED, person(viewer.uid)):
        return bound
    for key, uid in viewer.departments.items():
        if department(uid) == scope:
            return {**bound, "key_": key}
    raise Refused("not_found")


def _kind(scope: str) -> str:
    kind = scope.partition(":")[0]
    if kind not in KINDS:
        raise Refused("not_found")
    return kind


def _count_in(place: _Place, rows: list[tuple[Any, ...]]) -> None:
    place.after = rows[-1][0]
    place.counts[place.entity] = place.counts.get(place.entity, 0) + len(rows)
    place.checksum = checksum((row[0] for row in rows), place.checksum)


def _written(place: _Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def _read(token: str, scope: str) -> _Place:
    try:
        place = msgspec.json.decode(base64.urlsafe_b64decode(token), type=_Place)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Refused("invalid", field="token") from error
    if place.scope != scope:
        raise Refused("invalid", field="token")
    return place
