"""The live lines: news and pokes, and who looks at what. Nothing of it is kept.

After commits there is a round: what they brought is read once, and each line is sent it, or is poked when it did not
ask for that, has not taken the last frame yet, or has to pull. What happens meanwhile waits for the next round.

What a line is told depends on what its agent may see now: that is read again whenever an agent, a membership, a
department or a ticket's access changes, and a device that was shut out is cut off.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from time import monotonic
from typing import Any, Final

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from deskapp.core.api import ChangeSet
from deskapp.core.policies.buckets import Bucket
from deskapp.core.ports import LiveChat, LiveNews, VisitorPresence, VisitorsMoved, VisitorTyping
from deskapp.models.enums import Role
from deskapp.sync.protocol import live as f
from deskapp.sync.protocol.messages import SERVED
from deskapp.sync.server import limits
from deskapp.sync.server.desk import HostedDesk
from deskapp.sync.server.devices import Session
from deskapp.sync.server.homes import Home, Homes, home_of
from deskapp.sync.server.line import Line, Wire, hang_up
from deskapp.sync.server.push import Rights, Round, Rounds, read_rights, seq_of
from deskapp.sync.server.refusals import Refused
from deskapp.sync.server.site import WATCH_S, Site, site_of
from deskapp.sync.server.viewer import Viewer, viewer_of
from deskapp.sync.server.wire import PUSH

log = logging.getLogger(__name__)

HELLO_S: Final = 5.0
RECHECK_S: Final = 0.5
"""Agents change their state all day: their rights are read again at most so often…"""
SAFETY_S: Final = 3.0
"""…and every so often in any case."""
OWN: Final = ""
"""In place of a device: the line of whoever sits at the host's own window."""
REST: Final = 2.0
"""After a round the host rests so many times as long as that took: telling never takes all of its time."""
REST_MOST_S: Final = 0.04
OUTBOX: Final = 1_000
BAD: Final = 1008
AWAY: Final = 1012
FULL: Final = 1013

_client_frame: Final = msgspec.json.Decoder(f.ClientFrame)


