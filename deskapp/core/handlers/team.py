"""Handlers of who works at the desk: departments, roles, devices. Who may send them is `policies.permissions`."""

from typing import Any

from sqlalchemy import Row, select

from deskapp.core.api import Outcome, Rejected
from deskapp.core.authority.scopes import may_see_ticket
from deskapp.core.authority.tx import Tx
from deskapp.core.commands import team as c
from deskapp.core.handlers.access import (
    able,
    assignment_over,
    move,
    sees,
    take_back_notifications_of,
    tell_rooms,
)
from deskapp.core.handlers.base import done, handles
from deskapp.core.handlers.conversation import change_ticket, root_of
from deskapp.models import tables as t
from deskapp.models.enums import ActorKind, Bucket, Role

NAME = 80
HASH = 64
AT_ONCE = 50
"""Tickets of a removed department that one commit moves: others get their turn in between."""


def _department(tx: Tx, uid: str) -> Row[Any]:
    """Rejects department_not_found, also when it was removed."""
    row = tx.get(t.department, uid)
    if row.removed:
        raise Rejected("department_not_found", id=uid)
    return row


# Departments ----------------------------------------------------------------------------------------------------


@handles(c.SaveDepartment)
def save_department(tx: Tx, cmd: c.SaveDepartment) -> Outcome:
    name = " ".join(cmd.name.split())[:NAME]
    if not name:
        raise Rejected("name_empty")
    for other in tx.all(t.department, t.department.c.removed.is_(False)):
        if other.uid != cmd.department_id and other.name.casefold() == name.casefold():
            raise Rejected("name_taken", name=name)
    values = {"name": name, "position": cmd.position, "removed": False}
    found = tx.find(t.department, cmd.department_id)
    if found is None:
        tx.insert(t.department, uid=cmd.department_id, **values)
    else:
        tx.update(t.department, found.id, **values)
    if found is None or found.removed:
        return done(c.RemoveDepartment(department_id=cmd.department_id))
    undo = c.SaveDepartment(department_id=found.uid, name=found.name, position=found.position)
    return done(undo)


@handles(c.RemoveDepartment)
def remove_department(tx: Tx, cmd: c.RemoveDepartment) -> Outcome:
    """Tickets of any state count: one that is solved today is answered tomorrow, and somebody must see it.

    Of many tickets the first go now, and a timer sends the same command again until none is left.
    """
    row = _department(tx, cmd.department_id)
    target = _department(tx, cmd.move_to) if cmd.move_to else None
    if target is not None and target.id == row.id:
        raise Rejected("department_in_use")
    tickets = _tickets_of(tx, row.id)
    members = tx.all(t.membership, t.membership.c.department_id == row.id)
    accounts = tx.all(t.account, t.account.c.department_id == row.id)
    if target is None and (tickets or members or accounts):
        counts = {"tickets": len(tickets), "members": len(members), "accounts": len(accounts)}
        raise Rejected("department_in_use", **counts)
    if target is not None:
        _welcome(tx, target, members, accounts)
        _move_all(tx, row, target, tickets[:AT_ONCE])
        if _tickets_of(tx, row.id):
            key = f"empty:{row.uid}:{tx.seq}"
            tx.effect("timer.empty_department", key, department_id=row.uid, move_to=target.uid)
            return done(tickets=len(tickets))
    for member in members:
        tx.delete(t.membership, member.id)
    tx.update(t.department, row.id, removed=True)
    undo = c.SaveDepartment(department_id=row.uid, name=row.name, position=row.position)
    return done(undo if target is None else None, tickets=len(tickets))


def _tickets_of(tx: Tx, department_key: int) -> list[int]:
    keys = select(t.ticket.c.id).where(t.ticket.c.department_id == department_key)
    return list(tx.connection.execute(keys.order_by(t.ticket.c.id)).scalars())


def _welcome(tx: Tx, target: Row[Any], members: list[Row[Any]], accounts: list[Row[Any]]) -> None:
    """They are in both until the last ticket has moved, so that whoever has one keeps it."""
    there = tx.all(t.membership, t.membership.c.department_id == target.id)
    for key in sorted({one.agent_id for one in members} - {one.agent_id for one in there}):
        tx.insert(t.membership, agent_id=key, department_id=target.id)
    for account in accounts:
        tx.update(t.account, account.id, department_id=target.id)


