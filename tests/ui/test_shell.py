"""The frame: keys, rooms, panes that are remembered, the status line, languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from deskapp.core.commands.desk import SetAgentState
from deskapp.models.disk import StorageProblem
from deskapp.models.dto import AccountInfo, DeskStatus, TicketRow
from deskapp.models.enums import AgentState, Channel
from deskapp.ui.shell.actions import Action, ActionRegistry, shown
from deskapp.ui.shell.context import Room
from deskapp.ui.shell.main_window import MainWindow
from deskapp.ui.shell.splitter import CUSTOMER, VIEWS
from tests.support.fake_workspace import FakeWorkspace, row
from tests.support.ui_state import MemoryUiState
from tests.support.window import open_window

Opened = tuple[MainWindow, FakeWorkspace]
Opener = Callable[..., Opened]
MINUTE = 60_000


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication) -> Iterator[Opener]:
    contexts: list[AbstractContextManager[Opened]] = []

    def open_(state: MemoryUiState | None = None, count: int = 5) -> Opened:
        context = open_window(qapp, [row(n) for n in range(1, count + 1)], state)
        contexts.append(context)
        window, desk = context.__enter__()
        qtbot.waitUntil(lambda: window.inbox.pane.model.rowCount() == count)
        qtbot.waitUntil(lambda: window.inbox.pane.model.row_at(0) is not None)
        return window, desk

    yield open_
    for context in reversed(contexts):
        context.__exit__(None, None, None)


class Pane(QWidget):
    """A conversation and a customer in one, that remembers what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []

    def show_ticket(self, ticket: TicketRow | None) -> None:
        self.told.append(ticket.key if ticket else None)

    def show_contact(self, contact_id: str, ticket_id: str) -> None:
        self.told.append((contact_id, ticket_id))

    def reply(self) -> None:
        self.told.append("reply")

    def note(self) -> None:
        self.told.append("note")


# -- keys ------------------------------------------------------------------------------------


