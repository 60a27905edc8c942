"""Files of a chat over HTTP, the served pages, and the test whether the desk can be reached."""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import trustme

from deskapp.channels.webchat import limits
from deskapp.core import ports
from deskapp.core.commands.messages import AttachmentRef, SendReply
from deskapp.core.policies.chat_box import FILE_BYTES
from deskapp.core.queries.tickets import GetConversation
from deskapp.models.enums import AgentState
from tests.support.waiting import wait_for
from tests.support.webchat_desk import SITE, ChatDesk, Visitor, new_token, open_chat_desk

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 500
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ChatDesk]:
    with open_chat_desk(tmp_path / "desk") as rig:
        rig.be(AgentState.ONLINE)
        yield rig


@pytest.fixture
def box(desk: ChatDesk) -> str:
    return desk.box()


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers = response.status, response.headers
        self.body = response.read()

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


def ask(
    desk: ChatDesk,
    method: str,
    path: str,
    body: bytes | Iterator[bytes] | None = None,
    **headers: str,
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=75)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(
            method, path, body, names, encode_chunked=not isinstance(body, bytes | None)
        )
        return Answer(connection.getresponse())
    finally:
        connection.close()


def upload(
    desk: ChatDesk,
    visitor: Visitor,
    data: bytes = PNG,
    name: str = "taza.png",
    mime: str = "image/png",
    **headers: str,
) -> Answer:
    usual = {
        "Authorization": f"Chat {visitor.box} {visitor.token}",
        "Origin": SITE,
        "Content_Type": mime,
        "X_File_Name": quote(name),
    }
    return ask(desk, "POST", "/files", data, **(usual | headers))


def download(desk: ChatDesk, visitor: Visitor, uid: str, **headers: str) -> Answer:
    usual = {"Authorization": f"Chat {visitor.box} {visitor.token}", "Origin": SITE}
    return ask(desk, "GET", f"/files/{uid}", **(usual | headers))


def the_chat(desk: ChatDesk) -> str:
    (row,) = desk.rows()
    return row.id


