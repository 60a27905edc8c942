"""One live line: a device's, or that of whoever sits at the host's own window."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from starlette.websockets import WebSocketDisconnect

from deskapp.core.policies.buckets import Bucket
from deskapp.sync.protocol import live as f
from deskapp.sync.server.push import Follower

log = logging.getLogger(__name__)


class Wire(Protocol):
    """What a line needs of a WebSocket."""

    async def receive_text(self) -> str: ...

    async def send_text(self, text: str) -> None: ...

    async def send_bytes(self, data: bytes) -> None: ...

    async def close(self, code: int) -> None: ...


@dataclass(slots=True, eq=False, kw_only=True)
class Line(Follower):
    """`told` is what it was last told of each colleague, `there` the chats whose visitor it was told of.

    `push` sends a frame of `wire.framed` at once, if the line takes more just now.
    """

    socket: Wire
    frames_left: Bucket
    push: Callable[[bytes], bool] | None = None
    look: f.Look = field(default_factory=lambda: f.Look(ticket=""))
    told: dict[str, tuple[str, bool]] = field(default_factory=dict)
    there: set[str] = field(default_factory=set)
    poked: set[str] = field(default_factory=set)
    outbox: list[str | bytes] = field(default_factory=list)
    sending: bool = False
    asked_at: float = 0.0  # when it asked who is on the site; 0: never, or long ago
    close_code: int = 0


async def hang_up(socket: Wire, code: int) -> None:
    """Send somebody away who is no line yet."""
    try:
        await socket.close(code)
    except (OSError, RuntimeError, WebSocketDisconnect):
        log.debug("it had gone before it was sent away")
