"""A visitor has the chat mailed: asked for in a real Chromium, delivered by real mail servers."""

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from deskapp.core.commands.desk import SaveAgent
from deskapp.models.enums import Delivery
from tests.support.agent_window import breathe
from tests.support.both_sides import open_sides
from tests.support.browser import Browser, open_browser
from tests.support.mail_desk import mail_channel
from tests.support.mail_servers import MailServers, mail_server_processes, mail_servers
from tests.support.shop_site import WIDGET, complaints

__all__ = ["mail_server_processes", "mail_servers"]

pytestmark = pytest.mark.real

CARMEN = "carmen@cliente.test"
HOSTILE = '"><img src=x onerror=alert(1)> {{ contact.name }} {name}'
ANSWER = "La azul 🫖 <b>seguro</b> <script>alert(2)</script>"
FILE = "nota \u202efdp.html"
MENU = {"es": "Recibir el chat por correo", "en": "Get this chat by mail"}
PROMISED = {"es": "Te lo enviaremos a", "en": "We will mail it to"}
SUBJECT = {"es": "Su conversación con Casa Talavera", "en": "Your conversation with Casa Talavera"}
ASKED = {"es": "La ha pedido en nuestra página", "en": "You asked for it on our site"}
YOU = {"es": "Usted", "en": "You"}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with open_browser(tmp_path_factory.mktemp("browser"), breathe) as browser:
        yield browser


def parts(raw: bytes) -> tuple[EmailMessage, str, str]:
    """The mail, what it says in plain text, and its markup (empty when it has none)."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    return mail, plain.get_content(), html.get_content() if html is not None else ""


@pytest.mark.parametrize(("theirs", "ours"), [("es", "en"), ("en", "es")])
def test_it_arrives_in_the_visitors_language_with_all_that_was_said(
    qapp: QApplication,
    browser: Browser,
    mail_servers: MailServers,
    tmp_path: Path,
    theirs: str,
    ours: str,
) -> None:
    note = tmp_path / FILE
    note.write_bytes(b"<script>alert(1)</script>")
    with (
        open_sides(qapp, browser, tmp_path / "desk", language=ours) as sides,
        mail_channel(sides.window.desk) as mail,
    ):
        window = sides.window
        window.do(SaveAgent(agent_id=window.desk.workspace.agent_id, name="Lucía <b>Marín</b>"))
        mail.connect_and_wait(mail_servers, copy_to_sent=False)
        sides.language = sides.shop.language = theirs
        visitor = sides.visit()
        visitor.open()
        visitor.say(HOSTILE)
        ticket = window.opens_the_chat()
        for answer in ("¿Qué taza era?", ANSWER):
            window.writes(answer)
            QTest.keyClick(window.pane.composer.editor, Qt.Key.Key_Return)
            visitor.wait_text(answer)
        visitor.page.upload(WIDGET + "input[type=file]", [note])
        visitor.wait(
            "root.querySelector('.upload') && !root.querySelector('progress:not([hidden])')"
        )
        visitor.write("Esta.")
        visitor.page.press("Enter")
        window.until(lambda: bool(window.last_card().message.attachments))

        visitor.menu(MENU[theirs])
        visitor.fill(".sheet input[type=email]", CARMEN)
        visitor.click(".sheet .primary")
        visitor.wait_line(f"{PROMISED[theirs]} {CARMEN}")
        sent, text, markup = parts(mail_servers.wait_for_mail(CARMEN)[0])

        assert sent["Subject"].startswith(SUBJECT[theirs])
        assert sent["To"] == CARMEN
        assert "shop@tienda.test" in sent["From"]
        assert sent["Return-Path"] == "<>"
        assert ASKED[theirs] in text
        said = [YOU[theirs], HOSTILE, "Lucía <b>Marín</b>", "¿Qué taza era?", ANSWER]
        at = 0
        for words in (*said, YOU[theirs], "Esta.", "[nota "):
            at = text.index(words, at) + len(words)  # each, in the order in which it was said
        assert text.count(HOSTILE) == 1
        assert not {"\u202e", "\u202d", "\0"} & set(text)
        for tag in ("<img", "<script", "<b>", "onerror=alert(1)>"):
            assert tag not in markup
        assert [part.get_filename() for part in sent.walk() if part.get_filename()] == []
        assert [m.delivery for m in mail.messages(ticket) if m.delivery is Delivery.FAILED] == []
        assert len(mail.rows()) == 1  # what the desk mailed is no message of the ticket
        assert complaints(visitor) == []
