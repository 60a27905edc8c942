"""Bring a machine to where deskapp, or its tests, can run. Quick when nothing is left to do.

``python scripts/setup.py app`` installs what the app needs, ``server`` what a desk without a window
needs, ``tests`` what the tests need too.
On Debian and Ubuntu that includes system packages; elsewhere only the libraries in ``.venv``.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import debian
import translations
import widget
from common import LINUX, PYTHON, ROOT, VENV, Failure, leave, run, say

CORPORA = ROOT / "tests" / "corpora"


def prepare_app() -> None:
    """Install everything that running the app takes. Raises ``Failure``."""
    _system_packages(debian.APP)
    if not has_display():
        _system_packages(debian.SCREEN)
    _libraries("app")
    translations.release()


def prepare_server() -> None:
    """Install what a desk without a window takes, and ``.venv/bin/deskapp``, which is called from anywhere."""
    _libraries("app")
    _start_command()


def prepare_tools() -> None:
    """Install the libraries and tools of a developer."""
    _system_packages(debian.TOOLS)
    _libraries("dev")
    translations.release()


def prepare_tests() -> None:
    """Install everything that all tests take: servers, a screen, sound, other people's mail."""
    _system_packages([*debian.APP, *debian.SCREEN, *debian.TESTS], services=debian.SERVICES)
    prepare_tools()
    _corpora()
    widget.prepare()


def has_display() -> bool:
    """Whether a window can be seen by somebody."""
    return not LINUX or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _system_packages(packages: list[str], services: list[str] | None = None) -> None:
    if debian.is_debian():
        debian.install(packages, services=services or [])
    elif LINUX:
        say(f"Not Debian or Ubuntu: please see to these packages: {' '.join(packages)}")


def _libraries(name: str) -> None:
    """Install the locked libraries of ``requirements/<name>.txt`` into ``.venv``."""
    lock = ROOT / "requirements" / f"{name}.txt"
    stamp = VENV / f"deskapp-{name}.stamp"
    _virtual_environment()
    if _is_stamped(stamp, lock):
        return
    say(f"Installing the libraries of {lock.relative_to(ROOT)} into .venv")
    run(
        *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--require-hashes", "--no-deps", "--requirement", lock),
    )
    _write_stamp(stamp, lock)


def _virtual_environment() -> None:
    if PYTHON.exists() and not subprocess.call([PYTHON, "-c", "import pip, sys"]):
        return
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if subprocess.call([sys.executable, "-c", "import ensurepip"], stderr=subprocess.DEVNULL):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        if not debian.is_debian():
            raise Failure("this Python cannot make virtual environments: it lacks ensurepip.")
        debian.install([f"python{version}-venv"])
    say("Making the virtual environment .venv")
    run(*command)


def _start_command() -> None:
    command = PYTHON.with_name("deskapp")
    command.write_text(
        f"#!{PYTHON}\nimport sys\n\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from deskapp.app.cli import main\n\nsys.exit(main())\n",
        encoding="utf-8",
    )
    command.chmod(0o755)


def _corpora() -> None:
    """Install what other people wrote to break mail programs; only the tests read it."""
    lock = CORPORA / "package-lock.json"
    stamp = CORPORA / "node_modules" / "deskapp.stamp"
    if _is_stamped(stamp, lock):
        return
    npm = widget.npm()
    say("Installing the mails and strings that the tests read into tests/corpora")
    run(
        *(npm, "ci", "--prefix", CORPORA, "--ignore-scripts", "--no-audit", "--no-fund"),
        "--loglevel=error",
    )
    _write_stamp(stamp, lock)


def _is_stamped(stamp: Path, lock: Path) -> bool:
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _fingerprint(lock)


def _write_stamp(stamp: Path, lock: Path) -> None:
    stamp.write_text(_fingerprint(lock), encoding="utf-8")


def _fingerprint(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def main() -> int:
    """Prepare what the command line asks for."""
    kinds = {
        "app": prepare_app,
        "server": prepare_server,
        "tools": prepare_tools,
        "tests": prepare_tests,
    }
    if len(sys.argv) != 2 or sys.argv[1] not in kinds:
        raise Failure(f"usage: setup.py {'|'.join(kinds)}")
    kinds[sys.argv[1]]()
    return 0


if __name__ == "__main__":
    leave(main)
