"""Keys in another room: the inbox's do nothing there, the customers' list has its own."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView
from pytestqt.qtbot import QtBot

from deskapp.core.commands.tickets import DeleteTickets, SetStatus
from deskapp.ui.customer.page import CustomersPage
from deskapp.ui.shell.context import Room
from tests.support.fake_desk import contact
from tests.support.fake_workspace import row
from tests.support.window import open_window


@pytest.mark.parametrize("key", [Qt.Key.Key_E, Qt.Key.Key_NumberSign, Qt.Key.Key_J])
def test_keys_of_the_inbox_do_nothing_in_another_room(
    qtbot: QtBot, qapp: QApplication, key: Qt.Key
) -> None:
    with open_window(qapp, [row(1), row(2)]) as (window, desk):
        qtbot.waitUntil(lambda: window.inbox.pane.model.rowCount() == 2)
        window.inbox.pane.list.go_to(0)
        window.add_room(Room("other", lambda: "Other", "users", QListView))
        window.show_room("other")
        before = len(desk.sent)
        there = window._built["other"]
        there.setFocus()
        QTest.keyClick(there, key)
        assert not window.context.actions.run("ticket.resolve")
        done = [c for c in desk.sent[before:] if isinstance(c, SetStatus | DeleteTickets)]
        assert not done
        assert window.inbox.pane.list.currentIndex().row() == 0
        window.show_room("inbox")
        assert window.context.actions.run("ticket.resolve")


def test_j_k_and_slash_are_the_customers_own_there(qtbot: QtBot, qapp: QApplication) -> None:
    with open_window(qapp, [row(1), row(2)]) as (window, desk):
        desk.contacts = tuple(contact(f"c{i}", f"Customer {i}").info for i in range(3))
        page = CustomersPage(window.context, window)
        window.add_room(Room("customers", lambda: "Customers", "users", lambda: page))
        window.show_room("customers")
        qtbot.waitUntil(lambda: page.model.rowCount() == 3)
        page.list.setFocus()
        QTest.keyClick(page.list, Qt.Key.Key_J)
        assert page.list.currentIndex().row() == 1
        QTest.keyClick(page.list, Qt.Key.Key_K)
        assert page.list.currentIndex().row() == 0
        QTest.keyClick(page.list, Qt.Key.Key_Slash)
        assert page.search.field.hasFocus()
