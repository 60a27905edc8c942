"""A visitor's page without a browser, in a process of its own: WebSockets, told what to do by lines.

    python -m tests.bench.webchat_page PORT BOX

`echo N`: N words to a server that sends them back, and their times. `say WORDS`: on this page. `new WORDS`:
on a page that was just opened, by somebody nobody knows. Each is answered by a line of JSON; what an agent
writes makes one too. Times are of `time.perf_counter`, which all processes share.
"""

import asyncio
import json
import secrets
import sys
import time

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

from tests.support.crowd import SITE


class Page:
    def __init__(self, port: int, box: str) -> None:
        self.port, self.box = port, box
        self._visits = 0

    async def open(self) -> ClientConnection:
        """A page that has said hello, from an address of its own."""
        self._visits += 1
        address = f"10.9.{self._visits >> 8}.{self._visits & 255}"
        page = await connect(
            f"ws://127.0.0.1:{self.port}/chat",
            origin=SITE,  # type: ignore[arg-type]
            compression=None,
            additional_headers={"X-Forwarded-For": address},
        )
        hello = {"t": "hello", "v": 1, "box": self.box, "token": secrets.token_hex(32)}
        await page.send(json.dumps(hello))
        await page.recv()
        return page

    async def say(self, page: ClientConnection, text: str) -> None:
        at = time.perf_counter()
        await page.send(json.dumps({"t": "say", "id": secrets.token_hex(16), "text": text}))
        tell(sent=at)

    async def listen(self, page: ClientConnection) -> None:
        async for text in page:
            frame = json.loads(text)
            if frame["t"] == "message" and frame["message"]["kind"] == "out":
                tell(got=time.perf_counter())


def tell(**words: object) -> None:
    print(json.dumps(words), flush=True)


async def echo(count: int) -> None:
    async def answer(socket: ServerConnection) -> None:
        async for text in socket:
            await socket.send(text)

    async with serve(answer, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}", compression=None) as socket:
            times = []
            for _ in range(count):
                begin = time.perf_counter()
                await socket.send("Hola, falta una taza")
                await socket.recv()
                times.append((time.perf_counter() - begin) * 1000)
    tell(times=times)


async def main(port: int, box: str) -> None:
    loop, visitor = asyncio.get_running_loop(), Page(port, box)
    page = await visitor.open()
    listener = asyncio.create_task(visitor.listen(page))
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        what, _, rest = line.strip().partition(" ")
        if what == "echo":
            await echo(int(rest))
        elif what == "say":
            await visitor.say(page, rest)
        else:
            stranger = await visitor.open()
            await visitor.say(stranger, rest)
            await stranger.recv()
            await stranger.close()
    listener.cancel()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
