"""How the app lives on this computer: it starts with the system, and stays in the tray."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from deskapp.core.ports import Services
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.settings.rows import Binder, Row, Sheet
from deskapp.ui.shell.context import UiContext
from deskapp.ui.widgets import PlainLabel, Switch


class ComputerSheet(Sheet):
    def __init__(self, context: UiContext, services: Services, preferences: Preferences) -> None:
        super().__init__()
        self.set_head(
            self.tr("This computer"), self.tr("New mail arrives only while deskapp runs.")
        )
        self._bridge, self._autostart = context.bridge, services.autostart
        # The entry is a file or a registry value: never read on the window's thread.
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="autostart")
        self.destroyed.connect(lambda _gone=None, disk=self._disk: disk.shutdown(wait=False))
        self.start = Switch(self.tr("Start with the system"))
        self.start.setEnabled(False)
        self._error = PlainLabel(role="error")
        self._error.hide()
        self.add(
            Row(
                self.tr("Start with the system"),
                self.tr("In the tray, without opening the window."),
                self.start,
                first=True,
            ),
            Row(
                self.tr("Close to the tray"),
                self.tr("Closing the window leaves deskapp running, so that mail rings."),
                Binder(preferences, self).switch("window.close_to_tray"),
            ),
            self._error,
        )
        self.finish()
        self._bridge.watch(
            self._disk.submit(self._autostart.enabled), self._show, self, self._failed
        )

    def _show(self, on: bool) -> None:
        self.start.setChecked(on)
        self.start.setEnabled(True)
        self.start.clicked.connect(self._change)

    def _change(self, on: bool) -> None:
        self._error.hide()
        done = self._disk.submit(self._autostart.set, on)
        self._bridge.watch(done, lambda _none: None, self, self._failed)

    def _failed(self, _error: Exception) -> None:
        self.start.setChecked(False)
        self._error.setText(
            self.tr("The system does not let this be changed. Add deskapp to its list by hand.")
        )
        self._error.show()
