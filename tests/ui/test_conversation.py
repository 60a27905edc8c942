"""The conversation: what is shown, what stays in its place, what can be done with a message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from deskapp.core.commands.messages import (
    AdmitMessage,
    CancelSend,
    RetrySend,
    SendNow,
    SplitMessage,
)
from deskapp.core.commands.tickets import MarkRead, SetStatus, SetSubject
from deskapp.core.queries.tickets import GetConversation
from deskapp.models.dto import MailVerdict, MergedTicket
from deskapp.models.enums import Delivery, MessageKind
from deskapp.ui.conversation.banners import Banner
from deskapp.ui.conversation.blocks import DayLine, EventLine, Spot, UnreadLine
from deskapp.ui.conversation.card import MessageCard
from deskapp.ui.conversation.selection import Place, Selection
from deskapp.ui.theme import ThemeMode, theme
from tests.support.talk import NOW, Talk, TalkDesk, attachment, event, message, open_talk, row

CHAT = (
    event(1, "ticket_created", channel="email"),
    event(2, "assigned", agent="Lucía Marín", why="only_agent", candidates=["Lucía Marín"]),
    message(3, "Hola, falta una taza. 🙌 Mira https://shop.example/x y escribe a yo@correo.test."),
    message(4, "Lo **siento** mucho.", kind=MessageKind.OUTBOUND),
    message(5, "@Lucía hay 14 tazas.", kind=MessageKind.NOTE, author_name="Iván", author_id="i"),
    message(6, "¿Hoy?", quoted="El lunes escribiste:\n> Lo siento"),
)


@pytest.fixture
def desk() -> TalkDesk:
    desk = TalkDesk([row(1, "Carmen Villalobos", contact_id="c1", account_id="acc1"), row(2)])
    desk.items[ticket(desk)] = list(CHAT)
    return desk


@pytest.fixture
def talk(qtbot: QtBot, qapp: QApplication, desk: TalkDesk) -> Iterator[Talk]:
    with open_talk(qapp, desk) as talk:
        yield talk


def ticket(desk: TalkDesk, key: int = 1) -> str:
    return desk.rows[key].id


def show(qtbot: QtBot, talk: Talk, key: int = 1) -> None:
    """Show a ticket and wait until it is painted and settled."""
    talk.pane.show_ticket(talk.desk.rows[key])
    items = talk.desk.items.get(talk.desk.rows[key].id, [])
    qtbot.waitUntil(lambda: talk.pane.detail is not None)
    qtbot.waitUntil(lambda: bool(talk.pane.view.blocks) == bool(items))
    qtbot.waitUntil(lambda: not talk.pane.view._idle.isActive())


def card(talk: Talk, order: int) -> MessageCard:
    found = talk.pane.view.card(f"{order:032x}")
    assert found is not None
    return found


def spot(talk: Talk, order: int, action: str) -> Spot:
    return next(s for s in card(talk, order).spots() if s.action == action)


def click(talk: Talk, order: int, action: str) -> None:
    """Click a place in a card with the mouse."""
    view = talk.pane.view
    index = view.blocks.index(card(talk, order))
    where = view.rect_of(index).topLeft() + spot(talk, order, action).rect.center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where.toPoint())


def y_of(talk: Talk, order: int) -> float:
    view = talk.pane.view
    return view.rect_of(view.blocks.index(card(talk, order))).top()


# -- what is shown ----------------------------------------------------------------------------


def test_shows_days_events_with_their_reason_and_every_kind_of_message(
    qtbot: QtBot, talk: Talk
) -> None:
    show(qtbot, talk)
    blocks = talk.pane.view.blocks
    assert [type(block) for block in blocks] == [
        DayLine,
        EventLine,
        EventLine,
        MessageCard,
        MessageCard,
        MessageCard,
        MessageCard,
    ]
    assert blocks[2].speech() == "Assigned to you · nobody else works here"
    assert "You · " in card(talk, 4).headline()
    assert "sent" in card(talk, 4).headline()
    assert card(talk, 5).headline().startswith("Internal note · Iván · ")
    assert card(talk, 4).body.text == "Lo siento mucho."
    left, right = card(talk, 3)._bubble.left(), card(talk, 4)._bubble.right()
    assert left > 0
    assert right == talk.pane.view.column.width


def test_the_header_says_what_it_is_and_whose(qtbot: QtBot, talk: Talk) -> None:
    show(qtbot, talk)
    header = talk.pane.header
    assert header.title.text() == "Subject 1"
    assert header.place.text() == "#1001 · E-mail · Taller Norte"
    assert header.pill.text() == "Open"
    assert header.assign.accessibleName() == "Assigned to Lucía Marín"
    QTest.mouseClick(header.resolve, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: header.resolve.text() == "Reopen")
    assert talk.sent(SetStatus)[0].ticket_ids == (ticket(talk.desk),)


def test_an_event_shows_its_whole_receipt(qtbot: QtBot, talk: Talk) -> None:
    show(qtbot, talk)
    view = talk.pane.view
    line = view.blocks[2]
    where = view.rect_of(2).center().toPoint()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert "Candidates: Lucía Marín" in line.speech()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert "Candidates" not in line.speech()


def test_quoted_words_are_folded_until_asked_for(qtbot: QtBot, talk: Talk) -> None:
    show(qtbot, talk)
    folded = card(talk, 6).height
    click(talk, 6, "toggle_quote")
    assert card(talk, 6).height > folded
    assert [placed.part.text for placed in card(talk, 6).parts()][1].startswith("El lunes")
    click(talk, 6, "toggle_quote")
    assert card(talk, 6).height == folded


def test_a_very_long_message_is_cut_until_asked_for(qtbot: QtBot, talk: Talk) -> None:
    talk.desk.items[ticket(talk.desk)] = [message(1, "palabra " * 20_000)]
    show(qtbot, talk)
    assert card(talk, 1).body.length() == 6_000
    click(talk, 1, "show_whole")
    assert card(talk, 1).body.length() > 100_000


@pytest.mark.parametrize(
    ("verdict", "warns"),
    [
        (MailVerdict(), ""),
        (MailVerdict(spf="pass", dkim="pass", dmarc="pass", aligned=True), ""),
        (MailVerdict(spf="fail", dkim="pass", aligned=True), ""),
        (MailVerdict(spf="fail"), "could not be verified"),
        (MailVerdict(dmarc="fail"), "May be forged"),
    ],
)
def test_a_sender_is_doubted_only_when_something_is_wrong(
    qtbot: QtBot, talk: Talk, verdict: MailVerdict, warns: str
) -> None:
    talk.desk.items[ticket(talk.desk)] = [message(1, "Hi", verdict=verdict)]
    show(qtbot, talk)
    assert ("sender" in card(talk, 1).speech()) == bool(warns)
    assert warns in card(talk, 1).speech()


def test_nothing_chosen_and_a_ticket_that_is_gone(qtbot: QtBot, talk: Talk) -> None:
    assert talk.pane.view.isHidden()
    show(qtbot, talk)
    gone = replace(talk.desk.rows[1], id="f" * 32)
    talk.pane.show_ticket(gone)
    qtbot.waitUntil(lambda: talk.pane.row is None)
    assert talk.pane.view.isHidden()


# -- places -----------------------------------------------------------------------------------


def test_only_what_is_seen_is_laid_out_at_first(qtbot: QtBot, talk: Talk) -> None:
    talk.desk.items[ticket(talk.desk)] = [message(n) for n in range(1, 1001)]
    talk.pane.show_ticket(talk.desk.rows[1])
    view = talk.pane.view
    measured: list[int] = []
    view.column.measure_some = lambda _s: bool(measured.append(0))  # type: ignore[method-assign]
    qtbot.waitUntil(lambda: bool(view.blocks))
    laid_out = sum(block.width > 0 for block in view.blocks)
    assert 0 < laid_out < 25


def test_earlier_messages_come_without_a_jump(qtbot: QtBot, talk: Talk) -> None:
    talk.desk.items[ticket(talk.desk)] = [message(n, "words " * (n % 40)) for n in range(1, 131)]
    show(qtbot, talk)
    assert card(talk, 130)
    bar = talk.pane.view.verticalScrollBar()
    bar.setValue(300)
    seen = next(
        b.message.order
        for i, b in enumerate(talk.pane.view.blocks)
        if isinstance(b, MessageCard) and talk.pane.view.rect_of(i).top() > 100
    )
    before = y_of(talk, seen)
    qtbot.waitUntil(lambda: talk.pane.view.card(f"{31:032x}") is not None)
    qtbot.waitUntil(lambda: not talk.pane.view._idle.isActive())
    assert y_of(talk, seen) == pytest.approx(before, abs=1)
    bar.setValue(0)
    qtbot.waitUntil(lambda: talk.pane.view.card(f"{1:032x}") is not None)
    asked = [q for q in talk.desk.asked if isinstance(q, GetConversation) and q.before is not None]
    assert len(asked) == 2


def test_a_new_message_is_followed_at_the_end_and_moves_nothing_above(
    qtbot: QtBot, talk: Talk
) -> None:
    where = ticket(talk.desk)
    talk.desk.items[where] = [message(n, "words " * 60) for n in range(1, 21)]
    show(qtbot, talk)
    bar = talk.pane.view.verticalScrollBar()
    talk.desk.say(where, message(21, "new " * 60))
    qtbot.waitUntil(lambda: talk.pane.view.card(f"{21:032x}") is not None)
    assert bar.value() == bar.maximum()
    bar.setValue(bar.maximum() // 2)
    seen = next(
        b.message.order
        for i, b in enumerate(talk.pane.view.blocks)
        if isinstance(b, MessageCard) and talk.pane.view.rect_of(i).top() > 50
    )
    before = y_of(talk, seen)
    talk.desk.say(where, message(22, "newer " * 60))
    qtbot.waitUntil(lambda: talk.pane.view.card(f"{22:032x}") is not None)
    assert y_of(talk, seen) == before


def test_opens_at_the_first_unread_message(qtbot: QtBot, talk: Talk) -> None:
    where = ticket(talk.desk)
    talk.desk.items[where] = [message(n, "words " * 60) for n in range(1, 31)]
    talk.desk.first_unread[where] = f"{11:032x}"
    show(qtbot, talk)
    view = talk.pane.view
    line = next(i for i, block in enumerate(view.blocks) if isinstance(block, UnreadLine))
    assert 0 <= view.rect_of(line).top() <= 20
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    assert talk.actions.run("conversation.first_unread")
    assert 0 <= view.rect_of(line).top() <= 60


def test_the_line_of_new_messages_is_gone_the_next_time(qtbot: QtBot, talk: Talk) -> None:
    where = ticket(talk.desk)
    talk.desk.first_unread[where] = f"{6:032x}"
    show(qtbot, talk)
    assert any(isinstance(block, UnreadLine) for block in talk.pane.view.blocks)
    show(qtbot, talk, 2)
    talk.desk.first_unread[where] = ""
    show(qtbot, talk)
    assert not any(isinstance(block, UnreadLine) for block in talk.pane.view.blocks)


def test_a_ticket_is_marked_read_once_it_has_been_looked_at(qtbot: QtBot, talk: Talk) -> None:
    talk.desk.rows[1] = replace(talk.desk.rows[1], unread=2)
    show(qtbot, talk)
    assert not talk.sent(MarkRead)
    qtbot.waitUntil(lambda: len(talk.sent(MarkRead)) == 1, timeout=3000)
    show(qtbot, talk, 2)
    talk.pane._read.timeout.emit()
    assert len(talk.sent(MarkRead)) == 1


# -- selecting and copying ----------------------------------------------------------------------


def drag(talk: Talk, first: QPointF, last: QPointF) -> None:
    port = talk.pane.view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=first.toPoint())
    QTest.mouseMove(port, last.toPoint())
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=last.toPoint())


def test_text_is_selected_over_messages_and_copied(qtbot: QtBot, talk: Talk) -> None:
    show(qtbot, talk)
    view = talk.pane.view
    first, last = (view.blocks.index(card(talk, n)) for n in (3, 4))
    begin = view.rect_of(first).topLeft() + card(talk, 3).parts()[0].at + QPointF(0, 3)
    end = view.rect_of(last).bottomRight() - QPointF(4, 4)
    drag(talk, begin, end)
    view.copy()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("Hola, falta una taza. 🙌 Mira")
    assert text.endswith("Lo siento mucho.")


def test_a_double_click_takes_a_word_after_an_emoji(qtbot: QtBot, talk: Talk) -> None:
    talk.desk.items[ticket(talk.desk)] = [message(1, "🙌🙌 gracias amigo")]
    show(qtbot, talk)
    view = talk.pane.view
    part = card(talk, 1).parts()[0]
    [rect] = part.part.rects(5, 12)
    where = view.rect_of(1).topLeft() + part.at + rect.center()
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where.toPoint())
    assert view.selected_text() == "gracias"


def test_a_selection_survives_new_and_older_messages(qtbot: QtBot, talk: Talk) -> None:
    show(qtbot, talk)
    view = talk.pane.view
    index = view.blocks.index(card(talk, 5))
    view._selection = Selection(Place(index, 0, 7), Place(index, 0, 10))
    assert view.selected_text() == "hay"
    talk.desk.say(ticket(talk.desk), message(0, "earliest"), message(7, "latest"))
    qtbot.waitUntil(lambda: view.card(f"{7:032x}") is not None)
    assert view.selected_text() == "hay"


# -- what can be done -----------------------------------------------------------------------------


def test_a_queued_reply_counts_down_and_comes_back_into_the_composer(
    qtbot: QtBot, talk: Talk
) -> None:
    where = ticket(talk.desk)
    talk.desk.items[where] = [
        message(
            9,
            "Ahora mismo va",
            kind=MessageKind.OUTBOUND,
            delivery=Delivery.QUEUED,
            deliver_at=NOW + 8_000,
            ticket_id=where,
        )
    ]
    show(qtbot, talk)
    assert "Leaves in 8 s" in card(talk, 9).speech()
    talk.clock.at += 5_000
    talk.pane.view._count_down()
    assert "Leaves in 3 s" in card(talk, 9).speech()
    click(talk, 9, "send_now")
    assert len(talk.sent(SendNow)) == 1
    click(talk, 9, "undo_send")
    editor = talk.pane.composer.editor
    qtbot.waitUntil(lambda: editor.text() == "Ahora mismo va")
    assert talk.sent(CancelSend)
    qtbot.waitUntil(lambda: talk.pane.view.card(f"{9:032x}") is None)


def test_a_failure_says_why_in_plain_words_and_is_retried(qtbot: QtBot, talk: Talk) -> None:
    talk.desk.items[ticket(talk.desk)] = [
        message(
            1,
            "x",
            kind=MessageKind.OUTBOUND,
            delivery=Delivery.FAILED,
            delivery_error="login_refused: 535 5.7.8 no",
        ),
        message(2, "y", kind=MessageKind.OUTBOUND, delivery=Delivery.UNCERTAIN),
    ]
    show(qtbot, talk)
    said = card(talk, 1).speech()
    assert "Not sent: The server refused the user name or the password" in said
    assert "535 5.7.8 no" in said
    assert "may have been sent" in card(talk, 2).speech()
    click(talk, 1, "retry_send")
    assert talk.sent(RetrySend)[0].message_id == f"{1:032x}"


def test_someone_new_is_let_in_or_gets_a_ticket_of_their_own(qtbot: QtBot, talk: Talk) -> None:
    talk.desk.items[ticket(talk.desk)] = [message(1, "I am a cousin", held=True)]
    show(qtbot, talk)
    assert "From someone new: Carmen Villalobos" in talk.pane.banners.texts()[0]
    click(talk, 1, "split")
    assert talk.sent(SplitMessage)[0].message_id == f"{1:032x}"
    banner = talk.pane.banners.findChild(Banner)
    assert banner is not None
    button = banner.findChildren(type(talk.pane.header.resolve))[0]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert talk.sent(AdmitMessage)[0].message_id == f"{1:032x}"


def test_spam_trash_and_merged_tickets_say_so(qtbot: QtBot, talk: Talk) -> None:
    talk.desk.rows[1] = replace(talk.desk.rows[1], spam=True, deleted=True)
    talk.desk.details[ticket(talk.desk)] = {
        "merged_from": (MergedTicket("m", 12, "Otra <b>cosa</b>"),)
    }
    show(qtbot, talk)
    texts = talk.pane.banners.texts()
    assert "trash" in texts[0]
    assert "spam" in texts[1]
    assert texts[2] == "Holds also: #12 Otra <b>cosa</b>"


def test_the_subject_is_changed_in_place(qtbot: QtBot, talk: Talk) -> None:
    show(qtbot, talk)
    talk.actions.run("conversation.rename")
    field = talk.pane.header.rename_field
    assert field.hasFocus()
    field.setText("Otra cosa")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert talk.sent(SetSubject)[0].subject == "Otra cosa"
    assert field.isHidden()


def test_replying_to_an_older_message_and_quoting_it(qtbot: QtBot, talk: Talk) -> None:
    show(qtbot, talk)
    talk.pane.deeds.do("quote", f"{3:032x}")
    composer = talk.pane.composer
    assert composer.editor.text().startswith("> Hola, falta una taza.")
    talk.pane.deeds.do("reply", f"{3:032x}")
    assert composer.snapshot().in_reply_to == f"{3:032x}"
    assert [a.address for a in composer.snapshot().to] == ["carmen@correo.test"]
    talk.pane.deeds.do("forward", f"{6:032x}")
    assert composer.snapshot().to == ()
    assert composer.snapshot().subject == "Fwd: Subject 1"


def test_the_menu_of_a_message_opens_by_key(qtbot: QtBot, talk: Talk) -> None:
    show(qtbot, talk)
    view = talk.pane.view
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_End)
    QTest.keyClick(view, Qt.Key.Key_Return)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    texts = [action.text() for action in menu.actions()]
    assert {"Reply to this message", "Quote", "Details", "View source", "Print…"} <= set(texts)
    menu.close()


# -- keyboard and screen readers -----------------------------------------------------------------


def test_messages_links_and_buttons_are_walked_by_key(
    qtbot: QtBot, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(talk.pane.deeds.takeaway, "open_url", opened.append)
    show(qtbot, talk)
    view = talk.pane.view
    talk.pane.composer.editor.setFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.current() is card(talk, 6)
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.current() is card(talk, 3)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened == ["https://shop.example/x", "mailto:yo@correo.test"]
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert isinstance(view.current(), EventLine)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Ticket opened · E-mail"


def test_screen_readers_find_a_list_of_messages(qtbot: QtBot, talk: Talk) -> None:
    show(qtbot, talk)
    node = QAccessible.queryAccessibleInterface(talk.pane.view)
    assert node.role() == QAccessible.Role.List
    assert node.text(QAccessible.Text.Name) == "Messages"
    assert node.childCount() == 7
    spoken = [node.child(i).text(QAccessible.Text.Name) for i in range(7)]
    assert "falta una taza" in spoken[3]
    assert spoken[5].startswith("Internal note")
    talk.pane.view.setFocus()
    talk.pane.view.set_current(4)
    assert node.focusChild().text(QAccessible.Text.Name) == spoken[4]
    assert node.child(99) is None


# -- language, colours, hostile names ----------------------------------------------------------------


def test_follows_language_and_theme_while_open(qtbot: QtBot, talk: Talk) -> None:
    show(qtbot, talk)
    light = talk.pane.view.viewport().grab().toImage().pixelColor(3, 3)
    theme().set_mode(ThemeMode.DARK)
    qtbot.waitUntil(lambda: not talk.pane.view._idle.isActive())
    assert talk.pane.view.viewport().grab().toImage().pixelColor(3, 3) != light
    theme().set_mode(ThemeMode.LIGHT)
    talk.language.set("es")
    assert len(talk.pane.view.blocks) == 7
    talk.language.set("en")


def test_no_label_reads_a_strangers_words_as_markup(qtbot: QtBot, talk: Talk) -> None:
    evil = '<img src="file:///dev/zero"><b>x</b>\u202e\u200b'
    talk.desk.rows[1] = replace(talk.desk.rows[1], subject=evil, contact_name=evil)
    talk.desk.items[ticket(talk.desk)] = [
        message(1, evil, author_name=evil, held=True, attachments=(attachment(evil),))
    ]
    talk.desk.details[ticket(talk.desk)] = {"merged_from": (MergedTicket("m", 1, evil),)}
    show(qtbot, talk)
    for label in talk.pane.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText
        assert "\u202e" not in label.text()
    assert "\u202e" not in card(talk, 1).speech().replace(evil, "")
    assert card(talk, 1).body.text == '<img src="file:///dev/zero"><b>x</b>'


def test_hovering_a_link_says_where_it_really_leads(qtbot: QtBot, talk: Talk) -> None:
    show(qtbot, talk)
    view = talk.pane.view
    part = card(talk, 3).parts()[0]
    link = part.part.links[0]  # type: ignore[attr-defined]
    rect = part.part.rects(link.start, link.end)[0]
    where = view.rect_of(view.blocks.index(card(talk, 3))).topLeft() + part.at + rect.center()
    QTest.mouseMove(view.viewport(), where.toPoint())
    qtbot.waitUntil(lambda: view._link is not None)
    assert view._link is not None
    assert view._link.href == "https://shop.example/x"
    QTest.mouseMove(view.viewport(), QPoint(2, 2))
    qtbot.waitUntil(lambda: view._link is None)
