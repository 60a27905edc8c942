"""Visitors by the thousand at a chat server, from a process of their own.

    python -m tests.support.crowd PORT BOX CONNECTED CHATS A_SECOND SECONDS

Prints a line of JSON when all are connected, and one at the end: what was sent, acknowledged and refused, and
the times from a word to its acknowledgement in ms. The server must trust 127.0.0.1 as a proxy.
"""

import asyncio
import contextlib
import json
import secrets
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

SITE = "http://shop.test"
AT_ONCE = 40
PATIENCE_S = 60
"""For the acknowledgements of the last words."""


@dataclass
class Counts:
    sent: int = 0
    refused: int = 0
    closed: int = 0
    heard: int = 0
    times: list[float] = field(default_factory=list)
    waiting: dict[str, float] = field(default_factory=dict)
    answered: asyncio.Event = field(default_factory=asyncio.Event)


async def visit(
    port: int, box: str, number: int, gate: asyncio.Semaphore, token: str = ""
) -> ClientConnection:
    address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    async with gate:
        page = await connect(
            f"ws://127.0.0.1:{port}/chat",
            origin=SITE,  # type: ignore[arg-type]
            compression=None,
            ping_interval=None,
            additional_headers={"X-Forwarded-For": address},
            open_timeout=60,
        )
        hello = {"t": "hello", "v": 1, "box": box, "token": token or secrets.token_hex(32)}
        hello["page"] = {"url": f"{SITE}/page/{number}", "title": f"Page {number}"}
        await page.send(json.dumps(hello))
        await page.recv()
    return page


async def listen(page: ClientConnection, counts: Counts) -> None:
    try:
        async for text in page:
            hear(json.loads(text), counts)
    except ConnectionClosed:
        counts.closed += 1


def hear(frame: dict[str, Any], counts: Counts) -> None:
    counts.heard += 1
    if frame["t"] == "said":
        counts.times.append((time.perf_counter() - counts.waiting.pop(frame["id"])) * 1000)
    elif frame["t"] == "error":
        counts.refused += 1
        counts.waiting.pop(frame.get("id", ""), None)
    if not counts.waiting:
        counts.answered.set()


async def pace(seconds: float) -> None:
    """Let `seconds` pass."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(0.0, seconds)):
            await asyncio.Event().wait()


async def talk(pages: list[ClientConnection], counts: Counts, rate: int, seconds: float) -> None:
    """`rate` messages a second, of one chat after another, each typed before."""
    begin = time.perf_counter()
    n = 0
    while (now := time.perf_counter()) - begin < seconds:
        page, uid = pages[n % len(pages)], secrets.token_hex(16)
        await page.send(json.dumps({"t": "typing", "text": f"Hola, es la palabra {n}"}))
        counts.waiting[uid] = time.perf_counter()
        await page.send(json.dumps({"t": "say", "id": uid, "text": f"Hola, es la palabra {n}"}))
        counts.sent += 1
        n += 1
        await pace(begin + n / rate - now)


async def main(port: int, box: str, connected: int, chats: int, rate: int, seconds: int) -> None:
    gate, counts = asyncio.Semaphore(AT_ONCE), Counts()
    begin = time.perf_counter()
    pages = await asyncio.gather(*(visit(port, box, n, gate) for n in range(connected)))
    print(json.dumps({"connected": len(pages), "seconds": time.perf_counter() - begin}), flush=True)
    listeners = [asyncio.create_task(listen(page, counts)) for page in pages]
    await talk(pages[:chats], counts, rate, seconds)
    counts.answered.clear()
    if counts.waiting:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(counts.answered.wait(), PATIENCE_S)
    print(
        json.dumps(
            {
                "sent": counts.sent,
                "acknowledged": len(counts.times),
                "refused": counts.refused,
                "closed": counts.closed,
                "heard": counts.heard,
                "times": counts.times,
            }
        ),
        flush=True,
    )
    for listener in listeners:
        listener.cancel()


if __name__ == "__main__":
    words = [int(word) for word in (sys.argv[1], *sys.argv[3:])]
    asyncio.run(main(words[0], sys.argv[2], *words[1:]))
