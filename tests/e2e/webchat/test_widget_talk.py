"""A visitor and an agent talk: what is said, seen, typed, and where the visitor stands."""

import pytest

from deskapp.core.commands.webchat import TakeChat
from tests.support.browser import Browser
from tests.support.shop_site import Shop, complaints, visit
from tests.support.waiting import wait_for
from tests.support.webchat_desk import ChatDesk

pytestmark = pytest.mark.real


def test_a_chat_from_hello_to_seen(desk: ChatDesk, shop: Shop, browser: Browser) -> None:
    visitor = visit(browser, shop, language="es-ES")
    visitor.open()
    visitor.say("Hola, falta una taza.")
    (ticket,) = desk.rows()
    assert [m.text for m in desk.messages(ticket.id)] == ["Hola, falta una taza."]
    visitor.wait_line("Enseguida te atendemos")

    desk.do(TakeChat(ticket_id=ticket.id))
    visitor.wait_line("te atiende")
    desk.reply(ticket.id, "¡Hola! Lo miro ahora mismo.")
    visitor.wait_text("¡Hola! Lo miro ahora mismo.")
    visitor.wait("root.querySelector('.end').textContent === 'Entregado · visto'")
    assert visitor.texts() == ["Hola, falta una taza.", "¡Hola! Lo miro ahora mismo."]
    wait_for(
        lambda: desk.messages(ticket.id)[-1].delivery == "seen", "the agent to see that it was read"
    )
    assert complaints(visitor) == []
