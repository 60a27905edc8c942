"""The whole window on one side, the widget in a real Chromium on the other: every story of a chat."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from deskapp.core.commands.contacts import CreateContact, NewPoint
from deskapp.core.commands.desk import SetAgentState
from deskapp.core.queries.contacts import GetContact
from deskapp.models.enums import AgentState, PointKind
from deskapp.ui.chat.ghost import GhostCard
from deskapp.ui.chat.visitors import VisitorsPage
from deskapp.ui.settings.chat_boxes import ChatBoxesSheet
from tests.support.agent_window import AgentWindow, breathe, open_agent_window
from tests.support.both_sides import QUIET, Sides, open_sides
from tests.support.browser import Browser, open_browser
from tests.support.shop_site import OPEN_SHADOW, WIDGET, Shop, Visitor, complaints

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with open_browser(tmp_path_factory.mktemp("browser"), breathe) as browser:
        yield browser


@pytest.fixture
def sides(qapp: QApplication, browser: Browser, tmp_path: Path) -> Iterator[Sides]:
    with open_sides(qapp, browser, tmp_path / "desk") as sides:
        yield sides


def preview(sides: Sides) -> str:
    """What the agent sees of what is being typed."""
    last = sides.window.pane.view.blocks[-1]
    return last.speech() if isinstance(last, GhostCard) else ""


def test_a_chat_from_the_first_word_to_the_thumb(sides: Sides) -> None:
    window, visitor = sides.window, sides.visit()
    visitor.open()
    visitor.say("Hola, falta una de las dos tazas.")
    window.opens_the_chat()
    window.until(lambda: "customer" in window.rung)  # it rings
    visitor.wait_line("Enseguida te atendemos")

    visitor.write("¿Me la reen")
    window.until(lambda: "¿Me la reen" in preview(sides))

    QTest.keyClick(window.pane.composer.editor, Qt.Key.Key_Return)  # taken, by Enter
    visitor.wait_line("Lucía te atiende")
    window.writes("Ahora mismo lo miro.")
    visitor.wait("!root.querySelector('.typing').hidden")
    QTest.keyClick(window.pane.composer.editor, Qt.Key.Key_Return)
    visitor.wait_text("Ahora mismo lo miro.")
    window.until(lambda: window.last_card().headline().endswith("visto"))
    visitor.click(".thumb:nth-child(1)")
    window.until(window.pane.chat_bar.rating.isVisible)
    assert complaints(visitor) == []


def test_files_go_both_ways(sides: Sides, tmp_path: Path) -> None:
    window, visitor = sides.window, sides.visit()
    visitor.open()
    visitor.say("Le mando la factura")
    window.opens_the_chat()
    theirs, ours = tmp_path / "factura \u202efdp.exe", tmp_path / "etiqueta.pdf"
    theirs.write_bytes(b"%PDF-1.7 de la clienta")
    ours.write_bytes(b"%PDF-1.7 de la tienda")
    visitor.page.upload(WIDGET + "input[type=file]", [theirs])
    visitor.wait("root.querySelector('.upload') && !root.querySelector('progress:not([hidden])')")
    visitor.click(".bar textarea")
    visitor.page.press("Enter")
    window.until(lambda: bool(window.last_card().message.attachments))
    (got,) = window.last_card().message.attachments
    assert window.desk.workspace.blobs.get(got.sha256) == b"%PDF-1.7 de la clienta"

    window.pane.composer.attach([ours])
    window.until(lambda: window.pane.composer.files.items() and not window.pane.composer.files.busy)
    window.writes("Y aquí la etiqueta.")
    QTest.keyClick(window.pane.composer.editor, Qt.Key.Key_Return)
    visitor.wait("root.querySelector('.log').textContent.includes('Y aquí la etiqueta.')")
    visitor.wait("root.querySelector('.log').textContent.includes('etiqueta.pdf')")
    assert complaints(visitor) == []


def test_who_it_may_be_is_accepted_and_joins_the_customers_timeline(sides: Sides) -> None:
    window = sides.window
    carmen = window.desk.workspace.new_id()
    point = NewPoint(window.desk.workspace.new_id(), PointKind.EMAIL, "carmen@correo.test")
    window.do(CreateContact(contact_id=carmen, name="Carmen Villalobos", points=(point,)))
    window.box(sides.shop.url, ask_name="optional", ask_email="required")
    visitor = sides.visit()
    visitor.open()
    visitor.fill("#name", "Carmen")
    visitor.fill("#email", "carmen@correo.test")
    visitor.fill("#message", "Hola, soy yo")
    visitor.click("form .primary")
    visitor.wait_text("Hola, soy yo")
    ticket = window.opens_the_chat()
    deeds = window.pane.chat_deeds
    window.until(deeds.can_accept)
    assert any("Carmen Villalobos" in notice.text for notice in deeds.notices())
    assert window.opened.actions.run("conversation.accept_identity")
    window.until(lambda: not deeds.can_accept())
    known = window.desk.workspace.query(GetContact(carmen)).result(90)
    assert [each.id for each in known.tickets] == [ticket]


def test_a_reload_a_lost_network_and_a_new_day_change_nothing(sides: Sides) -> None:
    window, visitor = sides.window, sides.visit()
    visitor.open()
    visitor.say("uno")
    window.opens_the_chat()
    window.writes("dos")
    QTest.keyClick(window.pane.composer.editor, Qt.Key.Key_Return)
    visitor.wait_text("dos")
    visitor.page.reload()
    visitor.wait_text("dos")
    visitor.page.set_online(False)
    visitor.write("tres")
    visitor.page.press("Enter")
    visitor.wait_line("No podemos conectar ahora")
    visitor.page.set_online(True)
    window.until(lambda: window.last_card().message.text == "tres")
    sides.clock.advance(86_400_000)
    visitor.page.reload()
    visitor.wait_text("tres")
    visitor.say("cuatro")
    window.until(lambda: window.last_card().message.text == "cuatro")
    assert [card.message.text for card in window.cards()] == ["uno", "dos", "tres", "cuatro"]
    assert visitor.texts() == ["uno", "dos", "tres", "cuatro"]


def test_nobody_is_there_and_a_message_is_left(sides: Sides) -> None:
    window = sides.window
    window.do(SetAgentState(state=AgentState.AWAY))
    visitor = sides.visit()
    visitor.open()
    visitor.wait("root.querySelector('#email')")
    visitor.fill("#email", "carmen@correo.test")
    visitor.fill("#message", "¿Abren mañana?")
    visitor.click("form .primary")
    visitor.wait_line("te contestaremos por correo")
    pane = window.opened.window.inbox.pane
    window.until(lambda: pane.model.rowCount() == 1 and pane.model.row_at(0) is not None)
    row = pane.model.row_at(0)
    assert row is not None
    assert row.snippet == "¿Abren mañana?"


def shows(window: AgentWindow, ticket_id: str) -> bool:
    """Whether the messages on screen are that ticket's: the ones before stay until these are read."""
    cards = window.cards()
    return bool(cards) and cards[0].message.ticket_id == ticket_id


