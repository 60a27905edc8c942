"""Colleagues at the ticket on screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.core.ports import Seen
from deskapp.models.enums import Role
from deskapp.ui.composer.snapshot import NOTE, REPLY
from tests.support.fake_workspace import ME, row
from tests.support.team_seat import Seat, take_seat

ONE, TWO = row(1).id, row(2).id
ANA = "b" * 32


@pytest.fixture
def seat(qtbot: QtBot, qapp: QApplication) -> Iterator[Seat]:
    with take_seat(qtbot, qapp) as made:
        made.until(lambda: made.window.inbox.pane.model.rowCount() == 2)
        yield made


def test_others_are_shown_and_i_am_not(seat: Seat) -> None:
    line = seat.team.presence
    seat.window.open_ticket(ONE)
    assert not line.isVisible()
    seat.link.come(Seen(ME, ONE), Seen(ANA, ONE, typing=True), Seen("c" * 32, TWO))
    seat.until(line.isVisible)
    assert line.text.text() == "A colleague is typing"
    seat.until(lambda: line.geometry().bottom() < seat.pane.composer.geometry().top() + 1)
    seat.window.open_ticket(TWO)
    seat.until(lambda: line.text.text() == "A colleague is looking")
    seat.link.come()
    seat.until(lambda: not line.isVisible())


def test_they_are_called_by_their_names(seat: Seat) -> None:
    seat.window.open_ticket(ONE)
    line = seat.team.presence
    line._names |= {ANA: "Ana Ruiz", "c" * 32: "Iván Peña"}
    seat.link.come(Seen(ANA, ONE), Seen("c" * 32, ONE))
    seat.until(lambda: line.text.text() == "Ana Ruiz, Iván Peña are looking")
    assert line.accessibleName() == line.text.text()


def test_colleagues_are_told_what_i_look_at_and_that_i_type(seat: Seat) -> None:
    seat.window.open_ticket(ONE)
    assert seat.link.looked[-1] == (ONE, False)
    editor = seat.pane.composer.editor
    editor.setFocus()
    seat.until(editor.hasFocus)
    QTest.keyClicks(editor, "Hola")
    assert seat.link.looked.count((ONE, True)) == 1
    seat.team.presence.stop_typing()
    assert seat.link.looked[-1] == (ONE, False)
    QTest.keyClicks(editor, "!")
    assert seat.link.looked[-1] == (ONE, True)
    seat.window.open_ticket(TWO)
    seat.until(lambda: seat.link.looked[-1] == (TWO, False))
    seat.team.close()
    assert seat.link.looked[-1] == ("", False)


def test_who_never_answers_a_customer_only_writes_notes(seat: Seat) -> None:
    seat.window.open_ticket(ONE)
    composer = seat.pane.composer
    assert composer.mode == REPLY
    seat.role = Role.LIGHT
    seat.touch_agents()
    seat.until(lambda: composer.mode == NOTE)
    assert composer.box.tabs.reply.isHidden()
    seat.pane.reply()
    assert composer.mode == NOTE
    seat.window.open_ticket(TWO)
    assert composer.mode == NOTE
    seat.role = Role.AGENT
    seat.touch_agents()
    seat.until(lambda: composer.mode == REPLY)
    assert not composer.box.tabs.reply.isHidden()


def test_who_walks_past_many_tickets_tells_of_few(seat: Seat) -> None:
    for number in range(60):
        seat.team.presence.show_ticket(row(1 + number % 2))
    seat.team.presence.show_ticket(row(1))
    seat.until(lambda: seat.link.looked[-1] == (ONE, False))
    assert len(seat.link.looked) < 10
    seat.team.presence.leave()
    assert seat.link.looked[-1] == ("", False)
