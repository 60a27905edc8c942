"""One open page of a visitor: frames in, one at a time; frames out, in order, never waited for by others."""

import logging
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any, Final

from deskapp.channels.webchat import frames as f
from deskapp.channels.webchat.limits import FRAMES, Bucket

if TYPE_CHECKING:
    from deskapp.channels.webchat.hub import Hub
    from deskapp.channels.webchat.visits import Visit

log = logging.getLogger(__name__)

Event = MutableMapping[str, Any]
RETRY_MS: Final = 3_000
OUTBOX: Final = 1_000
"""Frames that a page has not taken yet; it is let go, and asks for what it misses when it is back."""


class ChatSocket:
    """`sent_to` is the order up to which this page was sent the conversation, without a gap.

    `acks` are the visitor's messages from this page that are committed, by the browser's id: each is
    acknowledged in its place of the conversation, so that a page that knows an order has all before it.
    `asked` are those that are being committed: a read that comes upon one before its outcome is back
    acknowledges it. `in_line` are those that were told to wait until they are called.
    """

    __slots__ = (
        "_close", "_draining", "_frames", "_hub", "_outbox", "_receive", "_send",
        "acks", "address", "asked", "born", "in_line", "origin", "sent_to", "status", "visit",
    )  # fmt: skip

    def __init__(
        self,
        hub: "Hub",
        receive: Callable[[], Awaitable[Event]],
        send: Callable[[Event], Awaitable[None]],
        *,
        address: str,
        origin: str,
    ) -> None:
        self._hub, self._receive, self._send = hub, receive, send
        self._outbox: deque[str] = deque()
        self._draining = False
        self._close = 0
        self.born = hub.monotonic()
        self._frames = Bucket(FRAMES, self.born)
        self.address, self.origin = address, origin
        self.visit: Visit | None = None
        self.sent_to = 0
        self.status = ""
        self.acks: dict[str, f.Said] = {}
        self.asked: set[str] = set()
        self.in_line: set[str] = set()

    async def run(self) -> None:
        """Until either side closes."""
        await self._receive()  # websocket.connect
        await self._send({"type": "websocket.accept"})
        refused = self._hub.admit(self)
        if refused:
            self.close(refused)
        try:
            while (event := await self._receive())["type"] != "websocket.disconnect":
                if not self._close:
                    await self._take(event.get("text"))
        finally:
            self._close = self._close or 1
            self._hub.leave(self)

    async def _take(self, text: str | None) -> None:
        if self._frames.wait(self._hub.monotonic()) or text is None:
            self.close(f.CLOSED_BAD_FRAME)
            return
        try:
            frame = f.decode(text)
        except ValueError:
            self.close(f.CLOSED_BAD_FRAME)
            return
        if isinstance(frame, f.Hello) != (self.visit is None):
            self.close(f.CLOSED_BAD_FRAME)
            return
        try:
            await self._hub.handle(self, frame)
        except Exception:
            log.exception("a visitor's %s could not be handled", type(frame).__name__)
            if isinstance(frame, f.Hello):
                self.close(f.CLOSED_FAILED)
            else:
                uid = frame.id if isinstance(frame, f.Say) else ""
                self.push(f.encode(f.Error("try_later", uid, RETRY_MS)))

    # Out ------------------------------------------------------------------------------------------------------------

    @property
    def closing(self) -> bool:
        return self._close != 0

    def push(self, text: str) -> None:
        """Send an encoded frame after those before it; does not wait."""
        if self._close:
            return
        if len(self._outbox) >= OUTBOX:
            self._outbox.clear()
            self.close(f.CLOSED_BAD_FRAME)
            return
        self._outbox.append(text)
        self._start()

    def close(self, code: int) -> None:
        """After what is on its way."""
        if not self._close:
            self._close = code
            self._start()

    def _start(self) -> None:
        if not self._draining:
            self._draining = True
            self._hub.spawn(self._drain())

    async def _drain(self) -> None:
        try:
            while self._outbox:
                await self._send({"type": "websocket.send", "text": self._outbox.popleft()})
            if self._close > 1:
                await self._send({"type": "websocket.close", "code": self._close})
        except (OSError, RuntimeError):  # the page is gone; it asks again when it is back
            self._outbox.clear()
        finally:
            self._draining = False


async def refuse(receive: Any, send: Any, status: int) -> None:
    """Answer a handshake by an HTTP status."""
    await receive()
    headers = [(b"content-length", b"0")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b""})
