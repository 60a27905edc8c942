"""The list: what it shows, what a commit does to it, and that nothing moves under a hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from deskapp.core.commands.tickets import AddTags, MergeTickets, SetStatus, SnoozeTicket
from deskapp.core.queries.search import Search
from deskapp.core.queries.views import TicketRows
from deskapp.models.dto import TicketRow
from deskapp.models.enums import Delivery, MessageKind, TicketStatus
from deskapp.ui.inbox.model import CHUNK, TicketListModel
from deskapp.ui.inbox.sentence import pill, row_sentence, snippet
from deskapp.ui.shell.main_window import MainWindow
from deskapp.ui.when import zone_name
from tests.support.fake_workspace import MINUTE, FakeWorkspace, row
from tests.support.ui_state import MemoryUiState
from tests.support.window import open_window

Opened = tuple[MainWindow, FakeWorkspace]
Opener = Callable[..., Opened]

NOW = 10_000_000


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication) -> Iterator[Opener]:
    contexts: list[AbstractContextManager[Opened]] = []

    def open_(count: int, state: MemoryUiState | None = None) -> Opened:
        context = open_window(qapp, [row(n) for n in range(1, count + 1)], state)
        contexts.append(context)
        window, desk = context.__enter__()
        model = window.inbox.pane.model
        qtbot.waitUntil(lambda: model.rowCount() == count, timeout=75_000)
        qtbot.waitUntil(lambda: count == 0 or model.row_at(0) is not None)
        return window, desk

    yield open_
    for context in reversed(contexts):
        context.__exit__(None, None, None)


def names(window: MainWindow) -> list[str]:
    model = window.inbox.pane.model
    rows = [model.row_at(n) for n in range(model.rowCount())]
    return [r.contact_name if r else "…" for r in rows]


def away(window: MainWindow) -> None:
    """Neither pointer nor keyboard is on the list."""
    window.inbox.pane.search_box.field.setFocus()


# -- reading ---------------------------------------------------------------------------------


def test_rows_are_read_by_windows_of_what_is_looked_at(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(1000)
    tickets = window.inbox.pane.list
    asked = [query for query in desk.asked if isinstance(query, TicketRows)]
    assert sum(len(query.keys) for query in asked) <= 2 * CHUNK
    tickets.scrollToBottom()
    model = window.inbox.pane.model
    tickets.grab()
    qtbot.waitUntil(lambda: model.cached(1000) is not None)
    assert model.cached(500) is None


def test_a_drag_over_the_whole_list_reads_only_where_it_ends(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(20_000)
    tickets, model = window.inbox.pane.list, window.inbox.pane.model
    before = len(desk.asked)
    bar = tickets.verticalScrollBar()
    for step in range(200):
        bar.setValue(bar.maximum() * step // 199)
        tickets.viewport().repaint()
    qtbot.waitUntil(lambda: model.cached(20_000) is not None)
    assert len(desk.asked) - before < 12


def test_a_frame_of_20_000_rows_looks_only_at_those_that_are_seen(
    qtbot: QtBot, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, _desk = opened(20_000)
    tickets, looked = window.inbox.pane.list, list[int]()
    row_at = TicketListModel.row_at

    def note(model: TicketListModel, position: int) -> TicketRow | None:
        looked.append(position)
        return row_at(model, position)

    monkeypatch.setattr(TicketListModel, "row_at", note)
    bar = tickets.verticalScrollBar()
    seen = tickets.viewport().height() // tickets.row_height + 2
    for step in range(30):
        bar.setValue(bar.maximum() * step // 29)
        looked.clear()
        tickets.viewport().repaint()
        assert 0 < len(looked) <= seen


def test_a_row_reads_as_one_sentence() -> None:
    said = row_sentence(row(1, "Ana", unread=2, tags=("vip",), status=TicketStatus.NEW))
    for part in ("Ana", "Subject 1", "Last words 1", "New", "Needs reply", "2", "vip"):
        assert part in said
    assert "\n" not in said


def test_whose_the_last_words_are() -> None:
    assert snippet(row(1)) == "Last words 1"
    ours = {"snippet_kind": MessageKind.OUTBOUND}
    assert snippet(row(1, **ours)) == "You: Last words 1"
    assert snippet(row(1, snippet_author="Iván Peña", **ours), "Lucía") == "Iván: Last words 1"
    note = row(1, snippet_kind=MessageKind.NOTE, snippet_author="Iván Peña")
    assert snippet(note) == "Note by Iván: Last words 1"


def test_hidden_characters_do_not_reach_the_screen() -> None:
    assert "\u202e" not in row_sentence(row(1, "Ana\u202egpj.exe", subject="a\u2066b"))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"delivery": Delivery.FAILED, "held": 1}, "bad"),
        ({"held": 1}, "warn"),
        ({"delivery": Delivery.QUEUED}, "accent"),
        ({"status": TicketStatus.SOLVED}, "ok"),
        ({"status": TicketStatus.WAITING}, "accent"),
        ({"snoozed_until": NOW + MINUTE}, ""),
    ],
)
def test_the_pill_says_the_most_pressing_thing(values: dict[str, object], kind: str) -> None:
    text, found, _icon = pill(row(1, **values), NOW)
    assert text
    assert found == kind


# -- commits ---------------------------------------------------------------------------------


def test_a_commit_patches_the_row_where_it_stands(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(20)
    desk.put(row(7, "Renamed"))
    qtbot.waitUntil(lambda: names(window)[6] == "Renamed")
    assert len(names(window)) == 20


def test_arrivals_do_not_move_what_the_keyboard_is_on(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(20)
    pane = window.inbox.pane
    pane.list.setFocus()
    qtbot.waitUntil(pane.list.hasFocus)
    pane.list.go_to(3)
    before = pane.list.visualRect(pane.model.index(3)).top()
    desk.put(row(50, "New one", updated_at=NOW + 1), row(51, "New two", updated_at=NOW + 2))
    qtbot.waitUntil(pane.held.isVisible)
    assert "2" in pane.held.text()
    assert names(window)[0] == "Customer 1"
    assert pane.list.visualRect(pane.list.currentIndex()).top() == before
    pane.held.click()
    qtbot.waitUntil(lambda: names(window)[:2] == ["New two", "New one"])
    assert not pane.held.isVisible()
    assert pane.list.current_row().key == 4


def test_arrivals_come_in_by_themselves_when_nobody_is_on_the_list(
    qtbot: QtBot, opened: Opener
) -> None:
    window, desk = opened(20)
    away(window)
    desk.put(row(50, "New one", updated_at=NOW + 1))
    qtbot.waitUntil(lambda: names(window)[0] == "New one")
    assert not window.inbox.pane.held.isVisible()
    assert window.inbox.pane.list.verticalScrollBar().value() == 0, "it can be seen"
    assert window.inbox.pane.list.verticalScrollBar().value() == 0


def test_what_waited_comes_in_when_the_keyboard_leaves(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(20)
    window.inbox.pane.list.setFocus()
    desk.put(row(50, "New one", updated_at=NOW + 1))
    qtbot.waitUntil(window.inbox.pane.held.isVisible)
    away(window)
    qtbot.waitUntil(lambda: names(window)[0] == "New one")


def test_rows_above_come_in_without_moving_what_is_on_screen(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(200)
    pane = window.inbox.pane
    away(window)
    pane.list.verticalScrollBar().setValue(50 * 76 + 20)
    top = pane.model.key_at(pane.list.indexAt(QPoint(5, 5)).row())
    height = pane.list.visualRect(pane.model.index(pane.model.position(top))).top()
    desk.put(*(row(300 + n, updated_at=NOW + n) for n in range(5)))
    qtbot.waitUntil(lambda: pane.model.rowCount() == 205)
    index = pane.model.index(pane.model.position(top))
    assert pane.list.visualRect(index).top() == height


def test_what_is_being_read_stays_until_something_else_is(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(5)
    pane = window.inbox.pane
    away(window)
    pane.list.go_to(2)
    desk.put(replace(desk.rows[3], status=TicketStatus.SOLVED))
    qtbot.waitUntil(lambda: pane.model.cached(3).status is TicketStatus.SOLVED)
    assert pane.list.current_row().key == 3
    pane.list.step(1)
    qtbot.waitUntil(lambda: pane.model.rowCount() == 4)
    assert pane.list.current_row().key == 4


def test_a_view_in_another_order_is_remembered(qtbot: QtBot, opened: Opener) -> None:
    state = MemoryUiState()
    window, _desk = opened(5, state)
    pane = window.inbox.pane
    pane._set_order(type(pane.feed.order)("oldest"))
    qtbot.waitUntil(lambda: names(window)[0] == "Customer 5")
    pane._set_compact(True)
    window.open_view("all")
    qtbot.waitUntil(lambda: names(window)[0] == "Customer 1")
    assert not pane.list.delegate.compact
    window.open_view("mine")
    qtbot.waitUntil(lambda: names(window)[0] == "Customer 5")
    assert pane.list.delegate.compact


# -- doing -----------------------------------------------------------------------------------


def test_resolving_by_key_goes_on_to_the_next_and_can_be_undone(
    qtbot: QtBot, opened: Opener
) -> None:
    window, desk = opened(5)
    pane = window.inbox.pane
    pane.list.setFocus()
    pane.list.go_to(1)
    QTest.keyClick(pane.list, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: pane.model.rowCount() == 4)
    assert desk.sent == [SetStatus(ticket_ids=(row(2).id,), status=TicketStatus.SOLVED)]
    assert pane.list.current_row().key == 3
    qtbot.waitUntil(lambda: len(window.toasts.toasts()) == 1)
    QTest.keyClick(pane.list, Qt.Key.Key_Z)
    qtbot.waitUntil(lambda: pane.model.rowCount() == 5)
    assert desk.rows[2].status is TicketStatus.OPEN
    qtbot.waitUntil(lambda: getattr(pane.model.row_at(1), "status", "") is TicketStatus.OPEN)


def test_a_refusal_is_said_and_changes_nothing(qtbot: QtBot, opened: Opener) -> None:
    from deskapp.core.api import Rejection

    window, desk = opened(3)
    desk.refuse = Rejection("ticket_deleted")
    window.inbox.pane.list.go_to(0)
    window.context.actions.run("ticket.resolve")
    qtbot.waitUntil(lambda: len(window.toasts.toasts()) == 1)
    assert "trash" in window.toasts.toasts()[0].text()
    assert not window.toasts.toasts()[0].undoable
    assert window.inbox.pane.model.rowCount() == 3


def test_several_are_done_at_once(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(30)
    pane = window.inbox.pane
    pane.list.setFocus()
    pane.list.go_to(0)
    assert not pane.bulk_bar.isVisible()
    pane.list.toggle(2)
    pane.list.toggle(4)
    assert pane.bulk_bar.isVisible()
    window.context.actions.run("ticket.resolve")
    qtbot.waitUntil(lambda: pane.model.rowCount() == 27)
    assert desk.sent[0].ticket_ids == (row(1).id, row(3).id, row(5).id)
    assert not pane.bulk_bar.isVisible()


def test_rows_are_picked_one_by_one_with_the_keyboard(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(6)
    pane = window.inbox.pane
    pane.list.setFocus()
    pane.list.go_to(0)
    for key in "XJJXJXX":
        QTest.keyClick(pane.list, key)
    assert pane.list.selected_keys() == [1, 3]
    assert pane.bulk_bar.isVisible()
    QTest.keyClick(pane.list, Qt.Key.Key_Escape)
    assert pane.list.selected_keys() == [4]
    assert not pane.bulk_bar.isVisible()
    QTest.keyClick(pane.list, Qt.Key.Key_J)
    assert pane.list.selected_keys() == [5]
    assert desk.sent == []


def test_all_of_a_long_list_can_be_resolved(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(300)
    pane = window.inbox.pane
    pane.list.selectAll()
    window.context.actions.run("ticket.resolve")
    qtbot.waitUntil(lambda: len(desk.sent) == 1)
    assert len(desk.sent[0].ticket_ids) == 300
    qtbot.waitUntil(lambda: pane.model.rowCount() == 0)
    qtbot.waitUntil(pane._empty.isVisible)


def test_a_click_on_the_face_selects_one_more(qtbot: QtBot, opened: Opener) -> None:
    window, _desk = opened(5)
    tickets = window.inbox.pane.list
    tickets.go_to(0)
    face = tickets.delegate.avatar_rect(tickets.visualRect(window.inbox.pane.model.index(2)))
    QTest.mouseClick(
        tickets.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        face.center(),
    )  # fmt: skip
    assert tickets.selected_keys() == [1, 3]
    assert tickets.current_key() == 1


def test_merging_links_into_the_oldest(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(5)
    window.inbox.pane.list.go_to(3)
    window.inbox.pane.list.toggle(1)
    window.context.actions.run("ticket.merge")
    qtbot.waitUntil(lambda: bool(desk.sent))
    assert desk.sent == [MergeTickets(ticket_ids=(row(4).id,), into_id=row(2).id)]


def test_snooze_asks_until_when(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(3)
    window.inbox.pane.list.go_to(0)
    window.context.actions.run("ticket.snooze")
    popup = QApplication.activePopupWidget()
    QTest.keyClick(popup.box.field, Qt.Key.Key_Down)
    QTest.keyClick(popup.box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(desk.sent))
    command = desk.sent[0]
    assert isinstance(command, SnoozeTicket)
    assert command.until > window.context.clock.now()


def test_a_new_label_may_be_typed(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(3)
    window.inbox.pane.list.go_to(0)
    window.context.actions.run("ticket.tag")
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    popup = QApplication.activePopupWidget()
    QTest.keyClicks(popup.box.field, "urgent")
    QTest.keyClick(popup.box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(desk.sent))
    assert desk.sent == [AddTags(ticket_ids=(row(1).id,), tags=("urgent",))]


# -- search ----------------------------------------------------------------------------------


def test_search_shows_as_it_is_typed_and_esc_leads_back(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(100)
    pane = window.inbox.pane
    pane.list.setFocus()
    pane.list.go_to(40)
    scroll = pane.list.verticalScrollBar().value()
    assert scroll > 0
    QTest.keyClick(pane.list, Qt.Key.Key_Slash)
    qtbot.waitUntil(pane.search_box.field.hasFocus)
    QTest.keyClicks(pane.search_box.field, "words 77")
    qtbot.waitUntil(lambda: names(window) == ["Customer 77"])
    excerpt = pane.model.excerpt(77)
    start, end = excerpt.marks[0]
    assert excerpt.text[start:end] == "words 77"
    assert pane.list.grab()
    QTest.keyClick(pane.search_box.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: pane.model.rowCount() == 100)
    qtbot.waitUntil(lambda: pane.list.current_key() == 41)
    assert pane.list.verticalScrollBar().value() == scroll
    assert pane.list.hasFocus()
    assert any(isinstance(query, Search) for query in desk.asked)


def test_arrows_walk_the_hits_while_typing(qtbot: QtBot, opened: Opener) -> None:
    window, _desk = opened(30)
    pane = window.inbox.pane
    pane.focus_search()
    QTest.keyClicks(pane.search_box.field, "words 2")
    qtbot.waitUntil(lambda: pane.model.rowCount() == 11)
    QTest.keyClick(pane.search_box.field, Qt.Key.Key_Down)
    assert pane.list.current_key() == 2
    QTest.keyClick(pane.search_box.field, Qt.Key.Key_Return)
    assert pane.list.hasFocus()


def test_more_is_found_on_the_way_down_and_nothing_moves(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(230)
    pane = window.inbox.pane
    resets: list[int] = []

    def asked() -> list[Search]:
        return [query for query in desk.asked if isinstance(query, Search)]

    window.search("words")
    qtbot.waitUntil(lambda: pane.model.rowCount() == 50)
    pane.model.modelReset.connect(lambda: resets.append(1))
    for total in (100, 200, 230):
        pane.list.scrollToBottom()
        qtbot.waitUntil(lambda total=total: pane.model.rowCount() == total)
    pane.list.scrollToBottom()
    assert not resets
    assert len(set(pane.model.keys())) == 230
    assert pane.model.excerpt(pane.model.keys()[-1]).text
    assert [query.before for query in asked()] == [None, 50, 100, 200]
    assert {query.zone for query in asked()} == {zone_name()}


def test_where_nothing_is_mine_the_way_leads_to_who_waits(qtbot: QtBot, qapp: QApplication) -> None:
    with open_window(qapp, [row(n, assignee_id="b" * 32) for n in (1, 2)]) as (window, _):
        pane, empty = window.inbox.pane, window.inbox.pane._empty
        qtbot.waitUntil(empty.button.isVisible)
        assert empty.findChildren(QLabel)[1].text() == "Nothing is assigned to you"
        assert empty.button.text() == "Show 2 that need a reply"
        QTest.mouseClick(empty.button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: pane.model.rowCount() == 2)
        assert pane.feed.view == "needs_reply"


def test_where_nobody_waits_all_is_done(qtbot: QtBot, opened: Opener) -> None:
    window, _ = opened(0)
    empty = window.inbox.pane._empty
    qtbot.waitUntil(empty.isVisible)
    assert empty.findChildren(QLabel)[1].text() == "All done"
    assert not empty.button.isVisible()


def test_nothing_found_says_so(qtbot: QtBot, opened: Opener) -> None:
    window, _desk = opened(3)
    window.search("zebra")
    qtbot.waitUntil(window.inbox.pane._empty.isVisible)
    said = window.inbox.pane._empty.findChildren(QLabel)
    assert "Nothing found" in [label.text() for label in said]
    window.inbox.pane.leave_search()
    qtbot.waitUntil(lambda: window.inbox.pane.model.rowCount() == 3)


# -- by hand ---------------------------------------------------------------------------------


def test_a_ticket_by_hand_for_a_new_customer(qtbot: QtBot, opened: Opener) -> None:
    from deskapp.core.commands.contacts import CreateContact
    from deskapp.core.commands.tickets import CreateTicket
    from deskapp.models.enums import Channel, PointKind
    from deskapp.ui.inbox.new_ticket import NewTicketDialog

    window, desk = opened(1)
    dialog = NewTicketDialog(window.context, window, window)
    dialog.open()
    QTest.keyClicks(dialog.who.field, "+34 611 20 48 77")
    dialog.submit()
    assert dialog._error.text()
    dialog.subject.setText("Delivery")
    dialog.body.setPlainText("Where is it?")
    dialog.channel.choose("counter")
    dialog.submit()
    qtbot.waitUntil(lambda: len(desk.sent) == 2)
    contact, ticket = desk.sent
    assert isinstance(contact, CreateContact)
    assert contact.points[0].kind is PointKind.PHONE
    assert isinstance(ticket, CreateTicket)
    assert (ticket.contact_id, ticket.channel) == (contact.contact_id, Channel.COUNTER)
    assert ticket.message_id


def test_a_view_is_built_from_conditions(qtbot: QtBot, opened: Opener) -> None:
    from deskapp.core.commands.desk import SaveView
    from deskapp.models.dto import Condition
    from deskapp.ui.inbox.view_editor import ViewEditor

    window, desk = opened(2)
    editor = ViewEditor(window.context, window, None, window)
    editor.open()
    qtbot.waitUntil(lambda: len(editor._rows) == 1)
    editor._rows[0].show_condition(Condition("tag", "has_not", "refund"))
    editor.add_row(Condition("created", "within_days", "30"))
    editor.add_row(Condition("contact", "contains", "Ana"))
    editor.add_row(Condition("text", "contains", ""))
    editor.name.setText("Refunds")
    qtbot.waitUntil(lambda: "2" in editor._count.text())
    editor._save()
    qtbot.waitUntil(lambda: bool(desk.sent))
    saved = desk.sent[0]
    assert isinstance(saved, SaveView)
    assert saved.conditions == (
        Condition("tag", "has_not", "refund"),
        Condition("created", "within_days", "30"),
        Condition("contact", "contains", "Ana"),
    )


def test_a_ticket_beside_the_list_can_be_resolved_too(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened(3)
    window.inbox.pane.list.go_to(0)
    desk.put(row(9, spam=True))
    window.open_ticket(row(9).id)
    qtbot.waitUntil(lambda: window.inbox.pane.ticket_actions.beside is not None)
    window.context.actions.run("ticket.resolve")
    qtbot.waitUntil(lambda: bool(desk.sent))
    assert desk.sent == [SetStatus(ticket_ids=(row(9).id,), status=TicketStatus.SOLVED)]
    window.inbox.pane.list.step(1)
    assert window.inbox.pane.ticket_actions.beside is None


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_the_list_ends_up_true(qtbot: QtBot, opened: Opener, seed: int) -> None:
    chance = random.Random(seed)
    window, desk = opened(30)
    pane = window.inbox.pane
    for step in range(40):
        key = chance.randrange(1, 45)
        was = desk.rows.get(key) or row(key)
        match chance.randrange(7):
            case 0 | 1:
                desk.put(replace(was, updated_at=NOW + step, unread=was.unread + 1))
            case 2:
                status = chance.choice([TicketStatus.SOLVED, TicketStatus.OPEN])
                desk.put(replace(was, status=status))
            case 3:
                pane.list.step(chance.choice([-1, 1, 5]))
            case 4:
                chance.choice([pane.list, pane.search_box.field]).setFocus()
            case 5:
                window.context.actions.run("ticket.resolve")
            case 6:
                QApplication.processEvents()
        keys = list(pane.model.keys())
        assert len(keys) == len(set(keys))
        current = pane.list.currentIndex()
        if current.isValid() and pane.list.current_key() is not None:
            assert pane.model.key_at(current.row()) == pane.list.current_key()
    pane.list.let_go()
    away(window)
    pane.feed.refresh()
    qtbot.waitUntil(lambda: list(pane.model.keys()) == desk._keys("mine"))
    qtbot.waitUntil(
        lambda: (
            [pane.model.row_at(n) for n in range(pane.model.rowCount())]
            == [desk.rows[key] for key in desk._keys("mine")]
        )
    )
