"""A colleague's machine as a process of its own: `python -m tests.support.team_writer PROFILE KEYS TICKET`.

It notes 1, 2, 3… in the ticket, as fast as they are kept, and prints each number once it was acknowledged.
"""

import sys
from pathlib import Path

from deskapp.app.team import open_team_desk
from deskapp.core.commands.messages import AddNote
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile


def main(folder: str, keys: str, ticket: str, first: str) -> None:
    with open_team_desk(Profile(Path(folder)), FileKey(Path(keys))) as desk:
        number = int(first)
        while True:
            message = desk.workspace.new_id()
            note = AddNote(ticket_id=ticket, message_id=message, body=str(number))
            assert desk.workspace.submit(note).result(60).ok
            print(number, flush=True)
            number += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
