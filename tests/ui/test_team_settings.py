"""Settings, Team, on a real desk: sharing, colleagues, departments, invitations and devices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from deskapp.core.api import Connection
from deskapp.core.commands.accounts import SaveAccount
from deskapp.core.commands.desk import SaveAgent
from deskapp.core.commands.team import RegisterDevice, SetAccountDepartment, SetRole
from deskapp.core.ports import ConnectionChanged, HostState, Services
from deskapp.core.queries.desk import GetSettings
from deskapp.core.queries.team import GetDepartments, GetDevices, GetTeam
from deskapp.models.enums import Role
from deskapp.models.team_dto import TeamMember
from deskapp.ui.bridge import Bridge
from deskapp.ui.i18n import Language
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.team import TeamSheet
from deskapp.ui.settings.team_factor import FactorDialog
from deskapp.ui.settings.team_invite import InviteDialog
from deskapp.ui.settings.team_password import FactorResetPart, PasswordPart
from deskapp.ui.settings.team_person import PersonEditor
from deskapp.ui.settings.team_sharing import PROBLEMS, grouped
from deskapp.ui.shell.actions import ActionRegistry
from deskapp.ui.shell.context import UiContext
from deskapp.ui.team.qr import QrCode
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
from tests.support.fake_team import (
    FINGERPRINT,
    INVITED_AT,
    FakeFactor,
    FakeJoiner,
    FakeTeamHost,
    FakeTeamLink,
)
from tests.support.no_chat import NoChat
from tests.support.room import press, texts
from tests.support.ui_state import MemoryUiState


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)


class Now:
    """The window's clock, near the time of the invitations."""

    value = INVITED_AT

    def now(self) -> int:
        return self.value


class Page:
    """The page on a desk; `sheet` is made anew by `open`."""

    def __init__(self, qtbot: QtBot, app: QApplication, rig: DeskRig) -> None:
        theme().install(app, ThemeMode.LIGHT)
        self.qtbot, self.rig, self.clock = qtbot, rig, Now()
        self.bridge = Bridge(rig.workspace)
        self.errors: list[object] = []
        self.bridge.failed.connect(self.errors.append)
        self.language = Language(app)
        self.language.set("en")
        self.context = UiContext(
            self.bridge, MemoryUiState(), self.clock, ActionRegistry(), self.language
        )
        self.shell = DeskShell(self.bridge)
        self.host, self.link, self.joiner = FakeTeamHost(), FakeTeamLink(), FakeJoiner()
        self.services = Services(
            FakeMail(), FakeJobs(), FakeSounds(), FakeNotifier(), FakeAutostart(), FakeIdle(),
            NoChat(), team_host=self.host, joiner=self.joiner,
        )  # fmt: skip
        self.preferences = Preferences(self.context)
        qtbot.waitUntil(lambda: self.preferences.known)
        self._sheets: list[TeamSheet] = []
        self.sheet = self.open()

    def open(self, **services: object) -> TeamSheet:
        used = replace(self.services, **services)  # type: ignore[arg-type]
        self.sheet = TeamSheet(self.context, self.shell, used, self.preferences)
        self._sheets.append(self.sheet)
        self.sheet.resize(900, 900)
        self.sheet.show()
        self.sheet.activateWindow()
        self.until(lambda: self.sheet.list.keys())
        return self.sheet

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()))

    def team(self) -> dict[str, TeamMember]:
        return {one.name: one for one in self.rig.ask(GetTeam())}

    def department(self, name: str) -> None:
        """Add one by hand."""
        part = self.sheet.departments
        part.add.click()
        part.name.setText(name)
        QTest.keyClick(part.name, Qt.Key.Key_Return)
        self.until(lambda: name in [d.name for d in self.rig.ask(GetDepartments())])
        self.until(lambda: len(part.list.keys()) == len(self.rig.ask(GetDepartments())))

    def editor(self) -> PersonEditor:
        self.until(lambda: self.sheet.editor is not None and self.sheet.editor.isVisible())
        assert self.sheet.editor is not None
        return self.sheet.editor

    def hire(self, name: str = "Ana Ruiz", role: Role = Role.AGENT) -> str:
        agent_id = self.rig.new()
        self.rig.do(SaveAgent(agent_id=agent_id, name=name, email="ana@taller.test"))
        if role is not Role.AGENT:
            self.rig.do(SetRole(agent_id=agent_id, role=role))
        self.until(lambda: set(self.sheet.list.keys()) >= {agent_id})
        return agent_id

    def close(self) -> None:
        self.bridge.close()
        for sheet in self._sheets:
            sheet.close()
            sheet.deleteLater()
            QApplication.sendPostedEvents(sheet, 52)
        assert not self.host.listeners
        assert not self.link.listeners
        for fake in (self.host, self.link, self.joiner):
            fake.close()
        self.language.clear()
        assert not self.errors, self.errors


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication, rig: DeskRig) -> Iterator[Page]:
    made = Page(qtbot, qapp, rig)
    yield made
    made.close()


