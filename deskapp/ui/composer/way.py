"""How the answer to a chat goes: in the chat, or by mail in the same ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from deskapp.core.policies import chat_box
from deskapp.core.policies.display import safe_name
from deskapp.models.dto import AccountInfo, Address, ChatInfo, ContactPointInfo
from deskapp.models.enums import Channel, ChatState, PointKind
from deskapp.ui.composer.snapshot import BY_MAIL, FORWARD, HEARD, NOTE, REPLY, REPLY_ALL

if TYPE_CHECKING:
    from deskapp.ui.composer.composer import Composer

translate = QCoreApplication.translate


class ChatWay:
    """Beside a composer. `info` is what is known of the chat; None while it is not, or is none.

    `enter_empty` is what Enter does where nothing is written; it answers whether it did anything.
    """

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self.info: ChatInfo | None = None
        self.notes_only = False
        self.person: tuple[Address, ...] = ()
        self.enter_empty: Callable[[], bool] = lambda: False

    def is_chat(self) -> bool:
        """Whether the ticket is a chat, however it is answered."""
        row = self._composer.row
        return row is not None and row.channel is Channel.WEBCHAT

    def most(self) -> int:
        """Characters that fit into what is written now; 0: any number."""
        mode = self._composer.mode
        return chat_box.BODY if self.is_chat() and mode not in (NOTE, BY_MAIL, FORWARD) else 0

    def fitting(self, mode: str) -> str:
        """A mode that a chat knows: what goes to all goes by mail, nothing was only heard.

        Who never answers a customer only writes notes.
        """
        if self.notes_only:
            return NOTE
        if not self.is_chat():
            return REPLY if mode == BY_MAIL else mode
        return {REPLY_ALL: BY_MAIL, HEARD: REPLY}.get(mode, mode)

    def usual(self) -> str:
        """How it is answered unless somebody says otherwise: nobody reads a chat that is over."""
        info = self.info
        if self.notes_only:
            return NOTE
        if not self.is_chat() or info is None or info.state.is_live:
            return REPLY
        return BY_MAIL if info.state is ChatState.ENDED or self.people() else REPLY

    def show(self, info: ChatInfo | None, person: tuple[Address, ...]) -> None:
        """What is known now. `person`: mail addresses of the contact that the ticket belongs to."""
        composer, before = self._composer, self.people()
        self.info, self.person = info, person
        usual, mode = self.usual(), composer.mode
        untouched = composer.snapshot().empty and mode in (REPLY, BY_MAIL)
        if untouched and (mode != usual or (mode == BY_MAIL and before != self.people())):
            composer.suggest(usual)
        else:
            composer.show_state()

    def people(self) -> tuple[Address, ...]:
        """Whom a mail would go to: the contact's own address, else the one that was typed."""
        if self.person:
            return self.person[:1]
        info = self.info
        if info is None or "@" not in info.visitor.email or info.visitor.blocked:
            return ()
        return (Address(safe_name(info.visitor.name), info.visitor.email),)

    def remark(self) -> str:
        """What to know of the recipients of a mail; empty when all is well."""
        composer, info = self._composer, self.info
        if not self.is_chat() or not composer.by_mail() or info is None or info.visitor.verified:
            return ""
        typed = info.visitor.email.casefold()
        known = {person.address.casefold() for person in self.person}
        people = composer.recipients.people
        chosen = {p.address.casefold() for name in ("to", "cc", "bcc") for p in people(name)}
        if not typed or typed in known or typed not in chosen:
            return ""
        words = translate("ChatWay", "%1 was typed by the visitor; nobody has verified it.")
        return words.replace("%1", safe_name(info.visitor.email))

    def mailbox(self, chosen: str) -> AccountInfo | None:
        """From where a mail leaves: as chosen, else as the box says, else the first."""
        accounts = self._composer.accounts
        usable = [a for a in accounts if a.channel is Channel.EMAIL and a.enabled]
        row = self._composer.row
        box = next((a for a in accounts if row is not None and a.id == row.account_id), None)
        preferred = box.settings.get("mail_account") if box is not None else ""
        for wanted in (chosen, preferred):
            for account in usable:
                if wanted and account.id == wanted:
                    return account
        return usable[0] if usable else None


def mails_of(points: Iterable[ContactPointInfo]) -> tuple[str, ...]:
    """Mail addresses among the contact points of a `ContactInfo`, the main one first."""
    found = [p for p in points if p.kind is PointKind.EMAIL]
    return tuple(p.value for p in sorted(found, key=lambda p: not p.primary))
