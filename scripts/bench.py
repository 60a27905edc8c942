"""Measure the desk against its baselines. ``make bench`` does this.

Prints a table and writes ``build/bench.json``: a list of ``{metric, value, unit, baseline, ratio,
goal, met}``. Arguments go to the benchmark.
"""

import sys

from common import BUILD, PYTHON, call, leave
from setup import prepare_tests


def main() -> int:
    """Run the benchmark; its exit code."""
    prepare_tests()
    BUILD.mkdir(exist_ok=True)
    return call(PYTHON, "-m", "tests.bench", "--output", BUILD / "bench.json", *sys.argv[1:])


if __name__ == "__main__":
    leave(main)
