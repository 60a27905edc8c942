"""The settings room: every page works, and what is set is what the desk stores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from deskapp.channels.email.problems import MailProblem
from deskapp.core import ports
from deskapp.core.api import Rejection
from deskapp.core.commands.accounts import RemoveAccount, SaveAccount
from deskapp.core.commands.canned import DeleteCannedReply, SaveCannedReply
from deskapp.core.commands.contacts import BlockSender, UnblockSender
from deskapp.core.commands.desk import (
    DeleteCustomField,
    SaveAgent,
    SaveCustomField,
    SetAgentState,
    SetPreference,
    SetSetting,
)
from deskapp.models.dto import BlockRule
from deskapp.models.enums import AgentState, FieldKind
from deskapp.system.errors import KnownError
from deskapp.ui.settings.page import SettingsPage
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.rows import Sheet
from deskapp.ui.settings.ways import register
from deskapp.ui.theme import ThemeMode, theme
from deskapp.ui.widgets import IconButton, Switch
from tests.support import fake_desk
from tests.support.room import RoomRig, named, press, readable, texts
from tests.support.ui_state import MemoryUiState
from tests.support.window import open_window


@pytest.fixture
def rig(qtbot: QtBot, qapp: QApplication) -> Iterator[RoomRig]:
    rig = RoomRig(qtbot, qapp)
    yield rig
    rig.close()


def room(rig: RoomRig) -> SettingsPage:
    return rig.show(SettingsPage(rig.context, rig.shell, rig.services, rig.preferences), 1388, 868)


def page(rig: RoomRig, key: str) -> Sheet:
    made = room(rig)
    made.open(key)
    rig.settle()
    return made.sheet()


# -- the room -------------------------------------------------------------------------------


def test_every_page_opens_plain_and_named(rig: RoomRig) -> None:
    made = room(rig)
    keys = made.keys()
    assert len(keys) == 14
    for key in keys:
        made.open(key)
        rig.settle()
        assert made.sheet().accessibleName(), key
        for label in made.sheet().findChildren(QLabel):
            assert label.textFormat() == Qt.TextFormat.PlainText
        for control in made.sheet().findChildren(QWidget):
            mine = control.focusPolicy() & Qt.FocusPolicy.TabFocus and control.isVisible()
            if mine and not control.objectName().startswith("qt_"):
                said = control.accessibleName() or getattr(control, "text", str)()
                assert said, (key, control)


def test_pages_are_found_by_what_is_on_them(rig: RoomRig) -> None:
    made = room(rig)
    made.search.set_text("passphrase")
    QTest.keyClick(made.search.field, Qt.Key.Key_Return)
    assert made.sheet().accessibleName() == "Backups and export"
    made.search.set_text("no such thing")
    rig.until(lambda: "Nothing found" in texts(made))


def test_the_page_is_remembered_and_another_room_may_ask_for_one(rig: RoomRig) -> None:
    made = room(rig)
    made.open("tags")
    assert room(rig).sheet().accessibleName() == "Tags"
    made.hide()
    rig.state.set("settings.page", "channels")
    made.show()
    assert made.sheet().accessibleName() == "Channels"


def test_every_page_is_an_action_that_also_works_inside_the_room(rig: RoomRig) -> None:
    register(rig.context, rig.shell)
    assert rig.actions.run("settings.tags")
    assert rig.shell.asked == [("room", "settings")]
    made = room(rig)
    assert made.sheet().accessibleName() == "Tags"
    keys = made.keys()
    assert {f"settings.{key}" for key in keys} <= {action.id for action in rig.actions}
    assert rig.actions.run("settings.blocked")
    assert made.sheet().accessibleName() == "Spam and blocked senders"


def test_another_language_shows_at_once_but_what_is_typed_stays(rig: RoomRig) -> None:
    made = room(rig)
    made.open("canned")
    rig.settle()
    canned = made.sheet()
    named(canned, QLineEdit, "Title").setText("Half typed")
    made.open("appearance")
    before = made.sheet()
    rig.preferences.set("appearance.language", "es")
    rig.until(lambda: made.sheet() is not before)
    made.open("canned")
    assert made.sheet() is canned
    assert named(canned, QLineEdit, "Title").text() == "Half typed"


# -- values ---------------------------------------------------------------------------------


def test_a_switch_is_stored_and_follows_the_desk(rig: RoomRig) -> None:
    sheet = page(rig, "sound")
    quiet = sheet.findChild(Switch, "alerts.quiet")
    QTest.keyClick(quiet, Qt.Key.Key_Space)
    assert rig.wait_for(SetPreference) == SetPreference(key="alerts.quiet", value=True)
    rig.settle()
    rig.desk.values["alerts.quiet"] = False
    rig.desk.commit("setting")
    rig.until(lambda: not quiet.isChecked())


def test_what_the_desk_refuses_is_taken_back_and_explained(rig: RoomRig) -> None:
    sheet = page(rig, "backups")
    rig.desk.refuse = Rejection("setting_invalid", {"key": "backup.keep"})
    keep = sheet.findChild(QSpinBox, "backup.keep")
    keep.setValue(30)
    rig.until(lambda: keep.value() == 7)
    assert rig.shell.said == ["This value is not allowed here. The one before stays."]


def test_numbers_can_be_read(rig: RoomRig) -> None:
    sheet = page(rig, "appearance")
    undo = sheet.findChild(QSpinBox, "compose.undo_seconds")
    assert undo.text() == "10 s"
    assert undo.lineEdit().width() > 40
    undo.setValue(0)
    assert undo.text() == "Off"


def test_colours_change_at_once_and_stay_on_this_computer(rig: RoomRig) -> None:
    sheet = page(rig, "appearance")
    press(sheet, "Dark")
    assert theme().mode is ThemeMode.DARK
    assert rig.state.get("appearance.theme") == "dark"
    assert not rig.sent(SetSetting)


def test_lists_are_dense_from_the_next_view_unless_a_view_has_its_own_way(
    qtbot: QtBot, qapp: QApplication
) -> None:
    state = MemoryUiState()
    state.set("appearance.density", "compact")
    state.set("list.compact.unassigned", False)
    with open_window(qapp, [], state) as (window, _desk):
        window.open_view("all")
        assert window.inbox.pane.list.delegate.compact
        window.open_view("unassigned")
        assert not window.inbox.pane.list.delegate.compact


def test_each_event_has_its_own_sound_that_can_be_tried(rig: RoomRig) -> None:
    sheet = page(rig, "sound")
    choice = sheet.findChild(QComboBox, "alerts.send_failed.sound")
    choice.setCurrentIndex(choice.findData("colleague"))
    choice.activated.emit(choice.currentIndex())
    volume = sheet.findChild(QSlider, "alerts.send_failed.volume")
    volume.setValue(30)
    named(sheet, IconButton, "Could not be sent: Test").click()
    assert rig.sounds.played == [("colleague", 0.3, "", False)]
    keys = {command.key: command.value for command in rig.sent(SetPreference)}
    assert keys == {"alerts.send_failed.sound": "colleague", "alerts.send_failed.volume": 30}


def test_the_output_device_is_chosen_from_those_there_are(rig: RoomRig) -> None:
    sheet = page(rig, "sound")
    device = sheet.findChild(QComboBox, "alerts.device")
    rig.until(lambda: device.count() == 3)
    device.setCurrentIndex(2)
    device.activated.emit(2)
    assert rig.preferences.text("alerts.device") == "usb"


def test_my_name_and_my_state(rig: RoomRig) -> None:
    sheet = page(rig, "profile")
    name = named(sheet, QLineEdit, "Name")
    assert name.text() == "Lucía Marín"
    name.setText("Lucía M.")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert rig.wait_for(SaveAgent).name == "Lucía M."
    state = named(sheet, QComboBox, "State")
    state.setCurrentIndex(state.findData(AgentState.PAUSED))
    state.activated.emit(state.currentIndex())
    assert rig.wait_for(SetAgentState) == SetAgentState(state=AgentState.PAUSED)
    rig.until(lambda: "Reason for the break" in texts(sheet))
    reason = named(sheet, QLineEdit, "Reason for the break")
    reason.setText("Lunch")
    QTest.keyClick(reason, Qt.Key.Key_Return)
    rig.until(lambda: rig.sent(SetAgentState)[-1].reason == "Lunch")


def test_starting_with_the_system_is_read_and_written_off_the_window(rig: RoomRig) -> None:
    rig.autostart.on = True
    sheet = page(rig, "computer")
    start = named(sheet, Switch, "Start with the system")
    rig.until(start.isEnabled)
    assert start.isChecked()
    start.click()
    rig.until(lambda: not rig.autostart.on)


# -- keys -----------------------------------------------------------------------------------


def test_a_key_is_changed_by_pressing_it(rig: RoomRig) -> None:
    sheet = page(rig, "shortcuts")
    press(sheet, "E")
    recorder = QApplication.focusWidget()
    QTest.keyClick(recorder, Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier)
    rig.until(lambda: rig.actions.shortcut("ticket.solve") == "Ctrl+X")
    assert rig.state.get("shortcuts") == ["ticket.solve=Ctrl+X"]
    assert rig.preferences.get("shortcuts") == ("ticket.solve=Ctrl+X",)


def test_changed_keys_hold_from_the_start(rig: RoomRig) -> None:
    rig.state.set("shortcuts", ["ticket.solve=Ctrl+X"])
    Preferences(rig.context, rig.bridge)
    assert rig.actions.shortcut("ticket.solve") == "Ctrl+X"


def test_esc_keeps_the_old_key(rig: RoomRig) -> None:
    sheet = page(rig, "shortcuts")
    press(sheet, "E")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert rig.actions.shortcut("ticket.solve") == "E"
    assert QApplication.focusWidget().text() == "E"  # type: ignore[attr-defined]


def test_two_actions_on_one_key_are_explained_and_reset(rig: RoomRig) -> None:
    rig.preferences.set("shortcuts", ("ticket.solve=N",))
    sheet = page(rig, "shortcuts")
    said = [text for text in texts(sheet) if "is also the key of" in text]
    assert len(said) == 2
    assert any("“Add note”" in text for text in said)
    press(sheet, "Reset all")
    assert rig.actions.shortcut("ticket.solve") == "E"
    assert not any("is also the key of" in text for text in texts(sheet))


# -- mailboxes ------------------------------------------------------------------------------

STEPS = ("resolve", "connect", "tls", "login", "folder",
         "smtp_resolve", "smtp_connect", "smtp_tls", "smtp_login")  # fmt: skip


def good_steps() -> list[ports.TestStep]:
    return [ports.TestStep(name, ok=True) for name in STEPS]


def new_mailbox(rig: RoomRig) -> QWidget:
    sheet = page(rig, "channels")
    press(sheet, "Connect a mailbox")
    address = named(sheet, QLineEdit, "Mail address")
    address.setText("hola@mitienda.es")
    QTest.keyClick(address, Qt.Key.Key_Tab)
    rig.until(lambda: "Servers found: mitienda.es." in texts(sheet))
    named(sheet, QLineEdit, "Password").setText("secret")
    return sheet


def test_from_an_address_to_a_connected_mailbox(rig: RoomRig) -> None:
    sheet = new_mailbox(rig)
    rig.mail.steps = good_steps()
    press(sheet, "Test connection")
    command = rig.wait_for(SaveAccount)
    assert (command.address, command.settings["imap_host"]) == (
        "hola@mitienda.es",
        "imap.mitienda.es",
    )
    assert command.settings["folders"] == ["INBOX"]
    assert rig.mail.passwords == {command.account_id: "secret"}
    assert "secret" not in repr(command)
    rig.until(lambda: rig.mail.checked == [command.account_id])
    rig.until(lambda: "hola@mitienda.es" in sheet_items(sheet))


def sheet_items(sheet: QWidget) -> str:
    model = sheet.list.model()  # type: ignore[attr-defined]
    return " ".join(
        f"{model.index(i, 0).data().title} {model.index(i, 0).data().detail}"
        for i in range(model.rowCount())
    )


def test_the_failing_step_is_named_with_what_to_do(rig: RoomRig) -> None:
    sheet = new_mailbox(rig)
    rig.mail.steps = [
        *good_steps()[:3],
        ports.TestStep("login", ok=False, code="needs_app_password", detail="535 <b>5.7.9</b>"),
    ]
    press(sheet, "Test connection")
    rig.until(
        lambda: (
            "This provider wants an app password. Make one on its website and write it here."
            in texts(sheet)
        )
    )
    said = texts(sheet)
    assert "The server said: 535 <b>5.7.9</b>" in said
    assert "Sign in for incoming mail" in said
    assert not rig.sent(SaveAccount)
    rig.until(lambda: QApplication.focusWidget() is named(sheet, QLineEdit, "Password"))


def test_steps_show_as_they_happen_and_may_come_from_any_thread(rig: RoomRig) -> None:
    sheet = new_mailbox(rig)
    form = sheet.editor.form  # type: ignore[attr-defined]
    old = form.steps.begin()
    report = form.steps.begin()
    rig.desk._pool.submit(old, ports.TestStep("connect", ok=True)).result()
    rig.desk._pool.submit(report, ports.TestStep("resolve", ok=True)).result()
    rig.until(lambda: form.steps.sentences()[0] == "Find the incoming server: done")
    assert form.steps.sentences()[1] == "Connect to the incoming server"


def test_a_certificate_is_trusted_by_hand_and_tried_again(rig: RoomRig) -> None:
    sheet = new_mailbox(rig)
    print_ = "ab" * 32
    rig.mail.steps = [
        ports.TestStep("tls", ok=False, code="tls_untrusted", fingerprint=print_),
    ]
    press(sheet, "Test connection")
    rig.until(lambda: any("AB:AB:AB" in text for text in texts(sheet)))
    rig.mail.steps = good_steps()
    press(sheet, "Trust this certificate")
    command = rig.wait_for(SaveAccount)
    assert command.settings["trusted_certificate"] == print_


def test_a_keyring_that_is_locked_stops_before_anything_is_saved(
    rig: RoomRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = new_mailbox(rig)
    failed = fake_desk.Future()
    failed.set_exception(KnownError("keyring_locked"))
    monkeypatch.setattr(rig.mail, "store_password", lambda _id, _password: failed)
    press(sheet, "Connect")
    rig.until(lambda: "The keyring is locked. Unlock it and try again." in texts(sheet))
    assert not rig.sent(SaveAccount)


def test_a_test_that_takes_long_is_stopped(rig: RoomRig, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = new_mailbox(rig)
    endless = fake_desk.Future()
    monkeypatch.setattr(rig.mail, "test", lambda *_args: endless)
    press(sheet, "Test connection")
    press(sheet, "Stop")
    assert endless.cancelled()
    rig.mail.steps = good_steps()
    monkeypatch.undo()
    press(sheet, "Test connection")
    rig.wait_for(SaveAccount)


def test_who_is_faster_than_the_servers_are_found_waits_for_them(
    rig: RoomRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = page(rig, "channels")
    press(sheet, "Connect a mailbox")
    slow, known = fake_desk.Future(), rig.mail.guess("hola@mitienda.es")
    monkeypatch.setattr(rig.mail, "guess", lambda _address: slow)
    rig.mail.steps = good_steps()
    named(sheet, QLineEdit, "Mail address").setText("hola@mitienda.es")
    named(sheet, QLineEdit, "Password").setText("secret")
    rig.until(lambda: "Test connection" in readable(sheet))
    press(sheet, "Test connection")
    rig.until(lambda: "Looking for the servers…" in texts(sheet))
    assert not rig.mail.tested
    slow.set_result(known.result())
    assert rig.wait_for(SaveAccount).settings["imap_host"] == "imap.mitienda.es"


def test_a_test_that_cannot_begin_says_why(rig: RoomRig, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = new_mailbox(rig)
    failed = fake_desk.Future()
    failed.set_exception(MailProblem("password_missing"))
    monkeypatch.setattr(rig.mail, "test", lambda *_args: failed)
    press(sheet, "Test connection")
    rig.until(lambda: any("There is no password for this" in text for text in texts(sheet)))
    assert not rig.mail.tested
    assert not [command for command in rig.desk.sent if isinstance(command, SaveAccount)]


def test_a_taken_address_is_explained(rig: RoomRig) -> None:
    sheet = new_mailbox(rig)
    rig.desk.refuse = Rejection("address_taken", {"value": "hola@mitienda.es"})
    press(sheet, "Connect")
    rig.until(lambda: any("is already connected" in text for text in texts(sheet)))
    assert named(sheet, QLineEdit, "Mail address").text() == "hola@mitienda.es"
    assert "Connect" in readable(sheet)


def test_the_servers_own_words_stand_beside_a_problem(rig: RoomRig) -> None:
    broken = fake_desk.account("a2", "ventas@tienda.es", problem="server_busy")
    rig.desk.accounts = (replace(broken, problem_detail="451 <b>later</b>"),)
    sheet = page(rig, "channels")
    rig.until(lambda: "Tienda" in sheet_items(sheet))
    sheet.open("a2")  # type: ignore[attr-defined]
    rig.until(lambda: "The server said: 451 <b>later</b>" in texts(sheet))


def test_a_mailbox_is_changed_and_removed(rig: RoomRig) -> None:
    settings = {"imap_host": "i", "smtp_host": "s", "mark_seen": True, "provider": "x"}
    rig.desk.accounts = (
        fake_desk.account("a2", "ventas@tienda.es", settings=settings, problem="tls_expired"),
    )
    sheet = page(rig, "channels")
    rig.until(lambda: "expired" in sheet_items(sheet))
    sheet.open("a2")  # type: ignore[attr-defined]
    rig.until(lambda: any("mx.tienda.es" in text for text in texts(sheet)))
    assert named(sheet, Switch, "Mark as read on the server").isChecked()
    named(sheet, QPlainTextEdit, "Signature").setPlainText("Tienda\nMadrid")
    acknowledge = named(sheet, Switch, "Acknowledge new conversations")
    acknowledge.click()
    named(sheet, QPlainTextEdit, "Text of the acknowledgement").setPlainText("We got it")
    press(sheet, "Save")
    command = rig.wait_for(SaveAccount)
    assert command.signature == "Tienda\nMadrid"
    assert command.settings["acknowledge"] is True
    assert command.settings["acknowledge_text"] == "We got it"
    assert command.settings["provider"] == "x"
    assert not rig.mail.passwords
    rig.until(lambda: sheet.editor is None)  # type: ignore[attr-defined]
    sheet.open("a2")  # type: ignore[attr-defined]
    rig.until(lambda: "Remove mailbox" in readable(sheet))
    press(sheet, "Remove mailbox")
    assert rig.shell.commands == [RemoveAccount(account_id="a2")]


def test_the_browser_asks_for_a_client_id_and_keeps_its_secret_out_of_commands(
    rig: RoomRig,
) -> None:
    rig.mail.needs = "oauth"
    sheet = page(rig, "channels")
    press(sheet, "Connect a mailbox")
    address = named(sheet, QLineEdit, "Mail address")
    address.setText("hola@outlook.com")
    QTest.keyClick(address, Qt.Key.Key_Tab)
    rig.until(lambda: named(sheet, QLineEdit, "Client ID").isVisible())
    press(sheet, "Sign in with the browser")
    assert "Write the client ID first." in texts(sheet)
    named(sheet, QLineEdit, "Client ID").setText("app-1")
    named(sheet, QLineEdit, "Client secret").setText("hush")
    press(sheet, "Sign in with the browser")
    command = rig.wait_for(SaveAccount)
    assert command.settings["oauth_client_id"] == "app-1"
    assert "hush" not in repr(command)


# -- canned replies -------------------------------------------------------------------------


def test_a_reply_is_written_with_placeholders_and_saved(rig: RoomRig) -> None:
    sheet = page(rig, "canned")
    named(sheet, QLineEdit, "Title").setText("Reshipping")
    named(sheet, QLineEdit, "Shortcut").setText("/again")
    named(sheet, QComboBox, "Folder").setEditText("Shipping")
    body = named(sheet, QPlainTextEdit, "Text of the reply")
    body.setPlainText("Hello ")
    body.moveCursor(body.textCursor().MoveOperation.End)
    rig.until(lambda: "customer's first name" in readable(sheet))
    press(sheet, "customer's first name")
    assert body.toPlainText() == "Hello {{ contact.first_name }}"
    assert "Hello ‹customer's first name›" in texts(sheet)
    press(sheet, "Save")
    command = rig.wait_for(SaveCannedReply)
    assert (command.title, command.shortcut, command.folder) == ("Reshipping", "again", "Shipping")
    rig.until(lambda: "Reshipping" in sheet_items(sheet))
    assert named(sheet, QLineEdit, "Title").text() == ""


def test_a_placeholder_that_is_none_is_explained_while_typing(rig: RoomRig) -> None:
    sheet = page(rig, "canned")
    named(sheet, QPlainTextEdit, "Text of the reply").setPlainText("{{ customer.iban }}")
    rig.until(lambda: any("“customer.iban” is no placeholder" in text for text in texts(sheet)))


def test_unsaved_text_is_kept_for_each_reply_and_over_a_restart(rig: RoomRig) -> None:
    rig.desk.canned = (fake_desk.canned("hi", "Hi", "Hello"), fake_desk.canned("bye", "Bye", "Ta"))
    sheet = page(rig, "canned")
    rig.until(lambda: "Bye" in sheet_items(sheet))
    sheet.open("r-hi")  # type: ignore[attr-defined]
    body = named(sheet, QPlainTextEdit, "Text of the reply")
    body.setPlainText("Hello, half")
    sheet.open("r-bye")  # type: ignore[attr-defined]
    assert body.toPlainText() == "Ta"
    again = page(rig, "canned")
    rig.until(lambda: "Bye" in sheet_items(again))
    again.open("r-hi")  # type: ignore[attr-defined]
    assert named(again, QPlainTextEdit, "Text of the reply").toPlainText() == "Hello, half"


def test_a_taken_shortcut_is_explained_and_nothing_is_lost(rig: RoomRig) -> None:
    sheet = page(rig, "canned")
    named(sheet, QLineEdit, "Title").setText("Reshipping")
    rig.desk.refuse = Rejection("shortcut_taken", {"shortcut": "again"})
    press(sheet, "Save")
    rig.until(lambda: any("/again" in text for text in texts(sheet)))
    assert named(sheet, QLineEdit, "Title").text() == "Reshipping"


def test_a_file_is_attached_off_the_window(rig: RoomRig, tmp_path: Path) -> None:
    class Blobs:
        def put(self, data: bytes) -> str:
            return f"sha-{len(data)}"

    rig.desk.blobs = Blobs()
    file = tmp_path / "rates.pdf"
    file.write_bytes(b"12345")
    sheet = page(rig, "canned")
    sheet.editor.attach([str(file), str(tmp_path / "gone.pdf")])  # type: ignore[attr-defined]
    rig.until(lambda: "rates.pdf" in texts(sheet))
    rig.until(lambda: any("is not there any more" in text for text in texts(sheet)))
    named(sheet, QLineEdit, "Title").setText("Rates")
    press(sheet, "Save")
    attached = rig.wait_for(SaveCannedReply).attachments
    assert [(a.filename, a.mime, a.size, a.sha256) for a in attached] == [
        ("rates.pdf", "application/pdf", 5, "sha-5")
    ]


def test_a_reply_is_deleted(rig: RoomRig) -> None:
    rig.desk.canned = (fake_desk.canned("hi", "Hi", "Hello"),)
    sheet = page(rig, "canned")
    rig.until(lambda: "Hi" in sheet_items(sheet))
    sheet.list.select("r-hi")  # type: ignore[attr-defined]
    QTest.keyClick(sheet.list, Qt.Key.Key_Delete)  # type: ignore[attr-defined]
    assert rig.shell.commands == [DeleteCannedReply(canned_id="r-hi")]


# -- fields, tags, blocked ------------------------------------------------------------------


def test_a_field_with_choices_is_made(rig: RoomRig) -> None:
    sheet = page(rig, "fields")
    named(sheet, QLineEdit, "Name").setText("Colour")
    kind = named(sheet, QComboBox, "Kind")
    kind.setCurrentIndex(kind.findData(FieldKind.CHOICE))
    named(sheet, QPlainTextEdit, "Choices").setPlainText("Red\n\n Blue ")
    press(sheet, "Save")
    command = rig.wait_for(SaveCustomField)
    assert (command.label, command.kind, command.options, command.position) == (
        "Colour", FieldKind.CHOICE, ("Red", "Blue"), 5,
    )  # fmt: skip
    rig.until(lambda: "Colour" in sheet_items(sheet))


def test_fields_change_places_and_are_hidden(rig: RoomRig) -> None:
    sheet = page(rig, "fields")
    rig.until(lambda: "Birthday" in sheet_items(sheet))
    sheet.list.select("f2")  # type: ignore[attr-defined]
    assert not named(sheet, QComboBox, "Kind").isEnabled()
    press(sheet, "Up")
    rig.until(lambda: sheet_items(sheet).startswith("Birthday"))
    assert {(c.field_id, c.position) for c in rig.sent(SaveCustomField)} == {("f2", 0), ("f1", 1)}
    press(sheet, "Remove")
    assert rig.shell.commands == [DeleteCustomField(field_id="f2")]


def test_a_tag_leads_to_its_conversations(rig: RoomRig) -> None:
    sheet = page(rig, "tags")
    rig.until(lambda: "vip" in sheet_items(sheet))
    sheet.list.select("refund")  # type: ignore[attr-defined]
    press(sheet, "See its conversations")
    assert rig.shell.asked == [("view", "tag:refund")]


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("spam@malo.es", "sender", "spam@malo.es"),
        ("malo.es", "domain", "malo.es"),
        (" @malo.es ", "domain", "malo.es"),
    ],
)
def test_senders_and_domains_are_blocked(rig: RoomRig, typed: str, kind: str, value: str) -> None:
    sheet = page(rig, "blocked")
    sheet.value.setText(typed)  # type: ignore[attr-defined]
    press(sheet, "Block")
    command = rig.wait_for(BlockSender)
    assert (command.kind, command.value) == (kind, value)
    rig.until(lambda: value in sheet_items(sheet))


def test_somebody_is_unblocked(rig: RoomRig) -> None:
    rig.desk.rules = (BlockRule("r1", "sender", "a@b.es", fake_desk.NOW),)
    sheet = page(rig, "blocked")
    rig.until(lambda: "a@b.es" in sheet_items(sheet))
    sheet.list.select("r1")  # type: ignore[attr-defined]
    press(sheet, "Unblock")
    assert rig.shell.commands == [UnblockSender(rule_id="r1")]


# -- backups --------------------------------------------------------------------------------


def test_a_backup_shows_its_progress_and_its_end(rig: RoomRig) -> None:
    sheet = page(rig, "backups")
    named(sheet, QLineEdit, "Passphrase").setText("correct horse")
    sheet.back_up("/tmp/x.deskbackup")  # type: ignore[attr-defined]
    assert rig.jobs.started == [("backup", ("/tmp/x.deskbackup", "correct horse"))]
    assert named(sheet, QLineEdit, "Passphrase").text() == ""
    job = rig.jobs.job
    assert job is not None
    view = sheet.backup  # type: ignore[attr-defined]
    rig.desk._pool.submit(job.on_progress, ports.Progress(3, 12, "blobs")).result()
    rig.until(lambda: (view.bar.value(), view.bar.maximum()) == (3, 12))
    assert any("3 / 12" in text for text in texts(sheet))
    job.future.set_result({"path": "/tmp/x.deskbackup"})
    rig.until(lambda: "Written and read back: /tmp/x.deskbackup" in texts(sheet))


def test_a_job_is_cancelled(rig: RoomRig) -> None:
    sheet = page(rig, "backups")
    sheet.import_mail(["/tmp/old.mbox"])  # type: ignore[attr-defined]
    press(sheet, "Cancel")
    rig.until(lambda: "Stopped. Nothing was left half done." in texts(sheet))
    assert rig.jobs.job is not None
    assert rig.jobs.job.cancelled


def test_a_job_that_fails_says_what_to_do(rig: RoomRig) -> None:
    sheet = page(rig, "backups")
    sheet.export_to("/tmp")  # type: ignore[attr-defined]
    assert rig.jobs.job is not None
    rig.jobs.job.future.set_exception(KnownError("file_exists", path="/tmp/x"))
    rig.until(lambda: "/tmp/x is there already. Choose another name." in texts(sheet))
