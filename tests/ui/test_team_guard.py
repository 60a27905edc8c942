"""An answer that would have left blindly comes back, beside what its author had not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.core.api import Connection, Rejection
from deskapp.core.commands.messages import SaveDraft, SendReply
from deskapp.models.dto import Address
from tests.support.fake_workspace import row
from tests.support.room import press, readable
from tests.support.team_seat import ONLINE, Seat, take_seat

ONE, TWO = row(1).id, row(2).id
AT = 1_780_000_000_000
NEWER = Rejection("newer_message", {"name": "Ana Ruiz", "at": AT, "order": 7})
TO = (Address("Carmen", "carmen@correo.test"),)


@pytest.fixture
def seat(qtbot: QtBot, qapp: QApplication) -> Iterator[Seat]:
    with take_seat(qtbot, qapp) as made:
        made.until(lambda: made.window.inbox.pane.model.rowCount() == 2)
        yield made


def write(seat: Seat, text: str) -> None:
    """An answer in the composer, ready to leave."""
    seat.pane.reply()
    composer = seat.pane.composer
    seat.until(composer.editor.hasFocus)
    QTest.keyClicks(composer.editor, text)
    composer.load(replace(composer.snapshot(), to=TO))


def sent(seat: Seat) -> list[SendReply]:
    return [command for command in seat.desk.sent if isinstance(command, SendReply)]


def test_a_refused_answer_is_in_the_composer_under_a_line_that_says_why(seat: Seat) -> None:
    seat.window.open_ticket(ONE)
    write(seat, "Ya sale")
    seat.desk.refuse = NEWER
    assert seat.pane.composer.sending.send()
    seat.until(seat.pane.guard.isVisible)
    assert seat.pane.composer.editor.text() == "Ya sale"
    assert seat.pane.guard.text().startswith("Ana Ruiz wrote at ")
    seat.window.open_ticket(TWO)
    assert not seat.pane.guard.isVisible()
    seat.window.open_ticket(ONE)
    seat.until(seat.pane.guard.isVisible)
    seat.desk.refuse = None
    press(seat.pane.guard, "Send again")
    seat.until(lambda: len(sent(seat)) == 2)
    assert sent(seat)[1].body == "Ya sale"
    assert not seat.pane.guard.isVisible()


def test_it_can_be_thrown_away(seat: Seat) -> None:
    seat.window.open_ticket(ONE)
    write(seat, "Ya sale")
    seat.desk.refuse = NEWER
    seat.pane.composer.sending.send()
    seat.until(seat.pane.guard.isVisible)
    seat.desk.refuse = None
    press(seat.pane.guard, "Discard")
    assert seat.pane.composer.editor.text() == ""
    assert not seat.pane.guard.isVisible()
    seat.until(lambda: isinstance(seat.desk.sent[-1], SaveDraft))
    draft = seat.desk.sent[-1]
    assert isinstance(draft, SaveDraft)
    assert draft.body == ""


def refused(seat: Seat, text: str = "Escrito sin red", ticket: int = 1) -> None:
    """The host sends an answer from the queue back."""
    seat.link.queue(replace(seat.reply(text, ticket), to=TO), "c1", seat.now)
    held = replace(seat.link.waiting[-1], refusal=NEWER.code, params=NEWER.params)
    seat.link.waiting[-1] = held
    seat.become(Connection("team", True, 1, refused=1))


def test_an_answer_from_the_queue_returns_as_a_draft_and_then_leaves_the_outbox(
    seat: Seat,
) -> None:
    seat.window.open_ticket(ONE)
    refused(seat)
    seat.until(seat.pane.guard.isVisible)
    assert seat.pane.composer.editor.text() == "Escrito sin red"
    assert seat.pane.composer.snapshot().to == TO
    seat.until(lambda: seat.link.asked == [("discard", "c1")])
    drafts = [c for c in seat.desk.sent if isinstance(c, SaveDraft)]
    assert drafts[-1].body == "Escrito sin red"


def test_what_is_typed_meanwhile_stays_below(seat: Seat) -> None:
    seat.window.open_ticket(ONE)
    write(seat, "Otra cosa")
    refused(seat)
    seat.until(seat.pane.guard.isVisible)
    assert seat.pane.composer.editor.text() == "Escrito sin red\n\nOtra cosa"


def test_it_stays_in_the_outbox_until_it_is_kept(seat: Seat) -> None:
    seat.window.open_ticket(ONE)
    seat.desk.refuse = Rejection("not_allowed")
    refused(seat)
    seat.until(seat.pane.guard.isVisible)
    seat.desk._pool.submit(int).result()
    QApplication.processEvents()
    assert seat.link.asked == []


def test_of_another_ticket_it_is_told_and_waits_to_be_looked_at(seat: Seat) -> None:
    seat.window.open_ticket(ONE)
    refused(seat, ticket=2)
    seat.until(lambda: seat.window.toasts.toasts())
    (toast,) = seat.window.toasts.toasts()
    assert "came back" in toast.text()
    assert seat.link.asked == []
    seat.become(Connection("team", True, 1, unsent=1, refused=1))
    seat.until(lambda: "1 unsent" in seat.line())
    assert len(seat.window.toasts.toasts()) == 1
    toast.button.click()
    seat.until(seat.pane.guard.isVisible)
    assert seat.pane.composer.editor.text() == "Escrito sin red"
    seat.until(lambda: seat.link.asked == [("discard", "c1")])
    seat.become(ONLINE)
    assert any("Look before you send" in text for text in readable(seat.pane.guard))


def test_whoever_goes_there_unasked_is_not_told_of_it_any_more(seat: Seat) -> None:
    seat.window.open_ticket(ONE)
    refused(seat, ticket=2)
    seat.until(lambda: seat.window.toasts.toasts())
    seat.window.open_ticket(TWO)
    seat.until(seat.pane.guard.isVisible)
    assert seat.window.toasts.toasts() == ()
