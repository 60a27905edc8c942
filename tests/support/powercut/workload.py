"""The process under the rig: a real desk that takes mail, notes and replies, and says what is done.

`python -m tests.support.powercut.workload FOLDER ACKS ROUNDS SYNCHRONOUS`. Each line of ACKS is
written after the authority's answer: `message <uid>`, `raw <sha256>`, `status <ticket uid> <status>`.
"""

import os
import sys

from deskapp.app.bootstrap import Desk, open_desk
from deskapp.core.commands.contacts import CreateContact
from deskapp.core.commands.mail import RawRef, StoreRawMail
from deskapp.core.commands.messages import AddNote, SendReply
from deskapp.core.commands.tickets import CreateTicket, SetStatus
from deskapp.models.enums import Channel, TicketStatus
from deskapp.system.keys import MemoryKey
from deskapp.system.paths import Profile

STATUSES = (TicketStatus.WAITING, TicketStatus.SOLVED, TicketStatus.OPEN)


def main(folder: str, acks: str, rounds: int, synchronous: str) -> None:
    told = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def tell(*words: str) -> None:
        os.write(told, (" ".join(words) + "\n").encode())

    with open_desk(Profile.at(folder), MemoryKey(), synchronous=synchronous) as desk:
        ticket = _ticket(desk)
        for n in range(rounds):
            _round(desk, ticket, n, tell)


def _ticket(desk: Desk) -> str:
    workspace = desk.workspace
    contact, ticket = workspace.new_id(), workspace.new_id()
    workspace.submit(CreateContact(contact_id=contact, name="Carmen")).result()
    workspace.submit(
        CreateTicket(ticket_id=ticket, subject="Taza", channel=Channel.PHONE, contact_id=contact)
    ).result()
    return ticket


def _round(desk: Desk, ticket: str, n: int, tell: object) -> None:
    assert callable(tell)
    workspace = desk.workspace
    raw = f"Subject: {n}\r\n\r\n".encode() + bytes([n % 251]) * (200 + 37 * n)
    sha = desk.blobs.put(raw)
    stored = desk.authority.submit_as_desk(
        StoreRawMail(items=(RawRef(sha, len(raw), source="import"),))
    )
    stored.result()
    tell("raw", sha)
    messages = [workspace.new_id() for _ in range(4)]
    futures = [
        workspace.submit(AddNote(ticket_id=ticket, message_id=uid, body=f"nota {n} " * 40))
        for uid in messages[:3]
    ]
    futures.append(
        workspace.submit(
            SendReply(ticket_id=ticket, message_id=messages[3], body=f"respuesta {n}", seen_order=0)
        )
    )
    for uid, future in zip(messages, futures, strict=True):
        assert future.result().ok
        tell("message", uid)
    status = STATUSES[n % 3]
    workspace.submit(SetStatus(ticket_ids=(ticket,), status=status)).result()
    tell("status", str(n), status)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
