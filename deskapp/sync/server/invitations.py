"""Open invitations: who may pair a device now, by a link's secret or by six digits.

They are kept in memory: a host that is started again has none. The digits are checked by SPAKE2, so that neither
an eavesdropper nor somebody in between learns anything to try them against; each guess needs the host, which
counts.
"""

import hmac
import secrets as chance
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from spake2 import SPAKE2_B, SPAKEError

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
"""Wrong digits, and wrong passwords, of one invitation."""
OPEN: Final = 20
"""Codes that are open at once; each is one more guess for whoever guesses."""
SESSION_MS: Final = 60_000
SESSIONS: Final = 50


@dataclass(slots=True)
class Open:
    """One invitation. `code_until` and `until` are ms since the epoch; `tries` counts down."""

    agent_id: str
    secret: str = field(repr=False)
    code: str = field(repr=False)
    code_until: int = 0
    until: int = 0
    code_tries: int = TRIES
    password_tries: int = TRIES


@dataclass(slots=True)
class _Exchange:
    until: int
    keys: list[tuple[Open, bytes]] = field(repr=False)


class Invitations:
    """Any thread may call it. `now` is the desk's clock."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._open: dict[str, Open] = {}  # by agent: a new one takes the place of the last
        self._exchanges: dict[str, _Exchange] = {}

    def invite(self, agent_id: str, link_ms: int = CODE_MS) -> Open:
        """A new invitation; the agent's last one is no longer good."""
        now = self._now()
        code = f"{chance.randbelow(10**6):06d}"
        until = now + min(link_ms, LINK_MS)
        made = Open(agent_id, chance.token_urlsafe(24), code, now + CODE_MS, until)
        with self._lock:
            self._open[agent_id] = made
        return made

    def withdraw(self, agent_id: str) -> None:
        with self._lock:
            self._open.pop(agent_id, None)

    def find(self, secret: str) -> Open:
        """The invitation of a link. Raises Refused: pair_refused, pair_expired."""
        with self._lock:
            found = None
            for one in self._open.values():
                if hmac.compare_digest(one.secret.encode(), secret.encode()):
                    found = one
            if found is None:
                raise Refused("pair_refused")
            if found.until <= self._now():
                del self._open[found.agent_id]
                raise Refused("pair_expired")
            return found

    def use(self, invitation: Open) -> None:
        """Take it; nobody else can. Raises Refused("pair_refused") when somebody was quicker."""
        with self._lock:
            if self._open.get(invitation.agent_id) is not invitation:
                raise Refused("pair_refused")
            del self._open[invitation.agent_id]

    def wrong_password(self, invitation: Open) -> None:
        """After TRIES of them the invitation is gone. Raises Refused, always."""
        with self._lock:
            invitation.password_tries -= 1
            if invitation.password_tries <= 0:
                self._open.pop(invitation.agent_id, None)
                raise Refused("pair_refused")
        raise Refused("password_wrong")

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
