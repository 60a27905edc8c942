"""What the chat server refuses, and what strangers may not learn, exhaust or break."""

import base64
import contextlib
import gzip
import json
import logging
import os
import secrets
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from deskapp.channels.webchat import limits, pressure
from deskapp.channels.webchat.identity import secret_name, sign
from deskapp.core.queries.webchat import GetChat
from deskapp.models.enums import AgentState
from tests.support.looking import everything_in
from tests.support.waiting import wait_for
from tests.support.webchat_desk import SITE, ChatDesk, Closed, Visitor, new_token, open_chat_desk

BAD = 1008
REFUSED = 4403
TOO_MANY = 4429
BIG_FRAME = 1009


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ChatDesk]:
    with open_chat_desk(tmp_path / "desk") as rig:
        rig.be(AgentState.ONLINE)
        yield rig


@pytest.fixture
def box(desk: ChatDesk) -> str:
    return desk.box()


# Who may come -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        "https://shop.test",
        "http://shop.test.evil.test",
        "http://evilshop.test",
        "http://shop.test:8080",
        "http://shop.test@evil.test",
        "http://shop.test/",
        "http://evil.test",
        "shop.test",
        "file://",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://localhost.evil.test",
        "http://shop.test, http://evil.test",
    ],
)
def test_only_the_sites_pages(desk: ChatDesk, box: str, origin: str | None) -> None:
    with pytest.raises(Closed, match=str(REFUSED)), desk.visitor(box, origin=origin):
        pass


def test_the_desks_own_test_page_may(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box, origin=desk.url) as carmen:
        assert carmen.say("Hola")["t"] == "said"


def test_one_boxes_site_is_not_anothers(desk: ChatDesk, box: str) -> None:
    other = desk.box(origins=("http://other.test",))
    with pytest.raises(Closed, match=str(REFUSED)), desk.visitor(other):
        pass
    with pytest.raises(Closed, match=str(REFUSED)), desk.visitor(box, origin="http://other.test"):
        pass


def test_an_unknown_box(desk: ChatDesk, box: str) -> None:
    with pytest.raises(Closed, match=str(REFUSED)), desk.visitor("0" * 32):
        pass


def request(desk: ChatDesk, head: str, *, address: str = "") -> bytes:
    """What the server answers to raw words."""
    source = (address, 0) if address else None
    with socket.create_connection(("127.0.0.1", desk.port), 10, source) as raw:
        raw.sendall(head.replace("\n", "\r\n").encode("latin-1"))
        answer = b""
        while chunk := raw.recv(65_536):
            answer += chunk
            if b"\r\n\r\n" in answer and b"HTTP/1.1 101" in answer:
                break
        return answer


HANDSHAKE = (
    "GET {path} HTTP/1.1\nHost: {host}\nOrigin: {origin}\nConnection: Upgrade\n"
    "Upgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\n\n"
)


@pytest.mark.parametrize(
    "host", ["evil.test", "127.0.0.1.evil.test", "chat.shop.test", "", "127.0.0.1\nHost: evil.test"]
)
def test_only_our_own_names(desk: ChatDesk, box: str, host: str) -> None:
    handshake = HANDSHAKE.format(path="/chat", host=host, origin=SITE)
    assert request(desk, handshake).startswith((b"HTTP/1.1 421", b"HTTP/1.1 400"))
    for path in ("/widget.js", f"/try/{box}", "/files", "/nothing"):
        answer = request(desk, f"GET {path} HTTP/1.1\nHost: {host}\nConnection: close\n\n")
        assert answer.startswith((b"HTTP/1.1 421", b"HTTP/1.1 400"))
        assert b"script" not in answer


def test_the_public_name_is_ours_when_it_is_set(desk: ChatDesk, box: str) -> None:
    desk.set("chat.public_url", "https://chat.shop.test/")
    handshake = HANDSHAKE.format(path="/chat", host="chat.shop.test", origin=SITE)
    wait_for(lambda: request(desk, handshake).startswith(b"HTTP/1.1 101"), "the public name")
    test_page = f"GET /try/{box} HTTP/1.1\nHost: chat.shop.test\nConnection: close\n\n"
    assert request(desk, test_page).startswith(b"HTTP/1.1 404")


