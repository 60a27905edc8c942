"""Who may do what to which ticket, by role: every command, through the door that every window uses.

The tables here are written by hand, so that a change of the permissions is a change of this file.
"""

import dataclasses
import enum
import types
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deskapp.core.api import Command
from deskapp.core.commands import effects as e
from deskapp.core.commands import messages as m
from deskapp.core.commands import tickets as k
from deskapp.core.commands import webchat as w
from deskapp.core.commands.registry import load_all
from deskapp.core.commands.rooms import OpenRoom
from deskapp.core.commands.team import MoveTicket
from deskapp.models.enums import Role, TicketStatus
from tests.support.colleagues import Colleague
from tests.support.roles import (
    CARMEN,
    DELETED,
    GIVEN,
    NONE,
    OTHER,
    OWN,
    ROLES,
    SITUATIONS,
    Roles,
    Target,
    open_roles,
)

FAR = 1_900_000_000_000

LIGHT = {
    "agent.set_state", "draft.discard", "draft.save", "message.add_note",
    "notification.mark_played", "notification.mark_seen", "preference.set", "room.change_members",
    "room.mark_seen", "room.open", "room.post", "room.rename", "ticket.mark_read", "view.delete",
    "view.save",
}  # fmt: skip
AGENT = {
    "canned.delete", "canned.save", "contact.add_note", "contact.add_point", "contact.block",
    "contact.change_point", "contact.create", "contact.dismiss_merge", "contact.make_primary",
    "contact.remove_note", "contact.remove_point", "contact.set_field", "contact.tag",
    "contact.unblock", "contact.update", "message.admit", "message.cancel_send",
    "message.load_remote_images", "message.record_inbound", "message.retry_send",
    "message.send_now", "message.send_reply", "message.split", "outbox.drop", "outbox.retry",
    "ticket.add_tags", "ticket.assign", "ticket.create", "ticket.delete", "ticket.mark_spam",
    "ticket.merge", "ticket.move", "ticket.rate", "ticket.remove_tags", "ticket.revert",
    "ticket.set_contact", "ticket.set_status", "ticket.set_subject", "ticket.snooze",
    "ticket.unmerge", "webchat.accept_identity", "webchat.block", "webchat.end",
    "webchat.refuse_identity", "webchat.take", "webchat.transcript",
}  # fmt: skip
SUPERVISOR = {"contact.merge", "contact.unmerge", "tag.delete", "tag.rename"}
ADMIN = {
    "account.remove", "account.save", "account.save_chat_box", "account.set_department",
    "agent.save", "department.remove", "department.save", "desk.set_setting", "device.revoke",
    "device.revoke_all",
    "field.delete", "field.save", "team.disable_agent", "team.reset_second_factor",
    "team.set_membership", "team.set_role",
}  # fmt: skip
SYSTEM = {
    "account.record_folder", "account.report", "chat.identify", "chat.mark", "chat.receive",
    "chat.unanswered", "device.register", "device.seen", "effect.recover", "effect.settle",
    "effect.start", "mail.quarantine", "mail.receive", "mail.report_delivery", "mail.store_raw",
    "mail.store_remote_images", "ticket.wake",
}  # fmt: skip

MAY: dict[Role, set[str]] = {
    Role.LIGHT: LIGHT,
    Role.AGENT: LIGHT | AGENT,
    Role.SUPERVISOR: LIGHT | AGENT | SUPERVISOR,
    Role.ADMIN: LIGHT | AGENT | SUPERVISOR | ADMIN,
}
SEES: dict[Role, set[str]] = {
    Role.ADMIN: {OWN, OTHER, GIVEN, NONE, DELETED},
    Role.SUPERVISOR: {OWN, GIVEN, NONE, DELETED},
    Role.AGENT: {OWN, GIVEN, NONE, DELETED},
    Role.LIGHT: {OWN, GIVEN, NONE, DELETED},
}

Build = Callable[[Roles, Colleague, Target], Command]


