"""The files of a message: pictures as previews, everything else as chips."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen

from deskapp.core.policies.display import (
    display_filename,
    is_dangerous_file,
    pretends_to_be_document,
)
from deskapp.models.dto import AttachmentInfo
from deskapp.ui.conversation.blocks import Env, Spot, font
from deskapp.ui.conversation.phrases import file_size
from deskapp.ui.theme import colour, icon_pixmap, tokens

translate = QCoreApplication.translate

PREVIEW_MIMES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
PREVIEW_BYTES = 20_000_000
PREVIEW_HEIGHT = 140.0
_PREVIEW_MOST = 260.0
_CHIP = 32.0
_CHIP_MOST = 320.0
_GAP = 8.0


def has_preview(attachment: AttachmentInfo) -> bool:
    """Whether it is worth decoding as a picture."""
    return attachment.mime.lower() in PREVIEW_MIMES and 0 < attachment.size <= PREVIEW_BYTES


class AttachmentStrip:
    """Lays out, paints and offers the files of one message."""

    def __init__(self, attachments: Sequence[AttachmentInfo], env: Env) -> None:
        self._env = env
        self._items = tuple(attachments)
        self._rects: list[QRectF] = []
        self.height = 0.0
        self.natural_width = 0.0

    def lay_out(self, width: float) -> None:
        """Flow into rows of `width`; previews keep their height while they are still loading."""
        x = y = row = 0.0
        self._rects = []
        for item in self._items:
            size = self._size(item, width)
            if x > 0 and x + size.width() > width:
                x, y, row = 0.0, y + row + _GAP, 0.0
            self._rects.append(QRectF(QPointF(x, y), size))
            x += size.width() + _GAP
            row = max(row, size.height())
            self.natural_width = max(self.natural_width, x - _GAP)
        self.height = y + row

    def spots(self, at: QPointF) -> list[Spot]:
        return [
            Spot(rect.translated(at), "attachment", item.id, self._label(item))
            for item, rect in zip(self._items, self._rects, strict=True)
        ]

    def paint(self, painter: QPainter, at: QPointF, hot: Spot | None) -> None:
        for item, rect in zip(self._items, self._rects, strict=True):
            where = rect.translated(at)
            lit = hot is not None and hot.action == "attachment" and hot.argument == item.id
            picture = self._env.picture(item) if has_preview(item) else None
            if picture is not None and not picture.isNull():
                self._paint_preview(painter, where, item, lit)
            else:
                self._paint_chip(painter, where, item, lit)

    def _size(self, item: AttachmentInfo, width: float) -> QSizeF:
        if has_preview(item):
            picture = self._env.picture(item)
            if picture is None:
                return QSizeF(min(200.0, width), PREVIEW_HEIGHT)
            if not picture.isNull():
                high = min(PREVIEW_HEIGHT, picture.height())
                wide = picture.width() * high / max(picture.height(), 1)
                return QSizeF(max(40.0, min(wide, _PREVIEW_MOST, width)), PREVIEW_HEIGHT)
        text = QFontMetricsF(font(12)).horizontalAdvance(self._name(item))
        size = QFontMetricsF(font(12)).horizontalAdvance(file_size(item.size))
        return QSizeF(min(text + size + 52, _CHIP_MOST, width), _CHIP)

    def _paint_preview(
        self, painter: QPainter, rect: QRectF, item: AttachmentInfo, lit: bool
    ) -> None:
        picture = self._env.picture(item)
        if picture is None:
            return
        path = QPainterPath()
        path.addRoundedRect(rect, 8, 8)
        painter.save()
        painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
        painter.fillPath(path, colour("surface"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ratio = picture.width() / max(picture.height(), 1)
        target = QRectF(rect)
        if ratio > rect.width() / rect.height():
            target.setHeight(rect.width() / ratio)
        else:
            target.setWidth(rect.height() * ratio)
        target.moveCenter(rect.center())
        painter.drawImage(target, picture)
        painter.restore()
        painter.setPen(QPen(colour("accent" if lit else "border"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)

    def _paint_chip(self, painter: QPainter, rect: QRectF, item: AttachmentInfo, lit: bool) -> None:
        painter.setPen(QPen(colour("accent" if lit else "border"), 1))
        painter.setBrush(colour("hover" if lit else "surface"))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        danger = is_dangerous_file(item.filename) or pretends_to_be_document(item.filename)
        name = "alert" if danger else "image" if has_preview(item) else "file"
        ink = tokens().warn if danger else tokens().text2
        ratio = painter.device().devicePixelRatioF()
        middle = rect.center().y()
        painter.drawPixmap(QPointF(rect.left() + 10, middle - 8), icon_pixmap(name, ink, 16, ratio))
        painter.setFont(font(12))
        metrics = painter.fontMetrics()
        size = file_size(item.size)
        inner = rect.adjusted(34, 0, -10, 0)
        painter.setPen(colour("text3"))
        painter.drawText(inner, _RIGHT, size)
        inner.setRight(inner.right() - metrics.horizontalAdvance(size) - 8)
        painter.setPen(colour("text"))
        shown = metrics.elidedText(
            self._name(item), Qt.TextElideMode.ElideMiddle, int(inner.width()) + 1
        )
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, shown)

    @staticmethod
    def _name(item: AttachmentInfo) -> str:
        return display_filename(item.filename)

    def _label(self, item: AttachmentInfo) -> str:
        label = f"{self._name(item)}, {file_size(item.size)}"
        if is_dangerous_file(item.filename):
            words = translate(
                "AttachmentStrip", "%1. Can run code: it is only saved, never opened."
            )
            return words.replace("%1", label)
        return label


_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