def test_a_file_goes_to_the_desk_and_back(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen:
        answer = upload(desk, carmen, name="foto de la taza ñ.png")
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == SITE
        file = answer.json
        assert (file["name"], file["mime"], file["size"]) == (
            "foto de la taza ñ.png", "image/png", len(PNG),
        )  # fmt: skip
        assert carmen.say("", files=[file["id"]])["t"] == "said"
        (message,) = desk.messages(the_chat(desk))
        (kept,) = message.attachments
        assert (kept.filename, kept.size) == ("foto de la taza ñ.png", len(PNG))
        assert desk.desk.blobs.get(kept.sha256) == PNG
        back = download(desk, carmen, kept.id)
        assert (back.status, back.body) == (200, PNG)
        assert back.headers["Content-Type"] == "image/png"
        assert back.headers["Content-Disposition"].startswith("attachment;")
        assert back.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert back.headers["X-Content-Type-Options"] == "nosniff"
        assert back.headers["Cache-Control"] == "private, no-store"


def test_an_agents_file_reaches_the_page(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen:
        carmen.say("Hola")
        ticket = the_chat(desk)
        data = b"%PDF-1.4 " + b"x" * 300_000
        ref = AttachmentRef(
            desk.new(), "../factura\r\nX: y.pdf", "text/html", len(data), desk.desk.blobs.put(data)
        )
        order = desk.ask(GetConversation(ticket)).last_order
        desk.do(
            SendReply(
                ticket_id=ticket, message_id=desk.new(), body="La factura", seen_order=order,
                attachments=(ref,), hold_ms=0,
            )
        )  # fmt: skip
        (file,) = carmen.next("message")["message"]["files"]
        assert file["name"] == "factura X: y.pdf"
        answer = download(desk, carmen, file["id"])
        assert answer.body == data
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert "X" not in answer.headers


@pytest.mark.parametrize(
    ("data", "mime"),
    [(SVG, "image/svg+xml"), (SVG, "image/png"), (b"<html><script>x</script>", "text/html")],
)
def test_nothing_that_runs_has_a_type(desk: ChatDesk, box: str, data: bytes, mime: str) -> None:
    with desk.visitor(box) as eve:
        file = upload(desk, eve, data, "x.svg", mime).json
        assert file["mime"] == "application/octet-stream"
        eve.say("mire", files=[file["id"]])
        answer = download(desk, eve, file["id"])
        assert answer.headers["Content-Type"] == "application/octet-stream"


def test_a_message_with_a_file_may_come_again(desk: ChatDesk, box: str) -> None:
    uid, token = "ab" * 16, new_token()
    with desk.visitor(box, token) as carmen:
        file = upload(desk, carmen).json["id"]
        said = carmen.say("Mire", uid, files=[file])
        assert carmen.say("Mire", uid, files=[file]) == said
        desk.channel._hub.uploads.__init__(lambda: 0.0)  # type: ignore[misc]  # as after a restart
        assert carmen.say("Mire", uid, files=[file]) == said
        assert carmen.say("Mire", "cd" * 16, files=[file])["code"] == "file_refused"
    assert len(desk.messages(the_chat(desk))) == 1


def test_a_file_is_its_visitors_alone(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen, desk.visitor(box) as eve:
        file = upload(desk, carmen).json["id"]
        assert eve.say("mío", files=[file])["code"] == "file_refused"
        assert carmen.say("Mire", files=[file])["t"] == "said"
        eve.say("Hola")
        assert download(desk, eve, file).status == 404
        assert download(desk, carmen, file, Authorization="").status == 404
        assert download(desk, carmen, file, Origin="http://evil.test").status == 404
        assert download(desk, carmen, "0" * 32).status == 404
        assert download(desk, carmen, file).status == 200
    assert (
        download(desk, carmen, file).status == 200
    )  # the page is closed, the browser has the token


def test_a_note_s_file_is_not_the_visitors(desk: ChatDesk, box: str) -> None:
    from deskapp.core.commands.messages import AddNote

    with desk.visitor(box) as carmen:
        carmen.say("Hola")
        ref = AttachmentRef(desk.new(), "x.txt", "text/plain", 6, desk.desk.blobs.put(b"secret"))
        note = AddNote(
            ticket_id=the_chat(desk), message_id=desk.new(), body="x", attachments=(ref,)
        )
        desk.do(note)
        assert download(desk, carmen, ref.id).status == 404


def refusals() -> dict[str, dict[str, str]]:
    return {
        "no word": {"Authorization": ""},
        "another scheme": {"Authorization": "Bearer x"},
        "unknown token": {"Authorization": f"Chat {'0' * 32} {'0' * 64}"},
        "no origin": {"Origin": ""},
        "null": {"Origin": "null"},
        "foreign": {"Origin": "http://evil.test"},
    }


@pytest.mark.parametrize("name", refusals())
def test_strangers_upload_nothing(desk: ChatDesk, box: str, name: str) -> None:
    with desk.visitor(box) as carmen:
        answer = upload(desk, carmen, **refusals()[name])
        assert answer.status == 403
    assert not [path for path in desk.desk.profile.blobs.rglob("*") if path.is_file()]


def test_only_an_open_page_uploads(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen:
        pass
    wait_for(lambda: upload(desk, carmen).status == 403, "the page to be closed")
    with desk.visitor(desk.box(files=False)) as carmen:
        assert upload(desk, carmen).status == 403


def test_a_file_has_a_size(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen:
        assert upload(desk, carmen, b"").status == 413
        assert upload(desk, carmen, b"x" * (FILE_BYTES + 1)).status == 413
        headers = {"Authorization": f"Chat {box} {carmen.token}", "Origin": SITE}
        parts = (b"x" * 1_000_000 for _ in range(11))
        answer = ask(desk, "POST", "/files", parts, Transfer_Encoding="chunked", **headers)
        assert answer.status == 413
        assert upload(desk, carmen, b"x" * FILE_BYTES).status == 200


def test_uploads_have_a_pace(desk: ChatDesk, box: str) -> None:
    with desk.visitor(box) as carmen:
        answers = [upload(desk, carmen, b"%d" % n) for n in range(int(limits.UPLOADS[0]) + 2)]
    assert [answer.status for answer in answers] == [200] * 20 + [429] * 2
    assert answers[-1].json["code"] == "slow_down"
    assert answers[-1].json["retry_ms"] > 0


def test_preflight(desk: ChatDesk, box: str) -> None:
    for path in ("/files", "/files/" + "0" * 32):
        answer = ask(desk, "OPTIONS", path, Origin=SITE, Access_Control_Request_Method="POST")
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == SITE
        assert "X-File-Name" in answer.headers["Access-Control-Allow-Headers"]
        foreign = ask(desk, "OPTIONS", path, Origin="http://evil.test")
        assert foreign.status == 403
        assert "Access-Control-Allow-Origin" not in foreign.headers


# Pages -------------------------------------------------------------------------------------------------------------


def test_the_widget_is_served(desk: ChatDesk, box: str) -> None:
    answer = ask(desk, "GET", "/widget.js")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = ask(desk, "GET", "/widget.js", If_None_Match=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


def test_the_test_page_has_the_box_on_it(desk: ChatDesk) -> None:
    box = desk.box("<img src=x onerror=alert(1)>")
    url = desk.channel.test_page(box)
    answer = ask(desk, "GET", url.removeprefix(desk.url))
    assert answer.status == 200
    assert box.encode() in answer.body
    assert b"<img" not in answer.body
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_snippet_names_the_desk(desk: ChatDesk, box: str) -> None:
    assert f'data-desk="{desk.url}"' in desk.channel.snippet(box, public=False)
    assert desk.channel.snippet(box, public=True) == ""
    desk.set("chat.public_url", "https://chat.shop.test/")
    wait_for(lambda: desk.channel.snippet(box, public=True), "the public address")
    assert 'src="https://chat.shop.test/widget.js"' in desk.channel.snippet(box, public=True)


# Reach -------------------------------------------------------------------------------------------------------------


def steps(desk: ChatDesk, url: str) -> list[tuple[str, str]]:
    """(name, code) of each step; the code of one that passed is empty."""
    told: list[ports.TestStep] = []
    found = desk.channel.test_reach(url, told.append).result(90)
    assert tuple(told) == found
    assert all(step.ok == (step.code == "") for step in found)
    return [(step.name, step.code) for step in found]


PASSED = [("address", ""), ("resolve", ""), ("connect", "")]


def test_the_desk_reaches_itself(desk: ChatDesk, box: str) -> None:
    assert steps(desk, desk.url) == [*PASSED, ("answer", ""), ("websocket", "")]
    assert steps(desk, desk.url + "/") == [*PASSED, ("answer", ""), ("websocket", "")]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "address_invalid"),
        ("chat.shop.test", "address_invalid"),
        ("ftp://chat.shop.test", "address_invalid"),
        ("https://user@chat.shop.test", "address_invalid"),
        ("https://[broken", "address_invalid"),
        ("http://chat.shop.test", "not_https"),
    ],
)
def test_an_address_that_cannot_be(desk: ChatDesk, box: str, url: str, code: str) -> None:
    assert steps(desk, url) == [("address", code)]


def test_where_nobody_is(desk: ChatDesk, box: str) -> None:
    assert steps(desk, "https://nobody.invalid")[-1] == ("resolve", "name_unknown")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert steps(desk, f"http://127.0.0.1:{port}")[-1] == ("connect", "refused")
    assert steps(desk, desk.url.replace("http", "https"))[-1] == ("tls", "no_tls")


@contextmanager
def proxy(desk: ChatDesk, *, upgrade: bool, own: bool = True) -> Iterator[tuple[int, trustme.CA]]:
    """TLS before the desk, as a reverse proxy does it; it may lose the upgrade, or be somebody else's."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    server = socket.create_server(("127.0.0.1", 0))
    port: int = server.getsockname()[1]

    def serve() -> None:
        while True:
            try:
                raw, _ = server.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(raw, server_side=True) as outside:
                    one(outside)
            except OSError:
                continue

    def one(outside: ssl.SSLSocket) -> None:
        request = outside.recv(65_536)
        if not own:
            outside.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            return
        if not upgrade:
            request = request.replace(b"Upgrade: websocket\r\n", b"")
        with socket.create_connection(("127.0.0.1", desk.port)) as inside:
            inside.sendall(request)
            answer = inside.recv(65_536)
            while answer.startswith(b"HTTP/1.1 200") and not answer.partition(b"\r\n\r\n")[2]:
                answer += inside.recv(65_536)
            outside.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield port, authority
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def trust(authority: trustme.CA, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


def test_a_proxy_with_tls(
    desk: ChatDesk, box: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy(desk, upgrade=True) as (port, authority):
        url = f"https://localhost:{port}"
        assert steps(desk, url)[-1] == ("tls", "certificate")
        trust(authority, tmp_path / "ca.pem", monkeypatch)
        secure = [*PASSED, ("tls", ""), ("answer", "")]
        assert steps(desk, url) == [*secure, ("websocket", "")]
    with proxy(desk, upgrade=False) as (port, authority):
        trust(authority, tmp_path / "ca.pem", monkeypatch)
        assert steps(desk, f"https://localhost:{port}") == [*secure, ("websocket", "no_upgrade")]
    with proxy(desk, upgrade=True, own=False) as (port, authority):
        trust(authority, tmp_path / "ca.pem", monkeypatch)
        assert steps(desk, f"https://localhost:{port}")[-1] == ("answer", "other_desk")