def test_four_chats_at_once_lose_no_draft(sides: Sides, browser: Browser) -> None:
    window = sides.window
    visitors = [sides.visit() for _ in range(4)]
    for number, visitor in enumerate(visitors):
        visitor.open()
        visitor.say(f"Soy la visita {number}")
    assert window.opened.assembly is not None
    strip = window.opened.assembly.chats.strip
    window.until(lambda: len(strip.chats) == 4)
    for chat in strip.chats:
        window.opened.window.open_ticket(chat.ticket_id)
        window.until(lambda chat=chat: shows(window, chat.ticket_id))
        window.writes(f"Borrador de {window.cards()[0].message.text[-1]}")
    for chat in strip.chats:
        window.opened.window.open_ticket(chat.ticket_id)
        window.until(lambda chat=chat: shows(window, chat.ticket_id))
        number = window.cards()[0].message.text[-1]
        window.until(
            lambda number=number: window.pane.composer.editor.text() == f"Borrador de {number}"
        )
        window.pane.composer.editor.setFocus()
        QTest.keyClick(window.pane.composer.editor, Qt.Key.Key_Return)
        visitors[int(number)].wait_text(f"Borrador de {number}")


def test_the_visitor_is_seen_turning_pages(sides: Sides) -> None:
    window = sides.window
    window.opened.window.show_room("visitors")
    page = window.opened.window.findChild(VisitorsPage)
    assert page is not None
    visitor = sides.visit()
    window.until(lambda: page.model.rowCount() == 1)
    visitor.page.evaluate("history.pushState({}, '', '/tazas'); document.title = 'Tazas <b>'")
    window.until(lambda: (person := page.model.at(0)) and person.page_title == "Tazas <b>")


