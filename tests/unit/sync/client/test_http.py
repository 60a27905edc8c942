"""What a request to the host comes to: the pin, the token, errors by their kind."""

import logging
from pathlib import Path

import msgspec
import pytest
import trustme
from starlette.responses import StreamingResponse

from deskapp.sync.client.http import HostTransport, Lanes
from deskapp.sync.client.problems import (
    Busy,
    CertificateChanged,
    EpochChanged,
    HostProblem,
    OtherVersion,
    Revoked,
    Unreachable,
)
from deskapp.sync.client.tls import look_at
from deskapp.sync.protocol.messages import (
    BootstrapPage,
    Hello,
    SyncAnswer,
    SyncRequest,
    WireCommand,
)
from tests.support.certificates import issued
from tests.support.team_stub_host import StubHost, said

HELLO = Hello(version=1, served=(1,), epoch="e", desk="Acme", schema="0003")
ANSWER = SyncAnswer(epoch="e", scopes=("desk",), cursors={"desk": 7})


def test_a_request_is_answered_and_carries_its_token_in_a_header_alone(
    host: StubHost, lanes: Lanes, caplog: pytest.LogCaptureFixture
) -> None:
    host.answers["POST /v1/sync"] = lambda *_: said(ANSWER)
    with caplog.at_level(logging.DEBUG):
        assert HostTransport(lanes).sync(SyncRequest(epoch="e")) == ANSWER
    (key, headers, body) = host.seen[0]
    assert headers["authorization"] == "Bearer the-token"
    assert "the-token" not in key + body.decode()
    assert "the-token" not in caplog.text


def test_a_long_request_is_compressed(host: StubHost, lanes: Lanes) -> None:
    host.answers["POST /v1/sync"] = lambda *_: said(ANSWER)
    command = WireCommand(id="1", n=1, type="x", version=1, body={"text": "hola " * 1_000})
    request = SyncRequest(epoch="e", commands=(command,))
    HostTransport(lanes).sync(request)
    assert host.seen[0][1]["content-encoding"] == "gzip"
    assert int(host.seen[0][1]["content-length"]) < 500
    assert msgspec.json.decode(host.seen[0][2], type=SyncRequest) == request


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "revoked", Revoked),
        (426, "version", OtherVersion),
        (409, "epoch_changed", EpochChanged),
        (429, "rate_limited", Busy),
        (503, "busy", Busy),
        (500, "failed", Unreachable),
        (403, "pair_refused", HostProblem),
    ],
)
def test_a_problem_is_an_error_of_its_own_kind(
    host: StubHost, lanes: Lanes, status: int, code: str, kind: type[HostProblem]
) -> None:
    host.answers["GET /v1/hello"] = lambda *_: said({"code": code, "retry_ms": 1_500}, status)
    with pytest.raises(HostProblem) as caught:
        HostTransport(lanes).hello()
    assert type(caught.value) is kind
    assert caught.value.wait_s == 1.5


@pytest.mark.parametrize("body", [b"<html>log in to the hotel</html>", b"", b'{"version": "one"}'])
def test_an_answer_that_is_none_is_no_host(host: StubHost, lanes: Lanes, body: bytes) -> None:
    host.answers["GET /v1/hello"] = lambda *_: said(msgspec.Raw(body))
    with pytest.raises(Unreachable):
        HostTransport(lanes).hello()


def test_another_certificate_is_never_spoken_to(host: StubHost) -> None:
    host.answers["GET /v1/hello"] = lambda *_: said(HELLO)
    lanes = Lanes((host.address,), "ab" * 32, "the-token")
    with pytest.raises(CertificateChanged) as caught:
        HostTransport(lanes).hello()
    assert caught.value.params["found"] == host.fingerprint
    assert not host.seen


def test_a_certificate_that_somebody_vouches_for_is_not_the_pinned_one(
    host: StubHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pin stands above every authority, also those that requests brings along."""
    authority = trustme.CA()
    known = issued(tmp_path, authority, "127.0.0.1")
    store = tmp_path / "store.pem"
    authority.cert_pem.write_to_path(store)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(store))
    other = StubHost(known)
    other.start()
    try:
        with pytest.raises(CertificateChanged):
            HostTransport(Lanes((other.address,), host.fingerprint)).hello()
        other.answers["GET /v1/hello"] = lambda *_: said(HELLO)
        assert HostTransport(Lanes((other.address,), "")).hello() == HELLO
        assert look_at(other.address, 5).vouched
        with pytest.raises(CertificateChanged):
            HostTransport(Lanes((host.address,), "")).hello()
        assert not look_at(host.address, 5).vouched
    finally:
        other.stop()


def test_the_next_address_is_tried_and_remembered(host: StubHost) -> None:
    host.answers["GET /v1/hello"] = lambda *_: said(HELLO)
    lanes = Lanes(("127.0.0.1:9", host.address), host.fingerprint)
    assert HostTransport(lanes).hello() == HELLO
    assert lanes.addresses == (host.address, "127.0.0.1:9")


def test_a_host_that_is_not_there(lanes: Lanes) -> None:
    with pytest.raises(Unreachable):
        HostTransport(Lanes(("127.0.0.1:9",), "ab" * 32)).hello()


def test_a_bootstrap_comes_line_by_line_and_may_break(host: StubHost, lanes: Lanes) -> None:
    pages = [BootstrapPage(token=str(n)) for n in range(5)]
    text = b"".join(msgspec.json.encode(page) + b"\n" for page in pages)
    host.answers["GET /v1/bootstrap"] = lambda request, _: StreamingResponse(
        iter([text[:100], text[100:101], text[101:]])
    )
    transport = HostTransport(lanes)
    assert list(transport.bootstrap("desk", "", 30)) == pages
    host.answers["GET /v1/bootstrap"] = lambda request, _: StreamingResponse(iter([text[:-5]]))
    assert list(transport.bootstrap("desk", "", 30)) == pages[:-1]


def test_nothing_is_asked_after_the_end(host: StubHost, lanes: Lanes) -> None:
    transport = HostTransport(lanes)
    lanes.close()
    with pytest.raises(Unreachable):
        transport.hello()
    assert not host.seen
