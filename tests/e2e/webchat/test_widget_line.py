"""The conversation goes on: reloads, lost networks, other tabs, other days, a desk that was away."""

import json
from pathlib import Path

import pytest

from deskapp.core.commands.webchat import SaveChatBox
from deskapp.models.enums import AgentState
from tests.support.browser import Browser
from tests.support.shop_site import Shop, complaints, open_shop, visit
from tests.support.waiting import free_port, wait_for
from tests.support.webchat_desk import ChatDesk, open_chat_desk

pytestmark = pytest.mark.real

FAILED = {"WebSocket connection to": 1, "ERR_INTERNET_DISCONNECTED": 1}
SENT = "!root.querySelector('.line.end') || /^Entregado/.test(root.querySelector('.line.end').textContent)"


def texts_of(desk: ChatDesk) -> list[str]:
    (row,) = desk.rows()
    return [message.text for message in desk.messages(row.id)]


def test_a_reload_paints_the_conversation_at_once_and_the_draft(
    desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    visitor = visit(browser, shop, language="es")
    visitor.open()
    visitor.say("Hola")
    desk.reply(desk.rows()[0].id, "Dígame")
    visitor.wait_text("Dígame")
    visitor.write("quería saber")
    visitor.page.call(  # what is painted before the desk has said a word
        "Page.addScriptToEvaluateOnNewDocument",
        source="WebSocket.prototype.send = () => {}",
    )
    visitor.page.reload()
    visitor.wait_text("Dígame")
    assert visitor.texts() == ["Hola", "Dígame"]
    assert visitor.js("root.querySelector('.bar textarea').value") == "quería saber"


def test_tomorrow_in_a_new_tab_it_goes_on(desk: ChatDesk, shop: Shop, browser: Browser) -> None:
    visitor = visit(browser, shop, language="es")
    visitor.open()
    visitor.say("Hola")
    other = browser.page(shop.url + "/nothing", beside=visitor.page)
    visitor.close()
    desk.reply(desk.rows()[0].id, "Ya está enviado")
    again = visit(browser, shop, beside=other, language="es")
    again.wait("root.querySelector('.badge').textContent === '1'")
    again.open()
    assert again.texts() == ["Hola", "Ya está enviado"]
    again.say("Gracias")
    assert texts_of(desk) == ["Hola", "Ya está enviado", "Gracias"]


def test_what_is_written_without_a_network_goes_out_after_once_and_in_order(
    desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    visitor = visit(browser, shop, language="es")
    visitor.open()
    visitor.say("Uno")
    visitor.page.set_online(False)
    visitor.wait_line("No podemos conectar ahora")
    for text in ("Dos", "Tres"):
        visitor.write(text)
        visitor.page.press("Enter")
    visitor.wait_line("Enviando…")
    desk.reply(desk.rows()[0].id, "¿Sigue ahí?")
    visitor.page.set_online(True)
    visitor.wait(SENT)
    visitor.wait_text("¿Sigue ahí?")
    visitor.wait("root.querySelector('.banner').hidden")
    assert texts_of(desk) == ["Uno", "¿Sigue ahí?", "Dos", "Tres"]
    assert visitor.texts() == ["Uno", "¿Sigue ahí?", "Dos", "Tres"]
    assert complaints(visitor, FAILED) == []


def test_an_acknowledgement_that_is_lost_doubles_nothing(
    desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    visitor = visit(browser, shop, language="es")
    visitor.page.call(  # the first page never hears that its message has arrived
        "Page.addScriptToEvaluateOnNewDocument",
        source="const deaf = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage');"
        "if (!sessionStorage.heard) Object.defineProperty(WebSocket.prototype, 'onmessage', {"
        "set(take) { deaf.set.call(this, take && (e => e.data.includes('said') || take(e))) }})",
    )
    visitor.page.reload()
    visitor.open()
    visitor.write("Una sola vez")
    visitor.page.press("Enter")
    wait_for(desk.rows, "the message")
    visitor.wait_line("Enviando…")
    visitor.page.evaluate("sessionStorage.heard = 1")
    visitor.page.reload()
    visitor.wait("/^Entregado/.test(root.querySelector('.line.end')?.textContent)")
    assert texts_of(desk) == ["Una sola vez"]
    assert visitor.texts() == ["Una sola vez"]
    assert not visitor.page.evaluate("Object.keys(localStorage).some(k => k.includes(':out:'))")


def test_two_tabs_of_one_visitor_agree(desk: ChatDesk, shop: Shop, browser: Browser) -> None:
    one = visit(browser, shop, language="es")
    two = visit(browser, shop, language="es", beside=one.page)
    one.open()
    two.open()
    one.say("Desde una")
    two.wait_text("Desde una")
    two.say("Desde otra")
    one.wait_text("Desde otra")
    (row,) = desk.rows()
    two.page.press("Escape")
    desk.reply(row.id, "A las dos")
    one.wait_text("A las dos")
    two.wait("root.querySelector('.badge').hidden")  # read in the other
    assert one.texts() == ["Desde una", "Desde otra", "A las dos"]
    assert texts_of(desk) == ["Desde una", "Desde otra", "A las dos"]


def test_what_a_closed_tab_could_not_send_another_sends(
    desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    one = visit(browser, shop, language="es")
    one.open()
    one.say("Hola")
    two = visit(browser, shop, language="es", beside=one.page)
    two.open()
    one.page.set_online(False)
    one.wait_line("No podemos conectar ahora")
    one.write("Y adiós")
    one.page.press("Enter")
    two.wait_text("Y adiós")
    one.close()
    wait_for(lambda: texts_of(desk) == ["Hola", "Y adiós"], "the other tab to send it")


def test_a_desk_that_is_restarted(tmp_path: Path, browser: Browser) -> None:
    port = free_port()
    with open_shop() as shop:
        with open_chat_desk(tmp_path / "desk", port) as desk:
            desk.be(AgentState.ONLINE)
            shop.desk = desk.url
            shop.box = desk.box(origins=(shop.url,), ask_name="no", ask_email="no")
            visitor = visit(browser, shop, language="es")
            visitor.open()
            visitor.say("Antes")
        visitor.wait_line("No podemos conectar ahora")
        visitor.write("Mientras")
        visitor.page.press("Enter")
        visitor.wait_line("Enviando…")
        with open_chat_desk(tmp_path / "desk", port) as desk:
            desk.be(AgentState.ONLINE)
            visitor.wait("/^Entregado/.test(root.querySelector('.line.end')?.textContent)")
            assert visitor.texts() == ["Antes", "Mientras"]
            wait_for(lambda: texts_of(desk) == ["Antes", "Mientras"], "both messages")


def test_a_desk_that_cannot_be_reached_says_so_and_offers_mail(
    shop: Shop, browser: Browser
) -> None:
    script = (Path(__file__).parents[3] / "resources" / "widget" / "widget.js").read_text("utf-8")
    shop.desk = f"http://127.0.0.1:{free_port()}"
    shop.strict = False
    page = browser.page(shop.url + "/", language="es-ES")
    page.evaluate(
        "Element.prototype.attachShadow = (attach => function () {"
        "return attach.call(this, {mode: 'open'}) })(Element.prototype.attachShadow), true"
    )
    page.evaluate(f"void (0, eval)({json.dumps(script)})")  # the site hosts the widget itself
    panel = "document.querySelector('deskapp-chat')?.shadowRoot"
    page.wait_for(f"!!{panel}")
    page.evaluate("deskapp.open()")
    page.wait_for(f"{panel}.querySelector('.banner').textContent.includes('No podemos conectar')")
    page.click("deskapp-chat >>> .bar textarea")
    page.type("¿Tenéis jarras?")
    page.evaluate(
        f"{panel}.querySelector('.banner a').addEventListener('click', e => e.preventDefault()), 1"
    )
    page.click("deskapp-chat >>> .banner a")
    link = page.evaluate(f"{panel}.querySelector('.banner a').href")
    assert link == "mailto:hola@tienda.example?body=%C2%BFTen%C3%A9is%20jarras%3F"


def test_storage_that_is_denied(desk: ChatDesk, shop: Shop, browser: Browser) -> None:
    visitor = visit(browser, shop, language="es")
    visitor.page.call(
        "Page.addScriptToEvaluateOnNewDocument",
        source="for (const name of ['localStorage', 'sessionStorage'])"
        "Object.defineProperty(window, name, {get() { throw new DOMException('no') }})",
    )
    visitor.page.reload()
    visitor.open()
    visitor.say("Hola")
    visitor.say("¿Hay alguien?")
    assert texts_of(desk) == ["Hola", "¿Hay alguien?"]
    assert complaints(visitor) == []


def test_a_burst_is_slowed_down_and_arrives_whole(
    desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    visitor = visit(browser, shop, language="es")
    visitor.open()
    wanted = [f"Mensaje {n}" for n in range(14)]
    for text in wanted:
        visitor.write(text)
        visitor.page.press("Enter")
    visitor.wait(SENT)
    wait_for(lambda: texts_of(desk) == wanted, "all of them, once and in order")
    assert visitor.texts() == wanted


def test_a_site_that_may_not_show_the_box(desk: ChatDesk, shop: Shop, browser: Browser) -> None:
    desk.box("Casa Talavera", uid=shop.box, origins=("https://other.example",))
    visitor = visit(browser, shop, shut=True)
    wait_for(lambda: any("/chat" in url for url in visitor.page.settle().requests), "a try")
    visitor.page.evaluate("deskapp.open()")
    assert visitor.page.evaluate(
        "[...document.querySelectorAll('deskapp-chat')].every(e => !e.shadowRoot)"
    )
    assert desk.rows() == []


def test_a_box_that_is_closed_goes_away(desk: ChatDesk, shop: Shop, browser: Browser) -> None:
    visitor = visit(browser, shop, language="es")
    visitor.wait("!root.querySelector('.root').hidden")
    wait_for(lambda: desk.channel.visitors(), "the page at the desk")
    desk.do(
        SaveChatBox(
            account_id=shop.box,
            name="Casa Talavera",
            enabled=False,
            settings={"origins": (shop.url,)},
        )
    )
    visitor.wait("root.querySelector('.root').hidden")