# -- sharing ---------------------------------------------------------------------------------------


def test_one_switch_shares_the_desk_and_says_where_it_is(page: Page) -> None:
    sharing = page.sheet.sharing
    assert sharing is not None
    assert not sharing.facts.isVisible()
    sharing.switch.click()
    page.until(lambda: page.rig.ask(GetSettings()).values.get("team.enabled") is True)
    page.until(sharing.facts.isVisible)
    assert sharing.facts.addresses.text() == "192.0.2.7:8791\nescritorio.local:8791"
    lines = sharing.facts.fingerprint.text().split("\n")
    assert lines == [" ".join(["AB12"] * 8)] * 2
    assert "0 connected now" in sharing.facts.text.text()
    page.host.become(HostState(True, ("192.0.2.7:8791",), FINGERPRINT, connected=("d1", "d2")))
    page.until(lambda: "2 connected now" in sharing.facts.text.text())


@pytest.mark.parametrize("problem", PROBLEMS)
def test_what_keeps_it_from_being_shared_is_said(page: Page, problem: str) -> None:
    sharing = page.sheet.sharing
    assert sharing is not None
    sharing.switch.click()
    page.host.become(HostState(problem=problem, detail="8791"))
    page.until(lambda: "not shared" in sharing.facts.text.text())
    assert "8791" in sharing.facts.text.text()
    assert not sharing.facts.addresses.isVisible()


def test_a_fingerprint_is_read_four_by_four() -> None:
    assert grouped("ab:cd:ef:01:23") == "ABCD EF01 23"


# -- colleagues ------------------------------------------------------------------------------------


def test_a_colleague_is_added_with_role_and_departments(page: Page) -> None:
    page.department("Envíos")
    page.department("Facturas")
    page.sheet.add_button.click()
    editor = page.editor()
    page.until(editor.name.hasFocus)
    editor.name.setText("Ana  Ruiz")
    editor.email.setText("ana@taller.test")
    editor.role.setCurrentIndex(editor.role.findData(Role.SUPERVISOR))
    assert any("in order for everybody" in text for text in texts(editor))
    shipping = next(d for d in page.rig.ask(GetDepartments()) if d.name == "Envíos")
    editor.switches[shipping.id].setChecked(True)
    assert page.sheet.is_dirty()
    editor.save.click()
    page.until(lambda: "Ana Ruiz" in page.team())
    ana = page.team()["Ana Ruiz"]
    page.until(lambda: page.sheet.editor is not editor and page.sheet.editor is not None)
    assert page.editor().member_id() == ana.id
    ana = page.team()["Ana Ruiz"]
    assert (ana.role, ana.department_ids, ana.email) == (
        Role.SUPERVISOR, (shipping.id,), "ana@taller.test",
    )  # fmt: skip
    press(page.editor(), "All colleagues")
    page.until(lambda: "Supervisor · Envíos" in _details(page.sheet))


def _details(sheet: TeamSheet) -> list[str]:
    model = sheet.list.model()
    return [model.index(row, 0).data().detail for row in range(model.rowCount())]


def test_only_what_differs_is_stored_and_a_refusal_loses_nothing(page: Page) -> None:
    me = page.rig.workspace.agent_id
    page.sheet.open(me)
    editor = page.editor()
    editor.role.setCurrentIndex(editor.role.findData(Role.LIGHT))
    editor.save.click()
    page.until(editor.error.isVisible)
    assert "only administrator" in editor.error.text()
    assert Role(editor.role.currentData()) is Role.LIGHT
    assert page.rig.ask(GetTeam())[0].role is Role.ADMIN
    page.until(editor.save.isEnabled)


def test_somebody_is_disabled_and_comes_back(page: Page) -> None:
    ana = page.hire()
    page.sheet.open(ana)
    editor = page.editor()
    editor.disable.click()
    page.until(lambda: page.team()["Ana Ruiz"].disabled)
    page.until(lambda: editor.disable.text() == "Let work again")
    assert not editor.invite.isEnabled()
    editor.disable.click()
    page.until(lambda: not page.team()["Ana Ruiz"].disabled)


