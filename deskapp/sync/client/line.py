"""One WebSocket to the host: opened, listened to, and noticed when it is dead."""

import contextlib
import selectors
import socket
import ssl
import struct
import zlib
from collections.abc import Iterator
from typing import Final, cast

import msgspec
import websocket

from deskapp.sync.client.http import CONNECT_S, Lanes
from deskapp.sync.client.problems import HostProblem, OtherVersion, Revoked, Unreachable
from deskapp.sync.client.tls import changed, is_refusal
from deskapp.sync.protocol import live as frames

SILENT: Final = "silent"
"""Why a line fell on which nothing came back, not even the answer to a ping."""


class Line:
    """For one thread. Raises `HostProblem`s."""

    def __init__(self, line: websocket.WebSocket) -> None:
        self._line = line
        self._socket = cast("ssl.SSLSocket", line.sock)
        self._quiet = 0

    @classmethod
    def open(cls, lanes: Lanes) -> "Line":
        """At the first of the host's addresses that answers."""
        failed: HostProblem = Unreachable(reason="no address")
        for address in lanes.addresses:
            if lanes.closed.is_set():
                raise Unreachable(reason="closing")
            try:
                line = websocket.create_connection(
                    f"wss://{address}/v1/live",
                    timeout=CONNECT_S,
                    sslopt={"context": lanes.context},
                    http_no_proxy=["*"],
                    redirect_limit=0,
                    suppress_origin=True,
                )
            except (websocket.WebSocketException, OSError) as error:
                if is_refusal(error):
                    raise changed(lanes.context) from error
                status = getattr(error, "status_code", 0)
                failed = OtherVersion() if status == 426 else _lost(error)
                continue
            lanes.answered(address)
            line.settimeout(frames.PING_S)
            return cls(line)
        raise failed

    def say(self, frame: object) -> None:
        with _plainly():
            self._line.send(msgspec.json.encode(frame).decode())

    def hear(self, wake: socket.socket) -> Iterator[bytes]:
        """Each text of the host, and an empty one whenever `wake` is readable. Pings while it is quiet."""
        with _plainly(), selectors.DefaultSelector() as ready:
            ready.register(self._socket, selectors.EVENT_READ)
            ready.register(wake, selectors.EVENT_READ)
            while True:
                if self._socket.pending():
                    yield from self._frame()
                    continue
                heard = {key.fileobj for key, _events in ready.select(frames.PING_S)}
                if wake in heard:
                    yield b""
                if self._socket in heard:
                    yield from self._frame()
                if not heard:
                    self._ping()

    def close(self) -> None:
        with contextlib.suppress(websocket.WebSocketException, OSError):
            self._line.send_close()
        self._line.shutdown()  # type: ignore[no-untyped-call]

    def _ping(self) -> None:
        self._quiet += 1
        if self._quiet > 1:
            raise Unreachable(reason=SILENT)
        self._line.ping()

    def _frame(self) -> Iterator[bytes]:
        opcode, frame = self._line.recv_data_frame(control_frame=True)
        self._quiet = 0
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            raise _closed(frame.data)
        if opcode == websocket.ABNF.OPCODE_TEXT:
            yield frame.data
        elif opcode == websocket.ABNF.OPCODE_BINARY:
            yield _unpacked(frame.data)


def _unpacked(data: bytes) -> bytes:
    """Raises ValueError for what is not packed, or is too much."""
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(data, frames.NEWS_BYTES)
    except zlib.error as error:
        raise ValueError("not packed") from error
    if unpacker.unconsumed_tail:
        raise ValueError("too much")
    return plain


@contextlib.contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except HostProblem:
        raise
    except (websocket.WebSocketException, OSError, ValueError) as error:
        raise _lost(error) from error


def _lost(error: Exception) -> Unreachable:
    return Unreachable(reason=type(error).__name__)


def _closed(data: bytes) -> HostProblem:
    code = struct.unpack("!H", data[:2])[0] if len(data) >= 2 else 0
    if code == frames.REVOKED:
        return Revoked()
    if code == frames.VERSION:
        return OtherVersion()
    return Unreachable(reason=f"closed {code}")
