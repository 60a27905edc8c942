"""Ctrl K: actions and conversations in one box."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.core.commands.tickets import SetStatus
from deskapp.ui.palette.palette import Palette, best
from deskapp.ui.shell.actions import Action
from deskapp.ui.shell.main_window import MainWindow
from tests.support.fake_workspace import FakeWorkspace, row
from tests.support.window import open_window


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication) -> Iterator[tuple[MainWindow, FakeWorkspace]]:
    with open_window(qapp, [row(n) for n in range(1, 30)]) as (window, desk):
        qtbot.waitUntil(lambda: window.inbox.pane.model.row_at(0) is not None)
        yield window, desk


def palette(window: MainWindow) -> Palette:
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    found = QApplication.activePopupWidget()
    assert isinstance(found, Palette)
    return found


def actions(*names: str) -> list[Action]:
    return [Action(name, lambda text=name: text, lambda: None) for name in names]


def test_the_beginning_counts_most_then_words_then_anything() -> None:
    found = best("re", actions("Snooze…", "Mark as read", "Share", "Resolve"))
    assert [action.id for action in found] == ["Resolve", "Mark as read", "Share"]


def test_a_slip_of_the_finger_is_forgiven() -> None:
    found = best("asign", actions("Snooze…", "Assign…", "Delete"))
    assert [action.id for action in found] == ["Assign…"]


def test_an_action_runs_with_its_key_beside_it(
    qtbot: QtBot, opened: tuple[MainWindow, FakeWorkspace]
) -> None:
    window, desk = opened
    window.inbox.pane.list.go_to(0)
    box = palette(window)
    QTest.keyClicks(box.box.field, "resol")
    assert box.list.current().hint == "E"
    QTest.keyClick(box.box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(desk.sent))
    assert isinstance(desk.sent[0], SetStatus)
    assert QApplication.activePopupWidget() is None


def test_a_conversation_is_found_and_opened(
    qtbot: QtBot, opened: tuple[MainWindow, FakeWorkspace]
) -> None:
    window, _desk = opened
    box = palette(window)
    QTest.keyClicks(box.box.field, "words 17")
    qtbot.waitUntil(lambda: any(c.text == "Customer 17" for c in box.list.choices()))
    while box.list.current().text != "Customer 17":
        QTest.keyClick(box.box.field, Qt.Key.Key_Down)
    QTest.keyClick(box.box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.inbox.pane.list.current_key() == 17)


def test_the_list_can_be_searched_from_here(
    qtbot: QtBot, opened: tuple[MainWindow, FakeWorkspace]
) -> None:
    window, _desk = opened
    box = palette(window)
    QTest.keyClicks(box.box.field, "words 17")
    QTest.keyClick(box.box.field, Qt.Key.Key_Up)
    assert box.list.current().key == "search"
    QTest.keyClick(box.box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.inbox.pane.model.rowCount() == 1)
    assert window.inbox.pane.search_box.text() == "words 17"


def test_what_cannot_be_done_now_is_not_offered(
    opened: tuple[MainWindow, FakeWorkspace],
) -> None:
    window, _desk = opened
    box = palette(window)
    QTest.keyClicks(box.box.field, "resolve")
    assert all(choice.key != "ticket.resolve" for choice in box.list.choices())
    QTest.keyClick(box.box.field, Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None


def test_the_window_is_up_before_anything_heavy_is_imported() -> None:
    import subprocess

    code = (
        "import sys; import deskapp.ui.shell.main_window;"
        "heavy = {'sqlalchemy.orm', 'alembic', 'rapidfuzz', 'PySide6.QtMultimedia',"
        " 'PySide6.QtNetwork', 'PySide6.QtSvg', 'sqlalchemy', 'requests', 'phonenumbers'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
