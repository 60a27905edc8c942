"""A colleague's window: how it stands to its host, and what has not reached it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from deskapp.core.api import Connection, Offline, Rejection
from deskapp.core.commands.messages import AddNote
from deskapp.core.commands.registry import COMMANDS
from deskapp.core.commands.tickets import SetStatus
from deskapp.core.policies.permissions import SYSTEM_ONLY, SYSTEM_ONLY_PREFIXES
from deskapp.core.ports import ConnectionChanged, Digest
from deskapp.models.enums import Role, TicketStatus
from deskapp.ui import messages
from deskapp.ui.team import words
from deskapp.ui.team.deeds import DEEDS
from deskapp.ui.team.join import JoinDialog
from tests.support.fake_team import FakeJoiner, away
from tests.support.fake_workspace import row
from tests.support.room import readable
from tests.support.team_seat import ONLINE, Seat, take_seat

MINUTE = 60_000


@pytest.fixture
def seat(qtbot: QtBot, qapp: QApplication) -> Iterator[Seat]:
    with take_seat(qtbot, qapp) as made:
        yield made


# -- the status line -------------------------------------------------------------------------------


def test_the_line_follows_the_link_without_asking(seat: Seat) -> None:
    seat.until(lambda: seat.line() == "Online")
    assert not seat.window.status.outbox.isVisible()
    seat.become(away(seat.now - 3 * MINUTE, unsent=3, oldest_unsent_at=seat.now - 12 * MINUTE))
    seat.until(lambda: seat.line().startswith("Offline since "))
    parts = seat.line().split(" · ")
    assert parts[1] == "3 unsent, the oldest 12 min"
    assert parts[2].startswith("complete up to ")
    assert seat.window.status.outbox.text() == "See what waits"
    seat.become(ONLINE)
    seat.until(lambda: seat.line() == "Online")
    assert not seat.window.status.outbox.isVisible()


def test_a_window_that_begins_offline_claims_no_time(seat: Seat) -> None:
    said = words.standing(away(seat.now - 60 * MINUTE), seat.now, None)
    assert said.text.startswith("Offline · complete up to ")
    never = words.standing(away(0, unsent=1, oldest_unsent_at=seat.now), seat.now, None)
    assert never.text == "Offline · 1 unsent"


def test_the_first_copy_shows_how_far_it_is(seat: Seat) -> None:
    seat.become(Connection("team", True, 0, first_sync=0.431))
    seat.until(lambda: seat.line() == "Fetching the desk: 43 %")


def test_what_was_refused_outweighs_what_waits(seat: Seat) -> None:
    seat.become(Connection("team", True, 1, unsent=2, refused=1))
    seat.until(lambda: seat.window.status.outbox.text() == "1 could not be done")
    assert seat.window.status.outbox.property("tone") == "danger"


@pytest.mark.parametrize("problem", words.STOPPED)
def test_what_does_not_pass_explains_itself_once(seat: Seat, problem: str) -> None:
    seat.become(away(seat.now, problem=problem))
    panel = seat.panel()
    said = readable(panel)
    assert words.advice_title(problem) in said
    assert any(len(text) > 100 for text in said)
    assert seat.line().startswith(words.advice_title(problem))
    panel.accept()
    seat.until(lambda: seat.team.panel is None)
    seat.become(away(seat.now, problem=problem, unsent=1))
    seat.until(lambda: "1 unsent" in seat.line())
    assert seat.team.panel is None
    seat.window.status.outbox.click()
    assert seat.panel() is not panel


# -- the panel -------------------------------------------------------------------------------------


def test_everything_that_waits_is_named_in_plain_words(seat: Seat) -> None:
    seat.link.queue(seat.reply("Ya sale\nhoy"), "c1", seat.now - MINUTE)
    seat.link.queue(SetStatus(ticket_ids=(row(2).id,), status=TicketStatus.SOLVED), "c2", seat.now)
    seat.become(away(seat.now, unsent=2, oldest_unsent_at=seat.now - MINUTE))
    seat.until(seat.window.status.outbox.isVisible)
    seat.window.status.outbox.click()
    panel = seat.panel()
    items = panel.list.model()
    seat.until(lambda: "Subject 1" in items.index(0, 0).data().detail)
    first, second = (items.index(n, 0).data() for n in range(2))
    assert (first.title, first.pill[0]) == ("Reply to the customer", "Waiting")
    assert first.detail == "#1001 Subject 1 · Ya sale hoy"
    assert second.title == "Change the state of a ticket"
    assert panel.text.toPlainText() == "Ya sale\nhoy"
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == "Ya sale\nhoy"
    panel.retry.click()
    assert seat.link.asked == [("sync", "")]
    panel.list.select("c2")
    assert not panel.copy.isEnabled()
    assert not panel.text.isVisible()


def test_a_refused_one_says_why_and_is_tried_again(seat: Seat) -> None:
    seat.link.queue(seat.reply(), "c1", seat.now)
    seat.link.queue(AddNote(ticket_id=row(2).id, message_id="n" * 32, body="Ojo"), "c2", seat.now,
                    "ticket_deleted")  # fmt: skip
    seat.team.open_unsent()
    panel = seat.panel()
    assert panel.list.current() == "c2"
    assert "trash" in panel.reason.text()
    assert panel.reason.isVisible()
    panel.retry.click()
    assert seat.link.asked == [("retry", "c2")]
    seat.until(lambda: not panel.reason.isVisible())


def test_a_copy_that_was_mended_is_said_so(seat: Seat) -> None:
    seat.team.open_unsent()
    panel = seat.panel()
    assert not panel.repaired.isVisible()
    seat.become(replace(ONLINE, repaired_at=seat.now - 5 * MINUTE))
    seat.until(panel.repaired.isVisible)
    said = "A part of this computer's copy differed from the host and was mended: 5 min"
    assert panel.repaired.text().startswith(said)


def test_nothing_is_discarded_without_a_second_word(seat: Seat) -> None:
    seat.link.queue(seat.reply(), "c1", seat.now, "not_allowed")
    seat.team.open_unsent()
    panel = seat.panel()
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    assert panel.sure.isVisible()
    assert seat.link.asked == []
    seat.until(panel.sure.hasFocus)
    panel.sure.click()
    assert seat.link.asked == [("discard", "c1")]
    seat.until(lambda: "Everything has been sent" in readable(panel))


def test_a_question_is_about_the_line_it_was_asked_for(seat: Seat) -> None:
    seat.link.queue(seat.reply(), "c1", seat.now)
    seat.link.queue(seat.reply("Otra"), "c2", seat.now)
    seat.team.open_unsent()
    panel = seat.panel()
    panel.discard.click()
    seat.link.waiting.pop(0)  # it reached the host meanwhile
    seat.link.tell(ConnectionChanged())
    seat.until(lambda: panel.list.current() == "c2")
    assert not panel.sure.isVisible()
    seat.link.queue(seat.reply("Más"), "c3", seat.now)
    seat.link.tell(ConnectionChanged())
    seat.until(lambda: len(panel.list.keys()) == 2)
    panel.discard.click()
    assert panel.sure.isVisible()
    panel.list.select("c3")
    assert not panel.sure.isVisible()


def test_the_ticket_is_one_key_away(seat: Seat) -> None:
    seat.until(lambda: seat.window.inbox.pane.model.rowCount() == 2)
    seat.link.queue(seat.reply(ticket=2), "c1", seat.now)
    seat.team.open_unsent()
    panel = seat.panel()
    panel.visit.click()
    seat.until(lambda: seat.pane.row is not None and seat.pane.row.id == row(2).id)
    assert seat.team.panel is None


def test_every_command_that_can_wait_has_words() -> None:
    queued = {
        kind
        for kind, command in COMMANDS.items()
        if command.OFFLINE is Offline.QUEUE
        and kind not in SYSTEM_ONLY
        and not kind.startswith(SYSTEM_ONLY_PREFIXES)
    }
    assert queued - set(DEEDS) == set()


def test_what_a_role_may_not_do_is_told_as_that() -> None:
    refused = Rejection("not_allowed", {"command": "message.send_reply"})
    assert messages.rejection(refused).startswith("Your role")
    assert messages.rejection(Rejection("not_allowed")) == "This cannot be done here."


# -- after an absence ------------------------------------------------------------------------------


def test_an_absence_ends_with_a_digest(seat: Seat) -> None:
    seat.link.tell(Digest(seat.now - 60 * MINUTE))
    seat.link.tell(Digest(seat.now - 60 * MINUTE, new=12, taken=2, solved=1))
    seat.until(lambda: seat.window.toasts.toasts())
    (toast,) = seat.window.toasts.toasts()
    assert toast.text() == "While you were away: 12 new, 2 taken by a colleague, 1 resolved."


def test_everything_said_is_plain_and_every_role_has_words(seat: Seat) -> None:
    seat.team.open_unsent()
    for label in seat.panel().findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText
    for role in Role:
        assert words.role_name(role)
        assert words.role_means(role)


# -- the way back ------------------------------------------------------------------------------


@pytest.mark.parametrize("problem", ["revoked", "certificate_changed"])
def test_who_was_shut_out_joins_again_from_here(seat: Seat, problem: str) -> None:
    joiner = FakeJoiner()
    seat.team._joiner = joiner
    seat.link.queue(seat.reply("Sale hoy"), "c" * 32, seat.now)
    seat.become(away(1, problem=problem, unsent=1))
    panel = seat.panel()
    assert panel.join_again.isVisible()
    assert panel.text.toPlainText() == "Sale hoy"  # what is unsent is there
    panel.join_again.click()
    (dialog,) = panel.findChildren(JoinDialog)
    assert any("stays on this computer" in text for text in readable(dialog))
    dialog.where.setText("deskapp://pair?h=192.0.2.7:8433&f=" + "ab" * 32 + "&s=abcdefghijklmnop")
    dialog.go.click()
    seat.until(lambda: joiner.opened == [joiner.folder])
    joiner.close()


def test_a_host_out_of_reach_is_no_reason_to_join_again(seat: Seat) -> None:
    seat.team._joiner = FakeJoiner()
    seat.become(away(1, unsent=1))
    seat.team.open_unsent()
    assert not seat.panel().join_again.isVisible()
