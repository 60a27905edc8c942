"""`deskapp serve` and `deskapp join` as processes of their own: what they say when something cannot be."""

import subprocess
from pathlib import Path

import pytest

from tests.support.machines import PROGRAM, ROOT, Machines


@pytest.fixture
def machines(tmp_path: Path) -> Machines:
    return Machines(tmp_path)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("nowhere at all",), 2, "A code has six digits; name it with --code."),
        (("a b", "--code", "123456"), 2, "This is no address; write it as you were told"),
        (("deskapp://pair?h=x",), 2, "This link is not complete"),
        (("127.0.0.1:9", "--code", "123 456"), 1, "The team's desk cannot be reached"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    machines: Machines, words: tuple[str, ...], code: int, sentence: str
) -> None:
    joining = machines.joins("Eva", *words)
    said, problem = joining.communicate(timeout=60)
    assert (joining.returncode, said) == (code, "")
    assert sentence in problem
    assert len(problem.splitlines()) == 1
    assert not machines.profile("Eva").team.exists()


def test_a_colleagues_machine_has_no_desk_to_back_up(machines: Machines) -> None:
    machines.settle("Ana Ruiz")
    with machines.serving("Ana Ruiz") as server:
        machines.pair(server, {"Ana": "Ana Ruiz"}, by_code=("Ana",))
    for command in (
        ("backup", str(machines.folder / "b.zip")),
        ("export", str(machines.folder / "x")),
    ):
        told = subprocess.run(
            [*PROGRAM, *machines.options("Ana"), *command],
            capture_output=True,
            text=True,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
        )
        assert told.returncode == 1
        assert "do this on the machine that has the desk" in told.stderr
