"""Build the app as one folder and let it test itself. ``make freeze`` does this.

Writes ``dist/deskapp``, says how big it is, fails when something under the GPL or something unused
got in, and runs ``deskapp-cli --self-test`` in an empty home.
"""

import os
import tempfile
from pathlib import Path

import bundle
from common import BUILD, PYTHON, ROOT, Failure, call, leave, run, say
from setup import has_display, prepare_app, prepare_tools

DIST = ROOT / "dist"


def build() -> Path:
    """Freeze the app; the folder it is in."""
    run(
        *(PYTHON, "-m", "PyInstaller", "build.spec", "--noconfirm", "--log-level=WARN"),
        f"--distpath={DIST}",
        f"--workpath={BUILD / 'freeze'}",
    )
    return DIST / "deskapp"


def inspect(folder: Path) -> None:
    """Say how big the bundle is. Raises ``Failure`` when it holds what it must not."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*")]
    if found := bundle.gpl_files(names):
        raise Failure(f"the bundle holds what is under the GPL: {', '.join(found)}")
    if found := [name for name in names if bundle.is_unwanted(name)]:
        raise Failure(f"the bundle holds what the app does not use: {', '.join(found)}")
    size = sum(path.stat().st_size for path in files) / 1e6
    say(f"{folder.relative_to(ROOT)}: {size:.0f} MB in {len(files)} files")


def self_test(folder: Path) -> None:
    """Run the frozen app's own test. Raises ``Failure`` when it does not pass."""
    program = folder / ("deskapp-cli.exe" if os.name == "nt" else "deskapp-cli")
    with tempfile.TemporaryDirectory() as home:
        env = {"HOME": home, "PYTHONPATH": ""}
        if not has_display():
            env["QT_QPA_PLATFORM"] = "offscreen"
        for name in ("CACHE", "CONFIG", "DATA", "STATE"):
            env[f"XDG_{name}_HOME"] = str(Path(home, name.lower()))
        if call(program, "--self-test", env=env):
            raise Failure("the frozen app failed its self-test; its words are above.")
    say("the frozen app passed its self-test")


def main() -> int:
    """Build, look inside, let it test itself."""
    prepare_app()
    prepare_tools()
    folder = build()
    inspect(folder)
    self_test(folder)
    return 0


if __name__ == "__main__":
    leave(main)
