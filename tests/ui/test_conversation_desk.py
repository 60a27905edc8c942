"""The pane on a real desk: a customer's mail, the answer, the undo, and what the desk then holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from deskapp.core.commands.canned import SaveCannedReply
from deskapp.core.commands.messages import AttachmentRef
from deskapp.core.queries.tickets import GetConversation, GetTicket
from deskapp.models.dto import MessageView, TicketRow
from deskapp.models.enums import Delivery, MessageKind, TicketStatus
from deskapp.ui.bridge import Bridge
from deskapp.ui.conversation.pane import ConversationPane
from deskapp.ui.i18n import Language
from deskapp.ui.shell.actions import ActionRegistry
from deskapp.ui.shell.context import UiContext
from deskapp.ui.theme import ThemeMode, theme
from tests.support.desk import DeskRig, open_rig
from tests.support.talk import ShellStub
from tests.support.ui_state import MemoryUiState


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication, rig: DeskRig) -> Iterator[SimpleNamespace]:
    theme().install(qapp, ThemeMode.LIGHT)
    language = Language(qapp)
    language.set("en")
    bridge = Bridge(rig.workspace)
    shell = ShellStub(bridge)
    host = QWidget()
    context = UiContext(bridge, MemoryUiState(), rig.clock, ActionRegistry(), language)
    pane = ConversationPane(context, shell)
    pane.setParent(host)
    host.resize(576, 860)
    pane.setGeometry(0, 0, 576, 860)
    host.show()
    host.activateWindow()
    yield SimpleNamespace(pane=pane, shell=shell, rig=rig)
    pane.close_down()
    bridge.close()
    host.deleteLater()
    language.clear()


def row(rig: DeskRig, ticket_id: str) -> TicketRow:
    return rig.ask(GetTicket(ticket_id)).row


def told(rig: DeskRig, ticket_id: str) -> list[MessageView]:
    items = rig.ask(GetConversation(ticket_id)).items
    return [item for item in items if isinstance(item, MessageView)]


def show(qtbot: QtBot, shown: SimpleNamespace, ticket_id: str) -> ConversationPane:
    pane: ConversationPane = shown.pane
    pane.show_ticket(row(shown.rig, ticket_id))
    qtbot.waitUntil(lambda: pane.detail is not None and bool(pane.view.blocks))
    qtbot.waitUntil(lambda: pane.composer.agent is not None and bool(pane.composer.accounts))
    return pane


def test_an_answer_is_typed_taken_back_and_sent(qtbot: QtBot, shown: SimpleNamespace) -> None:
    rig: DeskRig = shown.rig
    account = rig.account()
    ticket = str(rig.mail(account).result["ticket_id"])
    rig.do(
        SaveCannedReply(
            canned_id=rig.new(),
            shortcut="hoy",
            title="Today",
            body="Hola {{ contact.first_name }}, sale hoy (#{{ ticket.number }}).",
        )
    )
    pane = show(qtbot, shown, ticket)
    editor = pane.composer.editor
    editor.setFocus()
    qtbot.waitUntil(lambda: pane.composer.aids._contact is not None)
    QTest.keyClicks(editor, "/ho")
    qtbot.waitUntil(lambda: editor.popup_open)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    text = f"Hola Carmen, sale hoy (#{row(rig, ticket).number})."
    assert editor.text() == text
    pane.composer.flush()
    qtbot.waitUntil(lambda: rig.ask(GetTicket(ticket)).draft is not None)
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(told(rig, ticket)) == 2)
    sent = told(rig, ticket)[1]
    assert (sent.text, sent.delivery) == (text, Delivery.QUEUED)
    assert sent.to[0].address == "carmen@correo.test"
    assert rig.ask(GetTicket(ticket)).draft is None
    qtbot.waitUntil(lambda: pane.view.card(sent.id) is not None)
    pane.deeds.do("undo_send", sent.id)
    qtbot.waitUntil(lambda: editor.text() == text)
    assert len(told(rig, ticket)) == 1
    pane.composer.sending.send(TicketStatus.WAITING)
    qtbot.waitUntil(lambda: len(told(rig, ticket)) == 2)
    qtbot.waitUntil(lambda: pane.header.pill.text() == "Waiting for customer")
    assert rig.ask(GetTicket(ticket)).draft is None


def test_a_note_and_what_happened_stand_in_order(qtbot: QtBot, shown: SimpleNamespace) -> None:
    rig: DeskRig = shown.rig
    ticket = str(rig.mail(rig.account()).result["ticket_id"])
    pane = show(qtbot, shown, ticket)
    pane.note()
    QTest.keyClicks(pane.composer.editor, "Call the warehouse")
    pane.composer.sending.send()
    qtbot.waitUntil(lambda: any(m.kind is MessageKind.NOTE for m in told(rig, ticket)))
    qtbot.waitUntil(lambda: "Call the warehouse" in pane.view.blocks[-1].speech())
    spoken = [block.speech() for block in pane.view.blocks]
    assert any(words.startswith("Ticket opened") for words in spoken)
    assert any("Assigned to you" in words for words in spoken)


def test_a_draft_is_there_for_a_window_that_opens_later(
    qtbot: QtBot, shown: SimpleNamespace
) -> None:
    rig: DeskRig = shown.rig
    first = str(rig.mail(rig.account()).result["ticket_id"])
    pane = show(qtbot, shown, first)
    QTest.keyClicks(pane.composer.editor, "half a thou")
    qtbot.waitUntil(lambda: rig.ask(GetTicket(first)).draft is not None)
    pane.composer.keeper.forget(first)
    pane.show_ticket(None)
    again = show(qtbot, shown, first)
    qtbot.waitUntil(lambda: again.composer.editor.text() == "half a thou")


def test_an_inline_picture_of_a_mail_is_shown_in_it(qtbot: QtBot, shown: SimpleNamespace) -> None:
    rig: DeskRig = shown.rig
    image = QImage(80, 60, QImage.Format.Format_RGB32)
    image.fill(QColor("#00aa00"))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    raw = bytes(data.data())
    sha = rig.workspace.blobs.put(raw)
    mail = rig.mail(
        rig.account(),
        text="look",
        html='<p>look</p><p><img src="cid:pic1@x"></p>',
        attachments=(
            AttachmentRef(rig.new(), "p.png", "image/png", len(raw), sha, "pic1@x", inline=True),
        ),
    )
    pane = show(qtbot, shown, str(mail.result["ticket_id"]))
    card = pane.view.card(str(mail.result["message_id"]))
    assert card is not None
    qtbot.waitUntil(lambda: card.rich is not None)
    assert card.rich is not None
    assert card.rich.height > 70
    picture = pane.view.viewport().grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(60, 300, 8) for y in range(0, 600, 8)}
    assert "#00aa00" in colours
