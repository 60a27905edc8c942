"""What all sockets share: boxes, visits, limits, and the one way to the desk. Lives on the server's loop."""

import asyncio
import hashlib
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final, TypeVar

from deskapp.channels.webchat import clean, limits
from deskapp.channels.webchat import frames as f
from deskapp.channels.webchat.answers import Answers
from deskapp.channels.webchat.boxes import Box
from deskapp.channels.webchat.files import Uploads
from deskapp.channels.webchat.identity import Identity, verify
from deskapp.channels.webchat.news import News
from deskapp.channels.webchat.origins import Doors
from deskapp.channels.webchat.pressure import Pressure
from deskapp.channels.webchat.signs import Signs
from deskapp.channels.webchat.socket import ChatSocket
from deskapp.channels.webchat.talk import Talk
from deskapp.channels.webchat.visits import Key, Visit, Visits
from deskapp.core.api import Command, Outcome, Query, Workspace
from deskapp.core.commands.webchat import IdentifyVisitor
from deskapp.core.policies.chat_box import ChatBox
from deskapp.core.ports import Clock, VisitorPresence, VisitorsMoved
from deskapp.core.queries.webchat import Availability, FindVisitor, GetAvailability, KnownVisitor

log = logging.getLogger(__name__)

R = TypeVar("R")

BROADCAST: Final = 100
"""Sockets that are written to before others get a turn."""


