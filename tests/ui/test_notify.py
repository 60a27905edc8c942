"""What rings, what pops up, and that it stops: the controller, the centre, presence and the tray."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon, QWidget
from pytestqt.qtbot import QtBot

from deskapp.core.commands.desk import SetAgentState
from deskapp.core.commands.notifications import MarkNotificationsSeen, MarkPlayed
from deskapp.core.ports import Services
from deskapp.models.enums import AgentState, NotificationKind
from deskapp.ui.bridge import Bridge
from deskapp.ui.i18n import Language
from deskapp.ui.notify.centre import NotificationCentre
from deskapp.ui.notify.controller import AlertController
from deskapp.ui.notify.presence import Presence
from deskapp.ui.notify.tray import Tray, tray_icon
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.shell.actions import ActionRegistry
from deskapp.ui.shell.context import UiContext
from tests.support.fake_desk import (
    NOW,
    FakeAutostart,
    FakeClock,
    FakeDesk,
    FakeIdle,
    FakeJobs,
    FakeMail,
    FakeNotifier,
    FakeShell,
    FakeSounds,
)
from tests.support.fake_workspace import row
from tests.support.no_chat import NoChat
from tests.support.ui_state import MemoryUiState

NEW, REPLY = NotificationKind.NEW_TICKET, NotificationKind.CUSTOMER_REPLY
TICKET = row(1, "Carmen", unread=1, assignee_id="")


class Rig:
    def __init__(self, qtbot: QtBot, app: QApplication, **values: object) -> None:
        self.qtbot = qtbot
        self.desk = FakeDesk()
        self.desk.rows = {TICKET.key: TICKET}
        self.desk.values = dict(values)
        self.bridge = Bridge(self.desk)
        self.errors: list[Exception] = []
        self.bridge.failed.connect(self.errors.append)
        self.sounds, self.notifier = FakeSounds(), FakeNotifier()
        self.idle, self.clock = FakeIdle(), FakeClock()
        self.state = MemoryUiState()
        self.shell = FakeShell(self.desk)
        language = Language(app)
        language.set("en")
        self.language = language
        self.context = UiContext(self.bridge, self.state, self.clock, ActionRegistry(), language)
        self.services = Services(
            FakeMail(), FakeJobs(), self.sounds, self.notifier, FakeAutostart(), self.idle, NoChat()
        )
        self.preferences = Preferences(self.context)
        qtbot.waitUntil(lambda: self.preferences.known)
        self.in_front = False
        self.toasts: list[tuple[str, str, str]] = []
        self.alerts = AlertController(
            self.context, self.services, self.preferences, lambda: self.in_front
        )
        self.alerts.announced.connect(lambda *said: self.toasts.append(said))
        self.parts: list[object] = [self.alerts, self.preferences]

    def settle(self) -> None:
        """Everything asked so far has been answered and shown."""
        done: list[object] = []
        self.bridge.watch(self.desk._pool.submit(int), done.append, None)
        self.qtbot.waitUntil(lambda: bool(done))

    def rang(self, count: int = 1) -> None:
        self.qtbot.waitUntil(lambda: len(self.sounds.played) >= count)

    def sent(self, kind: type) -> list[object]:
        return [command for command in self.desk.sent if isinstance(command, kind)]

    def close(self) -> None:
        for part in self.parts:
            shiboken6.delete(part)
        self.bridge.close()
        self.desk.close()
        self.language.clear()
        assert not self.errors


@pytest.fixture
def rig(qtbot: QtBot, qapp: QApplication) -> Iterator[Rig]:
    rig = Rig(qtbot, qapp)
    yield rig
    rig.close()


@pytest.fixture
def repeating(qtbot: QtBot, qapp: QApplication) -> Iterator[Rig]:
    rig = Rig(qtbot, qapp, **{"alerts.new_ticket.repeat": True})
    yield rig
    rig.close()


def test_new_mail_rings_pops_up_and_is_marked_as_played(rig: Rig) -> None:
    rig.desk.notify(NEW, TICKET.id, body="Order")
    rig.rang()
    assert rig.sounds.played == [("customer", 0.8, "", False)]
    assert rig.toasts == [("Carmen Villalobos", "New conversation · #7 · Order", TICKET.id)]
    assert rig.notifier.shown == [("Carmen Villalobos", "New conversation · #7 · Order")]
    rig.qtbot.waitUntil(lambda: rig.desk.notifications[0].played_at == NOW)
    rig.desk.commit("notification")
    rig.settle()
    assert len(rig.sounds.played) == 1


def test_what_waited_before_the_window_opened_does_not_ring(rig: Rig) -> None:
    rig.desk.notify(NEW, TICKET.id, at=NOW - 1)
    rig.desk.notify(REPLY, TICKET.id)
    rig.rang()
    assert [sound for sound, *_ in rig.sounds.played] == ["reply"]


def test_pressing_the_desktop_notification_opens_the_ticket(rig: Rig) -> None:
    opened: list[str] = []
    rig.alerts.open_wanted.connect(opened.append)
    rig.desk.notify(NEW, TICKET.id)
    rig.rang()
    rig.notifier.click()
    assert opened == [TICKET.id]


def test_the_window_in_front_needs_no_desktop_notification(rig: Rig) -> None:
    rig.in_front = True
    rig.desk.notify(NEW, TICKET.id)
    rig.rang()
    assert rig.toasts
    assert not rig.notifier.shown


def test_the_ticket_on_screen_neither_rings_nor_stays_unseen(rig: Rig) -> None:
    rig.in_front = True
    rig.alerts.set_current(TICKET.id)
    rig.desk.notify(REPLY, TICKET.id)
    rig.qtbot.waitUntil(lambda: rig.desk.notifications[0].seen_at is not None)
    assert not rig.sounds.played
    assert not rig.toasts
    assert rig.desk.notifications[0].played_at is None


def test_many_at_once_ring_once_and_are_told_in_one(rig: Rig) -> None:
    told = [0]
    rig.alerts.unseen.connect(lambda number: told.append(number))
    for number in range(5):
        rig.desk.notifications = (
            *rig.desk.notifications,
            replace(_made(rig, f"m{number}"), kind=NEW if number else NotificationKind.SEND_FAILED),
        )
    rig.desk.commit("notification")
    rig.rang()
    assert [sound for sound, *_ in rig.sounds.played] == ["failure"]
    assert len(rig.toasts) == 1
    assert rig.toasts[0][0].startswith("5 ")
    assert len(rig.notifier.shown) == 1
    assert told[-1] == 5
    rig.settle()
    assert len(rig.sent(MarkPlayed)) == 1


def _made(rig: Rig, name: str):  # type: ignore[no-untyped-def]
    before = rig.desk.notifications
    rig.desk.notifications = ()
    rig.desk.notify(NEW, TICKET.id, at=NOW - 10)
    made = replace(rig.desk.notifications[0], id=name, at=NOW)
    rig.desk.notifications = before
    return made


@pytest.mark.parametrize(
    "change",
    [{"unread": 0}, {"assignee_id": "b" * 32}, {"spam": True}, {"snoozed_until": NOW + 1}],
    ids=str,
)
def test_a_repeated_sound_stops_when_anyone_takes_the_ticket(
    repeating: Rig, change: dict[str, object]
) -> None:
    repeating.desk.notify(NEW, TICKET.id)
    repeating.rang()
    assert repeating.sounds.played[0][3] is True
    repeating.settle()
    assert repeating.sounds.ringing == {"1"}
    repeating.desk.put(replace(TICKET, subject="Only renamed"))
    repeating.settle()
    repeating.settle()
    assert repeating.sounds.ringing == {"1"}
    repeating.desk.put(replace(TICKET, **change))  # type: ignore[arg-type]
    repeating.qtbot.waitUntil(lambda: not repeating.sounds.ringing)


def test_a_repeated_sound_stops_at_once_when_i_open_the_ticket(repeating: Rig) -> None:
    repeating.desk.notify(NEW, TICKET.id)
    repeating.rang()
    repeating.in_front = True
    repeating.alerts.set_current(TICKET.id)
    assert not repeating.sounds.ringing
    repeating.qtbot.waitUntil(lambda: repeating.desk.notifications[0].seen_at is not None)


def test_a_repeated_sound_stops_when_it_is_seen_elsewhere(repeating: Rig) -> None:
    repeating.desk.notify(NEW, TICKET.id)
    repeating.rang()
    repeating.desk.submit(MarkNotificationsSeen())
    repeating.qtbot.waitUntil(lambda: not repeating.sounds.ringing)


def test_a_break_stops_what_rings(repeating: Rig) -> None:
    repeating.desk.notify(NEW, TICKET.id)
    repeating.rang()
    repeating.desk.submit(SetAgentState(state=AgentState.PAUSED))
    repeating.qtbot.waitUntil(lambda: not repeating.sounds.ringing)


def test_switching_notifications_off_stops_what_rings(repeating: Rig) -> None:
    repeating.desk.notify(NEW, TICKET.id)
    repeating.rang()
    repeating.preferences.set("alerts.enabled", False)
    assert not repeating.sounds.ringing


def test_quiet_hours_are_silent_and_nothing_counts_as_played(qtbot: QtBot, qapp: object) -> None:
    rig = Rig(qtbot, qapp, **{  # type: ignore[arg-type]
        "alerts.quiet": True, "alerts.quiet_from": 0, "alerts.quiet_until": 0,
    })  # fmt: skip
    rig.desk.notify(NEW, TICKET.id)
    rig.settle()
    rig.settle()
    assert not rig.sounds.played
    assert not rig.toasts
    assert not rig.notifier.shown
    assert not rig.sent(MarkPlayed)
    rig.close()


def test_the_chosen_device_is_played_through(rig: Rig) -> None:
    rig.preferences.set("alerts.device", "usb")
    rig.desk.notify(NEW, TICKET.id)
    rig.rang()
    assert rig.sounds.played[0][2] == "usb"


def test_a_mailbox_problem_is_told_in_plain_words(rig: Rig) -> None:
    rig.desk.notify(NotificationKind.ACCOUNT_PROBLEM, title="Ventas", body="login_refused")
    rig.rang()
    assert rig.toasts == [
        ("Ventas", "The server refused the user name or the password. Check both.", "")
    ]


# -- centre ---------------------------------------------------------------------------------


def centre(rig: Rig) -> NotificationCentre:
    made = NotificationCentre(rig.context, rig.shell)
    rig.parts.insert(0, made)
    made.resize(700, 500)
    made.show()
    return made


def lines(made: NotificationCentre) -> list[str]:
    model = made.list.model()
    return [
        f"{model.index(i, 0).data().title} | {model.index(i, 0).data().detail} | {model.index(i, 0).data().beside[1]}"
        for i in range(model.rowCount())
    ]


def test_the_centre_lists_what_rang_when_it_played_and_was_seen(rig: Rig) -> None:
    rig.desk.notify(NEW, TICKET.id, body="Order", played_at=NOW, seen_at=NOW, at=NOW - 1)
    rig.desk.notify(REPLY, TICKET.id, body="Order", at=NOW - 1)
    made = centre(rig)
    rig.qtbot.waitUntil(lambda: len(lines(made)) == 2)
    assert "silent" in lines(made)[0]
    assert "played " in lines(made)[1]
    assert "seen " in lines(made)[1]


def test_pressing_a_line_opens_its_ticket_and_marks_only_it(rig: Rig) -> None:
    rig.desk.notify(NEW, TICKET.id, at=NOW - 1)
    rig.desk.notify(NotificationKind.ACCOUNT_PROBLEM, body="timeout", at=NOW - 1)
    made = centre(rig)
    rig.qtbot.waitUntil(lambda: len(lines(made)) == 2)
    made.list.select("n1")
    made.list.activated.emit(made.list.currentIndex())
    assert rig.shell.asked == [("room", "settings")]
    made.list.select("n0")
    made.list.activated.emit(made.list.currentIndex())
    assert rig.shell.asked[-1] == ("ticket", TICKET.id)
    assert rig.sent(MarkNotificationsSeen) == [
        MarkNotificationsSeen(notification_ids=("n1",)),
        MarkNotificationsSeen(notification_ids=("n0",)),
    ]


# -- presence -------------------------------------------------------------------------------


def presence(rig: Rig) -> Presence:
    made = Presence(rig.context, rig.preferences, rig.idle)
    rig.parts.insert(0, made)
    rig.settle()
    return made


def states(rig: Rig) -> list[tuple[AgentState, bool]]:
    return [(c.state, c.automatic) for c in rig.sent(SetAgentState)]  # type: ignore[attr-defined]


def test_away_after_the_minutes_that_were_set_and_back_at_the_first_touch(rig: Rig) -> None:
    made = presence(rig)
    rig.idle.value = 10 * 60 - 1
    made.look()
    assert states(rig) == []
    rig.idle.value = 10 * 60
    made.look()
    rig.settle()
    made.look()
    rig.idle.value = 0.5
    made.look()
    assert states(rig) == [(AgentState.AWAY, True), (AgentState.ONLINE, True)]


def test_a_state_the_person_chose_is_left_alone(rig: Rig) -> None:
    rig.desk.agent = replace(rig.desk.agent, state=AgentState.EMAIL_ONLY)
    made = presence(rig)
    rig.idle.value = 10_000
    made.look()
    rig.desk.agent = replace(rig.desk.agent, state=AgentState.AWAY)
    rig.desk.commit("agent")
    rig.settle()
    rig.settle()
    rig.idle.value = 0
    made.look()
    assert states(rig) == []


def test_away_by_itself_is_taken_back_after_a_restart(rig: Rig) -> None:
    rig.state.set("presence.made_away", True)
    rig.desk.agent = replace(rig.desk.agent, state=AgentState.AWAY)
    presence(rig).look()
    assert states(rig) == [(AgentState.ONLINE, True)]


def test_never_means_never(qtbot: QtBot, qapp: QApplication) -> None:
    rig = Rig(qtbot, qapp, **{"presence.idle_minutes": 0})
    rig.idle.value = 1e9
    presence(rig).look()
    assert states(rig) == []
    rig.close()


# -- tray -----------------------------------------------------------------------------------


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)  # Qt's own, without a tray
def test_the_tray_shows_how_many_wait_and_leads_back(rig: Rig, qapp: QApplication) -> None:
    window, icon = QWidget(), QSystemTrayIcon()
    did: list[str] = []
    tray = Tray(
        icon,
        window,
        rig.preferences,
        lambda: did.append("raise"),
        lambda parent: QMenu(parent),
        lambda: did.append("quit"),
    )
    assert icon.toolTip() == "deskapp"
    tray.set_unread(3)
    assert "3" in icon.toolTip()
    entries = {action.text(): action for action in tray.menu.actions()}
    entries["Open deskapp"].trigger()
    entries["Sounds and pop-ups"].trigger()
    entries["Quit"].trigger()
    assert did == ["raise", "quit"]
    assert not rig.preferences.flag("alerts.enabled")
    icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert did == ["raise", "quit", "raise"]
    rig.settle()
    shiboken6.delete(window)


def test_the_badge_is_painted(qapp: QApplication) -> None:
    plain, marked = (tray_icon(unread).pixmap(48, 48).toImage() for unread in (0, 7))
    assert plain != marked
    assert marked.pixelColor(44, 12).red() > 150
