"""The host of a team beside an authority: one thread with the server's loop, which follows the settings."""

import asyncio
import contextlib
import errno
import logging
import socket
import ssl
import sys
import threading
from asyncio import sslproto
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from deskapp.core.api import ChangeSet
from deskapp.core.authority.workspace import SYSTEM, Authority
from deskapp.core.policies.settings import flag, number, text, value_of
from deskapp.core.ports import FactorState, HostState, Invitation, LiveChat, SecretStore
from deskapp.core.queries.desk import GetSettings
from deskapp.sync.pairing.link import Link, address
from deskapp.sync.pairing.nearby import Announcer
from deskapp.sync.protocol.live import PING_S
from deskapp.sync.server import limits, passwords
from deskapp.sync.server.addresses import own_addresses, own_names
from deskapp.sync.server.app import TeamApp
from deskapp.sync.server.certificate import Certificate, own_certificate
from deskapp.sync.server.desk import Face, HostedDesk
from deskapp.sync.server.invitations import CODE_MS
from deskapp.sync.server.live import Hub
from deskapp.sync.server.seat import HostSeat
from deskapp.sync.server.wire import LiveProtocol

log = logging.getLogger(__name__)

THREADS: Final = 8
RETRY_S: Final = 10.0
"""A port that was taken may be free again."""
HEAD_BYTES: Final = 16 * 1024
HEAD_S: Final = 10.0
STOP_S: Final = 2
EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - colleagues come from the network; every one needs a token


class BindError(Exception):
    """`code`: port_taken, no_address, failed."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen, and under which further names (`name:port`) it is reached. Port 0: any that is free."""

    host: str = EVERYWHERE
    port: int = 0
    names: tuple[str, ...] = ()


class Host:
    """From `start` to `stop`. With `place` it listens there; without, where the desk's settings say, if at all.

    `folder` is for blobs on their way in. `secrets` keeps the certificate's key.
    `own`: who sits at the host's own window, and their place among the team.
    """

    def __init__(
        self,
        authority: Authority,
        secrets: SecretStore,
        folder: Path,
        *,
        place: Place | None = None,
        chat: LiveChat | None = None,
        own: tuple[str, HostSeat] | None = None,
    ) -> None:
        self._authority, self._secrets, self._fixed, self._own = authority, secrets, place, own
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="team")
        self._title = ""
        self._face = Face()
        self.desk = HostedDesk(
            authority,
            folder,
            secrets=secrets,
            title=lambda: self._title,
            face=lambda: self._face,
        )
        self._chat = chat
        self._announcer, self._is_announced = Announcer(), False
        self._hub: Hub | None = None
        self._server: _Server | None = None
        self._state = HostState()
        self._subscribers: list[Callable[[HostState], None]] = []
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._look = asyncio.Event()
        self._stopping = False
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="team-host", daemon=True)
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Returns when the thread runs; the server may still be starting."""
        self._thread.start()
        self._ready.wait()
        self._unsubscribe = self._authority.subscribe(self._changed)

    def stop(self) -> None:
        """Close all lines and end the thread; what is being answered is finished. May be called twice."""
        self._unsubscribe()
        if self._thread.is_alive():
            self._call(self._end)
            self._thread.join()
        self._announcer.close()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self.desk.close()

    # core.ports.TeamHost ---------------------------------------------------------------------------------------

    def state(self) -> HostState:
        hub = self._hub
        return replace(self._state, connected=hub.devices() if hub else ())

    def subscribe(self, callback: Callable[[HostState], None]) -> Callable[[], None]:
        with self._lock:
            self._subscribers.append(callback)

        def unsubscribe() -> None:
            with self._lock:
                if callback in self._subscribers:
                    self._subscribers.remove(callback)

        return unsubscribe

    def invite(self, agent_id: str, link_ms: int = CODE_MS) -> "Future[Invitation]":
        return self._pool.submit(self._invite, agent_id, link_ms)

    def _invite(self, agent_id: str, link_ms: int) -> Invitation:
        made = self.desk.invitations.invite(agent_id, link_ms)
        link = Link(self._face.addresses, self._face.fingerprint, made.secret)
        return Invitation(agent_id, made.code, str(link), made.until)

    def withdraw(self, agent_id: str) -> None:
        self._pool.submit(self.desk.invitations.withdraw, agent_id)

    def set_password(self, agent_id: str, password: str) -> "Future[None]":
        return self._pool.submit(passwords.set_password, self._authority, agent_id, password)

    def factor_of(self, agent_id: str) -> "Future[FactorState]":
        return self._pool.submit(self.desk.factors.state, agent_id)

    # The server's thread ---------------------------------------------------------------------------------------

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._main())

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready.set()
        wheel = asyncio.create_task(self._turn())
        while not self._stopping:
            self._look.clear()
            try:
                done = await self._reconcile()
            except Exception:
                log.exception("the team's server could not be looked after")
                done = False
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if done else RETRY_S):
                    await self._look.wait()
        wheel.cancel()
        await self._close_server()

    def _end(self) -> None:
        self._stopping = True
        self._look.set()

    async def _turn(self) -> None:
        """Each second: cut off who is slow; each minute: forget who was not heard of."""
        turn = 0
        while True:
            await asyncio.sleep(1)
            turn += 1
            if self._server is not None:
                self._server.drop_slow()
                if turn % 60 == 0:
                    self._server.app.limits.forget_idle()
            if turn % 3_600 == 0:
                await asyncio.get_running_loop().run_in_executor(self._pool, self.desk.files.sweep)

    async def _reconcile(self) -> bool:
        """Make the server what is asked for. False when it should be tried again soon."""
        place = await self._wanted()
        if self._server is not None and place != self._server.place:
            await self._close_server()
        if place is not None and self._server is None:
            try:
                await self._open_server(place)
            except BindError as error:
                self._tell(HostState(problem=error.code, detail=error.detail))
                return False
        self._announce()
        return True

    def _announce(self) -> None:
        """On the network, as far as this desk can be reached from it."""
        shown = self._state.addresses if self._is_announced else ()
        beyond = tuple(one for one in shown if not one.startswith("127."))
        self._announcer.say(self._title, beyond)

    async def _wanted(self) -> Place | None:
        answer = await asyncio.wrap_future(self._authority.query(GetSettings(), SYSTEM))
        values = answer.values
        self._title = text(values, "desk.name") or socket.gethostname()
        self._is_announced = flag(values, "team.announce")
        if self._fixed is not None:
            return self._fixed
        enabled = flag(values, "team.enabled")
        names = value_of(values, "team.addresses")
        more = names if isinstance(names, tuple) else ()
        return Place(port=number(values, "team.port"), names=more) if enabled else None

    async def _open_server(self, place: Place) -> None:
        listening = _bind(place)
        port = listening.getsockname()[1]
        try:
            certificate, names, addresses = await asyncio.get_running_loop().run_in_executor(
                self._pool, self._look_at_myself, place.host
            )
        except Exception as error:
            listening.close()
            log.warning("the host's certificate cannot be read: %s", type(error).__name__)
            raise BindError("failed", str(error)) from error
        further = _further(place.names, port)
        reached = (*(f"{name}:{port}" for name in addresses), *further)
        known = names | {name.rpartition(":")[0].lower() for name in further}
        self._face = Face(certificate.fingerprint, reached, known)
        hub = Hub(self.desk, self._pool, self._chat)
        server = _Server(TeamApp(self.desk, hub, self._pool), listening, certificate, place)
        await server.start()
        hub.start()
        if self._own is not None:
            agent_id, seat = self._own
            hub.sit(agent_id, seat.fresh())
        self._server, self._hub = server, hub
        self._tell(HostState(running=True, addresses=reached, fingerprint=certificate.fingerprint))

    def _look_at_myself(self, host: str) -> tuple[Certificate, frozenset[str], tuple[str, ...]]:
        certificate = own_certificate(self._secrets, self._authority.clock.now())
        addresses = own_addresses() if host == EVERYWHERE else (host,)
        return certificate, own_names(), addresses

    async def _close_server(self) -> None:
        server, hub = self._server, self._hub
        self._server = self._hub = None
        if hub is not None:
            await hub.stop()
        if server is not None:
            await server.stop()
        if not self._stopping:
            self._tell(HostState())

    def _tell(self, state: HostState) -> None:
        self._state = state
        with self._lock:
            subscribers = list(self._subscribers)
        for callback in subscribers:
            callback(state)

    def _changed(self, changes: ChangeSet) -> None:
        if changes.touches("setting"):
            self._call(self._look.set)

    def _call(self, function: Callable[[], None]) -> None:
        loop = self._loop
        if loop is not None:
            try:
                loop.call_soon_threadsafe(function)
            except RuntimeError:
                log.debug("the team's server has ended")


class _Guarded(HttpToolsProtocol):
    """A request's head is short and comes soon; who sends it slowly or for ever is cut off."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since: float | None = None
        self._head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.since = self.loop.time()

    def data_received(self, data: bytes) -> None:
        self._head += len(data)
        super().data_received(data)
        if self.since is not None and self._head > HEAD_BYTES:
            self.transport.abort()

    def on_message_begin(self) -> None:
        self._head, self.since = 0, self.since or self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self.since = None
        super().on_headers_complete()


