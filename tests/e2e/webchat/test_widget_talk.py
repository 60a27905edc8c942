"""A visitor and an agent talk: what is said, seen and typed, and where the visitor stands."""

import itertools
import json
from pathlib import Path

import pytest

from deskapp.core.commands.webchat import EndChat, TakeChat
from deskapp.core.queries.webchat import GetChat
from deskapp.models.enums import AgentState, ChatState, Delivery
from tests.support.browser import Browser
from tests.support.desk import HandClock
from tests.support.shop_site import Shop, Visitor, complaints, open_shop, visit
from tests.support.waiting import wait_for
from tests.support.webchat_desk import ChatDesk, open_chat_desk

pytestmark = pytest.mark.real

MENU_EMAIL = ".sheet input"


@pytest.fixture
def visitor(shop: Shop, browser: Browser) -> Visitor:
    visitor = visit(browser, shop, language="es-ES")
    visitor.open()
    return visitor


def test_a_chat_from_hello_to_seen(desk: ChatDesk, visitor: Visitor) -> None:
    visitor.say("Hola, falta una taza.")
    (ticket,) = desk.rows()
    assert [m.text for m in desk.messages(ticket.id)] == ["Hola, falta una taza."]
    visitor.wait_line("Enseguida te atendemos")
    visitor.wait_line("Hoy, ")

    desk.do(TakeChat(ticket_id=ticket.id))
    visitor.wait_line("te atiende")
    desk.reply(ticket.id, "¡Hola! Lo miro ahora mismo.")
    visitor.wait_text("¡Hola! Lo miro ahora mismo.")
    visitor.wait("root.querySelector('.line.end').textContent === 'Entregado · visto'")
    assert visitor.texts() == ["Hola, falta una taza.", "¡Hola! Lo miro ahora mismo."]
    wait_for(
        lambda: desk.messages(ticket.id)[-1].delivery is Delivery.SEEN, "the answer to be read"
    )
    assert complaints(visitor) == []


def test_typing_goes_both_ways(desk: ChatDesk, visitor: Visitor) -> None:
    visitor.say("Hola")
    ticket = desk.rows()[0].id
    visitor.write("¿Me la reen")
    wait_for(lambda: desk.channel.preview(ticket).text == "¿Me la reen", "the live preview")
    desk.channel.agent_typing(ticket, True)
    visitor.wait("!root.querySelector('.typing').hidden")
    assert visitor.js("root.querySelector('.typing').textContent").endswith("está escribiendo…")
    desk.reply(ticket, "Claro")
    visitor.wait("root.querySelector('.typing').hidden")
    visitor.page.press("Enter")
    wait_for(lambda: not desk.channel.preview(ticket).typing, "typing to end")


