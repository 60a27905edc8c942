"""Servers of tests, on the loopback. When one ends, so does every connection that it took, and all of its threads.

A browser opens connections ahead and says nothing on them: whoever serves one waits for its first word until
somebody hangs up.
"""

import contextlib
import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve


class Listening(socket.socket):
    """A socket that listens. To close it is to hang up on all who called."""

    def __init__(self) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self._taken: list[socket.socket] = []
        self._over = False

    def accept(self) -> tuple[socket.socket, Any]:
        connection, address = super().accept()
        self._taken.append(connection)
        if self._over:  # it was taken while the others were hung up
            _hang_up(connection)
        return connection, address

    def close(self) -> None:
        super().close()
        self._over = True
        for connection in list(self._taken):
            _hang_up(connection)


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is closed already
        connection.shutdown(socket.SHUT_RDWR)


class Answers(BaseHTTPRequestHandler):
    """What an HTTP server says, by `do_GET` and the like. It keeps no log."""

    def log_message(self, *_: object) -> None:
        pass


class _Web(ThreadingHTTPServer):
    daemon_threads = False  # so that to close it is to wait for them

    def __init__(self, port: int, handler: type[Answers]) -> None:
        super().__init__(("127.0.0.1", port), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = Listening()
        try:
            self.server_bind()
            self.server_activate()
        except OSError:
            self.server_close()
            raise

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up within an answer is no error; all else fails the test."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):
            logging.getLogger(__name__).error("an answer failed", exc_info=error)


@contextmanager
def web_server(handler: type[Answers], port: int = 0) -> Iterator[int]:
    """Serve HTTP, each connection in a thread of its own, until the end of the block. Yields the port.

    `port` 0 is a free one. Raises OSError when the port is taken.
    """
    server = _Web(port, handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="web server")
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def websocket_server(talk: Callable[[ServerConnection], None]) -> Iterator[int]:
    """Let `talk` answer every WebSocket, each in a thread of its own, until the end of the block. Yields the port."""

    def answer(connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            talk(connection)

    listening = Listening()
    listening.bind(("127.0.0.1", 0))
    port: int = listening.getsockname()[1]
    listening.listen()
    with serve(answer, sock=listening) as server:
        thread = threading.Thread(target=server.serve_forever, name="websocket server")
        thread.start()
        try:
            yield port
        finally:
            server.shutdown()
            thread.join()