class Hub:
    """`secret_of` answers the secret with which a box's site signs, or None."""

    def __init__(
        self,
        desk: Workspace,
        clock: Clock,
        news: News,
        secret_of: Callable[[str], Coroutine[Any, Any, str | None]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.desk, self.clock, self.news, self.monotonic = desk, clock, news, monotonic
        self._secret_of = secret_of
        self._answers = Answers()
        self.visits = Visits()
        self.boxes: dict[str, Box] = {}
        self.closed_boxes: frozenset[str] = frozenset()
        self.doors = Doors()
        self.uploads = Uploads(monotonic)
        self.talk, self.signs = Talk(self), Signs(self)
        self.pressure = Pressure(monotonic)
        self.messages = limits.Limiter(limits.MESSAGES, monotonic)
        self.new_chats = limits.Limiter(limits.NEW_CHATS, monotonic)
        self.files_sent = limits.Limiter(limits.UPLOADS, monotonic)
        self.files_from = limits.Limiter(limits.UPLOADS_AN_ADDRESS, monotonic)
        self.hellos = limits.Limiter(limits.HELLOS, monotonic)
        self.lookups = limits.Limiter(limits.LOOKUPS, monotonic)
        self.transcripts = limits.Limiter(limits.TRANSCRIPTS, monotonic)
        self._sockets: Counter[str] = Counter()
        self._silent: deque[ChatSocket] = deque()
        self._available = Availability(False, ())
        self._tasks: set[asyncio.Task[None]] = set()
        self._told = -1

    # The desk -------------------------------------------------------------------------------------------------------

    async def ask(self, query: Query[R]) -> R:
        return await self._answers.of(self.desk.query(query))

    async def submit(self, command: Command) -> Outcome:
        """What was handed over is carried out, even if nobody waits for the answer any more."""
        return await self._answers.of(self.desk.submit(command))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a task of the chat server failed", exc_info=error)

    # Sockets --------------------------------------------------------------------------------------------------------

    @property
    def connected(self) -> int:
        return self._sockets.total()

    def admit(self, socket: ChatSocket) -> int:
        """Count a new socket; a close code when it may not stay."""
        self._sockets[socket.address] += 1
        if not self._knows_origin(socket.origin):
            return f.CLOSED_REFUSED
        if (
            self._sockets[socket.address] > limits.SOCKETS_AN_ADDRESS
            or self.connected > limits.SOCKETS
            or self.hellos.wait(socket.address)
        ):
            return f.CLOSED_TOO_MANY
        self._silent.append(socket)
        return 0

    def _knows_origin(self, origin: str) -> bool:
        return origin in self.doors.own_origins() or any(
            origin in box.origins for box in self.boxes.values()
        )

    def allows(self, box: Box, origin: str) -> bool:
        """Whether a page of that origin may use the box."""
        return origin in box.origins or origin in self.doors.own_origins()

    def leave(self, socket: ChatSocket) -> None:
        self._sockets[socket.address] -= 1
        if not self._sockets[socket.address]:
            del self._sockets[socket.address]
        if socket.visit is not None:
            self.visits.went(socket.visit, socket, self.monotonic())
            self.signs.stop(socket.visit)

    async def handle(self, socket: ChatSocket, frame: f.Incoming) -> None:
        if isinstance(frame, f.Hello):
            await self._hello(socket, frame)
        else:
            await self.talk.handle(socket, frame)

    # Hello ----------------------------------------------------------------------------------------------------------

    async def _hello(self, socket: ChatSocket, hello: f.Hello) -> None:
        box = self.boxes.get(hello.box)
        if box is None or not self.allows(box, socket.origin):
            closed = box is None and hello.box in self.closed_boxes
            socket.close(f.CLOSED_BOX if closed else f.CLOSED_REFUSED)
            return
        signed = await self._signed(box, hello.identity)
        key = (box.id, token_hash(hello.token), signed.email if signed else "")
        known = await self.ask(FindVisitor(*key))
        visit = self.visits.find(key) or self._new_visit(key)
        self._update(visit, hello, signed, known)
        socket.visit = visit
        if known is not None and signed is not None and not known.blocked:
            await self.submit(IdentifyVisitor(account_id=box.id, visitor=visit.claim()))
        await self.talk.welcome(socket, visit, box, hello.since)
        if box.id not in self.boxes:  # it was closed meanwhile
            socket.close(f.CLOSED_BOX)
        if socket.closing:  # it left meanwhile
            self.visits.went(visit, socket, self.monotonic())
        else:
            self.visits.joined(visit, socket)
            self._tell_presence(visit)

    async def _signed(self, box: Box, claim: str) -> Identity | None:
        if not claim:
            return None
        return verify(claim, await self._secret_of(box.id), self.clock.now())

    def _new_visit(self, key: Key) -> Visit:
        now = self.clock.now()
        visit = Visit(self.desk.new_id(), key, now, now)
        self.visits.add(visit)
        return visit

    def _update(
        self, visit: Visit, hello: f.Hello, signed: Identity | None, known: KnownVisitor | None
    ) -> None:
        visit.language = language_of(hello.language)
        visit.signed = signed
        visit.verified = signed is not None or (known is not None and known.verified)
        who = signed or known
        if who is not None:
            visit.name, visit.email = who.name or visit.name, who.email or visit.email
        if known is not None:
            visit.blocked = known.blocked
        if not visit.opening:
            self.enter(visit, known.last_ticket_id if known is not None else "")
        visit.referrer = visit.referrer or clean.url(hello.page.referrer)
        self.turn_page(visit, hello.page.url, hello.page.title)

    def turn_page(self, visit: Visit, url: str, title: str) -> None:
        page = clean.url(url), clean.line(title, clean.TITLE)
        if page != (visit.page_url, visit.page_title):
            visit.page_url, visit.page_title = page
            visit.page_at = self.clock.now()
            self.visits.moved = True
            self._tell_presence(visit)

    def enter(self, visit: Visit, ticket_id: str) -> None:
        """The visitor is in that conversation from now on."""
        if visit.ticket_id != ticket_id:
            self.visits.set_ticket(visit, ticket_id)
            visit.status = f.Status()
            self.visits.moved = True
            self._tell_presence(visit)

    def _tell_presence(self, visit: Visit) -> None:
        if visit.ticket_id:
            self.news.tell(visit.presence())

    def available(self, visit: Visit) -> f.Online:
        if visit.blocked:
            return f.Online(False, ())
        return f.Online(self._available.online, self._available.agents)

    # What changes for everybody -------------------------------------------------------------------------------------

    async def look_who_is_online(self) -> None:
        found = await self.ask(GetAvailability())
        if found != self._available:
            self._available = found
            await self._broadcast(f.encode(f.Online(found.online, found.agents)))

    async def _broadcast(self, text: str) -> None:
        """One encoding for all; in portions, so that no reader of others waits."""
        sent = 0
        for visit in self.visits:
            for socket in () if visit.blocked else tuple(visit.sockets):
                socket.push(text)
                sent += 1
                if sent % BROADCAST == 0:
                    await asyncio.sleep(0)

    def set_boxes(self, boxes: Mapping[str, Box], closed: frozenset[str], doors: Doors) -> None:
        """Take over boxes and addresses; sockets that may no longer be here are closed."""
        before, self.boxes = self.boxes, dict(boxes)
        self.closed_boxes, self.doors = closed, doors
        changed = {uid for uid, box in boxes.items() if before.get(uid) != box}
        for visit in self.visits:
            box = boxes.get(visit.box_id)
            if box is None or visit.box_id in changed:
                self._box_changed(visit, box)

    def _box_changed(self, visit: Visit, box: Box | None) -> None:
        for socket in tuple(visit.sockets):
            if box is None:
                socket.close(f.CLOSED_BOX)
            elif not self.allows(box, socket.origin):
                socket.close(f.CLOSED_REFUSED)
            else:
                socket.push(f.encode(f.BoxChanged(box.face)))

    def settings_of(self, visit: Visit) -> ChatBox | None:
        box = self.boxes.get(visit.box_id)
        return box.settings if box is not None else None

    # The wheel ------------------------------------------------------------------------------------------------------

    def often(self) -> None:
        """Several times a second: pages that say no hello, marks, news."""
        now = self.monotonic()
        while self._silent and (
            self._silent[0].visit is not None
            or self._silent[0].closing
            or now - self._silent[0].born > limits.HELLO_S
        ):
            socket = self._silent.popleft()
            if socket.visit is None:
                socket.close(f.CLOSED_BAD_FRAME)
        self.talk.often()
        self.signs.often(now)
        self.news.flush()

    def each_second(self) -> None:
        for visit in self.visits.gone(self.monotonic()):
            if visit.ticket_id:
                self.news.tell(VisitorPresence(visit.ticket_id, online=False))
            self.visits.remove(visit)
        if self.visits.moved or len(self.visits) != self._told:
            self.visits.moved, self._told = False, len(self.visits)
            self.news.tell(VisitorsMoved(self._told))
        self.talk.each_second()
        self.pressure.call()

    def each_minute(self) -> None:
        self.uploads.forget_old()
        for limiter in (
            self.messages,
            self.new_chats,
            self.files_sent,
            self.files_from,
            self.hellos,
            self.lookups,
            self.transcripts,
        ):
            limiter.forget_idle()


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def language_of(tag: str) -> str:
    """The desk's language for a browser's ("es-MX"); empty when it speaks another."""
    primary = tag[:2].lower()
    return primary if primary in ("en", "es") and not tag[2:3].isalpha() else ""
