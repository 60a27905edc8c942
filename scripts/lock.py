"""Pin every library with its version and hashes, for every system, without any address.

``make lock`` does this. Writes ``requirements/app.txt`` (what the app runs on),
``requirements/dev.txt`` (the same and the tools) and ``tests/corpora/package-lock.json``.
With ``--upgrade`` it takes the newest versions that ``pyproject.toml`` allows.
"""

import json
import sys

from common import ROOT, leave, run, tool
from setup import CORPORA, prepare_tools

HEADER = "# Written by `make lock` from pyproject.toml, for every system; it holds no address.\n"


def lock_python(name: str, *options: str) -> None:
    """Resolve ``pyproject.toml`` with uv's ``options`` into ``requirements/<name>.txt``."""
    path = ROOT / "requirements" / f"{name}.txt"
    run(
        *(tool("uv"), "pip", "compile", "pyproject.toml", f"--output-file={path}", *options),
        *("--universal", "--python-version=3.11", "--generate-hashes", "--no-header"),
        *(["--upgrade"] if "--upgrade" in sys.argv[1:] else []),
    )
    path.write_text(HEADER + path.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")


def lock_corpora() -> None:
    """Resolve ``tests/corpora/package.json``."""
    run(
        *("npm", "install", "--prefix", CORPORA, "--package-lock-only", "--ignore-scripts"),
        *("--omit-lockfile-registry-resolved=true", "--no-audit", "--no-fund"),
    )
    path = CORPORA / "package-lock.json"
    lock = json.loads(path.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8", newline="\n")


def main() -> int:
    """Write all locks."""
    prepare_tools()
    lock_python("app")
    lock_python("dev", "--extra=dev", f"--constraints={ROOT / 'requirements' / 'app.txt'}")
    lock_corpora()
    return 0


if __name__ == "__main__":
    leave(main)
