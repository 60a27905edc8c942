"""Ctrl-C and the system's request to end close the window as its own Quit does."""

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts(QObject):
    """Python handles a signal only when it runs, which an idle event loop does not: the signal's
    wake-up byte on a socket makes it run."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self._app = app
        self._read, self._written = socket.socketpair()
        for end in (self._read, self._written):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)
        self._before = signal.set_wakeup_fd(self._written.fileno(), warn_on_full_buffer=False)
        self._handlers = {each: signal.signal(each, self._quit) for each in _SIGNALS}

    def close(self) -> None:
        """Put everything back as it was."""
        for each, handler in self._handlers.items():
            signal.signal(each, handler)
        signal.set_wakeup_fd(self._before)
        self._notifier.setEnabled(False)
        self._read.close()
        self._written.close()

    def _drain(self) -> None:
        self._read.recv(64)

    def _quit(self, *_: object) -> None:
        self._app.quit()