# -- departments -----------------------------------------------------------------------------------


def test_departments_are_added_renamed_and_removed(page: Page) -> None:
    assert "No departments: everybody sees every conversation." in texts(page.sheet)
    page.department("Envíos")
    part = page.sheet.departments
    part.list.select(part.list.keys()[0])
    part.rename.click()
    part.name.setText("Envíos y devoluciones")
    QTest.keyClick(part.name, Qt.Key.Key_Return)
    page.until(lambda: page.rig.ask(GetDepartments())[0].name == "Envíos y devoluciones")
    part.remove.click()
    part.sure.click()
    page.until(lambda: not page.rig.ask(GetDepartments()))
    page.until(lambda: page.shell.said[-1:] == ["Department removed"])


def test_a_name_that_is_taken_is_told_and_stays_in_the_field(page: Page) -> None:
    page.department("Envíos")
    part = page.sheet.departments
    part.add.click()
    part.name.setText("envíos")
    QTest.keyClick(part.name, Qt.Key.Key_Return)
    page.until(lambda: any("already one called" in text for text in texts(part)))
    assert part.name.text() == "envíos"


def test_what_is_in_a_department_goes_to_another(page: Page) -> None:
    page.department("Envíos")
    part = page.sheet.departments
    ana = page.hire()
    page.sheet.open(ana)
    editor = page.editor()
    for switch in editor.switches.values():
        switch.setChecked(True)
    editor.save.click()
    page.until(lambda: page.team()["Ana Ruiz"].department_ids)
    press(editor, "All colleagues")
    page.until(lambda: page.sheet.departments._departments[0].member_ids)
    part.list.select(part.list.keys()[0])
    part.remove.click()
    assert not part.sure.isEnabled()
    press(part, "Keep it")
    page.department("Facturas")
    part.list.select(part.list.keys()[0])
    part.remove.click()
    assert part.move_to.isVisible()
    part.sure.click()
    page.until(lambda: len(page.rig.ask(GetDepartments())) == 1)
    (left,) = page.rig.ask(GetDepartments())
    assert (left.name, left.member_ids) == ("Facturas", (ana,))


def test_what_comes_in_by_a_mailbox_belongs_to_its_department(page: Page) -> None:
    account = page.rig.new()
    page.rig.do(SaveAccount(account_id=account, name="Taller", address="hola@taller.test"))
    assert not page.sheet.intake.isVisible()
    page.department("Envíos")
    intake = page.sheet.intake
    page.until(lambda: account in intake.choices)
    choice = intake.choices[account]
    assert choice.accessibleName() == "hola@taller.test"
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_Down)
    page.until(lambda: page.rig.ask(GetDepartments())[0].account_ids == (account,))
    page.until(lambda: page.sheet.departments._departments[0].account_ids)
    assert choice.currentIndex() == 1
    assert intake.choices[account] is choice
    page.rig.do(SetAccountDepartment(account_id=account, department_id=""))
    page.until(lambda: choice.currentIndex() == 0)


# -- invitations and devices -----------------------------------------------------------------------


def invitation(page: Page) -> InviteDialog:
    (dialog,) = page.sheet.window().findChildren(InviteDialog)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    return dialog


def test_an_invitation_has_a_code_a_picture_and_a_link(page: Page) -> None:
    ana = page.hire()
    page.sheet.open(ana)
    page.editor().invite.click()
    dialog = invitation(page)
    page.until(lambda: dialog.code.text() == "481 517")
    assert page.host.invited == [ana]
    assert dialog.address.text() == "192.0.2.7:8791"
    assert dialog.left.text() == "Valid for 10:00"
    assert dialog.link.text().startswith("deskapp://")
    dialog.link.button.click()
    assert QGuiApplication.clipboard().text() == dialog.link.text()
    assert len(dialog.qr.modules()) >= 21
    page.clock.value += 61_000
    page.until(lambda: dialog.left.text() == "Valid for 8:59")
    page.clock.value += 600_000
    page.until(lambda: "expired" in dialog.left.text())
    assert dialog.code.text() == ""
    assert not dialog.qr.modules()
    page.clock.value = INVITED_AT
    dialog.again.click()
    page.until(lambda: dialog.code.text() == "481 518")
    dialog.withdraw.click()
    assert page.host.withdrawn == [ana]
    assert dialog.code.text() == ""
    dialog.close()


