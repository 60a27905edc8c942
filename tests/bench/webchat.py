"""Web chat between real sockets and the real window, offscreen: how soon each side sees the other's words,
and what thousands of visitors do to the window. Run as a process of its own."""

import asyncio
import json
import queue
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer

from deskapp.app.bootstrap import open_desk
from deskapp.app.gui import DeskWindow, application, key_keeper
from deskapp.core.api import Command
from deskapp.core.commands.desk import SetAgentState, SetSetting
from deskapp.core.commands.messages import SendReply
from deskapp.core.commands.webchat import SaveChatBox, TakeChat
from deskapp.core.queries.tickets import GetConversation
from deskapp.models.enums import AgentState
from deskapp.system.paths import Profile
from deskapp.ui.conversation.view import MessagesView
from tests.bench.results import Result, dump, p95
from tests.bench.window import Painted, memory_mb
from tests.support.crowd import SITE
from tests.support.looks import choose_looks
from tests.support.waiting import free_port

MORE_MS = 50.0
"""What the desk may take on top of an echo."""
FRAME_GOAL_MS = 33.0
MEMORY_GOAL_MB = 300.0
HEARTBEAT_MS = 4
PACE_S = 1.05  # a visitor's pace has to last for all samples
GIVE_UP_S = 120
_WAIT = QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents


class Page:
    """A visitor's page in a process of its own; its times are of the same clock as ours."""

    def __init__(self, port: int, box: str) -> None:
        words = [sys.executable, "-m", "tests.bench.webchat", "page", str(port), box]
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.told: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.told.put(json.loads(line))

    def do(self, what: str) -> None:
        assert self._process.stdin is not None
        print(what, file=self._process.stdin, flush=True)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._reader.join()


class Bench:
    """An open window with a chat box that is served."""

    def __init__(self, folder: Path) -> None:
        self.painted = Painted(MessagesView)
        self.app = application(["deskapp"])
        self.gaps: list[float] = []
        self._last = time.perf_counter()
        self._heart = QTimer(interval=HEARTBEAT_MS)
        self._heart.timeout.connect(self._beat)
        self._heart.start()
        desk = open_desk(choose_looks(Profile.at(folder), "es"), key_keeper(str(folder / "key")))
        self.desk = desk
        self.window = DeskWindow(self.app, desk)
        self.window.window.resize(1440, 900)
        self.window.show()
        self.wait(lambda: self.window.assembly is not None)
        assert self.window.assembly is not None
        self.chat = self.window.assembly.services.chat
        self.pane = self.window.assembly.conversation
        self.port, self.box = free_port(), desk.workspace.new_id()
        self.do(SetAgentState(state=AgentState.ONLINE))
        self.do(SetSetting(key="chat.port", value=self.port))
        self.do(SetSetting(key="chat.proxies", value=("127.0.0.1",)))
        self.do(SaveChatBox(account_id=self.box, name="Taller", settings={"origins": (SITE,)}))
        self.wait(lambda: bool(self.chat.test_page(self.box)))

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append(max(0.0, (now - self._last) * 1000 - HEARTBEAT_MS))
        self._last = now

    def do(self, command: Command) -> None:
        outcome = self.desk.workspace.submit(command).result(GIVE_UP_S)
        assert outcome.ok, outcome.rejected

    def turn(self) -> None:
        self.app.processEvents(_WAIT)

    def wait(self, condition: Callable[[], bool], seconds: float = GIVE_UP_S) -> None:
        end = time.perf_counter() + seconds
        while not condition():
            if time.perf_counter() > end:
                raise TimeoutError("the window did not come to what was waited for")
            self.turn()

    def settle(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.turn()

    def hear(self, page: Page) -> dict[str, Any]:
        self.wait(lambda: not page.told.empty())
        return page.told.get()

    # What is measured -------------------------------------------------------------------------------------------

    def echo(self, page: Page, samples: int) -> float:
        page.do(f"echo {samples}")
        return p95(self.hear(page)["times"])

    def open_chat(self, page: Page) -> str:
        """A first word; its chat is taken and open in the window. Returns the ticket."""
        page.do("say first")
        self.hear(page)
        inbox = self.window.window.inbox.pane
        self.wait(lambda: inbox.model.rowCount() > 0)
        inbox.list.go_to(0)
        self.wait(lambda: self.pane.row is not None)
        assert self.pane.row is not None
        self.do(TakeChat(ticket_id=self.pane.row.id))
        self.settle(1)
        return self.pane.row.id

    def visitors_word(self, page: Page, n: int) -> float:
        """From the visitor's send to the paint of the conversation that has it, in ms."""
        page.do(f"say palabra {n}")
        sent = float(self.hear(page)["sent"])
        text = f"palabra {n}"

        def shown() -> bool:
            timeline = self.pane.timeline
            return timeline is not None and any(
                getattr(item, "text", "") == text for item in timeline.items[-3:]
            )

        self.wait(shown)
        there = time.perf_counter()
        self.wait(lambda: self.painted.at >= there or (self.painted.at > sent and shown()))
        took = (self.painted.at - sent) * 1000
        self.settle(PACE_S)
        return took

    def agents_word(self, page: Page, ticket: str, n: int) -> float:
        """From the agent's send to the frame in the visitor's page, in ms."""
        order = self.desk.workspace.query(GetConversation(ticket)).result(GIVE_UP_S).last_order
        begin = time.perf_counter()
        reply = SendReply(
            ticket_id=ticket,
            message_id=self.desk.workspace.new_id(),
            body=f"respuesta {n}",
            seen_order=order,
            hold_ms=0,
        )
        self.desk.workspace.submit(reply)
        got = self.hear(page)["got"]
        self.settle(0.05)
        return (float(got) - begin) * 1000

    def crowd(self, connected: int, chats: int, rate: int, seconds: int) -> dict[str, Any]:
        """How the window fares while so many are there and write."""
        sizes = [str(n) for n in (connected, chats, rate, seconds)]
        words = [sys.executable, "-m", "tests.support.crowd", str(self.port), self.box, *sizes]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            lines: queue.SimpleQueue[str] = queue.SimpleQueue()
            out = process.stdout
            reader = threading.Thread(target=lambda: [lines.put(line) for line in out])
            reader.start()
            self.wait(lambda: not lines.empty(), GIVE_UP_S + connected / 20)
            lines.get()
            self.gaps.clear()
            self.wait(lambda: not lines.empty(), GIVE_UP_S + seconds)
            found = dict(json.loads(lines.get()))
            reader.join()
        return found | {"gaps": list(self.gaps), "memory": memory_mb()}


def measure(samples: int, connected: int, chats: int, rate: int, seconds: int) -> list[Result]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "desk")
        bench = Bench(folder)
        try:
            page = Page(bench.port, bench.box)
            echo = bench.echo(page, samples)
            ticket = bench.open_chat(page)
            words = [bench.visitors_word(page, n) for n in range(samples)]
            answers = [bench.agents_word(page, ticket, n) for n in range(samples)]
            page.close()
            crowd = bench.crowd(connected, chats, rate, seconds)
        finally:
            bench.window.close()
    many = f"{connected:,} visitors, {chats} chats, {rate} messages/s"
    worst, memory = max(crowd["gaps"]), crowd["memory"]
    return [
        _above(f"visitor's send → painted, p95 of {samples}", p95(words), echo),
        _above(f"agent's send → visitor's page, p95 of {samples}", p95(answers), echo),
        Result(f"{many}: worst wait of the window", worst, "ms", None,
               f"≤ {FRAME_GOAL_MS:.0f} ms", worst <= FRAME_GOAL_MS),
        Result(f"{many}: wait of the window, p95", p95(crowd["gaps"]), "ms"),
        Result(f"{many}: send → acknowledged, p95", p95(crowd["times"]), "ms", echo),
        Result(f"{many}: acknowledged of those sent", 100 * crowd["acknowledged"] / crowd["sent"],
               "%", None, "100 %", crowd["acknowledged"] == crowd["sent"]),
        Result(f"{many}: memory (PSS)", memory, "MB", None,
               f"≤ {MEMORY_GOAL_MB:.0f} MB", memory <= MEMORY_GOAL_MB),
    ]  # fmt: skip


