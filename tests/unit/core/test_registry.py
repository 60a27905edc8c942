"""Commands travel as data, and every one has somebody who carries it out."""

import dataclasses

import pytest

from deskapp.core.commands.registry import decode_command, encode_command, load_all
from deskapp.core.commands.tickets import SetStatus
from deskapp.core.handlers import HANDLERS
from deskapp.models.enums import TicketStatus


def test_every_command_has_a_handler_and_a_type() -> None:
    commands = load_all()
    assert set(commands.values()) == set(HANDLERS)
    for name, command in commands.items():
        assert name == command.TYPE
        assert dataclasses.is_dataclass(command)
        assert command.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_no_command_has_a_place_for_a_secret() -> None:
    words = ("password", "secret", "token", "passphrase")
    for command in load_all().values():
        names = [field.name for field in dataclasses.fields(command)]
        assert not [n for n in names if any(word in n for word in words)], command.TYPE


def test_a_command_survives_the_wire() -> None:
    command = SetStatus(ticket_ids=("a" * 32,), status=TicketStatus.SOLVED)
    assert decode_command(encode_command(command)) == command


@pytest.mark.parametrize(
    "wire",
    [
        {},
        {"type": "ticket.explode", "version": 1, "body": {}},
        {"type": "ticket.set_status", "version": 99, "body": {}},
        {"type": "ticket.set_status", "version": 1, "body": {"ticket_ids": "x"}},
        {"type": "ticket.set_status", "version": 1, "body": None},
    ],
)
def test_what_does_not_fit_is_refused_in_one_error(wire: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"command|ticket"):
        decode_command(wire)
