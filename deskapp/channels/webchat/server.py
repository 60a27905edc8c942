"""The server itself: a socket of the interface that was chosen, and uvicorn on it."""

import asyncio
import errno
import logging
import socket
import sys
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from deskapp.channels.webchat.app import ChatApp
from deskapp.channels.webchat.limits import FRAME_BYTES, SOCKETS

log = logging.getLogger(__name__)

HEAD_BYTES: Final = 16 * 1024
"""Of a request's line and headers."""
HEAD_S: Final = 10.0
"""Until they are complete."""
STOP_S: Final = 1
"""Commands that were being committed are finished in this time, or answered after the next start."""
CONNECTIONS: Final = SOCKETS + 500
PING_S: Final = 20.0
SPARE_FILES: Final = 512
"""Descriptors that the rest of the program keeps."""


class BindError(Exception):
    """`code`: port_taken, no_address, failed."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


class _Guarded(HttpToolsProtocol):
    """A request's head is short and comes soon; who sends it slowly or for ever is cut off."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since: float | None = None
        self._head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.since = self.loop.time()
        if len(self.connections) > CONNECTIONS:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        self._head += len(data)
        super().data_received(data)
        if self.since is not None and self._head > HEAD_BYTES:
            self.transport.abort()

    def on_message_begin(self) -> None:
        self._head, self.since = 0, self.since or self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self.since = None
        super().on_headers_complete()


class ChatServer:
    """Serves `app` on the running loop, from `start` to `stop`."""

    def __init__(self, app: ChatApp, host: str, port: int) -> None:
        """Raises BindError."""
        _allow_many_sockets()
        self._socket = _bind(host, port)
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # strangers' mistakes, without end
        config = uvicorn.Config(
            app,
            http=_Guarded,
            ws="websockets-sansio",
            ws_max_size=FRAME_BYTES,
            ws_ping_interval=PING_S,
            ws_ping_timeout=PING_S,
            ws_per_message_deflate=False,
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_S,
        )
        self._server = uvicorn.Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Raises BindError when the server ends before it listens."""
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started:
            if self._task.done():
                raise BindError("failed", str(self._task.exception() or ""))
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Close all sockets (1012: it is restarted) and let what is being committed be finished."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task

    def drop_slow(self) -> None:
        """Cut off those who do not come to the end of their request's head."""
        now = asyncio.get_running_loop().time()
        for connection in tuple(self._server.server_state.connections):
            if isinstance(connection, _Guarded) and now - (connection.since or now) > HEAD_S:
                connection.transport.abort()


def _bind(host: str, port: int) -> socket.socket:
    # With its protocol named: asyncio turns Nagle's delay of small packets off only then.
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(512)
    except OSError as error:
        found.close()
        codes = {errno.EADDRINUSE: "port_taken", errno.EADDRNOTAVAIL: "no_address"}
        raise BindError(codes.get(error.errno or 0, "failed"), str(error)) from None
    return found


def _allow_many_sockets() -> None:
    """As many descriptors as the sockets need, where the system lets us."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def network_address() -> str:
    """This computer's address in its network; empty when it has none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: nobody's
        except OSError:
            return ""
        return str(probe.getsockname()[0])
