"""One run of plain text laid out to a width: painted, hit, selected. No widget, no document."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from deskapp.ui.conversation.text import Link, find_links, find_mentions, slice_units, units
from deskapp.ui.theme import colour

LINE_HEIGHT = 1.45
_WRAP = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
Range = tuple[int, int]


class TextBox:
    """`token` is the colour; with `links` addresses become links, with `mentions` @names stand out."""

    def __init__(
        self,
        text: str,
        font: QFont,
        token: str = "text",  # noqa: S107 - a colour token
        *,
        links: bool = False,
        mentions: bool = False,
        bold: Sequence[Range] = (),
    ) -> None:
        self.text = text
        self.links: tuple[Link, ...] = find_links(text) if links else ()
        self.height = 0.0
        self.natural_width = 0.0
        self._token = token
        self._width = -1.0
        self._step = font.pixelSize() * LINE_HEIGHT
        self._layout = QTextLayout(text.replace("\n", "\u2028"), font)
        option = QTextOption()
        option.setWrapMode(_WRAP)
        self._layout.setTextOption(option)
        self._layout.setCacheEnabled(True)
        self._mentions = find_mentions(text) if mentions else ()
        self._bold = tuple(bold)
        self._colour()

    def _colour(self) -> None:
        formats = [_range(link.start, link.end, _link_format()) for link in self.links]
        formats += [_range(start, end, _mention_format()) for start, end in self._mentions]
        if self._bold:
            strong = QTextCharFormat()
            strong.setFontWeight(QFont.Weight.DemiBold)
            formats += [_range(start, end, strong) for start, end in self._bold]
        if formats:
            self._layout.setFormats(formats)

    def lay_out(self, width: float) -> None:
        """Break the text into lines of `width`; sets `height` and `natural_width`."""
        if width == self._width:
            return
        self._width = width
        layout, y, widest = self._layout, 0.0, 0.0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            step = max(self._step, line.height())
            line.setPosition(QPointF(0, y + (step - line.height()) / 2))
            y += step
            widest = max(widest, line.naturalTextWidth())
        layout.endLayout()
        self.height, self.natural_width = y, widest

    def draw(self, painter: QPainter, at: QPointF, selected: Range | None = None) -> None:
        """Paint with the upper left corner at `at`; only what the painter's clip lets through."""
        painter.setPen(colour(self._token))
        selections = [] if selected is None else [_range(*selected, selection_format())]
        self._layout.draw(painter, at, selections, painter.clipBoundingRect())

    # -- what a selection needs of a part -----------------------------------------------------

    def length(self) -> int:
        return units(self.text)

    def hit(self, point: QPointF) -> int:
        """The position nearest to `point`."""
        layout = self._layout
        count = layout.lineCount()
        if count == 0 or point.y() < 0:
            return 0
        for i in range(count):
            line = layout.lineAt(i)
            if point.y() < line.y() + line.height() + (self._step - line.height()) / 2:
                return line.xToCursor(point.x())
        return self.length()

    def slice(self, start: int, end: int) -> str:
        return slice_units(self.text, start, end)

    def link_at(self, point: QPointF) -> Link | None:
        return next((link for link in self.links if self._covers(link, point)), None)

    def rects(self, start: int, end: int) -> list[QRectF]:
        """What the text between two positions covers, a rectangle a line."""
        found = []
        for i in range(self._layout.lineCount()):
            line = self._layout.lineAt(i)
            first, last = line.textStart(), line.textStart() + line.textLength()
            if first < end and last > start:
                left = line.cursorToX(max(start, first))
                right = line.cursorToX(min(end, last))
                left, right = _x(left), _x(right)
                found.append(QRectF(left, line.y(), right - left, line.height()).normalized())
        return found

    def _covers(self, link: Link, point: QPointF) -> bool:
        return any(rect.contains(point) for rect in self.rects(link.start, link.end))


def selection_format() -> QTextCharFormat:
    """How selected text looks."""
    chosen = QTextCharFormat()
    chosen.setBackground(colour("accent"))
    chosen.setForeground(colour("on_accent"))
    return chosen


def _x(value: object) -> float:
    """PySide answers `cursorToX` with a number or with (number, position)."""
    return float(value[0] if isinstance(value, tuple) else value)  # type: ignore[arg-type]


def _link_format() -> QTextCharFormat:
    chosen = QTextCharFormat()
    chosen.setForeground(colour("accent"))
    chosen.setFontUnderline(True)
    return chosen


def _mention_format() -> QTextCharFormat:
    chosen = QTextCharFormat()
    chosen.setForeground(QColor(colour("accent")))
    chosen.setFontWeight(QFont.Weight.DemiBold)
    return chosen


def _range(start: int, end: int, chosen: QTextCharFormat) -> QTextLayout.FormatRange:
    found = QTextLayout.FormatRange()
    found.start, found.length, found.format = start, end - start, chosen
    return found
