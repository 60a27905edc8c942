"""The host over real TLS: what it answers, to whom, and what it refuses."""

import gzip
import json
import ssl
from typing import Any

import pytest
from spake2 import SPAKE2_A

from deskapp.core.commands.messages import AddNote, AttachmentRef
from deskapp.core.commands.registry import encode_command
from deskapp.core.commands.team import DisableAgent, RevokeDevice
from deskapp.sync.client.blobs import TeamBlobs
from deskapp.sync.client.http import HostTransport, Lanes
from deskapp.sync.client.problems import CertificateChanged, HostProblem, Revoked
from deskapp.sync.pairing.joining import Myself, pair_by_code, pair_by_link
from deskapp.sync.pairing.link import Link
from deskapp.sync.protocol.messages import SyncRequest
from deskapp.sync.server.refusals import Refused
from deskapp.system.blobs import FileBlobs
from tests.support.desk import WAIT_SECONDS
from tests.support.team_host import Served, unpinned

PAST = "0" * 64


def sync_body(served: Served, **changes: Any) -> dict[str, Any]:
    return {"epoch": served.team.epoch, "cursors": {}, "commands": [], **changes}


def command(served: Served, made: Any, n: int = 1) -> dict[str, Any]:
    return {"id": served.team.desk.new(), "n": n, **encode_command(made)}


def test_hello_says_who_answers_and_to_a_device_who_it_is(served: Served) -> None:
    stranger = served.ask("GET", "/v1/hello").json()
    assert stranger["epoch"] == served.team.epoch
    assert stranger["agent_id"] == ""
    vera = served.as_("Vera", "GET", "/v1/hello").json()
    assert (vera["agent_name"], vera["role"]) == ("Vera", "agent")
    assert f"department:{served.team.departments['Ventas']}" in vera["scopes"]


def test_an_exchange_over_the_wire(served: Served) -> None:
    ticket = served.team.ticket("Ventas")
    note = AddNote(ticket_id=ticket, message_id=served.team.desk.new(), body="Por la red")
    body = sync_body(served, cursors={}, commands=[command(served, note)])
    answer = served.as_("Vera", "POST", "/v1/sync", body)
    assert answer.status == 200
    assert (
        "rejected" not in answer.json()["results"][0] or not answer.json()["results"][0]["rejected"]
    )
    packed = gzip.compress(json.dumps(body).encode())
    again = served.as_("Vera", "POST", "/v1/sync", packed, Content_Encoding="gzip")
    assert again.json()["results"] == answer.json()["results"]


def test_a_long_answer_is_packed_when_it_may_be(served: Served) -> None:
    answer = served.ask("GET", "/v1/openapi.json", Accept_Encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.body))["openapi"].startswith("3.1")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b'{"epoch": 1}', 422),
        (b'{"epoch": "x", "admin": true}', 422),
        (b'{"epoch": "x", "commands": [{"id": "1", "n": 1, "type": "t", "version": 1, '
         b'"body": {}, "agent_id": "someone"}]}', 422),
        (b'{"epoch": "x", "cursors": {"desk": 1e99}}', 422),
        (b'{"epoch": "\xff"}', 422),
        (b"[" * 100_000, 422),
        (b'{"epoch": "another"}', 409),
        (b"x" * (8 * 1024 * 1024 + 1), 413),
    ],
)  # fmt: skip
def test_hostile_bodies_are_refused_in_a_word(served: Served, body: bytes, status: int) -> None:
    answer = served.as_("Vera", "POST", "/v1/sync", body)
    assert answer.status == status
    assert len(answer.body) < 300


def test_a_bomb_is_not_unpacked(served: Served) -> None:
    bomb = gzip.compress(b" " * 200_000_000, 9)
    answer = served.as_("Vera", "POST", "/v1/sync", bomb, Content_Encoding="gzip")
    assert (answer.status, answer.code) == (413, "too_large")


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.test"}, {"Host": "evil.test"}])
def test_what_comes_by_another_name_or_from_a_web_page_is_turned_away(
    served: Served, headers: dict[str, str]
) -> None:
    answer = served.as_("Vera", "GET", "/v1/hello", **headers)
    assert (answer.status, answer.code) == (421, "host")


