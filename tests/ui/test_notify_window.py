"""Alerts joined to the window: toasts that lead somewhere, the bell, the tray, closing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from deskapp.models.enums import NotificationKind
from deskapp.ui.notify.centre import NotificationCentre
from deskapp.ui.notify.notifications import ROOM, Notifications
from deskapp.ui.shell.main_window import MainWindow
from tests.support.fake_workspace import row
from tests.support.room import RoomRig, texts

TICKET = row(1, "Carmen", unread=1)


class Rig(RoomRig):
    def __init__(self, qtbot: QtBot, app: QApplication) -> None:
        super().__init__(qtbot, app)
        self.desk.rows = {TICKET.key: TICKET}
        self.window = self.show(MainWindow(self.context), 1440, 900)
        self.window.start()
        self.tray = QSystemTrayIcon()
        self.notifications = Notifications(self.window, self.services, self.preferences, self.tray)
        self.until(lambda: self.window.inbox.pane.model.rowCount() == 1)

    def ring(self) -> None:
        self.desk.notify(NotificationKind.CUSTOMER_REPLY, TICKET.id)
        self.until(lambda: self.window.toasts.toasts())


# Qt says the first of a tray icon where there is no tray.
pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)


@pytest.fixture
def rig(qtbot: QtBot, qapp: QApplication) -> Iterator[Rig]:
    rig = Rig(qtbot, qapp)
    yield rig
    rig.notifications.close()
    rig.close()


def test_a_toast_opens_the_ticket_and_the_key_for_undo_leaves_it_alone(rig: Rig) -> None:
    rig.window.show_room("settings")
    rig.window.inbox.pane.list.go_to(-1)
    rig.ring()
    toast = rig.window.toasts.toasts()[0]
    assert toast.text().startswith("Carmen Villalobos: Customer answered")
    rig.window.context.actions.run("edit.undo")
    assert rig.window.toasts.toasts() == (toast,)
    toast.button.click()
    assert rig.window.room == "inbox"
    rig.until(lambda: rig.window.inbox.pane.list.currentIndex().row() == 0)


def test_the_bell_counts_and_leads_to_the_centre(rig: Rig) -> None:
    rig.ring()
    rig.until(lambda: rig.window.rail._buttons[ROOM].badge == 1)
    rig.window.show_room(ROOM)
    rig.until(lambda: "Notifications" in texts(rig.window))
    rig.notifications._open("")
    assert rig.window.room == ROOM


def test_reading_the_ticket_makes_its_notification_seen(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.window.inbox.pane.list.go_to(-1)
    rig.window.show_room(ROOM)
    rig.ring()
    monkeypatch.setattr(rig.window, "isActiveWindow", lambda: True)
    rig.window.open_ticket(TICKET.id)
    rig.until(lambda: rig.desk.notifications[0].seen_at is not None)
    rig.until(lambda: rig.window.rail._buttons[ROOM].badge == 0)


def test_closing_keeps_it_in_the_tray_when_that_is_set(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[bool] = []
    rig.window.quitting.connect(lambda: left.append(True))
    monkeypatch.setattr(rig.tray, "isVisible", lambda: True)
    rig.preferences.set("window.close_to_tray", True)
    rig.window.close()
    assert not rig.window.isVisible()
    assert not left
    rig.notifications.tray._raise_up()  # type: ignore[union-attr]
    assert rig.window.isVisible()
    rig.preferences.set("window.close_to_tray", False)
    rig.window.close()
    assert left == [True]


def test_notifications_are_switched_and_cleared_from_the_palette(rig: Rig) -> None:
    actions = rig.window.context.actions
    assert actions.run("notifications.mute")
    assert not rig.preferences.flag("alerts.enabled")
    named = {action.id: action.text() for action in actions}
    assert named["notifications.mute"] == "Switch notifications on"
    rig.desk.notify(NotificationKind.CUSTOMER_REPLY, TICKET.id)
    assert actions.run("notifications.seen")
    rig.until(lambda: rig.desk.notifications[0].seen_at is not None)
    assert not rig.window.toasts.toasts()


def test_a_key_leads_to_the_centre(rig: Rig) -> None:
    rig.window.activateWindow()
    rig.window.inbox.pane.list.setFocus()
    QTest.keyClick(rig.window.inbox.pane.list, Qt.Key.Key_G)
    QTest.keyClick(rig.window.inbox.pane.list, Qt.Key.Key_N)
    rig.until(lambda: rig.window.room == ROOM)
    (centre,) = rig.window.findChildren(NotificationCentre)
    assert centre.isVisible()
    assert centre.isAncestorOf(rig.window.focusWidget())
