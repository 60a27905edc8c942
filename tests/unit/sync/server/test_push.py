"""What a commit brought is sent to all who follow; who has to see more than that, or may see less, is poked instead."""

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from deskapp.core.authority.scopes import person
from deskapp.core.commands.messages import AddNote, CancelSend, SaveDraft, SendReply
from deskapp.core.commands.tags import DeleteTag
from deskapp.core.commands.team import (
    DisableAgent,
    MoveTicket,
    RegisterDevice,
    RevokeDevice,
    SetMembership,
)
from deskapp.core.commands.tickets import AddTags, RemoveTags, SetSubject
from deskapp.models.dto import Address
from deskapp.sync.protocol.live import Part
from deskapp.sync.protocol.messages import Removal
from deskapp.sync.server import push
from deskapp.sync.server.devices import Session
from deskapp.sync.server.push import Follower, Round, Rounds
from deskapp.sync.server.viewer import viewer_of
from tests.support.sync_push import news_of
from tests.support.team_desk import TeamDesk, truth
from tests.support.team_host import Served, TestLine


class Told:
    """One round after another, as the hub makes them, for one follower."""

    def __init__(self, team: TeamDesk, name: str) -> None:
        self.team, self.rounds = team, Rounds(team.exchange)
        agent, device = team.people[name], team.desk.new()
        register = RegisterDevice(device_id=device, agent_id=agent, name="PC", key_hash=device * 2)
        assert team.desk.desk(register).ok
        with team.exchange.snapshot() as connection:
            viewer = viewer_of(connection, agent)
        self.who = Follower(session=Session(device, agent), viewer=viewer, seq=0, follows=True)
        self.next()

    def round(self) -> Round:
        scopes = {f"department:{uid}" for uid in self.team.departments.values()}
        scopes |= {f"person:{uid}" for uid in self.team.people.values()}
        return self.rounds.read(scopes, {self.who.viewer.uid})

    def next(self) -> "dict[str, Part] | None":
        """What is sent, by scope; None: a poke."""
        done = self.round()
        scopes = done.moved & set(self.who.viewer.scopes)
        frames = self.who.frames(done, scopes)
        if done.rights is not None:
            viewer = done.rights.viewers.get(self.who.viewer.uid)
            self.who.viewer, self.who.seq = viewer or self.who.viewer, done.rights.seq
        if frames is None:
            return None
        return {part.scope: part for frame in frames for part in news_of(frame).parts}


def rows_of(part: Part, entity: str) -> dict[str, dict[str, Any]]:
    return {row[0]: dict(zip(rows.columns, row[1:], strict=True))
            for rows in part.tables if rows.entity == entity for row in rows.rows}  # fmt: skip


def subject(team: TeamDesk, ticket: str, to: str = "Dos tazas") -> None:
    team.desk.do(SetSubject(ticket_id=ticket, subject=to))


def test_what_is_sent_is_what_a_pull_would_have_brought(team: TeamDesk) -> None:
    ours, shared = team.ticket("Ventas"), team.ticket()
    vera, follower = Told(team, "Vera"), team.follower("Vera")
    follower.follow()
    for ticket in (ours, shared):
        subject(team, ticket)
        note = AddNote(ticket_id=ticket, message_id=team.desk.new(), body="Falta una")
        team.desk.do(note)
    sent = vera.next()
    assert sent is not None
    assert {part.since for part in sent.values()} == {follower.cursors[scope] for scope in sent}
    for part in sent.values():
        for rows in part.tables:
            for uid, *values in rows.rows:
                follower.rows[(rows.entity, uid)] = dict(zip(rows.columns, values, strict=True))
        follower.cursors[part.scope] = part.cursor
    assert not follower.pull().tables
    assert follower.rows == truth(team, vera.who.viewer.uid)


def test_what_comes_to_a_place_where_nothing_happened_for_long_is_pulled(team: TeamDesk) -> None:
    """It was written after all that was told there, and told elsewhere: one's own marks and drafts come by a pull."""
    team.ticket("Ventas")
    vera = Told(team, "Vera")
    ticket = team.ticket("Taller")
    vera.next()
    to = team.departments["Ventas"]
    team.desk.do(MoveTicket(ticket_id=ticket, department_id=to))
    assert vera.next() is None


