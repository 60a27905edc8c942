"""A colleague's machine that works for weeks without its host, as a process of its own:
`python -m tests.support.long_absence PROFILE KEYS GIVEN SEED`.

Lines in: `clock` prints its time (ms); `work N` does so many things of all kinds, each kept before the next fifty;
`tell` prints, as JSON, how it stands. What was acknowledged is appended to the file GIVEN, a JSON line each.
"""

import json
import resource
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from random import Random

from deskapp.app.team import TeamDesk, open_team_desk
from deskapp.core.api import Command, Offline, Outcome
from deskapp.core.commands.contacts import AddContactNote, CreateContact, UpdateContact
from deskapp.core.commands.messages import AddNote, AttachmentRef, SaveDraft, SendReply
from deskapp.core.commands.tickets import (
    AddTags,
    CreateTicket,
    MarkRead,
    RemoveTags,
    SetStatus,
    SetSubject,
    SnoozeTicket,
)
from deskapp.core.queries.tickets import GetConversation
from deskapp.core.queries.views import ALL, TicketIds, TicketRows
from deskapp.models.dto import Address
from deskapp.models.enums import Channel, TicketStatus
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from tests.support.team_rig import ask

AT_ONCE = 50
DAY_MS = 86_400_000
SAID = {
    "message.add_note",
    "message.send_reply",
    "contact.create",
    "contact.add_note",
    "ticket.create",
}
"""What leaves a text of its own, that would stand there twice."""
TAGS = ("VIP", "urgente", "taller", "revisar")


@dataclass(frozen=True)
class Given:
    """`mark` is in the text that the command leaves, if it leaves one. `waits`: a person waits for it."""

    id: str
    kind: str
    mark: str
    waits: bool


class Person:
    """Does things to the tickets that this machine has."""

    def __init__(self, desk: TeamDesk, chance: Random) -> None:
        self._desk, self._chance = desk, chance
        self._number = 0
        keys = ask(desk.workspace, TicketIds(ALL)).keys
        rows = [row for row in ask(desk.workspace, TicketRows(keys)) if row is not None]
        self._tickets = sorted(row.id for row in rows)
        self._heard = {uid: self._last(uid) for uid in self._tickets}
        self._contacts: list[str] = []

    def _last(self, ticket: str) -> int:
        found = ask(self._desk.workspace, GetConversation(ticket))
        return max((item.order for item in found.items), default=0)

    def next(self) -> tuple[Command, str]:
        """Something to do, and its mark."""
        self._number += 1
        mark = f"marca{self._number}x"
        makers = self._makers(
            self._chance.choice(self._tickets), self._desk.workspace.new_id(), mark
        )
        return self._chance.choice(makers)(), mark

    def _makers(self, ticket: str, new: str, mark: str) -> list[Callable[[], Command]]:
        pick, one = self._chance, (ticket,)
        until = self._desk.clock.now() + 200 * DAY_MS
        return [
            *[lambda: AddNote(ticket_id=ticket, message_id=new, body=f"nota {mark}")] * 4,
            *[lambda: self._reply(ticket, new, mark)] * 3,
            lambda: self._with_file(ticket, new, mark),
            lambda: SetStatus(ticket_ids=one, status=pick.choice(list(TicketStatus))),
            lambda: AddTags(ticket_ids=one, tags=(pick.choice(TAGS),)),
            lambda: RemoveTags(ticket_ids=one, tags=(pick.choice(TAGS),)),
            lambda: SetSubject(ticket_id=ticket, subject=f"asunto {mark}"),
            lambda: SnoozeTicket(ticket_ids=one, until=until),
            lambda: MarkRead(ticket_ids=one, read=pick.random() < 0.5),
            lambda: SaveDraft(ticket_id=ticket, mode="note", body=f"a medias {mark}"),
            lambda: self._contact(new, mark),
            lambda: self._ticket(new, mark),
            lambda: self._about_contact(new, mark),
        ]

    def _reply(self, ticket: str, new: str, mark: str) -> Command:
        return SendReply(
            ticket_id=ticket,
            message_id=new,
            body=f"respuesta {mark}",
            seen_order=self._heard.get(ticket, 0),
            to=(Address("Carmen", "carmen@correo.test"),) if ticket in self._heard else (),
        )

    def _with_file(self, ticket: str, new: str, mark: str) -> Command:
        if self._chance.random() < 0.8:  # a file's way takes longer than all the rest
            return AddNote(ticket_id=ticket, message_id=new, body=f"nota {mark}")
        data = mark.encode() * 500
        sha256 = self._desk.workspace.blobs.put(data)
        uid = self._desk.workspace.new_id()
        file = AttachmentRef(uid, "foto.jpg", "image/jpeg", len(data), sha256)
        return AddNote(ticket_id=ticket, message_id=new, body=f"nota {mark}", attachments=(file,))

    def _contact(self, new: str, mark: str) -> Command:
        self._contacts.append(new)
        return CreateContact(contact_id=new, name=f"Carmen {mark}")

    def _ticket(self, new: str, mark: str) -> Command:
        if not self._contacts:
            return self._contact(new, mark)
        self._tickets.append(new)
        return CreateTicket(
            ticket_id=new,
            subject="una llamada",
            channel=Channel.PHONE,
            contact_id=self._chance.choice(self._contacts),
            body=f"falta una taza {mark}",
            message_id=self._desk.workspace.new_id(),
        )

    def _about_contact(self, new: str, mark: str) -> Command:
        if not self._contacts:
            return self._contact(new, mark)
        contact = self._chance.choice(self._contacts)
        if self._chance.random() < 0.5:
            return AddContactNote(contact_id=contact, note_id=new, body=f"nota {mark}")
        return UpdateContact(contact_id=contact, organisation=f"Taller {mark}")


def work(desk: TeamDesk, person: Person, count: int, given: Path) -> int:
    """Do so many things; how many were kept. One that this machine refuses at once was told, and does not count."""
    kept = 0
    with given.open("a", encoding="utf-8") as file:
        for lot in _lots(count):
            handed: list[tuple[Given, Future[Outcome]]] = []
            for _ in range(lot):
                command, mark = person.next()
                uid = desk.workspace.new_id()
                handed.append((_given(uid, command, mark), desk.workspace.submit(command, uid)))
            for one, future in handed:
                if future.result(90).ok:
                    kept += 1
                    file.write(json.dumps(vars(one)) + "\n")
    return kept


def _lots(count: int) -> Iterator[int]:
    while count > 0:
        yield min(count, AT_ONCE)
        count -= AT_ONCE


def _given(uid: str, command: Command, mark: str) -> Given:
    return Given(
        id=uid,
        kind=command.TYPE,
        mark=mark if command.TYPE in SAID else "",
        waits=command.OFFLINE is not Offline.LOCAL,
    )


def tell(desk: TeamDesk) -> str:
    now = desk.workspace.connection
    told = {
        "online": now.online,
        "first_sync": now.first_sync,
        "unsent": now.unsent,
        "problem": now.problem,
        "repaired_at": now.repaired_at,
        "refused": {one.command_id: one.refusal for one in desk.link.unsent() if one.refusal},
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }
    return json.dumps(told)


def main(folder: str, keys: str, given: str, seed: str) -> None:
    with open_team_desk(Profile(Path(folder)), FileKey(Path(keys))) as desk:
        person: Person | None = None
        for line in sys.stdin:
            match line.split():
                case ["clock"]:
                    print(desk.clock.now(), flush=True)
                case ["work", count]:
                    person = person or Person(desk, Random(int(seed)))
                    print(work(desk, person, int(count), Path(given)), flush=True)
                case _:
                    print(tell(desk), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
