"""Every code that the desk or the mail channel can answer has its sentence."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskapp.channels.email.problems import CODES
from deskapp.core import ports
from deskapp.core.api import Rejection
from deskapp.ui import messages

ROOT = Path(__file__).resolve().parents[2]


def rejected_codes() -> Iterator[tuple[str, str]]:
    """(code, file) of every `Rejected("…")` in the core, and of what templates are refused for."""
    for path in sorted((ROOT / "deskapp" / "core").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if not named or node.func.id not in ("Rejected", "TemplateError"):  # type: ignore[attr-defined]
                continue
            first = node.args[0]  # type: ignore[attr-defined]
            if isinstance(first, ast.Constant):
                yield str(first.value), path.name


def test_every_rejection_has_a_sentence() -> None:
    found = set(rejected_codes())
    assert len(found) > 20
    told = messages.REJECTIONS.keys()
    assert not {(c, where) for c, where in found if c not in told and "_not_found" not in c}


def test_every_mail_problem_has_a_sentence() -> None:
    assert not CODES - messages.PROBLEMS.keys()


@pytest.mark.parametrize("table", ["REJECTIONS", "PROBLEMS", "JOB_ERRORS", "TROUBLES"])
def test_sentences_end_and_say_something(table: str) -> None:
    for code, text in getattr(messages, table).items():
        assert len(str(text)) > 6, code
        assert str(text)[-1] in ".}", code


def test_parameters_are_put_in_as_they_are_and_never_read_again() -> None:
    refused = Rejection("point_taken", {"value": "{name}", "name": "{value}\n<b>x</b>"})
    assert messages.rejection(refused) == (
        "{name} belongs to {value} <b>x</b>. If they are the same person, merge the two."
    )


def test_what_is_gone_reads_the_same_for_every_table() -> None:
    assert messages.rejection(Rejection("saved_view_not_found", {"id": "x"})) == (
        "This is no longer there."
    )


def test_an_unknown_code_is_named() -> None:
    assert "(brand_new)" in messages.rejection(Rejection("brand_new"))
    assert "(brand_new)" in messages.step_advice(ports.TestStep("login", False, "brand_new"))


def test_a_step_that_went_well_needs_no_advice() -> None:
    assert messages.step_advice(ports.TestStep("login", True)) == ""
    assert messages.problem("") == ""


def test_a_full_disk_is_told_apart() -> None:
    assert messages.job_error(OSError(28, "No space left")).startswith("The disk is full")
    assert "(ValueError)" in messages.job_error(ValueError("x"))