def test_several_commits_are_one_part_and_it_is_made_once(team: TeamDesk) -> None:
    ticket, vera = team.ticket(), Told(team, "Vera")
    for n in range(3):
        subject(team, ticket, f"{n} tazas")
    done = vera.round()
    assert list(done.parts) == ["desk"]
    assert done.frame(frozenset({"desk"})) is done.frame(frozenset({"desk"}))
    part = news_of(done.frame(frozenset({"desk"})) or b"").parts[0]
    assert part.cursor - part.since == 3
    assert rows_of(part, "ticket")[ticket]["subject"] == "2 tazas"


def test_what_is_ones_own_is_sent_to_oneself_alone(team: TeamDesk) -> None:
    ticket = team.ticket("Ventas")
    draft = SaveDraft(ticket_id=ticket, mode="note", body="A medias")
    assert team.do_as("Vera", draft).ok
    sara, vera = Told(team, "Sara"), Told(team, "Vera")
    assert team.do_as("Vera", replace(draft, body="Casi")).ok
    mine = person(team.people["Vera"])
    sent = vera.next()
    assert sent is not None
    assert [row["body"] for row in rows_of(sent[mine], "draft").values()] == ["Casi"]
    hers = sara.round().moved & set(sara.who.viewer.scopes)
    assert mine not in hers


def test_a_draft_in_a_ticket_that_is_seen_no_more_is_told_when_it_is_seen_again(
    team: TeamDesk,
) -> None:
    """An admin takes a reply back whose author has lost the department: what it quotes is not theirs to see."""
    team.desk.mail(team.desk.account())
    ((ticket,),) = team.desk.sql("SELECT uid FROM ticket")
    team.move(str(ticket), "Ventas")
    reply, to = team.desk.new(), (Address("", "carmen@correo.test"),)
    seen = 10**18
    sent = SendReply(
        ticket_id=str(ticket), message_id=reply, body="Va otra", seen_order=seen, to=to
    )
    assert team.do_as("Vera", sent).ok
    team.desk.do(SetMembership(agent_id=team.people["Vera"], department_ids=()))
    vera, follower = Told(team, "Vera"), team.follower("Vera")
    follower.follow()
    team.desk.do(CancelSend(message_id=reply))
    assert vera.next() is None
    assert not follower.pull().tables
    assert not truth(team, vera.who.viewer.uid).keys() & {("draft", *row) for row in _drafts(team)}
    team.move(str(ticket), "")
    follower.follow()
    assert [row["body"] for row in follower.of("draft").values()] == ["Va otra"]


def _drafts(team: TeamDesk) -> list[tuple[object, ...]]:
    found = team.desk.sql("SELECT uid FROM draft")
    assert found
    return found


def test_what_is_gone_for_good_is_removed(team: TeamDesk) -> None:
    ticket, vera = team.ticket(), Told(team, "Vera")
    team.desk.do(AddTags(ticket_ids=(ticket,), tags=("vip",)))
    sent = vera.next()
    assert sent is not None
    (tag,) = rows_of(sent["desk"], "ticket_tag")
    team.desk.do(RemoveTags(ticket_ids=(ticket,), tags=("vip",)))
    sent = vera.next()
    assert sent is not None
    assert Removal(entity="ticket_tag", id=tag) in sent["desk"].removals


@pytest.mark.parametrize(
    ("before", "after", "sees"),
    [("Ventas", "Taller", "Vera"), ("Taller", "Ventas", "Vera"), ("", "Taller", "Vera"),
     ("Taller", "", "Vera"), ("Ventas", "Taller", "Lucía")],
)  # fmt: skip
def test_a_ticket_that_goes_elsewhere_is_pulled(
    team: TeamDesk, before: str, after: str, sees: str
) -> None:
    """Where it came there is more to tell than was written; where it left, some see it by another way."""
    ticket = team.ticket(before)
    assert team.do_as("Lucía", SaveDraft(ticket_id=ticket, mode="note", body="A medias")).ok
    who = Told(team, sees)
    team.move(ticket, after)
    assert who.next() is None
    subject(team, team.ticket())
    assert who.next() is not None


