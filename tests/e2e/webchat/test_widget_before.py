"""What is asked before a chat, who the visitor is, and messages left when nobody is there."""

import time
from collections.abc import Callable

import pytest

from deskapp.channels.webchat.identity import sign
from deskapp.core.commands.webchat import EndChat
from deskapp.core.queries.webchat import GetChat
from deskapp.models.dto import ChatInfo
from deskapp.models.enums import AgentState
from tests.support.browser import Browser
from tests.support.shop_site import Shop, Visitor, complaints, visit
from tests.support.waiting import wait_for
from tests.support.webchat_desk import ChatDesk

pytestmark = pytest.mark.real

QUESTIONS = (
    {"label": "Número de pedido", "kind": "text", "options": [], "required": False},
    {"label": "Tema", "kind": "choice", "options": ["Envío", "Factura"], "required": True},
)
ALL_SENT = "!Object.keys(localStorage).some(key => key.includes('out:'))"


@pytest.fixture
def asking(desk: ChatDesk, shop: Shop) -> Shop:
    """The box asks for a name, an address, a number and a subject."""
    desk.box(
        "Casa Talavera",
        uid=shop.box,
        origins=(shop.url,),
        ask_name="required",
        ask_email="optional",
        questions=QUESTIONS,
    )
    return shop


def chat(desk: ChatDesk) -> ChatInfo:
    found = desk.ask(GetChat(desk.rows()[0].id))
    assert found is not None
    return found


def signer(desk: ChatDesk, shop: Shop) -> Callable[[str, str], str]:
    """Makes the site's word for who somebody is, of a name and an address."""
    secret = desk.channel.identity_secret(shop.box).result(90)

    def signed(name: str, email: str) -> str:
        claim = {"name": name, "email": email, "id": email, "expires": int(time.time()) + 600}
        return sign(secret, claim)

    return signed


def choose(visitor: Visitor, selector: str, value: str) -> None:
    visitor.js(
        f"(field => (field.value = {value!r}, field.dispatchEvent(new Event('input'))))"
        f"(root.querySelector({selector!r}))"
    )


def test_the_answers_reach_the_agent_with_the_first_message(
    desk: ChatDesk, asking: Shop, browser: Browser
) -> None:
    visitor = visit(browser, asking, language="es-ES")
    visitor.open()
    visitor.click("form .primary")
    wrong = "[...root.querySelectorAll('[aria-invalid=true]')].map(e => e.id)"
    assert visitor.js(wrong) == ["name", "q1", "message"]
    assert visitor.js("root.activeElement.id") == "name"
    assert desk.rows() == []

    visitor.fill("#name", "Carmen Villalobos")
    visitor.fill("#email", "carmen@")
    visitor.fill("#q0", "48213")
    choose(visitor, "#q1", "Envío")
    visitor.fill("#message", "Falta una taza")
    visitor.click("form .primary")
    assert visitor.js(wrong) == ["email"]

    visitor.page.reload()  # it opens again by itself, with all that was typed
    visitor.wait("root.querySelector('#message')?.value === 'Falta una taza'")
    assert visitor.js("root.querySelector('#q1').value") == "Envío"
    visitor.fill("#email", "carmen@correo.example")
    visitor.click("form .primary")
    visitor.wait_text("Falta una taza")
    wait_for(desk.rows, "the chat")
    found = chat(desk).visitor
    assert (found.name, found.email, found.verified) == (
        "Carmen Villalobos",
        "carmen@correo.example",
        False,
    )
    assert dict(found.answers) == {"Número de pedido": "48213", "Tema": "Envío"}
    assert complaints(visitor) == []


def test_another_chat_asks_only_what_is_not_known(
    desk: ChatDesk, asking: Shop, browser: Browser
) -> None:
    visitor = visit(browser, asking, language="es-ES")
    visitor.open()
    visitor.fill("#name", "Carmen")
    visitor.fill("#email", "carmen@correo.example")
    choose(visitor, "#q1", "Envío")
    visitor.fill("#message", "Uno")
    visitor.click("form .primary")
    visitor.wait_text("Uno")
    wait_for(desk.rows, "the chat")
    desk.do(EndChat(ticket_id=desk.rows()[0].id))
    visitor.click(".over .primary")
    visitor.page.reload()
    visitor.wait("!!root.querySelector('#q1')")
    visitor.wait("!root.querySelector('#name')")
    assert visitor.js("root.querySelector('#q1').value") == ""


def test_a_message_is_left_when_nobody_is_there(
    desk: ChatDesk, asking: Shop, browser: Browser
) -> None:
    desk.be(AgentState.AWAY)
    visitor = visit(browser, asking, language="es-ES")
    visitor.open()
    assert "Déjanos un mensaje" in visitor.js("root.querySelector('form p').textContent")
    assert visitor.js("[...root.querySelectorAll('form .field')].map(f => f.id)") == [
        "name",
        "email",
        "message",
    ]
    visitor.fill("#name", "Carmen")
    visitor.fill("#message", "¿Abrís el lunes?")
    visitor.click("form .primary")
    assert visitor.js("root.querySelector('#email').ariaInvalid") == "true"
    visitor.fill("#email", "carmen@correo.example")
    visitor.click("form .primary")
    visitor.wait_line("te contestaremos por correo")
    assert chat(desk).visitor.email == "carmen@correo.example"
    assert chat(desk).state == "left_message"
    visitor.say("¿Y el martes?")
    assert len(desk.rows()) == 1


