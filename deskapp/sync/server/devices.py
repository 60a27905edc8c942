"""Devices of agents, and the tokens by which they are known. Only a token's SHA-256 is kept."""

import hashlib
import secrets as chance
import threading
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, select

from deskapp.core.authority.workspace import Authority
from deskapp.core.commands.team import DeviceSeen, RegisterDevice
from deskapp.core.readers.statements import Statement
from deskapp.models import tables as t
from deskapp.sync.server.refusals import Refused

TOKEN_BYTES: Final = 32
SEEN_MS: Final = 60_000
"""How often it is written down that a device was heard of."""
COMMIT_S: Final = 30.0

_KNOWN: Final = Statement(
    select(t.device.c.uid, t.agent.c.uid.label("agent"))
    .join(t.agent, t.agent.c.id == t.device.c.agent_id)
    .where(
        t.device.c.token_hash == bindparam("hash_"),
        t.device.c.revoked_at.is_(None),
        t.agent.c.disabled.is_(False),
    )
)


@dataclass(frozen=True, slots=True)
class Session:
    """Who asks: an agent, on one of their devices."""

    device: str
    agent_id: str


class Devices:
    """Any thread may call it."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._lock = threading.Lock()
        self._seen: dict[str, int] = {}

    def known(self, connection: Connection, token: str) -> Session:
        """Whose token it is. Raises Refused("revoked") for any that is not, or no longer, good.

        It is looked up by its digest, so that the time this takes says nothing about any token.
        """
        row = _KNOWN.first(connection, hash_=_digest(token)) if token else None
        if row is None:
            raise Refused("revoked")
        return Session(row.uid, row.agent)

    def register(self, agent_id: str, name: str) -> tuple[str, str]:
        """A new device of an agent: its token, told this once, and its id. Raises Refused("pair_refused")."""
        token, device = chance.token_urlsafe(TOKEN_BYTES), self._authority.ids.new()
        command = RegisterDevice(
            device_id=device, agent_id=agent_id, name=name, key_hash=_digest(token)
        )
        outcome = self._authority.submit_as_desk(command).result(COMMIT_S)
        if outcome.rejected:
            raise Refused("pair_refused")
        return token, device

    def heard(self, session: Session) -> None:
        """Remember that a device was heard of; it is written now and then."""
        now = self._authority.clock.now()
        with self._lock:
            if now - self._seen.get(session.device, -SEEN_MS) < SEEN_MS:
                return
            self._seen[session.device] = now
        self._authority.submit_as_desk(DeviceSeen(device_id=session.device, at=now))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
