"""What a person types into the search field, as a full-text expression and filters. Pure.

`"late parcel" from:carmen status:open before:2026-11 #1042 refu` reads as a phrase, three filters, a
ticket's number, and a word that may go on. A filter with a value that makes no sense is read as words;
one without a value yet (`from:`) is left out. Every token is quoted, so that no text can break or steer
the full-text syntax.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from deskapp.models.enums import Channel, TicketStatus

MAX_LENGTH: Final = 400  # characters; more is a paste, not a search
MAX_TERMS: Final = 24
MAX_NUMBER: Final = 2**62

STATES: Final = ("unread", "needs_reply", "snoozed", "held", "spam", "trash")
"""Values of `is:`."""
BELONGINGS: Final = ("attachment",)
"""Values of `has:`."""

_TOKEN = re.compile(
    r'(?:(?P<field>[a-z]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))', re.IGNORECASE
)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Term:
    """Words to be found side by side. `prefix`: the last of them may go on."""

    text: str
    prefix: bool = False

    def fts(self) -> str:
        """As an FTS5 string: nothing inside it is syntax."""
        quoted = '"' + self.text.replace('"', '""') + '"'
        return f"{quoted} *" if self.prefix else quoted


@dataclass(frozen=True, slots=True)
class Filter:
    """`field` is one of `FIELDS`; `value` is never empty. Dates are ms since the epoch, as digits."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class SearchText:
    terms: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    numbers: tuple[int, ...] = ()  # of tickets

    @property
    def is_empty(self) -> bool:
        return not (self.terms or self.filters or self.numbers)

    @property
    def words(self) -> str:
        """The terms as plain text."""
        return " ".join(term.text for term in self.terms)

    def values(self, field: str) -> tuple[str, ...]:
        return tuple(each.value for each in self.filters if each.field == field)


def parse(text: str, zone: tzinfo = UTC) -> SearchText:
    """Read what was typed. Never fails: what is no filter is words. Days begin at midnight in `zone`."""
    terms: list[Term] = []
    filters: list[Filter] = []
    numbers: list[int] = []
    for field, value, quoted in _tokens(text, zone):
        if field:
            if value:
                filters.append(Filter(field, value))
        elif not quoted and (number := _number(value)) is not None:
            numbers.append(number)
        elif is_searchable(value) and len(terms) < MAX_TERMS:
            terms.append(Term(value, prefix=not quoted))
    complete = [Term(term.text) for term in terms[:-1]]
    if len(terms) == 1 and terms[0].text.isdecimal() and int(terms[0].text) < MAX_NUMBER:
        numbers.append(int(terms[0].text))
    return SearchText((*complete, *terms[-1:]), tuple(filters), tuple(numbers))


def phrase(text: str) -> str:
    """An FTS5 expression that finds every word of `text`, the last as a prefix; empty for no words."""
    words = [word for word in clean(text).split() if is_searchable(word)][:MAX_TERMS]
    return " AND ".join(Term(word, n == len(words)).fts() for n, word in enumerate(words, start=1))


def clean(text: str) -> str:
    """`text` without what SQLite's text cannot hold, composed, and not too long."""
    kept = text[:MAX_LENGTH].replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")
    return unicodedata.normalize("NFC", kept)


def parse_date(text: str, zone: tzinfo = UTC) -> tuple[int, int] | None:
    """First and one-past-last ms of a year, month or day such as `2026`, `2026-11`, `2026-11-03`."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
        if day:
            last = first + timedelta(days=1)
        elif month:
            last = date(year + month // 12, month % 12 + 1, 1)
        else:
            last = date(year + 1, 1, 1)
        return _midnight(first, zone), _midnight(last, zone)
    except (ValueError, OverflowError):
        return None


def zone_of(name: str) -> tzinfo:
    """The time zone of that IANA name; UTC when there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return UTC


def _midnight(day: date, zone: tzinfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)


def _tokens(text: str, zone: tzinfo) -> Iterator[tuple[str, str, bool]]:
    """(field or "", value, whether it stood in quotes) of each part."""
    for match in _TOKEN.finditer(clean(text)):
        field = (match["field"] or "").lower()
        value = match["quoted"] if match["quoted"] is not None else match["plain"]
        quoted = match["quoted"] is not None
        if field in FIELDS:
            known = _begin_of(value, zone) if field in DATES else FIELDS[field](value)
            if known:
                yield field, known, quoted
                continue
        elif not quoted and value.lower().removesuffix(":") in FIELDS and value.endswith(":"):
            yield value[:-1].lower(), "", False
            continue
        yield "", f"{match['field']}:{value}" if match["field"] else value, quoted


def _number(text: str) -> int | None:
    digits = text[1:]
    if not (text.startswith("#") and digits.isdecimal()) or int(digits) >= MAX_NUMBER:
        return None
    return int(digits)


def is_searchable(text: str) -> bool:
    """Whether the tokenizer finds anything in it: a phrase of punctuation would match nothing."""
    return any(character.isalnum() for character in text)


def _text(value: str) -> str:
    return value.strip() if is_searchable(value) else ""


def _begin_of(value: str, zone: tzinfo = UTC) -> str:
    span = parse_date(value, zone)
    return str(span[0]) if span else ""


def _one_of(names: tuple[str, ...]) -> Callable[[str], str]:
    def read(value: str) -> str:
        lowered = value.lower()
        return lowered if lowered in names else ""

    return read


FIELDS: Final[dict[str, Callable[[str], str]]] = {
    "from": _text,  # part of the author's name or address
    "to": _text,  # part of an address that the message went to
    "tag": _text,  # beginning of a tag's name
    "account": _text,  # part of the account's name or address
    "assignee": _text,  # "me", "nobody", or the beginning of an agent's name
    "status": _one_of(tuple(TicketStatus)),
    "channel": _one_of(tuple(Channel)),
    "before": _begin_of,  # written before that day, month or year began
    "after": _begin_of,  # written since it began
    "is": _one_of(STATES),
    "has": _one_of(BELONGINGS),
}
"""The filters: how each reads its value; an empty answer: no value of this filter."""
DATES: Final = ("before", "after")
"""Those whose value is a day, as it is where the reader is."""
