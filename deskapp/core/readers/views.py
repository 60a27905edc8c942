"""Lists of tickets, and the counts beside their names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import msgspec
from sqlalchemy import ColumnElement, bindparam, func, select, true

from deskapp.core.queries.views import (
    ALL,
    DONE,
    MINE,
    NEEDS_REPLY,
    SNOOZED,
    SPAM,
    TO_SEND,
    TRASH,
    UNASSIGNED,
    GetSidebar,
    PreviewView,
    TicketIds,
    TicketKeysOf,
    TicketRows,
)
from deskapp.core.readers.base import Reading, reader_of
from deskapp.core.readers.conditions import Clause, constant, where_all
from deskapp.core.readers.desk import accounts, desk_seq, tags_in_use
from deskapp.core.readers.people import VISIBLE
from deskapp.core.readers.rows import family_of, ticket_rows
from deskapp.core.readers.statements import Statement
from deskapp.core.readers.visibility import role_of, seen_by, visible_keys
from deskapp.models import tables as t
from deskapp.models.dialect import RowKeys, Unindexed
from deskapp.models.dto import Condition, SavedViewInfo, Sidebar, TicketIdPage, TicketRow
from deskapp.models.enums import Bucket, Delivery, Role, SortOrder

SAVED_CAP = 1_000
"""Saved views are counted by looking, no further than this."""

_COUNTS = Statement(select(t.counter.c.key, t.counter.c.value))
_SAVED = Statement(
    select(t.saved_view)
    .join(t.agent, t.agent.c.id == t.saved_view.c.agent_id)
    .where(t.agent.c.uid == bindparam("me"))
    .order_by(t.saved_view.c.position, t.saved_view.c.id)
)

_DEPARTMENTS = Statement(
    select(t.department.c.id, t.department.c.uid, t.department.c.name)
    .where(t.department.c.removed.is_(False))
    .order_by(t.department.c.position, t.department.c.name)
)
_MINE = Statement(
    select(t.membership.c.department_id)
    .join(t.agent, t.agent.c.id == t.membership.c.agent_id)
    .where(t.agent.c.uid == bindparam("me"))
)

_ACTIVE: Clause = t.ticket.c.bucket == Bucket.ACTIVE
# Literals, as the partial indices say them: SQLite would not use those for a parameter.
_VISIBLE: Clause = t.ticket.c.visible == true()
_NEEDS_REPLY: Clause = (t.ticket.c.bucket == constant(Bucket.ACTIVE)) & (
    t.ticket.c.needs_reply == true()
)
_SNOOZED: Clause = t.ticket.c.bucket == constant(Bucket.SNOOZED)
_TO_SEND: Clause = (t.ticket.c.delivery != constant(Delivery.NONE)) & (
    Unindexed(t.ticket.c.visible) == true()  # that index is of all that is visible, and longer
)


_ACTIVE_IN = select(func.count()).where(
    t.ticket.c.department_id == t.department.c.id, t.ticket.c.bucket == constant(Bucket.ACTIVE)
)
_IN_DEPARTMENTS = Statement(
    select(t.department.c.uid, _ACTIVE_IN.correlate(t.department).scalar_subquery())
)


@dataclass(frozen=True, slots=True)
class View:
    """What belongs to a view, and the columns of its order, ascending."""

    where: tuple[Clause, ...]
    order: tuple[ColumnElement[int], ...] = (t.ticket.c.updated_at, t.ticket.c.id)
    newest_last: bool = True  # SortOrder.NEWEST reads the order backwards


def view_of(reading: Reading, name: str) -> View:
    """The view of that name (core.queries.views). Raises LookupError when there is none."""
    view = _whole_view(reading, name)
    seen = seen_by(reading)
    return replace(view, where=(*view.where, *seen)) if seen else view


def _whole_view(reading: Reading, name: str) -> View:
    head, separator, rest = name.partition(":")
    if separator and head in _NAMED:
        return _NAMED[head](reading, rest)
    if name in _PLAIN:
        return _PLAIN[name](reading)
    raise LookupError(f"no view {name!r}")


def _bucket(bucket: Bucket) -> Callable[[Reading], View]:
    return lambda _: View((t.ticket.c.bucket == bucket,))


def _snoozed(_: Reading) -> View:
    """The next to wake comes first."""
    return View((_SNOOZED,), (t.ticket.c.snoozed_until, t.ticket.c.id), newest_last=False)


_PLAIN: dict[str, Callable[[Reading], View]] = {
    MINE: lambda reading: View((_ACTIVE, t.ticket.c.assignee_id == reading.agent_key())),
    UNASSIGNED: lambda _: View((_ACTIVE, t.ticket.c.assignee_id.is_(None))),
    NEEDS_REPLY: lambda _: View((_NEEDS_REPLY,)),
    SNOOZED: _snoozed,
    TO_SEND: lambda _: View((_TO_SEND,)),
    ALL: lambda _: View((_VISIBLE,)),
    DONE: _bucket(Bucket.DONE),
    SPAM: _bucket(Bucket.SPAM),
    TRASH: _bucket(Bucket.TRASH),
}


def _account_view(_: Reading, uid: str) -> View:
    account = select(t.account.c.id).where(t.account.c.uid == uid).scalar_subquery()
    return View((_ACTIVE, t.ticket.c.account_id == account))


def _department_view(_: Reading, uid: str) -> View:
    department = select(t.department.c.id).where(t.department.c.uid == uid).scalar_subquery()
    return View((_ACTIVE, t.ticket.c.department_id == department))


def _tag_view(_: Reading, name: str) -> View:
    tagged = select(t.ticket_tag.c.ticket_id).join(t.tag, t.tag.c.id == t.ticket_tag.c.tag_id)
    return View((_ACTIVE, t.ticket.c.id.in_(tagged.where(t.tag.c.name == name))))


def _contact_view(reading: Reading, uid: str) -> View:
    key = reading.connection.execute(select(t.contact.c.id).where(t.contact.c.uid == uid)).scalar()
    if key is None:
        raise LookupError(f"no contact {uid!r}")
    family = family_of(reading.connection, t.contact, [key])
    return View((t.ticket.c.contact_id.in_(list(family)), t.ticket.c.bucket.in_(VISIBLE)))


def _status_view(_: Reading, status: str) -> View:
    return View((_VISIBLE, t.ticket.c.status == status))


def _saved_view(reading: Reading, uid: str) -> View:
    for saved in _saved_views(reading):
        if saved.id == uid:
            return View((_VISIBLE, where_all(reading, saved.conditions, saved.match_all)))
    raise LookupError(f"no saved view {uid!r}")


_NAMED: dict[str, Callable[[Reading, str], View]] = {
    "account": _account_view,
    "department": _department_view,
    "tag": _tag_view,
    "contact": _contact_view,
    "status": _status_view,
    "saved": _saved_view,
}


@reader_of(TicketIds)
def ticket_ids(reading: Reading, query: TicketIds) -> TicketIdPage:
    """All keys come as one JSON array: SQLite makes it without taking the interpreter's lock for each row."""
    view = view_of(reading, query.view)
    backwards = view.newest_last == (query.order is SortOrder.NEWEST)
    order = [column.desc() if backwards else column.asc() for column in view.order]
    listed = select(t.ticket.c.id).where(*view.where).order_by(*order).limit(query.limit).subquery()
    packed = reading.connection.execute(select(RowKeys(listed.c.id))).scalar_one()
    keys = msgspec.json.decode(packed, type=tuple[int, ...])
    total = (
        len(keys) if query.limit is None or len(keys) < query.limit else _count(reading, view.where)
    )
    return TicketIdPage(keys, total, desk_seq(reading))


