"""Run the simulations with seeds of their own. ``make sim`` and ``make soak`` do this.

``make test`` runs them with the same seeds every time, so that it says the same every time; here
every round has new ones. One round, or with ``--minutes N`` as many as fit. A failure prints the
seed that brings it back and ends the run; a history that failed is told first the next time.

A history of 50 steps takes about half a second of one core, so that a round is some minutes. All of
``--histories 10000 --commands 200`` is a night of one core (about six hours).

A round ends with the tests of all that opens a desk, told to desks in PostgreSQL.
"""

import argparse
import secrets
import time

import test_postgres
from common import PYTHON, call, leave, say
from setup import prepare_tests

RIGS = (
    "tests/sim",
    "tests/e2e/team/test_kill.py",
    "tests/e2e/team/test_disk.py",
    "tests/e2e/team/test_long_absence.py",
    "tests/e2e/places/test_partitions.py",
    "tests/security/test_published_api.py",
)
"""Simulations, real processes that are killed, cut off from each other, away for a month and on failing disks, and
the published API."""


PROPERTIES = ("-m", "hypothesis", "tests/unit", "tests/ui", "tests/security/test_look_alikes.py")
"""What must hold for anything that is drawn: ten times as many examples as in `make test`."""


def main() -> int:
    """Run the rounds; pytest's exit code of the last one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.0, help="go on for this long")
    parser.add_argument("--seed", type=int, help="run one round with this seed")
    parser.add_argument(
        "--histories", type=int, default=500, help="of a desk and its colleagues' machines, a round"
    )
    parser.add_argument(
        "--server-histories", type=int, default=300, help="of one in PostgreSQL, a round"
    )
    parser.add_argument("--commands", type=int, default=50, help="steps of each history")
    options, rest = parser.parse_known_args()
    prepare_tests()
    deadline = time.monotonic() + options.minutes * 60
    while True:
        seed = secrets.randbelow(2**32) if options.seed is None else options.seed
        say(f"seed {seed}")
        env = {
            "DESKAPP_SEED": str(seed),
            "DESKAPP_HISTORIES": str(options.histories),
            "DESKAPP_SERVER_HISTORIES": str(options.server_histories),
            "DESKAPP_DIVERGENCES": "300",
            "DESKAPP_CORRUPTIONS": "1000",
            "DESKAPP_KILLS": "50",
            "DESKAPP_DISK_FAULTS": "20",
            "DESKAPP_ABSENCE": "5000",
            "DESKAPP_PLANTED": "all",
            "DESKAPP_PARTITIONS": "102",
            "DESKAPP_EXAMPLES": "100",
            "DESKAPP_COMMANDS": str(options.commands),
            "PYTHONHASHSEED": "0",  # else a seed is not all that a history hangs on
            "HYPOTHESIS_PROFILE": "explore",
        }
        chosen = [f"--hypothesis-seed={seed}", *rest]
        code = call(PYTHON, "-m", "pytest", *RIGS, *chosen, env=env)
        code = code or test_postgres.run(rest)
        code = code or call(PYTHON, "-m", "pytest", *PROPERTIES, *chosen, env=env)
        if code or options.seed is not None or time.monotonic() >= deadline:
            return code


if __name__ == "__main__":
    leave(main)
