"""The customer panel: it shows what the desk knows, and every edit is a command."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from deskapp.core.api import Rejection
from deskapp.core.commands import contacts as commands
from deskapp.models.dto import MergeSuggestion
from deskapp.models.enums import FieldKind, PointKind
from deskapp.ui.bridge import Bridge
from deskapp.ui.customer import CustomerPanel
from deskapp.ui.customer.fields_card import kept, shown
from deskapp.ui.customer.tags import TagChip
from deskapp.ui.i18n import Language
from deskapp.ui.shell.actions import ActionRegistry
from deskapp.ui.shell.context import UiContext
from tests.support.fake_desk import FakeClock, FakeDesk, FakeShell, carmen, contact, point
from tests.support.ui_state import MemoryUiState


class Rig:
    """A panel on a desk that knows Carmen."""

    def __init__(self, qtbot: QtBot, app: QApplication) -> None:
        self.qtbot = qtbot
        self.desk = FakeDesk(carmen(), contact("c2", "Jorge <b>Olmedo</b>"))
        self.bridge = Bridge(self.desk)
        self.errors: list[Exception] = []
        self.bridge.failed.connect(self.errors.append)
        self.state = MemoryUiState()
        self.language = Language(app)
        self.language.set("en")
        self.shell = FakeShell(self.desk)
        self.panels: list[CustomerPanel] = []
        self.panel = self.make()

    def make(self) -> CustomerPanel:
        context = UiContext(self.bridge, self.state, FakeClock(), ActionRegistry(), self.language)
        panel = CustomerPanel(context, self.shell)
        self.panels.append(panel)
        panel.resize(288, 900)
        panel.show()
        return panel

    def close(self) -> None:
        for panel in self.panels:
            shiboken6.delete(panel)
        self.bridge.close()
        self.desk.close()
        self.language.clear()
        assert not self.errors

    def show(self, contact_id: str = "c1", ticket_id: str = "t48") -> None:
        self.panel.show_contact(contact_id, ticket_id)

        def there() -> bool:
            detail = self.panel.detail()
            return detail is not None and detail.info.id == contact_id

        self.qtbot.waitUntil(there)

    def texts(self) -> list[str]:
        """All that can be read, top to bottom."""
        parts = self.panel.findChildren(QWidget)
        return [part.accessibleName() for part in parts if part.isVisible()] + [
            label.text() for label in self.panel.findChildren(QLabel) if label.isVisible()
        ]

    def field(self, name: str) -> QLineEdit:
        found = [
            edit for edit in self.panel.findChildren(QLineEdit) if edit.accessibleName() == name
        ]
        assert len(found) == 1, name
        return found[0]

    def wait_for(self, kind: type) -> object:
        self.qtbot.waitUntil(lambda: any(isinstance(c, kind) for c in self.sent()))
        return next(c for c in self.sent() if isinstance(c, kind))

    def sent(self) -> list[object]:
        return list(self.desk.sent)


@pytest.fixture
def rig(qtbot: QtBot, qapp: QApplication) -> Iterator[Rig]:
    rig = Rig(qtbot, qapp)
    yield rig
    rig.close()


def test_it_shows_who_writes(rig: Rig) -> None:
    rig.show()
    texts = rig.texts()
    for wanted in (
        "Carmen Villalobos",
        "Since 2022",
        "VIP",
        "CSAT 4.8",
        "carmen.villalobos@correo.es",
        "+34 611 20 48 77",
        "Factura de marzo, solved",
        "Prefiere que la llamen por la tarde.",
    ):
        assert wanted in texts, wanted
    assert not any("Pedido #48213" in text for text in texts)  # it is on screen anyway


def test_names_are_never_markup(rig: Rig) -> None:
    rig.show("c2")
    assert "Jorge <b>Olmedo</b>" in rig.texts()
    labels = rig.panel.findChildren(QLabel)
    assert labels
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)


def test_only_the_last_of_many_steps_is_shown(rig: Rig) -> None:
    for _ in range(10):
        rig.panel.show_contact("c2", "")
        rig.panel.show_contact("c1", "")
    rig.show("c1")
    rig.desk.commit("contact")
    assert rig.panel.detail().info.id == "c1"  # type: ignore[union-attr]


def test_pressing_a_phone_copies_it(rig: Rig) -> None:
    rig.show()
    QTest.keyClick(row(rig, "+34 611 20 48 77"), Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == "+34 611 20 48 77"
    assert rig.shell.said == ["Copied: +34 611 20 48 77"]


def row(rig: Rig, name: str) -> QWidget:
    return next(w for w in rig.panel.findChildren(QWidget) if w.accessibleName() == name)


def test_a_conversation_opens_and_all_of_them_too(rig: Rig) -> None:
    rig.show()
    QTest.mouseClick(row(rig, "Factura de marzo, solved"), Qt.MouseButton.LeftButton)
    rig.panel.conversations.action.click()
    assert rig.shell.asked == [("ticket", "t31"), ("view", "contact:c1")]


def test_a_tag_goes_by_key_and_comes_by_name(rig: Rig) -> None:
    rig.show()
    chip = next(c for c in rig.panel.findChildren(TagChip) if c.text() == "VIP")
    QTest.keyClick(chip, Qt.Key.Key_Delete)
    rig.panel.who.tags.added.emit("Mayorista")
    rig.qtbot.waitUntil(lambda: rig.panel.who.tags.names() == ("Regalos", "Mayorista"))
    tags = [(c.remove, c.add) for c in rig.shell.commands if isinstance(c, commands.TagContact)]
    assert tags == [(("VIP",), ()), ((), ("Mayorista",))]


def test_a_tag_goes_by_its_cross(rig: Rig) -> None:
    rig.show()
    chip = next(c for c in rig.panel.findChildren(TagChip) if c.text() == "VIP")
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(6, 12))
    assert rig.shell.asked == [("view", "tag:VIP")]
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(chip.width() - 8, 12))
    rig.qtbot.waitUntil(lambda: rig.panel.who.tags.names() == ("Regalos",))


def test_the_name_is_edited_in_place_and_esc_takes_it_back(rig: Rig) -> None:
    rig.show()
    rig.panel.contact.action.click()
    name = rig.field("Name")
    name.setFocus()
    name.setText("Somebody else")
    QTest.keyClick(name, Qt.Key.Key_Escape)
    assert name.text() == "Carmen Villalobos"
    name.setText("Carmen V.")
    QTest.keyClick(name, Qt.Key.Key_Return)
    command = rig.wait_for(commands.UpdateContact)
    assert command == commands.UpdateContact(contact_id="c1", name="Carmen V.")
    rig.panel.contact.action.click()
    rig.qtbot.waitUntil(lambda: "Carmen V." in rig.texts())


def test_a_mail_is_corrected_in_its_place(rig: Rig) -> None:
    rig.show()
    rig.panel.contact.edit(True)
    field = rig.panel.findChildren(QLineEdit)
    mail = next(f for f in field if f.text() == "carmen.villalobos@correo.es")
    rig.desk.refuse = Rejection("point_invalid", {"value": "carmen@"})
    mail.setText("carmen@")
    QTest.keyClick(mail, Qt.Key.Key_Return)
    rig.qtbot.waitUntil(lambda: any("“carmen@” is not complete" in text for text in rig.texts()))
    rig.desk.refuse = None
    mail.setText("carmen@nuevo.es")
    QTest.keyClick(mail, Qt.Key.Key_Return)
    rig.panel.contact.edit(False)
    rig.qtbot.waitUntil(lambda: "carmen@nuevo.es" in rig.texts())
    sent = [c for c in rig.sent() if isinstance(c, commands.ChangeContactPoint)]
    point_id = "p-carmen.villalobos@correo.es"
    assert sent[-1] == commands.ChangeContactPoint(point_id=point_id, value="carmen@nuevo.es")
    assert not any(isinstance(c, commands.RemoveContactPoint) for c in rig.sent())


def test_a_phone_is_added(rig: Rig) -> None:
    rig.show()
    rig.panel.contact.edit(True)
    adder = next(
        b for b in rig.panel.contact.findChildren(QWidget) if getattr(b, "text", str)() == "+ Phone"
    )
    adder.click()  # type: ignore[attr-defined]
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "+34 600 00 00 00")
    QTest.keyClick(field, Qt.Key.Key_Return)
    command = rig.wait_for(commands.AddContactPoint)
    assert isinstance(command, commands.AddContactPoint)
    assert (command.point.kind, command.point.value) == (PointKind.PHONE, "+34 600 00 00 00")


def test_fields_are_written_in_the_way_of_the_language(rig: Rig) -> None:
    rig.language.set("es")
    rig.show()
    assert rig.field("Birthday").text() == "4/5/86"
    birthday = rig.field("Birthday")
    birthday.setFocus()
    birthday.setText("31/12/1990")
    QTest.keyClick(birthday, Qt.Key.Key_Return)
    command = rig.wait_for(commands.SetContactField)
    assert command == commands.SetContactField(contact_id="c1", key="birthday", value="1990-12-31")


def test_a_number_that_is_none_is_marked_and_not_sent(rig: Rig) -> None:
    rig.show()
    size = rig.field("Shoe size")
    size.setText("large")
    QTest.keyClick(size, Qt.Key.Key_Return)
    assert size.property("invalid") is True
    assert size.toolTip() == "Write a number"
    size.setText("39")
    QTest.keyClick(size, Qt.Key.Key_Return)
    assert rig.wait_for(commands.SetContactField) == commands.SetContactField(
        contact_id="c1", key="size", value="39"
    )


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        (FieldKind.NUMBER, "1234.5", "1234.5"),
        (FieldKind.NUMBER, " -3 ", "-3"),
        (FieldKind.NUMBER, "1,234.5", "1234.5"),
        (FieldKind.NUMBER, "12 apples", None),
        (FieldKind.NUMBER, "", ""),
        (FieldKind.DATE, "2026-02-28", "2026-02-28"),
        (FieldKind.DATE, "2/28/26", "2026-02-28"),
        (FieldKind.DATE, "2026-02-30", None),
        (FieldKind.DATE, "soon", None),
        (FieldKind.TEXT, " <b>x</b> ", "<b>x</b>"),
    ],
)
def test_what_is_kept_of_what_was_typed(
    rig: Rig, kind: FieldKind, typed: str, stored: str | None
) -> None:
    assert kept(kind, typed) == stored
    if stored:
        assert kept(kind, shown(kind, stored)) == stored


def test_what_is_being_typed_outlives_a_change_from_elsewhere(rig: Rig) -> None:
    rig.show()
    nick = rig.field("Called")
    nick.setFocus()
    QTest.keyClicks(nick, "Ca")
    rig.desk.details["c1"] = contact("c1", "Carmen renamed elsewhere")
    rig.desk.commit("contact")
    rig.qtbot.waitUntil(lambda: "Carmen renamed elsewhere" in rig.texts())
    assert nick.text() == "Ca"


def test_a_note_is_kept_by_ctrl_return_and_never_lost_by_moving_on(rig: Rig) -> None:
    rig.show()
    rig.panel.notes.action.click()
    field = rig.panel.findChild(QPlainTextEdit)
    QTest.keyClicks(field, "Likes blue")
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rig.qtbot.waitUntil(lambda: "Likes blue" in rig.texts())
    rig.panel.notes.action.click()
    QTest.keyClicks(field, "Unfinished")
    rig.show("c2", "")
    notes = [c for c in rig.sent() if isinstance(c, commands.AddContactNote)]
    assert [(note.contact_id, note.body) for note in notes] == [
        ("c1", "Likes blue"),
        ("c1", "Unfinished"),
    ]


def test_a_merge_is_only_suggested_and_says_why(rig: Rig) -> None:
    other = contact("c2", "C. Villalobos").info
    evidence = (("phone", "+34 611 20 48 77"),)
    rig.desk.suggestions = (MergeSuggestion(other, carmen().info, evidence),)
    rig.show()
    rig.qtbot.waitUntil(lambda: "Same phone +34 611 20 48 77" in rig.texts())
    assert not rig.sent()
    buttons = {
        button.text(): button  # type: ignore[attr-defined]
        for button in rig.panel.merge.findChildren(QWidget)
        if hasattr(button, "text") and hasattr(button, "click")
    }
    buttons["Not the same"].click()
    buttons["Merge"].click()
    assert rig.shell.commands == [
        commands.DismissMergeSuggestion(contact_id="c1", other_id="c2"),
        commands.MergeContacts(contact_id="c2", into_id="c1"),
    ]


def test_what_was_merged_can_be_taken_apart(rig: Rig) -> None:
    rig.desk.details["c1"] = contact("c1", merged=(contact("c9", "Carmen (old)").info,))
    rig.show()
    next(
        b for b in rig.panel.merge.findChildren(QWidget) if text_of(b) == "Take apart again"
    ).click()  # type: ignore[attr-defined]
    assert rig.shell.commands == [commands.UnmergeContact(contact_id="c9")]


def text_of(widget: QWidget) -> str:
    return widget.text() if hasattr(widget, "text") else ""


def menu_of(rig: Rig) -> dict[str, object]:
    menu = QMenu(rig.panel)
    rig.panel.who.menu_wanted.emit(menu)
    return {action.text(): action for action in menu.actions()}


def test_a_sender_is_blocked_and_unblocked(rig: Rig) -> None:
    rig.show()
    menu_of(rig)["Block carmen.villalobos@correo.es"].trigger()  # type: ignore[attr-defined]
    block = rig.wait_for(commands.BlockSender)
    assert isinstance(block, commands.BlockSender)
    assert (block.kind, block.value) == ("sender", "carmen.villalobos@correo.es")
    rig.desk.details["c1"] = contact("c1", points=carmen().info.points, blocked=True)
    rig.desk.commit("block_rule")
    rig.qtbot.waitUntil(lambda: "Blocked" in rig.texts())
    menu_of(rig)["Unblock"].trigger()  # type: ignore[attr-defined]
    assert rig.wait_for(commands.UnblockSender) == commands.UnblockSender(rule_id=block.rule_id)


def test_a_block_of_the_whole_domain_is_taken_back_too(rig: Rig) -> None:
    rig.desk.details["c1"] = contact(
        "c1", points=(point(PointKind.EMAIL, "a@correo.es"),), blocked=True
    )
    rig.desk.submit(commands.BlockSender(rule_id="r1", kind="domain", value="correo.es"))
    rig.show()
    menu_of(rig)["Unblock"].trigger()  # type: ignore[attr-defined]
    assert rig.wait_for(commands.UnblockSender) == commands.UnblockSender(rule_id="r1")


def test_folds_and_places_are_remembered(rig: Rig) -> None:
    rig.show()
    rig.panel.notes.fold(True)
    rig.panel.notes.moved.emit(-1)
    before = rig.panel.sections.keys()
    assert before.index("notes") < before.index("conversations")
    again = rig.make()
    assert again.sections.keys() == before
    assert again.notes.is_folded()
    assert not again.contact.is_folded()


def test_what_was_remembered_by_somebody_else_does_no_harm(rig: Rig) -> None:
    rig.state.set("customer.order", {"not": "a list"})
    rig.state.set("customer.folded", [1, None, "notes", "gone"])
    assert rig.make().notes.is_folded()


def test_a_contact_that_is_gone_leaves_an_empty_panel(rig: Rig) -> None:
    rig.show()
    rig.desk.details.pop("c1")
    rig.desk.commit("contact")
    rig.qtbot.waitUntil(lambda: rig.panel.detail() is None)
    assert "No customer" in rig.texts()


def test_tab_walks_from_the_top_to_the_bottom(rig: Rig) -> None:
    rig.show()
    rig.qtbot.waitUntil(lambda: not rig.panel._tabs.isActive())
    rig.panel.activateWindow()
    rig.panel.who.tags.findChildren(TagChip)[0].setFocus()
    seen: list[str] = []
    for _ in range(40):
        focused = QApplication.focusWidget()
        seen.append(focused.accessibleName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    wanted = (
        "VIP", "Add a tag", "Contact", "+34 611 20 48 77", "Shoe size", "Called",
        "Factura de marzo, solved", "Notes",
    )  # fmt: skip
    places = [seen.index(name) for name in wanted]
    assert places == sorted(places)


def menu_at(rig: Rig, widget: QWidget) -> dict[str, QAction]:
    """What the menu key opens on `widget`."""
    where = widget.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, where, widget.mapToGlobal(where))
    QApplication.sendEvent(widget, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entries = {action.text(): action for action in menu.actions()}
    menu.close()
    return entries


@pytest.mark.qt_log_ignore("setting window masks", extend=True)  # the offscreen platform's
def test_a_phone_is_removed_by_its_menu_and_a_section_moves_by_its_own(rig: Rig) -> None:
    rig.show()
    menu_at(rig, row(rig, "+34 611 20 48 77"))["Remove"].trigger()
    assert rig.shell.commands == [commands.RemoveContactPoint(point_id="p-+34611204877")]
    before = rig.panel.sections.keys()
    menu_at(rig, row(rig, "Factura de marzo, solved"))["Move up"].trigger()
    after = rig.panel.sections.keys()
    assert after.index("conversations") < before.index("conversations")


@pytest.mark.qt_log_ignore("setting window masks", extend=True)  # the offscreen platform's
def test_one_of_several_addresses_is_used_first(rig: Rig) -> None:
    first = point(PointKind.EMAIL, "a@correo.es", primary=True)
    second = point(PointKind.EMAIL, "b@correo.es")
    phone = point(PointKind.PHONE, "+34 611 20 48 77")
    rig.desk.details["c1"] = contact("c1", points=(second, phone, first))
    rig.show()
    assert "Use first" not in menu_at(rig, row(rig, "a@correo.es, Primary"))
    assert "Use first" not in menu_at(rig, row(rig, "+34 611 20 48 77"))
    menu_at(rig, row(rig, "b@correo.es"))["Use first"].trigger()
    assert rig.shell.commands == [commands.MakePointPrimary(point_id=second.id)]


def test_somebody_without_a_name_is_told_by_how_to_reach_them(rig: Rig) -> None:
    rig.desk.details["c1"] = contact("c1", "", points=(point(PointKind.EMAIL, "a@b.es"),))
    rig.desk.details["c2"] = contact("c2", "")
    rig.show("c1")
    assert rig.texts().count("a@b.es") > 1
    rig.show("c2")
    assert "Unknown sender" in rig.texts()
