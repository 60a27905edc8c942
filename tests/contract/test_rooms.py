"""Colleagues talk: rooms of two and of several, whom they are told to, and what is new in them."""

import pytest

from deskapp.core.commands.messages import AttachmentRef
from deskapp.core.commands.rooms import (
    ChangeMembers,
    MarkRoomSeen,
    OpenRoom,
    PostInRoom,
    RenameRoom,
)
from deskapp.core.policies.rooms import direct_room_id
from deskapp.core.queries.rooms import GetRoomMessages, GetRooms
from tests.support.colleagues import Colleague, Team
from tests.support.desk import DeskRig


@pytest.fixture
def team(desk: DeskRig) -> Team:
    return Team(desk)


@pytest.fixture
def ana(team: Team) -> Colleague:
    return team.hire("Ana Sanz")


@pytest.fixture
def pedro(team: Team) -> Colleague:
    return team.hire("Pedro Gil")


@pytest.fixture
def eva(team: Team) -> Colleague:
    return team.hire("Eva Ros")


def _direct(one: Colleague, other: Colleague) -> str:
    command = OpenRoom(room_id="", kind="direct", member_ids=(other.id,))
    return str(one.do(command).result["room_id"])


def _group(maker: Colleague, *others: Colleague, name: str = "Obra", ticket: str = "") -> str:
    ids = tuple(one.id for one in others)
    room = maker.desk.new()
    maker.do(OpenRoom(room_id=room, kind="group", member_ids=ids, name=name, ticket_id=ticket))
    return room


def _post(who: Colleague, room: str, body: str, *mentions: Colleague) -> PostInRoom:
    named = tuple(one.id for one in mentions)
    return PostInRoom(room_id=room, message_id=who.desk.new(), body=body, mentions=named)


def test_two_have_one_room(team: Team, ana: Colleague, pedro: Colleague, eva: Colleague) -> None:
    room = _direct(ana, pedro)
    assert room == direct_room_id(pedro.id, ana.id) == _direct(pedro, ana)
    ana.do(_post(ana, room, "¿Tienes la llave?"))
    pedro.do(_post(pedro, room, "Sí"))
    page = ana.ask(GetRoomMessages(room))
    assert [(one.position, one.agent_name, one.body) for one in page.messages] == [
        (1, "Ana Sanz", "¿Tienes la llave?"),
        (2, "Pedro Gil", "Sí"),
    ]
    assert not page.more
    for stranger in (eva, team.admin):
        assert not stranger.ask(GetRooms())
        assert stranger.refusal(_post(stranger, room, "Hola")) == "room_not_found"
        with pytest.raises(LookupError):
            stranger.ask(GetRoomMessages(room))
    assert ana.refusal(RenameRoom(room_id=room, name="x")) == "room_direct"
    assert ana.refusal(ChangeMembers(room_id=room, add=(eva.id,))) == "room_direct"


def test_a_room_is_told_to_its_members_only(team: Team, ana: Colleague, pedro: Colleague) -> None:
    eva = team.hire("Eva Ros")
    room = _group(ana, pedro)
    ana.do(_post(ana, room, "Hola"))
    rooms = {"room", "room_member", "room_message"}
    for member in (ana, pedro):
        told = [row for row in team.log(f"person:{member.id}") if row[0] in rooms]
        assert sorted(str(row[0]) for row in told) == [
            "room", "room_member", "room_member", "room_message",
        ]  # fmt: skip
        assert {row[2] for row in told} == {"upsert"}
    for scope in ("desk", f"person:{eva.id}", f"person:{team.admin.id}"):
        assert not {row for row in team.log(scope) if row[0] in rooms}


def test_members_come_and_go(team: Team, ana: Colleague, pedro: Colleague, eva: Colleague) -> None:
    room = _group(ana, pedro)
    ana.do(_post(ana, room, "Antes"))
    pedro.do(ChangeMembers(room_id=room, add=(eva.id,)))
    (seen,) = eva.ask(GetRooms())
    assert (seen.unread, len(seen.members)) == (0, 3)
    assert [one.body for one in eva.ask(GetRoomMessages(room)).messages] == ["Antes"]
    told = {row for row in team.log(f"person:{eva.id}") if str(row[0]).startswith("room")}
    assert {row[2] for row in told} == {"upsert"}
    assert len(told) == 5  # the room, three members, one message
    eva.do(_post(eva, room, "Aquí"))
    ana.do(ChangeMembers(room_id=room, remove=(eva.id,)))
    assert not eva.ask(GetRooms())
    assert eva.refusal(_post(eva, room, "¿Hola?")) == "room_not_found"
    gone = {row for row in team.log(f"person:{eva.id}") if str(row[0]).startswith("room")}
    assert {row[2] for row in gone} == {"exit"}
    assert len(gone) == 6
    pedro.do(ChangeMembers(room_id=room, remove=(pedro.id,)))
    assert [one.name for one in ana.ask(GetRooms())[0].members] == ["Ana Sanz"]


