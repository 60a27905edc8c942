"""Check everything about the sources that can be checked without running the app.

``make lint`` does this; ``--fix`` puts the sources into their usual form instead.
"""

import shutil
import sys
from pathlib import Path

from common import PYTHON, ROOT, call, leave, say, tool
from setup import prepare_tools

SCRIPTS = ROOT / "scripts"

CHECKS: dict[str, list[str | Path]] = {
    "style": [tool("ruff"), "check", "--no-cache", "--quiet"],
    "format": [tool("ruff"), "format", "--no-cache", "--check", "--quiet"],
    "types": [tool("mypy"), "--no-error-summary"],
    "types of the scripts": [tool("mypy"), "--no-error-summary", SCRIPTS],
    "rooms": [tool("lint-imports"), "--no-cache"],
    "declared libraries": [tool("deptry"), "deskapp"],
    "house rules": [PYTHON, SCRIPTS / "house.py"],
    "translations": [PYTHON, SCRIPTS / "translations.py", "check"],
    "licences": [PYTHON, SCRIPTS / "licences.py", "check"],
}
if shutil.which("npm"):
    CHECKS["types of the widget"] = [PYTHON, SCRIPTS / "widget.py", "--check"]


def main() -> int:
    """Run every check, also after one failed; 1 when any did."""
    prepare_tools()
    if sys.argv[1:] == ["--fix"]:
        return call(tool("ruff"), "check", "--fix", "--quiet") or call(tool("ruff"), "format")
    failed = []
    for name, command in CHECKS.items():
        say(f"- {name}")
        if call(*command):
            failed.append(name)
    say(f"lint: failed: {', '.join(failed)}" if failed else "lint: clean")
    return bool(failed)


if __name__ == "__main__":
    leave(main)
