"""The examples of docs/web-chat.md make claims that the desk believes."""

import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from deskapp.channels.webchat.identity import Identity, verify

SECRET = "k" * 64
EXAMPLES = dict(
    re.findall(
        r"```(js|python)\n(.*?)```",
        (Path(__file__).parents[3] / "docs" / "web-chat.md").read_text(encoding="utf-8"),
        re.DOTALL,
    )
)
CARMEN = Identity("carmen@correo.test", "Carmen Núñez", "7")


class User:
    email, name, id = "carmen@correo.test", "Carmen Núñez", 7


def believed(claim: str) -> Identity | None:
    return verify(claim, SECRET, int(time.time() * 1000))


def test_python() -> None:
    names: dict[str, Any] = {"user": User, "secret": SECRET}
    exec(EXAMPLES["python"], names)
    assert believed(names["identity"]) == CARMEN


@pytest.mark.real
def test_node() -> None:
    node = shutil.which("node")
    assert node is not None, "node is installed with the widget's tools"
    user = '{email: "carmen@correo.test", name: "Carmen Núñez", id: 7}'
    script = f'const user = {user}, secret = "{SECRET}"; {EXAMPLES["js"]}; console.log(identity)'
    done = subprocess.run([node, "-e", script], capture_output=True, check=True, text=True)
    assert believed(done.stdout.strip()) == CARMEN
