"""What is typed stays on this machine; what the desk gives back is not lost, and goes when it is thrown away."""

import pytest

from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.messages import CancelSend, DiscardDraft, SaveDraft, SendReply
from deskapp.core.commands.team import SetMembership
from deskapp.models.dto import Address
from tests.support.sync_world import Desk, Machine, differences


@pytest.fixture
def ticket(desk: Desk, machine: Machine) -> str:
    box = desk.ids.new()
    desk.do(SaveAccount(account_id=box, name="T", address="tienda@taller.test", settings={}))
    uid = str(desk.mail(box).result["ticket_id"])
    machine.step()
    return uid


def reply(machine: Machine, ticket: str, body: str, *, told: bool = True) -> str:
    """Sent, and `told` the host, where it still waits."""
    message = machine.desk.ids.new()
    to = (Address("Ana", "ana@correo.test"),)
    machine.do(SendReply(ticket_id=ticket, message_id=message, body=body, seen_order=0, to=to))
    if told:
        machine.step()
    return message


def typed(machine: Machine) -> list[str]:
    return [str(dict(draft)["body"]) for draft in machine.dump()["draft"].values()]


def agree(machine: Machine) -> None:
    assert differences(machine.dump(), machine.desk.visible(machine.agent_id)) == []


@pytest.fixture(params=[DiscardDraft, SaveDraft])
def thrown_away(request: pytest.FixtureRequest, ticket: str) -> DiscardDraft | SaveDraft:
    if request.param is DiscardDraft:
        return DiscardDraft(ticket_id=ticket)
    return SaveDraft(ticket_id=ticket, mode="reply", body=" ")


def test_what_was_given_back_and_thrown_away_does_not_come_again(
    desk: Desk, machine: Machine, ticket: str, thrown_away: DiscardDraft | SaveDraft
) -> None:
    desk.do(CancelSend(message_id=reply(machine, ticket, "vuelve")), desk.agents[0])
    machine.step()
    assert typed(machine) == ["vuelve"]
    machine.do(thrown_away)
    machine.restart()
    desk.do(SetMembership(agent_id=desk.agents[2], department_ids=()), desk.agents[0])
    machine.step()
    assert typed(machine) == []
    agree(machine)
    assert machine.replica.status.waiting.unsent == 0


def test_what_is_given_back_later_is_not_thrown_away_with_it(
    desk: Desk, machine: Machine, ticket: str, thrown_away: DiscardDraft | SaveDraft
) -> None:
    first, second = reply(machine, ticket, "vuelve"), reply(machine, ticket, "vuelve también")
    desk.do(CancelSend(message_id=first), desk.agents[0])
    machine.step()
    machine.do(thrown_away)
    desk.do(CancelSend(message_id=second), desk.agents[0])
    machine.step()
    assert typed(machine) == ["vuelve también\n\nvuelve"]
    agree(machine)


def test_what_is_given_back_comes_above_what_is_typed(
    desk: Desk, machine: Machine, ticket: str
) -> None:
    message = reply(machine, ticket, "vuelve")
    machine.do(SaveDraft(ticket_id=ticket, mode="reply", body="a medias"))
    desk.do(CancelSend(message_id=message), desk.agents[0])
    machine.step()
    assert typed(machine) == ["vuelve\n\na medias"]
    machine.do(SaveDraft(ticket_id=ticket, mode="reply", body="vuelve, y listo"))
    machine.restart()
    machine.step()
    assert typed(machine) == ["vuelve, y listo"]


def test_one_s_own_cancelled_reply_is_typed_on(desk: Desk, machine: Machine, ticket: str) -> None:
    """Before the host has heard of it, and after."""
    message = reply(machine, ticket, "vuelve", told=False)
    machine.do(CancelSend(message_id=message))
    assert typed(machine) == ["vuelve"]
    machine.do(SaveDraft(ticket_id=ticket, mode="reply", body="vuelve mejor"))
    assert typed(machine) == ["vuelve mejor"]
    machine.step()
    assert typed(machine) == ["vuelve mejor"]
    machine.do(DiscardDraft(ticket_id=ticket))
    machine.step()
    machine.restart()
    assert typed(machine) == []
    agree(machine)
