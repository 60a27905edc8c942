"""From pages of a conversation to blocks on the screen, keeping those that did not change."""

from __future__ import annotations

from deskapp.models.dto import ConversationPage, EventView, MessageView
from deskapp.models.enums import ActorKind, Channel
from deskapp.ui.conversation import events
from deskapp.ui.conversation.blocks import Block, DayLine, Env, EventLine, UnreadLine
from deskapp.ui.conversation.card import MessageCard
from deskapp.ui.when import day_name

Item = MessageView | EventView
_BURST_MS = 3 * 60_000
_QUARTER_MS = 15 * 60_000
"""Midnight is at a full quarter of an hour everywhere: what lies within one is of the same day."""


class Timeline:
    """One ticket's conversation, as far as it was read. Items are in the order of `order`."""

    def __init__(self, ticket_id: str, env: Env, agent_name: str = "") -> None:
        self.ticket_id = ticket_id
        self.items: list[Item] = []
        self.before: int | None = None
        self.last_order = 0
        self._newest: tuple[Item, ...] | None = None
        self.first_unread: str | None = None  # a message's id, empty: none; None: not read yet
        self.agent_name = agent_name
        self._env = env
        self._blocks: dict[str, MessageCard | EventLine] = {}
        self._days: dict[str, DayLine] = {}
        self._unread = UnreadLine()

    def reopen(self) -> None:
        """It is shown again: what was unread then no longer is; the next page says what is now."""
        self.first_unread = None

    def take_newest(self, page: ConversationPage) -> bool:
        """The newest page: it replaces everything from its first item on. False: it says nothing new."""
        if self.first_unread is not None and page.items == self._newest:
            return False
        self._newest = page.items
        if self.first_unread is None:
            self.first_unread = page.first_unread
        if not self.items:
            self.before = page.before
        elif page.items:
            older = [item for item in self.items if item.order < page.items[0].order]
            if page.before is None:
                older = []
            self.before = self.before if older else page.before
            self.items = [*older, *page.items]
        else:
            self.items, self.before = [], page.before
        self.items = self.items or list(page.items)
        self.last_order = page.last_order
        return True

    def take_earlier(self, page: ConversationPage) -> None:
        """The page above."""
        if self.items:
            first = self.items[0].order
            self.items[:0] = [item for item in page.items if item.order < first]
        else:
            self.items = list(page.items)
        self.before = page.before

    def replace_message(self, message: MessageView) -> None:
        """A newer state of one message."""
        self._newest = None
        for i, item in enumerate(self.items):
            if item.id == message.id:
                self.items[i] = message

    def messages(self) -> list[MessageView]:
        return [item for item in self.items if isinstance(item, MessageView)]

    def message(self, message_id: str) -> MessageView | None:
        return next((m for m in self.messages() if m.id == message_id), None)

    def blocks(self, now: int) -> list[Block]:
        """Everything on the screen, top to bottom."""
        found: list[Block] = []
        day, names = "", dict[int, str]()
        live: set[str] = set()
        last_block: Block | None = None
        for item in self.items:
            if isinstance(item, EventView) and _is_noise(item):
                continue
            quarter = item.at // _QUARTER_MS
            name = names.get(quarter) or names.setdefault(quarter, day_name(item.at, now))
            if name != day:
                day = name
                found.append(self._days.setdefault(name, DayLine(name)))
            if item.id == self.first_unread:
                found.append(self._unread)
            block = self._block(item, now)
            if isinstance(block, MessageCard):
                block.follow(found[-1:] == [last_block] and _goes_on(last_block, block.message))
            last_block = block
            found.append(block)
            live.add(item.id)
        self._blocks = {key: block for key, block in self._blocks.items() if key in live}
        return found

    def relabel(self) -> None:
        """Forget every text that was made for another language."""
        self._days.clear()
        self._blocks.clear()
        self._unread = UnreadLine()

    def _block(self, item: Item, now: int) -> Block:
        known = self._blocks.get(item.id)
        if isinstance(item, MessageView):
            if isinstance(known, MessageCard):
                if known.message != item:
                    known.replace_message(item)
                return known
            card = MessageCard(item, self._env)
            self._blocks[item.id] = card
            return card
        if isinstance(known, EventLine) and known.event == item:
            return known
        line = EventLine(
            item,
            events.sentence(item, now, self.agent_name),
            events.receipt(item),
            events.ICONS.get(item.kind, "zap"),
        )
        self._blocks[item.id] = line
        return line


def _goes_on(above: Block | None, message: MessageView) -> bool:
    """Whether a chat message belongs to the card above it: the same person, a moment later."""
    if not isinstance(above, MessageCard) or message.channel is not Channel.WEBCHAT:
        return False
    before = above.message
    return (
        (before.channel, before.kind) == (message.channel, message.kind)
        and (before.author_id, before.author_name) == (message.author_id, message.author_name)
        and 0 <= message.at - before.at < _BURST_MS
        and not message.held
    )


def _is_noise(event: EventView) -> bool:
    """What is written down but tells a reader nothing."""
    if event.kind == "not_acknowledged":
        return event.data.get("why") in ("switched_off", "history", "already_acknowledged")
    if event.kind == "ticket_created" and event.data.get("channel") == Channel.WEBCHAT:
        return True  # "Chat started" says it
    return event.kind == "status_changed" and (
        event.actor_kind is ActorKind.AGENT and event.data.get("why") == "replied"
    )
