"""Tells `app.crash.BlockWatch` when the window's event loop wakes and when it goes to sleep."""

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Slot

from deskapp.app.crash import BlockWatch


class LoopWatch(QObject):
    """Logs, from `start` to `close`, whatever keeps this thread's event loop for over 50 ms."""

    def __init__(self) -> None:
        super().__init__()
        self._watch: BlockWatch | None = None

    @property
    def blocks(self) -> int:
        """How many there were."""
        return self._watch.blocks if self._watch else 0

    @Slot()
    def start(self) -> None:
        """Begin. The first paint and what is loaded after it are better left out."""
        dispatcher = QAbstractEventDispatcher.instance()
        if self._watch is None and dispatcher is not None:
            self._watch = BlockWatch()
            dispatcher.awake.connect(self._watch.enter)
            dispatcher.aboutToBlock.connect(self._watch.leave)

    def close(self) -> None:
        dispatcher = QAbstractEventDispatcher.instance()
        if self._watch is not None and dispatcher is not None:
            dispatcher.awake.disconnect(self._watch.enter)
            dispatcher.aboutToBlock.disconnect(self._watch.leave)
            self._watch.close()
            self._watch = None
