"""What docs/team.md and docs/server have people type is understood by the program, and is about one desk."""

import json
import re
import shlex
from pathlib import Path

import pytest

from deskapp.app import cli

DOCS = Path(__file__).parents[3] / "docs"
TEAM = (DOCS / "team.md").read_text(encoding="utf-8")
OF_THE_SYSTEM = frozenset(
    {"apt", "chmod", "chown", "cp", "createdb", "createuser", "echo", "ln", "python3", "su", "systemctl", "useradd"}
)  # fmt: skip


def typed() -> list[str]:
    """Every line in a block of the document."""
    blocks = re.findall(r"^```\n(.*?)^```", TEAM, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def words_of(line: str) -> list[str]:
    """What the program is given; nothing for a line that is not for it."""
    program, *words = shlex.split(line)
    return words if program == "deskapp" else []


@pytest.mark.parametrize("line", typed())
def test_every_line_is_a_command_that_there_is(line: str) -> None:
    words = words_of(line)
    if not words:
        assert shlex.split(line)[0] in OF_THE_SYSTEM
        return
    assert cli.parser().parse_args(words).run is not cli.window


def test_commands_within_the_text_are_there() -> None:
    named = set(re.findall(r"`deskapp ([a-z-]+)", TEAM))
    known = set(re.findall(r"^    ([a-z-]+)", cli.parser().format_help(), re.MULTILINE))
    assert named
    assert named <= known


def served() -> list[list[str]]:
    """What systemd and a container start."""
    unit = (DOCS / "server" / "deskapp.service").read_text(encoding="utf-8")
    image = (DOCS / "server" / "Dockerfile").read_text(encoding="utf-8")
    started = re.search(r"^ExecStart=\S+ (.*)$", unit, re.MULTILINE)
    entered = re.search(r"^ENTRYPOINT (.*)$", image, re.MULTILINE)
    assert started
    assert entered
    return [started.group(1).split(), json.loads(entered.group(1))[1:]]


def test_the_document_the_unit_and_the_image_are_of_one_desk() -> None:
    lines = [words for line in typed() if (words := words_of(line))]
    found = [cli.parser().parse_args(words) for words in [*lines, *served()]]
    assert {args.profile for args in found if args.profile} == {"/var/lib/deskapp/desk"}
    assert {args.key_file for args in found if args.key_file} == {"/var/lib/deskapp/key"}
    assert all(args.run is cli.serve for args in found[-2:])
