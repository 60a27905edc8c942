"""Remote images are fetched from public machines only, and only images, and only so much."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from typing import BinaryIO

import pytest

from deskapp.channels.email import remote_images
from deskapp.channels.email.remote_images import fetch_images, is_public
from tests.support.local_server import Answers, web_server

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


class Blobs:
    """As much of a blob store as is needed here."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def put(self, data: bytes) -> str:
        self.kept.append(data)
        return hashlib.sha256(data).hexdigest()

    def put_many(self, items: object) -> list[str]:
        raise AssertionError

    def get(self, sha256: str) -> bytes:
        raise AssertionError

    def open(self, sha256: str) -> BinaryIO:
        raise AssertionError

    def size(self, sha256: str) -> int:
        raise AssertionError

    def exists(self, sha256: str) -> bool:
        raise AssertionError


Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def _web(answers: dict[str, Answer]) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(Answers):
        def do_GET(self) -> None:
            asked.append(self.path)
            answers[self.path](self)

    with web_server(Handler) as port:
        yield f"http://127.0.0.1:{port}", asked


def _body(data: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def _anywhere(_ip: object, _port: int) -> bool:
    return True


@pytest.mark.parametrize(
    "address",
    """127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 224.0.0.1
    255.255.255.255 198.18.0.1 192.0.2.1 ::1 :: fe80::1 fc00::1 ff02::1 ::ffff:127.0.0.1
    ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 2001:0:7f00:1::1 ::127.0.0.1 fec0::1""".split(),
)
def test_private_addresses(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))


def test_loopback_is_never_asked() -> None:
    with _web({"/a": _body(PNG)}) as (base, asked):
        port = base.rpartition(":")[2]
        forms = (
            "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]",
            "[::ffff:127.0.0.1]", "0", "127.0.0.1.", "user@127.0.0.1", "１２７.0.0.1",
        )  # fmt: skip
        urls = [f"http://{form}:{port}/a" for form in forms]
        found = fetch_images(urls, Blobs())
    assert [sha for _url, sha in found] == [""] * len(urls)
    assert not asked


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://1.1.1.1/a.png",
        "gopher://1.1.1.1/",
        "//1.1.1.1/a.png",
        "http://",
        "http:///a",
        "http://[",
        "http://1.1.1.1:99999/",
        "http://1.1.1.1:22/",
        "http://a\r\nb/",
        "",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
    ],
)
def test_other_addresses_are_not_fetched(url: str) -> None:
    assert fetch_images([url], Blobs()) == ((url, ""),)


def test_an_image_comes() -> None:
    blobs = Blobs()
    with _web({"/a%20b?x=1": _body(PNG)}) as (base, _asked):
        ((_url, sha),) = fetch_images([f"{base}/a b?x=1"], blobs, _anywhere)
    assert blobs.kept == [PNG]
    assert sha == hashlib.sha256(PNG).hexdigest()


def test_only_images_are_kept() -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    answers = {
        "/svg": _body(svg, Content_Type="image/svg+xml"),
        "/html": _body(b"<html>", Content_Type="image/png"),
        "/none": _body(b""),
        "/missing": _body(PNG, 404),
    }
    with _web(answers) as (base, _asked):
        found = fetch_images([base + path for path in answers], Blobs(), _anywhere)
    assert [sha for _url, sha in found] == [""] * 4


def test_a_redirect_is_checked_like_any_address() -> None:
    with _web({"/secret": _body(PNG)}) as (inside, asked):
        inside_port = int(inside.rpartition(":")[2])
        answers = {
            "/to": _body(b"", 302, Location=f"{inside}/secret"),
            "/file": _body(b"", 302, Location="file:///etc/passwd"),
            "/loop": _body(b"", 302, Location="/loop"),
            "/good": _body(b"", 307, Location="/image"),
            "/image": _body(PNG),
        }
        with _web(answers) as (base, _asked):
            urls = [base + path for path in ("/to", "/file", "/loop", "/good")]
            found = fetch_images(urls, Blobs(), lambda _ip, port: port != inside_port)
    assert [bool(sha) for _url, sha in found] == [False, False, False, True]
    assert not asked


def test_too_large_is_refused_with_and_without_a_word_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remote_images, "MAX_BYTES", 1000)
    big = PNG + b"x" * 5000
    answers = {"/told": _body(big, Content_Length=str(len(big))), "/untold": _body(big)}
    with _web(answers) as (base, _asked):
        found = fetch_images([base + path for path in answers], Blobs(), _anywhere)
    assert [sha for _url, sha in found] == ["", ""]


def test_a_server_that_drips_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_images, "SECONDS", 0.4)
    done = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for byte in PNG * 10:
            if done.wait(0.05):
                return
            try:
                handler.wfile.write(bytes([byte]))
            except OSError:
                return

    with _web({"/drip": drip}) as (base, _asked):
        found = fetch_images([f"{base}/drip"], Blobs(), _anywhere)
        done.set()
    assert found == ((f"{base}/drip", ""),)
