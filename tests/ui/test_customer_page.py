"""The room of all customers: find, make, merge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from deskapp.core.api import Rejection
from deskapp.core.commands.contacts import CreateContact, MergeContacts
from deskapp.core.queries.contacts import FindContacts
from deskapp.models.enums import PointKind
from deskapp.ui.customer.page import CustomersPage
from deskapp.ui.customer.picker import ContactPicker
from tests.support.fake_desk import carmen, contact, point
from tests.support.room import RoomRig, named, press, texts

MANY = 250


@pytest.fixture
def rig(qtbot: QtBot, qapp: QApplication) -> Iterator[RoomRig]:
    others = [
        contact(f"x{i}", f"Customer {i:03}", points=(point(PointKind.EMAIL, f"x{i}@correo.es"),))
        for i in range(MANY)
    ]
    rig = RoomRig(qtbot, qapp, carmen(), *others)
    yield rig
    rig.close()


def page(rig: RoomRig) -> CustomersPage:
    made = rig.show(CustomersPage(rig.context, rig.shell), 1388, 868)
    rig.until(lambda: made.model.rowCount() > 0)
    return made


def test_only_a_page_is_read_until_it_is_scrolled_to(rig: RoomRig) -> None:
    made = page(rig)
    assert made.model.rowCount() == 100
    made.list.scrollToBottom()
    rig.until(lambda: made.model.rowCount() == 200)
    made.list.scrollToBottom()
    rig.until(lambda: made.model.rowCount() == MANY + 1)
    assert not made.model.canFetchMore(made.list.rootIndex())


def test_a_row_reads_as_one_sentence(rig: RoomRig) -> None:
    made = page(rig)
    said = made.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("Carmen Villalobos, carmen.villalobos@correo.es, 1 open")


def test_typing_finds_and_the_arrows_choose(rig: RoomRig) -> None:
    made = page(rig)
    asked = len(rig.desk.asked)
    QTest.keyClicks(made.search.field, "carmen")
    rig.until(lambda: made.model.rowCount() == 1)
    finds = [q for q in rig.desk.asked[asked:] if isinstance(q, FindContacts)]
    assert len(finds) < 4  # not one a letter
    QTest.keyClick(made.search.field, Qt.Key.Key_Down)
    rig.until(lambda: "4.8" in texts(made.overview))
    said = texts(made.overview)
    assert "#48 Pedido #48213 llegó incompleto" in " ".join(" ".join(said).split())
    assert "Past" in said


def test_a_conversation_of_a_customer_opens(rig: RoomRig) -> None:
    made = page(rig)
    made.show_contact("c1")
    rig.until(lambda: "4.8" in texts(made.overview))
    made.overview.opened.emit("t31")
    assert rig.shell.asked == [("ticket", "t31")]


def test_a_customer_is_made(rig: RoomRig) -> None:
    made = page(rig)
    made.begin_new()
    named(made, QLineEdit, "Name").setText("Nora Paz")
    named(made, QLineEdit, "Mail").setText("nora@paz.es")
    press(made.form, "Create")
    command = rig.wait_for(CreateContact)
    assert (command.name, [(p.kind, p.value) for p in command.points]) == (
        "Nora Paz", [(PointKind.EMAIL, "nora@paz.es")],
    )  # fmt: skip
    rig.until(lambda: "Nora Paz" in texts(made.overview))


def test_a_taken_mail_is_explained_and_nothing_typed_is_lost(rig: RoomRig) -> None:
    made = page(rig)
    made.begin_new()
    named(made, QLineEdit, "Name").setText("Carmen")
    rig.desk.refuse = Rejection("point_taken", {"value": "c@c.es", "name": "Carmen Villalobos"})
    press(made.form, "Create")
    rig.until(lambda: any("merge the two" in text for text in texts(made.form)))
    assert named(made, QLineEdit, "Name").text() == "Carmen"


def test_what_was_looked_for_in_vain_starts_the_form(rig: RoomRig) -> None:
    made = page(rig)
    made.search.set_text("nora@paz.es")
    rig.until(lambda: made.model.rowCount() == 0)
    made.begin_new()
    assert named(made, QLineEdit, "Mail").text() == "nora@paz.es"


@pytest.mark.qt_log_ignore("setting window masks", extend=True)  # the offscreen platform's
def test_two_are_merged_by_hand(rig: RoomRig) -> None:
    made = page(rig)
    made.show_contact("c1")
    rig.until(lambda: "4.8" in texts(made.overview))
    press(made.overview, "Merge with…")
    picker = made.findChild(ContactPicker)
    picker.box.set_text("x7@")
    rig.until(lambda: [choice.key for choice in picker.list.choices()] == ["x7"])
    QTest.keyClick(picker.box.field, Qt.Key.Key_Return)
    assert rig.shell.commands == [MergeContacts(contact_id="x7", into_id="c1")]


def test_a_change_elsewhere_keeps_the_place(rig: RoomRig) -> None:
    made = page(rig)
    made.show_contact("x5")
    rig.settle()
    rig.desk.details["x5"] = contact("x5", "Renamed")
    rig.desk.commit("contact")
    rig.until(lambda: "Renamed" in texts(made.overview))
    current = made.model.contact(made.list.currentIndex().row())
    assert current is not None
    assert current.name == "Renamed"
