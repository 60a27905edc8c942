"""Template injection: what a customer writes is never read as a template, wherever it ends up."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskapp.channels.email.compose import Outgoing, Quotation, compose
from deskapp.channels.email.markup import to_html
from deskapp.channels.email.parse import parse
from deskapp.core.commands.messages import SendReply
from deskapp.core.policies.display import safe_name
from deskapp.core.policies.placeholders import VARIABLES, as_value, render
from deskapp.core.queries.mail import OutgoingMail
from deskapp.models.dto import Address
from tests.support.hostile_mail import word
from tests.support.injections import INJECTIONS
from tests.support.intake_rig import IntakeRig, open_intake
from tests.support.mail_corpora import xss_vectors
from tests.support.safe_html import problems

SOURCES = Path(__file__).parents[2] / "deskapp"
ENGINES = {"jinja2", "mako", "django", "chevron", "pystache", "tornado", "cheetah", "genshi"}


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[IntakeRig]:
    with open_intake(tmp_path) as rig:
        yield rig


def test_there_are_enough() -> None:
    assert len(set(INJECTIONS)) >= 146


def test_a_mail_full_of_templates_is_kept_answered_and_sent_as_it_was_written(
    rig: IntakeRig,
) -> None:
    """As name, subject and words; then quoted in an answer whose own words hold them too."""
    for number, payload in enumerate(INJECTIONS):
        line = " ".join(payload.split())
        raw = (
            f"From: {word(payload)} <c{number}@correo.test>\r\nSubject: {word(payload)}\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            f"Uno {line} dos"
        ).encode()
        outcome = rig.take(raw)
        message = rig.message(outcome)
        assert message.text == f"Uno {line} dos"
        assert message.subject == safe_name(payload)
        assert message.author_name.strip("'\"") == safe_name(payload).strip("'\"").strip()
    ticket_id, answer = str(outcome.result["ticket_id"]), rig.desk.new()
    rig.desk.do(
        SendReply(
            ticket_id=ticket_id,
            message_id=answer,
            body=line,
            seen_order=0,
            to=(Address(line, "c@correo.test"),),
        )
    )
    outgoing = rig.desk.ask(OutgoingMail(answer))
    assert outgoing.body == line
    assert outgoing.answered is not None
    assert outgoing.answered.text == f"Uno {line} dos"


def test_every_placeholder_takes_every_payload_as_words() -> None:
    template = "\n".join("{{ " + name + " }}" for name in VARIABLES)
    for payload in INJECTIONS:
        filled = render(template, dict.fromkeys(VARIABLES, payload))
        assert filled.text == "\n".join([as_value(payload)] * len(VARIABLES))


def test_values_are_escaped_in_html_and_one_line_in_headers() -> None:
    for payload in [*INJECTIONS, *xss_vectors()[::10], "x\r\nBcc: a@b.test", "x\nBcc: a@b.test"]:
        value = render("{{ contact.name }}", {"contact.name": payload}).text
        value = "" if value == "{{ contact.name }}" else value
        assert problems(to_html(value)) == []
        mail = Outgoing(
            message_id="<a@tienda.test>",
            sent_at=0,
            sender=Address(value, "hola@tienda.test"),
            to=(Address(value, "ana@correo.test"),),
            subject=value,
            body=value,
            signature=value,
            quotation=Quotation(value, value),
        )
        raw = compose(mail).raw
        head = raw.partition(b"\r\n\r\n")[0]
        assert not re.search(rb"^bcc:", head, re.IGNORECASE | re.MULTILINE)
        assert "".join(value.split()) in "".join(parse(raw)[0].text.split())


def test_no_other_engine_evaluates_anything() -> None:
    """The sources import no template engine but Liquid, in one place, and never run text as code."""
    uses_liquid = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = set(_imported(node))
            assert not names & ENGINES, path
            if "liquid" in names:
                uses_liquid.add(path.name)
            called = node.func if isinstance(node, ast.Call) else None
            runs = isinstance(called, ast.Name) and called.id in ("eval", "exec", "compile")
            assert not runs, f"{path}:{getattr(node, 'lineno', 0)}"
    assert uses_liquid == {"placeholders.py"}


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module.partition(".")[0]
