"""Placeholders of canned replies and signatures: Liquid, cut down to what a reply needs.

Only agents' own templates are parsed; what a customer wrote is a value, and a value is never read
again as a template. Variables come from `VARIABLES` (and `contact.field.<key>`), tags and filters
from short lists without loops, includes or arithmetic, so a template's cost is bounded by its length.

The Liquid library takes about a quarter of a second to import; it is imported by the first call.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from liquid import BoundTemplate, Environment

VARIABLES: Final = (
    "contact.name",
    "contact.first_name",
    "contact.email",
    "contact.phone",
    "contact.organisation",
    "ticket.number",
    "ticket.subject",
    "agent.name",
    "agent.first_name",
    "account.name",
    "desk.name",
    "today",
)
"""The allow-list; `FIELD_PREFIX` and a custom field's key may be added to it."""
FIELD_PREFIX: Final = "contact.field."

TAGS: Final = frozenset({"if", "unless", "case", "comment"})
FILTERS: Final = frozenset(
    "append capitalize default downcase lstrip prepend remove rstrip strip truncate upcase".split()
)
MAX_LENGTH: Final = 20_000  # characters of a template
MAX_TAGS: Final = 200
MAX_OUTPUT: Final = 100_000  # bytes
MAX_VALUE: Final = 500  # characters of one value

_INNER_TAGS = frozenset({"content", "output", "illegal"})
_FIELD_KEY = re.compile(r"[a-z0-9_]{1,64}")
_SIMPLE = re.compile(r"\{\{\s*([a-z][a-z0-9_.]{0,80})\s*\}\}")
_MARKUP = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_LEFTOVER = re.compile(r"\{\{-?\s*([^{}]{0,200}?)\s*-?\}\}")


@dataclass(frozen=True, slots=True)
class TemplateError:
    """Why a template is refused.

    `code`: syntax(detail), unknown_placeholder(name), not_allowed(name) for a tag or filter, too_long,
    too_complex. `detail` holds the name, or the parser's own words.
    """

    code: str
    detail: str = ""