def test_a_used_invitation_says_who_joined(page: Page) -> None:
    ana = page.hire()
    page.sheet.open(ana)
    page.editor().invite.click()
    dialog = invitation(page)
    page.until(lambda: dialog.code.text())
    page.until(lambda: dialog._devices is not None)
    new = page.rig.new()
    page.rig.desk(RegisterDevice(device_id=new, agent_id=ana, name="Portátil", key_hash="a" * 64))
    page.until(lambda: dialog.left.text() == "“Portátil” has joined.")
    assert dialog.code.text() == ""
    assert not dialog.qr.modules()
    dialog.close()


def test_an_invitation_that_fails_says_so(page: Page) -> None:
    page.host.problem = OSError(28, "full")
    page.sheet.open(page.hire())
    page.editor().invite.click()
    dialog = invitation(page)
    page.until(dialog.error.isVisible)
    assert "disk is full" in dialog.error.text()
    dialog.close()


def test_a_device_is_shut_out_after_one_question(page: Page) -> None:
    ana = page.hire()
    device = page.rig.new()
    command = RegisterDevice(device_id=device, agent_id=ana, name="Portátil", key_hash="a" * 64)
    page.rig.desk(command)
    page.host.become(HostState(True, ("192.0.2.7:8791",), FINGERPRINT, connected=(device,)))
    page.sheet.open(ana)
    part = page.editor().devices
    assert part is not None
    page.until(lambda: part.list.keys() == [device])
    item = part.list.model().index(0, 0).data()
    assert item.pill[0] == "Connected"
    assert item.detail.startswith("joined ")
    part.list.select(device)
    part.revoke.click()
    assert any("disconnected" in text for text in texts(part))
    assert not page.rig.ask(GetDevices())[0].revoked
    part.sure.click()
    page.until(lambda: page.rig.ask(GetDevices())[0].revoked)
    page.until(lambda: part.list.model().index(0, 0).data().pill[0] == "Revoked")
    assert not part.revoke.isEnabled()


def test_a_password_is_set_and_never_shown(page: Page) -> None:
    ana = page.hire()
    page.sheet.open(ana)
    (part,) = page.editor().findChildren(PasswordPart)
    assert part.field.echoMode() == QLineEdit.EchoMode.Password
    part.field.setText("corta")
    part.button.click()
    assert "At least 8 characters." in texts(part)
    assert page.host.passwords == {}
    part.field.setText("larga y buena")
    QTest.keyClick(part.field, Qt.Key.Key_Return)
    page.until(lambda: page.shell.said[-1:] == ["Password set"])
    assert page.host.passwords == {ana: "larga y buena"}
    assert part.field.text() == ""
    part.button.click()
    page.until(lambda: page.host.passwords == {ana: ""})
    page.until(lambda: page.shell.said[-1:] == ["No password is asked for any more"])


def test_the_picture_is_read_by_a_camera() -> None:
    """The three finders of the standard stand in their corners, on a light margin."""
    code = QrCode("x", 300)
    code.show_text("deskapp://pair?h=192.0.2.7:8433&s=abcdefghijklmnop")
    rows = code.modules()
    finder = [bytes((1, 1, 1, 1, 1, 1, 1)), bytes((1, 0, 0, 0, 0, 0, 1))]
    for line, expected in enumerate(finder):
        assert rows[line][:7] == expected
        assert rows[line][-7:] == expected
        assert rows[-1 - line][:7] == expected
    picture = code.grab().toImage()
    assert picture.pixelColor(4, 150).lightness() == 255
    step = 300 / (len(rows) + 8)
    dark = round((4 + 3.5) * step)
    assert picture.pixelColor(dark, dark).lightness() == 0


# -- at a colleague's computer ---------------------------------------------------------------------


def test_a_colleague_s_window_says_where_the_desk_is(page: Page) -> None:
    connection = Connection("team", True, 1, host="192.0.2.7:8791", fingerprint=FINGERPRINT)
    page.rig.workspace.__class__.connection, before = (  # type: ignore[misc]
        property(lambda _self: connection), page.rig.workspace.__class__.connection,
    )  # fmt: skip
    try:
        sheet = page.open(team_host=None, team=page.link)
        assert sheet.sharing is None
        assert sheet.seat is not None
        assert sheet.seat.facts.addresses.text() == "192.0.2.7:8791"
        assert "Online" in sheet.seat.facts.text.text()
        kept = sheet.seat.kept
        assert kept.currentText() == "90 days"
        kept.setFocus()
        QTest.keyClick(kept, Qt.Key.Key_Down)
        assert page.link.days == 365
        QTest.keyClick(kept, Qt.Key.Key_Down)
        assert (kept.currentText(), page.link.days) == ("Everything", 0)
        page.link.days = 45  # chosen elsewhere
        page.link.tell(ConnectionChanged())
        page.until(lambda: kept.currentText() == "45 days")
        sheet.open(sheet.list.keys()[0])
        assert any("on the computer that has the desk" in text for text in texts(page.editor()))
    finally:
        page.rig.workspace.__class__.connection = before  # type: ignore[misc]


