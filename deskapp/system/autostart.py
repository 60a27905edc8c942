"""Starting with the system: an XDG autostart entry, a LaunchAgent, or a value of Windows' Run key."""

import os
import plistlib
import re
import sys
from pathlib import Path

from deskapp.core.ports import Autostart
from deskapp.system.paths import APP_NAME, private_folder, write_private

HIDDEN = "--hidden"
"""How a start by the system differs from one by a person: only the tray shows."""

_LABEL = "org.deskapp.deskapp"


def own_command() -> list[str]:
    """How this very program is started again."""
    frozen = bool(getattr(sys, "frozen", False))
    return [sys.executable] if frozen else [sys.executable, "-m", APP_NAME]


def start_command(profile: Path | None = None) -> list[str]:
    """How this very program is started again, hidden, for the same desk."""
    return [*own_command(), HIDDEN, *(["--profile", str(profile)] if profile else [])]


class XdgAutostart:
    """`~/.config/autostart/deskapp.desktop` (Desktop Application Autostart Specification 0.5)."""

    def __init__(self, command: list[str], folder: Path | None = None) -> None:
        self._command = command
        config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        self._file = (folder or config / "autostart") / f"{APP_NAME}.desktop"

    def enabled(self) -> bool:
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            return False
        return "Hidden=true" not in lines and any(line.startswith("Exec=") for line in lines)

    def set(self, on: bool) -> None:
        if not on:
            self._file.unlink(missing_ok=True)
            return
        if not self._file.parent.is_dir():
            private_folder(self._file.parent)
        entry = (
            "[Desktop Entry]\nType=Application\nName=deskapp\nTerminal=false\n"
            f"Exec={desktop_exec(self._command)}\nX-GNOME-Autostart-enabled=true\n"
        )
        write_private(self._file, entry.encode())


def desktop_exec(command: list[str]) -> str:
    """An `Exec` value. Its quoting is the Desktop Entry Specification's own: inside quotes
    backslash, quote, backtick and dollar are escaped, then every backslash once more as a value
    of the file; `%` is doubled. A line break cannot be written and raises ValueError."""
    if any("\n" in part or "\r" in part for part in command):
        raise ValueError("a line break cannot be written into an Exec value")
    return " ".join(_exec_word(part) for part in command)


def _exec_word(part: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_./:=@+,%-]+", part):
        part = '"' + re.sub(r'(["`$\\])', r"\\\1", part).replace("\\", "\\\\") + '"'
    return part.replace("%", "%%")


class LaunchAgent:
    """`~/Library/LaunchAgents/org.deskapp.deskapp.plist` (launchd.plist(5))."""

    def __init__(self, command: list[str], folder: Path | None = None) -> None:
        self._command = command
        self._file = (folder or Path.home() / "Library" / "LaunchAgents") / f"{_LABEL}.plist"

    def enabled(self) -> bool:
        return self._file.is_file()

    def set(self, on: bool) -> None:
        if not on:
            self._file.unlink(missing_ok=True)
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        entry = {"Label": _LABEL, "ProgramArguments": self._command, "RunAtLoad": True}
        write_private(self._file, plistlib.dumps(entry))


if sys.platform == "win32":
    import subprocess
    import winreg

    class RunKey:
        """`HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run`."""

        _KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"

        def __init__(self, command: list[str]) -> None:
            self._command = command

        def enabled(self) -> bool:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, self._KEY) as key:
                try:
                    winreg.QueryValueEx(key, APP_NAME)
                except FileNotFoundError:
                    return False
            return True

        def set(self, on: bool) -> None:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, self._KEY) as key:
                if on:
                    line = subprocess.list2cmdline(self._command)
                    winreg.SetValueEx(key, APP_NAME, 0, winreg.REG_SZ, line)
                elif self.enabled():
                    winreg.DeleteValue(key, APP_NAME)


def system_autostart(profile: Path | None = None) -> Autostart:
    """This system's way. `profile`: only when it is not the person's own desk."""
    command = start_command(profile)
    if sys.platform == "win32":
        return RunKey(command)
    return LaunchAgent(command) if sys.platform == "darwin" else XdgAutostart(command)