def test_what_goes_on_elsewhere_is_neither_sent_nor_poked(team: TeamDesk) -> None:
    hidden, vera = team.ticket("Taller"), Told(team, "Vera")
    subject(team, hidden)
    done = vera.round()
    assert not done.moved & set(vera.who.viewer.scopes)


def test_who_lost_a_department_is_not_sent_what_is_new_there(team: TeamDesk) -> None:
    """Though nobody has told the hub yet: it is seen in the snapshot from which the rows are read."""
    ticket, vera = team.ticket("Ventas"), Told(team, "Vera")
    team.desk.do(SetMembership(agent_id=vera.who.viewer.uid, department_ids=()))
    subject(team, ticket, "Secreto")
    assert vera.next() is None
    assert vera.who.viewer.scopes == ("desk", f"person:{vera.who.viewer.uid}")


@pytest.mark.parametrize("shut_out", ["device", "agent"])
def test_who_was_shut_out_is_sent_nothing(team: TeamDesk, shut_out: str) -> None:
    ticket, vera = team.ticket(), Told(team, "Vera")
    session = vera.who.session
    team.desk.do(
        RevokeDevice(device_id=session.device)
        if shut_out == "device"
        else DisableAgent(agent_id=session.agent_id)
    )
    subject(team, ticket, "Secreto")
    assert vera.next() is None
    subject(team, ticket, "Más secreto")
    assert vera.next() is None


def test_too_much_is_pulled(team: TeamDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets, vera = [team.ticket() for _ in range(4)], Told(team, "Vera")
    team.desk.do(AddTags(ticket_ids=tuple(tickets), tags=("vip",)))
    assert vera.next() is not None
    monkeypatch.setattr(push, "ROWS", 3)
    team.desk.do(DeleteTag(tag="vip"))
    assert vera.next() is None


def test_a_follower_who_has_not_taken_the_last_frame_is_poked(team: TeamDesk) -> None:
    ticket, vera = team.ticket(), Told(team, "Vera")
    subject(team, ticket)
    vera.who.news = True
    assert vera.next() is None


# Over a real line ---------------------------------------------------------------------------------------------


def follow(served: Served, name: str) -> TestLine:
    line = served.line(name)
    ready = line.hear("ready")
    assert ready["news"]
    line.say({"t": "follow"})
    return line


def news(line: TestLine, served: Served, ticket: str, to: str) -> dict[str, Any]:
    """The first news in which the ticket has that subject; it may take a poke to begin with."""
    for _ in range(20):
        subject(served.team, ticket, "Una taza")
        frame = line.hear()
        if frame["t"] == "news":
            break
    subject(served.team, ticket, to)
    while True:
        frame = line.hear("news")
        for part in frame["parts"]:
            found = msgspec.convert(part, Part)
            if rows_of(found, "ticket").get(ticket, {}).get("subject") == to:
                return frame


def test_who_follows_is_sent_the_rows_and_who_does_not_is_poked(served: Served) -> None:
    ticket = served.team.ticket("Ventas")
    vera, sara = follow(served, "Vera"), served.line("Sara")
    frame = news(vera, served, ticket, "Tres tazas")
    assert frame["epoch"] == served.team.epoch
    poked: set[str] = set()
    while f"department:{served.team.departments['Ventas']}" not in poked:
        poked |= set(sara.hear("poke")["scopes"])
    vera.close()
    sara.close()


def test_a_line_that_lost_a_department_hears_nothing_more_of_it(served: Served) -> None:
    ticket = served.team.ticket("Ventas")
    vera, sara = follow(served, "Vera"), follow(served, "Sara")
    news(vera, served, ticket, "Tres tazas")
    desk = served.team.desk
    desk.do(SetMembership(agent_id=served.team.people["Vera"], department_ids=()))
    subject(served.team, ticket, "Secreto")
    news(sara, served, ticket, "Muy secreto")
    subject(served.team, served.team.ticket(), "El final")
    heard = ""
    while "El final" not in heard:
        heard = json.dumps(vera.hear(), ensure_ascii=False)
        assert "ecreto" not in heard
    vera.close()
    sara.close()
