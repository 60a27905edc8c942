"""What of a conversation is on the screen: what only moved is moved there, what changed is painted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from deskapp.ui.conversation.blocks import Block

AROUND = 6
"""Blocks paint so many px over their upper and lower edge: grounds of lines, rings of what is current."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands in the viewport, px, and in which of its layouts."""

    top: int
    height: int
    layout: int


Places = Mapping[Block, Place]


class Seen:
    """Follows the blocks that can be seen in `viewport`, which nothing lies over."""

    def __init__(self, viewport: QWidget) -> None:
        self._viewport = viewport
        self._places: Places | None = None

    def forget(self) -> None:
        """Nothing is where it was: the next `show` paints everything."""
        self._places = None

    def show(self, places: Places, *, whole: bool = False) -> None:
        """These stand there now. `whole`: something else than blocks changed, too."""
        before, self._places = self._places, places
        shift = None if whole or before is None else _shift(before, places)
        if before is None or shift is None:
            self._viewport.update()
            return
        if shift:
            self._viewport.scroll(0, shift)
        for block in before.keys() | places.keys():
            self._paint_again(before.get(block), places.get(block), shift)

    def _paint_again(self, old: Place | None, new: Place | None, shift: int) -> None:
        moved = replace(old, top=old.top + shift) if old is not None else None
        if moved != new:
            for place in (moved, new):
                if place is not None:
                    wide, high = self._viewport.width(), place.height + 2 * AROUND
                    self._viewport.update(QRect(0, place.top - AROUND, wide, high))


def _shift(before: Places, now: Places) -> int | None:
    """By how much everything that stays moved; None when it did not all move alike, or nothing stays."""
    shifts = {place.top - before[block].top for block, place in now.items() if block in before}
    return shifts.pop() if len(shifts) == 1 else None
