"""The stories of a team on one desk: who does what, who sees what, who is told."""

import threading
from concurrent.futures import Future
from random import Random

import pytest

from deskapp.core.api import Outcome
from deskapp.core.commands.desk import SetPreference, SetSetting
from deskapp.core.commands.messages import AddNote, RecordInbound, SendReply
from deskapp.core.commands.team import (
    DeviceSeen,
    DisableAgent,
    MoveTicket,
    RegisterDevice,
    RemoveDepartment,
    RevokeDevice,
    SaveDepartment,
    SetAccountDepartment,
    SetMembership,
    SetRole,
)
from deskapp.core.commands.tickets import (
    AssignTicket,
    CreateTicket,
    MergeTickets,
    SetStatus,
    SetSubject,
    UnmergeTickets,
)
from deskapp.core.commands.webchat import ReceiveChat, SaveChatBox, VisitorClaim
from deskapp.core.ports import Digest
from deskapp.core.queries.desk import GetSettings
from deskapp.core.queries.team import (
    GetDepartments,
    GetDevices,
    GetDigest,
    GetTeam,
    GetTicketPeople,
)
from deskapp.core.queries.tickets import GetConversation, GetTicket
from deskapp.core.queries.views import MINE, GetSidebar, TicketIds
from deskapp.models.dto import Address, EventView
from deskapp.models.enums import Channel, Role, TicketStatus
from tests.support.colleagues import Colleague, Team
from tests.support.desk import DeskRig
from tests.support.waiting import wait_for

CARMEN = Address("Carmen Villalobos", "carmen@correo.test")


@pytest.fixture
def team(desk: DeskRig) -> Team:
    return Team(desk)


def _subject(ticket: str) -> SetSubject:
    return SetSubject(ticket_id=ticket, subject="Otro asunto")


def _note(desk: DeskRig, ticket: str, *mentions: str) -> AddNote:
    return AddNote(ticket_id=ticket, message_id=desk.new(), body="Mira esto", mentions=mentions)


def _events(desk: DeskRig, ticket: str, kind: str) -> list[EventView]:
    items = desk.ask(GetConversation(ticket, limit=500)).items
    return [item for item in items if isinstance(item, EventView) and item.kind == kind]


# Settings of one's own ------------------------------------------------------------------------------------------


def test_each_has_sounds_of_their_own_and_the_desks_until_then(team: Team) -> None:
    sound, volume = "alerts.customer_reply.sound", "alerts.customer_reply.volume"
    pedro, light = team.hire("Pedro Gil"), team.hire("Eva Ros", role=Role.LIGHT)
    team.admin.do(SetSetting(key=sound, value="failure"))
    undo = pedro.do(SetPreference(key=sound, value="colleague")).undo
    pedro.do(SetPreference(key=volume, value=10))
    light.do(SetPreference(key=volume, value=20))
    told = [one.ask(GetSettings()).values for one in (team.desk, pedro, light)]
    assert [values[sound] for values in told] == ["failure", "colleague", "failure"]
    assert [values.get(volume) for values in told] == [None, 10, 20]
    assert undo == SetPreference(key=sound, value="failure")
    assert pedro.refusal(SetPreference(key="backup.daily", value=False)) == "unknown_setting"
    assert pedro.refusal(SetPreference(key=volume, value=101)) == "setting_invalid"


# Views of departments --------------------------------------------------------------------------------------------


def test_who_is_in_more_than_one_department_has_a_view_of_each(team: Team) -> None:
    pedro = team.hire("Pedro Gil", "Taller")
    for department in ("Taller", "Taller", "Tienda", ""):
        team.ticket(department)
    workshop, shop = team.department("Taller"), team.department("Tienda")
    assert pedro.ask(GetSidebar()).departments == ()
    ids = (workshop, shop)
    team.admin.do(SetMembership(agent_id=pedro.id, department_ids=ids))
    side = pedro.ask(GetSidebar())
    assert side.departments == ((workshop, "Taller"), (shop, "Tienda"))
    assert [side.counts[f"department:{uid}"] for uid in ids] == [2, 1]
    assert len(pedro.ask(TicketIds(f"department:{workshop}")).keys) == 2
    team.desk.do(SaveDepartment(department_id=workshop, name="Obrador", position=3))
    assert team.desk.ask(GetSidebar()).departments == ((shop, "Tienda"), (workshop, "Obrador"))
    empty = TicketIds(f"department:{'0' * 32}")
    assert pedro.ask(empty).keys == ()


