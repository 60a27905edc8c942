"""Machines and their desk in bad weather: seeded histories, and an oracle after every pull.

DESKAPP_HISTORIES says how many, DESKAPP_SERVER_HISTORIES how many more with the desk in PostgreSQL and two processes
at it, DESKAPP_COMMANDS how long each is; DESKAPP_SEED with which to begin. A seed that failed is kept in
`build/failing-histories` and told first until it fails no more.
"""

import os
from pathlib import Path

import pytest

from tests.support.sync_history import Fault, History
from tests.support.sync_store import POSTGRES, SQLITE

HISTORIES = {
    SQLITE: int(os.environ.get("DESKAPP_HISTORIES", "300")),
    POSTGRES: int(os.environ.get("DESKAPP_SERVER_HISTORIES", "6")),
}
COMMANDS = int(os.environ.get("DESKAPP_COMMANDS", "20"))
SEED = int(os.environ.get("DESKAPP_SEED", "0"))
FAILED = Path(__file__).parents[2] / "build" / "failing-histories"


def _failed(kind: str) -> list[tuple[int, int]]:
    """(seed, commands) of the histories that failed the last time."""
    file = FAILED / kind
    lines = file.read_text().splitlines() if file.exists() else []
    return [(int(seed), int(commands)) for seed, commands in map(str.split, lines)]


def _keep(kind: str, failed: list[tuple[int, int]]) -> None:
    FAILED.mkdir(parents=True, exist_ok=True)
    (FAILED / kind).write_text("".join(f"{seed} {commands}\n" for seed, commands in failed))


@pytest.mark.parametrize("kind", HISTORIES)
def test_machines_and_desk_agree_whatever_the_weather(kind: str) -> None:
    before = _failed(kind)
    for seed, commands in before:
        History(seed, commands, kind=kind).run()
    if before:
        _keep(kind, [])
    for seed in range(SEED, SEED + HISTORIES[kind]):
        try:
            History(seed, COMMANDS, kind=kind).run()
        except (Fault, AssertionError, LookupError):
            _keep(kind, [(seed, COMMANDS)])
            raise
