"""The house rules that no ready-made checker knows; ``make lint`` applies them.

- The core is handed time, ids and chance; it never fetches them, so that it can be simulated.
- Files and functions stay small enough to be read in one go.
- Tests neither sleep nor leave themselves out.
- Locks hold a hash for everything and an address for nothing.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from common import ROOT, leave, say

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60

IMPURE_MODULES = {"random", "secrets", "socket", "subprocess", "time", "urllib.request"}
IMPURE_CALLS = re.compile(
    r"^(datetime\.)?(datetime|date)\.(now|utcnow|today)$"
    r"|^(uuid\.)?uuid\d$"
    r"|^os\.(urandom|getrandom)$"
    r"|^time\.\w+$"
)
NAMES_THAT_SAY_NOTHING = {"common_utils.py", "helpers.py", "misc.py", "util.py", "utils.py"}
EVASIONS = re.compile(
    r"^(time|asyncio)\.sleep$|^(qtbot|QTest)\.(wait|qWait)$|^pytest\.(skip|xfail|importorskip)$"
    r"|^pytest\.mark\.(skip|skipif|xfail)$"
)


def impurities(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of each clock, die or socket that code reaches for by itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Attribute):
            names = [ast.unparse(node)]
        else:
            continue
        for name in names:
            if name in IMPURE_MODULES or IMPURE_CALLS.match(name):
                yield node.lineno, name


def long_functions(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of each function that does not fit on a screen."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {lines} lines"


def evasions(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of each sleep and each way a test has of not being run."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and EVASIONS.match(name := ast.unparse(node)):
            yield node.lineno, name


def check_source(path: Path, root: Path = ROOT) -> Iterator[str]:
    """One sentence for each rule that a Python file breaks."""
    place = path.relative_to(root).as_posix()
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    if path.name in NAMES_THAT_SAY_NOTHING:
        yield f"{place}: a file's name says what is in it"
    if place.startswith("tests/"):
        for line, name in evasions(tree):
            yield f"{place}:{line}: {name} in a test"
        return
    if (lines := source.count("\n")) > MAX_FILE_LINES:
        yield f"{place}: {lines} lines are more than {MAX_FILE_LINES}"
    for line, words in long_functions(tree):
        yield f"{place}:{line}: {words}, more than {MAX_FUNCTION_LINES}"
    if place.startswith("deskapp/core/"):
        for line, name in impurities(tree):
            yield f"{place}:{line}: the core is handed what {name} gives"


def check_lock(path: Path) -> Iterator[str]:
    """One sentence for each thing that ties a lock to one machine, or to no bytes in particular."""
    text = path.read_text(encoding="utf-8")
    if "://" in text or re.search(r"^--(?!hash)|\"resolved\"", text, re.MULTILINE):
        yield f"{path.name} holds an address"
    if path.suffix == ".json":
        packages = text.count('"node_modules/')
        if text.count('"integrity": "sha512-') < packages:
            yield f"{path.name}: not every package has its hash"
        return
    for requirement in re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]:
        if "--hash=sha256:" not in requirement:
            yield f"{path.name}: no hash: {requirement.splitlines()[0]}"


def check(root: Path = ROOT) -> list[str]:
    """All sentences for a checkout."""
    complaints: list[str] = []
    for room in ("deskapp", "scripts", "tests"):
        for path in sorted((root / room).rglob("*.py")):
            if "node_modules" not in path.parts:
                complaints += check_source(path, root)
    locks = [
        *(root / "requirements").glob("*.txt"),
        root / "resources/widget/package-lock.json",
        root / "tests/corpora/package-lock.json",
    ]
    for path in locks:
        complaints += check_lock(path)
    return complaints


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    complaints = check()
    for complaint in complaints:
        say(complaint)
    return bool(complaints)


if __name__ == "__main__":
    leave(main)
