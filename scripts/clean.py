"""Remove what was built. The libraries in ``.venv`` and every desk stay."""

import shutil

from common import ROOT, leave

BUILT = [
    *("build", "dist", ".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache"),
    ".ruff_cache",
]


def main() -> int:
    """Remove the folders of the builds and of the tools' caches."""
    for name in BUILT:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for room in ("deskapp", "scripts", "tests"):
        for cache in (ROOT / room).rglob("__pycache__"):
            shutil.rmtree(cache, ignore_errors=True)
    return 0


if __name__ == "__main__":
    leave(main)