@reader_of(TicketRows)
def rows_of_keys(reading: Reading, query: TicketRows) -> tuple[TicketRow, ...]:
    found = ticket_rows(reading, visible_keys(reading, query.keys))
    return tuple(found[key] for key in query.keys if key in found)


@reader_of(TicketKeysOf)
def keys_in_view(reading: Reading, query: TicketKeysOf) -> tuple[int, ...]:
    """With the ids in the SQL itself: SQLite would go through the whole view for a list of unknown length."""
    where = view_of(reading, query.view).where
    rows = reading.connection.execute(
        select(t.ticket.c.id).where(*where, t.ticket.c.uid.in_(query.ids))
    )
    return tuple(rows.scalars())


@reader_of(PreviewView)
def preview(reading: Reading, query: PreviewView) -> int:
    return _count(reading, (_VISIBLE, where_all(reading, query.conditions, query.match_all)))


@reader_of(GetSidebar)
def sidebar(reading: Reading, _: GetSidebar) -> Sidebar:
    counts = dict(_COUNTS.run(reading.connection))
    own = f"{MINE}:{reading.agent_id}"
    shown = {key: value for key, value in counts.items() if not key.startswith(f"{MINE}:")}
    shown = (
        dict.fromkeys((UNASSIGNED, NEEDS_REPLY, SNOOZED, TO_SEND), 0)
        | shown
        | {MINE: counts.get(own, 0)}
    )
    saved = _saved_views(reading)
    for view in saved:
        where = (_VISIBLE, where_all(reading, view.conditions, view.match_all))
        shown[f"saved:{view.id}"] = _count(reading, where, SAVED_CAP)
    departments = _departments(reading)
    if departments:
        active = dict(_IN_DEPARTMENTS.run(reading.connection).fetchall())
        shown |= {f"department:{uid}": active.get(uid, 0) for uid, _ in departments}
    tags = tags_in_use(reading, counts)
    return Sidebar(accounts(reading), tags, saved, shown, departments)


def _departments(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Those whose tickets the asking agent sees; none where there is nothing to tell apart."""
    found = _DEPARTMENTS.all(reading.connection)
    if len(found) > 1 and role_of(reading) is not Role.ADMIN:
        mine = set(_MINE.column(reading.connection, me=reading.agent_id))
        found = [row for row in found if row.id in mine]
    return tuple((row.uid, row.name) for row in found) if len(found) > 1 else ()


def _count(reading: Reading, where: Sequence[Clause], cap: int | None = None) -> int:
    counted = select(t.ticket.c.id).where(*where).limit(cap).subquery()
    return int(reading.connection.execute(select(func.count()).select_from(counted)).scalar_one())


def _saved_views(reading: Reading) -> tuple[SavedViewInfo, ...]:
    rows = _SAVED.all(reading.connection, me=reading.agent_id)
    return tuple(
        SavedViewInfo(
            row.uid,
            row.name,
            msgspec.convert(row.conditions, tuple[Condition, ...]),
            row.match_all,
            row.position,
        )
        for row in rows
    )