# While somebody is away -----------------------------------------------------------------------------------------


def test_what_colleagues_did_meanwhile_is_counted(team: Team) -> None:
    desk, pedro = team.desk, team.hire("Pedro Gil")
    old = [team.ticket() for _ in range(3)]
    me = desk.workspace.agent_id
    desk.do(AssignTicket(ticket_ids=tuple(old), agent_id=me))
    mine = desk.ask(TicketIds(MINE)).keys
    desk.clock.advance(60_000)
    since = desk.clock.now()
    assert desk.ask(GetDigest(since, mine)) == Digest(since)
    team.ticket()
    pedro.do(AssignTicket(ticket_ids=(old[0],), agent_id=pedro.id))
    pedro.do(SetStatus(ticket_ids=(old[0],), status=TicketStatus.SOLVED))
    pedro.do(RecordInbound(ticket_id=old[1], message_id=desk.new(), body="¿Y bien?"))
    digest = desk.ask(GetDigest(since, mine))
    assert digest == Digest(since, new=1, taken=1, replied=1, solved=1)


# People and departments -----------------------------------------------------------------------------------------


def test_a_colleague_who_is_added_is_no_admin(team: Team) -> None:
    pedro = team.hire("Pedro Gil", "Taller")
    members = {one.name: one for one in team.desk.ask(GetTeam())}
    assert members["Pedro Gil"].role is Role.AGENT
    assert members["Pedro Gil"].department_ids == (team.departments["Taller"],)
    assert members["Lucía Marín"].role is Role.ADMIN
    assert pedro.refusal(SetRole(agent_id=pedro.id, role=Role.ADMIN)) == "not_allowed"
    assert pedro.refusal(SaveDepartment(department_id="d" * 32, name="Mío")) == "not_allowed"


def test_the_last_admin_stays_one(team: Team) -> None:
    me = team.admin
    assert me.refusal(SetRole(agent_id=me.id, role=Role.AGENT)) == "last_admin"
    assert me.refusal(DisableAgent(agent_id=me.id)) == "last_admin"
    eva = team.hire("Eva Ros", role=Role.ADMIN)
    eva.do(DisableAgent(agent_id=eva.id))
    assert me.refusal(SetRole(agent_id=me.id, role=Role.LIGHT)) == "last_admin"
    me.do(DisableAgent(agent_id=eva.id, disabled=False))
    undo = me.do(SetRole(agent_id=me.id, role=Role.SUPERVISOR)).undo
    assert undo == SetRole(agent_id=me.id, role=Role.ADMIN)
    eva.do(undo)


def test_who_is_disabled_does_nothing_and_is_given_nothing(team: Team) -> None:
    pedro = team.hire("Pedro Gil")
    ticket = team.ticket()
    pedro.do(_subject(ticket))
    undo = team.admin.do(DisableAgent(agent_id=pedro.id)).undo
    assert pedro.refusal(_subject(ticket)) == "agent_disabled"
    give = AssignTicket(ticket_ids=(ticket,), agent_id=pedro.id)
    assert team.admin.refusal(give) == "agent_disabled"
    assert undo is not None
    team.admin.do(undo)
    pedro.do(_subject(ticket))


def test_departments_have_names_of_their_own(team: Team) -> None:
    me, new = team.admin, team.desk.new()
    team.department("Ventas")
    assert me.refusal(SaveDepartment(department_id=new, name=" ventas ")) == "name_taken"
    assert me.refusal(SaveDepartment(department_id=new, name="  ")) == "name_empty"
    undo = me.do(SaveDepartment(department_id=new, name="Taller", position=2)).undo
    assert [one.name for one in team.desk.ask(GetDepartments())] == ["Ventas", "Taller"]
    assert undo == RemoveDepartment(department_id=new)
    back = me.do(undo).undo
    assert [one.name for one in team.desk.ask(GetDepartments())] == ["Ventas"]
    assert back is not None
    me.do(back)
    assert [one.name for one in team.desk.ask(GetDepartments())] == ["Ventas", "Taller"]


