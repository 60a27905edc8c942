"""What changed while this machine was away, counted from what the host tells on its return."""

from collections.abc import Iterator
from typing import Any, Final

from deskapp.core.ports import Digest
from deskapp.models.enums import MessageKind
from deskapp.sync.protocol.messages import SyncAnswer

ABSENCE_MS: Final = 600_000
"""A shorter one is none."""


class Absence:
    """One absence, since a time (ms) by the host's clock. `mine`: tickets that this agent had then."""

    def __init__(self, since: int, agent_id: str, mine: frozenset[str]) -> None:
        self._since, self._me, self._mine = since, agent_id, mine
        self._new: set[str] = set()
        self._taken: set[str] = set()
        self._replied: set[str] = set()
        self._solved: set[str] = set()

    def see(self, answer: SyncAnswer) -> None:
        for ticket in _rows(answer, "ticket"):
            self._ticket(ticket)
        for message in _rows(answer, "message"):
            late = message["at"] >= self._since and message["kind"] == MessageKind.INBOUND
            if late and message["ticket_id"] in self._mine:
                self._replied.add(message["ticket_id"])

    def digest(self) -> Digest | None:
        """None when there is nothing to tell."""
        found = Digest(
            self._since, len(self._new), len(self._taken), len(self._replied), len(self._solved)
        )
        return found if found != Digest(self._since) else None

    def _ticket(self, ticket: dict[str, Any]) -> None:
        uid = ticket["uid"]
        for which, holds in (
            (self._new, ticket["created_at"] >= self._since and ticket["visible"]),
            (self._taken, uid in self._mine and ticket["assignee_id"] not in (None, self._me)),
            (self._solved, (ticket["solved_at"] or 0) >= self._since),
        ):
            (which.add if holds else which.discard)(uid)


def _rows(answer: SyncAnswer, entity: str) -> Iterator[dict[str, Any]]:
    for rows in answer.tables:
        if rows.entity == entity:
            for row in rows.rows:
                yield dict(zip(("uid", *rows.columns), row, strict=True))
