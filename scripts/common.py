"""What the scripts share: where things are, how commands are run and how they fail.

The scripts need nothing but Python 3.11: they run before anything is installed.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
VENV = ROOT / ".venv"
_BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = _BIN / ("python.exe" if os.name == "nt" else "python")
LINUX = sys.platform.startswith("linux")


class Failure(Exception):
    """Something a person has to know; the message is one plain sentence."""


def tool(name: str) -> str:
    """The path of a program that a library put into the virtual environment."""
    return str(_BIN / (f"{name}.exe" if os.name == "nt" else name))


def say(sentence: str) -> None:
    """Tell the person what is going on."""
    print(sentence, flush=True)


def run(
    *command: str | Path, env: Mapping[str, str] | None = None, stdin: str | None = None
) -> None:
    """Run a command in the checkout, its output shown only when it fails.

    ``env`` is added to the environment. Raises ``Failure`` with the command's last words.
    """
    result = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        input=stdin,
        stdin=None if stdin is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if result.returncode:
        print(result.stdout, file=sys.stderr)
        raise Failure(f"`{' '.join(str(part) for part in command)}` failed; its words are above.")


def call(*command: str | Path, env: Mapping[str, str] | None = None) -> int:
    """Run a command in the checkout with its output shown as it comes; its exit code."""
    return subprocess.call(
        [str(part) for part in command], cwd=ROOT, env={**os.environ, **(env or {})}
    )


def leave(main: Callable[[], int]) -> NoReturn:
    """End the script with what ``main`` answers, or with the sentence of its failure."""
    try:
        code = main()
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
