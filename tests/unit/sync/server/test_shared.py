"""What all agents may see is read once, and never told as it was before."""

from deskapp.core.commands.tickets import SetSubject
from deskapp.sync.protocol.messages import Rows, SyncRequest
from tests.support.team_desk import Follower, TeamDesk


def followed(team: TeamDesk, name: str) -> Follower:
    follower = team.follower(name)
    follower.follow()
    return follower


def told(team: TeamDesk, follower: Follower, entity: str) -> Rows | None:
    """What this machine is told of an entity, without a way in between."""
    request = SyncRequest(epoch=team.epoch, cursors=follower.cursors)
    tables = team.exchange.sync(follower.agent_id, "d" * 32, request).tables
    return next((rows for rows in tables if rows.entity == entity), None)


def subject(team: TeamDesk, ticket: str, to: str) -> None:
    team.desk.do(SetSubject(ticket_id=ticket, subject=to))


def test_machines_that_come_together_share_what_was_read(team: TeamDesk) -> None:
    ticket, vera, luz = team.ticket(), followed(team, "Vera"), followed(team, "Luz")
    subject(team, ticket, "Dos tazas")
    first = told(team, vera, "ticket")
    assert first is not None
    assert told(team, luz, "ticket") is first


def test_what_has_changed_is_read_again(team: TeamDesk) -> None:
    ticket, vera, luz = team.ticket(), followed(team, "Vera"), followed(team, "Luz")
    subject(team, ticket, "Dos tazas")
    assert told(team, vera, "ticket") is not None
    subject(team, ticket, "Tres tazas")
    luz.follow()
    assert luz.of("ticket")[ticket]["subject"] == "Tres tazas"


def test_what_moved_out_of_sight_is_not_told_from_memory(team: TeamDesk) -> None:
    ticket, vera = team.ticket(), followed(team, "Vera")
    subject(team, ticket, "Dos tazas")
    assert told(team, vera, "ticket") is not None
    team.move(ticket, "Taller")
    subject(team, ticket, "Cuatro tazas")
    assert told(team, vera, "ticket") is None
    vera.follow()
    assert ticket not in vera.of("ticket")


def test_the_rows_of_a_department_come_beside_the_shared_ones(team: TeamDesk) -> None:
    shared, own, hidden = team.ticket(), team.ticket("Ventas"), team.ticket("Taller")
    vera = followed(team, "Vera")
    for ticket in (shared, own, hidden):
        subject(team, ticket, "Cinco tazas")
    rows = told(team, vera, "ticket")
    assert rows is not None
    assert [row[0] for row in rows.rows] == sorted((shared, own))
