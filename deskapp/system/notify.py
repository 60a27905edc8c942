"""Desktop notifications: the session's notification server where one answers, else the tray icon.

To be used on the window's thread; nothing here waits for the other side.
"""

import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QSystemTrayIcon

from deskapp.system.freedesktop import KEPT, NotificationBus

TITLE_LENGTH = 120
BODY_LENGTH = 400


class QtNotifier(QObject):
    """A `core.ports.DesktopNotifier`. Where nothing can show a notification, nothing happens.

    `app_name` is what the notification server names as the sender.
    """

    _clicked = Signal(str)
    _failed = Signal(str)

    def __init__(
        self, tray: QSystemTrayIcon | None, app_name: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tray = tray
        self._shown: dict[str, tuple[str, str, Callable[[], None]]] = {}
        self._count = 0
        # Both are emitted on the bus's thread and arrive on this object's.
        self._clicked.connect(self._run_click)
        self._failed.connect(self._show_in_tray)
        self._bus: NotificationBus | None = None
        if sys.platform == "linux":
            self._bus = NotificationBus(app_name, self._clicked.emit, self._failed.emit)
        if tray is not None:
            tray.messageClicked.connect(self._run_latest)

    def show(self, title: str, body: str, on_click: Callable[[], None]) -> None:
        self._count += 1
        tag = str(self._count)
        title, body = one_line(title, TITLE_LENGTH), one_line(body, BODY_LENGTH)
        self._shown[tag] = (title, body, on_click)
        while len(self._shown) > KEPT:
            del self._shown[next(iter(self._shown))]
        if self._bus is None or not self._bus.show(tag, title, body):
            self._show_in_tray(tag)

    def close(self) -> None:
        """Let go of the session bus. Nothing is shown afterwards but through the tray."""
        if self._bus is not None:
            self._bus.close()

    @property
    def on_bus(self) -> bool:
        """Whether a notification server has answered."""
        return self._bus is not None and self._bus.ready

    @Slot(str)
    def _show_in_tray(self, tag: str) -> None:
        if self._tray is not None and self._tray.supportsMessages() and tag in self._shown:
            title, body, _ = self._shown[tag]
            self._tray.showMessage(title, body, self._tray.icon())

    @Slot(str)
    def _run_click(self, tag: str) -> None:
        if shown := self._shown.pop(tag, None):
            shown[2]()

    @Slot()
    def _run_latest(self) -> None:
        """The tray does not tell which one was clicked; the latest is what people see."""
        if self._shown:
            self._run_click(next(reversed(self._shown)))


def one_line(text: str, length: int) -> str:
    """`text` without control characters and line breaks, cut to `length` characters."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * length]).split())
    return plain if len(plain) <= length else plain[: length - 1] + "…"
