"""A chat that is nobody's rings for all who can take it: once, however much its visitor writes meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deskapp.core.commands.tickets import AssignTicket
from deskapp.core.commands.webchat import ReceiveChat, SaveChatBox, TakeChat, VisitorClaim
from tests.support.colleagues import Team
from tests.support.desk import DeskRig, open_rig


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)


class Visitor:
    """Writes in a chat of a desk at which three work."""

    def __init__(self, desk: DeskRig) -> None:
        self._desk, self._box = desk, desk.new()
        team = Team(desk)
        self.ana = team.hire("Ana")
        team.hire("Eva")
        settings = {"origins": ["https://t.test"]}
        desk.do(SaveChatBox(account_id=self._box, name="Taller", settings=settings))

    def say(self, text: str) -> str:
        """The ticket."""
        self._desk.clock.advance(1_000)
        new = self._desk.new
        outcome = self._desk.desk(
            ReceiveChat(
                account_id=self._box, visitor=VisitorClaim(token_hash="a" * 64), client_id=new(),
                body=text, visitor_id=new(), contact_id=new(), ticket_id=new(), message_id=new(),
            )
        )  # fmt: skip
        return str(outcome.result["ticket_id"])

    def rung(self) -> int:
        """How many notifications there are."""
        ((count,),) = self._desk.sql("SELECT count(*) FROM notification")
        return int(str(count))


def test_a_chat_of_nobodys_rings_once_for_each(desk: DeskRig) -> None:
    visitor = Visitor(desk)
    for text in ("Hola", "¿Hay alguien?", "Es por una taza"):
        visitor.say(text)
    assert visitor.rung() == 3


def test_a_chat_that_somebody_has_rings_for_them_word_by_word(desk: DeskRig) -> None:
    visitor = Visitor(desk)
    ticket = visitor.say("Hola")
    visitor.ana.do(TakeChat(ticket_id=ticket))
    visitor.say("¿Hay tazas?")
    visitor.say("¿Y platos?")
    assert visitor.rung() == 3 + 2


def test_a_chat_that_was_given_back_rings_again(desk: DeskRig) -> None:
    visitor = Visitor(desk)
    ticket = visitor.say("Hola")
    visitor.ana.do(TakeChat(ticket_id=ticket))
    visitor.ana.do(AssignTicket(ticket_ids=(ticket,), agent_id=""))
    for text in ("¿Hay tazas?", "¿Y platos?"):
        visitor.say(text)
    assert visitor.rung() == 3 + 3
