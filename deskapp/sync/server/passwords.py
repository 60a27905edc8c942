"""Agents' passwords: argon2id hashes in the table `credential`, which never leaves the desk."""

from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, bindparam, select

from deskapp.core.authority.workspace import Authority
from deskapp.core.commands.team import RevokeDevices
from deskapp.core.readers.statements import Statement
from deskapp.models import tables as t
from deskapp.models.disk import writing

COMMIT_S: Final = 30.0
MOST: Final = 1_000
"""Characters; longer ones only cost time."""
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_OF_AGENT: Final = Statement(
    select(t.credential.c.password_hash)
    .join(t.agent, t.agent.c.id == t.credential.c.agent_id)
    .where(t.agent.c.uid == bindparam("uid_"))
)


def fits(connection: Connection, agent_id: str, password: str) -> bool:
    """Whether an agent may come in with this password; one without a password always may."""
    stored = _OF_AGENT.scalar(connection, uid_=agent_id)
    if stored is None:
        return True
    try:
        return _HASHER.verify(stored, password[:MOST])
    except (VerificationError, InvalidHashError):
        return False


def set_password(authority: Authority, agent_id: str, password: str) -> None:
    """Keep its hash; an empty one removes it. Raises LookupError for an agent who is not there.

    Their devices are shut out: whoever knew the last password has nothing from it.

    It goes past the commands: they are kept, and a secret must not be.
    """
    hashed = _HASHER.hash(password[:MOST]) if password else ""
    with writing(authority.engine) as connection:
        key = connection.execute(select(t.agent.c.id).where(t.agent.c.uid == agent_id)).scalar()
        if key is None:
            raise LookupError(agent_id)
        connection.execute(t.credential.delete().where(t.credential.c.agent_id == key))
        if password:
            values = {"password_hash": hashed, "changed_at": authority.clock.now()}
            connection.execute(t.credential.insert().values(agent_id=key, **values))
    authority.submit_as_desk(RevokeDevices(agent_id=agent_id)).result(COMMIT_S)
