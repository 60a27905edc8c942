"""Placeholders: what may be written in a canned reply, and what never runs."""

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp.core.policies import placeholders
from deskapp.core.policies.placeholders import (
    MAX_LENGTH,
    Rendered,
    TemplateError,
    TemplateInvalid,
    render,
    validate,
    variables,
)
from tests.support.injections import INJECTIONS

VALUES = {
    "contact.name": "Carmen Villalobos",
    "contact.first_name": "Carmen",
    "ticket.number": "1042",
    "contact.field.size": "XL",
    "today": "21 November 2026",
}


def test_fills_in_every_kind_of_variable() -> None:
    text = "Hi {{ contact.first_name }}, #{{ticket.number}} ({{ contact.field.size }}), {{today}}"
    assert render(text, VALUES) == Rendered("Hi Carmen, #1042 (XL), 21 November 2026", ())


def test_what_has_no_value_stays_visible_and_is_named_once() -> None:
    done = render("{{ contact.phone }} / {{ contact.phone }} / {{ contact.field.vip }}", VALUES)
    assert done.text == "{{ contact.phone }} / {{ contact.phone }} / {{ contact.field.vip }}"
    assert done.missing == ("contact.phone", "contact.field.vip")


def test_a_default_or_a_condition_asks_for_nothing() -> None:
    text = "{{ contact.phone | default: 'none' }}{% if contact.email %} and {{ contact.email }}{% endif %}"
    assert render(text, VALUES) == Rendered("none", ())


def test_an_empty_value_is_missing() -> None:
    assert render("{{ desk.name }}", {"desk.name": "  "}).missing == ("desk.name",)


def test_names_the_variables() -> None:
    assert variables("{{ today }}{% if contact.name %}{{ agent.name }}{% endif %}") == (
        "agent.name",
        "contact.name",
        "today",
    )


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("{{ contact.shoe }}", TemplateError("unknown_placeholder", "contact.shoe")),
        ("{{ contact }}", TemplateError("unknown_placeholder", "contact")),
        ("{{ contact.name.size }}", TemplateError("unknown_placeholder", "contact.name.size")),
        ("{{ ticket[contact.name] }}", TemplateError("unknown_placeholder", "ticket.[]")),
        ("{% include 'x' %}", TemplateError("not_allowed", "include")),
        ("{% render 'x' %}", TemplateError("not_allowed", "render")),
        ("{% for i in (1..9) %}x{% endfor %}", TemplateError("not_allowed", "..")),
        ("{% for i in contact %}x{% endfor %}", TemplateError("not_allowed", "for")),
        ("{% tablerow i in contact %}{% endtablerow %}", TemplateError("not_allowed", "tablerow")),
        ("{% assign a = today %}", TemplateError("not_allowed", "assign")),
        ("{% capture a %}x{% endcapture %}", TemplateError("not_allowed", "capture")),
        ("{{ today | replace: 'a', 'aa' }}", TemplateError("not_allowed", "replace")),
        ("{{ today | times: 3 }}", TemplateError("not_allowed", "times")),
        ("{% if (1..9999999999) contains 'x' %}{% endif %}", TemplateError("not_allowed", "..")),
        ("x" * (MAX_LENGTH + 1), TemplateError("too_long", str(MAX_LENGTH))),
        ("{{today}}" * 300, TemplateError("too_complex")),
    ],
)
def test_refuses_and_says_why(template: str, error: TemplateError) -> None:
    assert error in validate(template)
    with pytest.raises(TemplateInvalid):
        render(template, VALUES)


@pytest.mark.parametrize("template", ["{{ contact.name", "{% if today %}x", "{{ | }}", "{% %}"])
def test_broken_syntax_is_an_error_not_a_crash(template: str) -> None:
    assert validate(template)[0].code == "syntax"


def test_a_dot_dot_in_a_text_is_no_range() -> None:
    assert validate("wait.. {{ contact.name | default: 'a..b' }}") == ()


@pytest.mark.parametrize("payload", INJECTIONS)
def test_a_customers_text_is_a_value_and_stays_one(payload: str) -> None:
    done = render("<{{ contact.name }}>", VALUES | {"contact.name": payload})
    assert done == Rendered(f"<{placeholders.as_value(payload)}>", ())
    assert "\n" not in done.text
    assert "\r" not in done.text


@given(
    st.lists(
        st.sampled_from(
            (
                "{{ today }}",
                "{{contact.name}}",
                "{{contact.field.size}}",
                " hi\n",
                "{",
                "}",
                "{{ x }}",
            )
        ),
        max_size=8,
    )
)
def test_the_short_way_says_what_the_library_says(parts: list[str]) -> None:
    template = "".join(parts)
    short = placeholders.render_simple(template, VALUES | {"today": ""})
    if short is not None and not validate(template):
        assert short == render(template, VALUES | {"today": ""})


def test_the_short_way_knows_its_limits() -> None:
    assert placeholders.render_simple("{{ today | upcase }}", VALUES) is None
    assert placeholders.render_simple("{% if today %}x{% endif %}", VALUES) is None
    assert placeholders.render_simple("{{ contact.shoe }}", VALUES) is None
    assert placeholders.render_simple("Hi {{ contact.first_name }}", VALUES) == Rendered(
        "Hi Carmen", ()
    )


HARMLESS = {"49", "7777777", "/etc/passwd", "root:", "uid="}


@pytest.mark.parametrize("payload", INJECTIONS)
def test_an_agents_template_can_reach_nothing_but_the_list(payload: str) -> None:
    started = time.process_time()
    if validate(payload):
        return
    done = render(payload, VALUES)
    assert time.process_time() - started < 1
    assert len(done.text) <= 2 * len(payload) + 100
    assert not any(sign in done.text and sign not in payload for sign in HARMLESS)


@given(st.text(max_size=300))
def test_any_value_comes_out_as_data(value: str) -> None:
    done = render("{{ contact.name | default: 'friend' }}", {"contact.name": value})
    assert done.text == (placeholders.as_value(value) or "friend")


@given(st.text(alphabet="{}%| .ac'if()contact.name\n", max_size=200))
def test_any_template_is_refused_or_rendered(template: str) -> None:
    if not validate(template):
        assert isinstance(render(template, VALUES), Rendered)


@pytest.mark.parametrize(
    "bomb",
    [
        "{% if " + " and ".join(["today"] * 1500) + " %}x{% endif %}",
        "{% if today %}" * 90 + "x" + "{% endif %}" * 90,
        "{{ " + "(" * 5000 + " }}",
        "{{ today | append: 'x' " + "| append: 'x' " * 1000 + "}}",
        "{{ contact" + "[contact" * 2000 + "]" * 2000 + " }}",
        "{% case today %}" + "{% when 'a' %}" * 180 + "{% endcase %}",
    ],
)
def test_bombs_end_soon(bomb: str) -> None:
    started = time.process_time()
    if not validate(bomb):
        render(bomb, VALUES)
    assert time.process_time() - started < 2


def test_leftovers_finds_what_was_not_filled_in() -> None:
    assert placeholders.leftovers("a {{ contact.name }} {{x}} {{contact.name}} {{{y}}} {z}") == (
        "contact.name",
        "x",
        "y",
    )


def test_the_library_is_not_imported_before_it_is_needed() -> None:
    code = (
        "import sys; import deskapp.core.policies.placeholders as p; p.leftovers('{{ today }}');"
        "sys.exit('liquid' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
