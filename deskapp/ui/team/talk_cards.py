"""What colleagues say to each other, as cards: mine at the right, theirs at the left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPainter

from deskapp.models.dto import AttachmentInfo, MailVerdict, MessageView
from deskapp.models.enums import Channel, Delivery, MessageKind
from deskapp.models.team_dto import RoomMessageInfo, RoomPage
from deskapp.ui.conversation.blocks import Block, DayLine, Env, Spot, State, UnreadLine
from deskapp.ui.conversation.card import MessageCard
from deskapp.ui.when import day_name

_BURST_MS = 3 * 60_000


class RoomCard(MessageCard):
    """A message of a room: nothing is answered or forwarded from it."""

    def _tools(self) -> list[Spot]:
        return []

    def _paint_tools(self, painter: QPainter, state: State) -> None:
        """There are none."""


class RoomTimeline:
    """One room's messages, as far as they were read."""

    def __init__(self, room_id: str, env: Env, seen_to: int) -> None:
        """`seen_to`: the position up to which they had been seen when the room was opened."""
        self.room_id = room_id
        self.messages: list[RoomMessageInfo] = []
        self.more = False
        self._env, self._seen_to = env, seen_to
        self._cards: dict[str, RoomCard] = {}
        self._days: dict[str, DayLine] = {}
        self._unread = UnreadLine()

    def take_newest(self, page: RoomPage) -> None:
        """The newest page: it replaces everything from its first message on."""
        first = page.messages[0].position if page.messages else 0
        older = [said for said in self.messages if said.position < first]
        self.more = self.more if older else page.more
        self.messages = [*older, *page.messages]

    def take_earlier(self, page: RoomPage) -> None:
        """The page above."""
        self.messages[:0] = page.messages
        self.more = page.more

    def last(self) -> int:
        """Position of the newest message; 0: there is none."""
        return self.messages[-1].position if self.messages else 0

    def attachment(self, attachment_id: str) -> AttachmentInfo | None:
        every = (a for said in self.messages for a in said.attachments)
        return next((a for a in every if a.id == attachment_id), None)

    def blocks(self, now: int) -> list[Block]:
        """Everything on the screen, top to bottom."""
        found: list[Block] = []
        day, before = "", None
        marked = False
        for said in self.messages:
            name = day_name(said.at, now)
            if name != day:
                day, before = name, None
                found.append(self._days.setdefault(name, DayLine(name)))
            foreign = said.agent_id != self._env.agent_id
            if not marked and foreign and said.position > self._seen_to:
                marked, before = True, None
                if self._seen_to:
                    found.append(self._unread)
            card = self._card(said)
            card.follow(_goes_on(before, said))
            found.append(card)
            before = said
        return found

    def relabel(self) -> None:
        """Forget every text that was made for another language."""
        self._cards.clear()
        self._days.clear()
        self._unread = UnreadLine()

    def _card(self, said: RoomMessageInfo) -> RoomCard:
        if said.id not in self._cards:
            self._cards[said.id] = RoomCard(_as_message(said, self._env.agent_id), self._env)
        return self._cards[said.id]


def _goes_on(before: RoomMessageInfo | None, said: RoomMessageInfo) -> bool:
    """Whether it belongs to the card above: the same person, a moment later."""
    same = before is not None and before.agent_id == said.agent_id
    return same and before is not None and 0 <= said.at - before.at < _BURST_MS


def _as_message(said: RoomMessageInfo, me: str) -> MessageView:
    mine = said.agent_id == me
    return MessageView(
        id=said.id,
        ticket_id="",
        kind=MessageKind.OUTBOUND if mine else MessageKind.INBOUND,
        channel=Channel.OTHER,
        author_name=said.agent_name,
        author_address="",
        author_id=said.agent_id,
        at=said.at,
        subject="",
        text=said.body,
        quoted="",
        has_html=False,
        has_source=False,
        attachments=tuple(said.attachments),
        to=(),
        cc=(),
        bcc=(),
        delivery=Delivery.NONE,
        delivery_error="",
        deliver_at=None,
        held=False,
        automatic=False,
        verdict=MailVerdict(),
        remote_images=0,
        order=said.position,
    )


def names(members: Sequence[str], most: int = 4) -> str:
    """ "Ana, Iván, Sara +3"."""
    shown = ", ".join(members[:most])
    left = len(members) - most
    return f"{shown} +{left}" if left > 0 else shown