class Hub:
    """All live lines of a host; on the server's loop, but for `changed`, which is the authority's."""

    def __init__(
        self, desk: HostedDesk, pool: ThreadPoolExecutor, chat: LiveChat | None = None
    ) -> None:
        self._desk, self._pool, self._chat = desk, pool, chat
        self._lines: list[Line] = []
        self._homes = Homes(lambda tickets: self._read(self._read_homes, tickets))
        self._looked_at: frozenset[str] = frozenset()  # tickets; read by the chat's thread, too
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._unfollow: list[Callable[[], None]] = []
        self._recheck = asyncio.Event()
        self._rounds = Rounds(desk.exchange)
        self._touched: set[str] = set()
        self._news = asyncio.Event()

    @property
    def connected(self) -> int:
        return len(self._lines)

    def devices(self) -> tuple[str, ...]:
        """Those that are connected now."""
        return tuple(sorted({line.session.device for line in self._lines} - {OWN}))

    def start(self) -> None:
        """On the server's loop."""
        self._loop = asyncio.get_running_loop()
        self._spawn(self._keep_checking())
        self._spawn(self._keep_telling())
        self._unfollow.append(self._desk.authority.subscribe(self.changed))
        if self._chat is not None:
            self._unfollow.append(self._chat.subscribe(self._chat_news))

    async def stop(self) -> None:
        for unfollow in self._unfollow:
            unfollow()
        self._unfollow.clear()
        for line in list(self._lines):
            self._close(line, AWAY)
        for task in list(self._tasks):
            if task.get_coro().__name__ != "_drain":  # type: ignore[union-attr]
                task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=1)
        self._loop = None

    # A line ----------------------------------------------------------------------------------------------------

    async def serve(self, socket: WebSocket) -> None:
        await socket.accept()
        line: Line | None = None
        try:
            async with asyncio.timeout(HELLO_S):
                text = await socket.receive_text()
            line = await self._admit(socket, text)
            if line is not None:
                await self._listen(line)
        except TimeoutError:
            await hang_up(socket, BAD)
        except (WebSocketDisconnect, KeyError, RuntimeError):  # gone, or a frame that is no text
            pass
        finally:
            if line is not None:
                await self._leave(line)

    async def _admit(self, socket: WebSocket, text: str) -> Line | None:
        try:
            hello = msgspec.json.decode(text, type=f.LiveHello)
        except (msgspec.MsgspecError, ValueError):
            await hang_up(socket, BAD)
            return None
        if hello.version not in SERVED:
            await hang_up(socket, f.VERSION)
            return None
        try:
            session, viewer, seq = await self._read(self._who, hello.token)
        except Refused:
            await hang_up(socket, f.REVOKED)
            return None
        own = [line for line in self._lines if line.session.device == session.device]
        if len(self._lines) >= limits.LINES or len(own) >= limits.LINES_A_DEVICE:
            await hang_up(socket, FULL)
            return None
        return self._enter(
            Line(
                session=session, viewer=viewer, seq=seq,
                socket=socket, frames_left=Bucket(limits.FRAMES, monotonic()),
                push=socket.scope["state"].get(PUSH),
            )
        )  # fmt: skip

    def _enter(self, line: Line) -> Line:
        self._lines.append(line)
        self._push(line, f.Ready(server_at=self._desk.authority.clock.now(), news=True))
        for agent, look in self._looks().items():
            self._tell_seen(agent, look, [line])
        return line

    def sit(self, agent_id: str, wire: Wire) -> None:
        """The person at the host's own window is one of the team; until `wire` ends. On the server's loop."""
        self._spawn(self._sit(agent_id, wire))

    async def _sit(self, agent_id: str, wire: Wire) -> None:
        rights = await self._read(self._rights, {agent_id})
        viewer = rights.viewers.get(agent_id)
        if viewer is None:
            return
        line = self._enter(
            Line(
                session=Session(OWN, agent_id), viewer=viewer, seq=rights.seq,
                socket=wire, frames_left=Bucket(limits.OWN_FRAMES, monotonic()),
            )
        )  # fmt: skip
        try:
            await self._listen(line)
        except ConnectionAbortedError:
            log.debug("the host's own window took its leave")
        finally:
            await self._leave(line)

    def _who(self, token: str) -> tuple[Session, Viewer, int]:
        session = self._desk.session(token)
        with self._desk.exchange.snapshot() as connection:
            return session, viewer_of(connection, session.agent_id), seq_of(connection)

    async def _listen(self, line: Line) -> None:
        while True:
            text = await line.socket.receive_text()
            if line.close_code:
                continue
            if line.frames_left.wait(monotonic()):
                self._close(line, BAD)
                continue
            try:
                frame = _client_frame.decode(text)
            except (msgspec.MsgspecError, ValueError):
                self._close(line, BAD)
                continue
            await self._take(line, frame)

    async def _take(self, line: Line, frame: f.ClientFrame) -> None:
        if isinstance(frame, f.Follow):
            line.follows = True
            return
        if isinstance(frame, f.AskVisitors):
            line.asked_at = monotonic()
            await self._tell_visitors([line])
            return
        home = await self._homes.of(frame.ticket) if frame.ticket else Home()
        if isinstance(frame, f.Look):
            shown = home.shows_to(line.viewer)
            self._look(line, frame if shown else f.Look(ticket=""))
            self._tell_of(line.viewer.uid)
        elif self._chat and home.shows_to(line.viewer) and line.viewer.role is not Role.LIGHT:
            self._chat.agent_typing(frame.ticket, frame.typing)

    def _look(self, line: Line, look: f.Look) -> None:
        """Who opens a chat is told how its visitor is; what changes then is told while they look."""
        opened, line.look = look.ticket != line.look.ticket, look
        self._note_looks()
        if opened and look.ticket and self._chat is not None:
            presence, preview = self._chat.presence(look.ticket), self._chat.preview(look.ticket)
            if presence.online or look.ticket in line.there:
                self._push_chat(line, presence)
                self._push_chat(line, preview)

    def _note_looks(self) -> None:
        self._looked_at = frozenset(line.look.ticket for line in self._lines) - {""}

    async def _leave(self, line: Line) -> None:
        self._lines.remove(line)
        self._note_looks()
        self._tell_of(line.viewer.uid)

    # What is told ----------------------------------------------------------------------------------------------

    def _looks(self) -> dict[str, f.Look]:
        """What each agent looks at, who looks at something."""
        return {line.viewer.uid: line.look for line in self._lines if line.look.ticket}

    def _tell_of(self, agent: str) -> None:
        self._tell_seen(agent, self._looks().get(agent, f.Look(ticket="")), self._lines)

    def _tell_seen(self, agent: str, look: f.Look, lines: Iterable[Line]) -> None:
        """What a colleague looks at now, to each who may see it; to the others: nothing."""
        home = self._homes.get(look.ticket, Home())
        for line in lines:
            if line.viewer.uid == agent:
                continue
            now = (look.ticket, look.typing) if home.shows_to(line.viewer) else ("", False)
            if line.told.get(agent, ("", False)) != now:
                line.told[agent] = now
                self._push(line, f.SeenFrame(agent=agent, ticket=now[0], typing=now[1]))

    def changed(self, changes: ChangeSet) -> None:
        """On the authority's thread, after each commit."""
        self._call(self._changed, changes)

    def _changed(self, changes: ChangeSet) -> None:
        self._touched |= changes.scopes.keys()
        self._news.set()
        if changes.touches("agent", "membership", "department"):
            self._recheck.set()
        if changes.touches("ticket", "ticket_access"):
            before = self._homes.forget(None if changes.whole else changes.tickets)
            if before:
                self._spawn(self._moved(before))

    async def _keep_telling(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            touched, self._touched = self._touched, set()
            begin = monotonic()
            try:
                await self._tell(touched)
            except Exception:
                log.exception("the live lines could not be told what is new")
                self._tell_all_of(touched, None)
            await asyncio.sleep(min((monotonic() - begin) * REST, REST_MOST_S))

    async def _tell(self, touched: set[str]) -> None:
        """One round: send what is new in these scopes, or poke."""
        lines = list(self._lines)
        followed = {scope for line in lines if line.follows for scope in line.viewer.scopes}
        self._rounds.forget(touched - followed)
        if not followed:
            self._tell_all_of(touched, None)
            return
        told = touched & followed
        done = await self._read(self._rounds.read, told, {line.viewer.uid for line in lines})
        if done.rights is not None:
            self._take_rights(done.rights, lines)
        self._tell_all_of((touched - told) | done.moved, done)

    def _tell_all_of(self, touched: set[str], done: Round | None) -> None:
        """Those lines too that came during the round: who knows what they have read."""
        for line in self._lines:
            scopes = touched.intersection(line.viewer.scopes)
            if not scopes or line.close_code or line.session.device == OWN:
                continue
            frames = line.frames(done, scopes) if done else None
            if done is None or frames is None:
                line.poked |= scopes
                self._start(line)
                continue
            if line.push is not None and not line.sending:
                while frames and line.push(done.ready(frames[0])):
                    del frames[0]
            if frames:
                line.news = True
                line.outbox += frames
                self._start(line)

    async def _moved(self, before: Mapping[str, Home]) -> None:
        """They were written: most of them stay where they are."""
        await self._homes.know(self._looked_at)
        if any(
            self._homes[ticket] != before[ticket] for ticket in self._homes.keys() & before.keys()
        ):
            self._tell_all()

    def _tell_all(self) -> None:
        for line in self._lines:
            home = self._homes.get(line.look.ticket, Home())
            if line.look.ticket and not home.shows_to(line.viewer):
                line.look = f.Look(ticket="")
        self._note_looks()
        looks = self._looks()
        told = {agent for line in self._lines for agent, seen in line.told.items() if seen[0]}
        for agent in looks.keys() | told:
            self._tell_seen(agent, looks.get(agent, f.Look(ticket="")), self._lines)

    def _chat_news(self, news: LiveNews) -> None:
        """On a worker thread of the chat server."""
        if isinstance(news, VisitorTyping | VisitorPresence):
            if news.ticket_id in self._looked_at:
                self._call(self._spawn_chat, news)
        elif isinstance(news, VisitorsMoved):
            self._call(lambda: self._spawn(self._tell_visitors(list(self._lines))))

    def _spawn_chat(self, news: VisitorTyping | VisitorPresence) -> None:
        self._spawn(self._tell_chat(news))

    async def _tell_chat(self, news: VisitorTyping | VisitorPresence) -> None:
        home = await self._homes.of(news.ticket_id)
        for line in self._lines:
            if line.look.ticket == news.ticket_id and home.shows_to(line.viewer):
                self._push_chat(line, news)

    def _push_chat(self, line: Line, news: VisitorTyping | VisitorPresence) -> None:
        line.there.add(news.ticket_id)
        self._push(line, f.ChatNews(kind=type(news).__name__, body=asdict(news)))

    async def _tell_visitors(self, lines: Iterable[Line]) -> None:
        """Those who asked lately who is on the site; those who asked long ago may ask again."""
        fresh, now = [], monotonic()
        for line in lines:
            if line.asked_at and now - line.asked_at <= WATCH_S:
                fresh.append(line)
            elif line.asked_at:
                line.asked_at = 0.0
                self._push(line, f.Visitors(stale=True))
        if not fresh:
            return
        site, homes = await self._read(self._read_site)
        for line in fresh:
            there = tuple(map(asdict, site.shown_to(line.viewer, homes)))
            self._push(line, f.Visitors(visitors=there, running=site.running))

    def _read_site(self) -> tuple[Site, dict[str, Home]]:
        with self._desk.exchange.snapshot() as connection:
            site = site_of(connection, self._chat)
            return site, {one: home_of(connection, one) for one in site.tickets()}

    # Who may ---------------------------------------------------------------------------------------------------

    def _read_homes(self, tickets: Iterable[str]) -> dict[str, Home]:
        with self._desk.exchange.snapshot() as connection:
            return {ticket: home_of(connection, ticket) for ticket in tickets}

    async def _keep_checking(self) -> None:
        while True:
            try:
                async with asyncio.timeout(SAFETY_S):
                    await self._recheck.wait()
            except TimeoutError:
                log.debug("the lines are checked in any case")
            self._recheck.clear()
            try:
                await self._check()
            except Exception:
                log.exception("the live lines could not be checked")
            await asyncio.sleep(RECHECK_S)

    async def _check(self) -> None:
        lines = list(self._lines)
        if not lines:
            return
        rights = await self._read(self._rights, {line.viewer.uid for line in lines})
        self._take_rights(rights, lines)
        self._homes.keep(self._looked_at)
        await self._homes.know(self._looked_at)
        self._tell_all()

    def _rights(self, agents: set[str]) -> Rights:
        with self._desk.exchange.snapshot() as connection:
            return read_rights(connection, agents)

    def _take_rights(self, rights: Rights, lines: Iterable[Line]) -> None:
        """Of lines that were there before they were read; who knows something newer keeps that."""
        for line in [line for line in lines if line.seq <= rights.seq]:
            viewer = rights.viewers.get(line.viewer.uid)
            good = line.session.device in rights.devices or line.session.device == OWN
            if viewer is None or not good:
                self._close(line, f.REVOKED)
                continue
            line.seq = rights.seq
            if viewer != line.viewer:
                line.poked |= {viewer.scopes[0], *viewer.scopes} - set(line.viewer.scopes[1:])
                line.viewer = viewer
                self._start(line)

    # Out -------------------------------------------------------------------------------------------------------

    def _push(self, line: Line, frame: f.HostFrame) -> None:
        """After what is on its way; a line that does not take it is cut off. Does not wait."""
        if line.close_code:
            return
        line.outbox.append(msgspec.json.encode(frame).decode())
        if len(line.outbox) > OUTBOX:
            line.outbox.clear()
            self._close(line, FULL)
        self._start(line)

    def _close(self, line: Line, code: int) -> None:
        if not line.close_code:
            line.close_code = code
            line.poked.clear()
            if code == f.REVOKED:
                line.outbox.clear()
            self._start(line)

    def _start(self, line: Line) -> None:
        if not line.sending:
            line.sending = True
            self._spawn(self._drain(line))

    async def _drain(self, line: Line) -> None:
        try:
            while line.outbox or line.poked:
                if line.poked:
                    poke = f.Poke(scopes=tuple(sorted(line.poked)))
                    line.poked.clear()
                    line.outbox.insert(0, msgspec.json.encode(poke).decode())
                frame = line.outbox.pop(0)
                if isinstance(frame, bytes):
                    await line.socket.send_bytes(frame)
                    line.news = any(isinstance(one, bytes) for one in line.outbox)
                else:
                    await line.socket.send_text(frame)
            if line.close_code:
                await line.socket.close(line.close_code)
        except (OSError, RuntimeError, WebSocketDisconnect):  # gone; it asks again when it is back
            line.outbox.clear()
            line.poked.clear()
        finally:
            line.sending = line.news = False

    async def _read(self, function: Callable[..., Any], *args: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *args)

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a live line failed", exc_info=task.exception())

    def _call(self, function: Callable[..., None], *args: object) -> None:
        loop = self._loop
        if loop is not None:
            try:
                loop.call_soon_threadsafe(function, *args)
            except RuntimeError:
                log.debug("the team's server has ended")
