"""Commands in; results, rows and removals of one snapshot out, and only what an agent may see."""

from concurrent.futures import Future
from typing import Any

import msgspec
import pytest

from deskapp.core.commands.contacts import CreateContact
from deskapp.core.commands.messages import AddNote, SaveDraft
from deskapp.core.commands.registry import encode_command
from deskapp.core.commands.team import DisableAgent, SetMembership, SetRole
from deskapp.core.commands.tickets import AddTags, AssignTicket, RemoveTags, SetStatus
from deskapp.models.disk import StorageProblem
from deskapp.models.enums import Role, TicketStatus
from deskapp.sync.protocol.messages import SyncRequest, WireCommand
from deskapp.sync.server.exchange import Exchange
from deskapp.sync.server.refusals import Refused
from tests.support.desk import DeskRig
from tests.support.team_desk import Follower, TeamDesk, truth

_places = iter(range(1, 1_000_000))


def wire(team: TeamDesk, command: Any, **changes: Any) -> WireCommand:
    values = {"id": team.desk.new(), "n": next(_places), **encode_command(command), **changes}
    return WireCommand(**values)


def followed(team: TeamDesk, name: str) -> Follower:
    follower = team.follower(name)
    follower.follow()
    return follower


def test_a_command_and_its_rows_come_in_one_answer(team: TeamDesk) -> None:
    ticket, vera = team.ticket("Ventas"), followed(team, "Vera")
    note = AddNote(ticket_id=ticket, message_id=team.desk.new(), body="Llamar mañana")
    answer = vera.pull(wire(team, note))
    assert answer.results[0].rejected is None
    assert vera.of("message")[note.message_id]["body"] == "Llamar mañana"


def test_the_same_command_again_is_answered_as_before_and_done_once(team: TeamDesk) -> None:
    ticket, vera = team.ticket("Ventas"), followed(team, "Vera")
    note = wire(team, AddNote(ticket_id=ticket, message_id=team.desk.new(), body="Una vez"))
    first, second = vera.pull(note, note), vera.pull(note)
    assert first.results[0] == first.results[1] == second.results[0]
    assert [row["body"] for row in vera.of("message").values()].count("Una vez") == 1


def test_what_cannot_be_done_steps_aside(team: TeamDesk) -> None:
    ticket, vera = team.ticket("Ventas"), followed(team, "Vera")
    fine = wire(team, SetStatus(ticket_ids=(ticket,), status=TicketStatus.WAITING))
    answer = vera.pull(
        WireCommand(id=team.desk.new(), n=1, type="ticket.nonsense", version=1, body={}),
        WireCommand(id=team.desk.new(), n=2, type=fine.type, version=99, body=fine.body),
        WireCommand(id=team.desk.new(), n=3, type=fine.type, version=1, body={"status": 7}),
        WireCommand(
            id=team.desk.new(), n=4, type=fine.type, version=1, body={**fine.body, "seq": 1}
        ),
        fine,
    )
    codes = [result.rejected and result.rejected["code"] for result in answer.results]
    assert codes == ["command_unknown"] * 4 + [None]
    assert vera.of("ticket")[ticket]["status"] == "waiting"


def test_a_fault_of_the_host_fails_one_command_alone(team: TeamDesk, expect_log: Any) -> None:
    ticket, vera = team.ticket("Ventas"), followed(team, "Vera")
    expect_log("failed")
    huge = 2**70  # no such integer in the database
    bad = wire(team, SaveDraft(ticket_id=ticket, mode="note", body="x", seen_order=huge))
    answer = vera.pull(bad, wire(team, AddTags(ticket_ids=(ticket,), tags=("vip",))))
    assert [result.failed for result in answer.results] == [True, False]
    assert any(row["name"] == "vip" for row in vera.of("tag").values())


