"""Becoming a device of a desk, from the side of the machine that joins."""

import hmac
from dataclasses import dataclass, field
from typing import Final

from deskapp.sync.client.http import CONNECT_S, Lane, Lanes
from deskapp.sync.client.problems import CertificateChanged, HostProblem, OtherVersion
from deskapp.sync.client.tls import look_at
from deskapp.sync.pairing.link import Link
from deskapp.sync.pairing.membership import Membership
from deskapp.sync.protocol.messages import VERSION, Hello
from deskapp.sync.protocol.pairing import (
    CLIENT,
    HOST,
    PairAnswer,
    PairCode,
    PairCodeAnswer,
    PairConfirm,
    PairConfirmAnswer,
    PairRequest,
    proof,
)

DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Joined:
    """The token belongs into the keyring's store, the rest into `team.json`."""

    membership: Membership
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Myself:
    """What this device says of itself. The password is asked for where the host's agent has one."""

    device_name: str
    password: str = field(default="", repr=False)
    totp: str = field(default="", repr=False)


def pair_by_link(link: Link, me: Myself) -> Joined:
    """Raises `HostProblem`: unreachable, certificate_changed (another host answers), version, and the
    host's own: pair_refused, pair_expired, password_wrong, rate_limited."""
    lanes = Lanes(link.addresses, link.fingerprint)
    try:
        lane = lanes.lane()
        _greet(lane)
        return _finish(lanes, lane, link.secret, me)
    finally:
        lanes.close()


def pair_by_code(address: str, code: str, me: Myself) -> Joined:
    """As `pair_by_link`. The digits are never sent: they prove, both ways, that nobody stands between."""
    shown = look_at(address, CONNECT_S)
    lanes = Lanes((address,), shown.fingerprint)
    try:
        lane = lanes.lane()
        _greet(lane)
        secret = _exchange(lane, code, shown.fingerprint)
        # A certificate that is vouched for is renewed now and then: its name is trusted, not its bytes.
        lasting = Lanes((address,), "") if shown.vouched else lanes
        try:
            return _finish(lasting, lasting.lane(), secret, me)
        finally:
            lasting.close()
    finally:
        lanes.close()


def _greet(lane: Lane) -> Hello:
    hello = lane.ask("GET", "/v1/hello", Hello)
    if VERSION not in hello.served:
        raise OtherVersion(ours=VERSION, theirs=hello.version)
    return hello


def _exchange(lane: Lane, code: str, fingerprint: str) -> str:
    """The invitation's secret, for six digits that the host knows, too. Tries each code that is open."""
    from spake2 import SPAKE2_A, SPAKEError

    digits = "".join(filter(str.isdigit, code)).encode()
    ours = SPAKE2_A(digits, idA=CLIENT, idB=HOST)
    start = PairCode(message=ours.start().hex())
    state = ours.serialize()
    answer = lane.ask("POST", "/v1/pair/code", PairCodeAnswer, start)
    keys: list[bytes] = []
    for message in answer.messages:
        try:
            keys.append(SPAKE2_A.from_serialized(state).finish(bytes.fromhex(message)))
        except (SPAKEError, ValueError) as error:
            raise HostProblem("pair_refused") from error
    confirms = tuple(proof(key, CLIENT, fingerprint, answer.session) for key in keys)
    asked = PairConfirm(session=answer.session, confirms=confirms)
    given = lane.ask("POST", "/v1/pair/confirm", PairConfirmAnswer, asked)
    if not 0 <= given.index < len(keys):
        raise HostProblem("pair_refused")
    expected = proof(keys[given.index], HOST, fingerprint, answer.session)
    if not hmac.compare_digest(given.confirm, expected):
        raise CertificateChanged(found=fingerprint)
    return given.secret


def _finish(lanes: Lanes, lane: Lane, secret: str, me: Myself) -> Joined:
    asked = PairRequest(
        secret=secret, device_name=me.device_name, password=me.password, totp=me.totp
    )
    answer = lane.ask("POST", "/v1/pair", PairAnswer, asked)
    known = tuple(dict.fromkeys((*lanes.addresses, *answer.addresses)))
    membership = Membership(
        addresses=known,
        fingerprint=lanes.context.fingerprint,
        device=answer.device,
        agent_id=answer.agent_id,
        agent_name=answer.agent_name,
        desk=answer.desk,
    )
    return Joined(membership, answer.token)
