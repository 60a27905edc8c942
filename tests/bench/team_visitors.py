"""Visitors by the thousand, from a process of their own, at one rate after another.

    python -m tests.bench.team_visitors PORT BOX VISITORS

Prints a line of JSON when all are connected. Then, for each line "A_SECOND SECONDS" that it is given, they write so
many messages, and it prints what became of them when all were acknowledged. `told` is how many were to wait, `waited`
how often they were told so; who is says it again when called. A message says when it was sent, so that whoever reads
it knows how long it took.
"""

import asyncio
import contextlib
import json
import secrets
import sys
import time
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.bench.results import p95
from tests.bench.team_crowd import SENT
from tests.bench.team_desk import token_of
from tests.support.crowd import AT_ONCE, pace, visit

PATIENCE_S = 120
"""Nobody is waited for any more when so long none of all was answered."""
TICK_S = 0.01
_TYPING = json.dumps({"t": "typing", "text": "Hola, ¿hay"})


class Crowd:
    def __init__(self, pages: list[ClientConnection]) -> None:
        self._pages = pages
        self._next = 0
        self._since: dict[str, float] = {}
        self._all_answered = asyncio.Event()
        self._again: dict[str, asyncio.TimerHandle] = {}
        self._begin()

    def _begin(self) -> None:
        self._times: list[float] = []
        self._told: set[str] = set()
        self._saying: set[asyncio.Task[None]] = set()
        self._waited = self._refused = 0
        self.closed = 0

    async def listen(self, page: ClientConnection) -> None:
        try:
            async for text in page:
                await self._hear(page, json.loads(text))
        except ConnectionClosed:
            self.closed += 1

    async def _hear(self, page: ClientConnection, frame: dict[str, Any]) -> None:
        uid = frame.get("id", "")
        if uid not in self._since or frame["t"] not in ("said", "error"):
            return
        if frame["t"] == "said":
            self._times.append((time.perf_counter() - self._since.pop(uid)) * 1000)
        elif frame["code"] == "slow_down":
            self._told.add(uid)
            self._waited += 1
            self._say_later(page, uid, frame["retry_ms"])
        else:
            self._refused += 1
            self._since.pop(uid)
        if not self._since:
            self._all_answered.set()

    def _say_later(self, page: ClientConnection, uid: str, retry_ms: int) -> None:
        """As the widget does: it is said again then, and not when it was told before."""
        if uid in self._again:
            self._again.pop(uid).cancel()
        loop = asyncio.get_running_loop()
        self._again[uid] = loop.call_later(retry_ms / 1000, self._say_again, page, uid)

    def _say_again(self, page: ClientConnection, uid: str) -> None:
        del self._again[uid]
        saying = asyncio.create_task(self._send(page, _say(uid)))
        self._saying.add(saying)
        saying.add_done_callback(self._saying.discard)

    async def _send(self, page: ClientConnection, text: str) -> None:
        with contextlib.suppress(ConnectionClosed):
            await page.send(text)

    async def talk(self, rate: float, seconds: float) -> dict[str, Any]:
        """`rate` messages a second, of one chat after another, each typed before; then all are waited for."""
        self._begin()
        cpu = time.process_time()
        begin, sent = time.perf_counter(), 0
        while (passed := time.perf_counter() - begin) < seconds:
            while sent < passed * rate:
                await self._speak()
                sent += 1
            await pace(TICK_S)
        late = len(self._since)
        self._all_answered.clear()
        answered = -1
        while self._since and len(self._times) > answered:
            answered = len(self._times)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_S):
                    await self._all_answered.wait()
        return {
            "sent": sent,
            "late": late,
            "lost": len(self._since),
            "waited": self._waited,
            "told": len(self._told),
            "refused": self._refused,
            "closed": self.closed,
            "p95": p95(self._times) if self._times else 0.0,
            "cpu": time.process_time() - cpu,
        }

    async def _speak(self) -> None:
        page, uid = self._pages[self._next % len(self._pages)], secrets.token_hex(16)
        self._next += 1
        self._since[uid] = time.perf_counter()
        await page.send(_TYPING)
        await page.send(_say(uid))


def _say(uid: str) -> str:
    text = f"Hola, ¿hay tazas azules? {uid[:6]}{SENT}{time.perf_counter():.6f}"
    return json.dumps({"t": "say", "id": uid, "text": text})


async def main(port: int, box: str, visitors: int) -> None:
    gate = asyncio.Semaphore(AT_ONCE)
    pages = await asyncio.gather(*(visit(port, box, n, gate, token_of(n)) for n in range(visitors)))
    crowd = Crowd(pages)
    listeners = [asyncio.create_task(crowd.listen(page)) for page in pages]
    print(json.dumps({"connected": len(pages)}), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        rate, seconds = map(float, line.split())
        print(json.dumps(await crowd.talk(rate, seconds)), flush=True)
    for listener in listeners:
        listener.cancel()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
