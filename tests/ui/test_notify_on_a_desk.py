"""Alerts, the customer panel and Settings over the real desk: names and codes agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from deskapp.core.commands.accounts import ReportAccount
from deskapp.core.commands.desk import SaveCustomField, SetAgentState
from deskapp.core.commands.tickets import MarkRead
from deskapp.core.ports import Services
from deskapp.core.queries.contacts import GetContact
from deskapp.core.queries.desk import GetAccounts, GetCannedReplies, GetNotifications, GetSettings
from deskapp.models.dto import Address
from deskapp.models.enums import AgentState, FieldKind
from deskapp.ui.bridge import Bridge
from deskapp.ui.customer import CustomerPanel
from deskapp.ui.i18n import Language
from deskapp.ui.notify.controller import AlertController
from deskapp.ui.settings.accounts import AccountsSheet
from deskapp.ui.settings.canned import CannedSheet
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.shell.actions import ActionRegistry
from deskapp.ui.shell.context import UiContext
from tests.support.desk import DeskRig, open_rig
from tests.support.fake_desk import (
    FakeAutostart,
    FakeIdle,
    FakeJobs,
    FakeMail,
    FakeNotifier,
    FakeShell,
    FakeSounds,
)
from tests.support.no_chat import NoChat
from tests.support.room import named, press, readable, texts
from tests.support.ui_state import MemoryUiState


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)


class Window:
    """The right side of a window on a real desk."""

    def __init__(self, qtbot: QtBot, app: QApplication, rig: DeskRig) -> None:
        self.rig, self.qtbot = rig, qtbot
        self.bridge = Bridge(rig.workspace)
        self.errors: list[Exception] = []
        self.bridge.failed.connect(self.errors.append)
        language = self.language = Language(app)
        language.set("en")
        self.context = UiContext(
            self.bridge, MemoryUiState(), rig.clock, ActionRegistry(), language
        )
        self.shell = FakeShell(rig.workspace)  # type: ignore[arg-type]
        self.sounds = FakeSounds()
        self.services = Services(
            FakeMail(),
            FakeJobs(),
            self.sounds,
            FakeNotifier(),
            FakeAutostart(),
            FakeIdle(),
            NoChat(),
        )
        self.preferences = Preferences(self.context)
        qtbot.waitUntil(lambda: self.preferences.known)
        self.alerts = AlertController(self.context, self.services, self.preferences, lambda: False)
        self.widgets: list[object] = []

    def until(self, condition: object) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()))  # type: ignore[operator]

    def close(self) -> None:
        for part in (*self.widgets, self.alerts, self.preferences):
            shiboken6.delete(part)
        self.bridge.close()
        self.language.clear()
        assert not self.errors


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, rig: DeskRig) -> Iterator[Window]:
    window = Window(qtbot, qapp, rig)
    yield window
    window.close()


def test_a_mail_rings_until_it_is_read_and_history_never_does(window: Window) -> None:
    window.preferences.set("alerts.new_ticket.repeat", True)
    stored = "alerts.new_ticket.repeat"
    window.until(lambda: window.rig.ask(GetSettings()).values.get(stored) is True)
    account = window.rig.account()
    window.rig.mail(account, history=True, subject="Old")
    ticket_id = str(window.rig.mail(account, sender=_sender("nora")).result["ticket_id"])
    window.until(lambda: window.sounds.ringing)
    assert [sound for sound, *_ in window.sounds.played] == ["customer"]
    window.until(lambda: window.rig.ask(GetNotifications())[0].played_at is not None)
    window.rig.do(MarkRead(ticket_ids=(ticket_id,)))
    window.until(lambda: not window.sounds.ringing)


def _sender(name: str) -> Address:

    return Address(name.title(), f"{name}@correo.test")


def test_a_mailbox_problem_is_told_in_words(window: Window) -> None:
    said: list[tuple[str, str, str]] = []
    window.alerts.announced.connect(lambda *parts: said.append(parts))
    account = window.rig.account()
    window.rig.desk(ReportAccount(account_id=account, problem="login_refused", detail="535"))
    window.until(lambda: said)
    assert said == [
        ("Taller Norte", "The server refused the user name or the password. Check both.", "")
    ]


def test_a_break_is_silent(window: Window) -> None:
    window.rig.do(SetAgentState(state=AgentState.PAUSED))
    account = window.rig.account()
    window.until(lambda: window.alerts._state is AgentState.PAUSED)
    window.rig.mail(account)
    window.until(lambda: window.alerts._latest)
    assert not window.sounds.played
    assert window.rig.ask(GetNotifications())[0].played_at is None


def panel(window: Window, contact_id: str) -> CustomerPanel:
    made = CustomerPanel(window.context, window.shell)
    window.widgets.insert(0, made)
    made.resize(288, 900)
    made.show()
    made.show_contact(contact_id)
    window.until(lambda: made.detail() is not None)
    return made


def test_the_panel_edits_a_real_customer(window: Window) -> None:
    rig = window.rig
    rig.do(SaveCustomField(field_id=rig.new(), label="Since", kind=FieldKind.DATE))
    contact_id = rig.contact()
    made = panel(window, contact_id)
    made.who.tags.added.emit("vip")
    window.until(lambda: "vip" in made.who.tags.names())
    window.until(lambda: made.fields.isVisible())
    since = named(made, QLineEdit, "Since")
    since.setText("2026-02-28")
    since.editingFinished.emit()
    window.until(lambda: rig.ask(GetContact(contact_id)).fields == {"since": "2026-02-28"})
    made.contact.edit(True)
    window.until(lambda: "+ Phone" in readable(made.contact))
    press(made.contact, "+ Phone")
    phone = QApplication.focusWidget()
    assert isinstance(phone, QLineEdit)
    phone.setText("611 20 48 77")
    phone.editingFinished.emit()
    window.until(
        lambda: (
            "+34 611 20 48 77" in {p.display for p in rig.ask(GetContact(contact_id)).info.points}
        )
    )


def test_a_point_of_somebody_else_names_them(window: Window) -> None:
    window.rig.contact("Jorge Olmedo", "jorge@correo.test")
    made = panel(window, window.rig.contact())
    made.contact.edit(True)
    window.until(lambda: "+ Mail" in readable(made.contact))
    press(made.contact, "+ Mail")
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    field.setText("jorge@correo.test")
    field.editingFinished.emit()
    window.until(lambda: any("jorge@correo.test belongs to Jorge Olmedo" in t for t in texts(made)))


def test_a_reply_and_a_mailbox_are_stored_as_the_desk_wants_them(window: Window) -> None:
    canned = CannedSheet(window.context, window.shell)
    accounts = AccountsSheet(window.context, window.shell, window.services)
    window.widgets[:0] = [canned, accounts]
    for sheet in (canned, accounts):
        sheet.resize(1000, 800)
        sheet.show()
    named(canned, QLineEdit, "Title").setText("Hi")
    named(canned, QLineEdit, "Shortcut").setText("/hi")
    named(canned, QPlainTextEdit, "Text of the reply").setPlainText("Hi {{ contact.name }}")
    press(canned, "Save")
    window.until(lambda: [r.shortcut for r in window.rig.ask(GetCannedReplies())] == ["hi"])
    press(accounts, "Connect a mailbox")
    window.until(lambda: accounts.editor is not None and accounts.editor.isVisible())
    address = named(accounts, QLineEdit, "Mail address")
    address.setText("hola@taller.test")
    address.editingFinished.emit()
    window.until(lambda: "Servers found: taller.test." in texts(accounts))
    press(accounts, "Connect")
    window.until(lambda: window.rig.ask(GetAccounts()))
    stored = window.rig.ask(GetAccounts())[0]
    assert (stored.address, stored.settings["folders"]) == ("hola@taller.test", ["INBOX"])
