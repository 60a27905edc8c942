"""How messages are shown: folded or not, as text or with their own formatting, with pictures or without."""

from __future__ import annotations

from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from deskapp.core.api import ChangeSet
from deskapp.core.commands.messages import LoadRemoteImages
from deskapp.core.queries.tickets import GetMessageHtml
from deskapp.models.dto import MessageHtml
from deskapp.ui.conversation.card import MessageCard
from deskapp.ui.conversation.rich import BUDGET_MS, Prepared, prepare

if TYPE_CHECKING:
    from deskapp.ui.conversation.pane import ConversationPane


_AT_ONCE = 20_000  # characters that are looked through without a worker


class Formatting(QObject):
    """Changes how single messages look; nothing of it is written anywhere."""

    def __init__(self, pane: ConversationPane) -> None:
        super().__init__(pane)
        self._pane = pane
        self._wants_images: set[str] = set()

    def toggle_quote(self, message_id: str) -> None:
        card = self._pane.view.card(message_id)
        if card is None:
            return
        had_rich = card.rich is not None
        card.toggle_quote()
        if had_rich:
            card.show_plain()
            self.render(card, asked=True)
        self._pane.view.block_changed(card)

    def toggle_details(self, message_id: str) -> None:
        card = self._pane.view.card(message_id)
        if card is not None:
            card.toggle_details()
            self._pane.view.block_changed(card)

    def toggle_rich(self, message_id: str) -> None:
        card = self._pane.view.card(message_id)
        if card is None:
            return
        if card.rich is not None:
            card.show_plain()
            self._pane.view.block_changed(card)
        else:
            self.render(card, asked=True)

    def render(self, card: MessageCard, asked: bool = False) -> None:
        """Bring a mail's own formatting; unasked only when that is cheap and quotes can be folded."""
        pane = self._pane
        blobs = pane.context.workspace.blobs

        def got(html: MessageHtml) -> None:
            if not html.images and len(html.html) <= _AT_ONCE:
                self._show_rich(card, asked, prepare(html, blobs.get))
            else:
                job = partial(prepare, html, blobs.get)
                pane.work.run(job, partial(self._show_rich, card, asked))

        pane.context.bridge.ask(GetMessageHtml(card.message.id), got, self, lambda _error: None)

    def _show_rich(self, card: MessageCard, asked: bool, prepared: Prepared) -> None:
        view = self._pane.view
        if card not in view.blocks or (card.rich is not None and not asked):
            return  # gone, or a person has asked for it meanwhile
        card.too_heavy = not prepared.bearable
        if prepared.bearable and (asked or prepared.cheap):
            started = perf_counter()
            card.show_rich(prepared)
            folded = card.rich is not None and card.rich.folded
            if not asked and card.message.quoted.strip() and not folded:
                card.show_plain()  # without its quotes folded away it would only get longer
            view.block_changed(card)
            # The estimate may have been wrong: never pay for it twice.
            card.too_heavy = (perf_counter() - started) * 1000 > BUDGET_MS
            if card.too_heavy:
                card.show_plain()
        if card.too_heavy:
            view.block_changed(card)

    def load_images(self, message_id: str) -> None:
        self._wants_images.add(message_id)
        command = LoadRemoteImages(message_id=message_id)
        self._pane.context.bridge.send(command, self._pane.say_refused, self)

    def look_for_images(self, change: ChangeSet) -> None:
        """A commit may have brought the remote images that somebody asked for."""
        touched = {item.id for item in change.changes}
        for message_id in self._wants_images & touched if touched else ():
            card = self._pane.view.card(message_id)
            if card is not None:
                self.render(card, asked=True)
