"""Whom an answer goes to."""

from __future__ import annotations

from dataclasses import dataclass

from deskapp.models.dto import Address, MessageView, TicketDetail
from deskapp.models.enums import MessageKind
from deskapp.ui.composer.snapshot import FORWARD, REPLY_ALL

People = tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`others` are those whom an answer to all would reach beyond this."""

    to: People = ()
    cc: People = ()
    others: People = ()


def answer_to(
    mode: str, detail: TicketDetail | None, message: MessageView | None, own: frozenset[str]
) -> Answer:
    """`message`: the one that is answered; None: the ticket as a whole. `own`: our own addresses."""
    if mode == FORWARD or (detail is None and message is None):
        return Answer()
    if message is None and detail is not None:
        to, rest = detail.reply_to, detail.reply_all_cc
    elif message is not None and message.kind is MessageKind.OUTBOUND:
        to, rest = message.to, message.cc
    elif message is not None:
        to = (Address(message.author_name, message.author_address),)
        rest = message.to + message.cc
    else:
        return Answer()
    to = _without(to, own) or to
    rest = _without(rest, own | {person.address.casefold() for person in to})
    if mode == REPLY_ALL:
        return Answer(to, rest)
    return Answer(to, (), rest)


def _without(people: People, left_out: frozenset[str]) -> People:
    found: dict[str, Address] = {}
    for person in people:
        key = person.address.casefold()
        if key and key not in left_out:
            found.setdefault(key, person)
    return tuple(found.values())
