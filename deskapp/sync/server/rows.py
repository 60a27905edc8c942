"""Rows as they travel: read from the tables with their references as uids, and only what a viewer may see.

The change log says where to look; what may be shown is asked of the rows themselves, each time. A row that has
left a scope is still named in that scope's log.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import msgspec
from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
    true,
    union_all,
)

from deskapp.core.authority.scopes import OF_TICKET, PERSONAL
from deskapp.core.readers.statements import Statement, among
from deskapp.models import tables as t
from deskapp.models.dialect import AsNumber, Unindexed
from deskapp.models.enums import Role
from deskapp.sync.protocol.messages import Rows
from deskapp.sync.protocol.residency import kept
from deskapp.sync.protocol.tables import ENTITIES, HTML, columns_of

ROOMS: Final = frozenset({"room", "room_member", "room_message"})
OWN: Final = PERSONAL | ROOMS
"""Never in a scope that all agents follow."""
IN_TICKETS: Final = OF_TICKET | {"ticket", "attachment"}
OWN_PARTS: Final = ("read_mark", "draft")
"""Rows of one agent in one ticket."""
IN_THREADS: Final = IN_TICKETS | set(OWN_PARTS)
KINDS: Final[Mapping[str, frozenset[str]]] = {
    "desk": frozenset(ENTITIES) - PERSONAL - ROOMS,
    "department": IN_THREADS,
    "person": IN_TICKETS | PERSONAL | ROOMS,
    "ticket": IN_THREADS,
}
"""Which entities a scope can hold, by its kind; `ticket` is a single thread."""

_HOME = t.ticket.alias("home")
_SAID = t.message.alias("said")
_ME: ColumnElement[int] = bindparam("agent_")
_AFTER: ColumnElement[str] = bindparam("after_")


@cache
def _from(entity: str) -> FromClause:
    """The table with whatever its conditions need: its ticket, by way of its message for a file."""
    table = t.metadata.tables[entity]
    if entity == "attachment":
        joined = table.join(_SAID, _SAID.c.id == table.c.message_id)
        return joined.join(_HOME, _HOME.c.id == _SAID.c.ticket_id)
    if entity == "ticket":
        return table.join(_HOME, _HOME.c.id == table.c.id)
    if entity in OF_TICKET or entity in OWN_PARTS:
        return table.join(_HOME, _HOME.c.id == table.c.ticket_id)
    return table


@cache
def _rows(entity: str) -> Select[Any]:
    """Every column of the wire: the uid first, references as uids."""
    table = t.metadata.tables[entity]
    source = _from(entity)
    columns: list[ColumnElement[Any]] = [table.c.uid]
    html = t.message_html.c
    of_html = dict(zip(HTML, (html.html, html.remote_urls, html.remote_images), strict=True))
    for column in columns_of(entity):
        if column.target:
            other = t.metadata.tables[column.target].alias(f"to_{column.name}")
            refers = other.c.id == table.c[column.name]
            if entity == "room" and column.target == "ticket":
                refers = and_(refers, _seen_ticket(other))
            source = source.outerjoin(other, refers)
            columns.append(other.c.uid.label(column.name))
        elif entity == "message" and column.name in of_html:
            columns.append(of_html[column.name].label(column.name))
        elif isinstance(table.c[column.name].type, Boolean):
            columns.append(AsNumber(table.c[column.name]).label(column.name))
        else:
            columns.append(table.c[column.name])
    if entity == "message":
        source = source.outerjoin(t.message_html, html.message_id == table.c.id)
    return select(*columns).select_from(source)


def _access(ticket: FromClause = _HOME) -> ColumnElement[bool]:
    access = t.ticket_access.alias("access")
    given = select(access.c.ticket_id).where(access.c.agent_id == _ME)
    return and_(ticket.c.department_id.is_not(None), ticket.c.id.in_(given))


def _seen_ticket(ticket: FromClause) -> ColumnElement[bool]:
    mine = among(ticket.c.department_id, "departments_")
    return or_(ticket.c.department_id.is_(None), mine, _access(ticket))


def _seen_by(agent: ColumnElement[int]) -> ColumnElement[bool]:
    """As `_seen_ticket`, of `_HOME` and whichever agent: what they may see is looked up."""
    of, member, access = _HOME.c, t.membership.c, t.ticket_access.c
    return or_(
        of.department_id.is_(None),
        exists().where(member.agent_id == agent, member.department_id == of.department_id),
        exists().where(access.agent_id == agent, access.ticket_id == of.id),
        exists().where(t.agent.c.id == agent, t.agent.c.role == Role.ADMIN),
    )


def _visible(entity: str) -> ColumnElement[bool]:
    """Whether the viewer may see a row, by whatever scope. The same rule as `core.authority.scopes.may_see`, and what
    is one's own in a ticket is told where the ticket is."""
    table = t.metadata.tables[entity]
    if entity in PERSONAL:
        mine = (
            table.c.agent_id + 0 == _ME
        )  # not to be looked up by: the uids are few, one's rows many
        return and_(mine, _seen_ticket(_HOME)) if entity in OWN_PARTS else mine
    if entity in ROOMS:
        room = table.c.id if entity == "room" else table.c.room_id
        member = t.room_member.alias("me_in")
        return exists().where(member.c.room_id == room, member.c.agent_id == _ME)
    return _seen_ticket(_HOME) if entity in IN_TICKETS else true()


