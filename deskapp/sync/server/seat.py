"""The person at the host's own window, among the team: a line to the hub that never leaves the process."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

import msgspec

from deskapp.core.ports import Inspection, Seen, TeamNews, Unsent
from deskapp.sync.protocol import live as f

log = logging.getLogger(__name__)

_frame = msgspec.json.Decoder(f.HostFrame)


class HostSeat:
    """A `core.ports.TeamLink`. Nothing waits here: the desk is at hand.

    It outlives the server, which is switched on and off: `fresh` is a `line.Wire` for the next one.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: dict[int, Callable[[TeamNews], None]] = {}
        self._there: dict[str, Seen] = {}
        self._look = f.Look(ticket="")
        self._wire: SeatWire | None = None

    def fresh(self) -> "SeatWire":
        """On the server's loop."""
        self._wire = SeatWire(self._heard, self._gone, self._look)
        return self._wire

    # core.ports.TeamLink ---------------------------------------------------------------------------------------

    def subscribe(self, callback: Callable[[TeamNews], None]) -> Callable[[], None]:
        key = id(callback)  # it is kept, so no other has it meanwhile
        with self._lock:
            self._subscribers[key] = callback

        def leave() -> None:
            with self._lock:
                self._subscribers.pop(key, None)

        return leave

    def unsent(self) -> tuple[Unsent, ...]:
        return ()

    def retry(self, command_id: str) -> None:
        """Nothing is refused later than at once."""

    def discard(self, command_id: str) -> None:
        """Nothing waits."""

    def sync_now(self) -> None:
        """The desk is here."""

    def look_at(self, ticket_id: str, typing: bool = False) -> None:
        self._look = f.Look(ticket=ticket_id, typing=typing)
        wire = self._wire
        if wire is not None:
            wire.say(self._look)

    def seen(self, ticket_id: str) -> tuple[Seen, ...]:
        with self._lock:
            return tuple(one for one in self._there.values() if one.ticket_id == ticket_id)

    def kept_days(self) -> int:
        return 0

    def keep_days(self, days: int) -> None:
        """All of the desk is here."""

    def inspect(self) -> "Future[Inspection]":
        found: Future[Inspection] = Future()
        with self._lock:
            found.set_result(Inspection(there=tuple(self._there.values())))
        return found

    # What the hub says -----------------------------------------------------------------------------------------

    def _heard(self, frame: f.HostFrame) -> None:
        if not isinstance(frame, f.SeenFrame):
            return
        seen = Seen(frame.agent, frame.ticket, frame.typing)
        with self._lock:
            if frame.ticket:
                self._there[frame.agent] = seen
            else:
                self._there.pop(frame.agent, None)
        self._tell(seen)

    def _gone(self, wire: "SeatWire") -> None:
        """The server has ended: nobody else is here."""
        if self._wire is wire:
            self._wire = None
        with self._lock:
            there, self._there = self._there, {}
        for agent_id in there:
            self._tell(Seen(agent_id, ""))

    def _tell(self, seen: Seen) -> None:
        with self._lock:
            subscribers = tuple(self._subscribers.values())
        for callback in subscribers:
            callback(seen)


class SeatWire:
    """One run of the server long. Of what is said faster than it is taken, the last counts."""

    def __init__(
        self,
        heard: Callable[[f.HostFrame], None],
        gone: Callable[["SeatWire"], None],
        look: f.Look,
    ) -> None:
        import asyncio  # a window that shares nothing does without

        self._heard, self._on_gone, self._look = heard, gone, look
        self._loop = asyncio.get_running_loop()
        self._moved = asyncio.Event()
        self._over = False
        if look.ticket:
            self._moved.set()

    def say(self, look: f.Look) -> None:
        """From any thread; never waits."""
        self._look = look
        try:
            self._loop.call_soon_threadsafe(self._moved.set)
        except RuntimeError:
            log.debug("the team's server has ended")

    async def receive_text(self) -> str:
        await self._moved.wait()
        self._moved.clear()
        if self._over:
            raise ConnectionAbortedError
        return msgspec.json.encode(self._look).decode()

    async def send_text(self, text: str) -> None:
        self._heard(_frame.decode(text))

    async def send_bytes(self, data: bytes) -> None:
        """News of rows: this window reads the desk itself."""

    async def close(self, code: int) -> None:
        """Of the hub: it ends, or this agent may no longer be here."""
        log.debug("the host's own window is alone: %d", code)
        self._over = True
        self._moved.set()
        self._on_gone(self)
