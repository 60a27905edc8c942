"""Machines and their desk in bad weather: seeded histories, and an oracle after every pull.

DESKAPP_HISTORIES says how many, DESKAPP_COMMANDS how long each is; DESKAPP_SEED with which to begin. A seed that
failed is kept in `build/failing-seeds` and told first until it fails no more.
"""

import os
from pathlib import Path

from tests.support.sync_history import Fault, History

HISTORIES = int(os.environ.get("DESKAPP_HISTORIES", "100"))
COMMANDS = int(os.environ.get("DESKAPP_COMMANDS", "20"))
SEED = int(os.environ.get("DESKAPP_SEED", "0"))
FAILED = Path(__file__).parents[2] / "build" / "failing-seeds"


def _failed() -> list[tuple[int, int]]:
    """(seed, commands) of the histories that failed the last time."""
    lines = FAILED.read_text().splitlines() if FAILED.exists() else []
    return [(int(seed), int(commands)) for seed, commands in map(str.split, lines)]


def _keep(failed: list[tuple[int, int]]) -> None:
    FAILED.parent.mkdir(exist_ok=True)
    FAILED.write_text("".join(f"{seed} {commands}\n" for seed, commands in failed))


def test_machines_and_desk_agree_whatever_the_weather() -> None:
    before = _failed()
    for seed, commands in before:
        History(seed, commands).run()
    if before:
        _keep([])
    for seed in range(SEED, SEED + HISTORIES):
        try:
            History(seed, COMMANDS).run()
        except (Fault, AssertionError, LookupError):
            _keep([(seed, COMMANDS)])
            raise
