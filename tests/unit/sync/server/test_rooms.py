"""The ticket that a room belongs to is told to those of its people who may see it."""

from deskapp.core.commands.messages import AddNote
from deskapp.core.commands.rooms import OpenRoom
from deskapp.core.commands.team import SetMembership
from deskapp.core.commands.tickets import AssignTicket
from tests.support.team_desk import TeamDesk, truth


def test_a_rooms_ticket_is_told_to_whoever_sees_it(team: TeamDesk) -> None:
    desk, vera, tomas = team.desk, team.people["Vera"], team.people["Tomás"]
    ticket, room = team.ticket("Ventas"), desk.new()
    opened = OpenRoom(
        room_id=room, kind="group", member_ids=(tomas,), name="pedido", ticket_id=ticket
    )
    team.do_as("Vera", opened)
    seen = {name: team.follower(name) for name in ("Vera", "Tomás")}

    def told(name: str) -> object:
        seen[name].follow()
        assert seen[name].rows == truth(team, team.people[name])
        return seen[name].rows[("room", room)]["ticket_id"]

    assert (told("Vera"), told("Tomás")) == (ticket, None)
    assert ticket not in str(seen["Tomás"].rows)
    desk.do(AssignTicket(ticket_ids=(ticket,), agent_id=tomas))
    assert told("Tomás") == ticket
    desk.do(AssignTicket(ticket_ids=(ticket,), agent_id=vera))
    assert told("Tomás") is None
    note = AddNote(ticket_id=ticket, message_id=desk.new(), body="mira", mentions=(tomas,))
    team.do_as("Vera", note)
    assert told("Tomás") == ticket
    team.move(ticket, "Taller")
    assert (told("Vera"), told("Tomás")) == (None, ticket)
    desk.do(AssignTicket(ticket_ids=(ticket,), agent_id=vera))
    assert told("Vera") == ticket
    desk.do(AssignTicket(ticket_ids=(ticket,), agent_id=""))
    assert (told("Vera"), told("Tomás")) == (None, ticket)
    desk.do(SetMembership(agent_id=vera, department_ids=(team.departments["Taller"],)))
    assert told("Vera") == ticket
