"""Whether machines that were killed or cut off have lost, doubled or kept back anything."""

from collections.abc import Sequence
from typing import Any

from tests.support.machines import Writer
from tests.support.waiting import wait_for

PATIENCE_S = 90.0


def all_there(writers: Sequence[Writer]) -> int:
    """Wait until nothing waits anywhere and everybody reads the same; how many notes. AssertionError when
    something is lost, doubled, stuck, or out of its author's order."""
    told: list[dict[str, Any]] = []

    def in_step() -> bool:
        told[:] = [writer.tells() for writer in writers]
        quiet = all(one["online"] and not one["unsent"] for one in told)
        return quiet and all(sorted(one["notes"]) == sorted(told[0]["notes"]) for one in told)

    try:
        wait_for(in_step, "everybody to read the same", PATIENCE_S)
    except AssertionError:
        stands = [{**one, "notes": len(one["notes"])} for one in told]
        raise AssertionError(f"stuck: {stands}") from None
    assert not any(one["refused"] for one in told), f"refused: {[one['refused'] for one in told]}"
    notes = told[0]["notes"]
    assert len(notes) == len(set(notes)), "doubled"
    for writer in writers:
        lost = set(writer.said) - set(notes)
        assert not lost, f"lost of {writer.name}: {sorted(lost)}"
    for one in told:
        for writer, after in zip(writers, [*writers[1:], None], strict=True):
            low = writer.first
            high = after.first if after else 10**9
            own = [n for n in one["notes"] if low <= n < high]
            assert own == sorted(own), f"out of order: {writer.name}"
    return len(notes)
