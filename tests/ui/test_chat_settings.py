"""Settings, Web chat, on a real desk: from nothing to a box on a test page, its editor, and its reach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from deskapp.core import ports
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.policies import chat_box
from deskapp.core.ports import ChatServer, ChatServerChanged, Services
from deskapp.core.queries.desk import GetAccounts, GetSettings
from deskapp.models.dto import AccountInfo
from deskapp.models.enums import Channel
from deskapp.ui.bridge import Bridge
from deskapp.ui.chat.words import REACH, reach_advice
from deskapp.ui.i18n import Language
from deskapp.ui.settings import chat_texts
from deskapp.ui.settings.chat_boxes import ChatBoxesSheet
from deskapp.ui.settings.chat_parts import COLOURS
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.shell.actions import ActionRegistry
from deskapp.ui.shell.context import UiContext
from deskapp.ui.theme import ThemeMode, theme
from tests.support.chat_rig import DeskShell
from tests.support.desk import DeskRig, open_rig
from tests.support.fake_desk import (
    FakeAutostart,
    FakeIdle,
    FakeJobs,
    FakeMail,
    FakeNotifier,
    FakeSounds,
)
from tests.support.fake_live_chat import FakeLiveChat
from tests.support.room import press, texts
from tests.support.ui_state import MemoryUiState


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)


class Page:
    """The page on a desk."""

    def __init__(self, qtbot: QtBot, app: QApplication, rig: DeskRig) -> None:
        theme().install(app, ThemeMode.LIGHT)
        self.qtbot, self.rig = qtbot, rig
        self.bridge = Bridge(rig.workspace)
        self.errors: list[object] = []
        self.bridge.failed.connect(self.errors.append)
        self.language = Language(app)
        self.language.set("en")
        context = UiContext(
            self.bridge, MemoryUiState(), rig.clock, ActionRegistry(), self.language
        )
        self.shell = DeskShell(self.bridge)
        self.chat = FakeLiveChat()
        services = Services(
            FakeMail(),
            FakeJobs(),
            FakeSounds(),
            FakeNotifier(),
            FakeAutostart(),
            FakeIdle(),
            self.chat,
        )
        preferences = Preferences(context)
        qtbot.waitUntil(lambda: preferences.known)
        self.sheet = ChatBoxesSheet(context, self.shell, services, preferences)
        self.sheet.resize(900, 800)
        self.sheet.show()
        self.sheet.activateWindow()

    def until(self, condition: object) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()))  # type: ignore[operator]

    def boxes(self) -> list[AccountInfo]:
        return [a for a in self.rig.ask(GetAccounts()) if a.channel is Channel.WEBCHAT]

    def box(self) -> chat_box.ChatBox:
        """The settings of the only box."""
        (found,) = self.boxes()
        return chat_box.read(found.settings)

    def make(self, name: str = "Tienda", site: str = "") -> None:
        """Go through the three questions; its editor is open afterwards."""
        self.sheet.add_button.click()
        form = self.sheet.form
        assert form is not None
        form.name.setText(name)
        form.site.setText(site)
        form.submit()
        self.until(lambda: self.sheet.editor is not None and self.sheet.editor.isVisible())

    @property
    def editor(self) -> QWidget:
        assert self.sheet.editor is not None
        return self.sheet.editor

    def close(self) -> None:
        self.bridge.close()
        self.sheet.close()
        self.sheet.deleteLater()
        QApplication.sendPostedEvents(self.sheet, 52)
        assert not self.chat.listeners
        self.chat.close()
        self.language.clear()
        assert not self.errors, self.errors


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication, rig: DeskRig) -> Iterator[Page]:
    made = Page(qtbot, qapp, rig)
    yield made
    made.close()


# -- a new box -------------------------------------------------------------------------------------


def test_three_questions_lead_to_a_box_on_a_test_page(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(url.toString()) or True
    )
    page.until(lambda: "No chat box yet" in texts(page.sheet))
    page.sheet.add_button.click()
    form = page.sheet.form
    assert form is not None
    assert len([f for f in form.findChildren(QWidget) if f.isVisible() and f.focusPolicy() & Qt.FocusPolicy.TabFocus
                and not f.objectName().startswith("qt_")]) <= 5  # fmt: skip
    page.until(form.name.hasFocus)
    QTest.keyClicks(form.name, "Tienda")
    QTest.keyClick(form.name, Qt.Key.Key_Return)
    page.until(lambda: page.sheet.editor is not None)
    editor = page.sheet.editor
    assert editor is not None
    (box,) = page.boxes()
    assert (box.name, box.enabled, page.box().origins) == ("Tienda", True, ())
    editor.install.try_out.click()
    assert opened == [f"http://127.0.0.1:8790/try/{box.id}"]
    editor.install.snippet.button.click()
    assert box.id in QGuiApplication.clipboard().text()


def test_what_is_no_website_is_said_and_nothing_is_lost(page: Page) -> None:
    page.sheet.add_button.click()
    form = page.sheet.form
    assert form is not None
    form.name.setText("Tienda")
    form.site.setText("ftp://nada")
    form.submit()
    page.until(lambda: any("is no website" in text for text in texts(form)))
    assert form.site.text() == "ftp://nada"
    assert not page.boxes()
    form.site.setText("www.tienda.test")
    form.submit()
    page.until(lambda: page.sheet.editor is not None)
    assert page.box().origins == ("https://www.tienda.test",)


def test_the_test_page_waits_for_the_server(page: Page) -> None:
    page.chat.state = ChatServer()
    page.make()
    editor = page.sheet.editor
    assert editor is not None
    assert not editor.install.try_out.isEnabled()
    page.chat.tell(ChatServerChanged(ChatServer(True, "http://127.0.0.1:8790")))
    page.until(lambda: editor.install.try_out.isEnabled())


# -- the editor ------------------------------------------------------------------------------------


def test_everything_of_a_box_is_edited_and_stored(page: Page) -> None:
    mailbox = page.rig.new()
    page.rig.do(SaveAccount(account_id=mailbox, name="Taller", address="hola@taller.test"))
    page.make()
    editor = page.sheet.editor
    assert editor is not None
    assert not editor.is_dirty()
    editor.name.setText("Cerámica")
    editor.greeting.setPlainText("¡Hola!\n¿En qué ayudo?")
    editor.colour.show_colour("#0F766E")
    editor.origins.setPlainText("tienda.test\n\nhttp://localhost:3000")
    for control in (editor.preview, editor.files, editor.transcript):
        control.setChecked(False)
    editor.position.choose("left")
    editor.theme.choose("dark")
    editor.ask_name.choose("required")
    editor.ask_email.choose("no")
    editor.language.setCurrentIndex(editor.language.findData("es"))
    page.until(lambda: editor.mailbox.findData(mailbox) > 0)
    editor.mailbox.setCurrentIndex(editor.mailbox.findData(mailbox))
    editor.questions.add.click()
    first = editor.questions.rows[0]
    first.label.setText("Motivo")
    first.kind.setCurrentIndex(1)
    first.options.setText("Envío,  Factura ,Envío,")
    first.required.setChecked(True)
    assert editor.is_dirty()
    editor.submit()
    page.until(lambda: not editor.is_dirty())
    box = page.box()
    assert box.questions == (chat_box.Question("Motivo", "choice", ("Envío", "Factura"), True),)
    assert box.origins == ("https://tienda.test", "http://localhost:3000")
    assert (box.preview, box.files, box.transcript) == (False, False, False)
    assert (box.position, box.theme, box.ask_name, box.ask_email) == (
        "left", "dark", "required", "no",
    )  # fmt: skip
    assert (box.language, box.mail_account) == ("es", mailbox)
    assert box.greeting == "¡Hola!\n¿En qué ayudo?"
    assert box.colour.lower() == "#0f766e"


def test_the_switch_works_at_once_and_stores_nothing_else(page: Page) -> None:
    page.make()
    editor = page.sheet.editor
    assert editor is not None
    editor.greeting.setPlainText("Not yet")
    editor.enabled.click()
    page.until(lambda: not page.boxes()[0].enabled)
    assert page.box().greeting == ""
    page.until(lambda: page.shell.said[-1:] == ["Chat box switched off"])
    assert editor.is_dirty()
    editor.enabled.click()
    page.until(lambda: page.boxes()[0].enabled)


def test_at_most_six_questions(page: Page) -> None:
    page.make()
    editor = page.sheet.editor
    assert editor is not None
    for _ in range(chat_box.QUESTIONS):
        editor.questions.add.click()
    assert not editor.questions.add.isEnabled()
    editor.questions.rows[2].removed.emit()
    assert len(editor.questions.rows) == chat_box.QUESTIONS - 1
    assert editor.questions.values() == []


def test_a_wrong_colour_is_refused_in_words(page: Page) -> None:
    page.make()
    editor = page.sheet.editor
    assert editor is not None
    editor.colour.field.setText("#12")
    assert editor.colour.field.property("invalid")
    editor.submit()
    page.until(editor.error.isVisible)
    assert page.box().colour == chat_box.DEFAULTS["colour"]


def test_white_reads_on_every_offered_colour() -> None:
    def light(channel: float) -> float:
        return channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4

    for name in COLOURS:
        c = QColor(name)
        seen = 0.2126 * light(c.redF()) + 0.7152 * light(c.greenF()) + 0.0722 * light(c.blueF())
        assert 1.05 / (seen + 0.05) >= 4.5, name


def test_a_box_is_removed_with_a_way_back(page: Page) -> None:
    page.make()
    press(page.editor, "Remove the box")
    page.until(lambda: not page.boxes())
    page.until(lambda: page.shell.said[-1:] == ["Chat box removed; its conversations stay"])
    undo = page.shell.undo[-1]
    assert undo is not None
    page.rig.do(undo)
    assert [box.name for box in page.boxes()] == ["Tienda"]


def test_the_secret_is_shown_only_when_asked_for(page: Page) -> None:
    page.make()
    editor = page.sheet.editor
    assert editor is not None
    card = editor.identity
    (box,) = page.boxes()
    assert not page.chat.secrets
    assert card.field.text() == ""
    card.show_button.click()
    page.until(lambda: card.field.text() == f"{1:064x}")
    assert card.field.echoMode() == QLineEdit.EchoMode.Normal
    card.renew_button.click()
    assert page.chat.secrets[box.id] == 1
    card.sure_button.click()
    page.until(lambda: card.field.text() == f"{2:064x}")
    card.show_button.click()
    assert card.field.text() == ""
    card.copy_button.click()
    page.until(lambda: QGuiApplication.clipboard().text() == f"{2:064x}")


# -- reach -----------------------------------------------------------------------------------------


def test_it_says_plainly_from_where_it_is_reached(page: Page) -> None:
    page.make()
    press(page.editor, "All chat boxes")
    reach = page.sheet.reach
    assert reach.state.texts() == [
        "On this computer: http://127.0.0.1:8790",
        "On the local network: http://192.0.2.7:8790",
        "Not on the internet",
    ]
    page.chat.tell(ChatServerChanged(ChatServer(problem="port_taken", detail="8790 is in use")))
    page.until(lambda: "another program uses its port" in reach.state.texts()[0])
    page.chat.tell(ChatServerChanged(ChatServer()))
    page.until(lambda: reach.state.texts()[0].startswith("Not running"))


def test_the_public_address_is_kept_and_tested_step_by_step(page: Page) -> None:
    page.make()
    press(page.editor, "All chat boxes")
    reach = page.sheet.reach
    assert not reach.test.isEnabled()
    reach.public.setText("https://chat.tienda.test")
    reach.public.editingFinished.emit()
    page.until(reach.test.isEnabled)
    page.until(lambda: page.rig.ask(GetSettings()).values.get("chat.public_url"))
    assert "chat.tienda.test {" in reach.text.text()
    page.chat.steps = (
        ports.TestStep("address", ok=True),
        ports.TestStep("resolve", ok=True),
        ports.TestStep("connect", ok=True),
        ports.TestStep("tls", ok=True),
        ports.TestStep("answer", ok=False, code="other_desk", detail="502"),
    )
    reach.test.click()
    page.until(reach.test.isEnabled)
    assert page.chat.tested == ["https://chat.tienda.test"]
    said = reach.steps.sentences()
    assert said[:2] == ["Read the address: done", "Find it on the internet: done"]
    assert "not this desk" in said[4]
    assert said[5] == "Open a chat connection"


def test_proxies_are_kept_one_by_one(page: Page) -> None:
    page.make()
    press(page.editor, "All chat boxes")
    reach = page.sheet.reach
    reach.proxies.setText("127.0.0.1, 10.0.0.2 ,")
    reach.proxies.editingFinished.emit()
    page.until(
        lambda: (
            tuple(page.rig.ask(GetSettings()).values.get("chat.proxies", ()))  # type: ignore[arg-type]
            == ("127.0.0.1", "10.0.0.2")
        )
    )


def test_the_proxy_texts_pass_on_what_chat_needs() -> None:
    nginx = chat_texts.nginx("https://chat.tienda.test/", "127.0.0.1:8790")
    for line in (
        "server_name chat.tienda.test;",
        "Upgrade $http_upgrade",
        "Host $host",
        "127.0.0.1:8790",
    ):
        assert line in nginx
    assert chat_texts.caddy("", "127.0.0.1:8790").startswith("chat.example.com {")


def test_every_code_of_the_test_has_words(page: Page) -> None:
    for code in (*REACH, "what nobody knows"):
        words = reach_advice(ports.TestStep("answer", ok=False, code=code))
        assert words
        assert "{" not in words
    assert reach_advice(ports.TestStep("answer", ok=True)) == ""
    assert page.sheet.accessibleName() == "Web chat"


def test_every_control_has_a_name_and_every_label_is_plain(page: Page) -> None:
    page.make()
    for label in page.sheet.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText
    for control in page.sheet.findChildren(QWidget):
        mine = control.focusPolicy() & Qt.FocusPolicy.TabFocus and control.isVisible()
        if mine and not control.objectName().startswith("qt_"):
            assert control.accessibleName() or getattr(control, "text", str)(), control
