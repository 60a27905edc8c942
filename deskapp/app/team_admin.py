"""`deskapp team`: who works at a desk, from the machine that has it; also where it is served without a window."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from deskapp.app.control import Params
from deskapp.app.task import Task
from deskapp.core.api import Command
from deskapp.core.commands.team import ResetSecondFactor, RevokeDevices
from deskapp.models import tables as t
from deskapp.sync.server.passwords import set_password
from deskapp.system.errors import KnownError

if TYPE_CHECKING:
    from deskapp.app.bootstrap import Desk

COMMIT_S: Final = 30.0


def run(desk: "Desk", params: Params, _: Task) -> Mapping[str, object]:
    """Raises KnownError: agent_missing(name), team_not_shared. The result is JSON's types."""
    what = str(params["what"])
    if what == "list":
        return {"people": _people(desk)}
    return _DEEDS[what](desk, _agent(desk, str(params["name"])), params)


def _people(desk: "Desk") -> list[dict[str, Any]]:
    agent, device = t.agent.c, t.device.c
    live = (device.agent_id == agent.id, device.token_hash.is_not(None))
    devices = select(func.count()).where(*live, device.revoked_at.is_(None))
    wanted = (
        select(
            agent.name,
            agent.email,
            agent.role,
            agent.disabled,
            devices.scalar_subquery().label("devices"),
            t.credential.c.agent_id.is_not(None).label("password"),
            t.second_factor.c.agent_id.is_not(None).label("second_factor"),
        )
        .outerjoin(t.credential, t.credential.c.agent_id == agent.id)
        .outerjoin(t.second_factor, t.second_factor.c.agent_id == agent.id)
        .order_by(agent.name)
    )
    with desk.authority.engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(wanted)]


def _agent(desk: "Desk", name: str) -> str:
    """The id of the agent of that name or address."""
    agent = t.agent.c
    wanted = select(agent.uid).where((agent.name == name) | (agent.email == name))
    with desk.authority.engine.connect() as connection:
        found = connection.execute(wanted).scalar()
    if not name or found is None:
        raise KnownError("agent_missing", name=name)
    return str(found)


def _invite(desk: "Desk", agent_id: str, _: Params) -> Mapping[str, object]:
    if desk.host is None or not desk.host.state().running:
        raise KnownError("team_not_shared")
    made = desk.host.invite(agent_id).result(COMMIT_S)
    return {"link": made.link, "code": made.code, "expires_at": made.expires_at}


def _password(desk: "Desk", agent_id: str, params: Params) -> Mapping[str, object]:
    password = str(params.get("password", ""))
    set_password(desk.authority, agent_id, password)
    return {"password": bool(password)}


def _do(desk: "Desk", command: Command) -> Mapping[str, object]:
    outcome = desk.authority.submit_as_desk(command).result(COMMIT_S)
    return dict(outcome.result)


_DEEDS: Final[Mapping[str, Callable[["Desk", str, Params], Mapping[str, object]]]] = {
    "invite": _invite,
    "password": _password,
    "revoke": lambda desk, agent, _: _do(desk, RevokeDevices(agent_id=agent)),
    "reset-second-factor": lambda desk, agent, _: _do(desk, ResetSecondFactor(agent_id=agent)),
}
