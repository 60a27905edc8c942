"""The scrolling surface under the messages: lays out and paints only what is looked at."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from deskapp.core.policies.display import display_host, link_warning
from deskapp.models.enums import Delivery
from deskapp.ui.conversation.blocks import Block, State, UnreadLine, font
from deskapp.ui.conversation.card import MessageCard
from deskapp.ui.conversation.column import PAD, Anchor, Column
from deskapp.ui.conversation.phrases import link_warning_words
from deskapp.ui.conversation.seen import AROUND, Place, Seen
from deskapp.ui.conversation.text import Link
from deskapp.ui.theme import colour, theme

MARGIN = 18
_IDLE_SLICE = 0.004  # seconds of laying out between two turns of the event loop
_EARLIER_ABOVE = 400  # px from the top at which older messages are asked for
_ABOVE = 12.0  # px left above a block that is gone to


class Surface(QAbstractScrollArea):
    """Shows blocks and keeps what is looked at in its place.

    `earlier_wanted` fires near the top; `rich_wanted` carries a card whose HTML would be seen.
    """

    earlier_wanted = Signal()
    rich_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.column = Column()
        self._seen = Seen(self.viewport())
        self._anchor = Anchor()
        self._settling = False
        self._link: Link | None = None
        self._idle = QTimer(self, interval=0)
        self._idle.timeout.connect(self._measure_more)
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._count_down)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().setSingleStep(40)
        theme().changed.connect(self._on_theme)

    # -- content --------------------------------------------------------------------------------

    @property
    def blocks(self) -> list[Block]:
        return self.column.blocks

    def show_blocks(self, blocks: list[Block]) -> None:
        """Show another conversation, at its first unread message or at its end."""
        self._link = None
        self._anchor = Anchor()
        self._seen.forget()
        self.column.width = self._content_width()
        self.column.set_blocks(blocks)
        unread = next((i for i, b in enumerate(blocks) if isinstance(b, UnreadLine)), -1)
        if unread >= 0:
            self._anchor = Anchor(unread, _ABOVE)
        self._settle()
        bar = self.verticalScrollBar()
        if bar.value() == bar.maximum():
            self._anchor = Anchor()  # all from there on is seen: what comes next is to be seen too
        self._ask_for_html()
        self._after_change()

    def update_blocks(self, blocks: list[Block]) -> None:
        """Show a newer state of the same conversation. What is looked at stays where it is."""
        kept = self._anchored_block()
        self.column.set_blocks(blocks)
        if kept is not None and kept in blocks:
            self._anchor.index = blocks.index(kept)
        self._settle()
        self._after_change()

    def block_changed(self, block: Block) -> None:
        """A block has to be laid out again; what is looked at does not move."""
        block.forget()
        self._settle()
        self._idle.start()  # a lower block may have brought another into sight

    def card(self, message_id: str) -> MessageCard | None:
        return next(
            (b for b in self.blocks if isinstance(b, MessageCard) and b.message.id == message_id),
            None,
        )

    def state_of(self, _index: int, _block: Block) -> State:
        """How a block is to be painted now."""
        return State()

    # -- places ---------------------------------------------------------------------------------

    def go_to(self, index: int, margin: float = _ABOVE) -> None:
        """Bring a block to the top, as far as the column allows."""
        self._anchor = Anchor(index, margin)
        self._settle()
        self._idle.start()

    def rect_of(self, index: int) -> QRectF:
        """Where a block is in the viewport."""
        block = self.blocks[index]
        y = self.column.top(index) - self._offset()
        return QRectF(MARGIN, y, self.column.width, block.height)

    def around(self, index: int) -> QRect:
        """What of the viewport a block may paint on."""
        return self.rect_of(index).adjusted(-MARGIN, -AROUND, MARGIN, AROUND).toAlignedRect()

    def _show_index(self, index: int) -> None:
        self.column.measure(range(index, index + 1))
        self._settle()
        rect, height = self.rect_of(index), self.viewport().height()
        if rect.top() < PAD or rect.height() > height - 2 * PAD:
            self._anchor = Anchor(index, float(PAD))
        elif rect.bottom() > height - PAD:
            self._anchor = Anchor(index, height - PAD - rect.height())
        else:
            return
        self._settle()

    def _content_width(self) -> float:
        # The scroll bar stands in the margin: it comes and goes without moving anything.
        return max(120.0, self.width() - 2.0 * MARGIN)

    def _offset(self) -> float:
        """What to take from a place in the column to get one in the viewport."""
        room = self.viewport().height() - self.column.height
        return -room if room > 0 else float(self.verticalScrollBar().value())

    def _anchored_block(self) -> Block | None:
        i = self._anchor.index
        return self.blocks[i] if 0 <= i < len(self.blocks) else None

    def _settle(self) -> None:
        """Place everything so that the anchor stays and all that is seen is really laid out."""
        self._settling = True
        column, bar = self.column, self.verticalScrollBar()
        column.width = self._content_width()
        high = self.viewport().height()
        for _ in range(40):
            column.stack()
            bar.setPageStep(high)
            bar.setRange(0, max(0, round(column.height) - high))
            if self._anchor.index < 0:
                bar.setValue(bar.maximum())
            else:
                index = min(self._anchor.index, len(column.blocks) - 1)
                bar.setValue(round(column.top(index) - self._anchor.offset) if index >= 0 else 0)
            top = self._offset()
            if not column.measure(column.between(top, top + high)):
                break
        self._settling = False
        self._show_seen()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """What moves on the screen is for `Seen` to say; Qt would paint everything."""

    def _on_scrolled(self, value: int) -> None:
        if self._settling:
            return
        bar = self.verticalScrollBar()
        if value >= bar.maximum() - 2:
            self._anchor = Anchor()
        else:
            index = self.column.at(float(value))
            self._anchor = Anchor(index, self.column.top(index) - value)
        self._settle()
        self._ask_for_more()

    def _after_change(self) -> None:
        self._idle.start()
        self._tick.start()

    def _measure_more(self) -> None:
        """In idle time: lay out what is not seen yet, then ask for the HTML of what is."""
        more = self.column.measure_some(_IDLE_SLICE)
        self._settle()
        if not more:
            self._idle.stop()
            self._ask_for_more()

    def _ask_for_more(self) -> None:
        if self.verticalScrollBar().value() < _EARLIER_ABOVE and self.blocks:
            self.earlier_wanted.emit()
        self._ask_for_html()

    def _ask_for_html(self) -> None:
        top = self._offset()
        for i in self.column.between(top, top + self.viewport().height()):
            block = self.blocks[i]
            if isinstance(block, MessageCard) and block.wants_rich and block.rich is None:
                block.wants_rich = False
                self.rich_wanted.emit(block)

    def _count_down(self) -> None:
        """Keep "Leaves in 8 s" true."""
        waiting = [
            block
            for block in self.blocks
            if isinstance(block, MessageCard) and block.message.delivery is Delivery.QUEUED
        ]
        if not waiting:
            self._tick.stop()
            return
        for card in waiting:
            card.forget()
        self._settle()

    def _on_theme(self) -> None:
        for block in self.blocks:
            if isinstance(block, MessageCard):
                had_rich = block.rich is not None
                block.theme_changed()
                if had_rich:
                    block.show_plain()
                    block.wants_rich = True
        self._seen.forget()
        self._settle()
        self._after_change()

    # -- painting -------------------------------------------------------------------------------

    def _show_seen(self) -> None:
        """Paint what is not on the screen as it is now."""
        places, offset = {}, self._offset()
        for i in self.column.between(offset, offset + self.viewport().height()):
            block = self.blocks[i]
            top = round(self.column.top(i) - offset)
            places[block] = Place(top, round(block.height), block.layouts)
        self._seen.show(places, whole=self._link is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._seen.forget()
        self._settle()
        self._idle.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), colour("surface"))
        offset, asked = self._offset(), event.region()
        for i in self.column.between(offset, offset + self.viewport().height()):
            block = self.blocks[i]
            if block.width != self.column.width or not asked.intersects(self.around(i)):
                continue
            painter.save()
            painter.translate(MARGIN, round(self.column.top(i) - offset))
            block.paint(painter, self.state_of(i, block))
            painter.restore()
        if self._link is not None:
            self._paint_link(painter, self._link)

    def _paint_link(self, painter: QPainter, link: Link) -> None:
        """Where a link really leads, at the foot of the view."""
        text, odd = describe_link(link)
        painter.setFont(font(12))
        metrics = painter.fontMetrics()
        most = self.viewport().width() - 40
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, most)
        wide = metrics.horizontalAdvance(text) + 20
        box = QRectF(10, self.viewport().height() - 32, wide, 24)
        painter.setPen(colour("warn" if odd else "border"))
        painter.setBrush(colour("warn_weak" if odd else "surface"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(colour("warn" if odd else "text2"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def describe_link(link: Link) -> tuple[str, bool]:
    """Where a link leads, in words, and whether that is odd."""
    warning = link_warning(link.shown, link.href)
    if warning is not None:
        return link_warning_words(warning.code, warning.shown, warning.host), True
    host = display_host(link.href)
    rest = link.href.partition("://")[2].partition("/")[2]
    return (f"{host}/{rest}" if rest else host or link.href), False
