"""What a part of a scope comes to, for a copy to compare itself with."""

import pytest

from deskapp.sync.protocol.messages import Check, Sums, SyncRequest
from deskapp.sync.protocol.tables import shape
from deskapp.sync.server.refusals import Refused
from tests.support.team_desk import TeamDesk

SHAPE = shape()


def ask(team: TeamDesk, name: str, check: Check) -> Sums | None:
    me = team.follower(name)
    me.follow()
    me.follow()
    request = SyncRequest(epoch=team.epoch, cursors=me.cursors, check=check)
    return team.exchange.sync(me.agent_id, "d" * 32, request).sums


def test_a_scope_is_summed_up_from_beginning_to_end(team: TeamDesk) -> None:
    team.ticket("Ventas")
    scope = f"department:{team.departments['Ventas']}"
    found = ask(team, "Vera", Check(scope=scope, since=0, shape=SHAPE))
    assert found is not None
    counts = {part.entity: part.count for part in found.parts}
    assert (counts["ticket"], counts["message"], found.entity) == (1, 1, "")
    team.ticket("Taller")  # it is not hers to see
    assert ask(team, "Vera", Check(scope=scope, since=0, shape=SHAPE)) == found
    team.ticket("Ventas")
    assert ask(team, "Vera", Check(scope=scope, since=0, shape=SHAPE)) != found


def test_of_another_s_scope_nothing_is_said(team: TeamDesk) -> None:
    scope = f"department:{team.departments['Taller']}"
    assert ask(team, "Vera", Check(scope=scope, since=0, shape=SHAPE)) is None
    assert ask(team, "Vera", Check(scope="ticket:" + "a" * 32, since=0, shape=SHAPE)) is None


def test_another_program_s_rows_are_not_compared(team: TeamDesk) -> None:
    assert ask(team, "Vera", Check(scope="desk", since=0, shape=SHAPE ^ 1)) is None


def test_an_entity_that_is_not_in_the_scope_is_refused(team: TeamDesk) -> None:
    with pytest.raises(Refused):
        ask(team, "Vera", Check(scope="desk", since=0, shape=SHAPE, entity="draft"))
