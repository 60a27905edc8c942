"""Short messages at the foot of the window, with Undo and a line that shows how long they stay."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from deskapp.ui.theme import colour
from deskapp.ui.widgets.boxes import Frame, hbox, vbox
from deskapp.ui.widgets.buttons import Button, IconButton
from deskapp.ui.widgets.labels import PlainLabel

STAYS_MS = 6_000
_TICK_MS = 100
_GAP = 8
_MOST = 3


class _TimeLine(QWidget):
    """How much time is left. Opaque: a step paints a few pixels of its own, and nothing below it."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFixedHeight(2)
        self._share = 1.0

    def show_share(self, share: float) -> None:
        before, self._share = self._edge(), max(0.0, min(1.0, share))
        first, last = sorted((before, self._edge()))
        if first != last:
            self.update(first, 0, last - first, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, edge = QPainter(self), self._edge()
        painter.setClipRegion(event.region())
        painter.fillRect(0, 0, edge, self.height(), colour("accent"))
        painter.fillRect(edge, 0, self.width() - edge, self.height(), colour("raised"))

    def _edge(self) -> int:
        return round(self.width() * self._share)


class Toast(Frame):
    """One message. It waits while the pointer is on it, once that has moved there. `stays_ms` 0: it
    stays until somebody closes it.

    `expired` fires when its time is over.
    """

    closed = Signal()
    expired = Signal()

    def __init__(
        self,
        text: str,
        action: str = "",
        on_action: Callable[[], object] | None = None,
        stays_ms: int = STAYS_MS,
        close_name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("toast", parent)
        self._held = False
        self.setMouseTracking(True)
        self._endless = not stays_ms
        self._left = self._whole = max(stays_ms, _TICK_MS)
        self._label = PlainLabel(text)
        self._label.setWordWrap(len(text) > 60)
        self.button = Button(action, "link", on_click=self._act)
        self._on_action = on_action
        self._bar = _TimeLine()
        column = vbox(self, (1, 1, 1, 1), 0)
        row = hbox(margins=(13, 7, 7, 7), spacing=10)
        row.addWidget(self._label, 1)
        row.addWidget(self.button)
        row.addWidget(IconButton("x", close_name, self.dismiss, size=12))
        column.addLayout(row)
        column.addWidget(self._bar)
        # Only now: what has no parent yet would be shown as a window of its own.
        self.button.setVisible(bool(action))
        self._bar.setVisible(bool(action) and not self._endless)
        self.setAccessibleName(text)
        self._clock = QTimer(self, interval=_TICK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self._tick()

    @property
    def undoable(self) -> bool:
        """Whether its button still does something."""
        return self._on_action is not None and self._clock.isActive()

    @property
    def stays(self) -> bool:
        """Whether it is there until somebody closes it."""
        return self._endless

    def text(self) -> str:
        return self._label.text()

    def hold(self, share: float) -> None:
        """Stay on screen with this share (0 to 1) of its time left."""
        self._held, self._left = True, int(self._whole * share)
        self._bar.show_share(share)

    def dismiss(self) -> None:
        if self._clock.isActive():
            self._clock.stop()
            self.closed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._held = True

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._held = False

    def _act(self) -> None:
        if self._clock.isActive() and self._on_action is not None:
            self._on_action()
        self.dismiss()

    def _tick(self) -> None:
        if self._held or self._endless:
            return
        self._bar.show_share(self._left / self._whole)
        self._left -= _TICK_MS
        if self._left < 0:
            self.expired.emit()
            self.dismiss()


class ToastStack(QObject):
    """Shows toasts over the lower left of `host`, the newest at the bottom, at most three: the oldest makes
    room, of those that go by themselves while there are any.

    There they hide neither what is written nor what is read. `left`: room for the rail.
    """

    def __init__(self, host: QWidget, left: int = 12) -> None:
        super().__init__(host)
        self._left = left
        self._host = host
        self._toasts: list[Toast] = []
        host.installEventFilter(self)

    def add(self, toast: Toast) -> Toast:
        toast.setParent(self._host)
        toast.closed.connect(lambda: self._drop(toast))
        self._toasts.append(toast)
        for _surplus in self._toasts[:-_MOST]:
            earlier = self._toasts[:-1]
            next((one for one in earlier if not one.stays), earlier[0]).dismiss()
        toast.show()
        self._arrange()
        QAccessible.updateAccessibility(QAccessibleEvent(toast, QAccessible.Event.Alert))
        return toast

    def toasts(self) -> tuple[Toast, ...]:
        return tuple(self._toasts)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._arrange()
        return False

    def _drop(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._arrange()

    def _arrange(self) -> None:
        bottom = self._host.height() - 36
        for toast in reversed(self._toasts):
            toast.setMaximumWidth(min(560, self._host.width() - 40))
            toast.adjustSize()
            bottom -= toast.height()
            toast.move(self._left, bottom)
            toast.raise_()
            bottom -= _GAP
