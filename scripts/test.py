"""Install what the tests need and run them. ``make test`` does this; it works on every system.

Arguments go to pytest. Elsewhere than on Linux the tests that start real mail servers, sound or
a virtual screen are left out, and that is said.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common import LINUX, PYTHON, call, leave, say
from setup import prepare_tests


def main() -> int:
    """Run the tests; pytest's exit code. The last line printed is pytest's summary."""
    prepare_tests()
    arguments = sys.argv[1:]
    if not LINUX:
        say("Not run on this system: the tests marked `real` (mail servers, sound, screen).")
        arguments = ["-m", "not real", *arguments]
    with quick_folder() as folder:
        return call(PYTHON, "-m", "pytest", *side_by_side(arguments), *folder, *arguments)


MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes the folder that is used
ROOM_BYTES = 6 << 30


@contextmanager
def quick_folder() -> Iterator[list[str]]:
    """Where there is room the tests' desks are kept in memory: every commit waits for the disk.

    What a power cut leaves of a desk is shown by a rig of its own, which needs no disk either.
    """
    if not MEMORY.is_dir() or not _has_room():
        yield []
        return
    folder = tempfile.mkdtemp(prefix="deskapp-tests-", dir=MEMORY)
    try:
        yield [f"--basetemp={folder}/t"]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _has_room() -> bool:
    found = os.statvfs(MEMORY)
    free = found.f_bavail * found.f_frsize
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    available = next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvail"))
    return not found.f_flag & os.ST_NOEXEC and min(free, available) > ROOM_BYTES


def side_by_side(arguments: list[str]) -> list[str]:
    """Many tests wait for servers and screens: several files run at once, each file by one process.

    One process more than there are cores, since a third of the time is waiting.
    """
    chosen = any(one.startswith(("-n", "-x", "--pdb", "-k", "-s")) for one in arguments)
    return (
        []
        if chosen
        else [
            "-n",
            str(min(os.cpu_count() or 1, 4) + 1),
            "--dist",
            "loadfile",
            "--no-loadscope-reorder",
        ]
    )


if __name__ == "__main__":
    leave(main)
