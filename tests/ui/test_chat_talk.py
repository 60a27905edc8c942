"""A chat in the conversation pane, on a real desk: waiting, taking, writing, who it is, how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.core.commands.contacts import UnmergeContact
from deskapp.core.commands.tickets import AssignTicket
from deskapp.core.commands.webchat import BlockVisitor, EndChat, MarkChat, TakeChat
from deskapp.core.ports import VisitorPresence, VisitorTyping
from deskapp.models.enums import Channel, ChatState, Delivery, TicketStatus
from deskapp.ui.chat.bar import urgency
from deskapp.ui.chat.ghost import GhostCard
from deskapp.ui.composer.snapshot import BY_MAIL, NOTE, REPLY
from deskapp.ui.conversation.blocks import EventLine
from deskapp.ui.conversation.card import MessageCard
from tests.support.chat_rig import ChatRig, chat_rig
from tests.support.desk import DeskRig, open_rig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)


@pytest.fixture
def chat(qtbot: QtBot, qapp: QApplication, rig: DeskRig) -> Iterator[ChatRig]:
    with chat_rig(qtbot, qapp, rig) as made:
        yield made


def ghost(chat: ChatRig) -> GhostCard | None:
    last = chat.pane.view.blocks[-1]
    return last if isinstance(last, GhostCard) else None


def cards(chat: ChatRig) -> list[MessageCard]:
    return [block for block in chat.pane.view.blocks if isinstance(block, MessageCard)]


def lines(chat: ChatRig) -> list[str]:
    return [block.text for block in chat.pane.view.blocks if isinstance(block, EventLine)]


# -- waiting and taking ----------------------------------------------------------------------------


def test_the_bar_counts_until_somebody_takes_the_chat(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola, falta una taza")
    chat.rig.clock.advance(12_000)
    chat.open(ticket)
    bar = chat.pane.chat_bar
    assert bar.isVisible()
    assert bar.take.isVisible()
    assert bar.text.text() == "Carmen is waiting · 0:12 of 0:30"
    chat.rig.clock.advance(20_000)
    chat.until(lambda: bar.text.text() == "Carmen has been waiting for 0:32")
    bar.take.click()
    chat.until(lambda: chat.info(ticket).state is ChatState.ACTIVE)
    chat.until(lambda: not bar.take.isVisible())
    assert chat.row(ticket).assignee_id == chat.rig.workspace.agent_id
    assert chat.pane.composer.editor.hasFocus()


def test_the_longer_the_wait_the_redder() -> None:
    assert [urgency(s * 1000, 30_000) for s in (0, 29, 30, 59, 60, 600)] == [
        "accent", "accent", "warn", "warn", "danger", "danger",
    ]  # fmt: skip


def test_enter_in_an_empty_composer_takes_the_chat(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola")
    chat.open(ticket)
    chat.pane.composer.start(REPLY)
    QTest.keyClick(chat.pane.composer.editor, Qt.Key.Key_Return)
    chat.until(lambda: chat.info(ticket).state is ChatState.ACTIVE)
    assert not chat.sent(ticket)


def test_an_answer_takes_the_chat_too(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola")
    chat.open(ticket)
    chat.pane.composer.start(REPLY)
    QTest.keyClicks(chat.pane.composer.editor, "Buenas")
    QTest.keyClick(chat.pane.composer.editor, Qt.Key.Key_Return)
    chat.until(lambda: chat.info(ticket).state is ChatState.ACTIVE)
    chat.until(lambda: not chat.pane.chat_bar.take.isVisible())
    assert [m.text for m in chat.sent(ticket)] == ["Buenas"]


def test_the_take_action_can_be_done_only_while_somebody_waits(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola")
    chat.open(ticket)
    assert chat.actions.shortcut("conversation.take_chat") == "T"
    assert chat.actions.run("conversation.take_chat")
    chat.until(lambda: chat.info(ticket).state is ChatState.ACTIVE)
    chat.until(lambda: not chat.pane.chat_bar.take.isVisible())
    assert not chat.actions.run("conversation.take_chat")


def test_nobody_is_offered_anything_of_a_chat_in_a_mail_ticket(chat: ChatRig) -> None:
    phone = chat.rig.ticket(chat.rig.contact())
    chat.pane.show_ticket(chat.row(phone))
    chat.until(lambda: chat.pane.detail is not None)
    assert not chat.pane.chat_bar.isVisible()
    names = (
        "take_chat",
        "end_chat",
        "transcript",
        "block_visitor",
        "accept_identity",
        "chat_by_mail",
    )
    assert not any(chat.actions.run(f"conversation.{name}") for name in names)


# -- what is said ----------------------------------------------------------------------------------


def test_messages_in_a_burst_stand_under_one_name(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola")  # what happened with the ticket stands below this one
    for body, later in (("Falta una", 5_000), ("taza", 5_000), ("¿Hay alguien?", 600_000)):
        chat.rig.clock.advance(later)
        chat.says("carmen", body)
    chat.open(ticket)
    chat.until(lambda: len(cards(chat)) == 4)
    assert [card.follows for card in cards(chat)] == [False, False, True, False]
    _, second, third, _ = cards(chat)
    assert third.height < second.height
    assert "Carmen" in third.speech()


def test_a_message_of_ours_says_how_far_it_got(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola")
    chat.open(ticket)
    chat.pane.composer.start(REPLY)
    chat.pane.composer.editor.insert("Buenas")
    QTest.keyClick(chat.pane.composer.editor, Qt.Key.Key_Return)
    chat.until(lambda: len(cards(chat)) == 2)
    assert cards(chat)[-1].headline().endswith("sent")
    order = chat.sent(ticket)[0].order
    chat.rig.desk(MarkChat(ticket_id=ticket, delivered_to=order))
    chat.until(lambda: cards(chat)[-1].headline().endswith("delivered"))
    chat.rig.desk(MarkChat(ticket_id=ticket, seen_to=order))
    chat.until(lambda: cards(chat)[-1].headline().endswith("seen"))
    assert chat.sent(ticket)[0].delivery is Delivery.SEEN


def test_what_is_typed_shows_as_a_card_that_is_not_there_yet(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola")
    chat.open(ticket)
    chat.chat.tell(VisitorTyping(ticket, typing=True, text="Quiero dev"))
    chat.until(lambda: ghost(chat) is not None)
    card = ghost(chat)
    assert card is not None
    assert card.speech() == "Carmen is typing…\nQuiero dev"
    chat.chat.tell(
        VisitorTyping(ticket, typing=True, text="Quiero devolver\u202e <b>una</b>\u200b")
    )
    chat.until(lambda: card.text == "Quiero devolver <b>una</b>")
    assert ghost(chat) is card
    chat.chat.tell(VisitorTyping(ticket, typing=False))
    chat.until(lambda: ghost(chat) is None)


def test_a_preview_of_another_chat_changes_nothing_here(chat: ChatRig) -> None:
    mine, other = chat.says("carmen", "Hola"), chat.says("jorge", "Buenas")
    chat.open(mine)
    chat.chat.tell(VisitorTyping(other, True, "Otro"), VisitorTyping(mine, True, "Mío"))
    chat.until(lambda: ghost(chat) is not None)
    assert ghost(chat).text == "Mío"  # type: ignore[union-attr]
    chat.open(other)
    chat.until(lambda: ghost(chat) is not None and ghost(chat).text == "Otro")  # type: ignore[union-attr]


def test_the_preview_is_followed_only_from_the_end(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "\n".join(f"Línea {n}" for n in range(120)))
    chat.open(ticket)
    chat.pane.view.show_blocks(chat.pane.view.blocks)
    bar = chat.pane.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    chat.chat.tell(VisitorTyping(ticket, True, "\n".join("abc" for _ in range(20))))
    chat.until(lambda: ghost(chat) is not None)
    assert bar.value() == bar.maximum()
    bar.setValue(100)
    chat.chat.tell(VisitorTyping(ticket, True, "\n".join("abc" for _ in range(40))))
    chat.until(lambda: ghost(chat) is not None and ghost(chat).text.count("abc") == 40)  # type: ignore[union-attr]
    assert bar.value() == 100


def test_the_history_of_a_chat_reads_as_sentences(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola", answers=(("Pedido", "48213"),))
    chat.rig.clock.advance(75_000)
    chat.rig.do(TakeChat(ticket_id=ticket))
    chat.rig.do(EndChat(ticket_id=ticket))
    chat.rig.do(BlockVisitor(ticket_id=ticket))
    chat.open(ticket)
    chat.until(lambda: len(lines(chat)) >= 4)
    told = "\n".join(lines(chat))
    for sentence in (
        "Chat started · Tazas · Pedido: 48213",
        "Chat taken after 1:15",
        "Visitor blocked",
    ):
        assert sentence in told, told
    assert "_" not in told, told


# -- who types here --------------------------------------------------------------------------------


def test_the_visitor_is_told_who_types_until_it_is_sent(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola")
    chat.open(ticket)
    chat.pane.composer.start(REPLY)
    QTest.keyClicks(chat.pane.composer.editor, "Un momento")
    assert chat.chat.typed == [(ticket, True)]
    QTest.keyClick(chat.pane.composer.editor, Qt.Key.Key_Return)
    assert chat.chat.typed == [(ticket, True), (ticket, False)]


def test_a_note_is_not_typing(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola")
    chat.open(ticket)
    chat.pane.composer.start(NOTE)
    QTest.keyClicks(chat.pane.composer.editor, "Cuidado")
    assert chat.chat.typed == []


def test_another_ticket_ends_the_typing(chat: ChatRig) -> None:
    ticket, other = chat.says("carmen", "Hola"), chat.says("jorge", "Buenas")
    chat.open(ticket)
    chat.pane.composer.start(REPLY)
    QTest.keyClicks(chat.pane.composer.editor, "Un")
    chat.open(other)
    assert chat.chat.typed == [(ticket, True), (ticket, False)]


# -- the composer ----------------------------------------------------------------------------------


def test_shift_enter_begins_a_line_and_enter_sends_at_once(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola")
    chat.open(ticket)
    editor = chat.pane.composer.editor
    chat.pane.composer.start(REPLY)
    QTest.keyClicks(editor, "Uno")
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(editor, "Dos")
    assert editor.text() == "Uno\nDos"
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert editor.text() == ""
    chat.until(lambda: bool(chat.sent(ticket)))
    (message,) = chat.sent(ticket)
    assert (message.text, message.channel, message.to) == ("Uno\nDos", Channel.WEBCHAT, ())


def test_a_chat_has_neither_subject_nor_people(chat: ChatRig) -> None:
    chat.open(chat.says("carmen", "Hola"))
    box = chat.pane.composer.box
    assert not box.recipients.isVisible()
    assert not box.tabs.heard.isVisible()
    assert box.tabs.account.text() == "Web chat"


def test_too_long_a_message_stays_and_says_so(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola")
    chat.open(ticket)
    composer = chat.pane.composer
    composer.start(REPLY)
    composer.editor.insert("a" * 3_700)
    assert composer.box.counter.text() == "3,700 of 4,000 characters"
    composer.editor.insert("a" * 400)
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert len(composer.editor.text()) == 4_100
    assert [f.code for f in composer.box.bar.findings] == ["body_too_long"]
    composer.editor.set_text("a")
    assert not composer.box.counter.isVisible()


def test_the_same_ticket_is_answered_by_mail(chat: ChatRig) -> None:
    shop = chat.rig.account()
    ticket = chat.says("carmen", "Hola", email="carmen@correo.test")
    chat.open(ticket)
    composer = chat.pane.composer
    chat.until(lambda: bool(composer.accounts) and any(a.id == shop for a in composer.accounts))
    composer.start(REPLY)
    QTest.keyClicks(composer.editor, "Se lo cuento por correo")
    assert chat.actions.run("conversation.chat_by_mail")
    assert composer.mode == BY_MAIL
    assert [p.address for p in composer.recipients.people("to")] == ["carmen@correo.test"]
    assert "nobody has verified it" in composer.box.remark.text()
    assert composer.editor.text() == "Se lo cuento por correo"
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.editor.text().startswith("Se lo cuento por correo\n")
    QTest.keyClick(composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    chat.until(lambda: bool(chat.sent(ticket)))
    (message,) = chat.sent(ticket)
    assert message.channel is Channel.EMAIL
    assert [p.address for p in message.to] == ["carmen@correo.test"]


def test_a_chat_that_is_over_is_answered_by_mail(chat: ChatRig) -> None:
    chat.rig.account()
    ticket = chat.says("carmen", "Hola", email="carmen@correo.test")
    chat.rig.do(EndChat(ticket_id=ticket))
    chat.open(ticket)
    chat.until(lambda: chat.pane.composer.mode == BY_MAIL)
    people = chat.pane.composer.recipients.people
    chat.until(lambda: [p.address for p in people("to")] == ["carmen@correo.test"])
    assert chat.pane.chat_bar.text.text() == "The chat has ended."


def test_drafts_of_four_chats_are_never_lost(chat: ChatRig) -> None:
    tickets = [chat.says(f"visitor{n}", f"Hola {n}") for n in range(4)]
    for n, ticket in enumerate(tickets):
        chat.open(ticket)
        chat.pane.composer.start(REPLY)
        QTest.keyClicks(chat.pane.composer.editor, f"Respuesta {n}")
    for _round in range(3):
        for n, ticket in enumerate(tickets):
            chat.open(ticket)
            assert chat.pane.composer.editor.text() == f"Respuesta {n}"
            QTest.keyClicks(chat.pane.composer.editor, "")
    chat.says("visitor2", "¿Sigue ahí?")
    chat.open(tickets[2])
    assert chat.pane.composer.editor.text() == "Respuesta 2"


# -- who it is -------------------------------------------------------------------------------------


def test_a_typed_address_only_suggests_and_is_accepted(chat: ChatRig) -> None:
    chat.rig.contact()
    ticket = chat.says("carmen", "Hola", email="carmen@correo.test")
    chat.open(ticket)
    banners = chat.pane.banners
    words = "Possibly Carmen Villalobos (carmen@correo.test), unverified."
    chat.until(lambda: banners.texts() == (words,))
    before = chat.row(ticket).contact_id
    assert chat.actions.run("conversation.accept_identity")
    chat.until(lambda: banners.texts() == ())
    assert chat.shell.said == ["Accepted: this is Carmen Villalobos"]
    assert isinstance(chat.shell.undo[0], UnmergeContact)
    assert chat.row(ticket).contact_id != before


def test_a_refused_address_is_not_suggested_again(chat: ChatRig) -> None:
    ticket = chat.says("eva", "Hola", email="carmen@correo.test")
    chat.open(ticket)
    banners = chat.pane.banners
    chat.until(lambda: banners.texts() == ("Gave the address carmen@correo.test, unverified.",))
    assert chat.actions.run("conversation.refuse_identity")
    chat.until(lambda: banners.texts() == ())
    chat.says("eva", "¿Hola?", email="carmen@correo.test")
    chat.until(lambda: "¿Hola?" in chat.pane.view.blocks[-1].speech())
    assert banners.texts() == ()


def test_a_signed_visitor_has_a_mark_that_says_what_it_means(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola", email="carmen@correo.test", verified=True)
    chat.open(ticket)
    assert chat.pane.chat_bar.verified.isVisible()
    assert "signed" in chat.pane.chat_bar.verified.toolTip()
    assert chat.pane.banners.texts() == ()


# -- there or gone ---------------------------------------------------------------------------------


def test_the_bar_says_where_the_visitor_is(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola")
    chat.rig.do(TakeChat(ticket_id=ticket))
    chat.open(ticket)
    bar = chat.pane.chat_bar
    assert bar.text.text() == "No longer on the site"
    chat.chat.tell(VisitorPresence(ticket, True, "https://tienda.test/pago", "Pago\u202e <b>x</b>"))
    chat.until(lambda: bar.text.text() == "On the site · Pago <b>x</b>")
    chat.chat.tell(VisitorPresence(ticket, True, "https://xn--pple-43d.com/a", ""))
    chat.until(lambda: bar.text.text() == "On the site · xn--pple-43d.com/a")


def test_somebody_elses_chat_says_so(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola")
    chat.rig.do(TakeChat(ticket_id=ticket))
    chat.open(ticket)
    other = chat.pane.detail
    assert other is not None
    assert other.assignee is not None
    colleague = type(other.assignee)("f" * 32, "Iván Peña", "", other.assignee.state)
    chat.pane.chat_bar.show_assignee(colleague)
    assert chat.pane.chat_bar.text.text().startswith("Taken by Iván Peña")


def test_block_and_unblock(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola")
    chat.open(ticket)
    assert chat.actions.run("conversation.block_visitor")
    bar = chat.pane.chat_bar
    chat.until(lambda: bar.text.text() == "This visitor is blocked.")
    assert chat.shell.undo[-1] == BlockVisitor(ticket_id=ticket, blocked=False)
    bar.unblock.click()
    chat.until(lambda: not chat.info(ticket).visitor.blocked)
    chat.until(lambda: not bar.unblock.isVisible())


def test_end_takes_no_second_look(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola")
    chat.rig.do(TakeChat(ticket_id=ticket))
    chat.open(ticket)
    assert chat.actions.run("conversation.end_chat")
    chat.until(lambda: chat.info(ticket).state is ChatState.ENDED)
    chat.until(lambda: chat.pane.chat_bar.text.text() == "The chat has ended.")
    assert chat.row(ticket).status is not TicketStatus.SOLVED


def test_unassigned_is_nobodys(chat: ChatRig) -> None:
    ticket = chat.says("carmen", "Hola")
    chat.rig.do(AssignTicket(ticket_ids=(ticket,), agent_id=""))
    chat.open(ticket)
    assert not chat.pane.chat_bar.text.text().startswith("Taken")