@pytest.mark.parametrize("by", ["agent", "visitor"])
def test_either_ends_it_and_the_next_word_begins_anew(sides: Sides, by: str) -> None:
    window, visitor = sides.window, sides.visit()
    visitor.open()
    visitor.say("Hola")
    first = window.opens_the_chat()
    if by == "agent":
        assert window.opened.actions.run("conversation.end_chat")
    else:
        visitor.menu("Terminar el chat")
        visitor.click(".sheet .primary")
    visitor.wait("root.querySelector('.over .primary')?.getClientRects().length")
    window.until(lambda: not window.pane.chat_deeds.can_end())
    visitor.click(".over .primary")
    visitor.say("Otra cosa")
    assert window.opened.assembly is not None
    strip = window.opened.assembly.chats.strip
    window.until(lambda: strip.chats and strip.chats[0].ticket_id != first)


def test_hostile_words_are_words_on_both_sides(sides: Sides) -> None:
    window, visitor = sides.window, sides.visit()
    visitor.open()
    bad = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
    visitor.say(bad)
    window.opens_the_chat()
    assert window.last_card().message.text == bad
    window.writes(bad)
    QTest.keyClick(window.pane.composer.editor, Qt.Key.Key_Return)
    visitor.wait(f"root.querySelectorAll('.log .bubble').length === 2 && {QUIET}")
    assert visitor.texts() == [bad, bad]
    assert complaints(visitor) == []


def test_from_nothing_to_a_conversation_on_the_test_page(
    qapp: QApplication, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As somebody does it who has never seen a chat box: Settings, three questions, the test page."""
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: not opened.append(url.toString()))
    with open_agent_window(qapp, tmp_path / "desk", language="es") as window:
        assert window.opened.actions.run("settings.webchat")
        window.until(lambda: window.opened.window.findChild(ChatBoxesSheet))
        sheet = window.opened.window.findChild(ChatBoxesSheet)
        assert sheet is not None
        window.until(sheet.add_button.isVisible)
        sheet.add_button.click()
        window.until(lambda: sheet.form is not None)
        sheet.form.name.setText("Casa Talavera")
        sheet.form.site.setText("www.talavera.test")
        sheet.form.submit()
        window.until(lambda: sheet.editor is not None and sheet.editor.isVisible())
        window.until(lambda: window.opened.assembly.chats.live.now().running)  # type: ignore[union-attr]
        window.until(sheet.editor.install.try_out.isEnabled)
        sheet.editor.install.try_out.click()
        window.until(lambda: opened)
        page = browser.page(language="es-ES")
        page.call("Page.addScriptToEvaluateOnNewDocument", source=OPEN_SHADOW)
        page.go(opened[0])
        visitor = Visitor(page, Shop(window.url, desk=window.url))
        page.wait_for("!!document.querySelector('deskapp-chat')")
        visitor.open()
        visitor.wait("root.querySelector('#message')")
        visitor.fill("#message", "¿Funciona?")
        visitor.click("form .primary")
        visitor.wait_text("¿Funciona?")
        window.opens_the_chat()
        window.until(lambda: window.last_card().message.text == "¿Funciona?")
        visitor.close()
