"""Garbage is collected by the window's thread, between two events."""

from PySide6.QtCore import QObject, QTimer

from deskapp.app.garbage import Garbage

TICK_MS = 100
"""A rush makes thousands of objects in that time: to look at them takes a fraction of a frame. After a whole
second of a rush it took 36 ms."""


class Collector(QObject):
    """A pause never falls into the middle of a paint, and what belongs to Qt is never destroyed by a reader or a
    worker. After `close` it is as before.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._garbage = Garbage()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        self._garbage.collect()

    def close(self) -> None:
        self._timer.stop()
        self._garbage.close()
