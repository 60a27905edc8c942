"""Outline icons, tinted by the theme in force.

An icon looks its colour up when it is painted, so it follows a live theme switch by itself.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap

from deskapp.system.resources import resource
from deskapp.ui.theme.manager import tokens

_DISABLED_OPACITY = 0.45


def icon(name: str, token: str = "text2", size: int = 16, on: str = "accent") -> QIcon:  # noqa: S107
    """The icon `name` (a file of `resources/icons`) in the colour `token`; `on` when checked.

    `size` is its natural size in device-independent pixels. Raises `FileNotFoundError` when painted
    for an unknown name (`icon_names` lists them).
    """
    return QIcon(_Tinted(name, token, on, size))


def icon_pixmap(name: str, colour: str, size: int = 16, ratio: float = 1.0) -> QPixmap:
    """The icon in `colour` (`#RRGGBB`), `size` square; `ratio`: the screen's device pixel ratio."""
    return _pixmap(name, colour, size, size, ratio)


def icon_names() -> list[str]:
    """All names `icon` knows, sorted."""
    return sorted(path.stem for path in resource("icons").glob("*.svg"))


@lru_cache(maxsize=256)
def _outline(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=512)
def _pixmap(name: str, colour: str, width: int, height: int, ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer  # only once something is painted

    pixmap = QPixmap(max(1, round(width * ratio)), max(1, round(height * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(_outline(name).replace("currentColor", colour).encode()))
    side = min(width, height)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF((width - side) / 2, (height - side) / 2, side, side))
    painter.end()
    return pixmap


class _Tinted(QIconEngine):
    """Paints one outline in the colours the theme has at that moment."""

    def __init__(self, name: str, token: str, on: str, size: int) -> None:
        super().__init__()
        self._args = (name, token, on, size)

    def clone(self) -> QIconEngine:
        return _Tinted(*self._args)

    def actualSize(self, size: QSize, *_args: object) -> QSize:
        return size

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._tinted(rect.size(), state, ratio)
        if mode == QIcon.Mode.Disabled:
            painter.setOpacity(painter.opacity() * _DISABLED_OPACITY)
        painter.drawPixmap(rect.topLeft(), pixmap)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        pixmap = self._tinted(size, state, scale)
        return _faded(pixmap) if mode == QIcon.Mode.Disabled else pixmap

    def _tinted(self, size: QSize, state: QIcon.State, ratio: float) -> QPixmap:
        name, token, on, _size = self._args
        which = on if state == QIcon.State.On else token
        return _pixmap(name, getattr(tokens(), which), size.width(), size.height(), ratio)


def _faded(pixmap: QPixmap) -> QPixmap:
    faded = QPixmap(pixmap.size())
    faded.setDevicePixelRatio(pixmap.devicePixelRatio())
    faded.fill(Qt.GlobalColor.transparent)
    painter = QPainter(faded)
    painter.setOpacity(_DISABLED_OPACITY)
    painter.drawPixmap(0, 0, pixmap)
    painter.end()
    return faded
