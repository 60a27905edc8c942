"""What the desk answers to a colleague's machine: nothing of a ticket that they may not see, by no way."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deskapp.core.api import Query
from deskapp.core.commands.messages import AddNote
from deskapp.core.commands.rooms import OpenRoom, PostInRoom
from deskapp.core.commands.tickets import AddTags, MergeTickets
from deskapp.core.queries.rooms import GetRoomMessages, GetRooms
from deskapp.core.queries.search import Search
from deskapp.core.queries.team import GetDevices, GetTicketPeople
from deskapp.core.queries.tickets import (
    GetConversation,
    GetMessage,
    GetMessageHtml,
    GetMessageSource,
    GetTicket,
)
from deskapp.core.queries.views import TicketIds, TicketKeysOf, TicketRows
from deskapp.core.readers import load_all
from deskapp.core.readers.visibility import ANSWERED
from deskapp.models.enums import Role
from tests.support.roles import CANARY, GIVEN, NONE, OTHER, OWN, ROLES, Roles, Target, open_roles


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roles]:
    for world in open_roles(Path(tmp_path_factory.mktemp("reading"))):
        for situation in (OWN, OTHER, GIVEN, NONE):
            target = world.shared(situation, False)
            world.desk.do(AddTags(ticket_ids=(target.ticket,), tags=("secreto",)))
        yield world


def _number(world: Roles, target: Target) -> int:
    return int(str(world.desk.sql(f"SELECT number FROM ticket WHERE uid='{target.ticket}'")[0][0]))


def _seen(world: Roles, role: Role, text: str) -> set[str]:
    hits = world.people[role].ask_from_afar(Search(text)).hits
    return {hit.row.id for hit in hits}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "words",
    [CANARY, f'"{CANARY}"', "canario", f"{CANARY} has:attachment", "tag:secreto", "to:taller",
     "is:needs_reply", f"from:carmen {CANARY}", "status:new status:open", "number"],
)  # fmt: skip
def test_a_search_finds_what_one_may_see(world: Roles, role: Role, words: str) -> None:
    hidden, seen = world.shared(OTHER, False), world.shared(OWN, False)
    if words == "number":
        assert bool(_seen(world, role, f"#{_number(world, hidden)}")) is (role is Role.ADMIN)
        assert _seen(world, role, f"#{_number(world, seen)}") == {seen.ticket}
        return
    everything = _seen(world, Role.ADMIN, words)
    found = _seen(world, role, words)
    if "has:" not in words and "is:" not in words:
        assert {hidden.ticket, seen.ticket} <= everything
    if role is not Role.ADMIN:
        assert found == everything - {hidden.ticket} - _merged(world)


def _merged(world: Roles) -> set[str]:
    """Other tickets of the other department, which other tests made."""
    rows = world.desk.sql(
        "SELECT ticket.uid FROM ticket JOIN department d ON d.id = department_id "
        "WHERE d.name = 'Tienda' AND access_count = 0"
    )
    return {str(row[0]) for row in rows}


def _asked(world: Roles, target: Target) -> list[Query[object]]:
    return [
        GetTicket(target.ticket),
        GetTicket(number=_number(world, target)),
        GetConversation(target.ticket),
        GetMessage(target.message),
        GetMessage(target.reply),
        GetMessageHtml(target.message),
        GetMessageSource(target.message),
        GetTicketPeople(target.ticket),
    ]  # type: ignore[list-item]


@pytest.mark.parametrize("role", ROLES[1:])
def test_a_hidden_ticket_is_as_one_that_is_not_there(world: Roles, role: Role) -> None:
    hidden, who = world.shared(OTHER, False), world.people[role]
    for query in _asked(world, hidden):
        with pytest.raises(LookupError):
            who.ask_from_afar(query)
    for situation in (OWN, GIVEN, NONE):
        target = world.shared(situation, False)
        for query in _asked(world, target):
            if not isinstance(query, GetMessageHtml):  # there is none
                assert who.ask_from_afar(query) is not None


@pytest.mark.parametrize("role", ROLES)
def test_the_desks_own_keys_are_told_to_nobody(world: Roles, role: Role) -> None:
    target = world.shared(OWN, False)
    key = int(str(world.desk.sql(f"SELECT id FROM ticket WHERE uid='{target.ticket}'")[0][0]))
    asked: list[Query[object]] = [
        TicketIds("all"),
        TicketRows((key,)),
        TicketKeysOf("all", (target.ticket,)),
    ]  # type: ignore[list-item]
    for query in asked:
        with pytest.raises(LookupError):
            world.people[role].ask_from_afar(query)


def test_what_is_merged_out_of_sight_is_out_of_sight(world: Roles) -> None:
    who = world.people[Role.AGENT]
    child, root = world.fresh(OWN, False), world.fresh(OTHER, False)
    assert child.ticket in _seen(world, Role.AGENT, CANARY)
    world.desk.do(MergeTickets(ticket_ids=(child.ticket,), into_id=root.ticket))
    assert not {child.ticket, root.ticket} & _seen(world, Role.AGENT, CANARY)
    with pytest.raises(LookupError):
        who.ask_from_afar(GetConversation(child.ticket))
    assert not _seen(world, Role.AGENT, f"#{_number(world, child)}")


def test_who_was_let_into_the_child_only_is_not_told_the_root(world: Roles) -> None:
    who = world.people[Role.AGENT]
    child, root = world.fresh(OTHER, False), world.fresh(OTHER, False)
    note = AddNote(
        ticket_id=child.ticket, message_id=world.desk.new(), body="Mira", mentions=(who.id,)
    )
    world.desk.do(note)
    world.desk.do(MergeTickets(ticket_ids=(child.ticket,), into_id=root.ticket))
    assert who.ask_from_afar(GetTicket(child.ticket)).merged_into is None
    assert not _seen(world, Role.AGENT, f"#{_number(world, child)}")
    assert root.ticket not in _seen(world, Role.AGENT, CANARY)


def test_rooms_are_their_members(world: Roles) -> None:
    agent, light = world.people[Role.AGENT], world.people[Role.LIGHT]
    opened = agent.do(OpenRoom(room_id="", kind="direct", member_ids=(light.id,)))
    room = str(opened.result["room_id"])
    agent.do(PostInRoom(room_id=room, message_id=world.desk.new(), body=CANARY))
    for role in (Role.ADMIN, Role.SUPERVISOR):
        assert world.people[role].ask_from_afar(GetRooms()) == ()
        with pytest.raises(LookupError):
            world.people[role].ask_from_afar(GetRoomMessages(room))
    assert light.ask_from_afar(GetRooms())[0].unread == 1


def test_no_other_query_is_answered_to_another_machine(world: Roles) -> None:
    refused = set(load_all()) - ANSWERED
    assert len(refused) > 20
    assert set(load_all()) >= ANSWERED
    who = world.people[Role.ADMIN]
    for query in refused:
        with pytest.raises(LookupError, match="not answered"):
            who.ask_from_afar(query.__new__(query))


def test_nobody_is_told_nothing(world: Roles) -> None:
    """An id that is no agent's, and one that was disabled, may see no ticket at all."""
    authority = world.desk.authority
    target = world.shared(NONE, False)
    stranger = authority.query(Search(CANARY), "f" * 32, restricted=True).result(90)
    assert stranger.hits == ()
    assert authority.query(GetDevices(), "f" * 32, restricted=True).result(90) == ()
    with pytest.raises(LookupError):
        authority.query(GetTicket(target.ticket), "f" * 32, restricted=True).result(90)
