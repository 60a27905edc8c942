"""A message as a card: customer left, us right, notes yellow and right."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from deskapp.core.policies.display import safe_name
from deskapp.models.enums import Delivery
from deskapp.ui.conversation.blocks import State, font
from deskapp.ui.conversation.message_block import (
    AVATAR,
    META,
    PAD_X,
    PAD_Y,
    PAPER_PAD,
    MessageBlock,
)
from deskapp.ui.theme import LIGHT, colour, icon_pixmap, tokens
from deskapp.ui.widgets import paint_avatar

translate = QCoreApplication.translate

_RADIUS = 12.0


class MessageCard(MessageBlock):
    """A message, painted."""

    def paint(self, painter: QPainter, state: State) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, state)
        if not self.mine and not self.follows:
            name = safe_name(self.message.author_name) or self.message.author_address
            key = self.message.author_id or self.message.author_address
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(QPointF(0, 0), _face(name, key, ratio))
        self._paint_headline(painter)
        painter.save()
        painter.setClipRect(self._bubble)
        if self._details is not None:
            self._details.draw(painter, self._at("details"))
        self._paint_texts(painter, state)
        painter.restore()
        self._paint_fold(painter, state)
        if self._strip is not None:
            self._strip.paint(painter, self._inside("files").topLeft(), state.spot)
        for notice in self._notices:
            notice.paint(painter, self._inside(notice.name).topLeft(), state.spot)
        if state.hovered or state.current:
            self._paint_tools(painter, state)

    def _paint_ground(self, painter: QPainter, state: State) -> None:
        ground = "note" if self.note else "outgoing" if self.mine else "incoming"
        edge = None
        if self.note:
            edge = "note_border"
        elif self.message.held or self.message.delivery is Delivery.UNCERTAIN:
            edge = "warn"
        elif self.message.delivery is Delivery.FAILED:
            edge = "danger"
        if state.current:
            edge = "accent"
        painter.setPen(QPen(colour(edge), 1) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(colour(ground))
        inset = 0.5 if edge else 0.0
        rect = self._bubble.adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(rect, _RADIUS, _RADIUS)

    def _paint_headline(self, painter: QPainter) -> None:
        x = self._bubble.left() + PAD_X
        ratio = painter.device().devicePixelRatioF()
        if self.note:
            painter.drawPixmap(
                QPointF(x, PAD_Y + 2), icon_pixmap("lock", tokens().text3, 12, ratio)
            )
            x += 18
        if self._warned:
            painter.drawPixmap(
                QPointF(x, PAD_Y + 2), icon_pixmap("alert", tokens().warn, 12, ratio)
            )
            x += 18
        rect = QRectF(x, PAD_Y - 1, self._bubble.right() - PAD_X - x + 1, META)
        painter.setFont(font(11.5))
        painter.setPen(colour("text3"))
        text = painter.fontMetrics().elidedText(
            self._headline, Qt.TextElideMode.ElideRight, int(rect.width()) + 1
        )
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_texts(self, painter: QPainter, state: State) -> None:
        if self._on_paper():
            pad = PAPER_PAD
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(LIGHT.surface))
            wide = self._bubble.width() - 2 * PAD_X
            paper = self._inside("body").adjusted(-pad, -pad, 0, pad)
            paper.setWidth(wide)
            painter.drawRoundedRect(paper, 6, 6)
        for i, placed in enumerate(self.parts()):
            chosen = state.selected[i] if i < len(state.selected) else None
            placed.part.draw(painter, placed.at, chosen)
        if "quote" in self._rows:
            bar = self._inside("quote")
            painter.fillRect(QRectF(bar.left() - 12, bar.top(), 2, bar.height()), colour("border"))

    def _paint_fold(self, painter: QPainter, state: State) -> None:
        if "fold" in self._rows:
            rect = self._inside("fold")
            hot = state.spot is not None and state.spot.action == "toggle_quote"
            painter.setPen(QPen(colour("border"), 1))
            painter.setBrush(colour("hover" if hot else "surface"))
            painter.drawRoundedRect(rect, 8, 8)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("text2"))
            for step in (-5, 0, 5):
                painter.drawEllipse(rect.center() + QPointF(step, 0), 1.3, 1.3)
        if "whole" in self._rows:
            painter.setFont(font(12, 600))
            painter.setPen(colour("accent"))
            words = translate("MessageCard", "Show all")
            painter.drawText(self._inside("whole"), Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_tools(self, painter: QPainter, state: State) -> None:
        tools = self._tools()
        whole = tools[0].rect.united(tools[-1].rect)
        painter.setPen(QPen(colour("border"), 1))
        painter.setBrush(colour("surface"))
        painter.drawRoundedRect(whole.adjusted(-1, 0, 1, 0), 6, 6)
        ratio = painter.device().devicePixelRatioF()
        icons = {"menu": "more", "reply": "reply", "toggle_rich": "eye"}
        for spot in tools:
            hot = state.spot is not None and state.spot.rect == spot.rect
            if hot:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour("hover"))
                painter.drawRoundedRect(spot.rect.adjusted(1, 1, -1, -1), 5, 5)
            ink = tokens().accent if hot else tokens().text2
            pixmap = icon_pixmap(icons[spot.action], ink, 14, ratio)
            painter.drawPixmap(spot.rect.topLeft() + QPointF(5, 5), pixmap)


@lru_cache(maxsize=256)
def _face(name: str, key: str, ratio: float) -> QPixmap:
    """A person's avatar, painted once."""
    pixmap = QPixmap(round(AVATAR * ratio), round(AVATAR * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_avatar(painter, QRectF(0, 0, AVATAR, AVATAR), name, key)
    painter.end()
    return pixmap
