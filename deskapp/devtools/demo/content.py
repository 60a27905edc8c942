"""What the demo desk says, read from the TOML files in `data/`. Plain data; times are relative.

A time is an age or a day. Ages: `40s`, `25m`, `3h 10m` before now. Days: `4 9:41` is 9:41 four shop
days before today (Sundays are no shop days), `+2 9:00` is two shop days ahead.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

import msgspec

FOLDER: Final = Path(__file__).parent / "data"
_AGE: Final = re.compile(r"(?:(\d+)h)? ?(?:(\d+)m)? ?(?:(\d+)s)?")
_DAY: Final = re.compile(r"(\+?)(\d+) (\d{1,2}):(\d\d)")
_SUNDAY: Final = 6

S = TypeVar("S")


class Step(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One thing that happened in a ticket: `[at, what, text, files]`.

    `what` is a verb and its words:
    `mail [who]`, `html [who]`, `forged [who]`, `automatic` – a mail comes in, from the ticket's contact unless
    `who` is named; its HTML is the text, its sender is not vouched for, no person wrote it;
    `chat [page title /path]` – a visitor writes on the site; `take`, `accept` (who it is), `end`, `thumb up|down`;
    `said` – heard on the phone or at the counter; `reply [status] [/canned…] [!problem | ?]` – we answer, and
    it failed with that problem or perhaps left (?); `note`; `draft [mode]`; `status <status>`;
    `snooze <time>`; `tag <name>, …`; `rate <score>`; `merge <ticket>`; `read`, `unassign`, `spam`, `trash`.
    """

    at: str
    what: str
    text: str = ""
    files: tuple[str, ...] = ()


class Ticket(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`who` is a contact's key, or `Name <address>` of a stranger; in a chat it may be empty. `key` is for `merge`."""

    who: str
    subject: str
    steps: tuple[Step, ...]
    key: str = ""
    channel: str = "email"
    account: str = "hola"
    cc: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`since` is an ISO date. `signature` stands under each of their mails."""

    key: str
    name: str
    since: str
    mails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    organisation: str = ""
    language: str = "es"
    tags: tuple[str, ...] = ()
    fields: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    signature: str = ""
    merged_into: str = ""


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: str
    name: str
    address: str
    signature: str


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    label: str
    kind: str
    options: tuple[str, ...] = ()


class ChatBox(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    origins: tuple[str, ...]
    greeting: str


class View(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`conditions` are `[field, operator, value]`; an account's value is its key."""

    name: str
    conditions: tuple[tuple[str, str, str], ...]


class Desk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    agent: str
    agent_email: str
    opened: str
    accounts: tuple[Account, ...]
    chat: ChatBox
    fields: tuple[Field, ...]
    views: tuple[View, ...]
    blocked: tuple[str, ...] = ()


class Canned(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    shortcut: str
    title: str
    folder: str
    language: str
    body: str
    files: tuple[str, ...] = ()


class _Contacts(msgspec.Struct, forbid_unknown_fields=True):
    contact: tuple[Contact, ...]


class _Replies(msgspec.Struct, forbid_unknown_fields=True):
    canned: tuple[Canned, ...]


class _Tickets(msgspec.Struct, forbid_unknown_fields=True):
    ticket: tuple[Ticket, ...]


class Content(msgspec.Struct, frozen=True):
    desk: Desk
    contacts: tuple[Contact, ...]
    canned: tuple[Canned, ...]
    tickets: tuple[Ticket, ...]


@cache
def load() -> Content:
    """Read everything. Raises `msgspec.ValidationError` for data that does not fit."""
    return Content(
        _read("desk.toml", Desk),
        tuple(c for name in _names("contacts") for c in _read(name, _Contacts).contact),
        tuple(c for name in _names("canned") for c in _read(name, _Replies).canned),
        tuple(t for name in _names("tickets") for t in _read(name, _Tickets).ticket),
    )


def _names(kind: str) -> list[str]:
    return sorted(path.name for path in FOLDER.glob(f"{kind}-*.toml"))


def _read(name: str, kind: type[S]) -> S:
    return msgspec.toml.decode((FOLDER / name).read_bytes(), type=kind)


def moment(text: str, now: int, zone: tzinfo | None = None) -> int:
    """A time of the data in ms since the epoch. `zone` None is the computer's own.

    Raises ValueError for a text that is no time.
    """
    age = _AGE.fullmatch(text)
    if text and age:
        hours, minutes, seconds = (int(part or 0) for part in age.groups())
        return now - ((hours * 60 + minutes) * 60 + seconds) * 1000
    day = _DAY.fullmatch(text)
    if not day:
        raise ValueError(f"not a time: {text!r}")
    ahead, count, hour, minute = day.groups()
    today = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone)
    then = _shop_day(today, int(count) if ahead else -int(count))
    then = then.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return int(then.timestamp() * 1000)


def date(iso: str, zone: tzinfo | None = None) -> int:
    """Ten in the morning of an ISO date, in ms since the epoch."""
    then = datetime.fromisoformat(f"{iso}T10:00").replace(tzinfo=zone)
    return int(then.astimezone(UTC).timestamp() * 1000)


def _shop_day(day: datetime, count: int) -> datetime:
    """`count` shop days away."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        if day.weekday() == _SUNDAY:
            day += step
    return day