@dataclasses.dataclass(frozen=True)
class Case:
    """A command on a ticket. What is answered: to whoever sees it, of one in the trash, of a hidden one."""

    build: Build
    seen: str = "ok"
    trash: str = "ok"
    hidden: str = "ticket_not_found"
    chat: bool = False  # it is about a chat


def _one(command: Callable[..., Command], **fields: Any) -> Build:
    return lambda _world, _who, on: command(ticket_id=on.ticket, **fields)


def _many(command: Callable[..., Command], **fields: Any) -> Build:
    return lambda _world, _who, on: command(ticket_ids=(on.ticket,), **fields)


def _said(command: Callable[..., Command], **fields: Any) -> Build:
    """A command that makes a message."""

    def build(world: Roles, _who: Colleague, on: Target) -> Command:
        return command(ticket_id=on.ticket, message_id=world.desk.new(), body="Hola", **fields)

    return build


def _revert(on: Target) -> Command:
    item = k.TicketRevert(on.ticket, TicketStatus.WAITING, "", None, False, False)
    return k.RevertTickets(items=(item,))


def _room(world: Roles, _who: Colleague, on: Target) -> Command:
    others = (world.desk.workspace.agent_id,)
    uid = world.desk.new()
    return OpenRoom(room_id=uid, kind="group", member_ids=others, ticket_id=on.ticket)


def _claim(_world: Roles, who: Colleague, on: Target) -> Command:
    return k.AssignTicket(ticket_ids=(on.ticket,), agent_id=who.id, expected="")


def _merge(world: Roles, who: Colleague, on: Target) -> Command:
    return k.MergeTickets(ticket_ids=(on.ticket,), into_id=world.fresh(NONE, False).ticket)


REPLY = {"seen_order": 0, "to": (CARMEN,)}
GONE, HIDDEN = "ticket_deleted", "message_not_found"
NO_CLAIM = "no_claim"

TICKETS: dict[str, Case] = {
    "draft.discard": Case(_one(m.DiscardDraft)),
    "draft.save": Case(_one(m.SaveDraft, mode="note", body="Hola")),
    "message.add_note": Case(_said(m.AddNote), trash=GONE),
    "message.record_inbound": Case(_said(m.RecordInbound), trash=GONE),
    "message.send_reply": Case(_said(m.SendReply, **REPLY), trash=GONE),
    "message.admit": Case(lambda _w, _a, on: m.AdmitMessage(message_id=on.message), hidden=HIDDEN),
    "message.cancel_send": Case(
        lambda _w, _a, on: m.CancelSend(message_id=on.reply), hidden=HIDDEN
    ),
    "message.load_remote_images": Case(
        lambda _w, _a, on: m.LoadRemoteImages(message_id=on.message), hidden=HIDDEN
    ),
    "message.retry_send": Case(lambda _w, _a, on: m.RetrySend(message_id=on.reply), hidden=HIDDEN),
    "message.send_now": Case(lambda _w, _a, on: m.SendNow(message_id=on.reply), hidden=HIDDEN),
    "message.split": Case(
        lambda world, _a, on: m.SplitMessage(message_id=on.message, ticket_id=world.desk.new()),
        hidden=HIDDEN,
    ),
    "outbox.drop": Case(
        lambda _w, _a, on: e.DropEffect(effect_id=on.effect), hidden="effect_not_found"
    ),
    "outbox.retry": Case(
        lambda _w, _a, on: e.RetryEffect(effect_id=on.effect),
        seen="effect_not_failed",
        trash="effect_not_failed",
        hidden="effect_not_found",
    ),
    "room.open": Case(_room),
    "ticket.add_tags": Case(_many(k.AddTags, tags=("vip",))),
    "ticket.assign": Case(_claim),
    "ticket.delete": Case(_many(k.DeleteTickets)),
    "ticket.mark_read": Case(_many(k.MarkRead)),
    "ticket.mark_spam": Case(_many(k.MarkSpam)),
    "ticket.merge": Case(_merge),
    "ticket.move": Case(_one(MoveTicket, department_id="")),
    "ticket.rate": Case(_one(k.RateConversation, score=5)),
    "ticket.remove_tags": Case(_many(k.RemoveTags, tags=("vip",))),
    "ticket.revert": Case(lambda _w, _a, on: _revert(on)),
    "ticket.set_contact": Case(
        lambda world, _a, on: k.SetTicketContact(ticket_id=on.ticket, contact_id=_contact(world))
    ),
    "ticket.set_status": Case(_many(k.SetStatus, status=TicketStatus.SOLVED)),
    "ticket.set_subject": Case(_one(k.SetSubject, subject="Otro")),
    "ticket.snooze": Case(_many(k.SnoozeTicket, until=FAR)),
    "ticket.unmerge": Case(_many(k.UnmergeTickets)),
    "webchat.accept_identity": Case(
        _one(w.AcceptIdentity), seen=NO_CLAIM, trash=NO_CLAIM, chat=True
    ),
    "webchat.block": Case(_one(w.BlockVisitor), chat=True),
    "webchat.end": Case(_one(w.EndChat), chat=True),
    "webchat.refuse_identity": Case(_one(w.RefuseIdentity), chat=True),
    "webchat.take": Case(_one(w.TakeChat), chat=True),
    "webchat.transcript": Case(
        _one(w.SendTranscript, address="carmen@correo.test"),
        seen="not_answered",
        trash="not_answered",
        chat=True,
    ),
}
OF_NO_TICKET = (LIGHT | AGENT | SUPERVISOR | ADMIN | SYSTEM) - TICKETS.keys()


