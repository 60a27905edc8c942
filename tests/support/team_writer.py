"""A colleague's machine as a process of its own: `python -m tests.support.team_writer PROFILE KEYS TICKET FIRST FILES`.

It begins at FIRST and notes one number after another in the ticket, every FILES-th (0: none) with a file. A number that
comes in is how many it is to write; each is printed once it was acknowledged. What its disk does not take its person
is told, and tries again. "tell" prints, as JSON, how the machine stands and all that it reads there; "files" the notes
whose files it reads there.
"""

import errno
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deskapp.app.team import TeamDesk, open_team_desk
from deskapp.core.commands.messages import AddNote, AttachmentRef
from deskapp.core.queries.tickets import GetConversation
from deskapp.models.dto import MessageView
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from tests.support.team_rig import ask, texts

MOST = 100_000
told: list[str] = []


def content(number: int) -> bytes:
    """Of the file of a note."""
    return f"fichero {number} ".encode() * 2_000


def write(desk: TeamDesk, ticket: str, number: int, file: bool) -> None:
    while True:
        try:
            files = (attach(desk, content(number)),) if file else ()
            break
        except OSError as error:
            told.append(errno.errorcode[error.errno or 0])
    message = desk.workspace.new_id()
    note = AddNote(ticket_id=ticket, message_id=message, body=str(number), attachments=files)
    assert desk.workspace.submit(note).result(60).ok


def attach(desk: TeamDesk, data: bytes) -> AttachmentRef:
    sha256 = desk.workspace.blobs.put(data)
    return AttachmentRef(desk.workspace.new_id(), "foto.jpg", "image/jpeg", len(data), sha256)


def whole(desk: TeamDesk, ticket: str) -> Iterator[int]:
    """Notes whose file is here. One that is another than was attached ends the program."""
    for item in ask(desk.workspace, GetConversation(ticket, MOST)).items:
        for file in item.attachments if isinstance(item, MessageView) else ():
            try:
                with desk.workspace.blobs.open(file.sha256) as source:
                    assert source.read() == content(int(item.text)), item.text
            except OSError:
                continue
            yield int(item.text)


def tell(desk: TeamDesk, ticket: str) -> dict[str, Any]:
    now = desk.workspace.connection
    notes = [int(text) for text in texts(desk.workspace, ticket, MOST)]
    stands = {"online": now.online, "unsent": now.unsent, "refused": now.refused, "notes": notes}
    return {**stands, "told": told}


def main(folder: str, keys: str, ticket: str, first: str, files: str) -> None:
    number, every = int(first), int(files)
    with open_team_desk(Profile(Path(folder)), FileKey(Path(keys))) as desk:
        for line in sys.stdin:
            if line.strip() in ("tell", "files"):
                answer = tell(desk, ticket) if line.strip() == "tell" else [*whole(desk, ticket)]
                print(json.dumps(answer), flush=True)
                continue
            for _ in range(int(line)):
                write(desk, ticket, number, every > 0 and number % every == 0)
                print(number, flush=True)
                number += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
