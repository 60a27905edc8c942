"""What is said to pair a device: by a link's secret, or by six digits that never travel themselves.

By code both sides run SPAKE2 (symmetric identities `CLIENT` and `HOST`, the digits as password) and prove to
each other that they hold the same key *and* see the same certificate, so that nobody in between can pass.
"""

import hashlib
import hmac
from typing import Final, Literal

from deskapp.sync.protocol.messages import Answer, Body

CLIENT: Final = b"deskapp client"
HOST: Final = b"deskapp host"


class PairCode(Body, frozen=True, kw_only=True):
    """`POST /v1/pair/code`: the client's SPAKE2 message, hexadecimal."""

    message: str


class PairCodeAnswer(Answer, frozen=True, kw_only=True):
    """A SPAKE2 message for each code that is open now: the six digits do not say whose they are."""

    session: str
    messages: tuple[str, ...]


class PairConfirm(Body, frozen=True, kw_only=True):
    """`POST /v1/pair/confirm`: one proof (`proof`, of the client) for each of the host's messages."""

    session: str
    confirms: tuple[str, ...]


class PairConfirmAnswer(Answer, frozen=True, kw_only=True):
    """The host's proof, for the one that fitted, and what a link would have held."""

    index: int
    confirm: str
    secret: str


class PairRequest(Body, frozen=True, kw_only=True):
    """`POST /v1/pair`: the invitation's secret, from a link or by a code."""

    secret: str
    device_name: str
    password: str = ""
    totp: str = ""


class FactorRequest(Body, frozen=True, kw_only=True):
    """`POST /v1/second-factor`, of whoever asks: state, begin, confirm (with a code), remove (with a code)."""

    do: Literal["state", "begin", "confirm", "remove"]
    code: str = ""


class FactorAnswer(Answer, frozen=True, kw_only=True):
    """`secret` and `uri` after begin, `recovery` after confirm: told this once."""

    on: bool = False
    recovery_left: int = 0
    secret: str = ""
    uri: str = ""
    recovery: tuple[str, ...] = ()


class PairAnswer(Answer, frozen=True, kw_only=True):
    """Who this device is from now on. The token is told this once."""

    token: str
    device: str
    agent_id: str
    agent_name: str
    desk: str
    epoch: str
    addresses: tuple[str, ...] = ()  # where the host can be reached, the best first


def proof(key: bytes, side: bytes, fingerprint: str, session: str) -> str:
    """That whoever says this holds the SPAKE2 `key` and talks through the certificate `fingerprint`."""
    said = b"\0".join((side, bytes.fromhex(fingerprint), session.encode()))
    return hmac.new(key, said, hashlib.sha256).hexdigest()