def test_without_the_preview_nothing_that_is_typed_leaves_the_page(
    desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    desk.box(uid=shop.box, origins=(shop.url,), ask_name="no", ask_email="no", preview=False)
    visitor = visit(browser, shop)
    frames = _sent_frames(visitor)
    visitor.page.reload()
    visitor.open()
    visitor.write("Hola")
    assert [json.loads(frame)["t"] for frame in visitor.js(frames)] == ["hello"]
    visitor.page.press("Enter")
    visitor.wait_text("Hola")
    visitor.write("secreto")
    visitor.wait("window.sent.some(f => f.includes('typing'))")
    assert not [frame for frame in visitor.js(frames) if "secreto" in frame]


def test_typing_is_told_three_times_a_second_at_most(
    desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    visitor = visit(browser, shop)
    frames = _sent_frames(visitor)
    visitor.page.reload()
    visitor.open()
    visitor.say("Hola")
    visitor.write("x" * 120)
    visitor.wait(f"{frames}.some(f => f.includes('x'.repeat(120)))")
    times = visitor.js("window.sentAt.filter((_, i) => window.sent[i].includes('typing'))")
    assert all(b - a > 280 for a, b in itertools.pairwise(times))


def _sent_frames(visitor: Visitor) -> str:
    """From the next load on, keep what the page sends; the expression that holds it."""
    visitor.page.call(
        "Page.addScriptToEvaluateOnNewDocument",
        source="window.sent = []; window.sentAt = []; const send = WebSocket.prototype.send;"
        "WebSocket.prototype.send = function (data) { sent.push(data);"
        "sentAt.push(performance.now()); return send.call(this, data); }",
    )
    return "window.sent"


def test_who_waits_knows_the_place_in_the_queue(
    desk: ChatDesk, shop: Shop, visitor: Visitor
) -> None:
    with desk.visitor(shop.box, origin=shop.url) as first:
        first.say("Yo estaba antes")
        visitor.say("Y yo después")
        visitor.wait_line("Eres el 2.º de la cola")
        desk.do(TakeChat(ticket_id=next(r.id for r in desk.rows() if "antes" in r.snippet)))
        visitor.wait_line("Enseguida te atendemos")


def test_who_waits_too_long_is_told(tmp_path: Path, browser: Browser) -> None:
    clock = HandClock()
    with open_chat_desk(tmp_path / "slow", clock=clock) as desk, open_shop() as shop:
        desk.be(AgentState.ONLINE)
        shop.desk = desk.url
        shop.box = desk.box(origins=(shop.url,), ask_name="no", ask_email="no")
        visitor = visit(browser, shop, language="es")
        visitor.open()
        visitor.say("¿Hola?")
        clock.advance(31_000)
        desk.desk.authority.effects.wake()
        visitor.wait_line("Tardamos más de lo normal")


def test_thumbs_at_any_time_and_a_comment(desk: ChatDesk, visitor: Visitor) -> None:
    visitor.say("Hola")
    ticket = desk.rows()[0].id
    visitor.click(".thumb:nth-child(2)")
    wait_for(lambda: _rating(desk, ticket) == (1, ""), "the thumb")
    visitor.page.type("Nadie contesta")
    visitor.click(".sheet .primary")
    wait_for(lambda: _rating(desk, ticket) == (1, "Nadie contesta"), "the comment")
    visitor.click(".thumb:nth-child(1)")
    wait_for(lambda: _rating(desk, ticket)[0] == 2, "the other thumb")
    visitor.wait("root.querySelector('.thumb').getAttribute('aria-pressed') === 'true'")


def _rating(desk: ChatDesk, ticket: str) -> tuple[int, str]:
    chat = desk.ask(GetChat(ticket))
    assert chat is not None
    return chat.score, chat.comment


def test_the_visitor_ends_the_chat_and_begins_another(desk: ChatDesk, visitor: Visitor) -> None:
    visitor.say("Hola")
    first = desk.rows()[0].id
    visitor.menu("Terminar el chat")
    visitor.click(".sheet .second")
    visitor.wait("root.querySelector('.sheet').hidden")
    assert desk.ask(GetChat(first)).state is ChatState.WAITING  # type: ignore[union-attr]

    visitor.menu("Terminar el chat")
    visitor.click(".sheet .primary")
    visitor.wait_line("El chat ha terminado")
    visitor.page.reload()
    visitor.wait_line("El chat ha terminado")
    visitor.click(".over .primary")
    visitor.wait("!root.querySelector('.bubble.me')")
    visitor.say("Otra cosa")
    assert visitor.texts() == ["Otra cosa"]
    assert visitor.js("root.activeElement.tagName") == "TEXTAREA"
    assert len(desk.rows()) == 2


def test_the_agent_ends_the_chat_while_the_visitor_types(desk: ChatDesk, visitor: Visitor) -> None:
    visitor.say("Hola")
    visitor.write("y además")
    desk.do(EndChat(ticket_id=desk.rows()[0].id))
    visitor.wait_line("El chat ha terminado")
    visitor.click(".over .primary")
    visitor.wait("root.querySelector('.bar textarea').value === 'y además'")
    visitor.page.press("Enter")
    visitor.wait_text("y además")


def test_a_transcript_by_mail(desk: ChatDesk, visitor: Visitor) -> None:
    visitor.say("Hola")
    visitor.menu("Recibir el chat por correo")
    visitor.fill(MENU_EMAIL, "carmen")
    visitor.click(".sheet .primary")
    visitor.wait("root.querySelector('.sheet .wrong').textContent === 'Revisa este dato'")
    visitor.fill(MENU_EMAIL, "carmen@correo.example")
    visitor.click(".sheet .primary")
    visitor.wait_line("cuando hayamos contestado")
    visitor.page.press("Escape")
    visitor.wait("root.querySelector('.sheet').hidden")


def test_what_comes_while_it_is_closed_is_counted(desk: ChatDesk, visitor: Visitor) -> None:
    visitor.say("Hola")
    ticket = desk.rows()[0].id
    visitor.page.press("Escape")
    visitor.wait("!root.querySelector('.panel').open")
    desk.reply(ticket, "Uno")
    desk.reply(ticket, "Dos")
    visitor.wait("root.querySelector('.badge').textContent === '2'")
    visitor.page.wait_for("document.title === '(2) Casa Talavera'")
    assert visitor.js("root.querySelector('.launcher').ariaLabel") == "Abrir el chat (2)"
    assert "Mensaje nuevo de" in visitor.js("root.querySelector('[role=status].sr').textContent")
    assert desk.messages(ticket)[-1].delivery is not Delivery.SEEN
    visitor.page.reload()
    visitor.wait("root.querySelector('.badge').textContent === '2'")
    visitor.open()
    visitor.wait("root.querySelector('.badge').hidden")
    visitor.page.wait_for("document.title === 'Casa Talavera'")
    wait_for(lambda: desk.messages(ticket)[-1].delivery is Delivery.SEEN, "the answers to be read")


def test_a_message_rings_softly_while_the_page_is_hidden(desk: ChatDesk, visitor: Visitor) -> None:
    visitor.page.evaluate(
        "window.notes = 0, AudioContext.prototype.createOscillator = ("
        "make => function () { notes++; return make.call(this); })"
        "(AudioContext.prototype.createOscillator), true"
    )
    visitor.say("Hola")
    ticket = desk.rows()[0].id
    desk.reply(ticket, "A la vista")
    visitor.wait_text("A la vista")
    assert visitor.js("window.notes") == 0
    visitor.page.evaluate("Object.defineProperty(document, 'hidden', {value: true}), true")
    desk.reply(ticket, "Sin que nadie mire")
    visitor.wait("window.notes === 1")
    visitor.menu("Sonido")
    desk.reply(ticket, "Silencio")
    visitor.wait_text("Silencio")
    assert visitor.js("window.notes") == 1


def test_nobody_online_any_more(desk: ChatDesk, visitor: Visitor) -> None:
    visitor.wait_line("Estamos en línea")
    desk.be(AgentState.INVISIBLE)
    visitor.wait_line("Ahora mismo no estamos")
    desk.be(AgentState.ONLINE)
    visitor.wait_line("Estamos en línea")


def test_emoji_are_picked_with_the_keys(desk: ChatDesk, visitor: Visitor) -> None:
    visitor.write("Gracias ")
    visitor.click(".bar .icon:nth-of-type(2)")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Enter"):
        visitor.page.press(key)
    visitor.wait("root.querySelector('.bar textarea').value.length > 8")
    assert visitor.js("root.activeElement.tagName") == "TEXTAREA"
    visitor.page.press("Enter")
    wait_for(desk.rows, "the message")
    assert "Gracias" in desk.messages(desk.rows()[0].id)[0].text


def test_only_safe_addresses_are_links(desk: ChatDesk, visitor: Visitor) -> None:
    visitor.say("Hola")
    desk.reply(
        desk.rows()[0].id,
        "Mira https://tienda.example/tazas?a=1&b=2. O (http://xn--80ak6aa92e.com/). "
        "javascript:alert(1) data:text/html,x https://banco.es@malo.example/ "
        "https://аррӏе.com/ mailto:hola@tienda.example",
    )
    visitor.wait("root.querySelectorAll('.bubble a').length === 4")
    links = visitor.js(
        "[...root.querySelectorAll('.bubble a')].map(a => [a.textContent, a.href, a.rel, a.target])"
    )
    assert [link[:2] for link in links] == [
        ["https://tienda.example/tazas?a=1&b=2", "https://tienda.example/tazas?a=1&b=2"],
        ["http://xn--80ak6aa92e.com/", "http://xn--80ak6aa92e.com/"],
        ["https://xn--80ak6aa92e.com/", "https://xn--80ak6aa92e.com/"],
        ["mailto:hola@tienda.example", "mailto:hola@tienda.example"],
    ]
    assert all(link[2:] == ["noopener noreferrer", "_blank"] for link in links)


def test_a_page_that_changes_itself_is_followed(desk: ChatDesk, visitor: Visitor) -> None:
    visitor.say("Hola")
    ticket = desk.rows()[0].id
    visitor.page.evaluate("history.pushState({}, '', '/tazas'), document.title = 'Tazas'")
    wait_for(lambda: desk.channel.presence(ticket).page_title == "Tazas", "the new page")
    assert desk.channel.presence(ticket).page_url.endswith("/tazas")
    visitor.page.evaluate("location.hash = 'token=secreto', true")
    visitor.page.evaluate("history.pushState({}, '', '/platos'), true")
    wait_for(lambda: desk.channel.presence(ticket).page_url.endswith("/platos"), "the next page")


def test_many_answers_at_once_are_reported_together(
    desk: ChatDesk, shop: Shop, browser: Browser
) -> None:
    visitor = visit(browser, shop)
    frames = _sent_frames(visitor)
    visitor.page.reload()
    visitor.open()
    visitor.say("Hola")
    ticket = desk.rows()[0].id
    before = visitor.js("performance.now()")
    for n in range(30):
        desk.reply(ticket, f"Respuesta {n}.")
    visitor.wait_text("Respuesta 29.")
    wait_for(lambda: desk.messages(ticket)[-1].delivery is Delivery.SEEN, "all to be read")
    seconds = (visitor.js("performance.now()") - before) / 1000
    told = [f for f in visitor.js(frames) if json.loads(f)["t"] in ("got", "seen")]
    assert len(told) <= 4 + seconds * 1000 / 300
