"""What rings, how loud, and when it must not."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from deskapp.core.policies.settings import CATALOGUE, SILENT
from deskapp.core.ports import Services
from deskapp.models.enums import NotificationKind
from deskapp.ui.notify.words import kind_name, sound_name
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.rows import Binder, Row, Sheet
from deskapp.ui.widgets import IconButton, Line, PlainLabel, hbox

SOUND_ORDER = ("customer", "reply", "colleague", "reminder", "failure", SILENT)


class SoundSheet(Sheet):
    def __init__(self, services: Services, preferences: Preferences) -> None:
        super().__init__(width=820)
        self.set_head(
            self.tr("Sound and notifications"),
            self.tr("A sound stops the moment anyone takes the ticket."),
        )
        self._sounds, self._preferences = services.sounds, preferences
        bind = self._bind = Binder(preferences, self)
        self.add(
            Row(
                self.tr("Notifications"),
                self.tr("Off: nothing rings or pops up; the bell still lists everything."),
                bind.switch("alerts.enabled"),
                first=True,
            )
        )
        self.section(self.tr("For each event"))
        self.add(self._matrix())
        self.section(self.tr("When and where"))
        self.device = QComboBox()
        self.device.setObjectName("alerts.device")
        self.device.setMinimumWidth(240)
        self.device.activated.connect(self._choose_device)
        self.add(
            Row(self.tr("Play through"), "", self.device, first=True),
            Row(
                self.tr("Quiet hours"),
                self.tr("Nothing rings or pops up. It waits in the notification centre."),
                bind.switch("alerts.quiet"),
            ),
            Row(self.tr("Quiet from, until"), "", self._hours()),
        )
        self.finish()
        self._fill_devices([])
        QTimer.singleShot(0, self, self._read_devices)

    def _matrix(self) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 2, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        self._heads = (
            self.tr("Sound"),
            self.tr("Volume"),
            self.tr("Until taken"),
            self.tr("On desktop"),
            self.tr("Test"),
        )
        for column, text in enumerate(self._heads[:4], start=1):
            grid.addWidget(PlainLabel(text, "section"), 0, column)
        kinds = [kind for kind in NotificationKind if f"alerts.{kind.value}.sound" in CATALOGUE]
        for place, kind in enumerate(kinds):
            grid.addWidget(Line(), 2 * place + 1, 0, 1, 6)
            self._kind_row(grid, 2 * place + 2, kind)
        grid.setColumnStretch(0, 1)
        return box

    def _kind_row(self, grid: QGridLayout, row: int, kind: NotificationKind) -> None:
        name, prefix = kind_name(kind), f"alerts.{kind.value}"
        sound, loud, taken, desktop, test = (f"{name}: {head}" for head in self._heads)
        sounds = [(key, sound_name(key)) for key in SOUND_ORDER]
        volume = self._bind.volume(f"{prefix}.volume", loud)
        volume.setFixedWidth(110)
        label = PlainLabel(name)
        label.setWordWrap(True)
        parts = (
            label,
            self._bind.choice(f"{prefix}.sound", sounds, sound),
            volume,
            self._bind.switch(f"{prefix}.repeat", taken),
            self._bind.switch(f"{prefix}.desktop", desktop),
            IconButton("play", test, lambda: self._test(prefix), size=14),
        )
        for column, part in enumerate(parts):
            grid.addWidget(part, row, column)

    def _hours(self) -> QWidget:
        box = QWidget()
        row = hbox(box, spacing=8)
        row.addWidget(self._bind.time("alerts.quiet_from", self.tr("Quiet from")))
        row.addWidget(PlainLabel("–"))
        row.addWidget(self._bind.time("alerts.quiet_until", self.tr("Quiet until")))
        return box

    def _test(self, prefix: str) -> None:
        sound = self._preferences.text(f"{prefix}.sound")
        volume = self._preferences.number(f"{prefix}.volume") / 100
        self._sounds.stop()
        if sound != SILENT:
            self._sounds.play(sound, volume, self._preferences.text("alerts.device"))

    def _read_devices(self) -> None:
        self._fill_devices(self._sounds.devices())

    def _fill_devices(self, devices: list[tuple[str, str]]) -> None:
        wanted = self._preferences.text("alerts.device")
        self.device.clear()
        default = self.tr("The system's choice") if devices else self.tr("No loudspeaker found")
        self.device.addItem(default, "")
        for device_id, name in devices:
            self.device.addItem(name, device_id)
        self.device.setCurrentIndex(max(0, self.device.findData(wanted)))

    def _choose_device(self, _row: int) -> None:
        self._preferences.set("alerts.device", self.device.currentData())