def test_versions_that_are_not_served_say_so(served: Served) -> None:
    answer = served.ask("GET", "/v9/hello")
    assert (answer.status, answer.code) == (426, "version")
    assert served.ask("GET", "/v1/nothing").status == 404
    assert served.ask("DELETE", "/v1/sync").status == 404


def test_a_token_in_the_address_is_no_token(served: Served) -> None:
    token = served.tokens["Lucía"]
    assert served.ask("POST", f"/v1/sync?token={token}", sync_body(served)).code == "revoked"


def test_who_tries_tokens_is_told_to_wait(served: Served) -> None:
    codes = [served.ask("POST", "/v1/sync", b"{}", token=f"t{n}").code for n in range(70)]
    assert codes[0] == "revoked"
    assert codes[-1] == "rate_limited"
    assert served.as_("Vera", "GET", "/v1/hello").status == 200


def test_metrics_and_health_are_told_here(served: Served) -> None:
    assert served.ask("GET", "/healthz").json() == {"ok": True}
    text = served.ask("GET", "/metrics").body.decode()
    assert 'path="/healthz",status="200"} 1' in text
    assert not any(token in text for token in served.tokens.values())


def test_a_first_copy_streams_and_goes_on_after_a_break(served: Served) -> None:
    for n in range(5):
        served.team.ticket("Ventas", body=f"Pedido {n}")
    scope = f"department:{served.team.departments['Ventas']}"
    path = f"/v1/bootstrap?scope={scope}&days=90"
    whole = [json.loads(x) for x in served.as_("Vera", "GET", path).body.splitlines()]
    assert whole[-1]["done"]
    rest = served.as_("Vera", "GET", f"{path}&token={whole[1]['token']}").body.splitlines()
    assert [json.loads(x) for x in rest] == whole[2:]
    for refused, code in (
        (f"{path}&token=nonsense", "invalid"),
        (f"/v1/bootstrap?scope=department:{PAST[:32]}", "not_found"),
        ("/v1/bootstrap", "not_found"),
        (f"{path}&days=-1", "invalid"),
    ):
        assert served.as_("Vera", "GET", refused).code == code


# The client's own side against this one -----------------------------------------------------------------------------


def lanes(served: Served, token: str = "") -> Lanes:
    state = served.host.state()
    return Lanes(state.addresses, state.fingerprint, token)


def test_the_client_pairs_by_link_once(served: Served) -> None:
    vera = served.team.people["Vera"]
    invitation = served.host.invite(vera).result(WAIT_SECONDS)
    link = Link.parse(invitation.link)
    joined = pair_by_link(link, Myself("Portátil de Vera"))
    assert joined.membership.agent_id == vera
    way = lanes(served, joined.token)
    try:
        transport = HostTransport(way)
        assert transport.hello().agent_id == vera
        answer = transport.sync(SyncRequest(epoch=served.team.epoch))
        pages = list(transport.bootstrap("desk", "", 90))
        assert pages[-1].done
        assert set(answer.scopes) == set(transport.hello().scopes)
        people = transport.query("GetTeam", {})
        assert {one["name"] for one in people} == set(served.team.people) - {"Lucía"} | {
            "Lucía Marín"
        }
    finally:
        way.close()
    with pytest.raises(HostProblem) as refused:
        pair_by_link(link, Myself("Otro"))
    assert refused.value.code == "pair_refused"


def test_the_client_pairs_by_code(served: Served) -> None:
    address = served.host.state().addresses[0]
    for name in ("Tomás", "Vera"):
        invitation = served.host.invite(served.team.people[name]).result(WAIT_SECONDS)
    joined = pair_by_code(address, invitation.code, Myself("Portátil"))
    assert joined.membership.agent_id == served.team.people["Vera"]
    assert joined.membership.fingerprint == served.host.state().fingerprint


