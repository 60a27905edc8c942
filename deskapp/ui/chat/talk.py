"""The chat of the ticket on screen: what is known of it, what is being typed, who types here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from deskapp.core.api import ChangeSet
from deskapp.core.policies import settings
from deskapp.core.ports import VisitorPresence, VisitorTyping
from deskapp.core.queries.contacts import GetContact
from deskapp.core.queries.webchat import GetChat
from deskapp.models.dto import Address, ChatInfo, ContactDetail, TicketRow
from deskapp.models.enums import Channel
from deskapp.ui.bridge import Latest
from deskapp.ui.chat.ghost import GhostCard
from deskapp.ui.chat.live import Live
from deskapp.ui.composer.way import mails_of
from deskapp.ui.conversation.blocks import Block

if TYPE_CHECKING:
    from deskapp.ui.conversation.pane import ConversationPane

TELL_AGAIN_MS = 3_000
"""How often a visitor is told anew that somebody types."""
_PERSON = ("contact", "contact_point", "visitor")
AFTER_MESSAGES_MS = 24
"""What was said is read and painted first."""
IDLE_MS = 5_000
"""Nothing typed for so long: nobody types."""


class ChatTalk(QObject):
    """Belongs to a conversation pane. `changed` fires when anything that is shown of the chat did.

    `info` is None while nothing is known, and for tickets that are no chats.
    """

    changed = Signal()

    def __init__(self, pane: ConversationPane) -> None:
        super().__init__(pane)
        self._pane = pane
        self._live: Live | None = None
        self._chat_slot = Latest(pane.context.bridge, self)
        self._contact_slot = Latest(pane.context.bridge, self)
        self.row: TicketRow | None = None
        self.info: ChatInfo | None = None
        self.contact: ContactDetail | None = None
        self._other_person = False  # the contact as it was read may be out of date
        self.presence = VisitorPresence("", online=False)
        self._ghost: GhostCard | None = None
        self._told = ""  # the ticket whose visitor believes that somebody types
        self._soon = QTimer(self, singleShot=True, interval=AFTER_MESSAGES_MS)
        self._soon.timeout.connect(self.read)
        self._again = QTimer(self, singleShot=True, interval=TELL_AGAIN_MS)
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self.stop_typing)
        pane.composer.editor.textChanged.connect(self._on_typed)
        pane.composer.editor.left.connect(self.stop_typing)

    @property
    def live(self) -> Live | None:
        return self._live

    def set_live(self, live: Live) -> None:
        """From now on there is a live side to listen to."""
        self._live = live
        live.typing.connect(self._on_preview)
        live.presence.connect(self._on_presence)
        if self.row is not None:
            self._ask_live(self.row.id)

    def show(self, row: TicketRow | None) -> None:
        """Another ticket, or a newer state of this one."""
        row = row if row is not None and row.channel is Channel.WEBCHAT else None
        before, self.row = self.row, row
        if (row.id if row is not None else "") == (before.id if before is not None else ""):
            return  # also from mail to mail: nothing of a chat was there, nothing is
        self.stop_typing()
        self._chat_slot.cancel()
        self._contact_slot.cancel()
        self.info, self.contact, self._ghost = None, None, None
        self.presence = VisitorPresence("", online=False)
        if row is not None:
            self._ask_live(row.id)
            self.read()
        self.changed.emit()

    def follow(self, change: ChangeSet) -> None:
        """What changed of it is read once what was said has been painted."""
        self._other_person = self._other_person or change.touches(*_PERSON)
        if self.row is not None and self.row.id in change.tickets and not self._soon.isActive():
            self._soon.start()

    def read(self) -> None:
        """Read the chat again."""
        if self.row is not None:
            self._chat_slot.ask(GetChat(self.row.id), self._on_chat, self._on_gone)

    def ghosts(self) -> list[Block]:
        """What stands below the last message."""
        return [self._ghost] if self._ghost is not None else []

    def name(self) -> str:
        """Who writes, as the ticket says it."""
        row, info = self.row, self.info
        return (row.contact_name if row else "") or (info.visitor.name if info else "")

    def accept_ms(self) -> int:
        """How long a visitor waits before it is told that it may take longer."""
        values = self._pane.composer.settings.values
        return settings.number(values, "chat.accept_seconds") * 1000

    # -- reading -------------------------------------------------------------------------------

    def _on_chat(self, info: ChatInfo | None) -> None:
        if self.row is None or (info is not None and info.ticket_id != self.row.id):
            return
        known, self.info = self.info, info
        person = info.visitor.contact_id if info is not None else ""
        read = self.contact.info.id if self.contact is not None else ""
        if person and (self._other_person or person != read):
            self._other_person = False
            self._contact_slot.ask(GetContact(person), self._on_contact, self._on_gone)
        if info is None or info != known:
            self._show()

    def _on_contact(self, contact: ContactDetail) -> None:
        self.contact = contact
        self._show()

    def _on_gone(self, error: Exception) -> None:
        if not isinstance(error, LookupError):
            self._pane.context.bridge.failed.emit(error)

    def _show(self) -> None:
        points = self.contact.info.points if self.contact is not None else ()
        people = tuple(Address(self.name(), mail) for mail in mails_of(points))
        self._pane.composer.way.show(self.info, people)
        self.changed.emit()

    # -- what passes ---------------------------------------------------------------------------

    def _ask_live(self, ticket_id: str) -> None:
        if self._live is not None:
            self.presence = self._live.presence_of(ticket_id)
            self._preview(self._live.preview_of(ticket_id))

    def _on_presence(self, presence: VisitorPresence) -> None:
        if self.row is not None and presence.ticket_id == self.row.id:
            self.presence = presence
            if not presence.online:
                self._preview(VisitorTyping(presence.ticket_id, typing=False))
                self._pane.refresh_blocks()
            self.changed.emit()

    def _on_preview(self, typing: VisitorTyping) -> None:
        if self.row is not None and typing.ticket_id == self.row.id:
            before = self._ghost
            self._preview(typing)
            ghost = self._ghost
            if ghost is before and ghost is not None:
                self._pane.view.block_changed(ghost)
            elif ghost is not before:
                self._pane.refresh_blocks()

    def _preview(self, typing: VisitorTyping) -> None:
        if not typing.typing:
            self._ghost = None
            return
        if self._ghost is None:
            self._ghost = GhostCard(self.name())
        self._ghost.say(typing.text)

    # -- who types here ------------------------------------------------------------------------

    def _on_typed(self) -> None:
        composer = self._pane.composer
        if not composer.editor.text().strip():
            self.stop_typing()
            return
        if self.row is None or not composer.way.most() or composer.loading:
            return
        self._idle.start()
        if self._live is not None and (self._told != self.row.id or not self._again.isActive()):
            self._told = self.row.id
            self._again.start()
            self._live.agent_typing(self.row.id, True)

    def stop_typing(self) -> None:
        """Sent, emptied, left, or nothing typed for a while."""
        self._idle.stop()
        self._again.stop()
        if self._told and self._live is not None:
            self._live.agent_typing(self._told, False)
        self._told = ""
