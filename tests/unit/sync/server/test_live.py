"""Live lines: pokes of what a machine follows, and who looks at what, as far as each may see."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Connection

from deskapp.core.api import Change, ChangeSet
from deskapp.core.commands.messages import AddNote
from deskapp.core.commands.team import (
    DisableAgent,
    RevokeDevice,
    SetAccountDepartment,
    SetMembership,
    SetRole,
)
from deskapp.core.ports import (
    LiveChat,
    LiveNews,
    Seen,
    SiteVisitor,
    TeamNews,
    VisitorPresence,
    VisitorsMoved,
    VisitorTyping,
)
from deskapp.models.enums import Role
from deskapp.sync.server import homes, live
from deskapp.sync.server.homes import Home
from deskapp.sync.server.live import Hub
from deskapp.sync.server.seat import HostSeat
from tests.support.fake_live_chat import FakeLiveChat
from tests.support.team_desk import TeamDesk
from tests.support.team_host import Served, serving
from tests.support.waiting import wait_for


def department(served: Served, name: str) -> str:
    return f"department:{served.team.departments[name]}"


def test_a_line_is_poked_of_its_own_scopes_alone(served: Served) -> None:
    ours, theirs = served.team.ticket("Ventas"), served.team.ticket("Taller")
    line = served.line("Vera")
    assert line.hear()["t"] == "ready"
    desk = served.team.desk
    desk.do(AddNote(ticket_id=theirs, message_id=desk.new(), body="Oculta"))
    desk.do(AddNote(ticket_id=ours, message_id=desk.new(), body="Nuestra"))
    assert line.hear("poke")["scopes"] == [department(served, "Ventas")]
    line.close()


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        ({"token": "wrong"}, 4401),
        ({"version": 99}, 4426),
        ({"admin": True}, 1008),
        ({"token": 7}, 1008),
    ],
)
def test_who_does_not_say_hello_properly_is_sent_away(
    served: Served, hello: dict[str, object], code: int
) -> None:
    line = served.line("Vera", **hello)
    assert line.hear() == {"t": "closed", "code": code}
    line.close()


def test_colleagues_see_who_looks_at_what_they_may_see(served: Served) -> None:
    ours, theirs = served.team.ticket("Ventas"), served.team.ticket("Taller")
    vera, sara, tomas = (served.line(name) for name in ("Vera", "Sara", "Tomás"))
    for line in (vera, sara, tomas):
        assert line.hear()["t"] == "ready"
    vera.say({"t": "look", "ticket": ours, "typing": True})
    told = {"t": "seen", "agent": served.team.people["Vera"], "ticket": ours, "typing": True}
    assert sara.hear("seen") == told
    tomas.say({"t": "look", "ticket": theirs})
    vera.say({"t": "look", "ticket": ""})
    assert sara.hear("seen") == {**told, "ticket": "", "typing": False}
    shared = served.team.ticket()
    sara.say({"t": "look", "ticket": shared})
    # Tomás heard nothing of the tickets of Ventas before this one.
    assert tomas.hear("seen")["agent"] == served.team.people["Sara"]
    late = served.line("Luz")
    assert late.hear("seen")["ticket"] == shared
    sara.close()
    assert late.hear("seen") == {
        "t": "seen", "agent": served.team.people["Sara"], "ticket": "", "typing": False
    }  # fmt: skip
    for line in (vera, tomas, late):
        line.close()


def test_to_look_at_what_is_hidden_is_to_look_at_nothing(served: Served) -> None:
    theirs = served.team.ticket("Taller")
    tomas, vera = served.line("Tomás"), served.line("Vera")
    assert tomas.hear()["t"] == vera.hear()["t"] == "ready"
    vera.say({"t": "look", "ticket": theirs})
    vera.say({"t": "look", "ticket": served.team.ticket()})
    seen = tomas.hear("seen")
    assert seen["agent"] == served.team.people["Vera"]
    assert seen["ticket"] != theirs
    tomas.close()
    vera.close()


def test_a_ticket_that_moves_away_is_seen_no_more(served: Served) -> None:
    ticket = served.team.ticket("Ventas")
    vera, luisa = served.line("Vera"), served.line("Lucía")
    assert vera.hear()["t"] == luisa.hear()["t"] == "ready"
    luisa.say({"t": "look", "ticket": ticket})
    assert vera.hear("seen")["ticket"] == ticket
    served.team.move(ticket, "Taller")
    assert vera.hear("seen")["ticket"] == ""
    vera.close()
    luisa.close()


@dataclass
class HeldBack:
    """Where a ticket is: once armed, the next that reads it has read it, and does not go on before `go`."""

    read: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    armed: bool = False

    def home_of(self, connection: Connection, ticket: str) -> Home:
        home = homes.home_of(connection, ticket)
        if self.armed:
            self.armed = False
            self.read.set()
            assert self.go.wait(90)
        return home


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> HeldBack:
    made = HeldBack()
    monkeypatch.setattr(live, "home_of", made.home_of)
    return made


def test_what_was_read_before_a_ticket_moved_is_not_kept(served: Served, held: HeldBack) -> None:
    ticket, shared = served.team.ticket("Ventas"), served.team.ticket()
    vera, tomas, luisa = (served.line(name) for name in ("Vera", "Tomás", "Lucía"))
    for line in (vera, tomas, luisa):
        assert line.hear()["t"] == "ready"
    held.armed = True
    luisa.say({"t": "look", "ticket": ticket})
    assert held.read.wait(90)
    served.team.move(ticket, "Taller")
    while department(served, "Taller") not in tomas.hear("poke")["scopes"]:
        continue
    held.go.set()
    assert tomas.hear("seen")["ticket"] == ticket
    luisa.say({"t": "look", "ticket": shared})
    assert vera.hear("seen")["ticket"] == shared, "it was shown where it was before"
    for line in (vera, tomas, luisa):
        line.close()


def test_who_looks_is_seen_to_while_it_is_read_again_where_the_ticket_is(
    served: Served, held: HeldBack
) -> None:
    ticket, shared = served.team.ticket("Ventas"), served.team.ticket()
    vera, nadie, luisa = (served.line(name) for name in ("Vera", "Nadie", "Lucía"))
    for line in (vera, nadie, luisa):
        assert line.hear()["t"] == "ready"
    luisa.say({"t": "look", "ticket": ticket})
    assert vera.hear("seen")["ticket"] == ticket
    held.armed = True
    desk = served.team.desk
    desk.do(AddNote(ticket_id=ticket, message_id=desk.new(), body="Falta una"))
    assert held.read.wait(90)
    ids = (served.team.departments["Taller"],)
    desk.do(SetMembership(agent_id=served.team.people["Nadie"], department_ids=ids))
    while department(served, "Taller") not in nadie.hear("poke")["scopes"]:
        continue
    held.go.set()
    late = served.line("Luz")
    assert late.hear("seen")["ticket"] == ticket
    luisa.say({"t": "look", "ticket": shared})
    assert vera.hear("seen")["ticket"] == shared, "it was taken as left"
    for line in (vera, nadie, luisa, late):
        line.close()


@pytest.mark.parametrize("whole", [False, True])
def test_a_ticket_that_moves_in_one_commit_with_other_things_is_seen_no_more(
    served: Served, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    """With an agent, as commands that came together; or with anything, as another process of the desk did it."""
    changed, agent = Hub._changed, Change("agent", 1, served.team.people["Vera"], "upsert")

    def with_more(hub: Hub, one: ChangeSet) -> None:
        more = replace(one, changes=(*one.changes, agent))
        anything = replace(one, changes=(), tickets=frozenset(), whole=True)
        changed(hub, anything if whole else more)

    monkeypatch.setattr(Hub, "_changed", with_more)
    test_a_ticket_that_moves_away_is_seen_no_more(served)


def test_rights_are_read_again_when_they_change(served: Served) -> None:
    line = served.line("Nadie")
    assert line.hear()["t"] == "ready"
    ids = (served.team.departments["Taller"],)
    served.team.desk.do(SetMembership(agent_id=served.team.people["Nadie"], department_ids=ids))
    heard: set[str] = set()
    while department(served, "Taller") not in heard:
        heard |= set(line.hear("poke")["scopes"])
    line.close()


def test_a_revoked_device_is_cut_off_within_five_seconds(served: Served) -> None:
    vera, tomas = served.line("Vera"), served.line("Tomás")
    assert vera.hear()["t"] == tomas.hear()["t"] == "ready"
    served.team.desk.do(RevokeDevice(device_id=served.devices["Vera"]))
    vera._line.settimeout(5)
    assert vera.hear("closed")["code"] == 4401
    served.team.desk.do(DisableAgent(agent_id=served.team.people["Tomás"]))
    tomas._line.settimeout(5)
    assert tomas.hear("closed")["code"] == 4401
    vera.close()
    tomas.close()


def test_frames_that_are_none_and_too_many_end_a_line(served: Served) -> None:
    bad = served.line("Vera")
    assert bad.hear()["t"] == "ready"
    bad.say({"t": "sudo"})
    assert bad.hear("closed")["code"] == 1008
    busy = served.line("Vera")
    assert busy.hear()["t"] == "ready"
    for _ in range(60):
        busy.say({"t": "look", "ticket": ""})
    assert busy.hear("closed")["code"] == 1008
    bad.close()
    busy.close()


def test_a_device_has_few_lines(served: Served) -> None:
    lines = [served.line("Vera") for _ in range(5)]
    assert sorted(line.hear()["t"] for line in lines) == ["closed", *["ready"] * 4]
    assert served.host.state().connected == (served.devices["Vera"],)
    for line in lines:
        line.close()


def test_lines_hear_that_the_host_goes(served: Served) -> None:
    line = served.line("Vera")
    assert line.hear()["t"] == "ready"
    served.host.stop()
    assert line.hear("closed")["code"] == 1012
    line.close()


class Chats:
    """The live side of web chat: what was asked of it, and a way to say something."""

    def __init__(self) -> None:
        self.tell: Callable[[LiveNews], None] = lambda _news: None
        self.typing: list[tuple[str, bool]] = []

    def subscribe(self, callback: Callable[[LiveNews], None]) -> Callable[[], None]:
        self.tell = callback
        return lambda: None

    def agent_typing(self, ticket_id: str, typing: bool) -> None:
        self.typing.append((ticket_id, typing))

    def presence(self, ticket_id: str) -> VisitorPresence:
        return VisitorPresence(ticket_id, online=True, page_title="Tazas")

    def preview(self, ticket_id: str) -> VisitorTyping:
        return VisitorTyping(ticket_id, typing=False)


def test_what_visitors_type_is_told_to_who_looks_at_a_ticket_they_may_see(
    team: TeamDesk, tmp_path: Path
) -> None:
    chats = Chats()
    ours, theirs = team.ticket("Ventas"), team.ticket("Taller")
    with serving(team, tmp_path / "incoming", cast("LiveChat", chats)) as served:
        served.join("Vera")
        served.join("Luz")
        vera, luz = served.line("Vera"), served.line("Luz")
        assert vera.hear()["t"] == luz.hear()["t"] == "ready"
        vera.say({"t": "look", "ticket": theirs})
        vera.say({"t": "look", "ticket": ours})
        heard = vera.hear("chat")  # how it is now
        assert (heard["kind"], heard["body"]["page_title"]) == ("VisitorPresence", "Tazas")
        assert heard["body"]["ticket_id"] == ours
        assert vera.hear("chat")["kind"] == "VisitorTyping"
        chats.tell(VisitorTyping(theirs, typing=True, text="secreto"))
        chats.tell(VisitorTyping(ours, typing=True, text="Hola, quería"))
        heard = vera.hear("chat")
        assert heard["kind"] == "VisitorTyping"
        assert heard["body"] == {"ticket_id": ours, "typing": True, "text": "Hola, quería"}
        luz.say({"t": "chat_typing", "ticket": ours, "typing": True})  # may not answer a customer
        vera.say({"t": "chat_typing", "ticket": theirs, "typing": True})
        vera.say({"t": "chat_typing", "ticket": ours, "typing": True})
        wait_for(lambda: chats.typing, "the agent's typing")
        assert chats.typing == [(ours, True)]
        vera.close()
        luz.close()


def test_the_person_at_the_hosts_own_window_is_one_of_the_team(
    team: TeamDesk, tmp_path: Path
) -> None:
    seat, me = HostSeat(), team.desk.workspace.agent_id
    told: list[TeamNews] = []
    leave = seat.subscribe(told.append)
    ours, theirs = team.ticket("Ventas"), team.ticket("Taller")
    seat.look_at(ours)  # before anything is shared
    with serving(team, tmp_path / "incoming", seat=seat) as served:
        for name in ("Vera", "Tomás"):
            served.join(name)
        vera, tomas = served.line("Vera"), served.line("Tomás")
        looks = {"t": "seen", "agent": me, "ticket": ours, "typing": False}
        assert vera.hear("seen") == looks
        seat.look_at(ours, typing=True)
        assert vera.hear("seen") == {**looks, "typing": True}
        vera.say({"t": "look", "ticket": ours, "typing": True})
        tomas.say({"t": "look", "ticket": theirs})
        wait_for(lambda: seat.seen(theirs), "Tomás in sight of an admin")
        assert seat.seen(ours) == (Seen(team.people["Vera"], ours, typing=True),)
        assert Seen(team.people["Vera"], ours, typing=True) in told
        assert sorted(served.host.state().connected) == sorted(served.devices.values())
        for number in range(200):  # J held down: no line is cut off for it
            seat.look_at(theirs if number % 2 else ours)
        seat.look_at(theirs)
        assert tomas.hear("seen")["ticket"] == theirs  # and never what Tomás may not see
        team.desk.do(AddNote(ticket_id=ours, message_id=team.desk.new(), body="Nota"))
        vera.close()
        wait_for(lambda: not seat.seen(ours), "Vera's leave")
    assert seat.seen(theirs) == ()
    assert told[-1] == Seen(team.people["Tomás"], "")
    leave()
    tomas.close()


def test_who_may_no_longer_work_here_is_not_shown_from_the_hosts_window(
    team: TeamDesk, tmp_path: Path
) -> None:
    seat, ticket = HostSeat(), team.ticket()
    team.desk.do(SetRole(agent_id=team.people["Vera"], role=Role.ADMIN))
    with serving(team, tmp_path / "incoming", seat=seat) as served:
        served.join("Vera")
        vera = served.line("Vera")
        seat.look_at(ticket)
        assert vera.hear("seen")["ticket"] == ticket
        team.do_as("Vera", DisableAgent(agent_id=team.desk.workspace.agent_id))
        assert vera.hear("seen")["ticket"] == ""
        vera.close()


def test_who_is_on_the_site_is_told_to_who_asks_as_far_as_they_may_see(
    team: TeamDesk, tmp_path: Path
) -> None:
    box = team.desk.account()
    theirs = team.ticket("Taller")
    people = [
        SiteVisitor("v1", "", "https://shop.test/", "Tienda", "", 1, 2, "", box),
        SiteVisitor("v2", "Oculta", "https://shop.test/", "Tienda", "", 1, 2, theirs, box),
    ]
    chats = FakeLiveChat(people)
    with serving(team, tmp_path / "incoming", chats) as served:
        for name in ("Vera", "Tomás"):
            served.join(name)
        vera, tomas = served.line("Vera"), served.line("Tomás")
        assert vera.hear()["t"] == tomas.hear()["t"] == "ready"
        for line in (vera, tomas):
            line.say({"t": "ask_visitors"})
        assert [one["id"] for one in vera.hear("visitors")["visitors"]] == ["v1"]
        assert [one["id"] for one in tomas.hear("visitors")["visitors"]] == ["v1", "v2"]
        to_workshop = SetAccountDepartment(account_id=box, department_id=team.departments["Taller"])
        team.desk.do(to_workshop)  # whose box it is sees who looks at its pages
        chats.tell(VisitorsMoved(2))
        assert vera.hear("visitors")["visitors"] == []
        assert len(tomas.hear("visitors")["visitors"]) == 2
        vera.close()
        tomas.close()
    chats.close()


def test_who_does_not_ask_again_is_told_once_that_others_are_there(
    team: TeamDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskapp.sync.server.live.WATCH_S", -1.0)
    chats = FakeLiveChat()
    with serving(team, tmp_path / "incoming", chats) as served:
        served.join("Vera")
        vera = served.line("Vera")
        vera.say({"t": "ask_visitors"})
        assert vera.hear("visitors")["stale"] is True
        ticket = team.ticket()
        chats.there[ticket] = VisitorPresence(ticket, online=True)
        chats.tell(VisitorsMoved(1))
        vera.say({"t": "look", "ticket": ticket})
        assert vera.hear()["t"] != "visitors"
        vera.close()
    chats.close()