def test_single_letters_never_fire_while_typing(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened()
    window.inbox.pane.list.go_to(0)
    field = window.inbox.pane.search_box.field
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(field, "resolve jks #!?/")
    assert field.text() == "resolve jks #!?/"
    assert desk.sent == []
    assert QApplication.activePopupWidget() is None
    assert QApplication.activeModalWidget() is None


def test_j_and_k_walk_and_tell_the_panes(qtbot: QtBot, opened: Opener) -> None:
    window, _desk = opened()
    conversation, customer = Pane(), Pane()
    window.set_conversation(conversation)
    window.set_customer(customer)
    tickets = window.inbox.pane.list
    tickets.setFocus()
    QTest.keyClick(tickets, Qt.Key.Key_J)
    QTest.keyClick(tickets, Qt.Key.Key_J)
    QTest.keyClick(tickets, Qt.Key.Key_K)
    assert conversation.told == [None, 1, 2, 1]
    assert customer.told[-1] == (row(1).contact_id, row(1).id)
    QTest.keyClick(tickets, Qt.Key.Key_R)
    QTest.keyClick(tickets, Qt.Key.Key_N)
    assert conversation.told[-2:] == ["reply", "note"]


def test_keys_work_wherever_the_focus_is(qtbot: QtBot, opened: Opener) -> None:
    window, _desk = opened()
    window.inbox.views.list.setFocus()
    QTest.keyClick(window.inbox.views.list, Qt.Key.Key_J)
    assert window.inbox.pane.list.current_key() == 1


def test_g_then_a_letter_goes_to_a_room(qtbot: QtBot, opened: Opener) -> None:
    window, _desk = opened()
    window.add_room(Room("customers", lambda: "Customers", "users", QLabel, 10, "G, C"))
    QTest.keyClick(window, Qt.Key.Key_G)
    QTest.keyClick(window, Qt.Key.Key_C)
    assert window.room == "customers"
    QTest.keyClick(window, Qt.Key.Key_G)
    QTest.keyClick(window, Qt.Key.Key_I)
    assert window.room == "inbox"


def test_no_two_actions_share_a_key(opened: Opener) -> None:
    window, _desk = opened()
    assert window.context.actions.conflicts() == {}


def test_every_key_of_the_design_is_there(opened: Opener) -> None:
    window, _desk = opened()
    keys = {action.shortcut for action in window.context.actions}
    assert {"J", "K", "/", "R", "N", "E", "A", "S", "L", "G, I", "Ctrl+K", "?"} <= keys


def test_a_remapped_key_replaces_the_old_one(qtbot: QtBot, opened: Opener) -> None:
    window, _desk = opened()
    actions = window.context.actions
    actions.remap({"list.next": "Y", "list.previous": ""})
    tickets = window.inbox.pane.list
    QTest.keyClick(tickets, Qt.Key.Key_J)
    assert tickets.current_key() is None
    QTest.keyClick(tickets, Qt.Key.Key_Y)
    QTest.keyClick(tickets, Qt.Key.Key_Y)
    assert tickets.current_key() == 2
    QTest.keyClick(tickets, Qt.Key.Key_K)
    assert tickets.current_key() == 2
    assert actions.shortcut("list.next") == "Y"


def test_a_claimed_key_stays_with_the_first(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    registry, ran = ActionRegistry(), []
    registry.listen(window)
    registry.add(Action("a.one", lambda: "One", lambda: ran.append("one"), "Q"))
    registry.add(Action("a.two", lambda: "Two", lambda: ran.append("two"), "Q"))
    assert registry.conflicts() == {"Q": ["a.one", "a.two"]}
    QTest.keyClick(window, Qt.Key.Key_Q)
    assert ran == ["one"]
    registry.remove("a.one")
    QTest.keyClick(window, Qt.Key.Key_Q)
    assert ran == ["one", "two"]


def test_a_disabled_action_does_nothing(qtbot: QtBot) -> None:
    registry, ran = ActionRegistry(), []
    registry.add(Action("a.b", lambda: "B", lambda: ran.append(1), enabled=lambda: False))
    assert not registry.run("a.b")
    assert not registry.run("no.such")
    assert ran == []


def test_keys_are_written_as_on_the_keyboard() -> None:
    assert [shown(key) for key in ("Ctrl+K", "G, I", "?", "")] == ["Ctrl K", "G I", "?", ""]


# -- rooms and panes -------------------------------------------------------------------------


def test_a_room_is_built_when_it_is_first_opened(qtbot: QtBot, opened: Opener) -> None:
    window, _desk = opened()
    built: list[int] = []

    def build() -> QWidget:
        built.append(1)
        return QLabel("Settings")

    window.add_room(Room("settings", lambda: "Settings", "settings", build, 100))
    assert built == []
    window.show_room("settings")
    window.show_room("inbox")
    window.show_room("settings")
    assert built == [1]
    assert "room.settings" in {action.id for action in window.context.actions}


def test_folds_and_sizes_are_remembered(qtbot: QtBot, opened: Opener) -> None:
    state = MemoryUiState()
    window, _desk = opened(state)
    panes = window.inbox.panes
    panes.setSizes([300, 400, 500, 200])
    panes._remember()
    window.context.actions.run("panes.customer")
    assert panes.widget(CUSTOMER).isHidden()
    again, _desk = opened(state)
    assert again.inbox.panes.widget(CUSTOMER).isHidden()
    assert abs(again.inbox.panes.sizes()[VIEWS] - 300) < 20


def test_damaged_memories_are_forgotten(qtbot: QtBot, opened: Opener) -> None:
    state = MemoryUiState()
    for key in ("inbox.panes", "window.geometry", "list.order.mine", "inbox.view"):
        state.set(key, {"sizes": "abcd"} if key == "inbox.panes" else "mine")
    window, _desk = opened(state)
    assert window.inbox.panes.sizes()[VIEWS] > 0


def test_a_narrow_window_folds_the_customer_then_the_views(qtbot: QtBot, opened: Opener) -> None:
    window, _desk = opened()
    panes = window.inbox.panes
    folded = {}
    for width in (1440, 1100, 800, 1440):
        window.resize(width, 720)
        QApplication.processEvents()
        folded[width] = (panes.widget(CUSTOMER).isHidden(), panes.widget(VIEWS).isHidden())
    assert folded == {1440: (False, False), 1100: (True, False), 800: (True, True)}


def test_the_last_view_is_on_screen_again(qtbot: QtBot, opened: Opener) -> None:
    state = MemoryUiState()
    window, _desk = opened(state)
    window.open_view("all")
    again, _desk = opened(state)
    assert again.inbox.pane.feed.view == "all"


def test_counts_are_live(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened()
    views = window.inbox.views
    counts = {}
    views.counted.connect(counts.update)
    qtbot.waitUntil(lambda: window.rail._buttons["inbox"].badge == 5)
    desk.put(replace(row(1), assignee_id=""))
    qtbot.waitUntil(lambda: window.rail._buttons["inbox"].badge == 4)
    index = views._model.index(1)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Unassigned, 1"


def test_a_view_is_opened_by_a_click_and_a_key(qtbot: QtBot, opened: Opener) -> None:
    window, _desk = opened()
    views = window.inbox.views
    rect = views.list.visualRect(views._model.index(3))
    QTest.mouseClick(views.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert window.inbox.pane.feed.view == "snoozed"
    QTest.keyClick(window, Qt.Key.Key_G)
    QTest.keyClick(window, Qt.Key.Key_A)
    assert window.inbox.pane.feed.view == "all"


def test_a_ticket_outside_the_list_is_shown_beside_it(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened()
    pane = Pane()
    window.set_conversation(pane)
    desk.put(replace(row(9), spam=True))
    window.open_ticket(row(9).id)
    qtbot.waitUntil(lambda: pane.told[-1] == 9)
    window.open_ticket("nothing")
    qtbot.waitUntil(lambda: len(window.toasts.toasts()) == 1)


def test_my_state_is_set_from_the_rail(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened()
    menu = window.rail.state_menu(window)
    menu.actions()[1].trigger()
    qtbot.waitUntil(lambda: bool(desk.sent))
    assert desk.sent == [SetAgentState(state=AgentState.AWAY)]


def test_closing_goes_to_the_tray_when_it_is_asked_to(qtbot: QtBot, opened: Opener) -> None:
    window, _desk = opened()
    left: list[int] = []
    window.quitting.connect(lambda: left.append(1))
    window.to_tray = lambda: True
    window.close()
    assert not window.isVisible()
    assert left == []
    window.raise_up()
    assert window.isVisible()
    window.to_tray = lambda: False
    window.close()
    assert left == [1]


# -- status line -----------------------------------------------------------------------------


def account(**values: object) -> AccountInfo:
    base = AccountInfo(
        id="a1",
        channel=Channel.EMAIL,
        name="Shop",
        address="shop@example.org",
        enabled=True,
        signature="",
        settings={},
        authserv_id="",
        connected_at=0,
        problem="",
        checked_at=None,
    )
    return replace(base, **values)


def test_a_disk_that_fails_is_said_in_plain_words(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened()
    desk.connection = replace(desk.connection, trouble="disk_full")
    window.status.reload()
    qtbot.waitUntil(lambda: "is full" in window.status.text.text())
    for _ in range(2):  # said once, and it stays
        window.context.bridge.failed.emit(StorageProblem("disk_failed"))
    (toast,) = window.toasts.toasts()
    assert "nothing more is written" in toast.text()
    assert toast.stays
    desk.connection = replace(desk.connection, trouble="")
    window.status.reload()
    qtbot.waitUntil(lambda: "is full" not in window.status.text.text())


def test_the_status_line_is_true(qtbot: QtBot, opened: Opener) -> None:
    window, desk = opened()
    line, now = window.status, window.context.clock.now()
    qtbot.waitUntil(lambda: "No mailbox" in line.text.text())
    desk.accounts = (account(),)
    line.reload()
    qtbot.waitUntil(lambda: "first time" in line.text.text())
    desk.accounts = (account(checked_at=now), account(id="a2", checked_at=now - 5 * MINUTE))
    line.reload()
    qtbot.waitUntil(lambda: "5 min" in line.text.text())
    desk.accounts = (account(checked_at=now - 5 * MINUTE, problem="login"),)
    line.reload()
    qtbot.waitUntil(lambda: "shop@example.org" in line.text.text())
    assert not line.unsent.isVisible()
    desk.status = DeskStatus(1, now, 2, now, 1)
    line.reload()
    qtbot.waitUntil(line.failed.isVisible)
    assert "2" in line.unsent.text()
    assert not line.outbox.isVisible()


# -- language --------------------------------------------------------------------------------


def test_widgets_follow_the_language(qtbot: QtBot, opened: Opener) -> None:
    window, _desk = opened()
    heard: list[int] = []
    window.inbox.views.retranslate = lambda: heard.append(1)
    QApplication.sendEvent(window.inbox.views, QEvent(QEvent.Type.LanguageChange))
    assert heard == [1]


# -- everybody -------------------------------------------------------------------------------


def test_every_control_says_what_it_is(qtbot: QtBot, opened: Opener) -> None:
    window, _desk = opened()
    nameless = []
    for part in window.findChildren(QWidget):
        if part.focusPolicy() != Qt.FocusPolicy.NoFocus and part.isVisible():
            said = QAccessible.queryAccessibleInterface(part).text(QAccessible.Text.Name)
            nameless += [type(part).__name__] if not said else []
    assert nameless == []


def test_a_screen_reader_finds_rows_as_sentences(qtbot: QtBot, opened: Opener) -> None:
    window, _desk = opened()
    tickets = QAccessible.queryAccessibleInterface(window.inbox.pane.list)
    assert tickets.role() == QAccessible.Role.List
    assert tickets.childCount() == 5
    first = tickets.child(0)
    assert first.role() == QAccessible.Role.ListItem
    assert "Customer 1. E-mail. Subject 1. Last words 1." in first.text(QAccessible.Text.Name)


def test_targets_are_24_px_or_more(qtbot: QtBot, opened: Opener) -> None:
    window, _desk = opened()
    small = [
        (type(part).__name__, part.accessibleName(), part.size().toTuple())
        for part in window.findChildren(QAbstractButton)
        if part.isVisible() and min(part.width(), part.height()) < 24
    ]
    assert small == []
