"""Joining a team's desk: from a pasted link, or an address and six digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from deskapp.core import ports
from deskapp.core.ports import Nearby
from deskapp.ui.setup.wizard import SetupWizard
from deskapp.ui.team.join import PROBLEMS, STEPS, JoinDialog
from tests.support.fake_team import Coded, FakeJoiner
from tests.support.room import RoomRig, named, press, texts

LINK = "deskapp://pair?h=192.0.2.7:8433&f=" + "ab" * 32 + "&s=abcdefghijklmnop"


@pytest.fixture
def rig(qtbot: QtBot, qapp: QApplication) -> Iterator[RoomRig]:
    QGuiApplication.clipboard().clear()
    rig = RoomRig(qtbot, qapp)
    yield rig
    rig.close()


@pytest.fixture
def joiner() -> Iterator[FakeJoiner]:
    made = FakeJoiner()
    yield made
    made.close()


@pytest.fixture
def dialog(rig: RoomRig, joiner: FakeJoiner) -> JoinDialog:
    made = JoinDialog(rig.bridge, joiner, rig.show(QWidget()))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.open()
    return made


def test_a_pasted_link_is_enough(rig: RoomRig, joiner: FakeJoiner, dialog: JoinDialog) -> None:
    joined: list[str] = []
    dialog.joined.connect(joined.append)
    joiner.steps = [ports.TestStep(name, ok=True) for name in STEPS]
    assert not dialog.go.isEnabled()
    dialog.where.setText(LINK)
    assert not dialog.code.isVisible()
    QTest.keyClick(dialog.where, Qt.Key.Key_Return)
    rig.until(lambda: joined == ["/profiles/taller"])
    assert joiner.asked == [("", LINK, "")]
    assert not dialog.isVisible()


def test_a_link_in_the_clipboard_is_there_already(rig: RoomRig, joiner: FakeJoiner) -> None:
    QGuiApplication.clipboard().setText(f" {LINK}\n")
    made = JoinDialog(rig.bridge, joiner, rig.show(QWidget()))
    assert made.where.text() == LINK
    assert made.go.isEnabled()


def test_six_digits_may_be_typed_as_they_are_read(
    rig: RoomRig, joiner: FakeJoiner, dialog: JoinDialog
) -> None:
    dialog.where.setText("192.0.2.7")
    dialog.code.setText("481 51")
    assert not dialog.go.isEnabled()
    dialog.code.setText("481 516")
    dialog.go.click()
    rig.until(lambda: not dialog.isVisible())
    assert joiner.asked == [("192.0.2.7", "481516", "")]


def test_each_step_shows_and_the_one_that_failed_says_why(
    rig: RoomRig, joiner: FakeJoiner, dialog: JoinDialog
) -> None:
    joiner.steps = [
        ports.TestStep("connect", ok=True),
        ports.TestStep("trust", ok=True),
        ports.TestStep("pair", ok=False, code="pair_expired"),
    ]
    joiner.problem = Coded("pair_expired")
    dialog.where.setText(LINK)
    dialog.go.click()
    rig.until(dialog.go.isEnabled)
    said = dialog.steps.sentences()
    assert said[0] == "Reach the team's desk: done"
    assert "Ask for a new one" in said[2]
    assert not dialog.error.isVisible()
    assert dialog.where.text() == LINK


def test_a_password_is_asked_for_only_when_the_desk_wants_one(
    rig: RoomRig, joiner: FakeJoiner, dialog: JoinDialog
) -> None:
    assert not dialog.password.isVisible()
    joiner.problem = Coded("password_wrong")
    dialog.where.setText(LINK)
    dialog.go.click()
    rig.until(dialog.password.isVisible)
    assert dialog.password.echoMode() == QLineEdit.EchoMode.Password
    assert dialog.error.isVisible()
    joiner.problem = None
    dialog.password.setText("secreto")
    dialog.go.click()
    rig.until(lambda: not dialog.isVisible())
    assert joiner.asked[-1] == ("", LINK, "secreto")


def test_what_nobody_foresaw_is_said_too(
    rig: RoomRig, joiner: FakeJoiner, dialog: JoinDialog
) -> None:
    joiner.problem = Coded("keyring_locked")
    dialog.where.setText(LINK)
    dialog.go.click()
    rig.until(lambda: "The keyring is locked. Unlock it and try again." in texts(dialog))
    assert PROBLEMS.keys() >= {"pair_refused", "version"}
    for label in dialog.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText


def test_it_is_reached_from_the_first_start(rig: RoomRig, joiner: FakeJoiner) -> None:
    alone = rig.show(SetupWizard(rig.context, rig.services, rig.preferences))
    assert not alone.who.join.isVisible()
    services = replace(rig.services, joiner=joiner)
    made = rig.show(SetupWizard(rig.context, services, rig.preferences))
    rig.settle()
    wanted: list[int] = []
    made.join_wanted.connect(lambda: wanted.append(1))
    press(made, "My team has a desk already: join it…")
    assert wanted == [1]
    assert named(made, QLineEdit, "Your name").isVisible()


def test_a_second_factor_is_asked_for_when_the_desk_asks(
    rig: RoomRig, joiner: FakeJoiner, dialog: JoinDialog
) -> None:
    dialog.where.setText(LINK)
    assert not dialog.totp.isVisible()
    joiner.problem = Coded("totp_needed")
    dialog.go.click()
    rig.until(dialog.totp.isVisible)
    assert not dialog.password.isVisible()
    assert dialog.totp.hasFocus()
    joiner.problem = Coded("totp_wrong")
    dialog.totp.setText("123 456")
    QTest.keyClick(dialog.totp, Qt.Key.Key_Return)
    rig.until(lambda: dialog.error.text().startswith("This code is not good"))
    assert joiner.totp == "123 456"


def test_what_is_found_nearby_is_an_address_and_no_more(
    rig: RoomRig, joiner: FakeJoiner, dialog: JoinDialog
) -> None:
    assert not dialog.nearby.isVisible()
    hostile = "<b>Taller</b>"
    joiner.find(Nearby(hostile, "192.0.2.7:8791"), Nearby("Tienda", "192.0.2.8:8791"))
    rig.until(dialog.nearby.isVisible)
    titles = [dialog.nearby.list.model().index(row, 0).data().title for row in range(2)]
    assert titles == [hostile, "Tienda"]
    dialog.nearby.list.setFocus()
    QTest.keyClick(dialog.nearby.list, Qt.Key.Key_Down)
    QTest.keyClick(dialog.nearby.list, Qt.Key.Key_Return)
    assert dialog.where.text() == dialog.nearby.list.current()
    assert dialog.code.isVisible()
    assert dialog.code.hasFocus()
    assert not dialog.go.isEnabled()  # the code comes from a person
    joiner.find()
    rig.until(lambda: not dialog.nearby.isVisible())


def test_nobody_looks_when_the_dialog_is_gone(rig: RoomRig, joiner: FakeJoiner) -> None:
    made = JoinDialog(rig.bridge, joiner, rig.show(QWidget()))
    made.open()
    assert len(joiner.looking) == 1
    made.reject()
    rig.until(lambda: not joiner.looking)