def _held(entity: str, kind: str) -> ColumnElement[bool]:
    """Whether a row that may be seen is in a scope of this kind. Pages are read in the order of uids, not by this."""
    if entity not in IN_TICKETS:
        if kind == "ticket":
            return and_(_visible(entity), _in_thread())
        of_department = Unindexed(_HOME.c.department_id) == bindparam("key_")
        return and_(_visible(entity), of_department if kind == "department" else true())
    if kind == "desk":
        return _HOME.c.department_id.is_(None)
    if kind == "department":
        return Unindexed(_HOME.c.department_id) == bindparam("key_")
    if kind == "person":
        return _access()
    return and_(_visible(entity), _in_thread())


def _in_thread() -> ColumnElement[bool]:
    """Of the ticket `key_`, or of one that was merged into it: they show as one."""
    root = select(t.ticket.c.id).where(t.ticket.c.uid == bindparam("key_"))
    once = select(t.ticket.c.id).where(t.ticket.c.merged_into.in_(root))
    twice = select(t.ticket.c.id).where(t.ticket.c.merged_into.in_(once))
    return _HOME.c.id.in_(union_all(root, once, twice))


def _resident(entity: str, kind: str, older: bool) -> ColumnElement[bool]:
    """Whether a row belongs to what a machine keeps; `older`: and not to what it had before its window grew."""
    if kind == "ticket" or entity not in IN_THREADS:
        return true()
    return and_(kept(_HOME), not_(kept(_HOME, "until_"))) if older else kept(_HOME)


@cache
def named(entity: str) -> Statement:
    """The rows with the uids `uids_` that a viewer may see, in the order of their uids."""
    uid = t.metadata.tables[entity].c.uid
    return Statement(_rows(entity).where(among(uid, "uids_"), _visible(entity)).order_by(uid))


@cache
def shared(entity: str) -> Statement:
    """Those of the rows `uids_` that are in the scope that all agents follow; not for OWN entities."""
    uid = t.metadata.tables[entity].c.uid
    home = _HOME.c.department_id.is_(None) if entity in IN_TICKETS else true()
    return Statement(_rows(entity).where(among(uid, "uids_"), home).order_by(uid))


@cache
def written(entity: str, kind: str) -> Statement:
    """Those of the rows `uids_` that are in a scope (`desk`; `department` or `person` of the uid `home_`) and were
    written after the desk's commit `since_`."""
    table = t.metadata.tables[entity]
    owner = t.agent if kind == "person" else t.department
    home = select(owner.c.id).where(owner.c.uid == bindparam("home_")).scalar_subquery()
    held: ColumnElement[bool] = true()
    if entity in PERSONAL:
        held = table.c.agent_id + 0 == home
        if entity in OWN_PARTS:
            held = and_(held, _seen_by(home))
    elif entity in IN_TICKETS:
        of_all = _HOME.c.department_id.is_(None)
        held = Unindexed(_HOME.c.department_id) == home if kind == "department" else of_all
    fresh = table.c.seq > bindparam("since_")
    found = _rows(entity).where(among(table.c.uid, "uids_"), held, fresh)
    return Statement(found.order_by(table.c.uid))