def test_a_group_is_renamed(ana: Colleague, pedro: Colleague) -> None:
    room = _group(ana, pedro)
    undo = pedro.do(RenameRoom(room_id=room, name="  Obra   nueva ")).undo
    assert ana.ask(GetRooms())[0].name == "Obra nueva"
    assert undo == RenameRoom(room_id=room, name="Obra")


def test_unread_and_mentions(team: Team, ana: Colleague, pedro: Colleague) -> None:
    eva = team.hire("Eva Ros")
    room = _group(ana, pedro)
    for text in ("Uno", "Dos", "Tres"):
        ana.do(_post(ana, room, text))
    (mine,), (theirs,) = ana.ask(GetRooms()), pedro.ask(GetRooms())
    assert (mine.unread, theirs.unread, theirs.mentioned) == (0, 3, False)
    assert theirs.last is not None
    assert theirs.last.body == "Tres"
    pedro.do(MarkRoomSeen(room_id=room, position=2))
    pedro.do(MarkRoomSeen(room_id=room, position=1))  # never goes back
    assert pedro.ask(GetRooms())[0].unread == 1
    ana.do(_post(ana, room, "@Pedro, mira", pedro, ana))
    assert pedro.ask(GetRooms())[0].mentioned
    (told,) = pedro.notifications("mention")
    assert (told.title, told.body) == ("Ana Sanz · Obra", "@Pedro, mira")
    assert not ana.notifications("mention")
    assert ana.refusal(_post(ana, room, "@Eva", eva)) == "not_a_member"
    pedro.do(MarkRoomSeen(room_id=room, position=999))
    (after,) = pedro.ask(GetRooms())
    assert (after.unread, after.mentioned) == (0, False)


def test_files_pages_and_order(ana: Colleague, pedro: Colleague) -> None:
    first, second = _group(ana, pedro, name="A"), _group(ana, pedro, name="B")
    file = AttachmentRef("f" * 32, "plano.pdf", "application/pdf", 12, "0" * 64)
    ana.do(PostInRoom(room_id=first, message_id=ana.desk.new(), body="", attachments=(file,)))
    for n in range(4):
        ana.desk.clock.advance(1)
        ana.do(_post(ana, second, str(n)))
    assert [one.name for one in pedro.ask(GetRooms())] == ["B", "A"]
    page = pedro.ask(GetRoomMessages(second, limit=2))
    assert ([one.body for one in page.messages], page.more) == (["2", "3"], True)
    older = pedro.ask(GetRoomMessages(second, before=page.messages[0].position, limit=2))
    assert ([one.body for one in older.messages], older.more) == (["0", "1"], False)
    (kept,) = pedro.ask(GetRoomMessages(first)).messages[0].attachments
    assert (kept.filename, kept.sha256) == ("plano.pdf", "0" * 64)
    assert ana.refusal(_post(ana, first, "  ")) == "body_empty"


def test_a_rooms_ticket_shows_to_whoever_may_see_it(team: Team, ana: Colleague) -> None:
    pedro = team.hire("Pedro Gil", "Taller")
    ticket = team.ticket("Taller")
    hidden = OpenRoom(
        room_id=team.desk.new(), kind="group", member_ids=(pedro.id,), ticket_id=ticket
    )
    assert ana.refusal(hidden) == "ticket_not_found"
    room = _group(pedro, ana, ticket=ticket)
    (theirs,) = pedro.ask_from_afar(GetRooms(ticket_id=ticket))
    assert (theirs.id, theirs.ticket_id) == (room, ticket)
    (hers,) = ana.ask_from_afar(GetRooms())
    assert (hers.ticket_id, hers.ticket_number) == ("", 0)
    assert not ana.ask_from_afar(GetRooms(ticket_id=ticket))


@pytest.mark.parametrize(
    ("kind", "others", "code"),
    [("direct", 0, "room_members"), ("direct", 2, "room_members"), ("group", 0, "room_members"),
     ("club", 1, "not_allowed")],
)  # fmt: skip
def test_no_room_without_its_people(
    ana: Colleague, pedro: Colleague, eva: Colleague, kind: str, others: int, code: str
) -> None:
    ids = (ana.id, *(one.id for one in (pedro, eva)[:others]))
    assert ana.refusal(OpenRoom(room_id="r" * 32, kind=kind, member_ids=ids)) == code