def test_nothing_is_asked_of_somebody_whom_the_site_has_signed_in(
    desk: ChatDesk, asking: Shop, browser: Browser
) -> None:
    desk.box(
        "Casa Talavera",
        uid=asking.box,
        origins=(asking.url,),
        ask_name="required",
        ask_email="required",
        questions=(),
    )
    signed = signer(desk, asking)
    asking.identity = signed("Carmen Villalobos", "carmen@correo.example")
    visitor = visit(browser, asking, language="es-ES")
    visitor.open()
    visitor.say("Hola, soy Carmen")
    assert chat(desk).visitor.verified
    visitor.page.reload()
    visitor.wait_text("Hola, soy Carmen")

    # Somebody else signs in at the same browser: nothing of Carmen's is left to be seen.
    asking.identity = signed("Berta Soler", "berta@correo.example")
    visitor.page.reload()
    visitor.wait("!!root.querySelector('.bar textarea') && root.querySelector('.panel').open")
    visitor.say("Hola, soy Berta")
    assert visitor.texts() == ["Hola, soy Berta"]
    assert len(desk.rows()) == 2
    kept = visitor.page.evaluate("JSON.stringify(localStorage)")
    assert "Carmen" not in kept
    assert "soy Berta" not in kept

    # The site signs Carmen in again without loading the page anew, and out.
    again = signed("Carmen Villalobos", "carmen@correo.example")
    visitor.page.evaluate(f"deskapp.identify({again!r}), true")
    visitor.wait_text("Hola, soy Carmen")
    assert visitor.texts() == ["Hola, soy Carmen"]
    visitor.page.evaluate("deskapp.identify(''), true")
    visitor.wait("!!root.querySelector('#message')")
    visitor.fill("#name", "Otra persona")
    visitor.fill("#email", "otra@correo.example")
    visitor.fill("#message", "Hola de nuevo")
    visitor.click("form .primary")
    visitor.wait_text("Hola de nuevo")
    assert visitor.texts() == ["Hola de nuevo"]
    wait_for(lambda: len(desk.rows()) == 3, "a chat of its own")
    # Until the page knows that it is kept, it is this browser's to send.
    visitor.wait(ALL_SENT)

    # What an unknown person said is not shown to the next who signs in.
    asking.identity = signed("Berta Soler", "berta@correo.example")
    visitor.page.call(
        "Page.addScriptToEvaluateOnNewDocument",
        source="WebSocket.prototype.send = () => {}",
    )
    visitor.page.reload()
    visitor.wait("!!root.querySelector('.panel').open")
    assert visitor.texts() in ([], ["¡Hola! ¿En qué podemos ayudarte?"])


def test_what_somebody_could_not_send_waits_for_them(
    desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    signed = signer(desk, shop)
    shop.identity = signed("Carmen Villalobos", "Carmen@correo.example")
    visitor = visit(browser, shop, language="es-ES")
    visitor.open()
    visitor.say("Hola, soy Carmen")
    visitor.wait(ALL_SENT)
    visitor.page.evaluate("WebSocket.prototype.send = () => {}, true")
    visitor.write("Mi número es el 48213")
    visitor.page.press("Enter")
    visitor.wait_text("Mi número es el 48213")

    shop.identity = signed("Berta Soler", "berta@correo.example")
    visitor.page.reload()
    visitor.wait("!!root.querySelector('.bar textarea') && root.querySelector('.panel').open")
    visitor.say("Hola, soy Berta")
    wait_for(lambda: len(desk.rows()) == 2, "a chat of her own")
    assert visitor.texts() == ["Hola, soy Berta"]

    shop.identity = signed("Carmen Villalobos", "carmen@correo.example")
    visitor.page.reload()
    visitor.wait_text("Mi número es el 48213")
    visitor.wait(ALL_SENT)
    assert visitor.texts() == ["Hola, soy Carmen", "Mi número es el 48213"]
    assert sorted(row.snippet for row in desk.rows()) == [
        "Hola, soy Berta",
        "Mi número es el 48213",
    ]


def test_the_language_is_the_boxs_then_the_browsers_and_the_site_may_choose(
    desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    label = "root.querySelector('.launcher').ariaLabel"
    assert visit(browser, shop, language="de-DE").wait(f"{label} === 'Open chat'")
    assert visit(browser, shop, language="es-MX").wait(f"{label} === 'Abrir el chat'")
    desk.box("Casa Talavera", uid=shop.box, origins=(shop.url,), language="es")
    assert visit(browser, shop, language="en-GB").wait(f"{label} === 'Abrir el chat'")
    shop.language = "en"
    assert visit(browser, shop, language="es-ES").wait(f"{label} === 'Open chat'")


def test_the_boxs_own_greeting_and_side(desk: ChatDesk, shop: Shop, browser: Browser) -> None:
    desk.box(
        "Casa Talavera",
        uid=shop.box,
        origins=(shop.url,),
        greeting="¡Buenas!\n¿Qué buscas?",
        position="left",
        ask_name="optional",
    )
    visitor = visit(browser, shop, language="es")
    visitor.open()
    assert visitor.js("root.querySelector('form p').textContent") == "¡Buenas!\n¿Qué buscas?"
    assert visitor.js("root.querySelector('.panel').getBoundingClientRect().left") == 16
