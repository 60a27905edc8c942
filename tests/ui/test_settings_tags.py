"""Settings › Tags: a tag is renamed and deleted, and nothing happens by accident."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.core.api import Rejection
from deskapp.core.commands.tags import DeleteTag, RenameTag
from deskapp.ui.settings.page import SettingsPage
from deskapp.ui.settings.tags import TagsSheet
from tests.support.room import RoomRig, press, readable


@pytest.fixture
def rig(qtbot: QtBot, qapp: QApplication) -> Iterator[RoomRig]:
    rig = RoomRig(qtbot, qapp)
    yield rig
    rig.close()


@pytest.fixture
def sheet(rig: RoomRig) -> TagsSheet:
    room = rig.show(SettingsPage(rig.context, rig.shell, rig.services, rig.preferences), 1388, 868)
    room.open("tags")
    rig.settle()
    sheet = cast("TagsSheet", room.sheet())
    rig.until(lambda: sheet.list.keys() == ["vip", "refund"])
    return sheet


def test_nothing_can_be_done_before_a_tag_is_chosen(sheet: TagsSheet) -> None:
    buttons = (sheet.open_button, sheet.rename_button, sheet.delete_button)
    assert [button.isEnabled() for button in buttons] == [False] * 3
    sheet.list.select("refund")
    assert [button.isEnabled() for button in buttons] == [True] * 3


def test_a_tag_is_renamed(rig: RoomRig, sheet: TagsSheet) -> None:
    sheet.list.select("refund")
    press(sheet, "Rename…")
    assert sheet.name.text() == "refund"
    assert not sheet.is_dirty()
    sheet.name.setText("  money  back ")
    assert sheet.is_dirty()
    QTest.keyClick(sheet.name, Qt.Key.Key_Return)
    assert rig.wait_for(RenameTag) == RenameTag(tag="refund", name="money back")
    rig.until(lambda: rig.shell.said == ["“refund” is now called “money back”"])
    assert not sheet.is_dirty()


def test_the_same_name_changes_nothing(rig: RoomRig, sheet: TagsSheet) -> None:
    sheet.list.select("refund")
    press(sheet, "Rename…")
    press(sheet, "Rename")
    rig.settle()
    assert rig.sent(RenameTag) == []
    assert "Rename…" in readable(sheet)


def test_why_a_name_was_refused_stays_beside_it(rig: RoomRig, sheet: TagsSheet) -> None:
    rig.desk.refuse = Rejection("tag_taken", {"tag": "vip"})
    sheet.list.select("refund")
    press(sheet, "Rename…")
    sheet.name.setText("vip")
    press(sheet, "Rename")
    rig.until(lambda: any("vip" in text and "already" in text for text in readable(sheet)))
    assert sheet.name.isVisible()
    press(sheet, "Cancel")
    assert not sheet.name.isVisible()
    assert not any("already" in text for text in readable(sheet))


def test_deleting_asks_first_and_says_how_much_it_takes(rig: RoomRig, sheet: TagsSheet) -> None:
    sheet.list.select("vip")
    QTest.keyClick(sheet.list, Qt.Key.Key_Delete)
    question = "Takes “vip” off 3 conversations and all customers. No undo."
    assert question in readable(sheet)
    press(sheet, "Keep it")
    assert question not in readable(sheet)
    press(sheet, "Delete…")
    sheet.list.select("refund")  # another one: the question is no longer asked
    assert question not in readable(sheet)
    press(sheet, "Delete…")
    press(sheet, "Delete for good")
    assert rig.wait_for(DeleteTag) == DeleteTag(tag="refund")
    rig.until(lambda: rig.shell.said == ["“refund” was deleted"])
    assert len(rig.sent(DeleteTag)) == 1
