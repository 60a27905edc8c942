"""Where a mail belongs."""

import pytest

from deskapp.core.policies.threading import Candidate, Join, place, reopens
from deskapp.models.enums import Channel

SIGNED_MEMBER = Candidate(1, signed=True, takes_part=True)
SIGNED_STRANGER = Candidate(2, signed=True, takes_part=False)
MEMBER = Candidate(3, signed=False, takes_part=True)
STRANGER = Candidate(4, signed=False, takes_part=False)


@pytest.mark.parametrize(
    ("candidates", "join", "ticket"),
    [
        ([], Join.NEW, None),
        ([MEMBER], Join.JOIN, 3),
        ([STRANGER], Join.HOLD, 4),
        ([SIGNED_STRANGER], Join.HOLD, 2),
        ([STRANGER, MEMBER], Join.JOIN, 3),
        ([MEMBER, SIGNED_MEMBER], Join.JOIN, 1),
        ([MEMBER, SIGNED_STRANGER], Join.HOLD, 2),  # the signature says which ticket is meant
    ],
)
def test_live_mail(candidates: list[Candidate], join: Join, ticket: int | None) -> None:
    placed = place(candidates, automatic="", history=False)
    assert (placed.join, placed.ticket_key) == (join, ticket)


def test_history_and_lists_thread_by_headers_alone() -> None:
    assert place([STRANGER], automatic="", history=True).join is Join.JOIN
    assert place([STRANGER], automatic="list", history=False).join is Join.JOIN


def test_only_a_signed_bounce_joins_unasked() -> None:
    assert place([SIGNED_STRANGER], automatic="bounce", history=False).join is Join.JOIN
    assert place([STRANGER], automatic="bounce", history=False).join is Join.HOLD


def test_what_asks_for_work() -> None:
    assert reopens("", Channel.EMAIL)
    assert reopens("bounce", Channel.EMAIL)
    assert not reopens("auto_reply", Channel.EMAIL)
