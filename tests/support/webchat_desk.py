"""A desk with its chat server on a free port of the loopback, and visitors who speak its protocol.

    with open_chat_desk(tmp_path) as desk:
        box = desk.box(origins=("http://127.0.0.1:8000",))
        with desk.visitor(box) as carmen:
            said = carmen.say("Hola")

`visitor` is a page without a browser: a real WebSocket.
"""

import json
import secrets
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from deskapp.app.bootstrap import Desk, open_desk
from deskapp.channels.webchat import effects
from deskapp.channels.webchat.channel import WebChatChannel
from deskapp.core.api import Command, Outcome, Query
from deskapp.core.authority.workspace import SYSTEM, LocalWorkspace
from deskapp.core.commands.desk import SetAgentState, SetSetting
from deskapp.core.commands.messages import SendReply
from deskapp.core.commands.webchat import SaveChatBox
from deskapp.core.ports import Clock
from deskapp.core.queries.tickets import GetConversation
from deskapp.core.queries.views import TicketIds, TicketRows
from deskapp.models.dto import MessageView, TicketRow
from deskapp.models.enums import AgentState
from deskapp.system.keys import FileKey
from deskapp.system.paths import Profile
from deskapp.system.resources import resource
from tests.support.waiting import free_port, wait_for

R = TypeVar("R")
Frame = dict[str, Any]
WAIT_S = 60
SITE = "http://shop.test"


class Closed(AssertionError):
    """The desk closed the socket; `code` says why."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed: {code}")
        self.code = code


CALLED_MS = 60_000
"""Who is told to wait so long is called before."""


@dataclass
class Visitor:
    """An open page. Frames that were not asked for wait in `seen`."""

    socket: ClientConnection
    box: str
    token: str
    seen: list[Frame] = field(default_factory=list)
    welcome: Frame = field(default_factory=dict)

    def hello(self, since: int = 0, **more: object) -> Frame:
        self.send(t="hello", v=1, box=self.box, token=self.token, since=since, **more)
        self.welcome = self.next("welcome")
        return self.welcome

    def send(self, **frame: object) -> None:
        self.send_raw(json.dumps(frame))

    def send_raw(self, data: str | bytes | Iterable[str]) -> None:
        """Raises `Closed`."""
        try:
            self.socket.send(data)
        except ConnectionClosed as closed:
            raise Closed(closed.rcvd.code if closed.rcvd else 1006) from None

    def next(self, *kinds: str, seconds: float = WAIT_S) -> Frame:
        """The next frame of one of these kinds. Raises `Closed`, or TimeoutError when none comes."""
        for n, frame in enumerate(self.seen):
            if frame["t"] in kinds:
                return self.seen.pop(n)
        while True:
            frame = self.read(seconds)
            if frame["t"] in kinds:
                return frame
            self.seen.append(frame)

    def read(self, seconds: float = WAIT_S) -> Frame:
        """The very next frame that comes in."""
        try:
            return dict(json.loads(self.socket.recv(timeout=seconds)))
        except ConnectionClosed as closed:
            raise Closed(closed.rcvd.code if closed.rcvd else 1006) from None

    def say(self, text: str, uid: str = "", **more: object) -> Frame:
        """Say something and wait for the desk's word that it is kept, or its refusal."""
        uid = uid or secrets.token_hex(16)
        self.send(t="say", id=uid, text=text, **more)
        while True:
            frame = self.next("said", "error")
            if frame.get("id") == uid:
                return frame

    def keep(self, text: str, uid: str = "") -> Frame:
        """As `say`, of who waits in line when told to: then it is said again when it is called."""
        answer = self.say(text, uid)
        while answer.get("code") == "slow_down":
            if answer["retry_ms"] >= CALLED_MS:
                self.next("error")  # it was called
            answer = self.say(text, answer["id"])
        return answer

    def close_code(self, seconds: float = WAIT_S) -> int:
        """Wait until the desk closes."""
        try:
            while True:
                self.seen.append(self.read(seconds))
        except Closed as closed:
            return closed.code


