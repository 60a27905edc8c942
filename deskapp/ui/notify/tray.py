"""The tray: how much is unread, my state, and the way back to the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from deskapp.ui.i18n import count
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.theme import base_font, icon_pixmap, theme, tokens

_SIZES = (16, 22, 24, 32, 48)


class Tray(QObject):
    """Dresses a `QSystemTrayIcon`. `state_menu` makes the menu of my states, ticked as it is now."""

    def __init__(
        self,
        tray: QSystemTrayIcon,
        window: QWidget,
        preferences: Preferences,
        raise_up: Callable[[], object],
        state_menu: Callable[[QWidget], QMenu],
        leave: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._tray, self._window, self._preferences = tray, window, preferences
        self._raise_up, self._state_menu, self._leave = raise_up, state_menu, leave
        self._unread = 0
        self._states: QMenu | None = None
        self.menu = QMenu(window)
        self.menu.aboutToShow.connect(self._fill)
        tray.setContextMenu(self.menu)
        tray.activated.connect(self._on_activated)
        theme().changed.connect(self._show)
        window.installEventFilter(self)
        self._fill()
        self._show()
        tray.show()

    def set_unread(self, unread: int) -> None:
        """How many wait for me."""
        if unread != self._unread:
            self._unread = unread
            self._show()

    def close(self) -> None:
        """Leave the tray, and let go of the window."""
        self._window.removeEventFilter(self)
        self._tray.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LanguageChange:
            self._fill()
            self._show()
        return super().eventFilter(watched, event)

    def _show(self) -> None:
        self._tray.setIcon(tray_icon(self._unread))
        waiting = self.tr("%n conversation(s) waiting", "", self._unread)
        self._tray.setToolTip(f"deskapp: {waiting}" if self._unread else "deskapp")

    def _fill(self) -> None:
        if self._states is not None:
            self._states.deleteLater()
        self.menu.clear()
        self.menu.addAction(self.tr("Open deskapp"), self._raise_up)
        self._states = states = self._state_menu(self.menu)
        states.setTitle(self.tr("My state"))
        self.menu.addMenu(states)
        mute = self.menu.addAction(self.tr("Sounds and pop-ups"))
        mute.setCheckable(True)
        mute.setChecked(self._preferences.flag("alerts.enabled"))
        mute.toggled.connect(lambda on: self._preferences.set("alerts.enabled", on))
        self.menu.addSeparator()
        self.menu.addAction(self.tr("Quit"), self._leave)

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        how = QSystemTrayIcon.ActivationReason
        if reason in (how.Trigger, how.DoubleClick, how.MiddleClick):
            self._raise_up()


def tray_icon(unread: int) -> QIcon:
    """The app's outline, with a red number when somebody waits."""
    picture = QIcon()
    for size in _SIZES:
        picture.addPixmap(_picture(size, unread))
    return picture


def _picture(size: int, unread: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens().accent))
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.24, size * 0.24)
    inner = round(size * 0.64)
    edge = (size - inner) // 2
    painter.drawPixmap(edge, edge, icon_pixmap("inbox", tokens().on_accent, inner))
    if unread:
        _paint_badge(painter, size, count(unread) if unread < 100 else "99")
    painter.end()
    return pixmap


def _paint_badge(painter: QPainter, size: int, text: str) -> None:
    side = size * 0.62
    width = max(side, side * 0.62 * len(text))
    box = QRectF(size - width, 0, width, side)
    painter.setBrush(QColor("#C0272D"))
    painter.drawRoundedRect(box, side / 2, side / 2)
    painter.setPen(QColor("#FFFFFF"))
    painter.setFont(base_font(max(7, side * 0.72), 700))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
