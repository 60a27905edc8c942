"""The first commit of a desk, and what is asked of it before the authority starts."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from deskapp.core.ports import Clock, Ids
from deskapp.models import tables as t
from deskapp.models.dialect import one_at_a_time


@dataclass(frozen=True, slots=True)
class DeskIdentity:
    """`epoch` changes when a backup is restored; `device` names this machine's own command order."""

    epoch: str
    device: str
    agent_id: str
    created_at: int


def identity(engine: Engine, *, clock: Clock, ids: Ids, agent_name: str) -> DeskIdentity:
    """Read who this desk is; on the first start write it, with its first agent."""
    with engine.begin() as connection:
        one_at_a_time(connection)
        found = _values(connection)
        if "epoch" not in found:
            found = {
                "epoch": ids.new(),
                "device": ids.new(),
                "agent": ids.new(),
                "created_at": str(clock.now()),
                "seq": "1",
            }
            connection.execute(
                t.desk.insert(), [{"key": key, "value": value} for key, value in found.items()]
            )
            result = connection.execute(
                t.agent.insert().values(uid=found["agent"], seq=1, name=agent_name)
            )
            made = result.inserted_primary_key
            assert made is not None
            connection.execute(
                t.sync_log.insert().values(
                    scope="desk",
                    entity="agent",
                    key=made[0],
                    uid=found["agent"],
                    seq=1,
                    op="upsert",
                )
            )
            connection.execute(t.scope.insert().values(name="desk", seq=1))
    return DeskIdentity(found["epoch"], found["device"], found["agent"], int(found["created_at"]))


def _values(connection: Connection) -> dict[str, str]:
    return {row.key: row.value for row in connection.execute(select(t.desk))}
