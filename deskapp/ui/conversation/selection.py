"""A stretch of text over one or several messages."""

from __future__ import annotations

from dataclasses import dataclass

from deskapp.ui.conversation.blocks import Block
from deskapp.ui.conversation.textbox import Range


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position: which block, which part of it, how far in."""

    block: int
    part: int
    position: int


@dataclass(slots=True)
class Selection:
    """From where the mouse went down to where it is."""

    anchor: Place
    head: Place

    @property
    def empty(self) -> bool:
        return self.anchor == self.head

    def ranges(self, index: int, block: Block) -> tuple[Range | None, ...]:
        """What of each part of the block at `index` is selected."""
        first, last = sorted((self.anchor, self.head))
        if not first.block <= index <= last.block:
            return ()
        found: list[Range | None] = []
        for i, placed in enumerate(block.parts()):
            length = placed.part.length()
            here = (index, i)
            if here < (first.block, first.part) or here > (last.block, last.part):
                found.append(None)
                continue
            start = first.position if here == (first.block, first.part) else 0
            end = last.position if here == (last.block, last.part) else length
            found.append((start, end) if end > start else None)
        return tuple(found)

    def text(self, blocks: list[Block]) -> str:
        """The selected words, messages apart by an empty line."""
        first, last = sorted((self.anchor, self.head))
        pieces = []
        for index in range(first.block, min(last.block, len(blocks) - 1) + 1):
            block = blocks[index]
            ranges = self.ranges(index, block)
            for placed, chosen in zip(block.parts(), ranges, strict=False):
                if chosen is not None:
                    pieces.append(placed.part.slice(*chosen))
        return "\n\n".join(piece.replace("\u2028", "\n") for piece in pieces)