def _move_all(tx: Tx, row: Row[Any], target: Row[Any], tickets: list[int]) -> None:
    for key in tickets:
        if tx.at(t.ticket, key).department_id == row.id:  # not yet moved along with another
            _move(tx, tx.at(t.ticket, key), target)


@handles(c.MoveTicket)
def move_ticket(tx: Tx, cmd: c.MoveTicket) -> Outcome:
    ticket = root_of(tx, tx.get(t.ticket, cmd.ticket_id))
    target = _department(tx, cmd.department_id) if cmd.department_id else None
    if ticket.department_id == (target.id if target else None):
        return done(unassigned="")
    before = tx.at(t.department, ticket.department_id) if ticket.department_id else None
    unassigned = _move(tx, ticket, target)
    back = c.MoveTicket(ticket_id=ticket.uid, department_id=before.uid if before else "")
    gone = before is not None and before.removed
    may_undo = _still_sees(tx, ticket.id) and not gone
    return done(back if may_undo else None, unassigned=unassigned)


def _move(tx: Tx, ticket: Row[Any], target: Row[Any] | None) -> str:
    before = tx.at(t.department, ticket.department_id).name if ticket.department_id else ""
    unassigned = move(tx, ticket.id, target.id if target else None)
    after = target.name if target else ""
    tx.event(ticket.id, "department_changed", before=before, after=after)
    if unassigned:
        tx.event(ticket.id, "assigned", agent="", why="other_department", before=unassigned)
    return unassigned


def _still_sees(tx: Tx, ticket_key: int) -> bool:
    if tx.actor.kind is not ActorKind.AGENT or tx.actor.role is Role.ADMIN:
        return True
    return may_see_ticket(tx, tx.at(t.ticket, ticket_key))


@handles(c.SetAccountDepartment)
def set_account_department(tx: Tx, cmd: c.SetAccountDepartment) -> Outcome:
    account = tx.get(t.account, cmd.account_id)
    target = _department(tx, cmd.department_id) if cmd.department_id else None
    before = tx.at(t.department, account.department_id).uid if account.department_id else ""
    tx.update(t.account, account.id, department_id=target.id if target else None)
    return done(c.SetAccountDepartment(account_id=account.uid, department_id=before))


# People ---------------------------------------------------------------------------------------------------------


@handles(c.SetMembership)
def set_membership(tx: Tx, cmd: c.SetMembership) -> Outcome:
    agent = tx.get(t.agent, cmd.agent_id)
    wanted = {_department(tx, uid).id for uid in cmd.department_ids}
    rows = tx.all(t.membership, t.membership.c.agent_id == agent.id)
    before = tuple(tx.at(t.department, row.department_id).uid for row in rows)
    for row in rows:
        if row.department_id not in wanted:
            tx.delete(t.membership, row.id)
    for key in sorted(wanted - {row.department_id for row in rows}):
        tx.insert(t.membership, agent_id=agent.id, department_id=key)
    _release(tx, agent)
    take_back_notifications_of(tx, agent)
    _tell_rooms_of(tx, agent)
    return done(c.SetMembership(agent_id=agent.uid, department_ids=before))


def _release(tx: Tx, agent: Row[Any]) -> None:
    """What an agent had in hand and may no longer see, or no longer answer, waits for another."""
    ticket = t.ticket.c
    in_hand = ticket.bucket.in_((Bucket.ACTIVE, Bucket.SNOOZED))
    for row in tx.all(t.ticket, ticket.assignee_id == agent.id, in_hand):
        why = "light" if agent.role == Role.LIGHT else "other_department"
        if why == "light" or not sees(tx, row, agent):
            change_ticket(tx, row, assignee_id=None)
            assignment_over(tx, row.id, agent.id)
            tx.event(row.id, "assigned", agent="", why=why, before=agent.name)


def _tell_rooms_of(tx: Tx, agent: Row[Any]) -> None:
    """An agent sees other tickets than before: so do the rooms that they are in."""
    member = t.room_member.c
    mine = select(member.room_id).where(member.agent_id == agent.id)
    tell_rooms(tx, t.room.c.ticket_id.is_not(None) & t.room.c.id.in_(mine))


