"""Open invitations: who may pair a device now, by a link's secret or by six digits.

A link is kept in the database, by the SHA-256 of its secret, and outlives the host's process. The digits do not: a
hash of six digits hides nothing, so they are in memory alone. They are checked by SPAKE2, so that neither an
eavesdropper nor somebody in between learns anything to try them against; each guess needs the host, which counts.
"""

import hashlib
import hmac
import secrets as chance
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from spake2 import SPAKE2_B, SPAKEError
from sqlalchemy import Engine, select

from deskapp.models import tables as t
from deskapp.models.disk import writing
from deskapp.sync.protocol.pairing import (
    CLIENT,
    HOST,
    PairCodeAnswer,
    PairConfirmAnswer,
    proof,
)
from deskapp.sync.server.refusals import Refused

CODE_MS: Final = 10 * 60_000
LINK_MS: Final = 24 * 3_600_000
"""The longest that a link is good for."""
TRIES: Final = 5
"""Wrong digits, and wrong passwords and second factors, of one invitation."""
OPEN: Final = 20
"""Codes that are open at once; each is one more guess for whoever guesses."""
SESSION_MS: Final = 60_000
SESSIONS: Final = 50

_row = t.invitation.c


@dataclass(slots=True)
class Open:
    """One invitation as it was made here. `code_until` and `until` are ms; `code_tries` counts down."""

    agent_id: str
    secret: str = field(repr=False)
    code: str = field(repr=False)
    code_until: int = 0
    until: int = 0
    code_tries: int = TRIES


@dataclass(frozen=True, slots=True)
class Found:
    """One invitation as it is kept."""

    agent_id: str
    key: int
    secret_hash: str


@dataclass(slots=True)
class _Exchange:
    until: int
    keys: list[tuple[Open, bytes]] = field(repr=False)


