"""What strangers choose (names, titles, addresses, what they type) is plain text down to the paint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from deskapp.core.commands.webchat import TakeChat
from deskapp.core.policies.display import has_hidden_characters
from deskapp.core.ports import VisitorPresence, VisitorTyping
from deskapp.core.queries.webchat import GetOpenChats
from deskapp.ui.chat.ghost import GhostCard
from deskapp.ui.chat.site_card import SiteCard
from deskapp.ui.chat.waiting import ChatStrip
from tests.support.chat_rig import ChatRig, chat_rig
from tests.support.desk import DeskRig, open_rig
from tests.support.mail_corpora import naughty_strings, xss_vectors

OURS = (
    "\u202egpj.exe\u202c",
    "a\u200bb\u2066c\u2069",
    "<b>Carmen</b><img src=x onerror=alert(1)>",
    "&lt;script&gt;",
    "%1 %2 %n",
    "&File &Edit",
    "\x1b[31mrot\x07",
    "Z" + "\u0301" * 300,
    "Ana\u2028Bea\nCarl",
)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)


@pytest.fixture
def chat(qtbot: QtBot, qapp: QApplication, rig: DeskRig) -> Iterator[ChatRig]:
    with chat_rig(qtbot, qapp, rig) as made:
        yield made


def plain(words: str) -> bool:
    """One line in which nothing hides."""
    return not has_hidden_characters(words) and "\n" not in words


@pytest.mark.usefixtures("qapp")
def test_nothing_that_is_typed_hides_in_the_preview() -> None:
    for text in (*OURS, *naughty_strings(), *xss_vectors()):
        card = GhostCard(text)
        card.say(text)
        card.measure(500.0)
        assert plain(card.headline()), ascii(text)
        assert not has_hidden_characters(card.text), ascii(text)


@pytest.mark.parametrize("nasty", OURS, ids=ascii)
def test_a_visitor_of_that_name_changes_only_words(chat: ChatRig, nasty: str) -> None:
    ticket = chat.says(
        "visitor",
        nasty + " hola",
        name=nasty,
        email=f"{nasty[:20]}@correo.test",
        page_title=nasty,
        page_url=f"https://tienda.test/{nasty}",
        referrer=f"https://{nasty}/",
        answers=((nasty, nasty),),
    )
    chat.rig.do(TakeChat(ticket_id=ticket))
    chat.open(ticket)
    card = SiteCard(chat.shell, chat.pane.chat, chat.rig.clock)
    strip = ChatStrip(chat.rig.clock.now, lambda: 30_000, "")
    strip.show_chats(chat.rig.ask(GetOpenChats()))
    url = f"https://tienda.test/{nasty}"
    chat.chat.tell(VisitorPresence(ticket, True, url, nasty), VisitorTyping(ticket, True, nasty))
    chat.until(lambda: chat.pane.chat.presence.online)
    said = [chat.pane.chat_bar.text.text(), *card.texts(), *chat.pane.banners.texts()]
    said += [strip.sentence(one) for one in strip.chats]
    assert all(plain(words) for words in said), said
    for part in (chat.pane, card, strip):
        for label in part.findChildren(QLabel):
            assert label.textFormat() == Qt.TextFormat.PlainText
        assert not part.grab().isNull()
    card.deleteLater()
    strip.deleteLater()
