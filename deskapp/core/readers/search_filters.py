"""The filters of a search (`from: tag: is:` …) as SQL on tickets and on messages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Text,
    false,
    func,
    or_,
    select,
    true,
    type_coerce,
)

from deskapp.core.policies.excerpts import fold
from deskapp.core.policies.search_syntax import SearchText
from deskapp.core.readers.base import Reading
from deskapp.core.readers.visibility import seen_by
from deskapp.models import tables as t
from deskapp.models.enums import Bucket

Clause = ColumnElement[bool]

VISIBLE: Clause = t.ticket.c.visible == true()
_ELSEWHERE = {"spam": Bucket.SPAM, "trash": Bucket.TRASH}
"""States whose tickets are found only when they are asked for."""


@dataclass(frozen=True, slots=True)
class Filters:
    """`tickets` hold for the ticket that a hit shows in, `messages` for the message itself.

    `begin` and `end` bound its position. `selective`: some filter is about tickets.
    """

    tickets: tuple[Clause, ...]
    messages: tuple[Clause, ...]
    begin: int | None
    end: int | None
    selective: bool


def filters_of(reading: Reading, parsed: SearchText) -> Filters:
    """Values of one field are alternatives; `tag:`, `is:` and `has:` must all hold."""
    states = parsed.values("is")
    buckets = [_ELSEWHERE[state] for state in states if state in _ELSEWHERE]
    tickets = [t.ticket.c.bucket.in_(buckets) if buckets else VISIBLE]
    tickets += [_STATES[state](reading) for state in states if state in _STATES]
    tickets += [_tagged(reading, value) for value in parsed.values("tag")]
    for field, build in _CHOICES.items():
        if values := parsed.values(field):
            tickets.append(or_(*(build(reading, value) for value in values)))
    to = parsed.values("to")
    tickets += [_written_to(reading, value) for value in to]
    messages: list[Clause] = [
        type_coerce(t.message.c.recipients, Text).like(_contains(value), escape="\\")
        for value in to
    ]
    messages.append(t.message.c.held.is_("held" in states))
    if parsed.values("has"):
        messages.append(t.message.c.attachment_count > 0)
    after = [int(value) * 1000 for value in parsed.values("after")]
    before = [int(value) * 1000 for value in parsed.values("before")]
    return Filters(
        (*tickets, *seen_by(reading)),
        tuple(messages),
        max(after, default=None),
        min(before, default=None),
        selective=len(tickets) > 1 or bool(buckets),
    )


def _unread(reading: Reading) -> Clause:
    mark = t.read_mark.c
    seen = (
        select(mark.inbound_seen)
        .where(mark.ticket_id == t.ticket.c.id, mark.agent_id == reading.agent_key())
        .scalar_subquery()
    )
    return t.ticket.c.inbound_count > func.coalesce(seen, 0)


_STATES: dict[str, Callable[[Reading], Clause]] = {
    "unread": _unread,
    "needs_reply": lambda _: t.ticket.c.needs_reply.is_(True),
    "snoozed": lambda _: t.ticket.c.bucket == Bucket.SNOOZED,
    "held": lambda _: t.ticket.c.held_count > 0,
}


def _named(
    reading: Reading, table: Table, columns: Sequence[str], fits: Callable[[str], bool]
) -> list[int]:
    """Keys of rows one of whose columns fits, case and accents apart. For short tables only."""
    listed: Select[Any] = select(table.c.id, *(table.c[name] for name in columns))
    rows = reading.connection.execute(listed)
    return [row.id for row in rows if any(fits(fold(getattr(row, name))) for name in columns)]


def _tagged(reading: Reading, value: str) -> Clause:
    begin = fold(value)
    tags = _named(reading, t.tag, ("name",), lambda name: name.startswith(begin))
    return t.ticket.c.id.in_(
        select(t.ticket_tag.c.ticket_id).where(t.ticket_tag.c.tag_id.in_(tags))
    )


def _of_account(reading: Reading, value: str) -> Clause:
    part = fold(value)
    return t.ticket.c.account_id.in_(
        _named(reading, t.account, ("name", "address"), lambda name: part in name)
    )


def _of_assignee(reading: Reading, value: str) -> Clause:
    begin = fold(value)
    if begin == "nobody":
        return t.ticket.c.assignee_id.is_(None)
    if begin == "me":
        return t.ticket.c.assignee_id == reading.agent_key()
    agents = _named(reading, t.agent, ("name",), lambda name: name.startswith(begin))
    return t.ticket.c.assignee_id.in_(agents) if agents else false()


_CHOICES: dict[str, Callable[[Reading, str], Clause]] = {
    "status": lambda _, value: t.ticket.c.status == value,
    "channel": lambda _, value: t.ticket.c.channel == value,
    "account": _of_account,
    "assignee": _of_assignee,
}


def _written_to(reading: Reading, value: str) -> Clause:
    """Tickets in which somebody with such an address takes part, or that came to such an account."""
    pattern = _contains(value)
    member = t.ticket.alias()
    address = t.participant.c.address.like(pattern, escape="\\")
    own = select(t.participant.c.ticket_id).where(address)
    merged = select(member.c.merged_into).join(
        t.participant,
        (t.participant.c.ticket_id == member.c.id) & member.c.merged_into.is_not(None),
    )
    return or_(
        t.ticket.c.id.in_(own),
        t.ticket.c.id.in_(merged.where(address)),
        _of_account(reading, value),
    )


def _contains(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
