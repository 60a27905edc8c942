"""Asks the window's event loop, for `app.crash.BlockWatch`, whether it still goes round."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication

from deskapp.app.crash import BlockWatch


class LoopWatch(QObject):
    """Logs, from `start` to `close`, whatever keeps this thread's event loop for over 50 ms."""

    _asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._watch: BlockWatch | None = None
        # Emitted on the watch's thread, and received on this one when its loop comes to it.
        self._asked.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    @property
    def blocks(self) -> int:
        """How many there were."""
        return self._watch.blocks if self._watch else 0

    @Slot()
    def start(self) -> None:
        """Begin. The first paint and what is loaded after it are better left out."""
        app = QGuiApplication.instance()
        if self._watch is None and isinstance(app, QGuiApplication):
            self._watch = BlockWatch(self._asked.emit)
            app.applicationStateChanged.connect(self._rest)

    def close(self) -> None:
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    @Slot()
    def _answer(self) -> None:
        if self._watch is not None:
            self._watch.answer()

    @Slot(Qt.ApplicationState)
    def _rest(self, state: Qt.ApplicationState) -> None:
        if self._watch is not None:
            self._watch.rest(state is not Qt.ApplicationState.ApplicationActive)