class Invitations:
    """Any thread may call it. `now` is the desk's clock; `engine` writes the desk's database."""

    def __init__(self, now: Callable[[], int], engine: Engine) -> None:
        self._now, self._engine = now, engine
        self._lock = threading.Lock()
        self._open: dict[str, Open] = {}  # by agent: a new one takes the place of the last
        self._exchanges: dict[str, _Exchange] = {}

    def invite(self, agent_id: str, link_ms: int = CODE_MS) -> Open:
        """A new invitation; the agent's last one is no longer good. Raises LookupError for nobody's id."""
        now = self._now()
        code = f"{chance.randbelow(10**6):06d}"
        until = now + min(link_ms, LINK_MS)
        made = Open(agent_id, chance.token_urlsafe(24), code, now + CODE_MS, until)
        with writing(self._engine) as connection:
            wanted = select(t.agent.c.id).where(t.agent.c.uid == agent_id)
            key = connection.execute(wanted).scalar()
            if key is None:
                raise LookupError(agent_id)
            connection.execute(
                t.invitation.delete().where((_row.agent_id == key) | (_row.until_at <= now))
            )
            values = {"secret_hash": _digest(made.secret), "until_at": until, "tries": TRIES}
            connection.execute(t.invitation.insert().values(agent_id=key, **values))
        with self._lock:
            self._open[agent_id] = made
        return made

    def withdraw(self, agent_id: str) -> None:
        with self._lock:
            self._open.pop(agent_id, None)
        key = select(t.agent.c.id).where(t.agent.c.uid == agent_id).scalar_subquery()
        with writing(self._engine) as connection:
            connection.execute(t.invitation.delete().where(_row.agent_id == key))

    def find(self, secret: str) -> Found:
        """The invitation of a link. Raises Refused: pair_refused, pair_expired."""
        wanted = (
            select(t.agent.c.uid, _row.agent_id, _row.until_at, _row.secret_hash)
            .join(t.agent, t.agent.c.id == _row.agent_id)
            .where(_row.secret_hash == _digest(secret))
        )
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            raise Refused("pair_refused")
        found = Found(row.uid, row.agent_id, row.secret_hash)
        if row.until_at <= self._now():
            self._take(found)
            raise Refused("pair_expired")
        return found

    def use(self, invitation: Found) -> None:
        """Take it; nobody else can. Raises Refused("pair_refused") when somebody was quicker."""
        if not self._take(invitation):
            raise Refused("pair_refused")

    def wrong(self, invitation: Found, code: str) -> None:
        """A password or second factor did not fit; after TRIES the invitation is gone. Raises Refused, always."""
        same = _row.secret_hash == invitation.secret_hash
        with writing(self._engine) as connection:
            fewer = t.invitation.update().where(same, _row.tries > 1)
            left = connection.execute(fewer.values(tries=_row.tries - 1)).rowcount
        if not left:
            self._take(invitation)
            raise Refused("pair_refused")
        raise Refused(code)

    def _take(self, invitation: Found) -> bool:
        with self._lock:
            made = self._open.get(invitation.agent_id)
            if made is not None and _digest(made.secret) == invitation.secret_hash:
                del self._open[invitation.agent_id]
        gone = t.invitation.delete().where(_row.secret_hash == invitation.secret_hash)
        with writing(self._engine) as connection:
            return connection.execute(gone).rowcount == 1

    # By code ---------------------------------------------------------------------------------------------------

    def begin(self, message: str) -> PairCodeAnswer:
        """Answer a client's SPAKE2 message once for each open code. Raises Refused."""
        try:
            theirs = bytes.fromhex(message)
        except ValueError as error:
            raise Refused("invalid", field="message") from error
        keys: list[tuple[Open, bytes]] = []
        ours: list[str] = []
        for one in self._with_code():
            side = SPAKE2_B(one.code.encode(), idA=CLIENT, idB=HOST)
            ours.append(side.start().hex())
            try:
                keys.append((one, side.finish(theirs)))
            except (SPAKEError, ValueError, AssertionError) as error:
                raise Refused("invalid", field="message") from error
        if not keys:
            raise Refused("pair_expired")
        return PairCodeAnswer(session=self._remember(keys), messages=tuple(ours))

    def confirm(
        self, session: str, confirms: tuple[str, ...], fingerprint: str
    ) -> PairConfirmAnswer:
        """Check a client's proofs. Each session is good for one try; a wrong one counts against every code in it.

        Raises Refused: pair_refused, pair_expired.
        """
        with self._lock:
            exchange = self._exchanges.pop(session, None)
        if exchange is None or exchange.until <= self._now() or len(confirms) != len(exchange.keys):
            raise Refused("pair_expired")
        fits: tuple[int, Open, bytes] | None = None
        for index, (one, key) in enumerate(exchange.keys):
            expected = proof(key, CLIENT, fingerprint, session)
            if hmac.compare_digest(expected.encode(), confirms[index].encode()):
                fits = index, one, key
        if fits is None:
            self._count_wrong([one for one, _key in exchange.keys])
            raise Refused("pair_refused")
        index, one, key = fits
        if not self._is_open(one):
            raise Refused("pair_expired")
        answer = proof(key, HOST, fingerprint, session)
        return PairConfirmAnswer(index=index, confirm=answer, secret=one.secret)

    def _with_code(self) -> list[Open]:
        now = self._now()
        with self._lock:
            good = [o for o in self._open.values() if o.code_until > now and o.code_tries > 0]
        return good[-OPEN:]

    def _is_open(self, one: Open) -> bool:
        with self._lock:
            current = self._open.get(one.agent_id) is one
        return current and one.code_tries > 0 and one.code_until > self._now()

    def _count_wrong(self, tried: list[Open]) -> None:
        with self._lock:
            for one in tried:
                one.code_tries -= 1

    def _remember(self, keys: list[tuple[Open, bytes]]) -> str:
        now, session = self._now(), chance.token_hex(16)
        with self._lock:
            live = {k: e for k, e in self._exchanges.items() if e.until > now}
            if len(live) >= SESSIONS:
                raise Refused("rate_limited", retry_ms=SESSION_MS)
            self._exchanges = {**live, session: _Exchange(now + SESSION_MS, keys)}
        return session


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
