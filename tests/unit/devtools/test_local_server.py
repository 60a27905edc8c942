"""A server of a test ends at once, whoever is connected to it."""

import socket
import threading
import urllib.request
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection

from tests.conftest import ExpectLog
from tests.support.local_server import Answers, web_server, websocket_server


class Hello(Answers):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")


def _speechless(port: int, data: bytes = b"") -> socket.socket:
    """A client that connects, says `data` and nothing more."""
    client = socket.create_connection(("127.0.0.1", port), 60)
    client.sendall(data)
    return client


@pytest.mark.parametrize("data", [b"", b"GET / HT"], ids=["nothing", "the first letters"])
def test_who_says_nothing_more_is_hung_up_on(data: bytes) -> None:
    before = set(threading.enumerate())
    with web_server(Hello) as port:
        client = _speechless(port, data)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
            assert answer.read() == b"hello"  # the first was taken before the second
    assert not set(threading.enumerate()) - before
    with client:
        assert client.recv(1) == b""


def test_an_answer_that_fails_is_logged(expect_log: ExpectLog) -> None:
    expect_log("an answer failed")

    class Broken(Answers):
        def do_GET(self) -> None:
            raise LookupError

    with web_server(Broken) as port, _speechless(port, b"GET / HTTP/1.0\r\n\r\n") as client:
        assert client.recv(1) == b""


def test_a_port_is_taken_once_and_free_again() -> None:
    with web_server(Hello) as port, pytest.raises(OSError), web_server(Hello, port):
        raise AssertionError
    with web_server(Hello, port) as again:
        assert again == port


@pytest.mark.parametrize("data", [b"", b"GET / HT"], ids=["nothing", "the first letters"])
def test_websockets_end_too(data: bytes) -> None:
    def echo(connection: ServerConnection) -> None:
        for word in connection:
            connection.send(word)

    with ExitStack() as stack:
        with websocket_server(echo) as port:
            client = _speechless(port, data)
            talking = stack.enter_context(connect(f"ws://127.0.0.1:{port}", proxy=None))
            talking.send("hola")
            assert talking.recv(60) == "hola"
        with pytest.raises(ConnectionClosed):  # nor is who talks waited for
            talking.recv(60)
    with client:
        assert client.recv(1) == b""
