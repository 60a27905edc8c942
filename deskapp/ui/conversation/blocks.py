"""What a conversation is made of on the screen: lines between messages, and what all blocks share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter

from deskapp.models.dto import AttachmentInfo, EventView
from deskapp.ui.conversation.text import Link
from deskapp.ui.conversation.textbox import Range, TextBox
from deskapp.ui.theme import base_font, colour, icon_pixmap, tokens

translate = QCoreApplication.translate

META_PX, EVENT_PX = 11.5, 12


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a block that does something. `rect` is relative to the block's upper left corner."""

    rect: QRectF
    action: str
    argument: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Env:
    """What blocks need from the view. `picture` answers None until a picture has been decoded."""

    agent_id: str
    now: Callable[[], int]
    picture: Callable[[AttachmentInfo], QImage | None]


class Part(Protocol):
    """A selectable text inside a block."""

    height: float
    natural_width: float

    @property
    def text(self) -> str: ...

    def lay_out(self, width: float) -> None: ...

    def draw(self, painter: QPainter, at: QPointF, selected: Range | None = None) -> None: ...

    def length(self) -> int: ...

    def hit(self, point: QPointF) -> int: ...

    def slice(self, start: int, end: int) -> str: ...

    def link_at(self, point: QPointF) -> Link | None: ...

    def rects(self, start: int, end: int) -> list[QRectF]: ...


@dataclass(frozen=True, slots=True)
class Placed:
    """A part and where its upper left corner is in the block."""

    part: Part
    at: QPointF


@dataclass(slots=True)
class State:
    """How a block is to be painted. `selected` has one range for each part, or None."""

    hovered: bool = False
    current: bool = False
    spot: Spot | None = None
    selected: tuple[Range | None, ...] = ()


class Block(ABC):
    """One item of the column. `height` counts only once `width` is the view's.

    `lift`: by how much it stands nearer to the one above than others do, px. `layouts`: how often it was
    laid out; while it was not again, it looks as it did.
    """

    lift = 0

    def __init__(self) -> None:
        self.width = -1.0
        self.height = 0.0
        self.layouts = 0

    def measure(self, width: float) -> None:
        """Lay out for `width`, once."""
        if width != self.width:
            self.width = width
            self.layouts += 1
            self.lay_out(width)

    def forget(self) -> None:
        """Lay out again at the next need."""
        self.width = -1.0

    @abstractmethod
    def lay_out(self, width: float) -> None:
        """Find out the height at this width, px."""

    @abstractmethod
    def estimate(self, width: float) -> float:
        """A guess at the height, made without laying out."""

    @abstractmethod
    def paint(self, painter: QPainter, state: State) -> None:
        """Paint with the block's upper left corner at the painter's origin."""

    def spots(self) -> tuple[Spot, ...]:
        return ()

    def parts(self) -> tuple[Placed, ...]:
        return ()

    @abstractmethod
    def speech(self) -> str:
        """The block as one sentence, for screen readers and for copying a whole message."""


class Centred(Block):
    """A line in the middle, perhaps with an outline before it."""

    def __init__(self, text: str, px: float, icon_name: str = "", room: float = 0.0) -> None:
        super().__init__()
        self.text = text
        self._icon = icon_name
        self._room = room
        self._box = TextBox(text, font(px), "text3")

    def estimate(self, _width: float) -> float:
        return 18.0 + self._room

    def lay_out(self, width: float) -> None:
        self._box.lay_out(max(80.0, width * 0.9 - self._lead()))
        self.height = self._box.height + self._room

    def paint(self, painter: QPainter, state: State) -> None:
        left = self._left()
        if self._icon:
            ratio = painter.device().devicePixelRatioF()
            pixmap = icon_pixmap(self._icon, tokens().text3, 13, ratio)
            painter.drawPixmap(QPointF(round(left), 2), pixmap)
        selected = state.selected[0] if state.selected else None
        self._box.draw(painter, QPointF(left + self._lead(), 0), selected)

    def parts(self) -> tuple[Placed, ...]:
        return (Placed(self._box, QPointF(self._left() + self._lead(), 0)),)

    def speech(self) -> str:
        return self.text

    def _lead(self) -> float:
        return 19.0 if self._icon else 0.0

    def _left(self) -> float:
        return (self.width - self._box.natural_width - self._lead()) / 2


class DayLine(Centred):
    """ "Today"."""

    def __init__(self, text: str) -> None:
        super().__init__(text, META_PX)


class EventLine(Centred):
    """Who did what, and why. A click or Enter shows the whole receipt."""

    def __init__(self, event: EventView, sentence: str, receipt: str, icon_name: str) -> None:
        super().__init__(sentence, EVENT_PX, icon_name)
        self.event = event
        self._sentence = sentence
        self._receipt = receipt
        self.opened = False

    def toggle(self) -> None:
        """Show or hide the receipt."""
        self.opened = not self.opened
        text = f"{self._sentence}\n{self._receipt}" if self.opened else self._sentence
        self.text = text
        self._box = TextBox(text, font(EVENT_PX), "text3")
        self.forget()

    def spots(self) -> tuple[Spot, ...]:
        if not self._receipt:
            return ()
        label = (
            translate("EventLine", "Hide why") if self.opened else translate("EventLine", "Why?")
        )
        rect = QRectF(self._left() - 6, -2, self.width - 2 * self._left() + 12, self.height + 4)
        return (Spot(rect, "toggle_receipt", self.event.id, label),)

    def paint(self, painter: QPainter, state: State) -> None:
        if state.spot is not None or state.current:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("raised"))
            rect = QRectF(self._left() - 6, -2, self.width - 2 * self._left() + 12, self.height + 4)
            painter.drawRoundedRect(rect, 6, 6)
        super().paint(painter, state)


class UnreadLine(Block):
    """A rule with a word on it: below it is what was not read yet."""

    def lay_out(self, _width: float) -> None:
        self.height = 18.0

    def estimate(self, _width: float) -> float:
        return 18.0

    def paint(self, painter: QPainter, _state: State) -> None:
        chosen, text = font(META_PX, 600), self.speech()
        metrics = QFontMetricsF(chosen)
        half = metrics.horizontalAdvance(text) / 2 + 10
        painter.setFont(chosen)
        painter.setPen(colour("accent"))
        middle = self.width / 2
        painter.drawText(QRectF(0, 0, self.width, 18), Qt.AlignmentFlag.AlignCenter, text)
        painter.drawLine(QPointF(0, 9.5), QPointF(middle - half, 9.5))
        painter.drawLine(QPointF(middle + half, 9.5), QPointF(self.width, 9.5))

    def speech(self) -> str:
        return translate("UnreadLine", "New")


@lru_cache(maxsize=32)
def font(px: float, weight: int = 400) -> QFont:
    """The base font, made once for each size and weight."""
    return base_font(px, weight)
