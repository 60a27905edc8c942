"""Second factors: codes of an app on a telephone (RFC 6238), and one-time codes for when that is lost.

The app's secret is in the desk's encrypted store; the database has the last time step that was taken and the
SHA-256s of the one-time codes. Nothing of it passes as a command: those are kept.
"""

import base64
import hashlib
import hmac
import secrets as chance
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

import pyotp
from sqlalchemy import Connection, Row, select

from deskapp.core.authority.workspace import Authority
from deskapp.core.policies.buckets import Limiter
from deskapp.core.ports import Enrolment, FactorState, SecretStore
from deskapp.models import tables as t
from deskapp.models.dialect import one_at_a_time
from deskapp.models.disk import writing
from deskapp.sync.server import limits
from deskapp.sync.server.refusals import Refused

STEP_S: Final = 30
AROUND: Final = (-1, 0, 1)
"""Steps whose codes are taken: clocks differ, and people type slowly."""
PENDING_MS: Final = 15 * 60_000
"""How long an enrolment may be confirmed."""
RECOVERY: Final = 10
RECOVERY_BYTES: Final = 10
"""80 bits: whoever reads their hashes has nothing to try."""
ISSUER: Final = "deskapp"

_factor = t.second_factor.c


class SecondFactors:
    """Blocking calls, for worker threads; each raises Refused."""

    def __init__(self, authority: Authority, secrets: SecretStore) -> None:
        self._authority, self._secrets = authority, secrets
        self._lock = threading.Lock()
        self._pending: dict[str, tuple[str, int]] = {}
        self._tries = Limiter(limits.FACTORS, monotonic)

    def state(self, agent_id: str) -> FactorState:
        with self._authority.engine.connect() as connection:
            row = self._row(connection, agent_id)
        return FactorState(True, len(row.recovery)) if row is not None else FactorState()

    def begin(self, agent_id: str) -> Enrolment:
        """A new secret, worth nothing until `confirm` has seen a code of it. Raises Refused("factor_on")."""
        if self.state(agent_id).on:
            raise Refused("factor_on")
        secret = pyotp.random_base32()
        with self._lock:
            self._pending[agent_id] = secret, self._authority.clock.now() + PENDING_MS
        with self._authority.engine.connect() as connection:
            name = connection.execute(_named(agent_id)).scalar() or ""
        uri = pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(
            name=str(name), issuer_name=ISSUER
        )
        return Enrolment(secret, uri)

    def confirm(self, agent_id: str, code: str) -> tuple[str, ...]:
        """Switch it on; the one-time codes, told this once. Raises Refused: factor_expired, totp_wrong."""
        self._count(agent_id)
        with self._lock:
            secret, until = self._pending.get(agent_id, ("", 0))
        if until <= self._authority.clock.now():
            raise Refused("factor_expired")
        step = self._step(secret, code)
        if step is None:
            raise Refused("totp_wrong")
        codes = tuple(_new_code() for _ in range(RECOVERY))
        self._store(agent_id, step, secret, codes)
        with self._lock:
            self._pending.pop(agent_id, None)
        return codes

    def remove(self, agent_id: str, code: str) -> None:
        """By its owner, who still has it or a one-time code. Raises Refused("totp_wrong")."""
        self._count(agent_id)
        if not self.takes(agent_id, code):
            raise Refused("totp_wrong")
        with writing(self._authority.engine) as connection:
            connection.execute(t.second_factor.delete().where(_of(agent_id)))
        self.forget(agent_id)

    def forget(self, agent_id: str) -> None:
        """Remove the secret of a factor that is off; one that was set up anew meanwhile stays."""
        with self._alone() as connection:
            if self._row(connection, agent_id) is None:
                self._secrets.delete(_name(agent_id))

    def takes(self, agent_id: str, code: str) -> bool:
        """Whether this code is good; from then on it is not. An agent without a second factor needs none."""
        step = self._step(self._secrets.get(_name(agent_id)) or "", code)
        with writing(self._authority.engine) as connection:
            row = self._row(connection, agent_id)
            if row is None:
                return True
            if step is not None:
                newer = t.second_factor.update().where(_of(agent_id), _factor.used_step < step)
                return connection.execute(newer.values(used_step=step)).rowcount == 1
            hashed = _digest(code)
            left = [one for one in row.recovery if not hmac.compare_digest(one, hashed)]
            changed = t.second_factor.update().where(_of(agent_id)).values(recovery=left)
            connection.execute(changed)
            return len(left) < len(row.recovery)

    def _step(self, secret: str, code: str) -> int | None:
        """The time step whose code this is."""
        digits = "".join(code.split())
        if not secret or not (digits.isascii() and digits.isdecimal()):
            return None
        app = pyotp.TOTP(secret, interval=STEP_S)
        now, found = self._authority.clock.now() // 1000 // STEP_S, None
        for step in (now + away for away in AROUND):
            if hmac.compare_digest(app.at(step * STEP_S), digits):
                found = step
        return found

    def _row(self, connection: Connection, agent_id: str) -> Row[Any] | None:
        wanted = select(t.second_factor).where(_of(agent_id)).with_for_update()
        return connection.execute(wanted).first()

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """No other transaction of the kind in any process: what the store and the database say is one thing."""
        with writing(self._authority.engine) as connection:
            one_at_a_time(connection)
            yield connection

    def _store(self, agent_id: str, step: int, secret: str, codes: tuple[str, ...]) -> None:
        with self._alone() as connection:
            key = connection.execute(_keyed(agent_id)).scalar()
            if key is None:
                raise Refused("not_found")
            self._secrets.put(_name(agent_id), secret)
            connection.execute(t.second_factor.delete().where(_factor.agent_id == key))
            connection.execute(
                t.second_factor.insert().values(
                    agent_id=key,
                    used_step=step,
                    recovery=[_digest(code) for code in codes],
                    set_at=self._authority.clock.now(),
                )
            )

    def _count(self, agent_id: str) -> None:
        wait = self._tries.wait(agent_id)
        if wait:
            raise Refused("rate_limited", retry_ms=int(wait * 1000) + 1)


def _name(agent_id: str) -> str:
    """Of the secret, in the store."""
    return f"totp.{agent_id}"


def _keyed(agent_id: str) -> Any:
    return select(t.agent.c.id).where(t.agent.c.uid == agent_id)


def _named(agent_id: str) -> Any:
    return select(t.agent.c.name).where(t.agent.c.uid == agent_id)


def _of(agent_id: str) -> Any:
    return _factor.agent_id == _keyed(agent_id).scalar_subquery()


def _new_code() -> str:
    """Sixteen letters and digits, in fours."""
    plain = base64.b32encode(chance.token_bytes(RECOVERY_BYTES)).decode()
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def _digest(code: str) -> str:
    plain = "".join(filter(str.isalnum, code)).upper()
    return hashlib.sha256(plain.encode()).hexdigest()
