"""What a part of a scope comes to: how many rows, and a hash over them, for a copy to compare itself with.

The host reads about as much as for a page of a first copy and keeps nothing: any of its processes answers.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from deskapp.sync.protocol.messages import Check, Rows, Sum, Sums
from deskapp.sync.protocol.tables import ENTITIES, shape
from deskapp.sync.server.refusals import Refused
from deskapp.sync.server.rows import KINDS, as_rows, summed
from deskapp.sync.server.viewer import Viewer

ROWS: Final = 2_000
"""So many rows are gone through for one answer: 0.1 s."""
END: Final = "g"
"""After every id."""


def sums_of(connection: Connection, viewer: Viewer, asked: Check, rows: int = ROWS) -> Sums | None:
    """None: this host's rows look otherwise than the client's. Raises Refused("invalid")."""
    if asked.shape != shape():
        return None
    kind = asked.scope.partition(":")[0]
    following = [entity for entity in ENTITIES if entity in KINDS.get(kind, ())]
    first = asked.entity or following[0]
    if first not in following:
        raise Refused("invalid", field="check")
    bound = {**viewer.bound, "key_": viewer.department_of(asked.scope), "since_": asked.since}
    parts: list[Sum] = []
    after, left = asked.after, rows
    for entity in following[following.index(first) :]:
        if left <= 0:
            return Sums(scope=asked.scope, parts=tuple(parts), entity=entity)
        found = list(rows_of(connection, entity, kind, bound, after, END, left))
        whole = len(found) < left
        upto = END if whole else found[-1][0]
        parts.append(
            Sum(entity=entity, after=after, upto=upto, count=len(found), hash=hash_of(found))
        )
        left -= len(found)
        if not whole:
            return Sums(scope=asked.scope, parts=tuple(parts), entity=entity, after=upto)
        after = ""
    return Sums(scope=asked.scope, parts=tuple(parts))


def rows_of(
    connection: Connection,
    entity: str,
    kind: str,
    bound: Mapping[str, Any],
    after: str,
    upto: str,
    limit: int,
) -> Iterable[list[Any]]:
    """Rows as they travel, of a desk or of a copy, with their JSON as values."""
    found = summed(entity, kind).run(connection, **bound, after_=after, upto_=upto, limit_=limit)
    return _plain(as_rows(entity, found.fetchall()))


def _plain(rows: Rows) -> Iterable[list[Any]]:
    for row in rows.rows:
        yield [
            msgspec.json.decode(value) if isinstance(value, msgspec.Raw) else value for value in row
        ]


def hash_of(rows: Iterable[list[Any]]) -> str:
    """Over rows in the order of their ids; blanks and the like in stored JSON make no difference."""
    total = blake2b(digest_size=16)
    for row in rows:
        total.update(msgspec.json.encode(row))
    return total.hexdigest()
