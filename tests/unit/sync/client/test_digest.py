"""What is told after an absence, from rows as they come over the wire."""

from typing import Any

from deskapp.core.ports import Digest
from deskapp.sync.client.digest import Absence
from deskapp.sync.protocol.messages import Rows, SyncAnswer

SINCE = 1_000
ME, OTHER = "m" * 32, "o" * 32
TICKET = {"created_at": 0, "visible": 1, "assignee_id": None, "solved_at": None}


def answer(entity: str, *rows: dict[str, Any]) -> SyncAnswer:
    columns = tuple(name for name in rows[0] if name != "uid")
    values = [[row["uid"], *(row[name] for name in columns)] for row in rows]
    table = Rows(entity=entity, columns=columns, rows=values)
    return SyncAnswer(epoch="e", scopes=(), cursors={}, tables=(table,))


def test_an_absence_in_which_nothing_happened_is_not_told() -> None:
    absence = Absence(SINCE, ME, frozenset({"mine"}))
    absence.see(answer("ticket", {"uid": "mine", **TICKET, "assignee_id": ME}))
    absence.see(answer("tag", {"uid": "x", "name": "urgente"}))
    assert absence.digest() is None


def test_each_ticket_is_counted_once_and_as_it_is_in_the_end() -> None:
    absence = Absence(SINCE, ME, frozenset({"mine", "given", "back"}))
    absence.see(
        answer(
            "ticket",
            {"uid": "new", **TICKET, "created_at": SINCE + 1},
            {"uid": "junk", **TICKET, "created_at": SINCE + 1},
            {"uid": "given", **TICKET, "assignee_id": OTHER},
            {"uid": "back", **TICKET, "assignee_id": OTHER},
            {"uid": "done", **TICKET, "solved_at": SINCE + 5},
            {"uid": "of old", **TICKET, "solved_at": SINCE - 5, "assignee_id": OTHER},
        )
    )
    message = {"uid": "1", "ticket_id": "mine", "kind": "inbound", "at": SINCE + 1}
    absence.see(
        answer(
            "message",
            message,
            {**message, "uid": "2"},
            {**message, "uid": "3", "ticket_id": "given", "kind": "outbound"},
            {**message, "uid": "4", "ticket_id": "back", "at": SINCE - 1},
            {**message, "uid": "5", "ticket_id": "somebody else's"},
        )
    )
    absence.see(
        answer(
            "ticket",
            {"uid": "new", **TICKET, "created_at": SINCE + 1},
            {"uid": "junk", **TICKET, "created_at": SINCE + 1, "visible": 0},
            {"uid": "back", **TICKET, "assignee_id": ME},
        )
    )
    assert absence.digest() == Digest(SINCE, new=1, taken=1, replied=1, solved=1)
