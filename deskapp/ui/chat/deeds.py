"""What an agent does with a chat: take it, end it, say who it is, block, mail the transcript."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from deskapp.core.api import Command
from deskapp.core.commands.webchat import (
    AcceptIdentity,
    BlockVisitor,
    EndChat,
    RefuseIdentity,
    TakeChat,
)
from deskapp.core.policies.display import safe_name
from deskapp.models.enums import ChatState
from deskapp.ui.chat.talk import ChatTalk
from deskapp.ui.composer.snapshot import BY_MAIL, REPLY
from deskapp.ui.conversation.banners import Notice
from deskapp.ui.shell.actions import Action
from deskapp.ui.theme import icon

if TYPE_CHECKING:
    from deskapp.ui.conversation.pane import ConversationPane


class ChatDeeds(QObject):
    """Beside the talk of a pane; enters what it does into the window's actions."""

    def __init__(self, pane: ConversationPane, talk: ChatTalk) -> None:
        super().__init__(talk)
        self._pane, self._talk = pane, talk
        pane.composer.way.enter_empty = self._take_by_enter
        self._deeds: tuple[Action, ...] = (
            Action(
                "conversation.take_chat", lambda: self.tr("Take the chat"), self.take, "T",
                self.can_take, "chat",
            ),
            Action(
                "conversation.chat_by_mail", lambda: self.tr("Answer by mail"), self.by_mail, "",
                self.can_mail, "mail",
            ),
            Action(
                "conversation.accept_identity", lambda: self.tr("Accept who the visitor is"),
                self.accept, "", self.can_accept, "shield",
            ),
            Action(
                "conversation.refuse_identity", lambda: self.tr("This is somebody else"),
                self.refuse, "", self.can_accept, "user",
            ),
            Action(
                "conversation.transcript", lambda: self.tr("Mail the transcript…"),
                self.transcript, "", self.is_chat, "mail",
            ),
            Action(
                "conversation.end_chat", lambda: self.tr("End the chat"), self.end, "",
                self.can_end, "minus",
            ),
            Action(
                "conversation.block_visitor", self._block_text, self.block, "", self.is_chat, "ban",
            ),
        )  # fmt: skip
        pane.context.actions.add(*self._deeds)

    # -- what can be done now ------------------------------------------------------------------

    def is_chat(self) -> bool:
        return self._talk.info is not None and self._pane.isVisible()

    def can_take(self) -> bool:
        info = self._talk.info
        return self.is_chat() and info is not None and info.state is ChatState.WAITING

    def can_end(self) -> bool:
        info = self._talk.info
        return self.is_chat() and info is not None and info.state is not ChatState.ENDED

    def can_mail(self) -> bool:
        return self.is_chat() and self.has_mailbox() and self._pane.composer.mode != BY_MAIL

    def has_mailbox(self) -> bool:
        """Whether a mail could leave at all."""
        return self._pane.composer.way.mailbox("") is not None

    def can_accept(self) -> bool:
        info = self._talk.info
        return self.is_chat() and info is not None and info.can_accept

    def fill_menu(self, menu: QMenu) -> None:
        """What the ticket's menu offers for a chat."""
        possible = [action for action in self._deeds if action.enabled()]
        for action in possible:
            entry = menu.addAction(icon(action.icon), action.text())
            entry.triggered.connect(partial(_run, action.callback))
        if possible:
            menu.addSeparator()

    def notices(self) -> list[Notice]:
        """Who it may be, as long as nobody has said."""
        info = self._talk.info
        if info is None or not info.can_accept:
            return []
        typed = safe_name(info.visitor.email, 80)
        words = self.tr("Gave the address %2, unverified.").replace("%2", typed)
        if info.possibly is not None:
            words = self.tr("Possibly %1 (%2), unverified.").replace("%2", typed)
            words = words.replace("%1", safe_name(info.possibly.name, 60) or typed)
        actions = ((self.tr("Accept"), self.accept), (self.tr("Somebody else"), self.refuse))
        return [Notice(words, "user", "warn", actions)]

    # -- deeds ---------------------------------------------------------------------------------

    def take(self) -> None:
        if (ticket_id := self._ticket()) and self.can_take():
            self._pane.context.bridge.send(
                TakeChat(ticket_id=ticket_id), self._pane.say_refused, self
            )
            self._pane.composer.start(REPLY)

    def by_mail(self) -> None:
        if self.can_mail():
            self._pane.composer.start(BY_MAIL)

    def accept(self) -> None:
        info = self._talk.info
        if info is not None:
            name = info.possibly.name if info.possibly is not None else info.visitor.email
            done = self.tr("Accepted: this is %1").replace("%1", safe_name(name, 60))
            self._do(AcceptIdentity(ticket_id=info.ticket_id), done)

    def refuse(self) -> None:
        if ticket_id := self._ticket():
            self._do(RefuseIdentity(ticket_id=ticket_id), self.tr("It is not suggested again"))

    def end(self) -> None:
        if ticket_id := self._ticket():
            self._do(EndChat(ticket_id=ticket_id), self.tr("Chat ended"))

    def block(self) -> None:
        info = self._talk.info
        if info is not None:
            blocked = not info.visitor.blocked
            done = self.tr("Visitor blocked") if blocked else self.tr("No longer blocked")
            self._do(BlockVisitor(ticket_id=info.ticket_id, blocked=blocked), done)

    def transcript(self) -> None:
        from deskapp.ui.chat.transcript import TranscriptDialog

        people = self._pane.composer.way.people()
        if ticket_id := self._ticket():
            address = people[0].address if people else ""
            TranscriptDialog(self._pane.shell, ticket_id, address, self._pane.window()).open()

    def _block_text(self) -> str:
        info = self._talk.info
        blocked = info is not None and info.visitor.blocked
        return self.tr("Unblock the visitor") if blocked else self.tr("Block the visitor")

    def _take_by_enter(self) -> bool:
        able = self.can_take()
        if able:
            self.take()
        return able

    def _do(self, command: Command, done: str) -> None:
        self._pane.shell.do(command, done)

    def _ticket(self) -> str:
        return self._talk.info.ticket_id if self._talk.info is not None else ""


def _run(call: Callable[[], object], _on: bool = False) -> None:
    call()
