"""Starting with the system."""

import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deskapp.system.autostart import (
    LaunchAgent,
    XdgAutostart,
    desktop_exec,
    start_command,
    system_autostart,
)


def test_on_and_off(tmp_path: Path) -> None:
    autostart = XdgAutostart(["deskapp", "--hidden"], tmp_path / "autostart")
    assert not autostart.enabled()
    autostart.set(False)
    autostart.set(True)
    autostart.set(True)
    assert autostart.enabled()
    entry = (tmp_path / "autostart" / "deskapp.desktop").read_text()
    assert "Exec=deskapp --hidden\n" in entry
    autostart.set(False)
    assert not autostart.enabled()


def test_a_person_who_switched_it_off_in_the_desktop(tmp_path: Path) -> None:
    autostart = XdgAutostart(["deskapp"], tmp_path)
    autostart.set(True)
    with (tmp_path / "deskapp.desktop").open("a") as file:
        file.write("Hidden=true\n")
    assert not autostart.enabled()


@pytest.mark.parametrize(
    ("argument", "written"),
    [
        ("/opt/deskapp/deskapp", "/opt/deskapp/deskapp"),
        ("/home/ana/mi tienda", '"/home/ana/mi tienda"'),
        ("100%", "100%%"),
        ('a"b', r'"a\\"b"'),
        ("a$HOME", r'"a\\$HOME"'),
        ("`id`", r'"\\`id\\`"'),
        ("back\\slash", r'"back\\\\slash"'),
        (";rm", '";rm"'),
        ("", '""'),
    ],
)
def test_arguments_are_quoted_as_the_specification_says(argument: str, written: str) -> None:
    assert desktop_exec([argument]) == written


def test_a_line_break_is_refused() -> None:
    with pytest.raises(ValueError, match="line break"):
        desktop_exec(["a\nExec=evil"])


def test_this_program_is_started_for_this_desk(tmp_path: Path) -> None:
    command = start_command(tmp_path)
    assert command == [sys.executable, "-m", "deskapp", "--hidden", "--profile", str(tmp_path)]
    assert "--profile" not in start_command()


def test_the_entry_is_where_the_desktop_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    system_autostart(tmp_path / "a desk").set(True)
    file = tmp_path / "autostart" / "deskapp.desktop"
    assert file.is_file()
    if checker := shutil.which("desktop-file-validate"):
        subprocess.run([checker, str(file)], check=True)


def test_on_a_mac(tmp_path: Path) -> None:
    agent = LaunchAgent(["/Applications/deskapp", "--hidden"], tmp_path / "LaunchAgents")
    assert not agent.enabled()
    agent.set(True)
    assert agent.enabled()
    (file,) = (tmp_path / "LaunchAgents").iterdir()
    entry = plistlib.loads(file.read_bytes())
    assert entry["ProgramArguments"] == ["/Applications/deskapp", "--hidden"]
    assert entry["RunAtLoad"] is True
    agent.set(False)
    assert not agent.enabled()
