"""IDLE against a server that says exactly what the test wants, packet by packet."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from deskapp.channels.email import imap
from deskapp.channels.email.imap import Mailbox
from deskapp.channels.email.problems import MailProblem
from deskapp.channels.email.settings import PLAIN, Server

After = Callable[[socket.socket], None]


@contextmanager
def _server(answer_to_idle: bytes, after: After = lambda _: None) -> Iterator[int]:
    """Speaks as much IMAP as signing in, selecting and idling need."""

    def serve() -> None:
        connection, _address = listener.accept()
        idle_tag = b""
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n")
            for line in lines:
                tag, _, command = line.strip().partition(b" ")
                if tag == b"DONE":
                    connection.sendall(idle_tag + b" OK done\r\n")
                elif command.upper().startswith(b"IDLE"):
                    idle_tag = tag
                    connection.sendall(answer_to_idle)
                    after(connection)
                elif command.upper().startswith(b"CAPABILITY"):
                    connection.sendall(b"* CAPABILITY IMAP4rev1 IDLE\r\n" + tag + b" OK done\r\n")
                elif command.upper().startswith(b"LOGOUT"):
                    connection.sendall(b"* BYE\r\n" + tag + b" OK done\r\n")
                    return
                else:
                    connection.sendall(
                        b"* 1 EXISTS\r\n* OK [UIDVALIDITY 1] .\r\n* OK [UIDNEXT 2] .\r\n"
                        + tag
                        + b" OK [READ-ONLY] done\r\n"
                    )

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            thread.join()


def _idle(port: int, seconds: float, wake: bool = False) -> tuple[bool, float]:
    """Whether there was news, and after how many seconds."""
    woken, waker = socket.socketpair()
    with woken, waker, Mailbox.connect(Server("127.0.0.1", port, PLAIN)) as mailbox:
        mailbox.login("a", "b")
        mailbox.select("INBOX", writable=False)
        if wake:
            waker.send(b"!")
        begin = time.monotonic()
        news = mailbox.idle(seconds, woken)
        return news, time.monotonic() - begin


def test_news_in_the_same_packet_is_heard() -> None:
    """The mail came between the last look and IDLE: the server says so at once, and never again."""
    with _server(b"+ idling\r\n* 2 EXISTS\r\n") as port:
        news, seconds = _idle(port, 20)
    assert news
    assert seconds < 2


def test_news_that_comes_later_is_heard() -> None:
    with _server(b"+ idling\r\n", lambda c: c.sendall(b"* 2 EXISTS\r\n")) as port:
        news, seconds = _idle(port, 20)
    assert news
    assert seconds < 2


def test_quiet_is_quiet() -> None:
    with _server(b"+ idling\r\n") as port:
        news, seconds = _idle(port, 0.3)
    assert not news
    assert 0.2 < seconds < 2


def test_it_can_be_woken() -> None:
    with _server(b"+ idling\r\n") as port:
        news, seconds = _idle(port, 20, wake=True)
    assert not news
    assert seconds < 2


def test_the_end_of_the_connection_is_a_problem() -> None:
    with (
        _server(b"+ idling\r\n", lambda c: c.shutdown(socket.SHUT_RDWR)) as port,
        pytest.raises(MailProblem) as problem,
    ):
        _idle(port, 20)
    assert problem.value.code == "disconnected"


def test_a_server_that_does_not_end_idle_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "PROBE_SECONDS", 0.3)
    with (
        _server(b"+ idling\r\n", _swallow) as port,
        pytest.raises(MailProblem) as problem,
    ):
        _idle(port, 0.1)
    assert problem.value.code == "timeout"


def _swallow(connection: socket.socket) -> None:
    """Answer nothing more, until the other end has had enough."""
    with suppress(OSError):
        while connection.recv(4096):
            continue
