"""A colleague's machine as a process of its own: `python -m tests.support.team_writer PROFILE KEYS TICKET FIRST`.

It begins at FIRST and notes one number after another in the ticket. A number that comes in is how many it is to write;
each is printed once it was acknowledged. "tell" prints, as JSON, how the machine stands and all that it reads there.
"""

import json
import sys
from pathlib import Path

from deskapp.app.team import TeamDesk, open_team_desk
from deskapp.core.commands.messages import AddNote
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from tests.support.team_rig import texts

MOST = 100_000


def write(desk: TeamDesk, ticket: str, number: int) -> None:
    message = desk.workspace.new_id()
    note = AddNote(ticket_id=ticket, message_id=message, body=str(number))
    assert desk.workspace.submit(note).result(60).ok


def tell(desk: TeamDesk, ticket: str) -> str:
    now = desk.workspace.connection
    notes = [int(text) for text in texts(desk.workspace, ticket, MOST)]
    stands = {"online": now.online, "unsent": now.unsent, "refused": now.refused, "notes": notes}
    return json.dumps(stands)


def main(folder: str, keys: str, ticket: str, first: str) -> None:
    number = int(first)
    with open_team_desk(Profile(Path(folder)), FileKey(Path(keys))) as desk:
        for line in sys.stdin:
            if line.strip() == "tell":
                print(tell(desk, ticket), flush=True)
                continue
            for _ in range(int(line)):
                write(desk, ticket, number)
                print(number, flush=True)
                number += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
