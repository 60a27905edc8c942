"""The house rules hold, and each of them notices when it is broken."""

import ast
from pathlib import Path

import house
import pytest


def test_the_rules_hold() -> None:
    assert house.check() == []


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "from time import monotonic",
        "import random",
        "from secrets import token_hex",
        "import datetime\nnow = datetime.datetime.now()",
        "from datetime import datetime\nnow = datetime.now(tz)",
        "from datetime import date\ntoday = date.today()",
        "import uuid\nid = uuid.uuid4()",
        "from uuid import uuid4",
        "import os\nkey = os.urandom(16)",
        "import urllib.request",
    ],
)
def test_the_core_may_not_reach_for_time_or_chance(source: str, tmp_path: Path) -> None:
    path = tmp_path / "deskapp" / "core" / "module.py"
    path.parent.mkdir(parents=True)
    path.write_text(source + "\n", encoding="utf-8")
    assert any("the core is handed" in line for line in house.check_source(path, tmp_path))


@pytest.mark.parametrize(
    "source",
    ["from datetime import timedelta, UTC", "now = clock.now()", "id = UUID(text)"],
)
def test_what_is_injected_is_fine(source: str) -> None:
    assert list(house.impurities(ast.parse(source))) == []


@pytest.mark.parametrize(
    "source",
    [
        "time.sleep(1)",
        "qtbot.wait(100)",
        "QTest.qWait(5)",
        "pytest.skip('later')",
        "@pytest.mark.xfail\ndef test_it(): ...",
        "@pytest.mark.skipif(True, reason='')\ndef test_it(): ...",
    ],
)
def test_tests_may_not_evade(source: str) -> None:
    assert list(house.evasions(ast.parse(source)))


def test_a_long_function_is_noticed() -> None:
    body = "\n".join("    x = 1" for _ in range(house.MAX_FUNCTION_LINES))
    assert list(house.long_functions(ast.parse(f"def f():\n{body}\n")))
    assert not list(house.long_functions(ast.parse("def f():\n    x = 1\n")))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "--index-url https://example.org/simple\nx==1 \\\n    --hash=sha256:00\n"),
        ("a.txt", "x @ https://example.org/x.whl \\\n    --hash=sha256:00\n"),
        ("a.txt", "--find-links wheels\nx==1 \\\n    --hash=sha256:00\n"),
        ("a.txt", "x==1 \\\n    --hash=sha256:00\ny==2\n"),
        ("a.json", '{"node_modules/x": {"integrity": "sha512-0", "resolved": "file:x"}}'),
        ("a.json", '{"node_modules/x": {}}'),
    ],
)
def test_a_lock_tied_to_a_place_is_noticed(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert list(house.check_lock(path))


def test_a_plain_lock_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("# words\nx==1 ; a < 'b' \\\n    --hash=sha256:00\n    # via y\n", "utf-8")
    assert list(house.check_lock(path)) == []
