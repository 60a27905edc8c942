"""A scroll bar that lies over the edge of a view and takes no room from it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QWidget

WIDTH = 10


class OverlayBar(QScrollBar):
    """Stands for the vertical bar of `view`, at the right edge of `host` (`view` itself if None)."""

    def __init__(self, view: QAbstractScrollArea, host: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, host or view)
        self._view, self._host = view, host or view
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        real = view.verticalScrollBar()
        real.rangeChanged.connect(self._on_range)
        real.valueChanged.connect(self.setValue)
        self.valueChanged.connect(real.setValue)
        view.installEventFilter(self)
        self._on_range(real.minimum(), real.maximum())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def _on_range(self, least: int, most: int) -> None:
        real = self._view.verticalScrollBar()
        self.setPageStep(real.pageStep())
        self.setSingleStep(real.singleStep())
        self.setRange(least, most)
        self.setValue(real.value())
        self.setVisible(most > least)
        self._place()

    def _place(self) -> None:
        top = 0 if self._host is self._view else self._view.y()
        self.setGeometry(self._host.width() - WIDTH, top, WIDTH, self._view.height())
        self.raise_()
