"""The import rules hold, and each wall between two rooms is really there."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rooms")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "deskapp", folder / "deskapp", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def broken_rules(folder: Path) -> str:
    """What import-linter says about the package in ``folder``; empty when all is well."""
    program = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [str(program), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return result.stdout + result.stderr if result.returncode else ""


def test_the_rules_hold(copy: Path) -> None:
    assert broken_rules(copy) == ""


@pytest.mark.parametrize(
    ("room", "statement"),
    [
        ("core", "from PySide6 import QtCore"),
        ("models", "from deskapp.core import api"),
        ("channels/email", "from deskapp.system import paths"),
        ("system", "from PySide6 import QtWidgets"),
        ("ui", "import sqlalchemy"),
        ("ui", "from deskapp.models import tables"),
        ("ui", "from deskapp.core import handlers"),
        ("ui", "import requests"),
        ("cellar", "import os"),
    ],
)
def test_a_wall_is_there(room: str, statement: str, copy: Path) -> None:
    folder = copy / "deskapp" / room
    new_room = not folder.exists()
    folder.mkdir(exist_ok=True)
    if new_room:
        (folder / "__init__.py").touch()
    planted = folder / "planted.py"
    planted.write_text(statement + "\n", encoding="utf-8")
    try:
        assert "BROKEN" in broken_rules(copy)
    finally:
        planted.unlink()
        if new_room:
            shutil.rmtree(folder)
