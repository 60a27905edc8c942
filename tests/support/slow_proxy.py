"""A wire between a client and its host that can be made slow, cut, reset, or silent in one direction or both."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PIECE = 1_460
"""A packet's worth: what is sent at once."""
TURNS_S = 0.02
"""In which the loop lets go of what was aborted."""


class SlowProxy:
    """TCP from a port of the loopback to `upstream`. Everything may be changed while it runs, from any thread.

    `latency_s` is one way; `rate` is bytes a second for each direction of each connection, 0: no limit.
    """

    def __init__(self, upstream: str) -> None:
        host, _colon, port = upstream.rpartition(":")
        self._upstream = (host, int(port))
        self.latency_s = 0.0
        self.rate = 0
        self.carried = {"up": 0, "down": 0}
        self._links: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._gates: dict[str, asyncio.Event] = {}
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._run, name="slow-proxy")
        self._ready = threading.Event()

    @property
    def address(self) -> str:
        assert self._server is not None
        return f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def connections(self) -> int:
        return len(self._links)

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(90)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(90)

    def silence(self, *ways: str) -> None:
        """Say nothing more in these directions ("up", "down"; none given: both), and close nothing."""
        self._set(ways or ("up", "down"), passes=False)

    def heal(self) -> None:
        self._set(("up", "down"), passes=True)

    def reset(self) -> None:
        """End every connection by a reset, as a router does that was restarted."""
        self._call(self._reset)

    def _set(self, ways: tuple[str, ...], *, passes: bool) -> None:
        def change() -> None:
            for way in ways:
                (self._gates[way].set if passes else self._gates[way].clear)()

        self._call(change)

    def _call(self, what: Callable[[], None]) -> None:
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (what(), done.set()))
        assert done.wait(90)

    def _reset(self) -> None:
        for pair in tuple(self._links):
            for writer in pair:
                plain = writer.get_extra_info("socket")
                linger = struct.pack("ii", 1, 0)
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                writer.transport.abort()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _listen(self) -> None:
        self._never = asyncio.Event()
        self._gates = {"up": asyncio.Event(), "down": asyncio.Event()}
        for gate in self._gates.values():
            gate.set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)

    async def _end(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._pass(TURNS_S)

    def _accept(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._carry(near, back))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            await self._gates["up"].wait()  # a silent wire does not even let a connection through
            far, on = await asyncio.open_connection(*self._upstream)
        except (OSError, asyncio.CancelledError):
            back.transport.abort()
            return
        pair = (back, on)
        self._links.add(pair)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump("up", near, on))
                both.create_task(self._pump("down", far, back))
        except* OSError:
            pass
        finally:
            self._links.discard(pair)
            for writer in pair:
                writer.transport.abort()

    async def _pass(self, seconds: float) -> None:
        if seconds > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._never.wait()

    async def _pump(
        self, way: str, source: asyncio.StreamReader, sink: asyncio.StreamWriter
    ) -> None:
        """Read into a queue in which each piece waits for its latency; the rate holds up whoever sends."""
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(64)

        async def deliver() -> None:
            while True:
                due, data = await waiting.get()
                await self._pass(due - self._loop.time())
                await self._gates[way].wait()
                if not data:
                    with contextlib.suppress(OSError):
                        sink.write_eof() if sink.can_write_eof() else sink.close()
                    return
                sink.write(data)
                self.carried[way] += len(data)
                await sink.drain()
                if self.rate:
                    await self._pass(len(data) / self.rate)

        deliveries = asyncio.create_task(deliver())
        try:
            while data := await source.read(PIECE):
                await waiting.put((self._loop.time() + self.latency_s, data))
            await waiting.put((self._loop.time() + self.latency_s, b""))
            await deliveries
        finally:
            deliveries.cancel()


@contextmanager
def slow_proxy(upstream: str) -> Iterator[SlowProxy]:
    proxy = SlowProxy(upstream)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
