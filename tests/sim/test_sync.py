"""Machines and their desk in bad weather: seeded histories, and an oracle after every pull.

DESKAPP_HISTORIES says how many; DESKAPP_SEED with which to begin. A failure names the two that bring it back.
"""

import os

from tests.support.sync_history import History

HISTORIES = int(os.environ.get("DESKAPP_HISTORIES", "40"))
SEED = int(os.environ.get("DESKAPP_SEED", "0"))


def test_machines_and_desk_agree_whatever_the_weather() -> None:
    for seed in range(SEED, SEED + HISTORIES):
        History(seed).run()