def test_wrong_digits_use_a_code_up(served: Served) -> None:
    address = served.host.state().addresses[0]
    code = served.host.invite(served.team.people["Vera"]).result(WAIT_SECONDS).code
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    codes: list[str] = []
    while "unreachable" not in codes and len(codes) < 12:  # a slow machine may try once more
        with pytest.raises(HostProblem) as refused:
            pair_by_code(address, wrong, Myself("Ladrón"))
        codes.append(refused.value.code)
    assert codes[:5] == ["pair_refused"] * 5
    assert codes[-1] == "unreachable"  # this address has to wait
    assert refused.value.wait_s > 0
    with pytest.raises(Refused, match="pair_expired"):  # whoever asks: the code is used up
        served.host.desk.invitations.begin(SPAKE2_A(code.encode()).start().hex())


def test_a_password_is_asked_for_and_its_tries_are_counted(served: Served) -> None:
    vera = served.team.people["Vera"]
    served.host.set_password(vera, "una frase larga").result(WAIT_SECONDS)
    link = Link.parse(served.host.invite(vera).result(WAIT_SECONDS).link)
    with pytest.raises(HostProblem) as refused:
        pair_by_link(link, Myself("Portátil", password="otra"))
    assert refused.value.code == "password_wrong"
    assert pair_by_link(link, Myself("Portátil", password="una frase larga")).token
    link = Link.parse(served.host.invite(vera).result(WAIT_SECONDS).link)
    codes = []
    for _ in range(5):
        with pytest.raises(HostProblem) as refused:
            pair_by_link(link, Myself("Portátil", password="otra"))
        codes.append(refused.value.code)
    assert codes == ["password_wrong"] * 4 + ["pair_refused"]
    stored = served.team.desk.sql("SELECT password_hash FROM credential")
    assert "$argon2id$" in str(stored)
    assert "una frase" not in str(stored)


def test_another_certificate_is_a_hard_stop(served: Served) -> None:
    way = Lanes(served.host.state().addresses, PAST, "t")
    with pytest.raises(CertificateChanged):
        HostTransport(way).hello()
    way.close()


def test_only_tls_from_1_2_on_is_spoken(served: Served) -> None:
    old = unpinned()
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    import socket

    with (
        socket.create_connection(("127.0.0.1", served.port), 5) as plain,
        pytest.raises(ssl.SSLError),
    ):
        old.wrap_socket(plain)


# Blobs --------------------------------------------------------------------------------------------------------------


def test_a_blob_goes_up_in_pieces_and_comes_down_where_it_is_seen(
    served: Served, tmp_path: Any
) -> None:
    data = bytes(range(256)) * 6_000  # more than one slice
    ours, theirs = FileBlobs(tmp_path / "vera"), FileBlobs(tmp_path / "luz")
    vera = lanes(served, served.tokens["Vera"])
    sara = lanes(served, served.tokens["Sara"])
    tomas = lanes(served, served.tokens["Tomás"])
    (tmp_path / "in").mkdir()
    try:
        blobs = TeamBlobs(ours, tmp_path / "in", vera)
        sha256 = blobs.put(data)
        with pytest.raises(FileNotFoundError):
            TeamBlobs(theirs, tmp_path / "in", sara).get(sha256)
        blobs.upload(sha256)
        ticket = served.team.ticket("Ventas")
        file = AttachmentRef(served.team.desk.new(), "plano.bin", "x/y", len(data), sha256)
        note = AddNote(
            ticket_id=ticket, message_id=served.team.desk.new(), body="", attachments=(file,)
        )
        done = served.as_(
            "Vera", "POST", "/v1/sync", sync_body(served, commands=[command(served, note)])
        )
        assert not done.json()["results"][0].get("rejected")
        assert TeamBlobs(theirs, tmp_path / "in", sara).get(sha256) == data
        with pytest.raises(FileNotFoundError):
            TeamBlobs(FileBlobs(tmp_path / "t"), tmp_path / "in", tomas).get(sha256)
    finally:
        for way in (vera, sara, tomas):
            way.close()


