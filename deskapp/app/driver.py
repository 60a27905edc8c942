"""Drives a real window from outside, for the tour and the pictures: waits, types, takes pictures.

Nothing here sleeps: each wait is for a condition, with a deadline.
"""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from deskapp.app.gui import DeskWindow
from deskapp.ui.theme import colour

PATIENCE_S = 60.0
_LOOK_EVERY_MS = 10
SIZE = (1440, 900)


class StepFailed(Exception):
    """A step of the tour did not happen; says which in plain words."""


class Driver:
    """Hands and eyes on one window."""

    def __init__(self, app: QApplication, desk_window: DeskWindow) -> None:
        self.app = app
        self.desk_window = desk_window
        self.window = desk_window.window

    def wait(self, what: str, condition: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        """Let the window live until `condition` holds. Raises StepFailed with `what` after `seconds`."""
        if condition():
            return
        loop = QEventLoop()
        timer = QTimer(interval=_LOOK_EVERY_MS)
        deadline = time.monotonic() + seconds

        def look() -> None:
            if condition() or time.monotonic() > deadline:
                loop.quit()

        timer.timeout.connect(look)
        timer.start()
        loop.exec()
        timer.stop()
        if not condition():
            raise StepFailed(what)

    def settle(self) -> None:
        """Let everything that is due be shown: answers of the readers, layouts, paints."""
        quiet = 0

        def calm() -> bool:
            nonlocal quiet
            quiet += 1
            return quiet > 35

        self.wait("the window never comes to rest", calm)

    def press(self, keys: str, target: QWidget | None = None) -> None:
        """Press a key or a chord ("E", "Ctrl+K", "G, I"), as the keyboard would."""
        for stroke in keys.split(", "):
            *held, name = stroke.split("+")
            modifiers = Qt.KeyboardModifier.NoModifier
            for one in held:
                modifiers |= _HELD[one]
            QTest.keyClick(self._at(target), getattr(Qt.Key, f"Key_{name}"), modifiers)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        for char in text:
            if char.isascii():
                QTest.keyClicks(self._at(None), char)
            else:  # which QTest has no keys for
                key = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, char)
                QApplication.sendEvent(self._at(None), key)

    def _at(self, target: QWidget | None) -> QWidget:
        dialog = QApplication.activeModalWidget()
        inside: QWidget | None = dialog.focusWidget() if dialog is not None else None
        return target or inside or QApplication.focusWidget() or self.window

    def picture(self, path: Path) -> Path:
        """The window with everything that stands over it, as a PNG of `SIZE`."""
        self.settle()
        path.parent.mkdir(parents=True, exist_ok=True)
        image = self.grab()
        if not image.save(str(path)):
            raise StepFailed(f"{path} cannot be written")
        return path

    def grab(self) -> QImage:
        """The window, and dialogs and pop-ups where they stand on it."""
        image = QImage(*SIZE, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        self.window.render(image)
        corner = self.window.mapToGlobal(QPoint(0, 0))
        painter = QPainter(image)
        for over in self.over():
            at = over.mapToGlobal(QPoint(0, 0)) - corner
            if over.isModal():  # a window manager would put it there
                at = self.window.rect().center() - over.rect().center()
                painter.fillRect(QRect(QPoint(0, 0), image.size()), QColor(0, 0, 0, 70))
            picture = QImage(over.size(), QImage.Format.Format_ARGB32_Premultiplied)
            picture.fill(Qt.GlobalColor.transparent)
            over.render(picture, QPoint(), renderFlags=_FLAGS)
            painter.drawImage(at, picture)
            if over.isModal():  # and frame it
                painter.setPen(colour("text3"))
                painter.drawRect(QRect(at, over.size()).adjusted(-1, -1, 0, 0))
        painter.end()
        return image

    def over(self) -> list[QWidget]:
        """Dialogs, menus and pop-ups that are open, the one below first."""
        return [
            widget
            for widget in QApplication.topLevelWidgets()
            if widget.isVisible() and widget is not self.window
        ]

    def close_over(self) -> None:
        for widget in reversed(self.over()):
            widget.close()
        self.settle()


_FLAGS = QWidget.RenderFlag.DrawChildren | QWidget.RenderFlag.DrawWindowBackground
_HELD = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
}
