"""Joining a desk by link and by code, against the host's own book of invitations over real TLS."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert
from starlette.requests import Request
from starlette.responses import Response

from deskapp.models import tables as t
from deskapp.models.engine import writer_engine
from deskapp.sync.client.problems import CertificateChanged, HostProblem, OtherVersion
from deskapp.sync.pairing.joining import Joined, Myself, pair_by_code, pair_by_link
from deskapp.sync.pairing.link import PORT, Link, address
from deskapp.sync.pairing.membership import Membership, NotAMembership
from deskapp.sync.protocol import pairing as p
from deskapp.sync.protocol.messages import Hello
from deskapp.sync.server.invitations import Invitations, Open
from deskapp.sync.server.refusals import Refused
from tests.support.slow_proxy import slow_proxy
from tests.support.team_stub_host import StubHost, said, stub_host

ME = Myself("Portátil de Ana")
HELLO = Hello(version=1, served=(1,), epoch="e", desk="Acme", schema="0003")


class PairingHost:
    """The host's invitations behind the stub's addresses."""

    def __init__(self, stub: StubHost, engine: Engine) -> None:
        self.stub, self.now, self.engine = stub, 1_000_000, engine
        self.invitations = Invitations(lambda: self.now, engine)
        self.asked: list[p.PairRequest] = []
        stub.answers["GET /v1/hello"] = lambda *_: said(HELLO)
        self._serve("/v1/pair", p.PairRequest, self._pair)
        self._serve("/v1/pair/code", p.PairCode, lambda a: self.invitations.begin(a.message))
        self._serve(
            "/v1/pair/confirm",
            p.PairConfirm,
            lambda a: self.invitations.confirm(a.session, a.confirms, stub.fingerprint),
        )

    def invite(self, agent: str = "ana") -> Open:
        new = insert(t.agent).prefix_with("OR IGNORE")
        with self.engine.begin() as connection:
            connection.execute(new.values(uid=agent, seq=1, name=agent, role="agent"))
        return self.invitations.invite(agent)

    def link(self, invitation: Open) -> Link:
        return Link((self.stub.address,), self.stub.fingerprint, invitation.secret)

    def _pair(self, asked: p.PairRequest) -> p.PairAnswer:
        self.asked.append(asked)
        invitation = self.invitations.find(asked.secret)
        self.invitations.use(invitation)
        return p.PairAnswer(
            token="the-new-token",
            device="d1",
            agent_id=invitation.agent_id,
            agent_name="Ana",
            desk="Acme",
            epoch="e",
            addresses=("acme.local:8791",),
        )

    def _serve(self, path: str, kind: Any, work: Callable[[Any], object]) -> None:
        def answer(_request: Request, body: bytes) -> Response:
            try:
                return said(work(msgspec.json.decode(body, type=kind)))
            except Refused as refusal:
                return said({"code": refusal.code, "params": refusal.params}, refusal.status)

        self.stub.answers[f"POST {path}"] = answer


@pytest.fixture
def acme(host: StubHost, tmp_path: Path) -> Iterator[PairingHost]:
    engine = writer_engine(tmp_path / "desk.sqlite")
    t.metadata.create_all(engine, tables=[t.agent, t.invitation])
    yield PairingHost(host, engine)
    engine.dispose()


def check(joined: Joined, acme: PairingHost, agent: str = "ana") -> None:
    assert joined.token == "the-new-token"
    assert "the-new-token" not in repr(joined)
    assert joined.membership == Membership(
        addresses=(joined.membership.addresses[0], "acme.local:8791"),
        fingerprint=acme.stub.fingerprint,
        device="d1",
        agent_id=agent,
        agent_name="Ana",
        desk="Acme",
    )
    assert b"the-new-token" not in joined.membership.encode()
    assert Membership.decode(joined.membership.encode()) == joined.membership


def test_a_link_pairs_once(acme: PairingHost) -> None:
    link = Link.parse(str(acme.link(acme.invite())))
    check(pair_by_link(link, ME), acme)
    with pytest.raises(HostProblem) as caught:
        pair_by_link(link, ME)
    assert caught.value.code == "pair_refused"
    assert acme.asked[0].device_name == ME.device_name


def test_six_digits_pair_whoever_else_is_invited(acme: PairingHost) -> None:
    for agent in ("luis", "eva"):
        acme.invite(agent)
    invitation = acme.invite("ana")
    typed = f" {invitation.code[:3]} {invitation.code[3:]} "
    check(pair_by_code(acme.stub.address, typed, ME), acme)
    said_aloud = b"".join(body for _key, _headers, body in acme.stub.seen)
    assert invitation.code.encode() not in said_aloud


def test_wrong_digits_are_counted_and_never_let_in(acme: PairingHost) -> None:
    invitation = acme.invite()
    wrong = "000000" if invitation.code != "000000" else "000001"
    for _try in range(5):
        with pytest.raises(HostProblem) as caught:
            pair_by_code(acme.stub.address, wrong, ME)
        assert caught.value.code == "pair_refused"
    with pytest.raises(HostProblem) as caught:
        pair_by_code(acme.stub.address, invitation.code, ME)
    assert caught.value.code == "pair_expired"
    assert not acme.asked


def test_a_code_of_yesterday(acme: PairingHost) -> None:
    invitation = acme.invite()
    acme.now += 10 * 60_000 + 1
    with pytest.raises(HostProblem) as caught:
        pair_by_code(acme.stub.address, invitation.code, ME)
    assert caught.value.code == "pair_expired"


def test_somebody_in_between_with_a_certificate_of_their_own_learns_nothing(
    acme: PairingHost, tmp_path: Any
) -> None:
    """They pass everything on, but the certificate that the client sees is in what both sides prove."""
    invitation = acme.invite()
    with stub_host(tmp_path) as between:
        for key, answer in acme.stub.answers.items():
            between.answers[key] = answer
        with pytest.raises(HostProblem) as caught:
            pair_by_code(between.address, invitation.code, ME)
        assert caught.value.code == "pair_refused"
        with pytest.raises(CertificateChanged):
            pair_by_link(Link((between.address,), acme.stub.fingerprint, invitation.secret), ME)
        said_there = b"".join(body for _key, _headers, body in between.seen)
    assert not acme.asked
    assert invitation.secret.encode() not in said_there


def test_somebody_who_only_pretends_to_know_the_code(acme: PairingHost) -> None:
    invitation = acme.invite()
    acme.stub.answers["POST /v1/pair/confirm"] = lambda *_: said(
        p.PairConfirmAnswer(index=0, confirm="00" * 32, secret="a secret of theirs")
    )
    with pytest.raises(CertificateChanged):
        pair_by_code(acme.stub.address, invitation.code, ME)
    assert not acme.asked


def test_a_host_of_another_time(acme: PairingHost) -> None:
    later = msgspec.structs.replace(HELLO, version=9, served=(8, 9))
    acme.stub.answers["GET /v1/hello"] = lambda *_: said(later)
    with pytest.raises(OtherVersion):
        pair_by_link(acme.link(acme.invite()), ME)


def test_pairing_over_a_slow_wire(acme: PairingHost) -> None:
    with slow_proxy(acme.stub.address) as wire:
        wire.latency_s, wire.rate = 0.05, 50_000
        check(pair_by_code(wire.address, acme.invite().code, ME), acme)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("192.168.1.20", f"192.168.1.20:{PORT}"),
        ("192.168.1.20:99", "192.168.1.20:99"),
        (" https://desk.acme.es ", f"desk.acme.es:{PORT}"),
        ("acme.local:8791/", "acme.local:8791"),
        ("[fe80::1]:77", "[fe80::1]:77"),
    ],
)
def test_what_people_type_for_an_address(typed: str, meant: str) -> None:
    assert address(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "http://acme.es", "a b", "acme:99999", "me@acme.es", "-x://", "[::1", "a/b?c@d:x"]
)
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(ValueError):
        address(typed)


@given(st.text(max_size=200) | st.binary(max_size=80).map(lambda b: f"deskapp://pair?{b!r}"))
def test_no_text_breaks_the_reading_of_a_link(text: str) -> None:
    try:
        Link.parse(text)
    except ValueError:
        return
    raise AssertionError("that is no invitation")


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"format": 2}', b"\xff"])
def test_a_damaged_membership_says_so(data: bytes) -> None:
    with pytest.raises(NotAMembership):
        Membership.decode(data)
