"""Where a mail belongs: on a ticket, held on a ticket, or on a new one. Pure.

A signed reference (our own Message-ID, checked by HMAC) and a plain one both only say *which*
conversation is meant. Whether the sender may join it is decided by whether they take part: a stranger
who quotes a thread is held until an agent lets them in (T5, T6 of the usual attacks on help desks:
a reference can be forwarded, guessed or read from a list archive). The subject alone never joins, and
`From` never makes anybody an agent.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from deskapp.models.enums import Channel


class Join(StrEnum):
    NEW = "new"
    JOIN = "join"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that the headers point at. `takes_part`: the sender is a participant or its contact."""

    ticket_key: int
    signed: bool
    takes_part: bool


@dataclass(frozen=True, slots=True)
class Placement:
    join: Join
    ticket_key: int | None
    why: str  # signed_reference, reference, stranger, history, list, bounce, no_reference


def place(candidates: Collection[Candidate], *, automatic: str, history: bool) -> Placement:
    """Choose among candidates, which come in order: signed first, then the nearest reference.

    In imported history and on mailing lists plain header threading holds. A bounce joins the ticket of
    the signed message that it returns, whoever its daemon says it is.
    """
    if not candidates:
        return Placement(Join.NEW, None, "no_reference")
    ordered = sorted(candidates, key=lambda c: (not c.signed, not c.takes_part))
    best = ordered[0]
    if history or automatic == "list":
        return Placement(Join.JOIN, best.ticket_key, "history" if history else "list")
    if best.takes_part:
        return Placement(
            Join.JOIN, best.ticket_key, "signed_reference" if best.signed else "reference"
        )
    if automatic == "bounce" and best.signed:
        return Placement(Join.JOIN, best.ticket_key, "bounce")
    return Placement(Join.HOLD, best.ticket_key, "stranger")


def reopens(automatic: str, channel: Channel) -> bool:
    """Whether an inbound message asks for somebody's work. A vacation notice does not; a bounce does."""
    return channel is not Channel.EMAIL or automatic in ("", "bounce", "list", "bulk")
