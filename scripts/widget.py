"""Build the chat widget that the desk serves: ``resources/widget/src`` into ``widget.js``.

``make widget`` does this. What was built is in version control, so that running a desk takes no
Node.js; ``--check`` checks the types instead.
"""

import gzip
import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import debian
from common import BUILD, ROOT, Failure, call, leave, run, say

WIDGET = ROOT / "resources" / "widget"
BUILT = WIDGET / "widget.js"
TOOLS = BUILD / "widget"
"""Where the tools are installed: not beside the sources, which are packed into the app."""

MOST_BYTES = 15 * 1024
"""Compressed: a site's visitors fetch it with every page."""

BROWSERS = "es2022"
"""What browsers of the last four years run: those that have style sheets for shadow roots."""


def tool(name: str) -> Path:
    """The path of a tool of the widget's, once `prepare` has run."""
    return TOOLS / "node_modules" / ".bin" / name


def prepare() -> None:
    """Install the locked tools below ``build/``. Raises ``Failure``."""
    lock = WIDGET / "package-lock.json"
    fingerprint = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = TOOLS / "deskapp.stamp"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint:
        return
    say("Installing the widget's tools into build/widget")
    TOOLS.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(WIDGET / name, TOOLS / name)
    run(
        *(npm(), "ci", "--prefix", TOOLS, "--ignore-scripts", "--no-audit", "--no-fund"),
        "--loglevel=error",
    )
    stamp.write_text(fingerprint, encoding="utf-8")


def npm() -> str:
    """Node's package manager, installed where that can be done. Raises ``Failure``."""
    if not (found := shutil.which("npm")):
        if not debian.is_debian():
            raise Failure("this needs npm: please install Node.js.")
        debian.install(["npm"])
        found = "npm"
    return found


def build(target: Path) -> None:
    """Write the widget to ``target``; the same sources give the same bytes. Raises ``Failure``."""
    with tempfile.TemporaryDirectory(dir=TOOLS) as folder:
        _build(Path(folder), target)


def _build(folder: Path, target: Path) -> None:
    style, bundle = folder / "widget.css", folder / "bundle.js"
    run(tool("esbuild"), WIDGET / "src" / "widget.css", "--minify", f"--outfile={style}")
    run(
        *(tool("esbuild"), WIDGET / "src" / "main.ts", "--bundle", "--minify", "--format=iife"),
        *("--charset=utf8", f"--target={BROWSERS}", "--loader:.css=text"),
        *(f"--alias:widget-style={style}", f"--outfile={bundle}", "--log-level=warning"),
    )
    run(
        *(tool("terser"), bundle, "--ecma", "2022", "--mangle", "--output", target),
        *("--compress", "passes=3,unsafe_arrows=true,pure_getters=true,hoist_props"),
    )


def compressed(path: Path) -> int:
    """Bytes that go over the line."""
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def check() -> int:
    """Check the types; the exit code."""
    prepare()
    return call(tool("tsc"), "--project", WIDGET)


def test(folder: Path) -> int:
    """Run the tests of what the widget computes (``tests/unit/widget``); the exit code."""
    prepare()
    built = []
    for source in sorted((ROOT / "tests" / "unit" / "widget").glob("*.test.ts")):
        built.append(folder / f"{source.stem}.mjs")
        run(
            *(tool("esbuild"), source, "--bundle", "--platform=node", "--format=esm"),
            *(f"--outfile={built[-1]}", "--log-level=warning"),
        )
    return subprocess.call(["node", "--test", *map(str, built)])


def main() -> int:
    """Build the widget and say how large it is, or check its types."""
    if sys.argv[1:] == ["--check"]:
        return check()
    prepare()
    build(BUILT)
    say(f"{BUILT.relative_to(ROOT)}: {compressed(BUILT):,} bytes compressed")
    return 0


if __name__ == "__main__":
    leave(main)
