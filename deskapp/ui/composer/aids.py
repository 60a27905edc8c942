"""What helps to write: canned replies by `/`, emoji by `:`, colleagues by `@`; keeping a text as a canned reply."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QObject
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QWidget

from deskapp.core.policies import placeholders, settings
from deskapp.core.policies.placeholders import Rendered
from deskapp.core.queries.contacts import GetContact
from deskapp.core.queries.desk import GetAgents, GetCannedReplies
from deskapp.models.dto import AgentInfo, CannedReplyInfo, ContactDetail, TicketRow
from deskapp.ui.bridge import Latest
from deskapp.ui.composer import canned, mentions
from deskapp.ui.composer.canned_dialog import CannedDialog
from deskapp.ui.composer.emoji import EMOJI, find_emoji
from deskapp.ui.composer.popups import InlinePopup
from deskapp.ui.composer.snapshot import NOTE, refs
from deskapp.ui.conversation.work import Work
from deskapp.ui.widgets import Choice, ChoicePopup

if TYPE_CHECKING:
    from deskapp.ui.composer.composer import Composer


class Aids(QObject):
    """Watches the editor and offers what fits."""

    def __init__(self, composer: Composer, work: Work) -> None:
        super().__init__(composer)
        self._composer, self._work = composer, work
        self._editor = composer.editor
        self._popup: InlinePopup | None = None
        self._replies: tuple[CannedReplyInfo, ...] | None = None
        self._contact: ContactDetail | None = None
        self.people: tuple[mentions.Person, ...] | None = None
        """Colleagues who can be mentioned; None until they were read."""
        self._language = ""
        self._mark, self._query = "", ""
        self._dismissed = ""
        bridge = composer.context.bridge
        self._contact_slot, self._canned_slot = Latest(bridge, self), Latest(bridge, self)
        self._people_slot = Latest(bridge, self)
        self._editor.typing_word.connect(self._on_word)
        self._editor.key_for_popup.connect(self._on_key)
        self._editor.left.connect(self._on_left)
        composer.box.canned_clicked.connect(self.start_canned)
        composer.box.emoji_clicked.connect(self._choose_emoji)

    def forget(self) -> None:
        """Another ticket: what is known of its customer comes with `read`."""
        self._contact_slot.cancel()
        self._contact, self._language = None, ""

    def read(self, row: TicketRow) -> None:
        """Read what placeholders of this ticket stand for."""
        if row.contact_id:
            query = GetContact(row.contact_id)
            self._contact_slot.ask(query, self._on_contact, lambda _error: None)

    def set_language(self, language: str) -> None:
        """The customer's; canned replies in it come first."""
        if language and language != self._language:
            self._language = language
            self._replies = None

    def read_people(self, again: bool = False) -> None:
        """Read whom a note can mention; once, or `again` when they changed after that."""
        if (self.people is not None) == again:
            self._people_slot.ask(GetAgents(), self._on_people, lambda _error: None)

    def mentioned(self, body: str) -> tuple[str, ...]:
        """Ids of the colleagues whom `body` names after an @."""
        return mentions.mentioned(body, self.people or ())

    def forget_canned(self) -> None:
        """They changed: read them again at the next need."""
        self._replies = None

    def close(self) -> None:
        """Put the pop-up away."""
        self._editor.popup_open = False
        if self._popup is not None:
            self._popup.hide()

    def _on_left(self) -> None:
        """Another window may have come to the front: then the keys come back here with this one."""
        if not self._has_the_keys():
            self.close()

    def _has_the_keys(self) -> bool:
        return self._editor.window().focusWidget() is self._editor

    def values(self) -> dict[str, str]:
        """What placeholders stand for now."""
        composer = self._composer
        if composer.row is None or composer.agent is None:
            return {}
        now = QDateTime.fromMSecsSinceEpoch(composer.context.clock.now())
        return canned.values(
            composer.row,
            composer.agent,
            composer.account(),
            self._contact,
            settings.text(composer.settings.values, "desk.name"),
            now.date(),
        )

    # -- the pop-up ------------------------------------------------------------------------------

    def _on_word(self, mark: str, query: str) -> None:
        self._mark, self._query = mark, query
        if not mark:
            self._dismissed = ""
            self.close()
        elif mark == self._dismissed:
            return
        elif mark == ":":
            self._offer_emoji(query)
        elif mark == "@":
            self._offer_people(query)
        elif self._replies is None:
            language = GetCannedReplies(self._language)
            self._canned_slot.ask(language, self._on_replies, lambda _error: None)
        else:
            self._offer_replies(query)

    def _on_key(self, key: int) -> None:
        if self._popup is None:
            return
        self._popup.key(key)
        if self._popup.isHidden():
            self._dismissed = self._mark
            self._editor.popup_open = False

    def _on_people(self, agents: tuple[AgentInfo, ...]) -> None:
        me = self._composer.context.workspace.agent_id
        self.people = mentions.people([(one.id, one.name) for one in agents if one.id != me])
        if self._mark == "@":
            self._offer_people(self._query)

    def _on_contact(self, contact: ContactDetail) -> None:
        self._contact = contact
        if not self._language:
            self.set_language(contact.info.language)

    def _on_replies(self, replies: tuple[CannedReplyInfo, ...]) -> None:
        self._replies = replies
        if self._mark == "/":
            self._offer_replies(self._query)

    def _offer_replies(self, query: str) -> None:
        found = canned.rank(self._replies or (), query, self._language)
        known = self.values()
        choices = [
            Choice(
                reply.id,
                " ".join(canned.preview(reply.body, known).split())[:200],
                lead=f"/{reply.shortcut}",
                hint=reply.language if reply.language != self._language else "",
            )
            for reply in found
        ]
        previews = {reply.id: canned.preview(reply.body, known) for reply in found}
        self._show(choices, previews, self.tr("Canned replies"))

    def _offer_emoji(self, query: str) -> None:
        choices = [Choice(emoji, f"{emoji}  {word}") for emoji, word in find_emoji(query)]
        self._show(choices, {}, self.tr("Emoji"))

    def _offer_people(self, query: str) -> None:
        if self._composer.mode != NOTE:
            self.close()
            return
        self.read_people()
        found = mentions.find(self.people or (), query)
        choices = [Choice(one.id, one.name, icon="user") for one in found]
        self._show(choices, {}, self.tr("Colleagues"))

    def _show(self, choices: list[Choice], previews: dict[str, str], name: str) -> None:
        parent = self._composer.parentWidget() or self._composer
        if self._popup is None or self._popup.parentWidget() is not parent:
            self._popup = InlinePopup(parent)
            self._popup.picked.connect(self._picked)
        if not self._has_the_keys():
            return
        self._popup.offer(choices, previews, self._composer.box, name)
        self._editor.popup_open = bool(choices)

    def _picked(self, key: str) -> None:
        mark = self._mark
        self.close()
        self._editor.take_word(mark)
        if mark == ":":
            self._editor.insert(f"{key} ")
            return
        if mark == "@":
            name = next((one.name for one in self.people or () if one.id == key), "")
            self._editor.insert(f"@{name} ")
            return
        reply = next((r for r in self._replies or () if r.id == key), None)
        if reply is not None:
            self.insert_reply(reply)

    # -- canned replies --------------------------------------------------------------------------

    def insert_reply(self, reply: CannedReplyInfo) -> None:
        """Put a canned reply in at the cursor, its placeholders filled in."""
        known = self.values()
        cursor = QTextCursor(self._editor.textCursor())
        self._composer.used_canned(reply.id)
        if reply.attachments:
            self._composer.files.add_items(refs(reply.attachments))
        simple = placeholders.render_simple(reply.body, known)
        if simple is not None:
            self._put(cursor, simple)
            return
        ticket = self._composer.row.id if self._composer.row is not None else ""
        self._work.run(
            partial(placeholders.render, reply.body, known),
            partial(self._put_later, cursor, ticket),
            lambda _error: self._put(cursor, Rendered(reply.body, ())),
        )

    def _put_later(self, cursor: QTextCursor, ticket_id: str, done: Rendered) -> None:
        if self._composer.row is not None and self._composer.row.id == ticket_id:
            self._put(cursor, done)

    def _put(self, cursor: QTextCursor, done: Rendered) -> None:
        before = cursor.block().text()[: cursor.positionInBlock()]
        lead = "" if not before.strip() or before.endswith((" ", "\t")) else " "
        cursor.insertText(lead + done.text)
        self._editor.setTextCursor(cursor)
        self._editor.setFocus()

    def make_canned(self, text: str) -> None:
        """Ask for a shortcut and a title, and keep `text` as a canned reply."""
        body = canned.as_template(text, self.values())
        context, shell = self._composer.context, self._composer.shell
        dialog = CannedDialog(context, shell, body, self._language, self._composer.window())
        dialog.open()

    def start_canned(self) -> None:
        """Open the pop-up of canned replies at the cursor."""
        self._editor.setFocus()
        cursor = self._editor.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        self._dismissed = ""
        self._editor.insert("/" if not before or before.endswith(" ") else " /")

    def _choose_emoji(self, anchor: QWidget) -> None:
        popup = ChoicePopup(self.tr("Find an emoji"), False, self._composer.window())
        choices = [Choice(emoji, f"{emoji}  {w.split()[0]}", hint=w) for emoji, w in EMOJI]
        popup.show_choices([Choice(c.key, c.text) for c in choices])
        popup.picked.connect(self._insert_emoji)
        popup.open_at(anchor)

    def _insert_emoji(self, emoji: str) -> None:
        self._editor.insert(emoji)
        self._editor.setFocus()
