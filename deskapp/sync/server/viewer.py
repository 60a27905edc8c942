"""Who asks: which scopes an agent follows, as the database says at this moment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sqlalchemy import Connection, bindparam, select

from deskapp.core.authority.scopes import SHARED, department, person
from deskapp.core.readers.statements import Statement, among
from deskapp.models import tables as t
from deskapp.models.enums import Role
from deskapp.sync.server.refusals import Refused

_AGENT: Final = Statement(
    select(t.agent.c.id, t.agent.c.name, t.agent.c.role, t.agent.c.disabled).where(
        t.agent.c.uid == bindparam("uid_")
    )
)
_AGENTS: Final = Statement(
    select(t.agent.c.id, t.agent.c.uid, t.agent.c.name, t.agent.c.role).where(
        t.agent.c.disabled.is_(False), among(t.agent.c.uid, "uids_")
    )
)
_ALL: Final = Statement(select(t.department.c.id, t.department.c.uid))
_OWN: Final = Statement(
    select(t.department.c.id, t.department.c.uid)
    .join(t.membership, t.membership.c.department_id == t.department.c.id)
    .where(t.membership.c.agent_id == bindparam("agent_"))
)

_MEMBERS: Final = Statement(
    select(t.membership.c.agent_id, t.department.c.id, t.department.c.uid).join(
        t.department, t.department.c.id == t.membership.c.department_id
    )
)


@dataclass(frozen=True)
class Viewer:
    """An agent, and the departments (uid by key) whose tickets they see."""

    key: int
    uid: str
    name: str
    role: Role
    departments: Mapping[int, str]

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        return (
            SHARED,
            *sorted(map(department, self.departments.values())),
            person(self.uid),
        )

    def department_of(self, scope: str) -> int | None:
        """The key of the department whose scope that is; None for any other, or one that is not this agent's."""
        return next((k for k, uid in self.departments.items() if department(uid) == scope), None)

    @property
    def bound(self) -> dict[str, object]:
        """For the statements of `rows`: what their conditions ask for."""
        return {"agent_": self.key, "departments_": list(self.departments)}


def viewer_of(connection: Connection, agent_id: str) -> Viewer:
    """Raises Refused("revoked") for an agent who is not there, or was disabled."""
    row = _AGENT.first(connection, uid_=agent_id) if agent_id else None
    if row is None or row.disabled:
        raise Refused("revoked")
    role = Role(row.role)
    listed = _ALL.run(connection) if role is Role.ADMIN else _OWN.run(connection, agent_=row.id)
    return Viewer(row.id, agent_id, row.name, role, dict(listed.fetchall()))


def viewers_of(connection: Connection, agent_ids: Collection[str]) -> dict[str, Viewer]:
    """As `viewer_of`, of many at once; who is not there, or was disabled, is left out."""
    all_of_them = dict(_ALL.run(connection).fetchall())
    own: dict[int, dict[int, str]] = {}
    for agent, key, uid in _MEMBERS.run(connection).fetchall():
        own.setdefault(agent, {})[key] = uid
    found = {}
    for key, uid, name, role in _AGENTS.run(connection, uids_=agent_ids).fetchall():
        departments = all_of_them if role == Role.ADMIN else own.get(key, {})
        found[uid] = Viewer(key, uid, name, Role(role), departments)
    return found


def scopes_of_agent(connection: Connection, agent_id: str) -> tuple[str, ...]:
    """What a machine of this agent follows. Raises Refused("revoked")."""
    return viewer_of(connection, agent_id).scopes