def test_who_is_no_administrator_reads_why_nothing_can_be_changed(page: Page) -> None:
    other = page.hire("Iván Peña", Role.ADMIN)
    page.rig.do(SetRole(agent_id=page.rig.workspace.agent_id, role=Role.AGENT))
    page.until(lambda: not page.sheet.add_button.isEnabled())
    assert "Only an administrator changes this; you are here as: Agent." in texts(page.sheet)
    assert not page.sheet.departments.add.isEnabled()
    page.sheet.open(other)
    editor = page.editor()
    assert not any(w.isEnabled() for w in (editor.name, editor.role, editor.save, editor.invite))


def test_every_control_has_a_name_and_every_label_is_plain(page: Page) -> None:
    page.department("Envíos")
    page.sheet.open(page.hire())
    editor = page.editor()
    editor.invite.click()
    for root in (page.sheet, invitation(page)):
        for label in root.findChildren(QLabel):
            assert label.textFormat() == Qt.TextFormat.PlainText
        for control in root.findChildren(QWidget):
            mine = control.focusPolicy() & Qt.FocusPolicy.TabFocus and control.isVisible()
            if mine and not control.objectName().startswith("qt_"):
                assert control.accessibleName() or getattr(control, "text", str)(), control
    invitation(page).close()


# -- the second factor -------------------------------------------------------------------------


@pytest.fixture
def factor() -> Iterator[FakeFactor]:
    made = FakeFactor()
    yield made
    made.pool.shutdown(wait=True)


def test_a_second_factor_is_set_up_with_an_app(page: Page, factor: FakeFactor) -> None:
    part = page.open(factor=factor).factor
    assert part is not None
    page.until(lambda: part.button.text() == "Set up…")
    part.button.click()
    (dialog,) = page.sheet.findChildren(FactorDialog)
    page.until(lambda: dialog.secret.text())
    assert dialog.secret.text().replace(" ", "").replace("\n", "").startswith("JBSWY3DPEHPK3PXP")
    assert dialog.qr.modules()
    QTest.keyClicks(dialog.code, "000 000")
    QTest.keyClick(dialog.code, Qt.Key.Key_Return)
    page.until(lambda: dialog.error.isVisible())
    assert dialog.error.text().startswith("This code is not good")
    dialog.code.setText("123 456")
    QTest.keyClick(dialog.code, Qt.Key.Key_Return)
    page.until(lambda: dialog.recovery.isVisible())
    assert all(code in dialog.recovery.text() for code in factor.recovery)
    assert dialog.secret.text() == ""  # shown no longer than it is needed
    dialog.finish.click()
    page.until(lambda: part.button.text() == "Switch off…")
    assert part.state.text().startswith("It is on. 10 recovery code")


def test_it_is_switched_off_by_a_code(page: Page, factor: FakeFactor) -> None:
    factor.on = True
    part = page.open(factor=factor).factor
    assert part is not None
    page.until(lambda: part.button.text() == "Switch off…")
    part.button.click()
    QTest.keyClicks(part.code, "nonsense")
    QTest.keyClick(part.code, Qt.Key.Key_Return)
    page.until(lambda: part.error.isVisible())
    part.code.setText("123456")
    part.sure.click()
    page.until(lambda: part.button.text() == "Set up…")
    assert not factor.on


def test_an_admin_resets_a_colleagues(page: Page) -> None:
    ana = page.hire()
    page.host.factors.add(ana)
    page.until(lambda: ana in list(page.sheet.list.keys()))
    page.sheet.open(ana)
    (part,) = page.editor().findChildren(FactorResetPart)
    page.until(part.isVisible)
    part.ask.click()
    assert part.question.isVisible()
    page.host.factors.clear()
    part.sure.click()
    page.until(lambda: not part.isVisible())
    assert page.shell.said[-1] == "No second factor is asked for any more"
