"""Run the tests of all that opens a desk with every desk in PostgreSQL. ``make test-postgres`` does this.

Each process of the tests has a server of its own, and each desk a database. Left out are the tests of a desk's own
file (marked ``of_a_file``), and windows, which know nothing of databases. Arguments go to pytest.
"""

import sys
from collections.abc import Sequence

from common import PYTHON, call, leave
from setup import prepare_tests
from test import quick_folder, side_by_side

WITH_A_DESK = (
    *(f"tests/unit/{room}" for room in ("app", "core", "readers", "sync", "webchat")),
    "tests/contract",
    "tests/migrations/test_postgres_schema.py",
    "tests/security",
    "tests/sim/test_desk_machine.py",
    "tests/e2e/team",
    "tests/e2e/webchat",
    "tests/e2e/mail",
)


def run(arguments: Sequence[str] = ()) -> int:
    """Pytest's exit code; what the tests need is there."""
    chosen = {"DESKAPP_TEST_DATABASE": "postgres"}
    beside = side_by_side(list(arguments))
    with quick_folder() as folder:
        return call(PYTHON, "-m", "pytest", *WITH_A_DESK, *beside, *folder, *arguments, env=chosen)


def main() -> int:
    prepare_tests()
    return run(sys.argv[1:])


if __name__ == "__main__":
    leave(main)