def test_a_department_is_not_removed_with_what_is_in_it(team: Team) -> None:
    pedro, ticket = team.hire("Pedro Gil", "Taller"), team.ticket("Taller")
    box = team.desk.account()
    workshop, shop = team.department("Taller"), team.department("Tienda")
    team.admin.do(SetAccountDepartment(account_id=box, department_id=workshop))
    outcome = team.admin.submit(RemoveDepartment(department_id=workshop))
    assert outcome.rejected is not None
    assert dict(outcome.rejected.params) == {"tickets": 1, "members": 1, "accounts": 1}
    team.admin.do(RemoveDepartment(department_id=workshop, move_to=shop))
    (left,) = team.desk.ask(GetDepartments())
    assert (left.id, left.tickets, left.member_ids, left.account_ids) == (
        shop, 1, (pedro.id,), (box,),
    )  # fmt: skip
    pedro.do(_subject(ticket))


def test_many_tickets_of_a_removed_department_move_a_few_at_a_time(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskapp.core.handlers.team.AT_ONCE", 2)
    pedro, tickets = team.hire("Pedro Gil", "Taller"), [team.ticket("Taller") for _ in range(5)]
    workshop, shop = team.department("Taller"), team.department("Tienda")
    team.admin.do(AssignTicket(ticket_ids=(tickets[-1],), agent_id=pedro.id))
    team.admin.do(RemoveDepartment(department_id=workshop, move_to=shop))
    wait_for(lambda: len(team.desk.ask(GetDepartments())) == 1, "the last to move")
    (left,) = team.desk.ask(GetDepartments())
    assert (left.id, left.tickets, left.member_ids) == (shop, 5, (pedro.id,))
    moved = "SELECT count(*) FROM ticket_event WHERE kind = 'department_changed'"
    assert team.desk.sql(moved) == [(5 + 5,)]
    assert team.desk.ask(GetTicket(tickets[-1])).row.assignee_id == pedro.id
    pedro.do(_subject(tickets[-1]))


# Who sees a ticket ----------------------------------------------------------------------------------------------


def test_a_ticket_of_a_department_is_its_members(team: Team) -> None:
    pedro, ana = team.hire("Pedro Gil", "Taller"), team.hire("Ana Sanz", "Tienda")
    ticket = team.ticket("Taller")
    pedro.do(_subject(ticket))
    assert ana.refusal(_subject(ticket)) == "ticket_not_found"
    team.admin.do(SetMembership(agent_id=ana.id, department_ids=(team.departments["Taller"],)))
    ana.do(_subject(ticket))
    undo = team.admin.do(SetMembership(agent_id=ana.id, department_ids=())).undo
    assert ana.refusal(_subject(ticket)) == "ticket_not_found"
    assert undo == SetMembership(agent_id=ana.id, department_ids=(team.departments["Taller"],))


def test_a_mention_lets_in_and_notifies(team: Team) -> None:
    pedro, ana = team.hire("Pedro Gil", "Taller"), team.hire("Ana Sanz", "Tienda")
    ticket = team.ticket("Taller")
    pedro.do(_note(team.desk, ticket, ana.id, ana.id, pedro.id))
    (told,) = ana.notifications("mention")
    assert (told.title, told.body, told.ticket_id) == ("Pedro Gil", "Mira esto", ticket)
    assert not pedro.notifications("mention")
    ana.do(_subject(ticket))
    people = {one.name: one.why for one in ana.ask_from_afar(GetTicketPeople(ticket))}
    assert people == {"Pedro Gil": "department", "Ana Sanz": "mentioned", "Lucía Marín": "admin"}
    (receipt,) = _events(team.desk, ticket, "access_given")
    assert receipt.data == {"agent": "Ana Sanz", "why": "mentioned"}
    pedro.do(_note(team.desk, ticket, ana.id))
    assert len(ana.notifications("mention")) == 2
    assert team.desk.sql("SELECT access_count FROM ticket") == [(1,)]


def test_who_is_let_in_is_told_the_whole_ticket(team: Team) -> None:
    pedro, ana = team.hire("Pedro Gil", "Taller"), team.hire("Ana Sanz")
    ticket = team.ticket("Taller")
    assert not {row for row in team.log(f"person:{ana.id}") if row[0] == "ticket"}
    pedro.do(_note(team.desk, ticket, ana.id))
    told = team.log(f"person:{ana.id}")
    assert ("ticket", ticket, "upsert") in told
    assert {row[0] for row in told} == {
        "ticket", "ticket_access", "ticket_event", "message", "notification",
    }  # fmt: skip
    messages = team.desk.sql("SELECT uid FROM message")
    assert {row[1] for row in told if row[0] == "message"} == {row[0] for row in messages}


def test_everybody_sees_what_has_no_department(team: Team) -> None:
    ana, ticket = team.hire("Ana Sanz", "Tienda"), team.ticket()
    ana.do(_subject(ticket))
    pedro = team.hire("Pedro Gil", "Taller")
    ana.do(_note(team.desk, ticket, pedro.id))
    assert not _events(team.desk, ticket, "access_given")
    assert len(pedro.notifications("mention")) == 1
    people = {one.why for one in ana.ask(GetTicketPeople(ticket))}
    assert people == {"everybody"}


def test_assignment_lets_in(team: Team) -> None:
    ana, ticket = team.hire("Ana Sanz", "Tienda"), team.ticket("Taller")
    team.admin.do(AssignTicket(ticket_ids=(ticket,), agent_id=ana.id))
    ana.do(_subject(ticket))
    (receipt,) = _events(team.desk, ticket, "access_given")
    assert receipt.data == {"agent": "Ana Sanz", "why": "assigned"}


def test_access_by_assignment_ends_with_it(team: Team) -> None:
    ana, eva = team.hire("Ana Sanz", "Tienda"), team.hire("Eva Ruiz", "Tienda")
    ticket = team.ticket("Taller")
    give = AssignTicket(ticket_ids=(ticket,), agent_id=ana.id)
    undo = team.admin.do(give).undo
    ana.do(_subject(ticket))
    team.admin.do(AssignTicket(ticket_ids=(ticket,), agent_id=eva.id))
    assert ana.refusal(_subject(ticket)) == "ticket_not_found"
    eva.do(_subject(ticket))
    assert ("ticket", ticket, "exit") in team.log(f"person:{ana.id}")
    team.admin.do(AssignTicket(ticket_ids=(ticket,), agent_id=""))
    assert eva.refusal(_subject(ticket)) == "ticket_not_found"
    assert team.desk.sql("SELECT access_count FROM ticket") == [(0,)]
    team.admin.do(give)
    assert undo is not None
    team.admin.do(undo)
    assert ana.refusal(_subject(ticket)) == "ticket_not_found"


def test_access_by_mention_outlasts_an_assignment(team: Team) -> None:
    pedro = team.hire("Pedro Gil", "Taller")
    ana, eva = team.hire("Ana Sanz", "Tienda"), team.hire("Eva Ruiz", "Tienda")
    ticket = team.ticket("Taller")
    team.admin.do(AssignTicket(ticket_ids=(ticket,), agent_id=ana.id))
    pedro.do(_note(team.desk, ticket, ana.id, eva.id))
    team.admin.do(AssignTicket(ticket_ids=(ticket,), agent_id=eva.id))
    team.admin.do(AssignTicket(ticket_ids=(ticket,), agent_id=""))
    ana.do(_subject(ticket))
    eva.do(_subject(ticket))
    people = {one.name: one.why for one in ana.ask_from_afar(GetTicketPeople(ticket))}
    assert (people["Ana Sanz"], people["Eva Ruiz"]) == ("mentioned", "mentioned")


def test_who_loses_sight_of_a_ticket_loses_it(team: Team) -> None:
    pedro = team.hire("Pedro Gil", "Taller", "Tienda")
    workshop, shop, open_one = team.ticket("Taller"), team.ticket("Tienda"), team.ticket()
    mine = (workshop, shop, open_one)
    team.admin.do(AssignTicket(ticket_ids=mine, agent_id=pedro.id))
    shops = (team.departments["Tienda"],)
    team.admin.do(SetMembership(agent_id=pedro.id, department_ids=shops))
    assert [_assignee(team, one) for one in mine] == ["", "Pedro Gil", "Pedro Gil"]
    assert _events(team.desk, workshop, "assigned")[-1].data["why"] == "other_department"
    team.admin.do(SetRole(agent_id=pedro.id, role=Role.LIGHT))
    assert [_assignee(team, one) for one in mine] == ["", "", ""]
    assert _events(team.desk, shop, "assigned")[-1].data["why"] == "light"


def test_no_notification_tells_of_a_ticket_that_is_hidden_now(team: Team) -> None:
    """It says who wrote, and what about."""
    pedro, ana = team.hire("Pedro Gil", "Taller"), team.hire("Ana Sanz", role=Role.ADMIN)
    eva = team.hire("Eva Ros", "Taller", "Tienda")
    workshop, shop, box = team.department("Taller"), team.department("Tienda"), team.desk.account()

    def mail(number: int, department: str) -> str:
        team.admin.do(SetAccountDepartment(account_id=box, department_id=department))
        written = team.desk.mail(box, rfc_message_id=f"<{number}@correo.test>")
        return str(written.result["ticket_id"])

    def told(agent: Colleague) -> set[str]:
        return {one.ticket_id for one in agent.notifications("new_ticket")}

    moved, stays, everybodys = mail(1, workshop), mail(2, workshop), mail(3, "")
    assert told(pedro) == told(eva) == told(ana) == {moved, stays, everybodys}
    team.admin.do(MoveTicket(ticket_id=moved, department_id=shop))
    assert told(pedro) == {stays, everybodys}
    assert told(eva) == told(ana) == {moved, stays, everybodys}
    gone = {
        row[1] for row in team.log(f"person:{pedro.id}") if row[0::2] == ("notification", "exit")
    }
    assert len(gone) == 1
    team.admin.do(SetMembership(agent_id=eva.id, department_ids=(shop,)))
    assert told(eva) == {moved, everybodys}
    team.admin.do(SetRole(agent_id=ana.id, role=Role.AGENT))
    assert told(ana) == {everybodys}
    team.admin.do(_note(team.desk, stays, ana.id))
    team.admin.do(SetMembership(agent_id=ana.id, department_ids=(shop,)))
    assert [one.ticket_id for one in ana.notifications("mention")] == [stays], "it was given to her"


def _assignee(team: Team, ticket: str) -> str:
    found = team.desk.ask(GetTicket(ticket)).assignee
    return found.name if found else ""


def test_a_light_agent_notes_and_never_answers(team: Team) -> None:
    luz = team.hire("Luz Rey", "Almacén", role=Role.LIGHT)
    ticket = team.ticket("Almacén")
    luz.do(_note(team.desk, ticket))
    reply = SendReply(ticket_id=ticket, message_id=team.desk.new(), body="Sí", seen_order=0)
    assert luz.refusal(reply) == "not_allowed"
    give = AssignTicket(ticket_ids=(ticket,), agent_id=luz.id)
    assert team.admin.refusal(give) == "agent_is_light"


# A ticket moves -------------------------------------------------------------------------------------------------


def test_a_ticket_moves_to_another_department(team: Team) -> None:
    pedro, ana = team.hire("Pedro Gil", "Taller"), team.hire("Ana Sanz", "Tienda")
    ticket = team.ticket("Taller")
    pedro.do(AssignTicket(ticket_ids=(ticket,), agent_id=pedro.id))
    shop, workshop = team.departments["Tienda"], team.departments["Taller"]
    moved = pedro.do(MoveTicket(ticket_id=ticket, department_id=shop))
    assert moved.result == {"unassigned": "Pedro Gil"}
    assert moved.undo is None, "Pedro no longer sees it"
    assert pedro.refusal(_subject(ticket)) == "ticket_not_found"
    ana.do(_subject(ticket))
    assert ("ticket", ticket, "exit") in team.log(f"department:{workshop}")
    told = team.log(f"department:{shop}")
    assert ("ticket", ticket, "upsert") in told
    assert {"message", "ticket_event"} <= {row[0] for row in told}
    (event,) = _events(team.desk, ticket, "department_changed")[-1:]
    assert event.data == {"before": "Taller", "after": "Tienda"}


def test_a_move_to_everybody_and_back(team: Team) -> None:
    team.hire("Pedro Gil", "Taller")
    ana, ticket = team.hire("Ana Sanz"), team.ticket("Taller")
    undo = team.admin.do(MoveTicket(ticket_id=ticket, department_id="")).undo
    ana.do(_subject(ticket))
    assert undo is not None
    team.admin.do(undo)
    assert ana.refusal(_subject(ticket)) == "ticket_not_found"
    assert ("ticket", ticket, "exit") in team.log("desk")


def test_new_tickets_are_of_their_accounts_department(team: Team) -> None:
    pedro, ana = team.hire("Pedro Gil", "Taller"), team.hire("Ana Sanz", "Tienda")
    box = team.desk.account()
    workshop = team.department("Taller")
    team.admin.do(SetAccountDepartment(account_id=box, department_id=workshop))
    ticket = str(team.desk.mail(box).result["ticket_id"])
    pedro.do(_subject(ticket))
    assert ana.refusal(_subject(ticket)) == "ticket_not_found"
    assert len(pedro.notifications("new_ticket")) == 1
    assert len(team.admin.notifications("new_ticket")) == 1
    assert not ana.notifications("new_ticket")
    (receipt,) = _events(team.desk, ticket, "assigned")
    assert receipt.data["candidates"] == ["Lucía Marín", "Pedro Gil"]
    assert receipt.data["passed_over"] == [["Ana Sanz", "other_department"]]


def test_what_only_one_can_answer_is_given_to_them(team: Team) -> None:
    team.hire("Luz Rey", role=Role.LIGHT)
    old = team.hire("Eva Ros")
    team.admin.do(DisableAgent(agent_id=old.id))
    ticket = str(team.desk.mail(team.desk.account()).result["ticket_id"])
    assignee = team.desk.ask(GetTicket(ticket)).assignee
    assert assignee is not None
    assert assignee.name == "Lucía Marín"
    (receipt,) = _events(team.desk, ticket, "assigned")
    assert receipt.data["passed_over"] == [["Luz Rey", "light"], ["Eva Ros", "disabled"]]
    assert not old.notifications()


def test_the_answer_to_somebody_who_left_rings_for_the_others(team: Team) -> None:
    eva, pedro = team.hire("Eva Ros"), team.hire("Pedro Gil")
    box = team.desk.account()
    ticket = str(team.desk.mail(box).result["ticket_id"])
    team.admin.do(AssignTicket(ticket_ids=(ticket,), agent_id=eva.id))
    team.admin.do(DisableAgent(agent_id=eva.id))
    team.desk.mail(box, in_reply_to="<m1@correo.test>", references=("<m1@correo.test>",))
    assert len(pedro.notifications("customer_reply")) == 1
    assert not eva.notifications("customer_reply")


def test_what_is_merged_is_seen_where_it_shows(team: Team) -> None:
    pedro, ana = team.hire("Pedro Gil", "Taller"), team.hire("Ana Sanz", "Tienda")
    mine, theirs = team.ticket("Taller", "Uno"), team.ticket("Tienda", "Dos")
    assert pedro.refusal(MergeTickets(ticket_ids=(mine,), into_id=theirs)) == "ticket_not_found"
    assert pedro.refusal(MergeTickets(ticket_ids=(theirs,), into_id=mine)) == "ticket_not_found"
    team.admin.do(MergeTickets(ticket_ids=(theirs,), into_id=mine))
    assert ana.refusal(_subject(theirs)) == "ticket_not_found"
    pedro.do(_subject(theirs))
    pedro.do(_note(team.desk, mine, ana.id))
    ana.do(_subject(theirs))
    team.admin.do(UnmergeTickets(ticket_ids=(theirs,)))
    ana.do(_subject(theirs))
    assert team.desk.sql(
        "SELECT department.name FROM ticket JOIN department ON department.id = department_id "
        f"WHERE ticket.uid = '{theirs}'"
    ) == [("Tienda",)]


def test_who_creates_a_ticket_sees_it(team: Team) -> None:
    ana, box, contact = team.hire("Ana Sanz", "Tienda"), team.desk.account(), team.desk.contact()
    workshop = team.department("Taller")
    team.admin.do(SetAccountDepartment(account_id=box, department_id=workshop))
    ticket = team.desk.new()
    ana.do(
        CreateTicket(
            ticket_id=ticket, subject="Por teléfono", channel=Channel.PHONE, contact_id=contact,
            account_id=box, assign_to_me=False,
        )
    )  # fmt: skip
    ana.do(_subject(ticket))


# Devices --------------------------------------------------------------------------------------------------------


@pytest.mark.at_the_desk
def test_devices_are_the_hosts_to_register_and_an_admins_to_revoke(team: Team) -> None:
    pedro, uid = team.hire("Pedro Gil"), team.desk.new()
    register = RegisterDevice(device_id=uid, agent_id=pedro.id, name="Portátil", key_hash="a" * 64)
    for who in (pedro, team.admin):
        assert who.refusal(register) == "not_allowed"
        assert who.refusal(DeviceSeen(device_id=uid, at=1)) == "not_allowed"
    team.desk.desk(register)
    team.desk.desk(DeviceSeen(device_id=uid, at=team.desk.clock.now() + 5))
    assert pedro.refusal(RevokeDevice(device_id=uid)) == "not_allowed"
    (device,) = pedro.ask(GetDevices())
    assert (device.name, device.agent_name, device.revoked) == ("Portátil", "Pedro Gil", False)
    assert device.seen_at == team.desk.clock.now() + 5
    assert not team.hire("Ana Sanz").ask(GetDevices())
    touched: list[str] = []
    stop = team.desk.workspace.subscribe(
        lambda changes: touched.extend(one.entity for one in changes.changes)
    )
    team.admin.do(RevokeDevice(device_id=uid))
    stop()
    assert touched == ["agent"], "whoever holds a connection is told to look again"
    assert team.desk.ask(GetDevices())[0].revoked
    assert team.admin.refusal(RevokeDevice(device_id="f" * 32)) == "device_not_found"


# Never two owners -----------------------------------------------------------------------------------------------


def test_what_a_colleague_took_meanwhile_is_not_taken_again(team: Team) -> None:
    pedro, ana, ticket = team.hire("Pedro Gil"), team.hire("Ana Sanz"), team.ticket()
    pedro.do(AssignTicket(ticket_ids=(ticket,), agent_id=pedro.id, expected=""))
    late = ana.submit(AssignTicket(ticket_ids=(ticket,), agent_id=ana.id, expected=""))
    assert late.rejected is not None
    assert late.rejected.code == "already_assigned"
    assert late.rejected.params["name"] == "Pedro Gil"
    pedro.do(AssignTicket(ticket_ids=(ticket,), agent_id=pedro.id, expected=""))
    ana.do(AssignTicket(ticket_ids=(ticket,), agent_id=ana.id, expected=pedro.id))


def test_two_thousand_contended_claims_have_one_winner_each(team: Team) -> None:
    agents = [team.hire(f"Agente {n}") for n in range(8)]
    tickets = [team.ticket() for _ in range(250)]
    answers: dict[str, list[Future[Outcome]]] = {ticket: [] for ticket in tickets}
    lock = threading.Lock()

    def claim(agent: Colleague) -> None:
        order = list(tickets)
        Random(agent.name).shuffle(order)
        for ticket in order:
            command = AssignTicket(ticket_ids=(ticket,), agent_id=agent.id, expected="")
            future = agent.window.submit(command)
            with lock:
                answers[ticket].append(future)

    threads = [threading.Thread(target=claim, args=(agent,)) for agent in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for ticket, futures in answers.items():
        assert len(futures) == len(agents)
        won = [future for future in futures if future.result(60).ok]
        assert len(won) == 1, ticket
        assert len(_events(team.desk, ticket, "assigned")) == 2  # nobody, then the winner


# Blind replies --------------------------------------------------------------------------------------------------


def _reply(desk: DeskRig, ticket: str, seen: int, *to: Address) -> SendReply:
    return SendReply(
        ticket_id=ticket, message_id=desk.new(), body="Sale mañana", seen_order=seen, to=to
    )


def _mail_ticket(team: Team) -> tuple[str, str]:
    box = team.desk.account()
    return box, str(team.desk.mail(box).result["ticket_id"])


def _again(team: Team, box: str) -> None:
    first = "<m1@correo.test>"
    team.desk.mail(box, in_reply_to=first, references=(first,), text="Olvídelo, ya apareció")


def test_a_mail_is_not_answered_blindly(team: Team) -> None:
    pedro = team.hire("Pedro Gil")
    box, ticket = _mail_ticket(team)
    seen = pedro.ask(GetConversation(ticket)).last_order
    _again(team, box)
    refused = pedro.submit(_reply(team.desk, ticket, seen, CARMEN))
    assert refused.rejected is not None
    assert refused.rejected.code == "newer_message"
    assert refused.rejected.params["name"] == "Carmen Villalobos"
    newest = pedro.ask(GetConversation(ticket)).last_order
    assert seen < int(refused.rejected.params["order"]) <= newest
    pedro.do(_reply(team.desk, ticket, newest, CARMEN))
    pedro.do(_reply(team.desk, ticket, newest, CARMEN))  # one's own words are known
    blind = team.admin.refusal(_reply(team.desk, ticket, newest, CARMEN))
    assert blind == "newer_message"
    team.admin.do(_reply(team.desk, ticket, 0, CARMEN))  # an import, a test: not known


def test_a_note_or_a_forward_does_not_count(team: Team) -> None:
    pedro = team.hire("Pedro Gil")
    box, ticket = _mail_ticket(team)
    seen = pedro.ask(GetConversation(ticket)).last_order
    team.admin.do(_note(team.desk, ticket))
    pedro.do(_reply(team.desk, ticket, seen, CARMEN))
    _again(team, box)
    forward = SendReply(
        ticket_id=ticket, message_id=team.desk.new(), body="", seen_order=seen,
        to=(Address("Taller", "taller@otro.test"),), forward=True,
    )  # fmt: skip
    pedro.do(forward)


def test_what_waited_offline_is_guarded_on_every_channel(team: Team) -> None:
    pedro, ticket = team.hire("Pedro Gil"), team.ticket()
    seen = pedro.ask(GetConversation(ticket)).last_order
    team.admin.do(RecordInbound(ticket_id=ticket, message_id=team.desk.new(), body="¿Y bien?"))
    assert pedro.refusal(_reply(team.desk, ticket, seen), offline=True) == "newer_message"
    pedro.do(_reply(team.desk, ticket, seen))  # recorded while online: a phone call


def test_a_reply_quotes_only_its_own_conversation(team: Team) -> None:
    pedro, other = team.hire("Pedro Gil", "Taller"), team.ticket("Tienda")
    secret = str(team.desk.sql("SELECT uid FROM message")[0][0])
    mine = team.ticket("Taller")
    for who, uid in ((pedro, secret), (team.admin, secret)):
        command = SendReply(
            ticket_id=mine, message_id=team.desk.new(), body="Sí", seen_order=0, in_reply_to=uid
        )
        assert who.refusal(command) == "message_not_found"
    assert other


def _say(team: Team, box: str, text: str) -> str:
    new = team.desk.new
    said = ReceiveChat(
        account_id=box, visitor=VisitorClaim(token_hash="a" * 64, name="Carmen"), client_id=new(),
        body=text, visitor_id=new(), contact_id=new(), ticket_id=new(), message_id=new(),
    )  # fmt: skip
    return str(team.desk.desk(said).result["ticket_id"])


def test_in_a_live_chat_only_a_colleagues_answer_counts(team: Team) -> None:
    pedro, box = team.hire("Pedro Gil"), team.desk.new()
    team.admin.do(
        SaveChatBox(account_id=box, name="Taller", settings={"origins": ["https://t.test"]})
    )
    ticket = _say(team, box, "Hola")
    seen = pedro.ask(GetConversation(ticket)).last_order
    _say(team, box, "¿Hay")
    _say(team, box, "tazas?")
    assert pedro.refusal(_reply(team.desk, ticket, seen), offline=True) == "newer_message"
    pedro.do(_reply(team.desk, ticket, seen))
    assert team.admin.refusal(_reply(team.desk, ticket, seen)) == "newer_message"
    by_mail = _reply(team.desk, ticket, seen, CARMEN)
    team.desk.account()
    assert pedro.refusal(by_mail) == "newer_message", "by mail a visitor's words count too"