class _Server:
    """uvicorn on a socket of ours, with the host's certificate."""

    def __init__(
        self, app: TeamApp, listening: socket.socket, certificate: Certificate, place: Place
    ) -> None:
        self.app, self.place = app, place
        self._socket = listening
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # strangers' mistakes, without end
        context = certificate.context()
        sslproto.SSLProtocol.max_size = limits.TLS_BUFFER
        config = uvicorn.Config(
            app,
            http=_Guarded,
            ws=LiveProtocol,
            ws_max_size=limits.FRAME_BYTES,
            ws_ping_interval=PING_S,
            ws_ping_timeout=PING_S,
            ws_per_message_deflate=False,
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=STOP_S,
            ssl_context_factory=lambda *_: context,
        )
        self._server = uvicorn.Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Raises BindError when the server ends before it listens."""
        with contextlib.suppress(ssl.SSLError):
            self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        assert self._task is not None
        while not self._server.started:
            if self._task.done():
                raise BindError("failed", str(self._task.exception() or ""))
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        for connection in tuple(self._server.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()
        for _turn in range(5):  # what was aborted is let go of in the turns after
            await asyncio.sleep(0)

    def drop_slow(self) -> None:
        now = asyncio.get_running_loop().time()
        for connection in tuple(self._server.server_state.connections):
            if isinstance(connection, _Guarded) and now - (connection.since or now) > HEAD_S:
                connection.transport.abort()


def _further(names: tuple[str, ...], port: int) -> tuple[str, ...]:
    """What was typed as names, with their ports; what is none is left out."""
    found: list[str] = []
    for name in names:
        try:
            found.append(address(name if ":" in name else f"{name}:{port}"))
        except ValueError:
            log.warning("not an address of this desk: %.100r", name)
    return tuple(found)


def _bind(place: Place) -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((place.host, place.port))
        found.listen(512)
    except OSError as error:
        found.close()
        codes = {errno.EADDRINUSE: "port_taken", errno.EADDRNOTAVAIL: "no_address"}
        raise BindError(codes.get(error.errno or 0, "failed"), str(error)) from None
    return found