@dataclass
class ChatDesk:
    """What a test does with a desk, and what it looks at."""

    desk: Desk
    channel: WebChatChannel
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def do(self, command: Command) -> Outcome:
        outcome = self.desk.workspace.submit(command).result(WAIT_S)
        assert outcome.ok, f"{command.TYPE}: {outcome.rejected}"
        return outcome

    def ask(self, query: Query[R]) -> R:
        return self.desk.workspace.query(query).result(WAIT_S)

    def new(self) -> str:
        return self.desk.workspace.new_id()

    def box(self, name: str = "Taller Norte", uid: str = "", **settings: object) -> str:
        """Make a chat box (or change one) and wait until it is served."""
        uid = uid or self.new()
        settings = {"origins": (SITE,)} | settings
        self.do(SaveChatBox(account_id=uid, name=name, settings=settings))
        wait_for(lambda: self.channel.test_page(uid), "the chat box to be served")
        return uid

    def connect(
        self, origin: str | None = SITE, address: str = "", **options: Any
    ) -> ClientConnection:
        """A WebSocket that has said nothing yet. `address`: where on the loopback it comes from."""
        source = {"source_address": (address, 0)} if address else {}
        raw = socket.create_connection(("127.0.0.1", self.port), WAIT_S, **source)
        return connect(
            f"ws://127.0.0.1:{self.port}{options.pop('path', '/chat')}",
            sock=raw,
            origin=origin,  # type: ignore[arg-type]
            compression=options.pop("compression", None),
            ping_interval=None,
            close_timeout=2,
            **options,
        )

    @contextmanager
    def visitor(
        self,
        box: str,
        token: str = "",
        *,
        since: int = 0,
        origin: str | None = SITE,
        address: str = "",
        greet: bool = True,
        **hello: object,
    ) -> Iterator[Visitor]:
        """An open page; it has said hello unless `greet` is false."""
        with self.connect(origin, address) as raw:
            visitor = Visitor(raw, box, token or new_token())
            if greet:
                visitor.hello(since, **hello)
            yield visitor

    def rows(self, view: str = "all") -> list[TicketRow]:
        return list(self.ask(TicketRows(self.ask(TicketIds(view)).keys)))

    def messages(self, ticket_id: str) -> list[MessageView]:
        page = self.ask(GetConversation(ticket_id, limit=500))
        return [item for item in page.items if isinstance(item, MessageView)]

    def reply(self, ticket_id: str, body: str) -> Outcome:
        """Answer as the agent, in the chat."""
        order = self.ask(GetConversation(ticket_id)).last_order
        return self.do(
            SendReply(
                ticket_id=ticket_id, message_id=self.new(), body=body, seen_order=order, hold_ms=0
            )
        )

    def be(self, state: AgentState) -> None:
        """The agent comes, or goes away."""
        self.do(SetAgentState(state=state))

    def set(self, key: str, value: str | int | bool | tuple[str, ...]) -> None:
        self.do(SetSetting(key=key, value=value))


def new_token() -> str:
    return secrets.token_hex(32)


@contextmanager
def open_chat_desk(
    folder: Path,
    port: int = 0,
    interface: Callable[[], str] = lambda: "127.0.0.1",
    synchronous: str = "FULL",
    clock: Clock | None = None,
) -> Iterator[ChatDesk]:
    """Open (or open again) the desk in `folder` with its channel; everything ends with the block."""
    profile = Profile.at(folder)
    keys = FileKey(folder.with_suffix(".key"))
    with open_desk(profile, keys, synchronous=synchronous, clock=clock) as desk:
        outside = LocalWorkspace(desk.authority, SYSTEM, SYSTEM)
        port = port or free_port()
        channel = WebChatChannel(
            outside,
            desk.secrets,
            clock=desk.authority.clock,
            widget=resource("widget", "widget.js"),
            interface=interface,
        )
        effects.register(desk.authority.effects, outside)
        rig = ChatDesk(desk, channel, port)
        rig.set("chat.port", port)
        channel.start()
        try:
            yield rig
        finally:
            channel.stop()
