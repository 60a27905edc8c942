"""What joins the window after its first paint: panes, rooms, sounds, notifications, channels."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from PySide6.QtCore import QObject, QProcess, QTimer, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from deskapp.app.bootstrap import Desk
from deskapp.app.jobs import DeskJobs, serve
from deskapp.core.ports import (
    Autostart,
    DesktopNotifier,
    IdleWatch,
    Services,
    Sounds,
    TeamLink,
)
from deskapp.system.autostart import own_command, system_autostart
from deskapp.system.idle import system_idle
from deskapp.system.notify import QtNotifier
from deskapp.system.sound import QtSounds
from deskapp.ui.chat.chats import Chats
from deskapp.ui.conversation.pane import ConversationPane
from deskapp.ui.customer.panel import CustomerPanel
from deskapp.ui.messages import job_error
from deskapp.ui.notify.notifications import Notifications
from deskapp.ui.rooms import rooms
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.ways import register as register_pages
from deskapp.ui.team.talks import Talks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deskapp.app.gui import DeskWindow
    from deskapp.app.task import Task
    from deskapp.ui.team.team import Team

log = logging.getLogger(__name__)

SOUND_AFTER_MS = 1_500
"""QtMultimedia takes 0.13 s to load: at a quiet moment, long after the first paint."""


class Idle:
    """`core.ports.IdleWatch` of this machine."""

    def __init__(self) -> None:
        self._ask = system_idle()

    def seconds(self) -> float:
        idle_ms = self._ask() if self._ask else None
        return 0.0 if idle_ms is None else idle_ms / 1000


class Here(TypedDict):
    """What this machine offers, whoever has the desk."""

    sounds: Sounds
    notifier: DesktopNotifier
    autostart: Autostart
    idle: IdleWatch


class Assembly(QObject):
    """Everything of an open window that its first paint did not need."""

    _mail_failed = Signal(object)
    _reopen = Signal(str)

    def __init__(self, desk_window: "DeskWindow", *, channels: bool) -> None:
        super().__init__()
        self._desk, self._window = desk_window.desk, desk_window.window
        self._debug = desk_window.debug
        self._context, self._staged = desk_window.context, desk_window.chat
        self.conversation = ConversationPane(self._context, self._window)
        self.customer = CustomerPanel(self._context, self._window)
        self._window.set_conversation(self.conversation)
        self._window.set_customer(self.customer)
        self.preferences = Preferences(self._context, self)
        self._mail_failed.connect(self._say_mail_failed)
        self._reopen.connect(desk_window.reopen)
        self.services = self._services(channels)
        for room in rooms(self._context, self._window, self.services, self.preferences):
            self._window.add_room(room)
        register_pages(self._context, self._window)
        self.chats = Chats(
            self._window, self.conversation, self.customer, self.services.chat, self.preferences
        )
        self.notifications = Notifications(self._window, self.services, self.preferences, self.tray)
        self.talks = Talks(self._window, self.services, self.preferences)
        self.notifications.room_wanted.connect(self.talks.open)
        self.team: Team | None = None
        serve(self._desk, desk_window.raised.emit)
        if self.services.team is not None:
            self._join_the_others(self.services.team)
        if channels and isinstance(self._desk, Desk):
            self._housekeeping(self._desk)
            self._first_start()
        QTimer.singleShot(SOUND_AFTER_MS, self.sounds.warm_up)

    def close(self) -> None:
        """Save what is typed; called before the bridge closes."""
        self.conversation.close_down()
        if self.team is not None:
            self.team.close()
        self.chats.close()
        self.notifications.close()
        self._notifier.close()

    def _services(self, channels: bool) -> Services:
        self.sounds = QtSounds()
        tray = QSystemTrayIcon.isSystemTrayAvailable()
        self.tray = QSystemTrayIcon(self._window.windowIcon(), self) if tray else None
        self._notifier = QtNotifier(self.tray, "deskapp", self)
        desk = self._desk
        here = Here(
            sounds=self.sounds,
            notifier=self._notifier,
            autostart=system_autostart(desk.profile.folder),
            idle=Idle(),
        )
        if isinstance(desk, Desk):
            return self._own_services(desk, here, channels)
        from deskapp.app.elsewhere import ChatElsewhere, JobsElsewhere, MailElsewhere
        from deskapp.app.joining import TeamRejoiner

        desk.on_problem(self._mail_failed.emit)
        joiner = TeamRejoiner(desk.profile, desk.secrets.keys, self._reopen.emit)
        desk.on_close(joiner.close)
        return Services(
            mail=MailElsewhere(),
            jobs=JobsElsewhere(),
            chat=self._staged or ChatElsewhere(desk.link),
            team=desk.link,
            factor=desk.factor(),
            joiner=joiner,
            **here,
        )

    def _own_services(self, desk: Desk, here: Here, channels: bool) -> Services:
        from deskapp.app.joining import TeamJoiner
        from deskapp.app.mail import Mail
        from deskapp.app.team_host import TeamSharing
        from deskapp.app.webchat import WebChat

        chat = self._staged or WebChat(desk, start=channels)
        sharing = TeamSharing(desk, chat, start=channels)
        joiner = TeamJoiner(desk.profile, desk.secrets.keys)
        desk.on_close(joiner.close)
        return Services(
            mail=Mail(desk, self._mail_failed.emit, start=channels),
            jobs=DeskJobs(desk, make_sample_desk),
            chat=chat,
            team_host=sharing,
            team=sharing.seat,
            factor=sharing.factor,
            joiner=joiner,
            **here,
        )

    def _join_the_others(self, link: TeamLink) -> None:
        from deskapp.ui.team.team import Team

        away = self.services.team_host is None
        self.team = Team(
            self._window, self.conversation, link, away=away, joiner=self.services.joiner
        )
        if self._debug:
            self.team.offer_inspector()

    def _housekeeping(self, desk: Desk) -> None:
        from deskapp.app.housekeeping import Housekeeping

        Housekeeping(desk)

    def _first_start(self) -> None:
        from deskapp.ui.setup.first_start import FirstStart

        self.first_start = FirstStart(self._window, self.services, self.preferences)
        self.first_start.sample_ready.connect(open_sample_desk)
        self.first_start.joined.connect(self._reopen)

    def _say_mail_failed(self, error: Exception) -> None:
        self._window.toast(job_error(error))


def open_sample_desk(folder: str) -> None:
    """Show the sample desk in a window, and process, of its own."""
    program, *words = own_command()
    QProcess.startDetached(program, [*words, "demo", "--profile", folder])


def make_sample_desk(
    desk: Desk, _params: "Mapping[str, object]", task: "Task"
) -> "Mapping[str, object]":
    """Build the demo desk, a desk of its own beside this one. Result: `profile`, its folder."""
    from deskapp.app.demo import prepare

    folder: Path = prepare(desk.authority.clock.now(), task)
    return {"profile": str(folder)}
