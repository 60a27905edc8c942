"""Collecting garbage when nothing else is to be done."""

import gc

from PySide6.QtCore import QObject, QTimer

TICK_MS = 1000


class Collector(QObject):
    """Collects on the window's thread, between two events, instead of wherever memory is asked for.

    A pause then never falls into the middle of a paint, and what belongs to Qt is never destroyed by
    a reader or a worker. After `close` Python collects by itself again.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """The oldest generation that is due, and with it those below."""
        due = [
            generation
            for generation, (count, limit) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if count > limit
        ]
        if due:
            gc.collect(due[-1])

    def close(self) -> None:
        self._timer.stop()
        gc.enable()
