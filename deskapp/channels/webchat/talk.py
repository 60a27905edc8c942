"""What is said: a visitor's frames into commands of the desk, and its conversation out to the pages."""

import logging
from functools import partial
from typing import TYPE_CHECKING, Final

from deskapp.channels.webchat import clean
from deskapp.channels.webchat import frames as f
from deskapp.channels.webchat.boxes import Box
from deskapp.channels.webchat.files import Upload
from deskapp.channels.webchat.reading import NewsReader
from deskapp.channels.webchat.socket import ChatSocket
from deskapp.channels.webchat.visits import Visit
from deskapp.core.api import Outcome
from deskapp.core.commands.messages import AttachmentRef
from deskapp.core.commands.tickets import RateConversation
from deskapp.core.commands.webchat import EndChat, MarkChat, ReceiveChat, SendTranscript
from deskapp.core.policies.chat_box import BODY
from deskapp.core.queries.webchat import (
    ChatMessage,
    ChatMessages,
    ChatProgress,
    GetChatNews,
    GetOpenChats,
)
from deskapp.models.dto import AttachmentInfo
from deskapp.models.enums import ChatState, MessageKind

if TYPE_CHECKING:
    from deskapp.channels.webchat.hub import Hub

log = logging.getLogger(__name__)

PAGE: Final = 200
"""Messages of one read."""
RATED: Final = 2
"""Thumbs down and up: 1 and 2 of 2."""
NOW_MS: Final = 1
SAID_TO_PAGE: Final = {
    "body_empty": "empty",
    "body_too_long": "too_long",
    "transcript_limit": "transcript_limit",
    "not_answered": "not_answered",
}