def test_a_disk_that_takes_nothing_makes_commands_wait(
    team: TeamDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They do not step aside: nobody has to try again what was not wrong."""
    ticket, vera = team.ticket("Ventas"), followed(team, "Vera")
    note = wire(team, AddNote(ticket_id=ticket, message_id=team.desk.new(), body="Una vez"))
    with monkeypatch.context() as patch:
        full: Future[Any] = Future()
        full.set_exception(StorageProblem("disk_full"))
        patch.setattr(team.desk.authority, "submit", lambda *_, **__: full)
        with pytest.raises(Refused) as refusal:
            vera.pull(note)
    assert refusal.value.code == "busy"
    assert refusal.value.retry_ms
    assert vera.pull(note).results[0].rejected is None


def test_a_role_may_do_no_more_than_at_the_desk_itself(team: TeamDesk) -> None:
    ticket, luz = team.ticket("Ventas"), followed(team, "Luz")
    answer = luz.pull(
        wire(team, SetStatus(ticket_ids=(ticket,), status=TicketStatus.SOLVED)),
        wire(team, SetRole(agent_id=luz.agent_id, role=Role.ADMIN)),
        wire(team, AddNote(ticket_id=ticket, message_id=team.desk.new(), body="Una nota")),
    )
    codes = [result.rejected and result.rejected["code"] for result in answer.results]
    assert codes == ["not_allowed", "not_allowed", None]


def test_hidden_and_missing_tickets_are_refused_alike(team: TeamDesk) -> None:
    hidden, vera = team.ticket("Taller"), followed(team, "Vera")
    missing = team.desk.new()
    answer = vera.pull(
        wire(team, SetStatus(ticket_ids=(hidden,), status=TicketStatus.SOLVED)),
        wire(team, SetStatus(ticket_ids=(missing,), status=TicketStatus.SOLVED)),
    )
    first, second = (result.rejected for result in answer.results)
    assert first == {"code": "ticket_not_found", "params": {"id": hidden}}
    assert second == {"code": "ticket_not_found", "params": {"id": missing}}


def test_each_sees_their_own_departments_and_everybodys(team: TeamDesk) -> None:
    ours, theirs, shared = team.ticket("Ventas"), team.ticket("Taller"), team.ticket()
    assert followed(team, "Vera").of("ticket").keys() == {ours, shared}
    assert followed(team, "Tomás").of("ticket").keys() == {theirs, shared}
    assert followed(team, "Nadie").of("ticket").keys() == {shared}
    assert followed(team, "Lucía").of("ticket").keys() == {ours, theirs, shared}


@pytest.mark.parametrize("name", ["Vera", "Tomás", "Nadie", "Lucía", "Luz"])
def test_a_ticket_that_moves_comes_and_goes_whole(team: TeamDesk, name: str) -> None:
    ticket, follower = team.ticket("Ventas"), followed(team, name)
    for target in ("Taller", "", "Ventas", "Taller", "Ventas", ""):
        team.desk.clock.advance(1_000)
        team.move(ticket, target)
        follower.follow()
        assert follower.rows == truth(team, follower.agent_id)
    assert ticket in follower.of("ticket")


def test_access_to_one_ticket_shows_it_whole_and_its_end_takes_it_away(team: TeamDesk) -> None:
    ticket, tomas = team.ticket("Ventas"), followed(team, "Tomás")
    assert ticket not in tomas.of("ticket")
    team.desk.do(AssignTicket(ticket_ids=(ticket,), agent_id=tomas.agent_id))
    tomas.follow()
    assert ticket in tomas.of("ticket")
    assert any(row["ticket_id"] == ticket for row in tomas.of("message").values())
    assert tomas.rows == truth(team, tomas.agent_id)


def test_access_that_ends_for_somebody_who_sees_the_ticket_otherwise_by_then_is_told(
    team: TeamDesk,
) -> None:
    """The department they are in now begins after it: what ends is told where it was told."""
    ticket = team.ticket("Taller")
    give = AssignTicket(ticket_ids=(ticket,), agent_id=team.people["Vera"])
    assert team.do_as("Lucía", give).ok
    vera = followed(team, "Vera")
    assert len(vera.of("ticket_access")) == 1
    homes = (team.departments["Ventas"], team.departments["Taller"])
    team.desk.do(SetMembership(agent_id=team.people["Vera"], department_ids=homes))
    assert team.do_as("Lucía", AssignTicket(ticket_ids=(ticket,), agent_id="")).ok
    vera.follow()
    assert vera.rows == truth(team, vera.agent_id)
    assert not vera.of("ticket_access")


def test_leaving_a_department_and_coming_back(team: TeamDesk) -> None:
    ticket, vera = team.ticket("Ventas"), followed(team, "Vera")
    for departments in ((), (team.departments["Ventas"],), tuple(team.departments.values()), ()):
        team.desk.do(SetMembership(agent_id=vera.agent_id, department_ids=departments))
        vera.follow()
        assert vera.rows == truth(team, vera.agent_id)
        assert (ticket in vera.of("ticket")) == bool(departments)


def test_what_was_ones_own_in_a_ticket_comes_back_with_it(team: TeamDesk) -> None:
    ticket, vera = team.ticket("Ventas"), followed(team, "Vera")
    vera.pull(wire(team, SaveDraft(ticket_id=ticket, mode="reply", body="Borrador", seen_order=0)))
    team.move(ticket, "Taller")
    vera.follow()
    assert not vera.of("draft")
    team.move(ticket, "Ventas")
    vera.follow()
    assert [row["body"] for row in vera.of("draft").values()] == ["Borrador"]


def test_what_was_said_before_a_ticket_left_is_not_told_after(team: TeamDesk) -> None:
    """Its row is still named in the log of the department that it left."""
    ticket, vera = team.ticket("Ventas"), followed(team, "Vera")
    said = AddNote(ticket_id=ticket, message_id=team.desk.new(), body="XK-CANARY")
    team.desk.do(said)
    team.move(ticket, "Taller")
    assert b"XK-CANARY" not in msgspec.json.encode(vera.ask())
    vera.follow()
    assert vera.rows == truth(team, vera.agent_id)


def test_a_row_whose_key_was_used_again_is_still_told_as_gone(team: TeamDesk) -> None:
    ticket, vera = team.ticket("Ventas"), team.follower("Vera")
    team.desk.do(AddTags(ticket_ids=(ticket,), tags=("urgente", "frágil")))
    vera.follow()
    team.desk.do(RemoveTags(ticket_ids=(ticket,), tags=("urgente", "frágil")))
    team.desk.do(AddTags(ticket_ids=(ticket,), tags=("regalo",)))
    vera.follow()
    assert len(vera.of("ticket_tag")) == 1
    assert vera.rows == truth(team, vera.agent_id)


def test_an_answer_is_cut_between_commits_and_the_next_goes_on(team: TeamDesk) -> None:
    vera = followed(team, "Vera")
    small = Exchange(team.desk.authority, rows=7)
    team.exchange.close()
    team.exchange = small
    tickets = [team.ticket(["Ventas", "Taller", ""][n % 3]) for n in range(12)]
    many = tuple(f"etiqueta {n}" for n in range(20))  # one commit larger than an answer
    team.desk.do(AddTags(ticket_ids=(tickets[0],), tags=many))
    answers = 0
    while vera.pull().more:
        answers += 1
    assert answers > 5
    assert vera.rows == truth(team, vera.agent_id)


def test_a_device_of_another_epoch_or_of_the_future_begins_anew(team: TeamDesk) -> None:
    uid, exchange = team.people["Vera"], team.exchange
    ticket = team.ticket("Ventas")
    command = wire(team, SetStatus(ticket_ids=(ticket,), status=TicketStatus.SOLVED))
    other = SyncRequest(epoch="f" * 32, commands=(command,))
    with pytest.raises(Refused, match="epoch_changed"):
        exchange.sync(uid, "d", other)
    with pytest.raises(Refused, match="cursor"):
        exchange.sync(uid, "d", SyncRequest(epoch=team.epoch, cursors={"desk": 10**6}))
    assert team.desk.sql("SELECT status FROM ticket WHERE status = 'solved'") == []


def test_cursors_of_what_one_may_not_follow_show_nothing(team: TeamDesk) -> None:
    team.ticket("Taller")
    foreign = [f"department:{team.departments['Taller']}", f"person:{team.people['Tomás']}"]
    cursors = dict.fromkeys([*foreign, "nonsense"], 0)
    request = SyncRequest(epoch=team.epoch, cursors=cursors)
    answer = team.exchange.sync(team.people["Vera"], "d", request)
    assert not answer.cursors
    assert not answer.tables
    assert set(answer.scopes).isdisjoint(foreign)


def test_a_disabled_agent_is_told_nothing(team: TeamDesk) -> None:
    vera = followed(team, "Vera")
    team.desk.do(DisableAgent(agent_id=vera.agent_id))
    with pytest.raises(Refused, match="revoked"):
        vera.pull()
    with pytest.raises(Refused, match="revoked"):
        vera.copy("desk")


def test_drafts_of_others_are_nobodys_business(team: TeamDesk) -> None:
    ticket, admin = team.ticket("Ventas"), followed(team, "Lucía")
    vera = followed(team, "Vera")
    vera.pull(wire(team, SaveDraft(ticket_id=ticket, mode="note", body="Secreto", seen_order=0)))
    admin.follow()
    assert not admin.of("draft")
    assert b"Secreto" not in msgspec.json.encode(list(truth(team, admin.agent_id).values()))


def test_nothing_of_the_deskss_own_keys_and_counts_travels(team: TeamDesk) -> None:
    ticket, vera = team.ticket("Ventas"), followed(team, "Vera")
    answer = vera.pull(wire(team, AddTags(ticket_ids=(ticket,), tags=("vip",))))
    assert answer.results[0].seq == 0
    for table in answer.tables:
        assert not {"id", "seq", "uid", "token_hash", "settings"} & set(table.columns)
        for row in table.rows:
            ids = [v for c, v in zip(table.columns, row[1:], strict=True) if c.endswith("_id")]
            assert all(value is None or len(value) == 32 for value in ids)


def test_a_contact_made_by_another_machine_reaches_all(team: TeamDesk, desk: DeskRig) -> None:
    everybody = [followed(team, name) for name in team.people]
    uid = desk.new()
    everybody[0].pull(wire(team, CreateContact(contact_id=uid, name="Nueva")))
    for one in everybody:
        one.follow()
        assert one.of("contact")[uid]["name"] == "Nueva"
