"""The first start: few questions, all of them skippable, and never asked twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from deskapp.core import ports
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.desk import SaveAgent, SetSetting
from deskapp.ui.setup.first_start import FirstStart
from deskapp.ui.setup.wizard import SetupWizard
from deskapp.ui.shell.main_window import MainWindow
from deskapp.ui.team.join import JoinDialog
from tests.support import fake_desk
from tests.support.fake_team import FakeJoiner
from tests.support.fake_workspace import row
from tests.support.room import RoomRig, named, press, texts


@pytest.fixture
def rig(qtbot: QtBot, qapp: QApplication) -> Iterator[RoomRig]:
    rig = RoomRig(qtbot, qapp)
    yield rig
    rig.close()


def wizard(rig: RoomRig) -> SetupWizard:
    made = rig.show(SetupWizard(rig.context, rig.services, rig.preferences), 600, 660)
    rig.settle()
    return made


def settings(rig: RoomRig) -> dict[str, object]:
    return {command.key: command.value for command in rig.sent(SetSetting)}


def to_mailbox(rig: RoomRig, made: SetupWizard) -> None:
    name = named(made, QLineEdit, "Your name")
    name.setText("Lucía")
    QTest.keyClick(name, Qt.Key.Key_Return)
    rig.until(lambda: "Which mailbox do customers write to?" in texts(made))
    address = named(made, QLineEdit, "Mail address")
    address.setText("hola@mitienda.es")
    QTest.keyClick(address, Qt.Key.Key_Tab)
    rig.until(lambda: "Servers found: mitienda.es." in texts(made))
    named(made, QLineEdit, "Password").setText("secret")


def test_three_answers_lead_to_a_connected_mailbox(rig: RoomRig) -> None:
    made = wizard(rig)
    to_mailbox(rig, made)
    rig.mail.steps = [ports.TestStep("login", ok=True), ports.TestStep("smtp_login", ok=True)]
    press(made, "Connect")
    command = rig.wait_for(SaveAccount)
    assert command.address == "hola@mitienda.es"
    assert rig.mail.passwords == {command.account_id: "secret"}
    rig.until(lambda: not made.isVisible())
    assert rig.sent(SaveAgent)[-1].name == "Lucía"
    assert settings(rig)["desk.setup_done"] is True
    assert rig.mail.checked == [command.account_id]


def test_a_refused_password_is_told_in_plain_words_and_nothing_is_saved(rig: RoomRig) -> None:
    made = wizard(rig)
    to_mailbox(rig, made)
    rig.mail.steps = [ports.TestStep("login", ok=False, code="login_refused")]
    press(made, "Connect")
    said = "The server refused the user name or the password. Check both."
    rig.until(lambda: said in texts(made))
    assert not rig.sent(SaveAccount)
    assert made.isVisible()


@pytest.mark.parametrize("how", ["Skip", "Esc", "Do this later"])
def test_it_can_be_skipped_and_keeps_what_was_answered(rig: RoomRig, how: str) -> None:
    made = wizard(rig)
    if how == "Do this later":
        to_mailbox(rig, made)
        press(made, how)
    elif how == "Skip":
        named(made, QLineEdit, "Your name").setText("Lucía")
        press(made, how)
    else:
        named(made, QLineEdit, "Your name").setText("Lucía")
        QTest.keyClick(made, Qt.Key.Key_Escape)
    rig.until(lambda: "desk.setup_done" in settings(rig))
    assert not made.isVisible()
    assert rig.wait_for(SaveAgent).name == "Lucía"
    assert not rig.sent(SaveAccount)


def test_the_language_is_the_windows_and_the_desks(rig: RoomRig) -> None:
    made = wizard(rig)
    press(made, "Español")
    assert rig.preferences.text("appearance.language") == "es"
    assert rig.wait_for(SetSetting) == SetSetting(key="desk.language", value="es")
    assert rig.language.wanted == "es"


def test_sample_data_takes_one_press_and_shows_its_progress(rig: RoomRig) -> None:
    made = wizard(rig)
    ready: list[str] = []
    made.sample_ready.connect(ready.append)
    press(made, "Try with sample data")
    assert rig.jobs.started == [("sample", "")]
    job = rig.jobs.job
    assert job is not None
    job.on_progress(ports.Progress(40, 120, "tickets"))
    rig.until(lambda: any("40 / 120" in text for text in texts(made)))
    job.future.set_result({"profile": "/tmp/demo"})
    rig.until(lambda: ready == ["/tmp/demo"])
    assert not made.isVisible()


# -- when it asks ---------------------------------------------------------------------------


def first_start(rig: RoomRig) -> FirstStart:
    window = rig.show(MainWindow(rig.context))
    return FirstStart(window, rig.services, rig.preferences)


def test_a_new_desk_asks(rig: RoomRig) -> None:
    start = first_start(rig)
    rig.until(lambda: start.wizard is not None)
    assert start.wizard is not None
    assert start.wizard.isVisible()
    assert start.wizard.isModal()
    assert not rig.desk.values.get("desk.setup_done")


@pytest.mark.parametrize("why", ["setup_done", "account", "ticket"])
def test_a_desk_that_is_in_use_does_not(rig: RoomRig, why: str) -> None:
    if why == "setup_done":
        rig.desk.values["desk.setup_done"] = True
        rig.desk.commit("setting")
        rig.until(lambda: rig.preferences.flag("desk.setup_done"))
    elif why == "account":
        rig.desk.accounts = (fake_desk.account(),)
    else:
        rig.desk.put(row(1))
    start = first_start(rig)
    for _ in range(4):
        rig.settle()
    assert start.wizard is None


def test_a_new_desk_makes_way_for_the_team_s(rig: RoomRig) -> None:
    """Nothing is in it: two windows, one of them empty, would be a riddle."""
    with closing(FakeJoiner()) as joiner:
        rig.services = replace(rig.services, joiner=joiner)
        start = first_start(rig)
        opened: list[str] = []
        start.joined.connect(opened.append)
        rig.until(lambda: start.wizard is not None)
        assert start.wizard is not None
        wizard, gone = start.wizard, []
        wizard.destroyed.connect(lambda: gone.append(1))
        press(wizard, "My team has a desk already: join it…")
        dialog = wizard.findChild(JoinDialog)
        assert dialog is not None
        dialog.where.setText(
            "deskapp://pair?h=192.0.2.7:8433&f=" + "ab" * 32 + "&s=abcdefghijklmnop"
        )
        dialog.go.click()
        rig.until(lambda: opened == ["/profiles/taller"] and gone == [1])
        assert joiner.opened == []