def test_unknown_addresses_are_answered_alike(desk: ChatDesk, box: str) -> None:
    answers = {
        request(desk, f"{method} {path} HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n\n")
        .split(b"\r\n\r\n")[1]
        for method in ("GET", "PUT", "DELETE")
        for path in ("/", "/admin", "/chat", "/reach/" + "0" * 32, "/try/" + "0" * 32, "/.git/HEAD",
                     "/../../etc/passwd", "/%2e%2e/x", "/try/..%2f..", "/files/x/y", "/widget.js/")
    }  # fmt: skip
    assert answers == {b"Not found"}


def test_no_word_of_what_serves(desk: ChatDesk, box: str) -> None:
    for path in ("/", "/widget.js", f"/try/{box}"):
        answer = request(desk, f"GET {path} HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n\n")
        head = answer.split(b"\r\n\r\n")[0].lower()
        assert b"server:" not in head
        assert b"uvicorn" not in answer
        assert b"python" not in head


# The token ---------------------------------------------------------------------------------------------------------


def test_a_token_in_the_address_is_nothing(desk: ChatDesk, box: str) -> None:
    token = new_token()
    with desk.visitor(box, token) as carmen:
        carmen.say("Hola")
    with desk.connect(path=f"/chat?token={token}&box={box}") as raw:
        raw.send(json.dumps({"t": "say", "id": secrets.token_hex(16), "text": "x"}))
        with pytest.raises(Exception, match="1008"):
            raw.recv(timeout=75)


def test_who_guesses_no_token_sees_nothing(desk: ChatDesk, box: str) -> None:
    token = new_token()
    with desk.visitor(box, token) as carmen:
        carmen.say("Hola")
    near = token[:-1] + ("0" if token[-1] != "0" else "1")
    with desk.visitor(box, near) as other:
        assert other.welcome["messages"] == []
    with desk.visitor(desk.box(), token) as other:
        assert other.welcome["messages"] == []


def test_tokens_and_secrets_are_nowhere_but_with_their_owner(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    token, secret_said = "cafe" * 16, ""
    with open_chat_desk(tmp_path / "desk") as desk:
        box = desk.box()
        secret_said = desk.channel.identity_secret(box).result(90)
        now = int(time.time())
        claim = sign(secret_said, {"email": "c@correo.test", "name": "C", "expires": now + 60})
        with desk.visitor(box, token, identity=claim) as carmen:
            assert carmen.say("Hola")["t"] == "said"
            carmen.send_raw("{" + token)
            assert carmen.close_code() == BAD
        with (
            pytest.raises(Closed),
            desk.visitor(box, token, identity=claim, origin="http://e.test"),
        ):
            pass
        request(desk, f"GET /files/x HTTP/1.1\nHost: 127.0.0.1\nAuthorization: Chat {box} {token}\n"
                      "Connection: close\n\n")  # fmt: skip
        request(desk, f"BAD {token}\n\n")
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    written += everything_in(tmp_path / "desk").encode()  # on a server, too
    assert b"Hola" in written
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("websockets.client")]
    said = "".join(ours) + "".join(capfd.readouterr())
    assert ours
    for hidden in (token, secret_said, claim.rpartition(".")[2]):
        assert hidden.encode() not in written
        assert hidden not in said


# Frames ------------------------------------------------------------------------------------------------------------


def hello(box: str, **more: object) -> str:
    return json.dumps({"t": "hello", "v": 1, "box": box, "token": new_token(), **more})


@pytest.mark.parametrize(
    "frame",
    ["", "{", "null", "[]", '{"t":"nothing"}', '{"t":"ping"}', '{"t":"say","id":"x"}', b"\x00\x01",
     '{"t":"hello"}', "[" * 9_000],
)  # fmt: skip
def test_the_first_frame_is_a_hello_or_the_last(
    desk: ChatDesk, box: str, frame: str | bytes
) -> None:
    with desk.visitor(box, greet=False) as carmen:
        carmen.send_raw(frame)
        assert carmen.close_code() == BAD


@pytest.mark.parametrize("frame", ["{", '{"t":"nothing"}', b"{}", '{"t":"say","id":"../"}'])
def test_no_frame_ends_it(desk: ChatDesk, box: str, frame: str | bytes) -> None:
    with desk.visitor(box) as carmen:
        carmen.send_raw(frame)
        assert carmen.close_code() == BAD