class TemplateInvalid(ValueError):
    """Raised by `parse`; `errors` says all that is wrong."""

    def __init__(self, errors: tuple[TemplateError, ...]) -> None:
        super().__init__(", ".join(f"{error.code} {error.detail}".strip() for error in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Rendered:
    """`missing` names the variables that had no value; each stands in `text` as `{{ name }}`."""

    text: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A template that passed every check."""

    source: str
    variables: tuple[str, ...]
    template: BoundTemplate


def is_variable(name: str) -> bool:
    """Whether `name` is on the allow-list."""
    key = name.removeprefix(FIELD_PREFIX)
    return name in VARIABLES or (key != name and _FIELD_KEY.fullmatch(key) is not None)


def parse(template: str) -> Parsed:
    """Check and compile. Raises `TemplateInvalid`."""
    if len(template) > MAX_LENGTH:
        raise TemplateInvalid((TemplateError("too_long", str(MAX_LENGTH)),))
    if template.count("{%") > MAX_TAGS or template.count("{{") > MAX_TAGS:
        raise TemplateInvalid((TemplateError("too_complex"),))
    if any(".." in _QUOTED.sub("", markup) for markup in _MARKUP.findall(template)):
        raise TemplateInvalid((TemplateError("not_allowed", ".."),))  # a range can be endless
    return _compile(template)


def variables(template: str) -> tuple[str, ...]:
    """Names of the variables that `template` uses, sorted. Raises `TemplateInvalid`."""
    return parse(template).variables


def validate(template: str) -> tuple[TemplateError, ...]:
    """All that is wrong with `template`; empty when it may be saved."""
    try:
        parse(template)
    except TemplateInvalid as invalid:
        return invalid.errors
    return ()


def render(template: str, values: Mapping[str, str]) -> Rendered:
    """Fill in `values` (variable name to text; empty or absent: missing). Raises `TemplateInvalid`.

    A value is put in as it is, on one line and without control characters; it is never evaluated. A
    variable with a `default`, or only tested by `if`, is not missing.
    """
    from liquid.exceptions import LiquidError

    parsed = parse(template)
    missing: dict[str, None] = {}
    try:
        text = parsed.template.render(**_nested(values, missing))
    except (LiquidError, RecursionError) as error:
        raise TemplateInvalid((TemplateError("too_complex", str(error)[:200]),)) from error
    return Rendered(text, tuple(missing))


def render_simple(template: str, values: Mapping[str, str]) -> Rendered | None:
    """As `render`, at once and without the library; None for a template that needs more than names."""
    names = [match[1] for match in _SIMPLE.finditer(template)]
    bare = _SIMPLE.sub("", template)
    if "{{" in bare or "{%" in bare or not all(map(is_variable, names)):
        return None
    missing: dict[str, None] = {}

    def fill(match: re.Match[str]) -> str:
        value = as_value(values.get(match[1], ""))
        if not value:
            missing[match[1]] = None
        return value or "{{ " + match[1] + " }}"

    return Rendered(_SIMPLE.sub(fill, template), tuple(missing))


def leftovers(text: str) -> tuple[str, ...]:
    """What stands between `{{` and `}}` in a finished text, in order, each once."""
    return tuple(dict.fromkeys(match[1] for match in _LEFTOVER.finditer(text)))


def as_value(value: str) -> str:
    """`value` on one line, without control and invisible formatting characters, and not endless."""
    visible = (
        " " if char.isspace() else "" if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char
        for char in value[: MAX_VALUE * 4]
    )
    return " ".join("".join(visible).split())[:MAX_VALUE]


# -- Liquid ---------------------------------------------------------------------------------


class _Missing:
    """Stands for a variable without a value: false, empty to `default`, and told when it is shown."""

    def __init__(self, name: str, seen: dict[str, None]) -> None:
        self._name = name
        self._seen = seen

    def __liquid__(self) -> None:
        """What conditions and `default` see."""

    def __str__(self) -> str:
        self._seen[self._name] = None
        return "{{ " + self._name + " }}"


class _Group(dict[str, Any]):
    """`contact`, `ticket`, …: whatever it does not hold is missing."""

    def __init__(self, prefix: str, seen: dict[str, None]) -> None:
        super().__init__()
        self._prefix = prefix
        self._seen = seen

    def __missing__(self, key: str) -> _Missing:
        return _Missing(f"{self._prefix}{key}", self._seen)


def _nested(values: Mapping[str, str], missing: dict[str, None]) -> dict[str, Any]:
    """The values as Liquid looks them up: `contact` → `field` → `size`."""
    root: dict[str, Any] = {"today": _Missing("today", missing)}
    for name in VARIABLES:
        head, dot, _ = name.partition(".")
        if dot:
            root.setdefault(head, _Group(f"{head}.", missing))
    root["contact"]["field"] = _Group(FIELD_PREFIX, missing)
    for name, value in values.items():
        text = as_value(value)
        if not text or not is_variable(name):
            continue
        group = root
        *path, last = name.split(".")
        for step in path:
            group = group[step]
        group[last] = text
    return root


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from liquid import Environment, Mode

    class ReplyEnvironment(Environment):
        context_depth_limit = 10
        loop_iteration_limit = 1
        local_namespace_limit = 1_000
        output_stream_limit = MAX_OUTPUT
        block_nesting_limit = 20

    environment = ReplyEnvironment(tolerance=Mode.STRICT, loader=None)
    environment.tags = {
        name: tag for name, tag in environment.tags.items() if name in TAGS | _INNER_TAGS
    }
    environment.filters = {
        name: run for name, run in environment.filters.items() if name in FILTERS
    }
    return environment


@lru_cache(maxsize=256)
def _compile(source: str) -> Parsed:
    from liquid.exceptions import LiquidError

    try:
        template = _environment().from_string(source)
        used = template.analyze()
    except RecursionError:
        raise TemplateInvalid((TemplateError("too_complex"),)) from None
    except LiquidError as error:
        raise TemplateInvalid((_refusal(error),)) from error
    names = {_dotted(variable.segments) for uses in used.variables.values() for variable in uses}
    errors = [TemplateError("not_allowed", name) for name in sorted(set(used.filters) - FILTERS)]
    errors += [TemplateError("unknown_placeholder", n) for n in sorted(names) if not is_variable(n)]
    if errors:
        raise TemplateInvalid(tuple(errors))
    return Parsed(source, tuple(sorted(names)), template)


def _refusal(error: Exception) -> TemplateError:
    said = str(error).splitlines()[0][:200] if str(error) else ""
    tag = re.search(r"unexpected tag '(\w{1,40})'", said)
    return TemplateError("not_allowed", tag[1]) if tag else TemplateError("syntax", said)


def _dotted(segments: list[Any]) -> str:
    """`contact.name`; anything looked up by another variable or a number can't be on the list."""
    return ".".join(part if isinstance(part, str) else "[]" for part in segments)
