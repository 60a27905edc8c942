"""Machines of a team by the hundred, as their host sees them: TLS, the live line, exchanges; no rows are kept."""

import asyncio
import contextlib
import random
import ssl
import time
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from deskapp.core.api import Command
from deskapp.core.commands.registry import encode_command
from deskapp.sync.client.live import SOON_S
from deskapp.sync.protocol import live as frames
from deskapp.sync.protocol.messages import VERSION, SyncRequest, WireCommand, WireResult
from deskapp.system.clock import SystemIds
from tests.support.crowd import pace

LINE_BYTES = 64 * 1024 * 1024
HOST = "127.0.0.1"
IDS = SystemIds()
SENT = " @"
"""What stands in a message before the time at which it was sent (perf_counter)."""


class Table(msgspec.Struct):
    entity: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class Told(msgspec.Struct):
    """What a machine without rows has to know of a `SyncAnswer`."""

    scopes: tuple[str, ...] = ()
    cursors: dict[str, int] = {}
    results: tuple[WireResult, ...] = ()
    tables: tuple[Table, ...] = ()
    more: bool = False
    code: str = ""
    retry_ms: int = 0


class Step(msgspec.Struct):
    """What it has to know of a part of news."""

    scope: str
    since: int
    cursor: int
    tables: tuple[Table, ...] = ()


class Heard(msgspec.Struct):
    """What it has to know of a host's frame."""

    t: str
    parts: tuple[Step, ...] = ()


Words = list[tuple[str, int, float]]
"""Of messages that say when they were sent: id, its last digits as a number, and that time (perf_counter)."""


@lru_cache(8)
def heard(frame: str | bytes) -> tuple[Heard, Words]:
    """All are sent the same, and this process is all of them: read once."""
    text = zlib.decompress(frame) if isinstance(frame, bytes) else frame
    told = msgspec.json.decode(text, type=Heard)
    return told, words_in(table for part in told.parts for table in part.tables)


def words_in(tables: Iterable[Table]) -> Words:
    found: Words = []
    for table in tables:
        if table.entity == "message":
            body = table.columns.index("body") + 1  # the id is before
            said = ((row[0], str(row[body]).rpartition(SENT)) for row in table.rows)
            found += [(uid, int(uid[-8:], 16), float(at)) for uid, (_, mark, at) in said if mark]
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where the host is, and how far its scopes had come before it started."""

    port: int
    epoch: str
    counts: dict[str, int]


def unpinned() -> ssl.SSLContext:
    """What a certificate is worth is tested elsewhere."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@dataclass
