"""Who works at the desk, on which devices, and who may see a ticket."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, func, select

from deskapp.core.ports import Digest
from deskapp.core.queries.team import (
    GetDepartments,
    GetDevices,
    GetDigest,
    GetTeam,
    GetTicketPeople,
)
from deskapp.core.readers.base import Reading, reader_of
from deskapp.core.readers.visibility import role_of, seen_by
from deskapp.models import tables as t
from deskapp.models.enums import AgentState, Bucket, MessageKind, Role
from deskapp.models.team_dto import DepartmentInfo, DeviceInfo, TeamMember, TicketPerson


def _grouped(rows: Iterable[Any]) -> dict[int, tuple[str, ...]]:
    """(key, uid) → the uids of each key."""
    found: dict[int, list[str]] = {}
    for key, uid in rows:
        found.setdefault(key, []).append(uid)
    return {key: tuple(uids) for key, uids in found.items()}


@reader_of(GetTeam)
def get_team(reading: Reading, _: GetTeam) -> tuple[TeamMember, ...]:
    of_agent = (
        select(t.membership.c.agent_id, t.department.c.uid)
        .join(t.department, t.department.c.id == t.membership.c.department_id)
        .where(t.department.c.removed.is_(False))
        .order_by(t.department.c.position, t.department.c.name)
    )
    departments = _grouped(reading.connection.execute(of_agent))
    rows = reading.connection.execute(select(t.agent).order_by(t.agent.c.name, t.agent.c.id))
    return tuple(
        TeamMember(
            row.uid,
            row.name,
            row.email,
            Role(row.role),
            row.disabled,
            departments.get(row.id, ()),
            AgentState(row.state),
        )
        for row in rows
    )


@reader_of(GetDepartments)
def get_departments(reading: Reading, _: GetDepartments) -> tuple[DepartmentInfo, ...]:
    connection = reading.connection
    member, account, ticket = t.membership.c, t.account.c, t.ticket.c
    members = _grouped(
        connection.execute(
            select(member.department_id, t.agent.c.uid)
            .join(t.agent, t.agent.c.id == member.agent_id)
            .order_by(t.agent.c.name)
        )
    )
    accounts = _grouped(
        connection.execute(
            select(account.department_id, account.uid)
            .where(account.department_id.is_not(None), account.removed.is_(False))
            .order_by(account.id)
        )
    )
    counted = (
        select(ticket.department_id, func.count())
        .where(ticket.department_id.is_not(None), ticket.bucket != Bucket.TRASH)
        .group_by(ticket.department_id)
    )
    tickets = {row[0]: row[1] for row in connection.execute(counted)}
    listed = (
        select(t.department)
        .where(t.department.c.removed.is_(False))
        .order_by(t.department.c.position, t.department.c.name)
    )
    return tuple(
        DepartmentInfo(
            row.uid,
            row.name,
            row.position,
            members.get(row.id, ()),
            accounts.get(row.id, ()),
            tickets.get(row.id, 0),
        )
        for row in connection.execute(listed)
    )


@reader_of(GetDevices)
def get_devices(reading: Reading, query: GetDevices) -> tuple[DeviceInfo, ...]:
    device = t.device.c
    listed = (
        select(t.device, t.agent.c.uid.label("agent_uid"), t.agent.c.name.label("agent_name"))
        .join(t.agent, t.agent.c.id == device.agent_id)
        .where(device.token_hash.is_not(None))
        .order_by(device.created_at.desc(), device.uid)
    )
    if query.agent_id:
        listed = listed.where(t.agent.c.uid == query.agent_id)
    if role_of(reading) is not Role.ADMIN:
        listed = listed.where(t.agent.c.uid == reading.agent_id)
    return tuple(
        DeviceInfo(
            row.uid,
            row.agent_uid,
            row.agent_name,
            row.name,
            row.created_at or 0,
            row.seen_at,
            row.revoked_at is not None,
        )
        for row in reading.connection.execute(listed)
    )


@reader_of(GetTicketPeople)
def get_ticket_people(reading: Reading, query: GetTicketPeople) -> tuple[TicketPerson, ...]:
    connection = reading.connection
    ticket = connection.execute(
        select(t.ticket).where(t.ticket.c.uid == query.ticket_id, *seen_by(reading))
    ).first()
    if ticket is None:
        raise LookupError(f"no ticket {query.ticket_id!r}")
    working = select(t.agent).where(t.agent.c.disabled.is_(False)).order_by(t.agent.c.name)
    agents = list(connection.execute(working))
    if ticket.department_id is None:
        return tuple(TicketPerson(agent.uid, agent.name, "everybody") for agent in agents)
    member, access = t.membership.c, t.ticket_access.c
    inside = select(member.agent_id).where(member.department_id == ticket.department_id)
    members = set(connection.execute(inside).scalars())
    given = select(access.agent_id, access.why).where(access.ticket_id == ticket.id)
    let_in = {row.agent_id: row.why for row in connection.execute(given)}

    def why(agent: Any) -> str:
        if agent.id in members:
            return "department"
        return let_in.get(agent.id) or ("admin" if agent.role == Role.ADMIN else "")

    people = ((agent, why(agent)) for agent in agents)
    return tuple(TicketPerson(agent.uid, agent.name, reason) for agent, reason in people if reason)


@reader_of(GetDigest)
def get_digest(reading: Reading, query: GetDigest) -> Digest:
    ticket, message = t.ticket.c, t.message.c
    mine = ticket.id.in_(query.mine)
    taken = ticket.assignee_id.is_not(None) & (ticket.assignee_id != reading.agent_key())
    said = select(message.ticket_id).where(
        message.ticket_id.in_(query.mine),
        message.kind == MessageKind.INBOUND,
        message.at >= query.since,
    )

    def many(*conditions: ColumnElement[bool]) -> int:
        counted = select(func.count()).select_from(t.ticket).where(*conditions)
        return int(reading.connection.execute(counted).scalar() or 0)

    return Digest(
        query.since,
        new=many(ticket.created_at >= query.since, ticket.visible),
        taken=many(mine, taken),
        replied=many(ticket.id.in_(said)),
        solved=many(ticket.solved_at >= query.since),
    )
