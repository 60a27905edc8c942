"""A WebSocket that takes a frame as it goes over the line: what hundreds are sent is framed once, and goes past ASGI,
which would take longer for each of them than the encryption does."""

from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

PUSH: Final = "push"
"""Under this name `LiveProtocol.push` is in the state of the ASGI scope."""


def framed(data: bytes) -> bytes:
    """A binary message as a host sends it."""
    return Frame(Opcode.BINARY, data).serialize(mask=False)


class LiveProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, with a second way out."""

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["state"][PUSH] = self.push

    def push(self, frame: bytes) -> bool:
        """Send it if the line takes more just now; from the loop. After what was sent the usual way before."""
        ready = (
            self.handshake_complete
            and not self.close_sent
            and self.writable.is_set()
            and not self.transport.is_closing()
        )
        if ready:
            self.transport.write(frame)
        return ready