def test_hello_is_said_once(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen:
        carmen.send_raw(hello(box))
        assert carmen.close_code() == BAD


def test_who_says_no_hello_goes(desk: ChatDesk, box: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HELLO_S", 0.5)
    with desk.visitor(box, greet=False) as silent, desk.visitor(box) as carmen:
        assert silent.close_code() == BAD
        assert carmen.say("Hola")["t"] == "said"


def test_a_frame_has_a_size(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen:
        carmen.send_raw("x" * (limits.FRAME_BYTES + 1))
        assert carmen.close_code() == BIG_FRAME
    deaf = logging.getLogger("a page that writes while it is cut off")
    deaf.disabled = True  # it is at odds with itself about who closed first
    with desk.connect(logger=deaf) as raw:  # in parts, without an end
        carmen = Visitor(raw, box, new_token())
        carmen.hello()
        with contextlib.suppress(Closed):
            carmen.send_raw("x" * 8_000 for _ in range(100))
        assert carmen.close_code() in (BIG_FRAME, 1006)  # the reset may overtake the word


def test_nothing_is_unpacked(desk: ChatDesk, box: str) -> None:
    """A compressed bomb: compression is not offered, and a frame that claims it is a protocol error."""
    with desk.connect(compression="deflate") as raw:
        assert "permessage-deflate" not in str(raw.response and raw.response.headers)
    with socket.create_connection(("127.0.0.1", desk.port), 10) as raw_socket:
        words = HANDSHAKE.format(path="/chat", host="127.0.0.1", origin=SITE)
        raw_socket.sendall(words.replace("\n", "\r\n").encode())
        assert b"101" in raw_socket.recv(65_536)
        bomb = gzip.compress(b"x" * 1_000_000)[:1_000]
        mask = os.urandom(4)
        body = bytes(byte ^ mask[n % 4] for n, byte in enumerate(bomb))
        raw_socket.sendall(struct.pack("!BBH", 0xC1, 0xFE, len(bomb)) + mask + body)
        assert struct.unpack("!H", close_body(raw_socket))[0] == 1002


def close_body(raw: socket.socket) -> bytes:
    """The code of the close frame that comes."""
    data = b""
    while len(data) < 4:
        data += raw.recv(100)
    assert data[0] == 0x88
    return data[2:4]


@pytest.mark.parametrize("end", [False, True])
def test_a_head_that_never_ends(
    desk: ChatDesk, box: str, monkeypatch: pytest.MonkeyPatch, end: bool
) -> None:
    """Slow, and long without an end."""
    from deskapp.channels.webchat import server

    monkeypatch.setattr(server, "HEAD_S", 0.3)
    with socket.create_connection(("127.0.0.1", desk.port), 10) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        try:
            if end:
                for _ in range(10_000):
                    raw.sendall(b"X-A: " + b"a" * 1_000 + b"\r\n")
            assert raw.recv(100) == b""
        except ConnectionError:
            return


def test_a_flood_of_frames_ends_it(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen:
        with contextlib.suppress(Closed):
            for _ in range(500):
                carmen.send(t="ping")
        assert carmen.close_code() == BAD
    with desk.visitor(box) as carmen:
        assert carmen.say("Hola")["t"] == "said"


def test_messages_have_a_pace(desk: ChatDesk, box: str) -> None:
    token = new_token()
    with desk.visitor(box, token) as carmen:
        answers = [carmen.say(f"m{n}") for n in range(14)]
        kept = [answer for answer in answers if answer["t"] == "said"]
        refused = [answer for answer in answers if answer["t"] == "error"]
        assert 10 <= len(kept) <= 12
        assert {answer["code"] for answer in refused} == {"slow_down"}
        assert all(0 < answer["retry_ms"] <= 1_000 for answer in refused)
    with desk.visitor(box, token) as carmen:  # coming back does not help
        assert carmen.say("again")["code"] == "slow_down"
    with desk.visitor(box) as other:
        assert other.say("Hola")["t"] == "said"


def test_bodies_are_measured(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen:
        assert carmen.say("ñ" * 4_001)["code"] == "too_long"
        assert carmen.say(" \n\u202e ")["code"] == "empty"
        assert carmen.say("")["code"] == "empty"
        assert carmen.say("x", files=["ab" * 16])["code"] == "file_refused"
        assert desk.rows() == []
        assert carmen.say("漢" * 4_000)["t"] == "said"


def test_an_address_has_so_many_sockets(desk: ChatDesk, box: str) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(limits.SOCKETS_AN_ADDRESS):
            held.enter_context(desk.connect(address="127.0.0.3"))
        with desk.visitor(box, address="127.0.0.3", greet=False) as more:
            assert more.close_code() == TOO_MANY
        with desk.visitor(box, address="127.0.0.4") as other:
            assert other.say("Hola")["t"] == "said"


def test_there_are_so_many_sockets(
    desk: ChatDesk, box: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SOCKETS", 1)
    with desk.visitor(box) as carmen:
        with desk.visitor(box, greet=False) as more:
            assert more.close_code() == TOO_MANY
        assert carmen.say("Hola")["t"] == "said"


def test_who_comes_while_the_desk_does_not_keep_up_is_told_to_wait(
    desk: ChatDesk, box: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk.visitor(box) as carmen:
        assert carmen.say("Hola")["t"] == "said"
        monkeypatch.setattr(pressure, "UNDER_WAY", 0)
        refused = carmen.say("¿Hay tazas?")
        assert refused["code"] == "slow_down"
        assert refused["retry_ms"] > 60_000
        monkeypatch.undo()
        called = carmen.next("error")
        assert called == {**refused, "retry_ms": 1}
        assert carmen.say("¿Hay tazas?", uid=refused["id"])["t"] == "said"
        assert carmen.say("¿Y platos?")["t"] == "said"


def test_an_address_opens_so_many_chats(desk: ChatDesk, box: str) -> None:
    codes = []
    for _ in range(24):
        with desk.visitor(box) as visitor:
            codes.append(visitor.say("Hola").get("code"))
    assert codes == [None] * 20 + ["slow_down"] * 4
    assert len(desk.rows()) == 20


def test_whom_a_proxy_names_is_counted_only_when_it_is_trusted(desk: ChatDesk, box: str) -> None:
    def refused(number: int, chain: str) -> bool:
        headers = {"X-Forwarded-For": f"{chain}{number}"}
        with desk.connect(address="127.0.0.9", additional_headers=headers) as raw:
            visitor = Visitor(raw, box, new_token())
            try:
                visitor.hello()
            except Closed as closed:
                return closed.code == TOO_MANY
        return False

    burst = int(limits.HELLOS[0])
    assert any(refused(n % 250, "198.51.100.") for n in range(burst + 20))
    desk.set("chat.proxies", ("127.0.0.9",))
    wait_for(lambda: not refused(251, "198.51.100."), "the proxy to be trusted")
    assert not any(refused(n % 250, "198.51.100.") for n in range(burst + 20))


# Who somebody says to be ------------------------------------------------------------------------------------------


@pytest.fixture
def secret(desk: ChatDesk, box: str) -> str:
    return desk.channel.identity_secret(box).result(90)


def claim(**more: object) -> dict[str, object]:
    base = {"email": "carmen@correo.test", "name": "Carmen V", "id": "17"}
    return base | {"expires": int(time.time()) + 3600} | more


def test_a_signed_visitor_is_verified(desk: ChatDesk, box: str, secret: str) -> None:
    with desk.visitor(box, identity=sign(secret, claim())) as carmen:
        assert carmen.welcome["known"] == {
            "name": "Carmen V", "email": "carmen@correo.test", "verified": True,
        }  # fmt: skip
        carmen.say("Hola", name="Somebody else", email="other@correo.test")
    (row,) = desk.rows()
    chat = desk.ask(GetChat(row.id))
    assert chat is not None
    assert chat.visitor.verified
    assert (chat.visitor.email, chat.visitor.name) == ("carmen@correo.test", "Carmen V")


def test_a_visitor_who_signs_in_later_is_verified_at_once(
    desk: ChatDesk, box: str, secret: str
) -> None:
    token = new_token()
    with desk.visitor(box, token) as carmen:
        carmen.say("Hola", email="carmen@correo.test")
        (row,) = desk.rows()
        chat = desk.ask(GetChat(row.id))
        assert chat is not None
        assert not chat.visitor.verified
    with desk.visitor(box, token, identity=sign(secret, claim())) as carmen:
        assert carmen.welcome["known"]["verified"]
        assert [m["text"] for m in carmen.welcome["messages"]] == ["Hola"]
    chat = desk.ask(GetChat(row.id))
    assert chat is not None
    assert chat.visitor.verified


def forgeries(secret: str, other: str) -> dict[str, str]:
    good = sign(secret, claim())
    payload, _, signature = good.rpartition(".")
    other_payload = base64.urlsafe_b64encode(
        json.dumps(claim(email="boss@correo.test")).encode()
    ).decode().rstrip("=")  # fmt: skip
    return {
        "expired": sign(secret, claim(expires=int(time.time()) - 1)),
        "too long": sign(secret, claim(expires=int(time.time()) + 90_000)),
        "no time": sign(secret, {"email": "carmen@correo.test"}),
        "wrong secret": sign(secret[::-1], claim()),
        "another box": sign(other, claim()),
        "no signature": payload,
        "empty signature": payload + ".",
        "truncated": good[:-2],
        "upper case": f"{payload}.{signature.upper()}",
        "swapped": f"{other_payload}.{signature}",
        "empty secret": sign("", claim()),
        "rubbish": "x.y",
        "alg none": payload + "." + "0" * 64,
    }


@pytest.mark.parametrize("name", forgeries("a", "b"))
def test_forged_identities(desk: ChatDesk, box: str, secret: str, name: str) -> None:
    other = desk.channel.identity_secret(desk.box()).result(90)
    with desk.visitor(box, identity=forgeries(secret, other)[name]) as eve:
        assert eve.welcome["known"] == {"name": "", "email": "", "verified": False}
        assert eve.say("Soy Carmen")["t"] == "said"
    chat = desk.ask(GetChat(desk.rows()[0].id))
    assert chat is not None
    assert not chat.visitor.verified


def test_without_a_secret_no_signature_is_good(desk: ChatDesk, box: str) -> None:
    for secret in ("", "None", box, secret_name(box)):
        with desk.visitor(box, identity=sign(secret, claim())) as eve:
            assert not eve.welcome["known"]["verified"]


def test_a_renewed_secret_ends_the_old_one(desk: ChatDesk, box: str, secret: str) -> None:
    fresh = desk.channel.identity_secret(box, renew=True).result(90)
    assert fresh != secret
    with desk.visitor(box, identity=sign(secret, claim())) as eve:
        assert not eve.welcome["known"]["verified"]
    with desk.visitor(box, identity=sign(fresh, claim())) as carmen:
        assert carmen.welcome["known"]["verified"]


# Storms ------------------------------------------------------------------------------------------------------------


STORM = 10_000


def test_a_storm_leaves_the_desk_to_its_people(desk: ChatDesk, box: str) -> None:
    """10,000 requests: constant answers, no command, hardly a read, and a visitor elsewhere is served."""
    before = desk.desk.authority.seq
    asked = [0]
    ask = desk.desk.authority.query

    def count(*args: Any) -> Any:
        asked[0] += 1
        return ask(*args)

    desk.desk.authority.query = count  # type: ignore[method-assign]
    words = [sys.executable, "-m", "tests.support.storm", str(desk.port), box, str(STORM)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as storm:
        with desk.visitor(box, address="127.0.0.8") as carmen:
            said = [carmen.say(f"m{n}")["t"] for n in range(5)]
        answers = json.loads(storm.communicate(timeout=120)[0])
    assert said == ["said"] * 5
    assert sum(answers.values()) == STORM
    assert answers.keys() == {'403 {"code":"file_refused"}', '404 {"code":"file_refused"}'}
    assert desk.desk.authority.seq - before < 20
    assert asked[0] < 300


def test_a_storm_of_sockets(desk: ChatDesk, box: str) -> None:
    """Greetings without end from one address: a part is answered, nobody else notices."""
    served = refused = 0
    for _ in range(400):
        try:
            with desk.visitor(box, address="127.0.0.6"):
                served += 1
        except (Closed, InvalidStatus):
            refused += 1
    assert refused > 0
    assert limits.HELLOS[0] <= served < 400
    with desk.visitor(box) as carmen:
        assert carmen.say("Hola")["t"] == "said"