class Talk:
    """Conversations of all visits. Each is sent in order, by one task at a time."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._news = NewsReader(hub.ask)
        self._to_mark: dict[str, Visit] = {}
        self._places = False

    async def handle(self, socket: ChatSocket, frame: f.Incoming) -> None:
        visit = socket.visit
        assert visit is not None
        match frame:
            case f.Say():
                await self._say(socket, visit, frame)
            case f.Typing():
                self._hub.signs.typed(visit, frame.text)
            case f.Got():
                self._mark(visit, delivered=min(frame.order, socket.sent_to))
            case f.Seen():
                order = min(frame.order, socket.sent_to)
                self._mark(visit, delivered=order, seen=order)
            case f.Page():
                self._hub.turn_page(visit, frame.url, frame.title)
            case f.Rate():
                await self._rate(visit, frame)
            case f.End():
                if visit.ticket_id and not visit.blocked:
                    await self._hub.submit(EndChat(ticket_id=visit.ticket_id))
            case f.AskTranscript():
                await self._send_transcript(socket, visit, frame)
            case _:
                socket.push(_PONG)

    # In -------------------------------------------------------------------------------------------------------------

    async def _say(self, socket: ChatSocket, visit: Visit, say: f.Say) -> None:
        hub = self._hub
        error = ""
        text = clean.words(say.text).strip()
        wait = hub.messages.wait(visit.key[:2]) or self._place(socket, visit, say.id)
        if not wait and not self._goes_on(visit) and not visit.opening and not visit.blocked:
            wait = hub.new_chats.wait(socket.address)
        uploads = None if wait else hub.uploads.name(say.files, visit.key[:2], say.id)
        if wait:
            error = "slow_down"
        elif visit.blocked:
            error = "rejected"
        elif len(text) > BODY:
            error = "too_long"
        elif not text and not say.files:
            error = "empty"
        elif uploads is None and not await self._repeat(socket, visit, say.id):
            error = "file_refused"
        if error:
            socket.push(f.encode(f.Error(error, say.id, round(wait * 1000))))
        elif uploads is not None:
            await self._receive(socket, visit, say, text, uploads)

    def _place(self, socket: ChatSocket, visit: Visit, client_id: str) -> float:
        """How long it has to wait in line, of which it is told."""
        call = partial(_call, visit, client_id)
        wait = self._hub.pressure.wait((visit.key, client_id), call)
        if wait:
            socket.in_line.add(client_id)
        return wait

    async def _receive(
        self, socket: ChatSocket, visit: Visit, say: f.Say, text: str, uploads: list[Upload]
    ) -> None:
        hub = self._hub
        self._tell_claim(visit, say)
        hub.signs.stop(visit)
        new_id = hub.desk.new_id
        visit.opening += 1
        socket.asked.add(say.id)
        try:
            with hub.pressure.one():
                outcome = await hub.submit(
                    ReceiveChat(
                        account_id=visit.box_id,
                        visitor=visit.claim(),
                        client_id=say.id,
                        body=text,
                        attachments=tuple(_attachment(upload) for upload in uploads),
                        leave=say.leave,
                        visitor_id=new_id(),
                        contact_id=new_id(),
                        ticket_id=new_id(),
                        message_id=new_id(),
                    )
                )
        finally:
            visit.opening -= 1
            told = say.id not in socket.asked
            socket.asked.discard(say.id)
        if outcome.ok:
            await self._acknowledge(socket, visit, say.id, outcome, told)
        else:
            self._say_refused(socket, visit, say.id, outcome)

    async def _acknowledge(
        self, socket: ChatSocket, visit: Visit, client_id: str, outcome: Outcome, told: bool
    ) -> None:
        """`told`: a read came upon the message before its outcome was back, and said so."""
        result = outcome.result
        said = f.Said(client_id, int(str(result["order"])), int(str(result["at"])))
        ticket_id = str(result["ticket_id"])
        before = visit.ticket_id
        if not result["duplicate"] or not before:
            self._hub.enter(visit, ticket_id)
        behind = said.order > socket.sent_to and visit.ticket_id == ticket_id
        if behind:
            socket.acks[client_id] = said
        elif not told:
            socket.push(f.encode(said))
        # A commit is told before its outcome: what has been read since, or is being read, has it.
        if visit.ticket_id != before or (behind and not visit.refreshing):
            await self.refresh(visit)

    def _say_refused(
        self, socket: ChatSocket, visit: Visit, client_id: str, outcome: Outcome
    ) -> None:
        assert outcome.rejected is not None
        code = outcome.rejected.code
        if code == "box_closed":
            socket.close(f.CLOSED_BOX)
            return
        visit.blocked = visit.blocked or code == "visitor_blocked"
        socket.push(f.encode(f.Error(SAID_TO_PAGE.get(code, "rejected"), client_id)))

    async def _repeat(self, socket: ChatSocket, visit: Visit, client_id: str) -> bool:
        """Acknowledge a message that the desk has, though its uploads are forgotten."""
        if not visit.ticket_id:
            return False
        for message in await self._hub.ask(ChatMessages(visit.ticket_id)):
            if message.client_id == client_id:
                socket.push(f.encode(f.Said(client_id, message.order, message.at)))
                return True
        return False

    def _tell_claim(self, visit: Visit, say: f.Say) -> None:
        """What was typed before the chat; what the site signed stands."""
        if visit.signed is None:
            visit.name = clean.line(say.name, clean.NAME) or visit.name
            visit.email = clean.line(say.email, clean.EMAIL) or visit.email
        if say.answers:
            visit.answers = tuple(
                (clean.line(label, clean.LABEL), clean.line(value, clean.ANSWER))
                for label, value in say.answers
            )

    async def _rate(self, visit: Visit, frame: f.Rate) -> None:
        if visit.ticket_id and not visit.blocked and not self._hub.messages.wait(visit.key[:2]):
            comment = clean.words(frame.comment).strip()[: clean.COMMENT]
            await self._hub.submit(
                RateConversation(
                    ticket_id=visit.ticket_id,
                    score=RATED if frame.good else 1,
                    scale=RATED,
                    comment=comment,
                )
            )

    async def _send_transcript(
        self, socket: ChatSocket, visit: Visit, frame: f.AskTranscript
    ) -> None:
        box = self._hub.settings_of(visit)
        if not visit.ticket_id or visit.blocked or box is None or not box.transcript:
            socket.push(f.encode(f.Error("rejected")))
        elif self._hub.transcripts.wait(visit.key[:2]):
            socket.push(f.encode(f.Error("transcript_limit")))
        else:
            address = clean.line(frame.email, clean.EMAIL)
            outcome = await self._hub.submit(
                SendTranscript(ticket_id=visit.ticket_id, address=address)
            )
            if outcome.rejected is not None:
                code = SAID_TO_PAGE.get(outcome.rejected.code, "rejected")
                socket.push(f.encode(f.Error(code)))

    # Out ------------------------------------------------------------------------------------------------------------

    async def welcome(self, socket: ChatSocket, visit: Visit, box: Box, since: int) -> None:
        """All that a page needs; the socket is then told of whatever comes."""
        changes = visit.changes
        messages, status = await self._read(visit, since)
        visit.status = status
        online = self._hub.available(visit)
        socket.sent_to = max([since, *(message.order for message in messages)])
        socket.status = f.encode(status)
        socket.push(
            f.encode(
                f.Welcome(
                    box=box.face,
                    online=online.online,
                    agents=online.agents,
                    messages=[_shown(message) for message in messages],
                    status=status,
                    known=f.Known(visit.name, visit.email, visit.verified),
                )
            )
        )
        self._mark(visit, delivered=since)
        if visit.changes != changes:
            self._hub.spawn(self.refresh(visit))

    async def _read(self, visit: Visit, since: int) -> tuple[list[ChatMessage], f.Status]:
        """Messages after `since` and how the chat stands. A blocked visitor has neither."""
        ticket_id = visit.ticket_id
        if not ticket_id:
            return [], f.Status()
        try:
            news = await self._news.of(GetChatNews(ticket_id, since, PAGE))
        except LookupError:
            return [], f.Status()
        progress, messages = news.progress, list(news.messages)
        if progress.blocked != visit.blocked:
            visit.blocked = progress.blocked
            online = f.encode(self._hub.available(visit))
            for socket in tuple(visit.sockets):
                socket.push(online)
        if visit.blocked:
            return [], f.Status()
        page = news.messages
        while since and len(page) == PAGE:  # without `since` the newest are enough
            page = await self._hub.ask(ChatMessages(ticket_id, messages[-1].order, PAGE))
            messages += page
        return messages, _status(progress)

    def changed(self, ticket_id: str) -> None:
        """A commit touched the conversation."""
        for visit in self._hub.visits.of_ticket(ticket_id):
            visit.changes += 1
            if visit.sockets:
                self._hub.spawn(self.refresh(visit))

    async def refresh(self, visit: Visit) -> None:
        """Send the pages what they do not have. While it runs, another call makes it run once more."""
        visit.stale = True
        if visit.refreshing:
            return
        visit.refreshing = True
        try:
            while visit.stale or any(socket.acks for socket in visit.sockets):
                visit.stale = False
                await self._send_news(visit)
        finally:
            visit.refreshing = False

    async def _send_news(self, visit: Visit) -> None:
        sockets = tuple(visit.sockets)
        waiting = [(socket, said) for socket in sockets for said in socket.acks.values()]
        try:
            if sockets:
                after = min(socket.sent_to for socket in sockets)
                messages, status = await self._read(visit, after)
                self._send_messages(sockets, messages)
                self._send_status(visit, sockets, status)
        finally:
            for (
                socket,
                said,
            ) in waiting:  # merged away or deleted meanwhile: it is committed all the same
                if socket.acks.pop(said.id, None) is not None:
                    socket.push(f.encode(said))

    def _send_messages(self, sockets: tuple[ChatSocket, ...], messages: list[ChatMessage]) -> None:
        for message in messages:
            text = ""
            for socket in sockets:
                if message.order <= socket.sent_to:
                    continue
                socket.sent_to = message.order
                said = socket.acks.pop(message.client_id, None)
                if said is None and message.client_id in socket.asked:
                    socket.asked.remove(message.client_id)
                    said = f.Said(message.client_id, message.order, message.at)
                if said is not None:
                    socket.push(f.encode(said))
                else:
                    text = text or f.encode(f.NewMessage(_shown(message)))
                    socket.push(text)

    def _send_status(self, visit: Visit, sockets: tuple[ChatSocket, ...], status: f.Status) -> None:
        if visit.status.state == "waiting" != status.state:
            self._places = True
        visit.status = status
        text = f.encode(status)
        for socket in sockets:
            if socket.status != text:
                socket.status = text
                socket.push(text)

    def places_moved(self) -> None:
        """Somebody who may not be here left the queue."""
        self._places = True

    # Marks and the wheel ----------------------------------------------------------------------------------------------

    def _goes_on(self, visit: Visit) -> bool:
        return visit.ticket_id != "" and visit.status.state != ChatState.ENDED

    def _mark(self, visit: Visit, delivered: int = 0, seen: int = 0) -> None:
        if visit.ticket_id and not visit.blocked:
            visit.delivered_to = max(visit.delivered_to, delivered)
            visit.seen_to = max(visit.seen_to, seen)
            if (visit.delivered_to, visit.seen_to) != visit.marked:
                self._to_mark[visit.ticket_id] = visit

    def often(self) -> None:
        marks, self._to_mark = self._to_mark, {}
        for ticket_id, visit in marks.items():
            visit.marked = (visit.delivered_to, visit.seen_to)
            self._hub.spawn(self._submit_mark(ticket_id, *visit.marked))

    async def _submit_mark(self, ticket_id: str, delivered: int, seen: int) -> None:
        await self._hub.submit(MarkChat(ticket_id=ticket_id, delivered_to=delivered, seen_to=seen))

    def each_second(self) -> None:
        if self._places:
            self._places = False
            self._hub.spawn(self._tell_places())

    async def _tell_places(self) -> None:
        """One look at the queue; only those whose place is another are told."""
        chats = await self._hub.ask(GetOpenChats())
        queue = sorted((c.started_at, c.ticket_id) for c in chats if c.state is ChatState.WAITING)
        for place, (_, ticket_id) in enumerate(queue, 1):
            for visit in self._hub.visits.of_ticket(ticket_id):
                if visit.sockets and visit.status.place != place:
                    self._hub.spawn(self.refresh(visit))


_PONG: Final = f.encode(f.Pong())


def _call(visit: Visit, client_id: str) -> bool:
    """The message that was to wait may come now, from the pages that have it. False: nobody is there."""
    text = f.encode(f.Error("slow_down", client_id, NOW_MS))
    waiting = [socket for socket in visit.sockets if client_id in socket.in_line]
    for socket in waiting:
        socket.in_line.remove(client_id)
        socket.push(text)
    return bool(waiting)


def _status(progress: ChatProgress) -> f.Status:
    return f.Status(
        state=progress.state.value,
        agent=progress.agent_name,
        place=progress.place,
        seen=progress.seen_by_agent,
        unanswered=progress.unanswered,
        rated=progress.score,
    )


def _shown(message: ChatMessage) -> f.Message:
    return f.Message(
        message.id,
        message.client_id,
        "in" if message.kind is MessageKind.INBOUND else "out",
        message.author_name,
        message.text,
        message.at,
        message.order,
        tuple(_file(attachment) for attachment in message.attachments),
    )


def _file(attachment: AttachmentInfo) -> f.File:
    return f.File(
        attachment.id, clean.file_name(attachment.filename), attachment.mime, attachment.size
    )


def _attachment(upload: Upload) -> AttachmentRef:
    return AttachmentRef(upload.id, upload.name, upload.mime, upload.size, upload.sha256)
