"""The package that pip installs holds all that the app reads, and finds it there."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deskapp.system.resources import resource

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_it_holds_every_resource(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = ROOT / "resources" / "widget"
    for path in (ROOT / "resources").rglob("*"):
        if path.is_file() and (sources not in path.parents or path.name == "widget.js"):
            assert f"deskapp/{path.relative_to(ROOT).as_posix()}" in names
    assert "deskapp/resources/translations/deskapp_es.qm" in names
    assert "deskapp/py.typed" in names


def test_it_holds_the_migrations_and_the_notices(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("deskapp/models/migrations/versions/") for name in names)
    for notice in ("LICENSE", "NOTICE", "THIRD_PARTY_NOTICES"):
        assert any(re.search(rf"dist-info/licenses/{notice}$", name) for name in names)


def test_it_holds_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top.partition("-")[0] for top in tops} == {"deskapp"}
    names = zipfile.ZipFile(wheel).namelist()
    assert not any("__pycache__" in name or "node_modules" in name for name in names)
    assert [name for name in names if "/widget/" in name] == ["deskapp/resources/widget/widget.js"]


def test_installed_it_finds_its_resources(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = "from deskapp.system.resources import resource; print(resource('icons', 'mail.svg'))"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    found = Path(answer.stdout.strip())
    assert found == tmp_path.resolve() / "deskapp" / "resources" / "icons" / "mail.svg"
    assert found.is_file()


def test_a_checkout_finds_its_resources() -> None:
    assert resource("icons", "mail.svg") == ROOT / "resources" / "icons" / "mail.svg"
    assert resource("icons").is_dir()
