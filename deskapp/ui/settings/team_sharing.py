"""Where the desk is shared from: the switch, the addresses, and the fingerprint that colleagues compare."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QComboBox, QWidget

from deskapp.core.api import Connection
from deskapp.core.ports import HostState
from deskapp.ui import messages
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.rows import Binder, Row
from deskapp.ui.shell.context import Shell
from deskapp.ui.team import words
from deskapp.ui.team.live import HostLive, TeamLive
from deskapp.ui.theme import icon_pixmap, theme, tokens
from deskapp.ui.widgets import Button, Frame, PlainLabel, hbox, vbox

PROBLEMS: dict[str, object] = {
    "port_taken": QT_TRANSLATE_NOOP(
        "Messages", "It is not shared: another program uses this port. Choose another one."
    ),
    "no_address": QT_TRANSLATE_NOOP(
        "Messages",
        "It is not shared: this computer has no address on a network. Connect it to one.",
    ),
    "failed": QT_TRANSLATE_NOOP(
        "Messages", "It is not shared. Details are in the log; switch it off and on again."
    ),
}
"""Why the desk cannot be reached though it should."""


KEPT_DAYS = (30, 90, 365, 0)
"""0: everything."""


def grouped(fingerprint: str) -> str:
    """As two people read it to each other: four characters at a time, eight groups a line."""
    plain = fingerprint.replace(":", "").upper()
    groups = [plain[i : i + 4] for i in range(0, len(plain), 4)]
    return "\n".join(" ".join(groups[i : i + 8]) for i in range(0, len(groups), 8))


class FactsCard(Frame):
    """A sentence of how it stands, and below it what two people compare."""

    def __init__(self, shell: Shell) -> None:
        super().__init__("card")
        self._shell = shell
        self._sign, self._shown = PlainLabel(), ("circle", "text3")
        theme().changed.connect(self._paint)
        self.text = PlainLabel()
        self.text.setWordWrap(True)
        self.addresses, self.fingerprint = PlainLabel(), PlainLabel()
        self.fingerprint.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._rows = tuple(
            self._row(title, label)
            for title, label in (
                (self.tr("Address"), self.addresses),
                (self.tr("Fingerprint"), self.fingerprint),
            )
        )
        head = hbox(spacing=8)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.text, 1)
        column = vbox(self, (14, 11, 14, 12), 8)
        column.addLayout(head)
        for row in self._rows:
            column.addWidget(row)

    def _row(self, title: str, label: PlainLabel) -> QWidget:
        box = QWidget()
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        copy = Button(self.tr("Copy"), "link", on_click=lambda: self._copy(label))
        copy.setAccessibleName(self.tr("Copy: %1").replace("%1", title))
        row = hbox(box, (23, 0, 0, 0), 12)
        name = PlainLabel(title, "small")
        name.setMinimumWidth(84)
        row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label, 1)
        row.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
        return box

    def show_facts(
        self, sign: tuple[str, str], text: str, addresses: str = "", fingerprint: str = ""
    ) -> None:
        """`sign`: an icon and the token of its colour."""
        self._shown = sign
        self._paint()
        self.text.setText(text)
        self.addresses.setText(addresses)
        self.fingerprint.setText(grouped(fingerprint))
        for row, shown in zip(self._rows, (addresses, fingerprint), strict=True):
            row.setVisible(bool(shown))

    def _paint(self) -> None:
        name, token = self._shown
        ink = getattr(tokens(), token)
        self._sign.setPixmap(icon_pixmap(name, ink, 15, self.devicePixelRatioF()))

    def _copy(self, label: PlainLabel) -> None:
        QGuiApplication.clipboard().setText(label.text())
        self._shell.toast(self.tr("Copied"))


class SharingPart(QWidget):
    """At the desk itself: the switch, and what colleagues are told."""

    def __init__(self, shell: Shell, preferences: Preferences, host: HostLive) -> None:
        super().__init__()
        self._host, self._preferences = host, preferences
        bind = Binder(preferences, self)
        self.switch = bind.switch("team.enabled")
        self.port = bind.number("team.port")
        self.port.setGroupSeparatorShown(False)
        self.facts = FactsCard(shell)
        self._port_row = Row(
            self.tr("Port"), self.tr("Colleagues' computers connect to it."), self.port
        )
        self._announce_row = Row(
            self.tr("Let computers nearby find it"),
            self.tr("It is announced on this network; to join they still need your invitation."),
            bind.switch("team.announce"),
        )
        column = vbox(self, spacing=0)
        column.addWidget(
            Row(
                self.tr("Share this desk with my team"),
                self.tr(
                    "The desk stays on this computer; colleagues whom you invite work on it from theirs."
                ),
                self.switch,
                first=True,
            )
        )
        column.addWidget(self._port_row)
        column.addWidget(self._announce_row)
        column.addWidget(self.facts)
        host.changed.connect(lambda _state: self.refresh())
        preferences.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """How it stands now."""
        on, state = self._preferences.flag("team.enabled"), self._host.now()
        self.facts.setVisible(on)
        self._port_row.setVisible(on)
        self._announce_row.setVisible(on)
        if state.problem:
            sign, text = ("alert", "danger"), messages.sentence(PROBLEMS, state.problem)
            text = f"{text} ({state.detail})" if state.detail else text
        elif state.running:
            sign, text = ("tick", "ok"), self._shared(state)
        else:
            sign, text = ("circle", "text3"), self.tr("Starting…")
        self.facts.show_facts(sign, text, "\n".join(state.addresses), state.fingerprint)

    def _shared(self, state: HostState) -> str:
        now = self.tr("%n connected now.", "", len(state.connected))
        return " ".join((self.tr("Colleagues reach this desk."), now))


class SeatPart(QWidget):
    """At a colleague's computer: where the desk is, how this window stands to it, and how much is kept here."""

    def __init__(self, shell: Shell, live: TeamLive) -> None:
        super().__init__()
        self._live = live
        self.facts = FactsCard(shell)
        self.kept = QComboBox()
        self.kept.setObjectName("team.kept_days")
        for days in KEPT_DAYS:
            text = self.tr("%n day(s)", "", days) if days else self.tr("Everything")
            self.kept.addItem(text, days)
        self.kept.activated.connect(lambda _row: live.keep_days(self.kept.currentData()))
        column = vbox(self, spacing=0)
        column.addWidget(self.facts)
        column.addWidget(
            Row(
                self.tr("Keep conversations on this computer"),
                self.tr(
                    "Open ones, waiting ones and your own are always here. Older ones are found at"
                    " the host."
                ),
                self.kept,
                first=True,
            )
        )

    def show_connection(self, connection: Connection, now: int) -> None:
        self._show_kept()
        found = words.standing(connection, now, None)
        text = self.tr("You work here on your team's desk. %1").replace("%1", found.text)
        sign = (found.icon, found.token)
        self.facts.show_facts(sign, text, connection.host, connection.fingerprint)

    def _show_kept(self) -> None:
        days = self._live.kept_days()
        if self.kept.findData(days) < 0:
            self.kept.addItem(self.tr("%n day(s)", "", days), days)
        self.kept.setCurrentIndex(self.kept.findData(days))
