"""The look into synchronising: states and numbers, and nothing that anybody wrote."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.core.ports import Exchange, Inspection, Seen
from deskapp.ui.team.inspector import Inspector
from tests.support.fake_team import away
from tests.support.team_seat import ONLINE, Seat, take_seat


@pytest.fixture
def seat(qtbot: QtBot, qapp: QApplication) -> Iterator[Seat]:
    with take_seat(qtbot, qapp) as made:
        yield made


def test_it_shows_states_and_numbers_and_no_words(seat: Seat) -> None:
    assert not any(one.id == "team.inspect" for one in seat.window.context.actions)
    seat.team.offer_inspector()
    now = seat.now
    exchanges = (Exchange(now - 500, 12, 1, 40, 5_000), Exchange(now - 60_000, 3, 0, 0, 0, "busy"))
    there = (Seen("b" * 32, "7" * 32, typing=True),)
    seat.link.inspection = Inspection("e" * 8, (("desk", 41),), exchanges, there)
    seat.link.queue(seat.reply("Palabras de alguien"), "c" * 32, now - 60_000, "newer_message")
    seat.become(away(now - 90_000, unsent=1))
    seat.window.context.actions.run("team.inspect")
    (dialog,) = seat.window.findChildren(Inspector)
    seat.until(lambda: "problem     unreachable" in dialog.text.toPlainText())
    said = dialog.text.toPlainText()
    for part in (
        "        41  desk",
        "eeeeeeee",
        "busy",
        "message.send_reply",
        "bbbbbbbb  77777777",
    ):
        assert part in said
    assert "refused newer_message" in said
    assert "Palabras" not in said
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == said
    seat.become(ONLINE)
    seat.until(lambda: "online      True" in dialog.text.toPlainText())
    dialog.text.selectAll()
    seat.link.inspection = Inspection("f" * 8)
    seat.become(away(now))
    dialog.refresh()
    assert "online      True" in dialog.text.toPlainText()  # somebody is reading
    dialog.accept()
