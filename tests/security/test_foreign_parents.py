"""Ids of what one may not see, put where they do not belong: in the second place of a command, among others, in a body
that has more keys than the command."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deskapp.core.api import Command
from deskapp.core.commands import messages as m
from deskapp.core.commands import rooms as r
from deskapp.core.commands import tickets as k
from deskapp.core.commands.desk import DeleteView, SaveView
from deskapp.core.commands.mail import IncomingMail, ReceiveMail
from deskapp.core.commands.notifications import MarkNotificationsSeen
from deskapp.core.commands.registry import decode_command, encode_command
from deskapp.core.commands.team import MoveTicket
from deskapp.core.queries.desk import GetNotifications
from deskapp.models import tables as t
from deskapp.models.dto import Address, Condition
from deskapp.models.enums import Role, TicketStatus
from tests.support.colleagues import Colleague
from tests.support.roles import CARMEN, OTHER, OWN, Roles, Target, open_roles


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roles]:
    yield from open_roles(Path(tmp_path_factory.mktemp("parents")))


@pytest.fixture
def agent(world: Roles) -> Colleague:
    return world.people[Role.AGENT]


def _state(world: Roles) -> list[Any]:
    """Everything that a command could change, but for who saw what."""
    tables = ("ticket", "message", "ticket_event", "ticket_tag", "ticket_access", "draft", "effect")
    return world.desk.sql(*(f"SELECT * FROM {name} ORDER BY id" for name in tables))


Nested = Callable[[Roles, Target, Target], Command]


def _revert(ticket: str) -> k.TicketRevert:
    return k.TicketRevert(ticket, TicketStatus.SOLVED, "", None, False, False)


def _reply(world: Roles, mine: Target, **fields: Any) -> m.SendReply:
    return m.SendReply(
        ticket_id=mine.ticket, message_id=world.desk.new(), body="Sí", seen_order=0, to=(CARMEN,),
        **fields,
    )  # fmt: skip


NESTED: dict[str, Nested] = {
    "merge into": lambda _w, a, b: k.MergeTickets(ticket_ids=(a.ticket,), into_id=b.ticket),
    "merge from": lambda _w, a, b: k.MergeTickets(ticket_ids=(b.ticket,), into_id=a.ticket),
    "merge both": lambda _w, a, b: k.MergeTickets(
        ticket_ids=(a.ticket, b.ticket), into_id=a.ticket
    ),
    "unmerge": lambda _w, a, b: k.UnmergeTickets(ticket_ids=(a.ticket, b.ticket)),
    "split": lambda w, _a, b: m.SplitMessage(message_id=b.message, ticket_id=w.desk.new()),
    "split onto": lambda _w, a, b: m.SplitMessage(message_id=a.message, ticket_id=b.ticket),
    "reply to": lambda w, a, b: _reply(w, a, in_reply_to=b.message),
    "reply under its id": lambda _w, a, b: m.SendReply(
        ticket_id=a.ticket, message_id=b.message, body="Sí", seen_order=0, to=(CARMEN,)
    ),
    "note under its id": lambda _w, a, b: m.AddNote(
        ticket_id=a.ticket, message_id=b.message, body="Sí"
    ),
    "status of many": lambda _w, a, b: k.SetStatus(
        ticket_ids=(a.ticket, b.ticket), status=TicketStatus.SOLVED
    ),
    "tags of many": lambda _w, a, b: k.AddTags(ticket_ids=(a.ticket, b.ticket), tags=("x",)),
    "delete many": lambda _w, a, b: k.DeleteTickets(ticket_ids=(a.ticket, b.ticket)),
    "spam of many": lambda _w, a, b: k.MarkSpam(
        ticket_ids=(a.ticket, b.ticket), block_sender=True
    ),
    "snooze many": lambda _w, a, b: k.SnoozeTicket(
        ticket_ids=(a.ticket, b.ticket), until=1_900_000_000_000
    ),
    "assign many": lambda w, a, b: k.AssignTicket(
        ticket_ids=(a.ticket, b.ticket), agent_id=w.people[Role.AGENT].id
    ),
    "read many": lambda _w, a, b: k.MarkRead(ticket_ids=(a.ticket, b.ticket)),
    "revert many": lambda _w, a, b: k.RevertTickets(items=(_revert(a.ticket), _revert(b.ticket))),
    "move": lambda w, _a, b: MoveTicket(
        ticket_id=b.ticket, department_id=w.team.department("Taller")
    ),
    "room of": lambda w, _a, b: r.OpenRoom(
        room_id=w.desk.new(), kind="group", member_ids=(w.people[Role.LIGHT].id,),
        ticket_id=b.ticket,
    ),
    "take back": lambda _w, _a, b: m.CancelSend(message_id=b.reply),
    "send now": lambda _w, _a, b: m.SendNow(message_id=b.reply),
    "a department that is none": lambda _w, a, b: MoveTicket(
        ticket_id=a.ticket, department_id=b.ticket
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(NESTED))
def test_a_hidden_id_in_another_place_changes_nothing(
    world: Roles, agent: Colleague, name: str
) -> None:
    mine, theirs = world.fresh(OWN, False), world.shared(OTHER, False)
    before = _state(world)
    code = agent.refusal(NESTED[name](world, mine, theirs))
    assert code.endswith(("_not_found", "id_taken")), code
    assert _state(world) == before


def test_a_child_that_one_sees_does_not_open_what_it_was_merged_into(
    world: Roles, agent: Colleague
) -> None:
    """Let into one ticket by a mention, which an admin then merges into one of their department."""
    child, root, mine = (world.fresh(situation, False) for situation in (OTHER, OTHER, OWN))
    note = m.AddNote(
        ticket_id=child.ticket, message_id=world.desk.new(), body="Mira", mentions=(agent.id,)
    )
    world.desk.do(note)
    world.desk.do(k.MergeTickets(ticket_ids=(child.ticket,), into_id=root.ticket))
    before = _state(world)
    for command in (
        m.AddNote(ticket_id=child.ticket, message_id=world.desk.new(), body="Hola"),
        _reply(world, child),
        k.UnmergeTickets(ticket_ids=(child.ticket,)),
        k.MergeTickets(ticket_ids=(mine.ticket,), into_id=child.ticket),
        m.SplitMessage(message_id=child.message, ticket_id=world.desk.new()),
        MoveTicket(ticket_id=child.ticket, department_id=""),
    ):
        assert agent.refusal(command) == "ticket_not_found", command.TYPE
    assert _state(world) == before


def test_what_is_personal_is_nobody_elses(world: Roles, agent: Colleague) -> None:
    admin = world.people[Role.ADMIN]
    condition = (Condition("status", "is", "open"),)
    view = world.desk.new()
    agent.do(SaveView(view_id=view, name="Mía", conditions=condition))
    assert admin.refusal(DeleteView(view_id=view)) == "saved_view_not_found"
    assert admin.refusal(SaveView(view_id=view, name="X", conditions=condition)) == "id_taken"
    world.fresh(OWN, False)
    theirs = [one.id for one in agent.ask(GetNotifications()) if one.seen_at is None]
    assert theirs
    seen = admin.do(MarkNotificationsSeen(notification_ids=tuple(theirs)))
    assert seen.result == {"changed": 0}


def test_a_room_is_closed_to_admins_too(world: Roles, agent: Colleague) -> None:
    admin, light = world.people[Role.ADMIN], world.people[Role.LIGHT]
    opened = agent.do(r.OpenRoom(room_id="", kind="direct", member_ids=(light.id,)))
    room = str(opened.result["room_id"])
    for command in (
        r.PostInRoom(room_id=room, message_id=world.desk.new(), body="Hola"),
        r.MarkRoomSeen(room_id=room, position=1),
        r.RenameRoom(room_id=room, name="x"),
        r.ChangeMembers(room_id=room, add=(admin.id,)),
    ):
        assert admin.refusal(command) == "room_not_found", command.TYPE


# More keys than the command has ---------------------------------------------------------------------------------

COLUMNS = sorted({column.name for table in t.metadata.tables.values() for column in table.columns})
BODIES: tuple[Command, ...] = (
    k.SetSubject(ticket_id="a" * 32, subject="x"),
    k.RevertTickets(items=(_revert("a" * 32),)),
    m.SendReply(ticket_id="a" * 32, message_id="b" * 32, body="x", seen_order=1, to=(CARMEN,)),
    m.AddNote(
        ticket_id="a" * 32, message_id="b" * 32, body="x",
        attachments=(m.AttachmentRef("c" * 32, "a.txt", "text/plain", 1, "0" * 64),),
    ),
    ReceiveMail(
        mail=IncomingMail(raw_sha256="0" * 64, subject="x", sender=Address("", "a@b.test")),
        account_id="", ticket_id="a" * 32, message_id="b" * 32, contact_id="c" * 32,
    ),
)  # fmt: skip


def _places(body: Any) -> Iterator[dict[str, Any]]:
    """The body, and every object in it."""
    if isinstance(body, dict):
        yield body
        for value in list(body.values()):
            yield from _places(value)
    elif isinstance(body, list | tuple):
        for value in body:
            yield from _places(value)


@pytest.mark.parametrize("command", BODIES, ids=lambda command: command.TYPE)
def test_no_column_comes_in_by_a_body(command: Command) -> None:
    wire = encode_command(command)
    assert decode_command(wire) == command
    count = len(list(_places(wire["body"])))
    for place in range(count):
        for column in (*COLUMNS, "__class__", "role", "bcc_hidden"):
            wire = encode_command(command)
            target = list(_places(wire["body"]))[place]
            if column in target:
                continue
            target[column] = 1
            with pytest.raises(ValueError, match=r"unknown key|Expected"):
                decode_command(wire)
