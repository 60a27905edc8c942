"""Install what the tests need and run them. ``make test`` does this; it works on every system.

Arguments go to pytest. Elsewhere than on Linux the tests that start real mail servers, sound or
a virtual screen are left out, and that is said.
"""

import os
import sys

from common import LINUX, PYTHON, call, leave, say
from setup import prepare_tests


def main() -> int:
    """Run the tests; pytest's exit code. The last line printed is pytest's summary."""
    prepare_tests()
    arguments = sys.argv[1:]
    if not LINUX:
        say("Not run on this system: the tests marked `real` (mail servers, sound, screen).")
        arguments = ["-m", "not real", *arguments]
    return call(PYTHON, "-m", "pytest", *side_by_side(arguments), *arguments)


def side_by_side(arguments: list[str]) -> list[str]:
    """Many tests wait for servers and screens: several files run at once, each file by one process.

    One process more than there are cores, since a third of the time is waiting.
    """
    chosen = any(one.startswith(("-n", "-x", "--pdb", "-k", "-s")) for one in arguments)
    return [] if chosen else ["-n", str(min(os.cpu_count() or 1, 4) + 1), "--dist", "loadfile"]


if __name__ == "__main__":
    leave(main)
