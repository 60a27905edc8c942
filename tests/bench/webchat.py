"""Web chat between real sockets and the real window, offscreen: how soon each side sees the other's words,
and what thousands of visitors do to the window. Run as a process of its own."""

import json
import queue
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
from deskapp.core.commands.webchat import EndChat, SaveChatBox, TakeChat
from deskapp.core.queries.tickets import GetConversation
from deskapp.models.dto import OpenChat
from deskapp.models.enums import AgentState
from deskapp.system.paths import Profile
from deskapp.system.sound import QtSounds
from deskapp.ui.chat.waiting import ChatList
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
CALM_S = 0.4  # chats that begin within this are read together
PACE_S = 1.05  # a visitor's pace has to last for all samples
GIVE_UP_S = 120
_WAIT = QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents


class Page:
    """A visitor's page in a process of its own, `tests.bench.webchat_page` or `…_browser`."""

    def __init__(self, program: str, port: int, box: str) -> None:
        words = [sys.executable, "-m", f"tests.bench.{program}", str(port), box]
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
        self.chats_painted = Painted(ChatList)
        self.rang = 0.0
        self._note_sounds()
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
        self.serve(SITE)
        self.wait(lambda: bool(self.chat.test_page(self.box)))

    def _note_sounds(self) -> None:
        """When a sound was last handed to the system. Without a device there is nobody to hand it to."""
        original = QtSounds.play

        def play(*args: Any, **options: Any) -> str:
            handle = original(*args, **options)
            self.rang = time.perf_counter()
            return handle

        QtSounds.play = play  # type: ignore[method-assign]

    def serve(self, *sites: str) -> None:
        """The box, on these sites, asks nothing beforehand."""
        settings = {"origins": sites, "ask_name": "no", "ask_email": "no"}
        self.do(SaveChatBox(account_id=self.box, name="Taller", settings=settings))

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
        self.desk.workspace.submit(self._reply(ticket, n, order))
        got = self.hear(page)["got"]
        self.settle(0.05)
        return (float(got) - begin) * 1000

    def _reply(self, ticket: str, n: int, order: int) -> SendReply:
        return SendReply(
            ticket_id=ticket,
            message_id=self.desk.workspace.new_id(),
            body=f"respuesta {n}",
            seen_order=order,
            hold_ms=0,
        )

    def new_chat(self, page: Page, n: int) -> float:
        """From a stranger's first word to the paint of the agent's list with the chat, and its sound, in ms."""
        before = {chat.ticket_id for chat in self.chats()}
        page.do(f"new Hola, soy la visita {n}")
        sent = float(self.hear(page)["sent"])

        def new() -> list[str]:
            return [c.ticket_id for c in self.chats() if c.ticket_id not in before]

        self.wait(lambda: bool(new()))
        there = time.perf_counter()
        self.wait(lambda: self.chats_painted.at >= there and self.rang > sent)
        took = (max(self.chats_painted.at, self.rang) - sent) * 1000
        self.do(EndChat(ticket_id=new()[0]))
        self.settle(CALM_S)
        return took

    def browsers_word(self, page: Page, ticket: str, n: int) -> float:
        """From the agent's send to its paint in a real Chromium, in ms."""
        order = self.desk.workspace.query(GetConversation(ticket)).result(GIVE_UP_S).last_order
        begin = time.time()
        self.desk.workspace.submit(self._reply(ticket, n, order))
        page.do(f"await respuesta {n}")
        got = float(self.hear(page)["got"])
        self.settle(0.05)
        return (got - begin) * 1000

    def browser(self, samples: int) -> list[float]:
        """The same, of `samples` answers to somebody in a Chromium."""
        page = Page("webchat_browser", self.port, self.box)
        try:
            self.serve(SITE, self.hear(page)["site"])
            self.settle(1)
            page.do("")
            known = {chat.ticket_id for chat in self.chats()}
            page.do("say Hola")
            self.hear(page)
            self.wait(lambda: any(c.ticket_id not in known for c in self.chats()))
            ticket = next(c.ticket_id for c in self.chats() if c.ticket_id not in known)
            self.do(TakeChat(ticket_id=ticket))
            self.settle(1)
            return [self.browsers_word(page, ticket, n) for n in range(samples)]
        finally:
            page.close()

    def chats(self) -> tuple[OpenChat, ...]:
        assert self.window.assembly is not None
        return self.window.assembly.chats.strip.chats

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
            page = Page("webchat_page", bench.port, bench.box)
            echo = bench.echo(page, samples)
            ticket = bench.open_chat(page)
            words = [bench.visitors_word(page, n) for n in range(samples)]
            answers = [bench.agents_word(page, ticket, n) for n in range(samples)]
            begun = [bench.new_chat(page, n) for n in range(samples)]
            page.close()
            seen = bench.browser(samples)
            crowd = bench.crowd(connected, chats, rate, seconds)
        finally:
            bench.window.close()
    many = f"{connected:,} visitors, {chats} chats, {rate} messages/s"
    worst, memory = max(crowd["gaps"]), crowd["memory"]
    return [
        _above(f"visitor's send → painted, p95 of {samples}", p95(words), echo),
        _above(f"new chat → painted in the list, sound started, p95 of {samples}", p95(begun), echo),
        _above(f"agent's send → visitor's page (WebSocket), p95 of {samples}", p95(answers), echo),
        _above(f"agent's send → painted in Chromium, p95 of {samples}", p95(seen), echo),
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


if __name__ == "__main__":
    print(dump(measure(*(int(word) for word in sys.argv[1:]))))