def test_a_hash_is_no_permission(served: Served) -> None:
    team = served.team
    sha256 = team.desk.authority.blobs.put(b"secreto del taller")
    hidden = team.ticket("Taller")
    file = AttachmentRef(team.desk.new(), "a.txt", "text/plain", 18, sha256)
    team.desk.do(
        AddNote(ticket_id=hidden, message_id=team.desk.new(), body="", attachments=(file,))
    )
    path = f"/v1/blobs/{sha256}"
    assert served.as_("Tomás", "GET", path).body == b"secreto del taller"
    for name in ("Vera", "Sara", "Luz", "Nadie"):
        hidden_answer = served.as_(name, "GET", path)
        missing = served.as_(name, "GET", f"/v1/blobs/{PAST}")
        assert (hidden_answer.status, hidden_answer.body) == (404, missing.body)
        assert served.as_(name, "HEAD", path).headers["upload-offset"] == "0"
    ours = team.ticket("Ventas")
    smuggled = AttachmentRef(team.desk.new(), "b.txt", "text/plain", 18, sha256)
    note = AddNote(ticket_id=ours, message_id=team.desk.new(), body="", attachments=(smuggled,))
    body = sync_body(served, commands=[command(served, note)])
    answer = served.as_("Vera", "POST", "/v1/sync", body).json()
    assert answer["results"][0]["rejected"]["code"] == "blob_not_found"
    assert served.as_("Vera", "GET", path).status == 404


def test_pieces_of_a_blob_must_fit(served: Served) -> None:
    path = f"/v1/blobs/{PAST}"

    def put(data: bytes, offset: int, total: int) -> Any:
        head = {"Upload_Offset": str(offset), "Upload_Length": str(total)}
        return served.as_("Vera", "PUT", path, data, **head)

    assert put(b"abc", 0, 6).headers["upload-offset"] == "3"
    assert put(b"abc", 0, 6).json()["params"] == {"offset": 3}
    assert put(b"abcd", 3, 6).code == "too_large"
    assert put(b"abc", 3, 10**12).code == "too_large"
    assert put(b"abc", 3, 6).code == "hash"
    assert served.as_("Vera", "HEAD", path).headers["upload-offset"] == "0"
    assert served.as_("Vera", "PUT", path, b"abc").code in ("invalid", "too_large")
    assert served.as_("Vera", "PUT", "/v1/blobs/..%2F..%2Fdesk.sqlite", b"abc").status == 404


@pytest.mark.parametrize(
    ("header", "status", "body"),
    [
        ("bytes=2-4", 206, b"cde"),
        ("bytes=4-", 206, b"efgh"),
        ("bytes=-2", 206, b"gh"),
        ("bytes=0-999", 206, b"abcdefgh"),
        ("bytes=8-", 416, None),
        ("bytes=4-2", 416, None),
        ("bytes=0-1,3-4", 416, None),
        ("lines=1-2", 416, None),
    ],
)
def test_ranges(served: Served, header: str, status: int, body: bytes | None) -> None:
    import hashlib

    data = b"abcdefgh"
    sha256 = hashlib.sha256(data).hexdigest()
    head = {"Upload_Offset": "0", "Upload_Length": "8"}
    assert served.as_("Vera", "PUT", f"/v1/blobs/{sha256}", data, **head).status == 204
    answer = served.as_("Vera", "GET", f"/v1/blobs/{sha256}", Range=header)
    assert answer.status == status
    assert body is None or answer.body == body


# The end of a device -------------------------------------------------------------------------------------------------


def test_a_device_that_was_shut_out_is_told_nothing_more(served: Served) -> None:
    served.team.desk.do(RevokeDevice(device_id=served.devices["Vera"]))
    way = lanes(served, served.tokens["Vera"])
    with pytest.raises(Revoked):
        HostTransport(way).hello()
    way.close()
    for method, path in (
        ("POST", "/v1/sync"),
        ("GET", "/v1/bootstrap?scope=desk"),
        ("POST", "/v1/query"),
        ("GET", f"/v1/blobs/{PAST}"),
        ("PUT", f"/v1/blobs/{PAST}"),
    ):
        assert served.as_("Vera", method, path, sync_body(served)).code == "revoked"


def test_a_disabled_agents_devices_are_strangers(served: Served) -> None:
    served.team.desk.do(DisableAgent(agent_id=served.team.people["Vera"]))
    assert served.as_("Vera", "GET", "/v1/hello").code == "revoked"


def test_tokens_are_nowhere_on_the_disk(served: Served, tmp_path: Any) -> None:
    for name in served.tokens:
        served.as_(name, "GET", "/v1/hello")
    secrets = [token.encode() for token in served.tokens.values()]
    for file in tmp_path.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert not any(secret in data for secret in secrets), file
