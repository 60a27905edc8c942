"""Measure deskapp against its baselines; writes `build/bench.json`. ``make bench`` does this.

The first time a desk of 100,000 tickets is made (some minutes, 5 GB in `build/bench`). ``--quick`` takes a
small desk and few runs.
"""

import sys

from common import PYTHON, call, leave
from setup import prepare_app


def main() -> int:
    """Run the benchmark; its exit code. A missed goal is told, not an error."""
    prepare_app()
    return call(PYTHON, "-m", "tests.bench", *sys.argv[1:])


if __name__ == "__main__":
    leave(main)
