"""The registry of commands: by TYPE for the outbox, the wire, the CLI and the audit trail."""

import importlib
from typing import Any, TypeVar

import msgspec

from deskapp.core.api import Command

C = TypeVar("C", bound=type[Command])

NOUNS = (
    "tickets",
    "tags",
    "messages",
    "contacts",
    "canned",
    "accounts",
    "desk",
    "mail",
    "notifications",
    "effects",
    "webchat",
    "team",
    "rooms",
)
COMMANDS: dict[str, type[Command]] = {}


def command(cls: C) -> C:
    """Class decorator: enter a command under its TYPE. A second one of that TYPE is a programming error."""
    if not cls.TYPE or cls.TYPE in COMMANDS:
        raise TypeError(f"command type {cls.TYPE!r} is empty or taken")
    COMMANDS[cls.TYPE] = cls
    return cls


def load_all() -> dict[str, type[Command]]:
    """Import every noun's module and return the registry."""
    for noun in NOUNS:
        importlib.import_module(f"deskapp.core.commands.{noun}")
    return COMMANDS


def encode_command(command: Command) -> dict[str, Any]:
    """`{"type", "version", "body"}`, of JSON-compatible values only."""
    return {"type": command.TYPE, "version": command.VERSION, "body": msgspec.to_builtins(command)}


def decode_command(wire: dict[str, Any]) -> Command:
    """The reverse. Raises `ValueError` for an unknown type or version, or a body that does not fit.

    A key that the command does not have is refused at any depth: it was meant to do something.
    """
    cls = load_all().get(str(wire.get("type")))
    if cls is None or wire.get("version") != cls.VERSION:
        raise ValueError(f"unknown command {wire.get('type')!r} version {wire.get('version')!r}")
    try:
        found: Command = msgspec.convert(wire.get("body"), cls)
    except msgspec.ValidationError as error:
        raise ValueError(f"{cls.TYPE}: {error}") from error
    _refuse_unknown(cls.TYPE, wire.get("body"), msgspec.to_builtins(found))
    return found


def _refuse_unknown(place: str, given: Any, known: Any) -> None:
    """Raises `ValueError` for a key in `given` that was not taken over into `known`."""
    if isinstance(given, dict) and isinstance(known, dict):
        for key, value in given.items():
            if key not in known:
                raise ValueError(f"{place}: unknown key {str(key)[:80]!r}")
            _refuse_unknown(f"{place}.{key}", value, known[key])
    elif isinstance(given, list | tuple) and isinstance(known, list | tuple):
        for value, taken in zip(given, known, strict=True):
            _refuse_unknown(place, value, taken)