def _keep_an_admin(tx: Tx, agent: Row[Any]) -> None:
    """Rejects last_admin when nobody but `agent` could run the desk."""
    a = t.agent.c
    others = (a.id != agent.id, a.role == Role.ADMIN, a.disabled.is_(False))
    if agent.role == Role.ADMIN and not agent.disabled and tx.first(t.agent, *others) is None:
        raise Rejected("last_admin", name=agent.name)


@handles(c.SetRole)
def set_role(tx: Tx, cmd: c.SetRole) -> Outcome:
    agent = tx.get(t.agent, cmd.agent_id)
    if cmd.role is not Role.ADMIN:
        _keep_an_admin(tx, agent)
    tx.update(t.agent, agent.id, role=cmd.role)
    changed = tx.at(t.agent, agent.id)
    _release(tx, changed)
    take_back_notifications_of(tx, changed)
    _tell_rooms_of(tx, agent)
    return done(c.SetRole(agent_id=agent.uid, role=Role(agent.role)))


@handles(c.DisableAgent)
def disable_agent(tx: Tx, cmd: c.DisableAgent) -> Outcome:
    agent = tx.get(t.agent, cmd.agent_id)
    if cmd.disabled:
        _keep_an_admin(tx, agent)
    tx.update(t.agent, agent.id, disabled=cmd.disabled)
    return done(c.DisableAgent(agent_id=agent.uid, disabled=agent.disabled))


# Devices --------------------------------------------------------------------------------------------------------


@handles(c.RegisterDevice)
def register_device(tx: Tx, cmd: c.RegisterDevice) -> Outcome:
    agent = able(tx, cmd.agent_id)
    if len(cmd.key_hash) != HASH or not cmd.device_id:
        raise Rejected("not_allowed", command=cmd.TYPE)
    found = tx.first(t.device, t.device.c.uid == cmd.device_id)
    if found is not None:
        raise Rejected("id_taken", id=cmd.device_id)
    values = {"agent_id": agent.id, "name": " ".join(cmd.name.split())[:NAME]}
    tx.connection.execute(
        t.device.insert().values(
            uid=cmd.device_id,
            high_water=0,
            token_hash=cmd.key_hash,
            created_at=tx.now,
            seen_at=tx.now,
            **values,
        )
    )
    tx.touch(t.agent, agent.id)
    return done(device_id=cmd.device_id)


@handles(c.DeviceSeen)
def device_seen(tx: Tx, cmd: c.DeviceSeen) -> Outcome:
    device = t.device.c
    tx.connection.execute(
        t.device.update().where(device.uid == cmd.device_id).values(seen_at=cmd.at)
    )
    return done()


@handles(c.RevokeDevice)
def revoke_device(tx: Tx, cmd: c.RevokeDevice) -> Outcome:
    device = t.device.c
    row = tx.first(t.device, device.uid == cmd.device_id, device.agent_id.is_not(None))
    if row is None:
        raise Rejected("device_not_found", id=cmd.device_id)
    if row.revoked_at is None:
        tx.connection.execute(
            t.device.update().where(device.uid == cmd.device_id).values(revoked_at=tx.now)
        )
        tx.touch(t.agent, row.agent_id)
    return done()


@handles(c.RevokeDevices)
def revoke_devices(tx: Tx, cmd: c.RevokeDevices) -> Outcome:
    agent, device = tx.get(t.agent, cmd.agent_id), t.device.c
    known = (device.agent_id == agent.id, device.token_hash.is_not(None))
    gone = tx.connection.execute(
        t.device.update().where(*known, device.revoked_at.is_(None)).values(revoked_at=tx.now)
    ).rowcount
    if gone:
        tx.touch(t.agent, agent.id)
    return done(devices=gone)


@handles(c.ResetSecondFactor)
def reset_second_factor(tx: Tx, cmd: c.ResetSecondFactor) -> Outcome:
    """The database cannot reach the store of secrets: the one that is in there goes by an effect."""
    agent = tx.get(t.agent, cmd.agent_id)
    had = t.second_factor.delete().where(t.second_factor.c.agent_id == agent.id)
    if not tx.connection.execute(had).rowcount:
        return done(devices=0)
    tx.effect("factor.forget", f"factor.forget:{agent.uid}:{tx.seq}", agent_id=agent.uid)
    return revoke_devices(tx, c.RevokeDevices(agent_id=cmd.agent_id))
