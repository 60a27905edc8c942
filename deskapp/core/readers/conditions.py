"""A saved view's conditions as SQL: known fields and operators, values as parameters only."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    TableClause,
    and_,
    false,
    literal_column,
    or_,
    select,
    true,
)

from deskapp.core.policies.search_syntax import parse_date
from deskapp.core.queries.views import FIELDS
from deskapp.core.readers.base import Reading
from deskapp.core.readers.fulltext import asking, contact_fts, matches, message_fts
from deskapp.models import tables as t
from deskapp.models.dto import Condition

Clause = ColumnElement[bool]
DAY_MS = 86_400_000


def constant(value: str) -> ColumnElement[str]:
    """A value of ours that is written into the SQL itself."""
    quoted = str(value).replace("'", "''")
    return literal_column(f"'{quoted}'")


def where_all(reading: Reading, conditions: Sequence[Condition], match_all: bool) -> Clause:
    """One clause for all conditions. One that cannot be read (an unknown field, no date) holds for nothing."""
    clauses = [clause_of(reading, condition) for condition in conditions]
    if match_all:
        return and_(true(), *clauses)
    return or_(false(), *clauses) if clauses else true()


def clause_of(reading: Reading, condition: Condition) -> Clause:
    """One condition on `ticket`."""
    if condition.operator not in FIELDS.get(condition.field, ()):
        return false()
    return _BUILDERS[condition.field](reading, condition)


def _is(found: Clause, condition: Condition) -> Clause:
    return ~found if condition.operator in ("is_not", "has_not") else found


def _status(_: Reading, condition: Condition) -> Clause:
    return _is(t.ticket.c.status == condition.value, condition)


def _channel(_: Reading, condition: Condition) -> Clause:
    return _is(t.ticket.c.channel == condition.value, condition)


def _tag(_: Reading, condition: Condition) -> Clause:
    tagged = (
        select(t.ticket_tag.c.ticket_id)
        .join(t.tag, t.tag.c.id == t.ticket_tag.c.tag_id)
        .where(t.tag.c.name == condition.value)
    )
    return _is(t.ticket.c.id.in_(tagged), condition)


def _contact(reading: Reading, condition: Condition) -> Clause:
    if condition.operator == "is":
        seed = select(t.contact.c.id).where(t.contact.c.uid == condition.value)
    else:
        words = asking(reading.connection).words(condition.value)
        if not words:
            return false()
        seed = select(t.contact.c.id).where(t.contact.c.id.in_(_matching(contact_fts, words)))
    family = seed.cte(recursive=True)
    child = t.contact.alias()
    family = family.union(select(child.c.id).join(family, child.c.merged_into == family.c.id))
    return t.ticket.c.contact_id.in_(select(family.c.id))


def _text(reading: Reading, condition: Condition) -> Clause:
    """A ticket one of whose messages, or of those merged into it, has the words."""
    words = asking(reading.connection).words(condition.value)
    if not words:
        return false()
    said = select(t.message.c.ticket_id.label("id")).where(
        t.message.c.position.in_(_matching(message_fts, words)), t.message.c.held.is_(False)
    )
    hit = said.cte(recursive=True)
    merged = t.ticket.alias()
    hit = hit.union(
        select(merged.c.merged_into)
        .join(hit, merged.c.id == hit.c.id)
        .where(merged.c.merged_into.is_not(None))
    )
    return t.ticket.c.id.in_(select(hit.c.id))


def _matching(index: TableClause, words: str) -> Select[Any]:
    return select(index.c.rowid).where(matches(index, words))


def _account(_: Reading, condition: Condition) -> Clause:
    account = select(t.account.c.id).where(t.account.c.uid == condition.value)
    return _is_that(t.ticket.c.account_id, account, condition)


def _assignee(reading: Reading, condition: Condition) -> Clause:
    if not condition.value:
        return _is(t.ticket.c.assignee_id.is_(None), condition)
    uid = reading.agent_id if condition.value == "me" else condition.value
    agent = select(t.agent.c.id).where(t.agent.c.uid == uid)
    return _is_that(t.ticket.c.assignee_id, agent, condition)


def _is_that(column: ColumnElement[Any], one: Select[Any], condition: Condition) -> Clause:
    """Also what has none is not that one, and nothing is one that is not there."""
    if condition.operator == "is_not":
        return or_(column.is_(None), column.not_in(one))
    return column == one.scalar_subquery()


def _needs_reply(_: Reading, condition: Condition) -> Clause:
    if condition.value not in ("yes", "no"):
        return false()
    return t.ticket.c.needs_reply.is_(condition.value == "yes")


def _time(column: ColumnElement[int]) -> Callable[[Reading, Condition], Clause]:
    def build(reading: Reading, condition: Condition) -> Clause:
        if condition.operator == "within_days":
            digits = condition.value.strip()
            if not (digits.isdecimal() and len(digits) < 6):
                return false()
            return column >= reading.now - int(digits) * DAY_MS
        span = parse_date(condition.value.strip())
        if span is None:
            return false()
        return column < span[0] if condition.operator == "before" else column >= span[0]

    return build


_BUILDERS: dict[str, Callable[[Reading, Condition], Clause]] = {
    "status": _status,
    "tag": _tag,
    "contact": _contact,
    "text": _text,
    "account": _account,
    "channel": _channel,
    "assignee": _assignee,
    "needs_reply": _needs_reply,
    "created": _time(t.ticket.c.created_at),
    "updated": _time(t.ticket.c.updated_at),
}
