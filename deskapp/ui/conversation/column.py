"""Where the blocks of a conversation are: stacked, measured only where they are looked at."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from time import perf_counter

from deskapp.ui.conversation.blocks import Block

GAP = 10
PAD = 14


@dataclass(slots=True)
class Anchor:
    """What must not move: the block at `index` stays `offset` px below the top; -1: the bottom stays."""

    index: int = -1
    offset: float = 0.0


class Column:
    """A stack of blocks of which only some have been laid out; the others have guessed heights."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.width = 100.0
        self.height = 0.0
        self._tops: list[float] = []

    def set_blocks(self, blocks: list[Block]) -> None:
        self.blocks = blocks
        self.stack()

    def stack(self) -> None:
        """Compute every block's place from measured and guessed heights."""
        y, width, tops = float(PAD), self.width, []
        for block in self.blocks:
            y -= block.lift
            tops.append(y)
            y += round(block.height if block.width == width else block.estimate(width)) + GAP
        self._tops = tops
        self.height = y - GAP + PAD if self.blocks else 0.0

    def top(self, index: int) -> float:
        return self._tops[index]

    def at(self, y: float) -> int:
        """The block that holds `y`, or the one above the gap there; -1 for an empty column."""
        return max(0, bisect_right(self._tops, y) - 1) if self._tops else -1

    def between(self, top: float, bottom: float) -> range:
        """The blocks that can be seen between two heights."""
        if not self._tops:
            return range(0)
        return range(self.at(top), bisect_right(self._tops, bottom))

    def measure(self, which: range) -> bool:
        """Lay out these; True when any of them had not been."""
        changed = False
        for i in which:
            block = self.blocks[i]
            if block.width != self.width:
                block.measure(self.width)
                changed = True
        return changed

    def measure_some(self, seconds: float) -> bool:
        """Lay out blocks from the bottom up for a while; False when all of them are done."""
        until = perf_counter() + seconds
        for block in reversed(self.blocks):
            if block.width != self.width:
                block.measure(self.width)
                if perf_counter() >= until:
                    return True
        return False