def _above(metric: str, value: float, echo: float) -> Result:
    goal = f"≤ echo + {MORE_MS:.0f} ms"
    return Result(metric, value, "ms", echo, goal, value <= echo + MORE_MS)


# The page's process ---------------------------------------------------------------------------------------------


async def be_page(port: int, box: str) -> None:
    from websockets.asyncio.client import connect
    from websockets.asyncio.server import ServerConnection, serve

    async def answer(socket: ServerConnection) -> None:
        async for text in socket:
            await socket.send(text)

    def tell(**words: object) -> None:
        print(json.dumps(words), flush=True)

    async def listen() -> None:
        async for text in page:
            frame = json.loads(text)
            if frame["t"] == "message" and frame["message"]["kind"] == "out":
                tell(got=time.perf_counter())

    loop = asyncio.get_running_loop()
    async with (
        connect(f"ws://127.0.0.1:{port}/chat", origin=SITE, compression=None) as page,  # type: ignore[arg-type]
        serve(answer, "127.0.0.1", 0, compression=None) as server,
    ):
        hello = {"t": "hello", "v": 1, "box": box, "token": secrets.token_hex(32)}
        await page.send(json.dumps(hello))
        listener = asyncio.create_task(listen())
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            what, _, rest = line.strip().partition(" ")
            if what == "echo":
                echo_port = next(iter(server.sockets)).getsockname()[1]
                async with connect(f"ws://127.0.0.1:{echo_port}", compression=None) as echo:
                    times = []
                    for _ in range(int(rest)):
                        begin = time.perf_counter()
                        await echo.send("Hola, falta una taza")
                        await echo.recv()
                        times.append((time.perf_counter() - begin) * 1000)
                tell(times=times)
            else:
                at = time.perf_counter()
                say = {"t": "say", "id": secrets.token_hex(16), "text": rest}
                await page.send(json.dumps(say))
                tell(sent=at)
        listener.cancel()


if __name__ == "__main__":
    if sys.argv[1] == "page":
        asyncio.run(be_page(int(sys.argv[2]), sys.argv[3]))
    else:
        print(dump(measure(*(int(word) for word in sys.argv[1:]))))