@cache
def still_there(entity: str) -> Statement:
    """Of the uids `uids_`, those of rows that there are, whoever may see them."""
    uid = t.metadata.tables[entity].c.uid
    return Statement(select(uid).where(among(uid, "uids_")))


@cache
def still_seen(entity: str) -> Statement:
    """Of the uids `uids_`, those of rows that a viewer may see."""
    uid = t.metadata.tables[entity].c.uid
    found = select(uid).select_from(_from(entity)).where(among(uid, "uids_"), _visible(entity))
    return Statement(found)


@cache
def own_parts(entity: str) -> Statement:
    """The uids of a viewer's own rows (of OWN_PARTS) in the tickets `uids_`."""
    table = t.metadata.tables[entity]
    found = select(table.c.uid).select_from(_from(entity))
    return Statement(found.where(table.c.agent_id == _ME, among(_HOME.c.uid, "uids_")))


@cache
def page(entity: str, kind: str, older: bool = False) -> Statement:
    """The next `limit_` rows of a scope after the uid `after_`, in the order of their uids."""
    uid = t.metadata.tables[entity].c.uid
    resident = _resident(entity, kind, older)
    wanted = _rows(entity).where(uid > _AFTER, _held(entity, kind), resident)
    return Statement(wanted.order_by(uid).limit(bindparam("limit_")))


@cache
def summed(entity: str, kind: str) -> Statement:
    """As `page`, up to the uid `upto_`.

    It is asked of the desk and of its copies, which have the same tables; both sides must find the same.
    """
    uid = t.metadata.tables[entity].c.uid
    held = _held(entity, kind), _resident(entity, kind, older=False)
    wanted = _rows(entity).where(uid > _AFTER, uid <= bindparam("upto_"), *held)
    return Statement(wanted.order_by(uid).limit(bindparam("limit_")))


@cache
def unseen(entity: str) -> Statement:
    """The uids of rows that a viewer may not see: a copy for that viewer has none."""
    uid = t.metadata.tables[entity].c.uid
    seen = select(uid).select_from(_from(entity)).where(_visible(entity))
    return Statement(select(uid).where(uid.not_in(seen)))


@cache
def count(entity: str, kind: str, older: bool = False) -> Statement:
    """How many rows of a scope there are."""
    uid = t.metadata.tables[entity].c.uid
    found = select(uid).select_from(_from(entity))
    found = found.where(_held(entity, kind), _resident(entity, kind, older))
    return Statement(select(func.count()).select_from(found.subquery()))


def in_visible(entity: str, condition: ColumnElement[bool]) -> Select[Any]:
    """One uid, if there is a row like that which a viewer may see."""
    uid = t.metadata.tables[entity].c.uid
    return select(uid).select_from(_from(entity)).where(condition, _visible(entity)).limit(1)


@cache
def _names(entity: str) -> tuple[str, ...]:
    return tuple(str(column.name) for column in columns_of(entity))


@cache
def _json_places(entity: str) -> tuple[int, ...]:
    """Where JSON stands in a row; it is stored as it travels, and is not read on the way."""
    return tuple(
        place
        for place, column in enumerate(_rows(entity).selected_columns)
        if isinstance(column.type, JSON)
    )


def as_rows(entity: str, found: Iterable[tuple[Any, ...]]) -> Rows:
    places = _json_places(entity)
    rows = list(map(list, found))
    for row in rows if places else ():
        for place in places:
            if row[place] is not None:
                row[place] = msgspec.Raw(str(row[place]).encode())  # a number comes as one
    return Rows(entity=entity, columns=_names(entity), rows=rows)
