"""A visitor's socket on one side, the whole window on the other: the chat server between them is the real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from websockets.sync.client import connect

from deskapp.core.commands.desk import SetAgentState
from deskapp.models.enums import AgentState
from deskapp.ui.chat.ghost import GhostCard
from deskapp.ui.chat.visitors import VisitorsPage
from deskapp.ui.conversation.card import MessageCard
from tests.support.agent_window import AgentWindow, open_agent_window
from tests.support.webchat_desk import SITE, Visitor, new_token

WAIT_MS = 75_000


class Shop:
    """A window with a chat box, and the site on which it stands."""

    def __init__(self, window: AgentWindow) -> None:
        self.window, self.opened, self.pane = window, window.opened, window.pane
        self.do, self.until, self.writes = window.do, window.until, window.writes
        self.opens_the_chat = window.opens_the_chat

    @contextmanager
    def visitor(self, token: str = "") -> Iterator[Visitor]:
        """An open page of the site."""
        address = f"ws://127.0.0.1:{self.window.port}/chat"
        with connect(address, origin=SITE, compression=None, close_timeout=2) as socket:  # type: ignore[arg-type]
            visitor = Visitor(socket, self.window.box_id, token or new_token())
            visitor.hello(
                language="es", page={"url": f"{SITE}/tazas", "title": "Tazas", "referrer": ""}
            )
            yield visitor


@pytest.fixture
def shop(qapp: QApplication, tmp_path: Path) -> Iterator[Shop]:
    with open_agent_window(qapp, tmp_path / "desk") as window:
        window.box(SITE, ask_name="optional", ask_email="optional")
        window.until(lambda: window.opened.assembly.chats.live.now().running)  # type: ignore[union-attr]
        yield Shop(window)


def last_card(shop: Shop) -> MessageCard:
    return shop.window.last_card()


def test_a_chat_from_the_first_word_to_the_last(shop: Shop) -> None:
    with shop.visitor() as carmen:
        assert carmen.welcome["online"] is True
        assert (
            carmen.say("Hola, falta una taza", name="Carmen", email="carmen@correo.test")["t"]
            == "said"
        )
        shop.opens_the_chat()
        bar = shop.pane.chat_bar
        shop.until(bar.take.isVisible)
        carmen.send(t="typing", text="y un plato")
        shop.until(lambda: isinstance(shop.pane.view.blocks[-1], GhostCard))
        ghost = shop.pane.view.blocks[-1]
        assert ghost.speech() == "Carmen is typing…\ny un plato"
        carmen.say("y un plato")
        shop.until(lambda: last_card(shop).message.text == "y un plato")
        shop.until(lambda: not isinstance(shop.pane.view.blocks[-1], GhostCard))
        bar.take.click()
        shop.until(lambda: not bar.take.isVisible())
        while carmen.next("status")["state"] != "active":
            pass
        shop.writes("Ahora lo miro")
        assert carmen.next("typing")["on"] is True
        QTest.keyClick(shop.pane.composer.editor, Qt.Key.Key_Return)
        message = carmen.next("message")["message"]
        assert (message["kind"], message["text"]) == ("out", "Ahora lo miro")
        carmen.send(t="got", order=message["order"])
        shop.until(lambda: last_card(shop).headline().endswith("delivered"))
        carmen.send(t="seen", order=message["order"])
        shop.until(lambda: last_card(shop).headline().endswith("seen"))
        carmen.send(t="rate", good=True, comment="Rápida")
        shop.until(bar.rating.isVisible)
        carmen.send(t="end")
        shop.until(lambda: bar.text.text() == "The visitor ended the chat.")
    shop.until(lambda: not shop.pane.chat.presence.online)


def test_a_visitor_who_leaves_is_gone_and_one_who_comes_back_is_there(shop: Shop) -> None:
    token = new_token()
    with shop.visitor(token) as carmen:
        carmen.say("Hola", name="Carmen")
        shop.opens_the_chat()
        shop.until(lambda: shop.pane.chat.presence.online)
        shop.pane.chat_deeds.take()
        shop.until(lambda: shop.pane.chat_bar.text.text() == "On the site · Tazas")
    shop.until(lambda: shop.pane.chat_bar.text.text() == "No longer on the site")
    with shop.visitor(token) as carmen:
        shop.until(lambda: shop.pane.chat_bar.text.text() == "On the site · Tazas")
        carmen.send(t="page", url=f"{SITE}/pago", title="Pago")
        shop.until(lambda: shop.pane.chat_bar.text.text() == "On the site · Pago")


def test_the_room_shows_who_only_looks(shop: Shop) -> None:
    shop.opened.window.show_room("visitors")
    page = shop.opened.window.findChild(VisitorsPage)
    assert page is not None
    with shop.visitor(), shop.visitor():
        shop.until(lambda: page.model.rowCount() == 2)
        person = page.model.at(0)
        assert person is not None
        assert (person.page_title, person.ticket_id) == ("Tazas", "")
    shop.until(lambda: page.model.rowCount() == 0)


def test_away_means_that_visitors_read_nobody_is_online(shop: Shop) -> None:
    with shop.visitor() as carmen:
        shop.do(SetAgentState(state=AgentState.AWAY))
        assert carmen.next("online")["online"] is False
        shop.until(shop.opened.window.status.chat.isVisible)


def test_a_blocked_visitor_says_nothing_more(shop: Shop) -> None:
    with shop.visitor() as troll:
        troll.say("Compre ya", name="Troll")
        shop.opens_the_chat()
        assert shop.opened.actions.run("conversation.block_visitor")
        shop.until(lambda: shop.pane.chat_bar.text.text() == "This visitor is blocked.")
        assert troll.say("Compre ya")["code"] == "rejected"