def _contact(world: Roles) -> str:
    return str(world.desk.sql("SELECT uid FROM contact ORDER BY id LIMIT 1")[0][0])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roles]:
    yield from open_roles(Path(tmp_path_factory.mktemp("roles")))


def _answer(who: Colleague, command: Command) -> str:
    outcome = who.submit(command)
    return "ok" if outcome.rejected is None else outcome.rejected.code


def _expected(name: str, case: Case, role: Role, situation: str) -> str:
    if name not in MAY[role]:
        return "not_allowed"
    if situation not in SEES[role]:
        return case.hidden
    return case.trash if situation == DELETED else case.seen


def test_every_command_stands_in_the_tables_once() -> None:
    tables = (LIGHT, AGENT, SUPERVISOR, ADMIN, SYSTEM)
    assert sum(map(len, tables)) == len(set.union(*tables))
    assert set.union(*tables) == set(load_all())
    cells = len(TICKETS) * len(ROLES) * len(SITUATIONS) + len(OF_NO_TICKET) * len(ROLES)
    assert cells >= 900


@pytest.mark.parametrize("name", sorted(TICKETS))
def test_a_command_on_a_ticket(world: Roles, name: str) -> None:
    case, wrong = TICKETS[name], []
    for role in ROLES:
        for situation in SITUATIONS:
            who, wanted = world.people[role], _expected(name, case, role, situation)
            target = world.fresh if wanted == "ok" else world.shared
            command = case.build(world, who, target(situation, case.chat))
            got = _answer(who, command)
            if got != wanted:
                wrong.append(f"{role} {situation}: {got}, not {wanted}")
    assert not wrong, name


@pytest.mark.parametrize("name", sorted(OF_NO_TICKET))
def test_a_command_on_something_else(world: Roles, name: str) -> None:
    """Whether it is allowed at all: it names nothing that is there, so that nothing more can come of it."""
    for role in ROLES:
        got = _answer(world.people[role], _dummy(load_all()[name]))
        assert (got == "not_allowed") is (name not in MAY[role]), (role, got)


def _dummy(cls: type[Any]) -> Any:
    """One with every field filled by something of its type."""
    hints = typing.get_type_hints(cls)
    fields = {field.name: _value(hints[field.name]) for field in dataclasses.fields(cls)}
    return cls(**fields)


def _value(hint: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return _value(typing.get_args(hint)[0])
    if origin is tuple:
        return ()
    if origin is not None:
        return {}
    if dataclasses.is_dataclass(hint):
        return _dummy(hint)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint))
    return {str: "zz", int: 1, bool: True, float: 1.0}.get(hint, "zz")
