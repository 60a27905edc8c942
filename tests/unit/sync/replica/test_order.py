"""What has to wait for a file holds up what follows from it, and nothing else."""

from collections.abc import Mapping
from typing import Any

from deskapp.core.api import Command
from deskapp.core.commands.messages import AddNote, AttachmentRef, SendReply
from deskapp.core.commands.tickets import AddTags, AssignTicket, MergeTickets, SetStatus
from deskapp.models.enums import TicketStatus
from deskapp.sync.replica.order import sendable
from deskapp.sync.replica.outbox import Entry

BIG = "b" * 64
ACCOUNT, AGENT = "ac" * 16, "a6" * 16
FILE = AttachmentRef("f1" * 16, "plano.pdf", "application/pdf", 9, BIG)


def ticket(n: int) -> str:
    return f"7{n:031x}"


def message(n: int) -> str:
    return f"8{n:031x}"


def reply(n: int, *files: AttachmentRef) -> SendReply:
    return SendReply(
        ticket_id=ticket(n),
        message_id=message(n),
        body="va",
        seen_order=0,
        account_id=ACCOUNT,
        attachments=files,
    )


def missing(body: Mapping[str, Any]) -> bool:
    return BIG in str(body)


def sent(*commands: Command) -> list[Command]:
    entries = [Entry.of(one, f"{n:032x}", 0, n=n) for n, one in enumerate(commands, start=1)]
    return [entry.command() for entry in sendable(entries, missing)]


def test_texts_go_before_a_large_file() -> None:
    large, other, note = (
        reply(1, FILE),
        reply(2),
        AddNote(ticket_id=ticket(3), message_id=message(3), body="x"),
    )
    assert sent(large, other, note) == [other, note]
    assert sent(reply(1), large) == [reply(1)]


def test_the_order_of_a_ticket_is_kept() -> None:
    solve = SetStatus(ticket_ids=(ticket(1),), status=TicketStatus.SOLVED)
    both = AddTags(ticket_ids=(ticket(1), ticket(2)), tags=("VIP",))
    after_both = AddTags(ticket_ids=(ticket(2),), tags=("urgente",))
    free = SetStatus(ticket_ids=(ticket(4),), status=TicketStatus.SOLVED)
    assert sent(reply(1, FILE), solve, both, after_both, free) == [free]


def test_what_is_merged_into_a_ticket_waits_with_it() -> None:
    merge = MergeTickets(ticket_ids=(ticket(5),), into_id=ticket(1))
    assert sent(reply(1, FILE), merge, reply(5), reply(6)) == [reply(6)]


def test_an_agent_and_an_account_are_everybody_s() -> None:
    assign = [AssignTicket(ticket_ids=(ticket(n),), agent_id=AGENT) for n in (1, 2)]
    assert sent(reply(1, FILE), *assign, reply(2)) == [assign[1], reply(2)]
