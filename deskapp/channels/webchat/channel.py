"""Web chat beside an authority: one thread with the server's loop, which follows boxes and settings."""

import asyncio
import logging
import secrets as chance
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deskapp.channels.webchat import pages
from deskapp.channels.webchat.app import ChatApp
from deskapp.channels.webchat.boxes import Box, read_boxes
from deskapp.channels.webchat.hub import Hub
from deskapp.channels.webchat.identity import secret_name
from deskapp.channels.webchat.news import News
from deskapp.channels.webchat.origins import Doors, networks
from deskapp.channels.webchat.reach import Echo, ReachTest
from deskapp.channels.webchat.server import BindError, ChatServer, network_address
from deskapp.channels.webchat.transfer import Transfer
from deskapp.core.api import ChangeSet, Workspace
from deskapp.core.policies.settings import number, text, value_of
from deskapp.core.ports import (
    ChatServer as ServerState,
)
from deskapp.core.ports import (
    ChatServerChanged,
    Clock,
    SecretStore,
    SiteVisitor,
    TestStep,
    VisitorPresence,
    VisitorTyping,
)
from deskapp.core.queries.desk import GetAccounts, GetSettings
from deskapp.models.enums import Channel

log = logging.getLogger(__name__)

TURN_S: Final = 0.1
"""The wheel's: marks and news are told after so long."""
RETRY_S: Final = 10.0
"""A port that was taken may be free again."""
LEAVE_TURNS: Final = 20


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the settings ask for."""

    boxes: dict[str, Box]
    closed: frozenset[str]
    doors: Doors
    network: bool
    mails: dict[str, str]  # where visitors may write while the desk is away, by box


class WebChatChannel:
    """Implements the live side (`core.ports.LiveChat`). `desk` acts as the desk itself.

    `widget` is the file that sites load. `interface` answers this computer's address in its network.
    """

    def __init__(
        self,
        desk: Workspace,
        secrets: SecretStore,
        *,
        clock: Clock,
        widget: Path,
        news: News | None = None,
        interface: Callable[[], str] = network_address,
    ) -> None:
        self._desk, self._secrets, self._widget = desk, secrets, widget
        self._interface = interface
        self._news = news or News()
        self._echo = Echo()
        self._disk = ThreadPoolExecutor(4, thread_name_prefix="chat-disk")
        self._hub = Hub(desk, clock, self._news, self._secret_of)
        self._known_secrets: dict[str, str | None] = {}
        self._state = ServerState()
        self._wanted: _Wanted | None = None
        self._server: ChatServer | None = None
        self._place = ("", 0)
        self._look = asyncio.Event()
        self._online = asyncio.Event()
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webchat", daemon=True)
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Returns when the thread runs; the server may still be starting."""
        self._thread.start()
        self._ready.wait()
        self._unsubscribe = self._desk.subscribe(self._changed)

    def stop(self) -> None:
        """Close all sockets and end the thread; commands on their way are finished."""
        self._unsubscribe()
        if self._thread.ident is not None:
            self._call(self._end)
            self._thread.join()
        self._disk.shutdown(wait=True, cancel_futures=True)

    # The server's thread --------------------------------------------------------------------------------------------

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._main())

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready.set()
        self._look.set()
        self._online.set()
        work = [asyncio.create_task(self._follow()), asyncio.create_task(self._turn())]
        await asyncio.wait(work[:1])
        work[1].cancel()
        await asyncio.wait(work)
        await self._close_server()

    def _end(self) -> None:
        self._stopping = True
        self._look.set()

    async def _follow(self) -> None:
        """Make the server what the settings ask for, and again when they change."""
        while not self._stopping:
            self._look.clear()
            try:
                done = await self._reconcile()
            except Exception:
                # A bug must not end the chat for good: this is tried again.
                log.exception("the chat server could not be looked after")
                done = False
            try:
                async with asyncio.timeout(None if done else RETRY_S):
                    await self._look.wait()
            except TimeoutError:
                continue

    async def _turn(self) -> None:
        """The one wheel of all sockets."""
        turn = 0
        while True:
            turn += 1
            try:
                await self._one_turn(turn)
            except Exception:
                log.exception("the chat server's wheel")
            await asyncio.sleep(TURN_S)

    async def _one_turn(self, turn: int) -> None:
        self._hub.often()
        if self._online.is_set():
            self._online.clear()
            await self._hub.look_who_is_online()
        if turn % 10 == 0:
            self._hub.each_second()
            if self._server is not None:
                self._server.drop_slow()
        if turn % 600 == 0:
            self._hub.each_minute()

    async def _reconcile(self) -> bool:
        """False when it should be tried again soon."""
        wanted = self._wanted = await self._read()
        self._hub.set_boxes(wanted.boxes, wanted.closed, wanted.doors)
        place = ("0.0.0.0" if wanted.network else "127.0.0.1", wanted.doors.port)  # noqa: S104 - as chosen
        if self._server is not None and (not wanted.boxes or place != self._place):
            if not wanted.boxes:
                await self._pages_leave()
            await self._close_server()
        if wanted.boxes and self._server is None:
            await self._hub.look_who_is_online()
            try:
                await self._open_server(place)
            except BindError as error:
                self._tell(ServerState(problem=error.code, detail=error.detail))
                return False
        self._tell_running(wanted)
        return True

    async def _pages_leave(self) -> None:
        """The pages of a closed box hear that it is, before the server's own end cuts them off."""
        for _ in range(LEAVE_TURNS):
            if not self._hub.connected:
                return
            await asyncio.sleep(TURN_S)

    async def _read(self) -> _Wanted:
        accounts = await self._hub.ask(GetAccounts())
        values = (await self._hub.ask(GetSettings())).values
        proxies = value_of(values, "chat.proxies")
        boxes = read_boxes(accounts)
        mailboxes = {a.id: a.address for a in accounts if a.channel is Channel.EMAIL and a.enabled}
        first = next(iter(mailboxes.values()), "")
        return _Wanted(
            boxes,
            frozenset(a.id for a in accounts if a.channel is Channel.WEBCHAT) - boxes.keys(),
            Doors(
                number(values, "chat.port"),
                text(values, "chat.public_url").strip().rstrip("/"),
                networks(proxies if isinstance(proxies, tuple) else ()),
            ),
            text(values, "chat.reach") == "network",
            {uid: mailboxes.get(box.settings.mail_account, first) for uid, box in boxes.items()},
        )

    async def _open_server(self, place: tuple[str, int]) -> None:
        app = ChatApp(self._hub, Transfer(self._hub, self._disk), self._echo, self._widget)
        server = ChatServer(app, *place)
        await server.start()
        self._server, self._place = server, place

    async def _close_server(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            await server.stop()
        self._tell(ServerState())

    def _tell_running(self, wanted: _Wanted) -> None:
        if self._server is None:
            self._tell(ServerState())
            return
        port = wanted.doors.port
        address = self._interface() if wanted.network else ""
        self._tell(
            ServerState(
                running=True,
                url=f"http://127.0.0.1:{port}",
                network_url=f"http://{address}:{port}" if address else "",
                problem="no_address" if wanted.network and not address else "",
            )
        )

    def _tell(self, state: ServerState) -> None:
        if state != self._state:
            self._state = state
            self._news.tell(ChatServerChanged(state))

    # The desk's news --------------------------------------------------------------------------------------------------

    def _changed(self, changes: ChangeSet) -> None:
        """On the authority's thread: only what concerns the chat wakes the server's."""
        tickets = self._hub.visits.watched(changes.tickets)
        settings = changes.touches("account", "setting")
        agents = changes.touches("agent")
        queue = changes.touches("chat") and len(tickets) < len(changes.tickets)
        if tickets or settings or agents or queue:
            self._call(self._take_news, tickets, settings, agents, queue)

    def _take_news(self, tickets: list[str], settings: bool, agents: bool, queue: bool) -> None:
        for ticket in tickets:
            self._hub.talk.changed(ticket)
        if settings:
            self._look.set()
        if agents:
            self._online.set()
        if queue:
            self._hub.talk.places_moved()

    def _call(self, function: Callable[..., None], *args: object) -> None:
        """Run `function` on the server's thread, if it still runs."""
        loop = self._loop
        if loop is not None:
            try:
                loop.call_soon_threadsafe(function, *args)
            except RuntimeError:
                log.debug("the chat server has ended")

    # LiveChat ---------------------------------------------------------------------------------------------------------

    def subscribe(self, callback: Callable[..., None]) -> Callable[[], None]:
        return self._news.subscribe(callback)

    def agent_typing(self, ticket_id: str, typing: bool) -> None:
        self._call(self._hub.signs.agent_typing, ticket_id, typing)

    def presence(self, ticket_id: str) -> VisitorPresence:
        for visit in self._hub.visits.of_ticket(ticket_id):
            return visit.presence()
        return VisitorPresence(ticket_id, online=False)

    def preview(self, ticket_id: str) -> VisitorTyping:
        return self._hub.signs.preview(ticket_id)

    def visitors(self, first: int = 0, count: int = 200) -> tuple[SiteVisitor, ...]:
        return self._hub.visits.slice(first, count)

    def server(self) -> ServerState:
        state = self._state
        return ServerState(
            state.running,
            state.url,
            state.network_url,
            state.problem,
            state.detail,
            len(self._hub.visits),
        )

    def test_reach(
        self, url: str, on_step: Callable[[TestStep], None]
    ) -> "Future[tuple[TestStep, ...]]":
        return self._disk.submit(ReachTest(url, self._echo, on_step).run)

    def snippet(self, box_id: str, public: bool) -> str:
        wanted = self._wanted
        if wanted is None:
            return ""
        url = wanted.doors.public_url if public else f"http://127.0.0.1:{wanted.doors.port}"
        return pages.snippet(url, box_id, wanted.mails.get(box_id, "")) if url else ""

    def test_page(self, box_id: str) -> str:
        state, wanted = self._state, self._wanted
        if not state.running or wanted is None or box_id not in wanted.boxes:
            return ""
        return f"{state.url}/try/{box_id}"

    def identity_secret(self, box_id: str, renew: bool = False) -> "Future[str]":
        return self._disk.submit(self._make_secret, box_id, renew)

    def _make_secret(self, box_id: str, renew: bool) -> str:
        secret = None if renew else self._secrets.get(secret_name(box_id))
        if secret is None:
            secret = chance.token_hex(32)
            self._secrets.put(secret_name(box_id), secret)
        self._known_secrets[box_id] = secret
        return secret

    async def _secret_of(self, box_id: str) -> str | None:
        """None when there is none, or the store cannot be opened: then nobody is verified."""
        if box_id not in self._known_secrets:
            loop = asyncio.get_running_loop()
            try:
                secret = await loop.run_in_executor(
                    self._disk, self._secrets.get, secret_name(box_id)
                )
            except Exception as error:  # noqa: BLE001 - whatever the store says, nobody is verified
                log.warning("the secret of a chat box cannot be read: %s", type(error).__name__)
                return None
            self._known_secrets.setdefault(box_id, secret)
        return self._known_secrets[box_id]
