"""The team's own conversations in a window on a real desk, with colleagues who write from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from deskapp.core.commands.desk import SaveAgent, SetSetting
from deskapp.core.commands.messages import AddNote
from deskapp.core.commands.rooms import ChangeMembers, OpenRoom, PostInRoom
from deskapp.core.ports import Services
from deskapp.core.queries.desk import GetNotifications
from deskapp.core.queries.rooms import GetRoomMessages, GetRooms
from deskapp.models.team_dto import RoomInfo
from deskapp.ui.bridge import Bridge
from deskapp.ui.conversation.card import MessageCard
from deskapp.ui.i18n import Language
from deskapp.ui.notify.words import target
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.shell.actions import ActionRegistry
from deskapp.ui.shell.context import UiContext
from deskapp.ui.shell.main_window import MainWindow
from deskapp.ui.team.talk_new import NewTalkDialog
from deskapp.ui.team.talk_page import PAGE, TalkPage
from deskapp.ui.team.talks import ROOM, Talks
from deskapp.ui.theme import ThemeMode, theme
from tests.support.colleagues import Colleague, Team
from tests.support.desk import DeskRig, open_rig
from tests.support.fake_desk import (
    FakeAutostart,
    FakeIdle,
    FakeJobs,
    FakeMail,
    FakeNotifier,
    FakeSounds,
)
from tests.support.fake_team import FakeTeamHost
from tests.support.no_chat import NoChat
from tests.support.ui_state import MemoryUiState


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeskRig]:
    yield from open_rig(tmp_path)


class Office:
    """My window, and Ana and Iván who are elsewhere."""

    def __init__(self, qtbot: QtBot, app: QApplication, rig: DeskRig) -> None:
        theme().install(app, ThemeMode.LIGHT)
        self.qtbot, self.rig = qtbot, rig
        self.me = rig.workspace.agent_id
        rig.do(SaveAgent(agent_id=self.me, name="Lucía Marín"))
        rig.do(SetSetting(key="team.enabled", value=True))
        team = Team(rig)
        self.ana, self.ivan = team.hire("Ana Ruiz"), team.hire("Iván Peña")
        self.language = Language(app)
        self.language.set("en")
        self.bridge = Bridge(rig.workspace)
        self.errors: list[object] = []
        self.bridge.failed.connect(self.errors.append)
        self.state = MemoryUiState()
        self.context = UiContext(
            self.bridge, self.state, rig.clock, ActionRegistry(), self.language
        )
        self.host = FakeTeamHost()
        services = Services(
            FakeMail(), FakeJobs(), FakeSounds(), FakeNotifier(), FakeAutostart(), FakeIdle(),
            NoChat(), team_host=self.host,
        )  # fmt: skip
        self.window = MainWindow(self.context)
        self.window.resize(1200, 800)
        self.window.show()
        self.window.activateWindow()
        self.window.start()
        self.preferences = Preferences(self.context)
        self.talks = Talks(self.window, services, self.preferences)
        self.until(lambda: self.talks.rooms.known)

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()))

    def page(self) -> TalkPage:
        self.window.show_room(ROOM)
        (page,) = self.window.findChildren(TalkPage)
        return page

    def direct(self, other: Colleague) -> str:
        """A room of two, made by the other."""
        command = OpenRoom(room_id="", kind="direct", member_ids=(self.me,))
        room_id = str(other.do(command).result["room_id"])
        self.until(lambda: self.talks.rooms.room(room_id))
        return room_id

    def group(self, name: str = "Obra", ticket: str = "") -> str:
        room_id = self.rig.new()
        ids = (self.ana.id, self.ivan.id)
        self.rig.do(
            OpenRoom(room_id=room_id, kind="group", member_ids=ids, name=name, ticket_id=ticket)
        )
        self.until(lambda: self.talks.rooms.room(room_id))
        return room_id

    def say(self, who: Colleague, room_id: str, body: str, *mentions: str) -> None:
        new = self.rig.new()
        who.do(PostInRoom(room_id=room_id, message_id=new, body=body, mentions=mentions))

    def room(self, room_id: str) -> RoomInfo:
        return next(room for room in self.rig.ask(GetRooms()) if room.id == room_id)

    def said(self, room_id: str) -> list[str]:
        return [one.body for one in self.rig.ask(GetRoomMessages(room_id)).messages]

    def badge(self) -> int:
        return self.window.rail._buttons[ROOM].badge

    def close(self) -> None:
        self.bridge.close()
        self.window.close()
        self.window.deleteLater()
        QApplication.sendPostedEvents(self.window, 52)
        self.host.close()
        self.language.clear()
        assert not self.errors, self.errors


@pytest.fixture
def office(qtbot: QtBot, qapp: QApplication, rig: DeskRig) -> Iterator[Office]:
    made = Office(qtbot, qapp, rig)
    yield made
    made.close()


def shown(page: TalkPage) -> list[str]:
    return [block.message.text for block in page.view.blocks if isinstance(block, MessageCard)]


def test_what_a_colleague_says_is_counted_shown_and_seen(office: Office) -> None:
    room = office.direct(office.ana)
    office.say(office.ana, room, "¿Tienes la llave?")
    office.until(lambda: office.badge() == 1)
    item = office.page().list.model().index(0, 0).data()
    assert (item.title, item.detail, item.pill) == (
        "Ana Ruiz",
        "¿Tienes la llave?",
        ("1", "accent"),
    )
    page = office.page()
    office.until(lambda: shown(page) == ["¿Tienes la llave?"])
    office.until(lambda: office.badge() == 0)
    assert office.room(room).unread == 0
    office.say(office.ana, room, "Era broma")
    office.until(lambda: shown(page) == ["¿Tienes la llave?", "Era broma"])
    assert page.view.blocks[-1].follows


def test_enter_sends_and_a_name_after_an_at_is_told(office: Office) -> None:
    room = office.group()
    page = office.page()
    office.until(lambda: page.room is not None)
    page.list.setFocus()
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    office.until(page.box.editor.hasFocus)
    QTest.keyClicks(page.box.editor, "Mira @iv")
    office.until(lambda: page.box.editor.popup_open)
    QTest.keyClick(page.box.editor, Qt.Key.Key_Return)
    assert page.box.editor.text() == "Mira @Iván Peña "
    QTest.keyClick(page.box.editor, Qt.Key.Key_Return)
    office.until(lambda: office.said(room) == ["Mira @Iván Peña"])
    (message,) = office.rig.ask(GetRoomMessages(room)).messages
    assert message.mentions == (office.ivan.id,)
    assert page.box.editor.text() == ""
    office.until(lambda: shown(page) == ["Mira @Iván Peña"])
    assert office.ivan.ask(GetNotifications())


def test_a_mention_of_me_stands_out_in_the_list(office: Office) -> None:
    room = office.group()
    office.say(office.ana, room, "@Lucía Marín ven", office.me)
    office.until(lambda: office.room(room).mentioned)
    office.until(lambda: office.badge() == 1)
    item = office.page().list.model().index(0, 0).data()
    assert item.pill == ("@ 1", "bad")


def test_files_go_along_and_are_opened_from_the_quarantine(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "PySide6.QtGui.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile())
    )
    room = office.direct(office.ana)
    page = office.page()
    office.until(lambda: page.room is not None)
    path = tmp_path / "plano.txt"
    path.write_text("2 m", "utf-8")
    page.box.files.add_files([path])
    office.until(page.box.files.items)
    page.box.send.click()
    office.until(lambda: office.rig.ask(GetRoomMessages(room)).messages)
    (message,) = office.rig.ask(GetRoomMessages(room)).messages
    assert [file.filename for file in message.attachments] == ["plano.txt"]
    office.until(lambda: page.timeline is not None and page.timeline.messages)
    page.view.acted.emit("attachment", message.attachments[0].id)
    office.until(lambda: opened)
    assert Path(opened[0]).read_text("utf-8") == "2 m"


def test_what_is_typed_stays_with_its_room(office: Office) -> None:
    one, two = office.direct(office.ana), office.direct(office.ivan)
    page = office.page()
    page.open(one)
    page.box.editor.set_text("a medias")
    page.open(two)
    assert page.box.editor.text() == ""
    page.open(one)
    assert page.box.editor.text() == "a medias"
    assert office.state.get(f"talk.draft.{one}") == "a medias"


def test_what_is_refused_comes_back(office: Office) -> None:
    room = office.group()
    page = office.page()
    office.until(lambda: page.room is not None)
    page.box.editor.set_text("¿Sigo aquí?")
    office.ana.do(ChangeMembers(room_id=room, remove=(office.me,)))
    page.box.submit()
    assert page.box.editor.text() == ""
    office.until(lambda: page.box.editor.text() == "¿Sigo aquí?")
    office.until(lambda: page.room is None)
    assert not page.view.isVisible()


def test_one_colleague_is_a_conversation_of_two_and_several_a_group(office: Office) -> None:
    office.context.actions.run("talk.new")
    (dialog,) = office.window.findChildren(NewTalkDialog)
    office.until(lambda: dialog._model.rowCount() == 2)
    assert not dialog.go.isEnabled()
    dialog._model.item(0).setCheckState(Qt.CheckState.Checked)
    assert not dialog.name.isVisible()
    dialog._model.item(1).setCheckState(Qt.CheckState.Checked)
    assert dialog.name.isVisible()
    dialog.name.setText("Obra")
    dialog.go.click()
    office.until(lambda: office.window.room == ROOM)
    (room,) = office.rig.ask(GetRooms())
    assert (room.kind, room.name, len(room.members)) == ("group", "Obra", 3)
    page = office.page()
    office.until(lambda: page.title.text() == "Obra")
    assert page.people.text() == "Ana Ruiz, Iván Peña"


def test_a_group_is_renamed_and_people_leave_it(office: Office) -> None:
    room = office.group()
    page = office.page()
    office.until(page.group.isVisible)
    page.group.click()
    (dialog,) = office.window.findChildren(NewTalkDialog)
    office.until(lambda: dialog._model.rowCount() == 2)
    dialog.search.field.setText("iv")
    office.until(lambda: dialog._model.rowCount() == 1)
    dialog.list.setCurrentIndex(dialog._model.index(0, 0))
    dialog._toggle()
    dialog.name.setText("Taller")
    dialog.go.click()
    office.until(lambda: office.room(room).name == "Taller")
    office.until(lambda: len(office.room(room).members) == 2)
    office.until(lambda: page.title.text() == "Taller")


def test_a_room_leads_to_its_ticket(office: Office) -> None:
    ticket = office.rig.ticket(office.rig.contact())
    office.group(ticket=ticket)
    page = office.page()
    office.until(page.ticket.isVisible)
    assert page.ticket.text() == "Conversation #1001"
    shown: list[str] = []
    office.window.inbox.current_changed.connect(lambda row: shown.append(row.id if row else ""))
    page.ticket.click()
    office.until(lambda: office.window.room == "inbox")
    office.until(lambda: shown[-1:] == [ticket])


def test_earlier_messages_come_as_one_scrolls(office: Office) -> None:
    room = office.direct(office.ana)
    for number in range(70):
        office.say(office.ana, room, f"Línea {number}")
    page = office.page()
    office.until(lambda: len(shown(page)) >= 60)
    page.view.verticalScrollBar().setValue(0)
    office.until(lambda: len(shown(page)) == 70)
    assert shown(page)[0] == "Línea 0"


def test_an_office_without_conversations_says_how_to_begin(office: Office) -> None:
    page = office.page()
    said = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert "Talk with your colleagues" in said
    for label in page.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText
    for control in page.findChildren(QWidget):
        mine = control.focusPolicy() & Qt.FocusPolicy.TabFocus and control.isVisible()
        if mine and not control.objectName().startswith("qt_"):
            assert control.accessibleName() or getattr(control, "text", str)(), control


def test_a_mention_leads_to_its_message(office: Office) -> None:
    room = office.group()
    office.say(office.ana, room, "@Lucía mira esto", office.me)
    for number in range(2 * PAGE):  # it is further up than a page
        office.say(office.ivan, room, f"Línea {number}")
    office.direct(office.ana)
    (item,) = office.rig.ask(GetNotifications())
    assert (item.room_id, item.room_position) == (room, 1)
    assert target(item) == f"room:{room}:1"
    office.talks.open(item.room_id, item.room_position)
    page = office.page()
    office.until(lambda: page.view.current() is not None)
    card = page.view.current()
    assert isinstance(card, MessageCard)
    assert card.message.text == "@Lucía mira esto"
    office.until(lambda: page.view.rect_of(page.view.current_index()).top() >= 0)
    last = len(page.view.blocks) - 1
    page.view.set_current(last)
    office.say(office.ivan, room, "Otra")  # what is new does not lead there again
    office.until(lambda: "Otra" in shown(page))
    assert page.view.current() is not card


def test_a_mention_in_a_ticket_leads_there(office: Office) -> None:
    ticket = office.rig.ticket(office.rig.contact())
    note = AddNote(
        ticket_id=ticket, message_id=office.rig.new(), body="@Lucía", mentions=(office.me,)
    )
    office.ana.do(note)
    (item,) = office.rig.ask(GetNotifications())
    assert target(item) == ticket
