"""Two desks that differ only in what an agent may not see answer that agent's machine byte for byte alike.

The one exception is the number of a ticket, which counts the whole desk's: here both worlds have as many.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from deskapp.core.authority.tx import Tx
from deskapp.core.commands.messages import AddNote, SaveDraft
from deskapp.core.commands.tickets import AssignTicket, SetStatus, SetSubject
from deskapp.models.enums import TicketStatus
from deskapp.models.ids import make_uuid7
from deskapp.sync.protocol.messages import SyncRequest
from deskapp.sync.server.bootstrap import pages
from tests.support.desk import DeskRig, open_rig
from tests.support.team_desk import TeamDesk, make_team

SECRET = "XK-CANARY-7731"


class _Worlds:
    """One world. `hidden` says how much is done out of the follower's sight; the rest is the same in all."""

    def __init__(self, desk: DeskRig, hidden: int, seed: int) -> None:
        self.team: TeamDesk = make_team(desk)
        self.hidden, self.chance = hidden, Random(seed)
        self.team.desk.clock.advance(60_000)
        self.shown = [self.team.ticket(name) for name in ("Ventas", "", "Ventas")]
        self.others = [self.team.ticket("Taller") for _ in range(2)]
        self._ids = Random(9)

    def id(self) -> str:
        """Ids that a client would make: the same in all worlds."""
        return make_uuid7(self.team.desk.clock.now(), self._ids.getrandbits(74))

    def round(self, n: int) -> None:
        desk, team = self.team.desk, self.team
        desk.clock.advance(60_000)
        ticket = self.shown[n % 3]
        desk.do(AddNote(ticket_id=ticket, message_id=self.id(), body=f"Nota {n}"))
        for _ in range(self.chance.randrange(1, 5) if self.hidden else 0):
            self._hidden_deed()
        if n == 2:
            team.move(self.shown[0], "Taller")
            for _ in range(self.hidden):
                desk.do(AddNote(ticket_id=self.shown[0], message_id=self._own_id(), body=SECRET))

    def _own_id(self) -> str:
        return make_uuid7(self.team.desk.clock.now(), self.chance.getrandbits(74))

    def _hidden_deed(self) -> None:
        desk, team = self.team.desk, self.team
        ticket = self.chance.choice(self.others)
        deed = self.chance.randrange(5)
        if deed == 0:
            desk.do(AddNote(ticket_id=ticket, message_id=self._own_id(), body=SECRET))
        elif deed == 1:
            statuses = (TicketStatus.OPEN, TicketStatus.SOLVED, TicketStatus.WAITING)
            desk.do(SetStatus(ticket_ids=(ticket,), status=self.chance.choice(statuses)))
        elif deed == 2:
            desk.do(SetSubject(ticket_id=ticket, subject=f"{SECRET} {self.chance.random()}"))
        elif deed == 3:
            agent = team.people[self.chance.choice(["Tomás", "Lucía"])]
            desk.do(AssignTicket(ticket_ids=(ticket,), agent_id=agent))
        else:
            draft = SaveDraft(ticket_id=ticket, mode="note", body=SECRET)
            assert team.do_as("Tomás", draft).ok

    def stream(self, name: str) -> bytes:
        """All that the machine of an agent is told, first copy and pulls."""
        exchange, agent = self.team.exchange, self.team.people[name]
        told: list[bytes] = []
        cursors: dict[str, int] = {}
        for n in range(6):
            self.round(n)
            while True:
                asked = SyncRequest(epoch=self.team.epoch, cursors=cursors)
                answer = exchange.sync(agent, "d" * 32, asked)
                told.append(msgspec.json.encode(answer))
                cursors.update(answer.cursors)
                for scope in answer.scopes:
                    for page in pages(exchange, agent, scope) if scope not in cursors else ():
                        told.append(msgspec.json.encode(page))
                        cursors.update(page.cursors)
                if not answer.more:
                    break
        return b"\n".join(told)


@contextmanager
def world(folder: Path, hidden: int, seed: int) -> Iterator[_Worlds]:
    folder.mkdir()
    rig = open_rig(folder)
    desk = next(rig)
    made = _Worlds(desk, hidden, seed)
    try:
        yield made
    finally:
        made.team.exchange.close()
        rig.close()


def _stream(folder: Path, name: str, hidden: int, seed: int = 0) -> bytes:
    with world(folder, hidden, seed) as made:
        return made.stream(name)


@pytest.mark.parametrize("name", ["Vera", "Nadie", "Luz", "Sara"])
def test_what_is_hidden_leaves_no_trace(tmp_path: Path, name: str) -> None:
    quiet = _stream(tmp_path / "quiet", name, 0)
    assert SECRET.encode() not in quiet
    for seed in range(3):
        assert _stream(tmp_path / f"busy {seed}", name, 2, seed) == quiet


def test_the_comparison_would_notice(tmp_path: Path) -> None:
    """An admin sees what is done out of the others' sight."""
    quiet = _stream(tmp_path / "quiet", "Lucía", 0)
    busy = _stream(tmp_path / "busy", "Lucía", 2)
    assert SECRET.encode() in busy
    assert busy != quiet


def test_it_would_notice_cursors_that_count_everybodys_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def entered(tx: Tx, scope: str, *args: Any) -> None:
        tx.scopes.setdefault(scope, tx.seq)
        enter(tx, scope, *args)

    enter = Tx._enter
    monkeypatch.setattr(Tx, "_enter", entered)
    assert _stream(tmp_path / "quiet", "Vera", 0) != _stream(tmp_path / "busy", "Vera", 2)