class Seat:
    """One device of an agent. `failed` counts lost lines and refusals; `pulls` and `news` what it was told by.

    Of the words of visitors it looks for its `share`: those whose id leaves that rest by the number of all seats.
    """

    place: Place
    token: str
    context: ssl.SSLContext
    share: tuple[int, int] = (0, 1)
    words: list[float] = field(default_factory=list)  # ms until each was here
    cursors: dict[str, int] = field(default_factory=dict)
    failed: int = 0
    pulls: int = 0
    news: int = 0
    _n: int = 0
    _known: set[str] = field(default_factory=set)
    _live: ClientConnection | None = None
    _lane: "tuple[asyncio.StreamReader, asyncio.StreamWriter] | None" = None
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    _poked: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: "list[asyncio.Task[None]]" = field(default_factory=list)

    async def open(self) -> None:
        """Learn the scopes, catch up, and stay in line from then on."""
        await self.catch_up()
        await self._connect()
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._follow())]

    async def _connect(self) -> None:
        self._live = await connect(
            f"wss://{HOST}:{self.place.port}/v1/live",
            ssl=self.context, compression=None, ping_interval=None, open_timeout=60,
        )  # fmt: skip
        hello = frames.LiveHello(token=self.token, version=VERSION)
        await self._live.send(msgspec.json.encode(hello).decode())
        await self._live.recv()
        await self._live.send(msgspec.json.encode(frames.Follow()).decode())

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        if self._live is not None:
            await self._live.close()
        if self._lane is not None:
            self._lane[1].close()
        self._live = self._lane = None

    async def catch_up(self) -> None:
        """Pull until there is no more."""
        while (await self.say(())).more:
            continue

    async def do(self, commands: Sequence[Command]) -> Told:
        """Have the host carry them out."""
        wires = []
        for one in commands:
            self._n += 1
            wires.append(WireCommand(id=IDS.new(), n=self._n, **encode_command(one)))
        return await self.say(wires)

    async def say(self, commands: Sequence[WireCommand]) -> Told:
        async with self._busy:
            while True:
                request = SyncRequest(
                    epoch=self.place.epoch, cursors=self.cursors, commands=tuple(commands)
                )
                told = await self._exchange(msgspec.json.encode(request))
                self.pulls += 1
                if not told.code:
                    break
                self.failed += 1
                await pace(max(told.retry_ms, 100) / 1000)
            new = {s: self.place.counts.get(s, 0) for s in told.scopes if s not in self.cursors}
            self.cursors |= new
            for scope, cursor in told.cursors.items():  # news may have come meanwhile
                self.cursors[scope] = max(cursor, self.cursors.get(scope, 0))
            self._note(words_in(told.tables))
            return msgspec.structs.replace(told, more=told.more or bool(new))

    async def _exchange(self, body: bytes) -> Told:
        if self._lane is not None:
            try:
                return await self._asked(body)
            except (ConnectionError, asyncio.IncompleteReadError):  # it was idle for too long
                self._lane[1].close()
                self._lane = None
        return await self._asked(body)

    async def _asked(self, body: bytes) -> Told:
        if self._lane is None:
            self._lane = await asyncio.open_connection(
                HOST, self.place.port, ssl=self.context, limit=LINE_BYTES, ssl_handshake_timeout=60
            )
        reader, writer = self._lane
        writer.write(
            f"POST /v1/sync HTTP/1.1\r\nHost: {HOST}:{self.place.port}\r\n"
            f"Authorization: Bearer {self.token}\r\nAccept-Encoding: gzip\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await reader.readuntil(b"\r\n\r\n")).lower().decode()
        lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        data = await reader.readexactly(int(lines["content-length"]))
        if lines.get("content-encoding") == "gzip":
            data = zlib.decompress(data, wbits=31)
        return msgspec.json.decode(data, type=Told)

    async def _listen(self) -> None:
        """For ever: a line that falls is counted, and opened again."""
        while True:
            assert self._live is not None
            with contextlib.suppress(ConnectionClosed):
                async for frame in self._live:
                    told, words = heard(frame)
                    self._note(words)
                    if told.t == "poke" or not self._knows(told.parts):
                        self._poked.set()
            self.failed += 1
            await pace(random.uniform(*SOON_S))
            with contextlib.suppress(OSError, TimeoutError, WebSocketException):
                await self._connect()
                self._poked.set()

    def _note(self, words: Words) -> None:
        now, (rest, many) = time.perf_counter(), self.share
        for uid, number, sent in words:
            if number % many == rest and uid not in self._known:
                self._known.add(uid)
                self.words.append((now - sent) * 1000)

    def _knows(self, parts: Sequence[Step]) -> bool:
        """Follow them; False when something is missing before."""
        self.news += bool(parts)
        for part in parts:
            cursor = self.cursors.get(part.scope, part.cursor)
            if part.since > cursor:
                return False
            self.cursors[part.scope] = max(cursor, part.cursor)
        return True

    async def _follow(self) -> None:
        while True:
            await self._poked.wait()
            self._poked.clear()
            await self.catch_up()


def taken_words(seats: Sequence[Seat]) -> list[float]:
    """ms of the words that came since this was asked last."""
    found = [ms for seat in seats for ms in seat.words]
    for seat in seats:
        seat.words.clear()
    return found


async def seated(seats: Sequence[Seat], at_once: int = 20) -> None:
    """All of them, a few at a time."""
    gate = asyncio.Semaphore(at_once)

    async def one(seat: Seat) -> None:
        async with gate:
            await seat.open()

    await asyncio.gather(*map(one, seats))


async def left(seats: Sequence[Seat]) -> None:
    with contextlib.suppress(OSError):
        await asyncio.gather(*(seat.close() for seat in seats))
